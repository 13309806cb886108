//! How the marks in the numbers of a column may be meant, and the options that read them so.

use super::cell::shortened;
use super::column_context::{Beside, ColumnContext};
use super::disguise::Disguise;
use super::format::{DecimalMark, ThousandsMark};
use super::number::{Marks, format_number, is_negative, number};
use super::readings::Readings;
use super::texts::Seen;
use crate::Place;

/// How the marks in the numbers of a column may be meant.
pub(super) struct Written {
    /// The number that the first is, with which marks.
    ways: Vec<(f64, Marks)>,
    /// The same of the first whose marks decide which number it is: `$1,200` behind `$950`.
    telling: Vec<(f64, Marks)>,
    marks: Marks,
    /// Whether the user said what stands before the decimals.
    given: bool,
    /// Whether the marks were named, for this table or for the one that it is like.
    marked: bool,
    /// A number of the same column whose marks contradict those of the first, and where it stands.
    contradiction: Option<String>,
    /// The column whose numbers contradict those of this one, and one of them.
    other_column: Option<String>,
}

impl Written {
    pub fn of<'a>(
        texts: &[Seen],
        alike: impl Iterator<Item = &'a (usize, Disguise<'a>)>,
        circumstances: ColumnContext<'_>,
    ) -> Self {
        let ColumnContext {
            decimals,
            marks,
            given,
            marked,
            beside,
            ..
        } = circumstances;
        let mut all: Option<(Readings, &str)> = None;
        let mut others = Vec::new();
        let mut contradiction = None;
        for &(at, found) in alike {
            let text = &texts[at].text;
            others.push(text.as_str());
            all = Some(match all {
                None => (found.readings, text),
                Some((readings, first)) => {
                    let both = readings.and(found.readings);
                    if both.is_empty() && !readings.is_empty() {
                        contradiction.get_or_insert_with(|| placed(text, texts[at].place));
                        (readings, first)
                    } else {
                        (both, first)
                    }
                }
            });
        }
        let (mut readings, first) = all.expect("one is in disguise");
        // Decimals beside them tell what their mark is.
        if let Some((text, place)) = decimals
            && !readings.is_empty()
        {
            // `398.044` may have its thousands parted, as `2.732.526` has.
            let beside = match readings.with(marks.0) {
                beside if beside.is_empty() => readings.and(Readings::of(digits_of(text))),
                beside => beside,
            };
            if beside.is_empty() {
                contradiction.get_or_insert_with(|| placed(text, place));
            } else {
                readings = beside;
            }
        }
        // One decimal mark holds for all columns.
        let mut other_column = None;
        if let Some(Beside {
            column,
            text,
            place,
        }) = beside
            && !readings.is_empty()
        {
            match readings.with(marks.0) {
                within if within.is_empty() => {
                    other_column = Some(format!("column `{column}` has `{text}` ({place})"));
                }
                within => readings = within,
            }
        }
        let ways = ways_of(first, readings);
        let mut telling = others.iter().map(|text| ways_of(text, readings));
        Self {
            telling: (telling.find(|ways| ways.len() > 1)).unwrap_or_else(|| ways.clone()),
            ways,
            marks,
            given,
            marked,
            contradiction,
            other_column,
        }
    }

    /// What a number is that the marks alone disguise, and what can be done.
    pub fn sentence(&self) -> (String, String) {
        if let Some(other) = &self.contradiction {
            return (
                format!("a number, and {other} of the same column has other marks"),
                "no option reads both, so write them alike in the file".to_owned(),
            );
        }
        match (self.ways.as_slice(), &self.other_column) {
            ([], _) => (
                "a number whose groups of digits are not in threes".to_owned(),
                "remove the marks".to_owned(),
            ),
            ([(_, way), ..], Some(other)) => (
                format!("a number with {}, and {other}", named(*way)),
                "one decimal mark holds for all columns, so write the numbers of the file alike, or leave one of the two columns out \
                 with --exclude"
                    .to_owned(),
            ),
            ([(_, way)], None) => (
                format!("a number with {}", named(*way)),
                self.remedy(&self.options(*way), way.0),
            ),
            (ways, None) => {
                let meant = |(value, way): &(f64, Marks)| {
                    format!("{} with {}", format_number(*value), named(*way))
                };
                let meant: Vec<String> = ways.iter().map(meant).collect();
                let options: Vec<String> = ways.iter().map(|(_, way)| self.options(*way)).collect();
                (
                    meant.join(", or "),
                    format!("give {}", options.join(" or ")),
                )
            }
        }
    }

    /// What can be done about marks that options read. A decimal mark that was given is that of all columns.
    fn remedy(&self, options: &str, decimal: DecimalMark) -> String {
        if self.given && decimal != self.marks.0 {
            return format!(
                "--decimal '{}' applies to all columns, so write the decimals of the file alike, or give {options} if they all are so",
                self.marks.0
            );
        }
        format!("give {options}")
    }

    /// The options that the marks need, behind one that is named.
    pub fn more(&self) -> String {
        let other = match (&self.contradiction, &self.other_column) {
            (Some(other), _) => Some(format!("{other} of the same column has others")),
            (None, other) => other.clone(),
        };
        if let Some(other) = other {
            return format!(
                " and write decimals and thousands alike in all of the file, since {other}"
            );
        }
        // The marks that are in force read them, and are meant so where they were named.
        let in_force = |(_, way): &(f64, Marks)| *way == self.marks;
        if self.telling.iter().any(in_force) {
            // As a rule they are meant so, but nobody said it.
            let other = self.telling.iter().find(|way| !in_force(way));
            return match other.filter(|_| !self.marked) {
                Some((value, way)) => format!(
                    " (with {} where {} is meant)",
                    self.options(*way),
                    format_number(*value)
                ),
                None => String::new(),
            };
        }
        let options = |(_, way): &(f64, Marks)| self.options(*way);
        let options: Vec<String> = self
            .telling
            .iter()
            .map(options)
            .filter(|way| !way.is_empty())
            .collect();
        match options.as_slice() {
            [] => String::new(),
            options => format!(" and {}", options.join(" or ")),
        }
    }

    /// The options that say what is not in force.
    fn options(&self, (decimal, thousands): Marks) -> String {
        let mut options = Vec::new();
        if decimal != self.marks.0 {
            options.push(format!("--decimal '{decimal}'"));
        }
        if let Some(mark) = thousands.filter(|_| thousands != self.marks.1) {
            options.push(match mark {
                ThousandsMark::Apostrophe => "--thousands apostrophe".to_owned(),
                ThousandsMark::Space => "--thousands space".to_owned(),
                mark => format!("--thousands '{mark}'"),
            });
        }
        options.join(" and ")
    }
}

