//! Numbers as text: which marks stand in them, and what they are.

use std::borrow::Cow;

use super::format::{DecimalMark, ThousandsMark};

/// What stands in numbers: the decimal mark, and the mark between groups of three digits if there is one.
pub(super) type Marks = (DecimalMark, Option<ThousandsMark>);

/// The number that a text is with these marks: a sign, digits, decimals, an exponent, and words for NaN and infinity. The sign
/// may be typeset (U+2212). Groups have three digits each but the first, which does not begin with 0; a number may be
/// without groups, too.
pub(super) fn number(text: &str, (decimal, thousands): Marks) -> Option<f64> {
    // Most cells of wide tables: whole numbers, which are exact and the same with any marks.
    if let Some(whole) = few_digits(text) {
        return Some(whole as f64);
    }
    let text = match text.strip_prefix('\u{2212}') {
        Some(rest) if rest.starts_with(['-', '+']) => return None,
        Some(rest) => Cow::Owned(format!("-{rest}")),
        None => Cow::Borrowed(text),
    };
    if (decimal, thousands) == (DecimalMark::Point, None) {
        return text.parse().ok();
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(&text);
    let end = unsigned.find(['e', 'E']);
    // The `e` of a word is not an exponent.
    let end = end.filter(|_| unsigned.starts_with(|c: char| !c.is_alphabetic()));
    let (mantissa, exponent) = unsigned.split_at(end.unwrap_or(unsigned.len()));
    let (whole, decimals) = match mantissa.split_once(decimal.character()) {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (mantissa, None),
    };
    let other = match decimal {
        DecimalMark::Point => ',',
        DecimalMark::Comma => '.',
    };
    if decimals.is_some_and(|decimals| !decimals.bytes().all(|byte| byte.is_ascii_digit()))
        || exponent.contains([',', '.'])
    {
        return None;
    }
    let whole = match thousands {
        Some(mark) => without_groups(whole, mark)?,
        None => Cow::Borrowed(whole),
    };
    if whole.contains([other, '.']) {
        return None;
    }
    let sign = &text[..text.len() - unsigned.len()];
    let plain = match decimals {
        Some(decimals) => format!("{sign}{whole}.{decimals}{exponent}"),
        None => format!("{sign}{whole}{exponent}"),
    };
    plain.parse().ok()
}

/// The number that at most 15 digits make, without a sign or anything else.
fn few_digits(text: &str) -> Option<u64> {
    let digits = text.as_bytes();
    let whole = matches!(digits.len(), 1..=15) && digits.iter().all(u8::is_ascii_digit);
    whole.then(|| {
        let add = |number, digit: &u8| 10 * number + u64::from(digit - b'0');
        digits.iter().fold(0, add)
    })
}

/// Digits without the marks between their groups; none where a group has not three.
fn without_groups(whole: &str, mark: ThousandsMark) -> Option<Cow<'_, str>> {
    let marks = mark.characters();
    if !whole.contains(marks) {
        return Some(whole.into());
    }
    let mut groups = whole.split(marks);
    let first = groups.next().unwrap_or_default();
    let digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let right = (1..=3).contains(&first.len())
        && digits(first)
        && !first.starts_with('0')
        && groups.all(|group| group.len() == 3 && digits(group));
    right.then(|| whole.replace(marks, "").into())
}

/// Whether a text is digits in groups of two before the last three, as in India: `12,34,567`.
pub(super) fn is_indian(text: &str) -> bool {
    let text = text.split_once('.').map_or(text, |(whole, _)| whole);
    let groups: Vec<&str> = text.split(',').collect();
    let (Some((first, rest)), true) = (groups.split_first(), groups.len() > 2) else {
        return false;
    };
    let Some((last, middle)) = rest.split_last() else {
        return false;
    };
    matches!(first.len(), 1 | 2)
        && last.len() == 3
        && middle.iter().all(|group| group.len() == 2)
        && groups.concat().bytes().all(|byte| byte.is_ascii_digit())
}

/// The number, but 0 for -0: as classes they are one.
pub(super) fn one_zero(number: f64) -> f64 {
    number + 0.0
}

