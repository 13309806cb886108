//! Which words behind the numbers of a column are units, told from all of them.

use super::cell::is_flag;
use super::disguise::{Disguise, Kind, is_size};
use super::odd::Odd;
use super::texts::Seen;

/// Which words behind numbers are units, and whether bounds are numbers.
pub(super) struct Units {
    few: bool,
    /// Whether the words and signs about the numbers are few.
    alike: bool,
    /// Whether every text has one word before its number: tickets `PC 17599` beside `A/5 21171` are names.
    labelled: bool,
    /// Whether there are numbers without a word.
    numbers: bool,
    /// Whether bounds stand among numbers, or are too many for classes.
    bounds: bool,
}

impl Units {
    /// A word that is not a known unit may yet be one: where nearly every number has one of a few such words behind it, after a
    /// space or with decimals among them, or where they are as many as measurements are. `2WD` and `4WD` are none.
    pub fn of(written: &[(usize, &Seen)], found: &[Option<Disguise<'_>>], numbers: usize) -> Self {
        const WORDS: usize = 3;
        const VALUES: usize = 20;
        const SIZES: usize = 3;
        const BOUNDS: usize = 3;
        let mut words: Vec<&str> = Vec::new();
        let (mut measured, mut sizes, mut bounds, mut amounts) = (0, 0, 0, numbers > 0);
        let (mut spelled, mut with_word, mut rows) = (false, 0, 0);
        for (&(_, seen), found) in written.iter().zip(found) {
            rows += seen.rows;
            match found.map(|found| found.kind) {
                Some(Kind::Unit { word, spaced, .. }) => {
                    measured += 1;
                    with_word += seen.rows;
                    sizes += usize::from(is_thousands(word));
                    spelled |= spaced || seen.text.contains(['.', ',']);
                    if !words.contains(&word) {
                        words.push(word);
                    }
                }
                Some(Kind::Label { word, .. }) if !words.contains(&word) => words.push(word),
                Some(Kind::Odd(Odd::Bound)) => bounds += 1,
                Some(_) => amounts = true,
                None => {}
            }
        }
        let measured = spelled || measured > VALUES || sizes >= SIZES;
        Self {
            few: numbers == 0 && 2 * with_word > rows && measured && words.len() <= WORDS,
            alike: words.len() <= WORDS,
            labelled: words.len() == 1 && found.iter().all(Option::is_some),
            numbers: numbers > 0,
            bounds: amounts || bounds >= BOUNDS,
        }
    }

    pub fn hold(&self, found: &Disguise<'_>) -> bool {
        match found.kind {
            // `9K` beside numbers is 9000, and `5+` is 5 or more; by themselves such may be names, and `12B` is a house.
            Kind::Unit { word, .. } if self.numbers && (is_thousands(word) || word == "+") => true,
            Kind::Unit {
                word, spaced: true, ..
            } if self.numbers && (self.alike || is_flag(word)) => true,
            Kind::Label { symbol: true, .. } => self.alike,
            Kind::Label { .. } => self.labelled && self.numbers,
            Kind::Unit { known, .. } => known || self.few,
            Kind::Odd(Odd::Bound) => self.bounds,
            _ => true,
        }
    }
}

/// Whether a word is one for thousands or more, and no letter that stands behind the numbers of codes.
fn is_thousands(word: &str) -> bool {
    is_size(word) && !["b", "B", "T", "m"].contains(&word)
}

/// Units whose names mean the same in capital letters: `KG` is `kg`, and `MW` is not `mW`.
const CASELESS: [&str; 24] = [
    "kg", "lb", "lbs", "oz", "km", "cm", "mm", "ft", "in", "mi", "hr", "hrs", "min", "sec", "day",
    "days", "week", "weeks", "month", "months", "year", "years", "eur", "usd",
];

/// Whether two signs are one unit: `day` and `days` are, `Jahr` and `Jahre`, and `kg` and `KG`.
pub(super) fn alike(one: &str, other: &str) -> bool {
    let plural = |one: &str, other: &str| {
        let ending = other.strip_prefix(one);
        one.len() > 1 && ending == Some("s")
            || one.len() > 2
                && ending.is_some_and(|ending| ["e", "n", "en", "es"].contains(&ending))
    };
    let caseless =
        || one.eq_ignore_ascii_case(other) && CASELESS.contains(&&*one.to_ascii_lowercase());
    one == other || plural(one, other) || plural(other, one) || caseless()
}
