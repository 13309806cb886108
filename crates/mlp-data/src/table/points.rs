//! What the points in a column's numbers part, where nothing says so: decimals, thousands, or a month and its year.

use super::cell::Spelling;
use super::format::{DecimalMark, ThousandsMark};
use super::number::{format_number, number};
use super::reading::Reading;
use crate::{Place, TableProblem};

/// Points that part thousands, perhaps: `1.200` beside `950`.
#[derive(Debug, Default)]
pub(super) struct Points {
    first: Option<(String, Place)>,
    /// Whether a whole number has three digits.
    hundreds: bool,
    /// Whether a number is written as no table of thousands has it.
    decimals: bool,
    /// Whether a point of some number can stand before decimals alone.
    proof: bool,
    /// Whether the last two digits behind a point are another thing than 0.
    fine: bool,
    months: Months,
}

/// Months and years, perhaps: `01.2020`, `1.2020`.
#[derive(Debug, Default)]
enum Months {
    /// No number yet.
    #[default]
    Unknown,
    /// Every number may be one.
    All {
        first: (String, Place),
        /// One that begins with a zero, as no other number does.
        zero: Option<(String, Place)>,
        /// The first of them that differ.
        distinct: Vec<String>,
    },
    /// A number is none.
    None,
}

impl Months {
    /// So many different numbers of four decimals are all months by no accident.
    const ENOUGH: usize = 4;

    fn take(&mut self, text: &str, place: Place) {
        if !is_month(text) {
            *self = Self::None;
        }
        let here = || (text.to_owned(), place);
        if let Self::Unknown = self {
            *self = Self::All {
                first: here(),
                zero: None,
                distinct: Vec::new(),
            };
        }
        if let Self::All { zero, distinct, .. } = self {
            if text.starts_with('0') {
                zero.get_or_insert_with(here);
            }
            if distinct.len() < Self::ENOUGH && !distinct.iter().any(|known| known == text) {
                distinct.push(text.to_owned());
            }
        }
    }

    /// The number that is shown, if all are months.
    fn shown(&self) -> Option<&(String, Place)> {
        match self {
            Self::All {
                first,
                zero,
                distinct,
            } => (zero.as_ref()).or_else(|| (distinct.len() == Self::ENOUGH).then_some(first)),
            Self::Unknown | Self::None => None,
        }
    }
}

/// Whether a text is a month and a year of four digits behind a point.
fn is_month(text: &str) -> bool {
    let Some((month, year)) = text.split_once('.') else {
        return false;
    };
    let within = |text: &str, range: std::ops::Range<u32>| {
        text.bytes().all(|byte| byte.is_ascii_digit())
            && text.parse().is_ok_and(|number| range.contains(&number))
    };
    matches!(month.len(), 1 | 2)
        && within(month, 1..13)
        && year.len() == 4
        && within(year, 1900..2100)
}

impl Points {
    /// Takes a number of the column down.
    pub fn take(&mut self, spelling: Spelling<'_>, place: Place, reading: &Reading) {
        let Spelling::Text(text) = spelling else {
            self.decimals = true;
            self.months = Months::None;
            return;
        };
        if !matches!(self.months, Months::None) && !reading.marked() {
            self.months.take(text, place);
        }
        if self.proof || reading.marked() {
            return;
        }
        let text = text.trim_matches(|c: char| !c.is_ascii_digit());
        let whole = number(text, (DecimalMark::Comma, Some(ThousandsMark::Point)));
        match whole {
            Some(_) if text.contains('.') => {
                self.fine |= !text.ends_with("00");
                self.first.get_or_insert_with(|| (text.to_owned(), place));
            }
            Some(number) if number < 1000.0 => self.hundreds |= number >= 100.0,
            _ => {
                self.decimals = true;
                self.proof |= text.contains('.');
            }
        }
    }

    /// Whether a point of some number can stand before decimals alone.
    pub fn are_decimal(&self) -> bool {
        self.proof
    }

    /// What is said of a number whose point may part thousands, where no number of the table tells; of one that commas part, points
    /// before decimals are as usual, and only numbers as round as thousands are doubtful.
    pub fn note(&self, column: &str, parted_by_commas: bool) -> Option<String> {
        let (text, place) = self.first.as_ref()?;
        if self.proof || self.decimals || parted_by_commas && self.fine {
            return None;
        }
        let (value, digits) = (format_number(text.parse().ok()?), text.replace('.', ""));
        Some(format!(
            "column `{column}` has numbers such as `{text}` ({place}), which is read as {value}, and no number of the table tells; \
             if {digits} is meant, give --decimal , --thousands . (and --decimal . if not)"
        ))
    }

