//! Numbers of a column that are written otherwise than numbers are: in a column of names each spelling is a name.

use super::cell::Spelling;
use super::number::{begins_with_zero, is_code};
use crate::Place;

/// Beyond so many spellings a column holds measurements.
const MOST: usize = 200;

/// The unusual spellings of a column's whole numbers, for as long as the column may be one of names: `01`, `+1`, `1.0`.
#[derive(Debug, Default)]
pub(super) struct Spellings {
    /// Each once, with its number and the place where it stood first.
    seen: Vec<(String, f64, Place)>,
    /// For each row its spelling, counted from 1, or 0; up to the last that has one.
    rows: Vec<u8>,
    /// Whether the numbers are measurements.
    measured: bool,
}

impl Spellings {
    /// Takes down how the number of a row is written.
    pub fn take(&mut self, number: f64, spelling: Spelling<'_>, row: usize, place: Place) {
        if self.measured || spelling.is_usual() {
            return;
        }
        let name = spelling.name(number);
        let known = self.seen.iter().position(|(known, ..)| *known == name);
        let position = known.unwrap_or(self.seen.len());
        if number.fract() != 0.0 || position == MOST {
            *self = Self {
                measured: true,
                ..Self::default()
            };
            return;
        }
        if known.is_none() {
            self.seen.push((name.into_owned(), number, place));
        }
        self.rows.resize(row, 0);
        self.rows.push(position as u8 + 1);
    }

    /// The unusual spelling of a row's number.
    pub fn of(&self, row: usize) -> Option<&str> {
        let position = usize::from(*self.rows.get(row)?).checked_sub(1)?;
        Some(&self.seen[position].0)
    }

    /// Two spellings of one number of which one is that of a code (`007`, `1e5`), and where; `numbers` are those of all rows.
    pub fn twins(
        &self,
        numbers: &(impl Iterator<Item = f64> + Clone),
    ) -> Option<(Place, String, String)> {
        let is_code = |name: &str| begins_with_zero(name) || name.contains(['e', 'E']);
        let coded = self.seen.iter().filter(|(name, ..)| is_code(name));
        coded
            .filter(|(name, ..)| self.is_held(name))
            .find_map(|(name, number, place)| {
                let mut rows = numbers.clone().enumerate();
                let (row, _) = rows.find(|&(row, other)| {
                    other == *number && self.of(row).is_none_or(|other| other != name)
                })?;
                let other = match self.of(row) {
                    Some(other) => other.to_owned(),
                    None => Spelling::Usual.name(*number).into_owned(),
                };
                Some((*place, name.clone(), other))
            })
    }

    /// All spellings of one number, where several are there; `numbers` are those of all rows.
    pub fn of_number(&self, number: f64, numbers: impl Iterator<Item = f64>) -> Vec<String> {
        let mut found = Vec::new();
        for (row, other) in numbers.enumerate() {
            let name = match self.of(row) {
                Some(name) => name.to_owned(),
                None => Spelling::Usual.name(other).into_owned(),
            };
            if other == number && !found.contains(&name) {
                found.push(name);
            }
        }
        found
    }

    /// The first number that is written as codes are: with a zero before it, or else an exponent.
    pub fn code(&self) -> Option<&str> {
        let held = || self.seen.iter().map(|(name, ..)| name.as_str());
        let first =
            |is_one: fn(&str) -> bool| held().find(|name| is_one(name) && self.is_held(name));
        first(begins_with_zero).or_else(|| first(is_code))
    }

    /// Whether a number is written as codes are, so that all of the column may be names.
    pub fn has_codes(&self) -> bool {
        (self.seen.iter()).any(|(name, ..)| is_code(name) && self.is_held(name))
    }

    fn is_held(&self, name: &str) -> bool {
        let position = self.seen.iter().position(|(known, ..)| known == name);
        position.is_some_and(|position| self.rows.contains(&(position as u8 + 1)))
    }

    /// Keeps the rows that `kept` says so of.
    pub fn keep(&mut self, kept: &[bool]) {
        let mut kept = kept.iter();
        self.rows.retain(|_| kept.next().is_some_and(|kept| *kept));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::cell::TableCell;

    fn spellings(cells: &[&str]) -> (Spellings, Vec<f64>) {
        let mut spellings = Spellings::default();
        let mut numbers = Vec::new();
        for (row, text) in cells.iter().enumerate() {
            numbers.push(match TableCell::of(text) {
                TableCell::Number(number, spelling) => {
                    spellings.take(number, spelling, row, Place::Line(row as u64 + 2));
                    number
                }
                _ => f64::NAN,
            });
        }
        (spellings, numbers)
    }

    #[test]
    fn each_row_keeps_its_spelling() {
        let (mut found, numbers) = spellings(&["1", "01", "x", "1.0", "01", "2"]);
        let of = |found: &Spellings| {
            (0..6)
                .map(|row| found.of(row).map(str::to_owned))
                .collect::<Vec<_>>()
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            of(&found),
            [None, some("01"), None, some("1.0"), some("01"), None]
        );
        assert_eq!(
            found.of_number(1.0, numbers.iter().copied()),
            ["1", "01", "1.0"]
        );
        assert_eq!(found.code(), Some("01"));
        found.keep(&[true, false, false, true, false, true]);
        assert_eq!(of(&found)[..2], [None, some("1.0")]);
        assert_eq!(found.code(), None);
    }

    #[test]
    fn codes_are_told_from_what_programs_write() {
        for (cells, codes) in [
            (&["01", "2"][..], true),
            (&["1E5", "2E5"], true),
            (&["1.0", "2.0"], false),
            (&["+1", "-1"], false),
            (&["1.000e+00", "0.000e+00"], false),
            (&["1e+05", "2e+05"], false),
        ] {
            assert_eq!(spellings(cells).0.has_codes(), codes, "{cells:?}");
        }
    }

    #[test]
    fn codes_have_twins_and_measurements_none() {
        let twins = |cells: &[&str]| {
            let (found, numbers) = spellings(cells);
            found.twins(&numbers.into_iter())
        };
        let names = |place, one: &str, other: &str| {
            Some((Place::Line(place), one.to_owned(), other.to_owned()))
        };
        assert_eq!(twins(&["7", "8", "007"]), names(4, "007", "7"));
        assert_eq!(twins(&["07", "007"]), names(2, "07", "007"));
        assert_eq!(twins(&["007", "7.0"]), names(2, "007", "7.0"));
        assert_eq!(twins(&["100000", "1e5"]), names(3, "1e5", "100000"));
        assert_eq!(twins(&["007", "8", "1.0", "1"]), None);
        assert_eq!(twins(&["007", "7", "1.5"]), None);
    }
}
