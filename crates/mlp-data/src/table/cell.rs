//! One cell: a number, text, or nothing.

use super::write::format_number;
use crate::TableProblem;

/// What a cell holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Cell<'a> {
    /// A finite number.
    Number(f64),
    /// NaN, infinity, or a number too large for 64 bits.
    NotFinite(&'a str),
    /// Nothing, or a word that stands for it.
    Missing(&'a str),
    /// Anything else.
    Text(&'a str),
}

/// Words that tables write for a missing value (those of pandas, and the UCI's `?`).
const MISSING: [&str; 10] = [
    "", "NA", "N/A", "n/a", "#N/A", "<NA>", "NULL", "null", "None", "?",
];

impl<'a> Cell<'a> {
    pub fn of(text: &'a str) -> Self {
        let text = text.trim();
        // Nearly every cell is a number, so that comes first; no word for a missing value is one.
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Self::Number(number),
            Ok(_) => Self::NotFinite(text),
            Err(_) if MISSING.contains(&text) => Self::Missing(text),
            Err(_) => Self::Text(text),
        }
    }

    /// The cell of a table that holds numbers.
    pub fn of_number(number: f64) -> Self {
        if number.is_finite() {
            Self::Number(number)
        } else if number.is_nan() {
            Self::NotFinite("NaN")
        } else {
            Self::NotFinite(if number > 0.0 { "inf" } else { "-inf" })
        }
    }

    /// What stands in the cell, as text.
    pub fn text(self) -> String {
        match self {
            Self::Number(number) => format_number(number),
            Self::NotFinite(text) | Self::Missing(text) | Self::Text(text) => text.to_owned(),
        }
    }

    /// What stands for a missing value, if this does: NaN counts too, for who expects missing values.
    pub fn missing(self) -> Option<&'a str> {
        match self {
            Self::Missing(text) => Some(text),
            Self::NotFinite(text) if text.parse::<f64>().is_ok_and(f64::is_nan) => Some(text),
            _ => None,
        }
    }
}

/// The number in a feature's cell.
pub(super) fn number(cell: Cell<'_>) -> Result<f64, TableProblem> {
    match cell {
        Cell::Number(number) => Ok(number),
        Cell::Missing(cell) => Err(TableProblem::Missing {
            cell: cell.to_owned(),
        }),
        Cell::NotFinite(cell) => Err(TableProblem::NotFinite {
            cell: cell.to_owned(),
        }),
        Cell::Text(cell) => Err(TableProblem::NotANumber {
            cell: shortened(cell),
            hint: number_hint(cell),
        }),
    }
}

/// A cell as an error quotes it.
fn shortened(cell: &str) -> String {
    const SHOWN: usize = 60;
    match cell.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}...", &cell[..end]),
        None => cell.to_owned(),
    }
}

/// What may help where a number is expected.
fn number_hint(text: &str) -> &'static str {
    let with_point = text.replace(',', ".");
    if with_point != text && with_point.parse::<f64>().is_ok() {
        "; write decimals with a point"
    } else {
        "; every feature must be a number, so exclude a column of text, or ask for --categories one-hot"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_told_apart() {
        assert_eq!(Cell::of(" -1.5e3 "), Cell::Number(-1500.0));
        assert_eq!(Cell::of("+.5"), Cell::Number(0.5));
        assert_eq!(Cell::of("nan"), Cell::NotFinite("nan"));
        assert_eq!(Cell::of("-Infinity"), Cell::NotFinite("-Infinity"));
        assert_eq!(Cell::of("1e999"), Cell::NotFinite("1e999"));
        assert_eq!(Cell::of("  "), Cell::Missing(""));
        assert_eq!(Cell::of("NA"), Cell::Missing("NA"));
        assert_eq!(Cell::of("1_000"), Cell::Text("1_000"));
        assert_eq!(Cell::of("0x10"), Cell::Text("0x10"));
    }

    #[test]
    fn a_decimal_comma_is_recognised() {
        assert_eq!(number_hint("1,5"), "; write decimals with a point");
        assert!(number_hint("a,b").contains("exclude"));
    }
}
