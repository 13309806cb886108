//! Marks in the numbers of a table for a model that may be meant otherwise there: `2,000` where the model's decimals stand behind
//! a comma.

use super::cell::shortened;
use super::format::{DecimalMark, ThousandsMark};
use super::number::{Marks, format_number, is_negative, number};
use crate::{Place, names};

/// What the numbers of a column tell of the marks that they are read by.
#[derive(Debug, Default)]
pub(super) struct Ambiguity {
    /// The first number that is another one by other marks.
    first: Option<Otherwise>,
    /// Whether a number can be read by these marks alone.
    proven: bool,
}

/// A number that may be meant otherwise.
#[derive(Debug)]
struct Otherwise {
    text: String,
    place: Place,
    read: f64,
    other: f64,
    marks: Marks,
}

impl Ambiguity {
    /// Takes a number down that is read by these marks; `whole` says that those of the column were whole numbers without a mark
    /// when the model was trained.
    pub fn take(&mut self, text: &str, place: Place, marks: Marks, whole: bool) {
        let others = match marks {
            (DecimalMark::Comma, _) => [
                (DecimalMark::Point, None),
                (DecimalMark::Point, Some(ThousandsMark::Comma)),
            ],
            (DecimalMark::Point, Some(ThousandsMark::Comma)) => [
                (DecimalMark::Comma, None),
                (DecimalMark::Comma, Some(ThousandsMark::Point)),
            ],
            (DecimalMark::Point, _) => [(DecimalMark::Comma, Some(ThousandsMark::Point)); 2],
        };
        // Decimals behind a point are as most tables have them.
        let usual = marks.0 == DecimalMark::Point && marks.1 != Some(ThousandsMark::Comma);
        if self.proven {
            return;
        }
        let digits = text.trim_matches(|c: char| !c.is_ascii_digit());
        if !digits.contains([',', '.']) {
            return;
        }
        let Some(read) = number(digits, marks) else {
            return;
        };
        let signed = |number: f64| if is_negative(text) { -number } else { number };
        let mut others = others
            .iter()
            .filter_map(|&marks| Some((number(digits, marks)?, marks)));
        match others.next() {
            None => self.proven = true,
            Some((other, marks)) if other != read && (whole || !usual) => {
                self.first.get_or_insert_with(|| Otherwise {
                    text: shortened(text),
                    place,
                    read: signed(read),
                    other: signed(other),
                    marks,
                });
            }
            Some(_) => {}
        }
    }
}

/// What is said of the columns of a table, whose marks are one: none where a number of any proves them.
pub(super) fn doubts<'a>(
    columns: impl Iterator<Item = (&'a str, &'a Ambiguity)> + Clone,
) -> Option<String> {
    if columns.clone().any(|(_, doubt)| doubt.proven) {
        return None;
    }
    let doubtful: Vec<(&str, &Otherwise)> = columns
        .filter_map(|(name, doubt)| Some((name, doubt.first.as_ref()?)))
        .collect();
    let (_, first) = doubtful.first()?;
    let listed = names::list(doubtful.iter().map(|(name, _)| *name));
    let columns = match doubtful.len() {
        1 => format!("column {listed} has"),
        _ => format!("columns {listed} have"),
    };
    let thousands = match first.marks.1 {
        Some(mark) => format!(" --thousands {mark}"),
        None => String::new(),
    };
    Some(format!(
        "{columns} numbers such as `{}` ({}), which is {} the way the model's table is written, and no number of the file decides; \
         if {} is meant, give --decimal {}{thousands}",
        first.text,
        first.place,
        format_number(first.read),
        format_number(first.other),
        first.marks.0
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_that_no_number_proves_are_told() {
        let said = |texts: &[&str], marks| {
            let mut doubt = Ambiguity::default();
            for text in texts {
                doubt.take(text, Place::Line(2), marks, false);
            }
            doubts([("x", &doubt)].into_iter())
        };
        use DecimalMark::{Comma, Point};
        let german = (Comma, Some(ThousandsMark::Point));
        let english = (Point, Some(ThousandsMark::Comma));
        assert_eq!(
            said(&["7", "2,000", "3,500"], (Comma, None)).unwrap(),
            "column `x` has numbers such as `2,000` (line 2), which is 2 the way the model's table is written, and no number of \
             the file decides; if 2000 is meant, give --decimal . --thousands ,"
        );
        assert!(
            said(&["1.500 \u{20AC}"], german)
                .unwrap()
                .ends_with("if 1.5 is meant, give --decimal .")
        );
        assert!(
            said(&["1,500"], english)
                .unwrap()
                .ends_with("if 1.5 is meant, give --decimal ,")
        );
        assert!(
            said(&["1.500"], english)
                .unwrap()
                .ends_with("give --decimal , --thousands .")
        );
        for (texts, marks) in [
            (&["2,000", "3,5"][..], (Comma, None)),
            (&["1.500", "1.500,25"], german),
            (&["1.500", "1.500.000"], german),
            (&["1,500", "2.5"], english),
            (&["1.500", "2.000"], (Point, None)),
            (&["7", "8"], german),
        ] {
            assert_eq!(said(texts, marks), None, "{texts:?}");
        }
        assert!(
            said(&["-$2,000"], (Comma, None))
                .unwrap()
                .contains("which is -2 the way")
        );
    }

    #[test]
    fn points_where_numbers_were_whole_are_doubtful() {
        let said = |texts: &[&str]| {
            let mut doubt = Ambiguity::default();
            for text in texts {
                let marks = (DecimalMark::Point, None);
                doubt.take(text, Place::Line(2), marks, true);
            }
            doubts([("x", &doubt)].into_iter())
        };
        assert_eq!(
            said(&["950", "1.500"]).unwrap(),
            "column `x` has numbers such as `1.500` (line 2), which is 1.5 the way the model's table is written, and no number of \
             the file decides; if 1500 is meant, give --decimal , --thousands ."
        );
        assert_eq!(said(&["950", "1.500", "2.5"]), None);
        assert_eq!(said(&["950", "0.500"]), None);
    }
}
