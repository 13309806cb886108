//! What parts the dates of a column: where a table for a model has another mark, its order may be another, too.

use super::cell::shortened;
use super::date::{days, mark_of};
use super::format::DateOrder;
use super::number::format_number;
use super::sentinel_dates::SentinelDates;
use crate::{Place, names};

/// What the dates of a column tell of how they are written.
#[derive(Debug, Default)]
pub(super) struct DateMarks {
    /// The marks between day and month, each once.
    marks: String,
    /// The first date of another mark than the model's table has that is another day in the other order.
    first: Option<(String, Place)>,
    /// Whether a date is none in the other order.
    proven: bool,
    sentinels: SentinelDates,
}

impl DateMarks {
    /// Takes down a date that is read in an order; `known` are the marks of the model's table, if there is one.
    pub fn take(&mut self, text: &str, place: Place, order: DateOrder, known: Option<&str>) {
        if let Some(day) = days(text, order).or_else(|| days(text, DateOrder::Ymd)) {
            self.sentinels.take(day, text);
        }
        let Some(mark) = mark_of(text) else { return };
        if !self.marks.contains(mark) {
            self.marks.push(mark);
        }
        let Some(known) = known.filter(|known| !known.is_empty()) else {
            return;
        };
        let Some(day) = days(text, order) else { return };
        match days(text, other(order)) {
            None => self.proven = true,
            Some(other) if other != day && !known.contains(mark) => {
                self.first.get_or_insert_with(|| (shortened(text), place));
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

/// The order in which day and month change places.
fn other(order: DateOrder) -> DateOrder {
    match order {
        DateOrder::Dmy => DateOrder::Mdy,
        DateOrder::Mdy | DateOrder::Ymd => DateOrder::Dmy,
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
    let doubtful: Vec<(&str, &(String, Place))> = columns
        .filter_map(|(name, dates)| Some((name, dates.first.as_ref()?)))
        .collect();
    let (_, (text, place)) = doubtful.first()?;
    let listed = names::list(doubtful.iter().map(|(name, _)| *name));
    let columns = match doubtful.len() {
        1 => format!("column {listed} has"),
        _ => format!("columns {listed} have"),
    };
    let had: Vec<String> = known.chars().map(|mark| format!("`{mark}`")).collect();
    let other = other(order);
    Some(format!(
        "{columns} dates such as `{text}` ({place}), and those of the model's table are separated by {}; they are read as {order}, and no \
         date of the file tells; if it is {other}, give --dates {other}",
        names::join(&had)
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
        for (texts, known) in [
            (&["03/04/2024", "25/04/2024"][..], "."),
            (&["03/04/2024"], "./"),
            (&["03/04/2024"], ""),
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