/// A text from its first digit to its last.
fn digits_of(text: &str) -> &str {
    let digits = |c: char| c.is_ascii_digit();
    match (text.find(digits), text.rfind(digits)) {
        (Some(start), Some(end)) => &text[start..=end],
        _ => text,
    }
}

/// The numbers that the digits of a text may be, of money for instance, each with the marks that it is read by.
fn ways_of(text: &str, readings: Readings) -> Vec<(f64, Marks)> {
    let core = digits_of(text);
    let sign = if is_negative(text) { -1.0 } else { 1.0 };
    let mut ways: Vec<(f64, Marks)> = Vec::new();
    for (decimal, thousands) in readings.iter() {
        let Some(value) = number(core, (decimal, thousands)).map(|value| sign * value) else {
            continue;
        };
        let needless = readings.contains((decimal, None)) && thousands.is_some();
        if !needless && !ways.iter().any(|(other, _)| *other == value) {
            ways.push((value, (decimal, thousands)));
        }
    }
    ways
}

/// A cell as errors quote it, with its place.
fn placed(text: &str, place: Place) -> String {
    format!("`{}` ({place})", shortened(text))
}

/// Marks in words.
fn named((decimal, thousands): Marks) -> String {
    let between = |what| format!("{what} between the thousands");
    match (decimal, thousands) {
        (DecimalMark::Point, None) => "a decimal point".to_owned(),
        (DecimalMark::Comma, None) => "a decimal comma".to_owned(),
        (_, Some(ThousandsMark::Comma)) => between("commas"),
        (_, Some(ThousandsMark::Point)) => between("points"),
        (_, Some(ThousandsMark::Space)) => between("spaces"),
        (_, Some(ThousandsMark::Apostrophe)) => between("apostrophes"),
        (_, Some(ThousandsMark::Underscore)) => between("underscores"),
    }
}
