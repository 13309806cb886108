//! What the numbers of a column tell of how they are written: their unit, and what their points part.

use std::borrow::Cow;

use super::ambiguity::Ambiguity;
use super::cell::{Numeral, Spelling, shortened};
use super::number::format_number;
use super::one_unit::OneUnit;
use super::points::Points;
use super::reading::Reading;
use super::sentinel::Ends;
use super::versions::Versions;
use crate::{Place, TableProblem, names};

/// What the numbers of a column tell of how they are written.
#[derive(Debug, Default)]
pub(super) struct Amounts {
    unit: OneUnit,
    points: Points,
    /// The first number with decimals, or the first of these that has no groups of three digits behind its marks.
    decimals: Option<(String, Place)>,
    /// Whether that one has none.
    certain: bool,
    doubt: Ambiguity,
    /// How many numbers there are, and how many of these are whole and written without a mark.
    numbers: u64,
    whole: u64,
    /// The first whole number that is another one when it is read.
    inexact: Option<String>,
    /// The first number that is not 0 and becomes 0 when it is read.
    vanished: Option<(String, Place)>,
    /// The first number between -1 and 1 but 0.
    share: Option<String>,
    ends: Ends,
    versions: Versions,
}

impl Amounts {
    /// Takes a number of the column down.
    ///
    /// # Errors
    /// A unit that is not that of the column; see [`OneUnit::take`].
    pub fn take(&mut self, numeral: Numeral<'_>, reading: &Reading) -> Result<(), TableProblem> {
        let Numeral {
            number,
            spelling,
            place,
        } = numeral;
        self.points.take(spelling, place, reading);
        if !self.certain {
            let mark = reading.marks().0.character();
            let found = match spelling {
                Spelling::Text(text) => text.contains(mark).then(|| text.into()),
                Spelling::Usual => (number.fract() != 0.0).then(|| format_number(number).into()),
                Spelling::Integer(_) | Spelling::Truth(_) => None,
            };
            if let Some(text) = found {
                let text: Cow<'_, str> = text;
                self.certain = !is_grouped(&text, mark);
                if self.certain || self.decimals.is_none() {
                    self.decimals = Some((text.into_owned(), place));
                }
            }
        }
        if let Spelling::Text(text) = spelling {
            self.versions.take(text);
        }
        self.numbers += 1;
        if reading.is_alike() {
            self.ends.take(number);
        }
        self.whole += u64::from(is_whole(spelling));
        if self.inexact.is_none() && number.abs() >= EXACT && is_inexact(number, spelling) {
            self.inexact = Some(shortened(&spelling.name(number)));
        }
        if self.share.is_none() && number != 0.0 && number.abs() < 1.0 {
            self.share = Some(shortened(&spelling.name(number)));
        }
        if self.vanished.is_none() && number == 0.0 && has_vanished(spelling) {
            self.vanished = Some((shortened(&spelling.name(number)), place));
        }
        self.doubt(spelling, place, reading);
        self.unit.take(numeral, reading)
    }

    /// Takes down by which marks a number of a table for a model is read.
    pub fn doubt(&mut self, spelling: Spelling<'_>, place: Place, reading: &Reading) {
        if let (Spelling::Text(text), true) = (spelling, reading.is_alike()) {
            (self.doubt).take(text, place, reading.marks(), reading.is_whole());
        }
    }

    /// Whether the marks of a table for a model may be meant otherwise.
    pub fn doubts(&self) -> &Ambiguity {
        &self.doubt
    }

    /// Whether all numbers are whole and written without a mark, and there are any.
    pub fn are_whole(&self) -> bool {
        self.numbers > 0 && self.whole == self.numbers
    }

    /// A number of a table for a model that stands for a missing value, it seems, and how often.
    pub fn sentinel(&self) -> Option<(f64, u64)> {
        self.ends.sentinel()
    }

    /// Whether a point of some number can stand before decimals alone.
    pub fn has_decimal_points(&self) -> bool {
        self.points.are_decimal()
    }

    /// What a user should look at: whole numbers that are not told apart, and numbers without the column's unit.
    pub fn notes(&self, column: &str, reading: &Reading) -> Vec<String> {
        let inexact = self.inexact.iter().map(|text| {
            format!(
                "column `{column}` has whole numbers beyond 2^53, for instance `{text}`, which are rounded, so that some become equal; \
                 if they are names, leave the column out with --exclude {}",
                names::shell(column)
            )
        });
        let vanished = self.vanished.iter().map(|(text, place)| {
            format!("column `{column}` has numbers too small for 64 bits, `{text}` ({place}) for instance, which are read as 0")
        });
        let bare = self.unit.note(column, reading);
        let versions = self.versions.note(column).filter(|_| !reading.is_alike());
        (inexact.chain(vanished).chain(bare))
            .chain(versions)
            .collect()
    }

    /// The first number with decimals, and where it stands; one that tells what its mark is, if there is any.
    pub fn decimals(&self) -> Option<(&str, Place)> {
        let (text, place) = self.decimals.as_ref()?;
        Some((text, *place))
    }

    /// Whether some numbers go without the unit, which is that of per cents.
    pub fn has_bare(&self) -> bool {
        self.unit.has_bare()
    }

    /// The first number between -1 and 1.
    pub fn share(&self) -> Option<&str> {
        self.share.as_deref()
    }

    /// A number that the marks in force alone read, and where it stands.
    pub fn proven(&self) -> Option<(&str, Place)> {
        self.decimals().filter(|_| self.certain)
    }

    /// The unit of the column; none where no number has any.
    pub fn unit(&self) -> Option<&[String]> {
        self.unit.unit()
    }

