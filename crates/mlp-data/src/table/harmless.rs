//! Cells that no spreadsheet evaluates as a formula (OWASP, "CSV Injection").

use std::borrow::Cow;

/// What a formula may begin with, and what spreadsheets drop before one. A carriage return in a quoted cell is read as a line feed.
const STARTS: [char; 12] = [
    '=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠',
];

/// The text of a cell with an apostrophe before it where a spreadsheet might evaluate it: where it begins with `=`, `+`,
/// `-`, `@` (also in full width), a tab, the end of a line or a NUL and is not a number.
///
/// ```
/// use mlp_data::table::harmless;
/// assert_eq!(harmless("=SUM(A1:A9)"), "'=SUM(A1:A9)");
/// assert_eq!(harmless("-1.5e3"), "-1.5e3");
/// ```
pub fn harmless(cell: &str) -> Cow<'_, str> {
    match cell.starts_with(STARTS) && !is_number(cell) {
        true => Cow::Owned(format!("'{cell}")),
        false => Cow::Borrowed(cell),
    }
}

/// Whether the text is one number with any decimal and thousands marks: a sum of two is a formula.
fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (digits, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, Some(exponent)),
        None => (unsigned, None),
    };
    let whole = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent = exponent.map(|text| text.strip_prefix(['+', '-']).unwrap_or(text));
    digits.bytes().any(|byte| byte.is_ascii_digit())
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
        && exponent.is_none_or(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_text_and_numbers_stay() {
        for formula in [
            "=1+1", "+A1", "-2+3", "@SUM(1)", "\t=1", "\r=1", "\n=1", "\0=1", "＝1", "＋1", "－1",
            "＠A", "-", "+49 30", "-1e", "-inf", "-e5",
        ] {
            assert_eq!(harmless(formula), format!("'{formula}"));
        }
        for plain in [
            "", "a=b", "5", "-5", "+5", "-1,000.5", "-.5", "1e-3", "-1E+3", " =1",
        ] {
            assert_eq!(harmless(plain), plain);
        }
    }
}
