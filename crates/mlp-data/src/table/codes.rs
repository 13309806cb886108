//! Words for missing values among cells that are numbers already: they are met by value.

use super::cell::TableCell;

/// The words of a table's format, and of those that are numbers their values.
#[derive(Clone, Debug, Default)]
pub(crate) struct Codes(Vec<(f64, String)>);

impl Codes {
    /// Of the words that are numbers.
    pub(super) fn of(words: &[String]) -> Self {
        let code = |word: &String| match TableCell::of(word) {
            TableCell::Number(number, _) => Some((number, word.clone())),
            TableCell::NotFinite(text) => Some((text.parse().ok()?, word.clone())),
            _ => None,
        };
        Self(words.iter().filter_map(code).collect())
    }

    /// The cell, missing where its number is one of the words.
    pub fn cell<'a>(&'a self, cell: TableCell<'a>) -> TableCell<'a> {
        let value = match cell {
            TableCell::Number(number, _) => Some(number),
            TableCell::NotFinite(text) => text.parse().ok(),
            _ => None,
        };
        match self.0.iter().find(|(code, _)| Some(*code) == value) {
            Some((_, word)) => TableCell::Missing(word),
            None => cell,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_met_by_value() {
        let codes = Codes::of(&["-9", "unknown", "99.0"].map(str::to_owned));
        assert_eq!(
            codes.cell(TableCell::of_number(-9.0)),
            TableCell::Missing("-9")
        );
        assert_eq!(
            codes.cell(TableCell::of_integer(99)),
            TableCell::Missing("99.0")
        );
        assert_eq!(codes.cell(TableCell::of("-9.00")), TableCell::Missing("-9"));
        assert_eq!(
            codes.cell(TableCell::of_integer(9)),
            TableCell::of_integer(9)
        );
        assert_eq!(
            codes.cell(TableCell::of("unknown")),
            TableCell::Text("unknown")
        );
    }
}