    /// The first number that may be meant in two ways, and which, once the column is whole. Where nothing in the table says what
    /// its points part (`open`), no hundreds need stand beside it.
    pub fn problem(&self, open: bool) -> Option<(Place, TableProblem)> {
        if let Some((text, place)) = self.months.shown() {
            let problem = TableProblem::Disguised {
                cell: text.clone(),
                what: "a month and a year, as are all of the column".to_owned(),
                remedy: "write 01/2020 or 2020-01 and give --dates, or give --decimal . if they are numbers"
                    .to_owned(),
            };
            return Some((*place, problem));
        }
        let (text, place) = self.first.as_ref()?;
        if self.decimals || !(self.hundreds || open) {
            return None;
        }
        let digits = text.replace('.', "");
        let problem = TableProblem::Disguised {
            cell: text.clone(),
            what: format!(
                "{text} with a decimal point, or {digits} with points between the thousands"
            ),
            remedy: "give --decimal . or --thousands . with --decimal ,".to_owned(),
        };
        Some((*place, problem))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::TableFormat;

    #[test]
    fn points_before_three_digits_beside_hundreds_are_doubtful() {
        let doubt = |texts: &[&str], format: &TableFormat| {
            let (mut points, reading) = (Points::default(), Reading::of(format));
            for text in texts {
                points.take(Spelling::Text(text), Place::Row(1), &reading);
            }
            points
                .problem(false)
                .map(|(_, problem)| problem.to_string())
        };
        let plain = TableFormat::default();
        let both =
            "`1.200` is 1.200 with a decimal point, or 1200 with points between the thousands";
        for texts in [&["950", "1.200", "3.450"][..], &["1.200 €", "950 €"]] {
            assert!(doubt(texts, &plain).unwrap().starts_with(both), "{texts:?}");
        }
        for texts in [
            &["12.345", "-7.125"][..],
            &["12.345", "7"],
            &["950", "1.200", "3.45"],
            &["950", "0.125"],
            &["1.200", "1200", "950"],
        ] {
            assert_eq!(doubt(texts, &plain), None, "{texts:?}");
        }
        let named = TableFormat {
            decimal: Some(DecimalMark::Point),
            ..plain
        };
        assert_eq!(doubt(&["950", "1.200"], &named), None);
    }

    #[test]
    fn points_that_nothing_proves_are_doubtful_where_that_is_open() {
        let doubt = |texts: &[&str]| {
            let (mut points, reading) = (Points::default(), Reading::of(&TableFormat::default()));
            for text in texts {
                points.take(Spelling::Text(text), Place::Row(1), &reading);
            }
            (points.problem(true).is_some(), points.are_decimal())
        };
        assert_eq!(doubt(&["1.000", "-1.211"]), (true, false));
        assert_eq!(doubt(&["12.000", "7"]), (true, false));
        assert_eq!(doubt(&["1.000", "1.21"]), (false, true));
        assert_eq!(doubt(&["1.000", "2000", "0.125"]), (false, true));
        assert_eq!(doubt(&["1000", "7"]), (false, false));
    }

    #[test]
    fn months_before_years_are_no_numbers() {
        let doubt = |texts: &[&str]| {
            let (mut points, reading) = (Points::default(), Reading::of(&TableFormat::default()));
            for text in texts {
                points.take(Spelling::Text(text), Place::Row(1), &reading);
            }
            points.problem(false).is_some()
        };
        assert!(doubt(&["11.2019", "01.2020", "02.2020"]));
        assert!(!doubt(&["11.2019", "12.2020"]));
        assert!(!doubt(&["01.2020", "13.2020"]));
        assert!(!doubt(&["01.2020", "0.5"]));
        // Without a zero it takes several.
        let year = ["1.2019", "2.2019", "11.2019", "12.2019"];
        assert!(doubt(&year));
        assert!(!doubt(&[&year[..], &["1.2190"]].concat()));
        assert!(!doubt(&["1.2019", "2.2019", "1.2019", "2.2019", "+1.2019"]));
    }
}