/// A number in the fewest digits that read back to the same bits; with an exponent where it is very large or small.
pub fn format_number(number: f64) -> String {
    let size = number.abs();
    if number == 0.0 || (1e-5..1e16).contains(&size) || !number.is_finite() {
        format!("{number}")
    } else {
        format!("{number:e}")
    }
}

/// Whether a minus stands before the digits of a text, or brackets around them.
pub(super) fn is_negative(text: &str) -> bool {
    let before = text.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
    text[..before].contains(['-', '\u{2212}', '\u{2013}', '('])
}

/// Whether digits begin with a zero that another follows.
pub(super) fn begins_with_zero(text: &str) -> bool {
    let digits = text.trim_start_matches(['-', '+', '\u{2212}']).as_bytes();
    matches!(digits, [b'0', b'0'..=b'9', ..])
}

/// Whether a whole number is written as codes are: `007`, `1E5`. Programs write exponents with decimals or a sign.
pub(super) fn is_code(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let power = text.split_once(['e', 'E']);
    begins_with_zero(text) || power.is_some_and(|(one, other)| digits(one) && digits(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    const POINT: DecimalMark = DecimalMark::Point;
    const COMMA: DecimalMark = DecimalMark::Comma;

    #[test]
    fn marks_decide_what_a_text_is() {
        use ThousandsMark::{Apostrophe, Comma, Point, Space, Underscore};
        for (text, marks, found) in [
            ("4,5", (COMMA, None), Some(4.5)),
            ("-4,5e3", (COMMA, None), Some(-4500.0)),
            ("+,5", (COMMA, None), Some(0.5)),
            ("3", (COMMA, None), Some(3.0)),
            ("1.5", (COMMA, None), None),
            ("1.500", (COMMA, Some(Point)), Some(1500.0)),
            ("1.5", (COMMA, Some(Point)), None),
            ("1.234.567,89", (COMMA, Some(Point)), Some(1_234_567.89)),
            ("1.234,567.8", (COMMA, Some(Point)), None),
            ("1,200", (POINT, Some(Comma)), Some(1200.0)),
            ("1200", (POINT, Some(Comma)), Some(1200.0)),
            ("0,123", (POINT, Some(Comma)), None),
            ("12,34", (POINT, Some(Comma)), None),
            ("1,2345", (POINT, Some(Comma)), None),
            ("1,234.5", (POINT, Some(Comma)), Some(1234.5)),
            ("1.5,000", (POINT, Some(Comma)), None),
            ("3 000", (POINT, Some(Space)), Some(3000.0)),
            ("3\u{A0}000\u{202F}000", (COMMA, Some(Space)), Some(3e6)),
            ("3'000.5", (POINT, Some(Apostrophe)), Some(3000.5)),
            ("3\u{2019}000", (POINT, Some(Apostrophe)), Some(3000.0)),
            ("1_000", (POINT, Some(Underscore)), Some(1000.0)),
            ("\u{2212}3.5", (POINT, None), Some(-3.5)),
            ("\u{2212}-3.5", (POINT, None), None),
            ("1,2,3", (COMMA, None), None),
            ("red", (COMMA, None), None),
            ("", (COMMA, Some(Point)), None),
            (",", (COMMA, None), None),
        ] {
            assert_eq!(number(text, marks), found, "{text} {marks:?}");
        }
        assert!(number("-Infinity", (COMMA, None)).unwrap().is_infinite());
        assert!(number("nan", (COMMA, Some(Point))).unwrap().is_nan());
    }

    #[test]
    fn groups_of_two_are_indian() {
        for text in ["1,00,000", "12,34,567.50", "1,23,45,678"] {
            assert!(is_indian(text), "{text}");
        }
        for text in ["1,000", "100,000", "1,000,000", "1,2", "a,bc,def", "1,2,3"] {
            assert!(!is_indian(text), "{text}");
        }
    }

    #[test]
    fn numbers_are_short() {
        for (number, text) in [
            (0.1, "0.1"),
            (1.0, "1"),
            (-0.0, "-0"),
            (1e300, "1e300"),
            (-2.5e-7, "-2.5e-7"),
            (1e15, "1000000000000000"),
        ] {
            assert_eq!(format_number(number), text);
        }
    }
}
