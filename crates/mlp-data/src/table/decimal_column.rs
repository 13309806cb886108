//! A column alone whose decimal commas look like delimiters.

use super::cut::Record;
use super::disguise::{Look, look};

/// Whether the commas of all lines are decimal ones: below a name alone, or, where that is `open`, if a zero leads what would be a
/// second number.
pub(super) fn is_decimal_column(records: &[Record], open: bool) -> bool {
    let text = |cell: &[u8]| String::from_utf8_lossy(cell).trim().to_owned();
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_whole = |text: &str| is_digits(text.strip_prefix(['-', '+']).unwrap_or(text));
    // Both halves of a number, or all of it.
    let halves = |record: &Record| {
        let cells: Vec<String> = record.iter().map(text).collect();
        match &cells[..] {
            [whole] => is_whole(whole).then(String::new),
            [whole, decimals] => (is_whole(whole) && is_digits(decimals)).then(|| decimals.clone()),
            _ => None,
        }
    };
    let Some((first, rest)) = records.split_first() else {
        return false;
    };
    let below: Option<Vec<String>> = rest.iter().map(halves).collect();
    let Some(below) = below.filter(|below| below.iter().any(|decimals| !decimals.is_empty()))
    else {
        return false;
    };
    let is_name = first.len() == 1
        && first
            .get(0)
            .is_some_and(|cell| look(&text(cell)) == Look::Text);
    let has_zero = |decimals: &String| decimals.len() > 1 && decimals.starts_with('0');
    is_name || open && halves(first).is_some() && below.iter().any(has_zero)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::cut::{Stray, cut};
    use crate::table::format::Delimiter;

    #[test]
    fn commas_below_one_name_are_decimal() {
        let told = |text: &str, open| {
            let record = |line: &str| {
                let mut record = Record::default();
                cut(
                    line.as_bytes(),
                    Delimiter::COMMA,
                    Stray::Literal,
                    &mut record,
                );
                record
            };
            is_decimal_column(&text.lines().map(record).collect::<Vec<_>>(), open)
        };
        assert!(told("y\n0,716\n-1,5\n2", false));
        assert!(told("0,716\n1,05", true) && !told("0,716\n1,05", false));
        for text in [
            "0,716\n1,5",
            "x,y\n1,05\n2,07",
            "y\n1,a\n2,b",
            "y\n1\n2",
            "7\n1,2",
            "y",
        ] {
            assert!(!told(text, true), "{text}");
        }
    }
}
