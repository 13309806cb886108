//! Dates that stand for a missing one: programs write the first or the last that they know.

use super::cell::shortened;
use super::date::since_1970;
use crate::names;

/// The ends of a column's dates, those apart that programs write for a missing date.
#[derive(Debug, Default)]
pub(super) struct SentinelDates {
    found: Vec<(f64, String)>,
    /// The first and the last of all others.
    others: Option<(f64, f64)>,
}

/// Year, month and day of dates that programs write for none.
const WRITTEN: [(i64, i64, i64); 11] = [
    (1, 1, 1),
    (1899, 12, 30),
    (1899, 12, 31),
    (1900, 1, 1),
    (1901, 1, 1),
    (1970, 1, 1),
    (2099, 12, 31),
    (2100, 1, 1),
    (2999, 12, 31),
    (9999, 1, 1),
    (9999, 12, 31),
];

impl SentinelDates {
    /// Takes down a day from 1970-01-01 that stands in the column as `text`.
    pub fn take(&mut self, day: f64, text: &str) {
        let is_it = |&(year, month, date)| since_1970(year, month, date) as f64 == day.floor();
        if !WRITTEN.iter().any(is_it) {
            let (first, last) = self.others.unwrap_or((day, day));
            self.others = Some((first.min(day), last.max(day)));
        } else if !self.found.iter().any(|(known, _)| *known == day) {
            self.found.push((day, shortened(text)));
        }
    }

    /// What is said of one that lies far from all other dates of the column.
    pub fn note(&self, column: &str) -> Option<String> {
        const YEARS: f64 = 5.0 * 365.0;
        let (first, last) = self.others?;
        let is_far = |&&(day, _): &&(f64, String)| {
            let apart = (first - day).max(day - last);
            apart > YEARS && apart > (last - first) / 4.0
        };
        let (_, text) = self.found.iter().find(is_far)?;
        Some(format!(
            "column `{column}` has the date `{text}`, far from its others; if that stands for a missing one, give --missing-words {}",
            names::shell(text)
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::DateOrder;
    use crate::table::date::days;

    #[test]
    fn dates_that_stand_for_none_are_far_from_the_others() {
        let said = |texts: &[&str]| {
            let mut dates = SentinelDates::default();
            for text in texts {
                dates.take(days(text, DateOrder::Ymd).unwrap(), text);
            }
            dates.note("d").unwrap_or_default()
        };
        let usual = ["2019-05-01", "2021-07-31"];
        for text in [
            "9999-12-31",
            "1900-01-01",
            "1970-01-01",
            "0001-01-01",
            "1900-01-01 00:00",
        ] {
            let note = said(&[usual[0], text, usual[1]]);
            assert!(note.contains(&format!("the date `{text}`, far")), "{note}");
        }
        assert!(said(&["1930-05-01", "1900-01-01", "2005-07-31"]).contains("`1900-01-01`"));
        for texts in [
            &["1900-01-01", "1910-01-01", "1920-01-01", "2020-01-01"][..],
            &["1969-05-01", "1970-01-01", "1971-07-31"],
            &["1970-01-01"],
            &usual,
        ] {
            assert_eq!(said(texts), "", "{texts:?}");
        }
    }
}
