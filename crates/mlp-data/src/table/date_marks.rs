//! What parts the dates of a column: where a table for a model has another mark, its order may be another, too.

use super::cell::shortened;
use super::date::{days, days_from_year, mark_of};
use super::format::DateOrder;
use super::number::format_number;
use super::sentinel_dates::SentinelDates;
use crate::{Place, names};

/// What the dates of a column tell of how they are written.
#[derive(Debug, Default)]
pub(super) struct DateMarks {
    /// The marks between day and month, each once.
    marks: String,
    /// The first date of another mark than the model's table has that is another day in the other order, and that order.
    first: Option<(String, Place, DateOrder)>,
    /// Whether a date is none in the other order.
    proven: bool,
    sentinels: SentinelDates,
}

impl DateMarks {
    /// Takes down a date that is read in an order; `known` are the marks of the model's table, if there is one.
    pub fn take(&mut self, text: &str, place: Place, order: DateOrder, known: Option<&str>) {
        if let Some(day) = days(text, order).or_else(|| days_from_year(text)) {
            self.sentinels.take(day, text);
        }
        let Some(mark) = mark_of(text) else { return };
        if !self.marks.contains(mark) {
            self.marks.push(mark);
        }
        let has_name = text.contains(char::is_alphabetic);
        let Some(known) = known else { return };
        let Some(day) = days(text, order) else { return };
        let other = other(order, has_name);
        match days(text, other) {
            None => self.proven = true,
            Some(read) if read != day && !known.contains(mark) => {
                (self.first).get_or_insert_with(|| (shortened(text), place, other));
            }
            Some(_) => {}
        }
    }

    /// Takes down a day whose digits stand together.
    pub fn take_compact(&mut self, number: f64, day: f64) {
        self.sentinels.take(day, &format_number(number));
    }

    /// What is said of a date that stands for a missing one, it seems.
    pub fn note(&self, column: &str) -> Option<String> {
        self.sentinels.note(column)
    }

    /// The marks between day and month, each once.
    pub fn marks(&self) -> &str {
        &self.marks
    }
}

/// The order in which day and month change places, or day and year around the name of a month.
fn other(order: DateOrder, has_name: bool) -> DateOrder {
    match (order, has_name) {
        (DateOrder::Dmy | DateOrder::Mdy, true) => DateOrder::Ymd,
        (DateOrder::Dmy, false) => DateOrder::Mdy,
        (DateOrder::Mdy, false) | (DateOrder::Ymd, _) => DateOrder::Dmy,
    }
}

/// What is said of the columns of a table for a model, whose order is one: none where a date of any proves it.
pub(super) fn doubtful_dates<'a>(
    columns: impl Iterator<Item = (&'a str, &'a DateMarks)> + Clone,
    order: DateOrder,
    known: &str,
) -> Option<String> {
    if columns.clone().any(|(_, dates)| dates.proven) {
        return None;
    }
    let doubtful: Vec<(&str, &(String, Place, DateOrder))> = columns
        .filter_map(|(name, dates)| Some((name, dates.first.as_ref()?)))
        .collect();
    let (_, (text, place, other)) = doubtful.first()?;
    let listed = names::list(doubtful.iter().map(|(name, _)| *name));
    let columns = match doubtful.len() {
        1 => format!("column {listed} has"),
        _ => format!("columns {listed} have"),
    };
    let marks: Vec<String> = known.chars().map(|mark| format!("`{mark}`")).collect();
    let had = match marks.is_empty() {
        true => "are written otherwise".to_owned(),
        false => format!("are separated by {}", names::join(&marks)),
    };
    Some(format!(
        "{columns} dates such as `{text}` ({place}), and those of the model's table {had}; they are read as {order}, and no \
         date of the file tells; if it is {other}, give --dates {other}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_mark_makes_the_order_doubtful_unless_a_date_proves_it() {
        let said = |texts: &[&str], known: &str| {
            let mut dates = DateMarks::default();
            for text in texts {
                dates.take(text, Place::Line(2), DateOrder::Dmy, Some(known));
            }
            doubtful_dates([("d", &dates)].into_iter(), DateOrder::Dmy, known)
        };
        assert_eq!(
            said(&["03/04/2024", "05/04/2024"], ".").unwrap(),
            "column `d` has dates such as `03/04/2024` (line 2), and those of the model's table are separated by `.`; they are read as \
             dmy, and no date of the file tells; if it is mdy, give --dates mdy"
        );
        // As where those of the model's table name their months.
        assert!(
            said(&["03/04/2024"], "").unwrap().contains("are written otherwise; they are read as dmy, and no date of the file tells; if it is mdy")
        );
        assert!(
            said(&["12-Jan-06"], "").unwrap().contains("are written otherwise; they are read as dmy, and no date of the file tells; if it is ymd")
        );
        for (texts, known) in [
            (&["03/04/2024", "25/04/2024"][..], "."),
            (&["12-Jan-06", "12-Jan-99"], "."),
            (&["03/04/2024"], "./"),
            (&["03/04/2024", "25/04/2024"], ""),
            (&["03/03/2024", "3 April 2024", "2024-04-03"], "."),
        ] {
            assert_eq!(said(texts, known), None, "{texts:?}");
        }
    }

    #[test]
    fn marks_are_kept_once() {
        let mut dates = DateMarks::default();
        for text in ["3.4.2024", "4.4.24", "5/4/2024", "2024-04-03"] {
            dates.take(text, Place::Line(2), DateOrder::Dmy, None);
        }
        assert_eq!(dates.marks(), "./");
    }
}