    /// What is said of points that may part thousands; see [`Points::note`].
    pub fn points(&self, column: &str, parted_by_commas: bool) -> Option<String> {
        self.points.note(column, parted_by_commas)
    }

    /// A number that may be meant in two ways, once the column is whole; see [`Points::problem`].
    pub fn problem(&self, open: bool) -> Option<(Place, TableProblem)> {
        self.points.problem(open)
    }
}

/// Whole numbers up to here are exact.
pub(super) const EXACT: f64 = (1_u64 << 53) as f64;

/// Whether a number is written as a whole one, without a mark.
pub(super) fn is_whole(spelling: Spelling<'_>) -> bool {
    match spelling {
        Spelling::Text(text) => {
            let digits = text.trim_matches(|c: char| !c.is_ascii_digit());
            digits.bytes().all(|byte| byte.is_ascii_digit())
        }
        Spelling::Usual | Spelling::Integer(_) | Spelling::Truth(_) => false,
    }
}

/// Whether a number that was read as 0 is written with a digit above it before its exponent.
fn has_vanished(spelling: Spelling<'_>) -> bool {
    let Spelling::Text(text) = spelling else {
        return false;
    };
    let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
    mantissa.bytes().any(|byte| matches!(byte, b'1'..=b'9'))
}

/// Whether a whole number is written of which the number read is not the value.
fn is_inexact(number: f64, spelling: Spelling<'_>) -> bool {
    let whole = match spelling {
        Spelling::Integer(whole) => Some(whole),
        Spelling::Text(text) => text.parse().ok(),
        Spelling::Usual | Spelling::Truth(_) => None,
    };
    whole.is_some_and(|whole: i128| number as i128 != whole)
}

/// Whether three digits stand behind each mark, so that it may stand between thousands.
fn is_grouped(text: &str, mark: char) -> bool {
    let digits = text.trim_matches(|c: char| !c.is_ascii_digit());
    let mut groups = digits.split(mark);
    let first = groups.next().unwrap_or_default();
    let whole = (1..=3).contains(&first.len()) && !first.starts_with('0');
    whole && groups.all(|group| group.len() == 3)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{TableCell, TableFormat};

    #[test]
    fn a_column_has_the_unit_that_the_model_knows() {
        let like = |units: &[&str], columns: &[(&str, &str)]| TableFormat {
            units: units.iter().map(|&unit| unit.to_owned()).collect(),
            unit_columns: (columns.iter())
                .map(|(column, unit)| ((*column).to_owned(), vec![(*unit).to_owned()]))
                .collect(),
            ..TableFormat::default()
        };
        let taken = |like: &TableFormat, given: &[&str], text: &str| {
            let given = TableFormat {
                units: given.iter().map(|&unit| unit.to_owned()).collect(),
                ..TableFormat::default()
            };
            let format = given.or_cells_of(like);
            let reading = Reading::of(&format).of_column("a", &format, Some(like));
            match reading.cell(text) {
                cell @ TableCell::Number(..) => {
                    let numeral = Numeral::of(cell, Place::Line(2)).unwrap();
                    let taken = Amounts::default().take(numeral, &reading);
                    taken.map_err(|problem| problem.to_string())
                }
                cell => Err(reading.number(cell).unwrap_err().to_string()),
            }
        };
        let known = like(&["kg", "lb", "%"], &[("a", "kg"), ("b", "lb")]);
        assert_eq!(taken(&known, &[], "3 kg"), Ok(()));
        assert_eq!(taken(&known, &[], "3"), Ok(()));
        assert_eq!(
            taken(&known, &[], "12 lb").unwrap_err(),
            "`12 lb` is a number with `lb`, and the column had `kg` when the model was trained; \
             write it as there, or give --units 'lb' for this file if that is the same"
        );
        assert_eq!(taken(&known, &["lb"], "12 lb"), Ok(()));
        let bare = like(&["lb"], &[("b", "lb")]);
        assert!(
            taken(&bare, &[], "12 lb")
                .unwrap_err()
                .contains("the column had no unit when the model was trained")
        );
        let share = like(&["%"], &[("a", "%")]);
        assert_eq!(taken(&share, &[], "12%"), Ok(()));
        assert!(
            taken(&share, &[], "0.12")
                .unwrap_err()
                .contains("without `%`")
        );
        let plain = TableFormat::default();
        assert_eq!(
            taken(&plain, &[], "3 kg").unwrap_err(),
            "`3 kg` is a number with the unit `kg`, and the column had no unit when the model was trained; \
             write it as there, or give --units 'kg'"
        );
        assert_eq!(taken(&plain, &["kg"], "3 kg"), Ok(()));
    }

    #[test]
    fn whole_numbers_are_told_from_marked_ones_and_from_rounded_ones() {
        let taken = |texts: &[&str]| {
            let (mut amounts, reading) = (Amounts::default(), Reading::of(&TableFormat::default()));
            for text in texts {
                if let Some(numeral) = Numeral::of(reading.cell(text), Place::Row(1)) {
                    amounts.take(numeral, &reading).unwrap();
                }
            }
            (amounts.are_whole(), amounts.notes("a", &reading).len())
        };
        assert_eq!(taken(&["5", "-700"]), (true, 0));
        assert_eq!(taken(&["5", "7.0"]), (false, 0));
        assert_eq!(taken(&[]), (false, 0));
        assert_eq!(taken(&["9007199254740992", "1e300"]), (false, 0));
        assert_eq!(taken(&["9007199254740993"]), (true, 1));
        assert_eq!(taken(&["1e-400"]), (false, 1));
        assert_eq!(taken(&["0e-400", "0.000", "1e-300"]), (false, 0));
    }
}
