//! How the cells of a table are read: by the marks, words and signs that its format names.

use std::borrow::Cow;

use super::cell::{Cell, Spelling};
use super::format::{DateOrder, TableFormat};
use super::judge::problem_of;
use super::number::{Marks, number};
use crate::TableProblem;

/// What decides what a cell holds.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    marks: Marks,
    missing: Vec<String>,
    units: Vec<String>,
    dates: Option<DateOrder>,
    /// Whether it is known that the cells are dates.
    only_dates: bool,
}

impl Reading {
    pub fn of(format: &TableFormat) -> Self {
        Self {
            marks: (format.decimal.unwrap_or_default(), format.thousands),
            missing: format.missing_words.clone(),
            units: format.units.clone(),
            dates: format.dates,
            only_dates: false,
        }
    }

    /// The same for a column of which it is known, of a table that it is like, whether it is dates.
    pub(super) fn of_column(&self, name: &str, like: Option<&TableFormat>) -> Self {
        let dates = like.map(|like| like.date_columns.iter().any(|known| known == name));
        Self {
            dates: self.dates.filter(|_| dates != Some(false)),
            only_dates: dates == Some(true),
            ..self.clone()
        }
    }

    /// Refuses a number where dates are known to be.
    pub(super) fn not_a_day(&self, cell: Cell<'_>) -> Result<(), TableProblem> {
        match cell {
            Cell::Number(number, spelling) if self.only_dates => Err(TableProblem::NotADate {
                cell: spelling.name(number).into_owned(),
            }),
            _ => Ok(()),
        }
    }

    /// Whether a number is one by its unit, or by the marks between its thousands.
    pub(super) fn is_amount(&self, spelling: Spelling<'_>) -> bool {
        match spelling {
            Spelling::Text(text) => number(text, (self.marks.0, None)).is_none(),
            Spelling::Usual | Spelling::Integer(_) => false,
        }
    }

    /// What a text holds.
    pub fn cell<'a>(&self, text: &'a str) -> Cell<'a> {
        let text = text.trim();
        if self.missing.iter().any(|word| word == text) {
            return Cell::Missing(text);
        }
        match Cell::told(text, number(text, self.marks)) {
            Cell::Text(_) => Cell::told(text, self.stripped(text)),
            cell => cell,
        }
    }

    /// What a cell is if it is a number in disguise.
    pub(super) fn disguised(&self, cell: Cell<'_>) -> Option<TableProblem> {
        match cell {
            Cell::Text(text) => problem_of(text, self.marks, None),
            _ => None,
        }
    }

    pub(super) fn marks(&self) -> Marks {
        self.marks
    }

    pub(super) fn dates(&self) -> Option<DateOrder> {
        self.dates
    }

    /// The number that is left when the signs to take off are.
    fn stripped(&self, text: &str) -> Option<f64> {
        let minus = |text: &'_ str| text.strip_prefix(['-', '\u{2212}']).map(|rest| rest.len());
        let behind = |length: usize| text[text.len() - length..].trim_start();
        let (negative, mut rest) = match minus(text) {
            Some(length) => (true, behind(length)),
            None => (false, text),
        };
        loop {
            let sign = self.units.iter().filter(|sign| !sign.is_empty());
            let off = |sign: &String| {
                let sign = sign.as_str();
                (rest.strip_prefix(sign)).or_else(|| rest.strip_suffix(sign))
            };
            match sign.filter_map(off).next() {
                Some(shorter) => rest = shorter.trim(),
                None => break,
            }
        }
        let unsigned = rest.starts_with(|c: char| c.is_ascii_digit() || c == '.' || c == ',');
        if negative && !unsigned {
            return None;
        }
        let rest = match negative {
            true => Cow::Owned(format!("-{rest}")),
            false => Cow::Borrowed(rest),
        };
        number(&rest, self.marks).filter(|number| number.is_finite())
    }

    /// The number in a cell of numbers.
    pub(super) fn number(&self, cell: Cell<'_>) -> Result<f64, TableProblem> {
        match cell {
            Cell::Number(number, _) => Ok(number),
            Cell::Missing(cell) => Err(TableProblem::Missing {
                cell: cell.to_owned(),
            }),
            Cell::NotFinite(cell) => Err(TableProblem::NotFinite {
                cell: cell.to_owned(),
            }),
            Cell::Text(text) => Err(self.not_a_number(text)),
        }
    }

    /// What is wrong with a text where a number must be.
    pub(super) fn not_a_number(&self, text: &str) -> TableProblem {
        problem_of(text, self.marks, self.dates).unwrap_or_else(|| TableProblem::NotANumber {
            cell: super::cell::shortened(text),
            hint: "; every feature must be a number, so exclude a column of text, or ask for --categories one-hot",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{DecimalMark, ThousandsMark};

    fn value(text: &str, format: &TableFormat) -> Option<f64> {
        match Reading::of(format).cell(text) {
            Cell::Number(number, _) => Some(number),
            _ => None,
        }
    }

    #[test]
    fn marks_are_those_of_the_format() {
        let format = TableFormat {
            decimal: Some(DecimalMark::Comma),
            thousands: Some(ThousandsMark::Point),
            ..TableFormat::default()
        };
        assert_eq!(value(" 1.234,5 ", &format), Some(1234.5));
        assert_eq!(value("1.5", &format), None);
        assert_eq!(value("1,5", &TableFormat::default()), None);
    }

    #[test]
    fn signs_are_taken_off_on_request() {
        let format = TableFormat {
            units: ["$", "%", "kg"].map(str::to_owned).to_vec(),
            thousands: Some(ThousandsMark::Comma),
            ..TableFormat::default()
        };
        for (text, number) in [
            ("$3.00", Some(3.0)),
            ("-$1,200", Some(-1200.0)),
            ("$ -3", Some(-3.0)),
            ("-$-3", None),
            ("12 %", Some(12.0)),
            ("3.0 kg", Some(3.0)),
            ("3.0 lb", None),
            ("$", None),
            ("kg", None),
            ("$nan", None),
            ("5", Some(5.0)),
        ] {
            assert_eq!(value(text, &format), number, "{text}");
        }
        assert_eq!(value("$3", &TableFormat::default()), None);
    }

    #[test]
    fn words_of_the_user_are_missing() {
        let format = TableFormat {
            missing_words: vec!["-999".to_owned(), "unknown".to_owned()],
            ..TableFormat::default()
        };
        let reading = Reading::of(&format);
        assert_eq!(reading.cell("-999"), Cell::Missing("-999"));
        assert_eq!(reading.cell(" unknown"), Cell::Missing("unknown"));
        assert_eq!(reading.cell("NA"), Cell::Missing("NA"));
    }
}
