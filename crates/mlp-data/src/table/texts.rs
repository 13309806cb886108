//! The cells of a column that are not numbers: each text once, and the rows that hold it.

use std::collections::HashMap;

use crate::{Error, Place, memory};

/// A text of a column.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Seen {
    pub text: String,
    /// The number that it is, where texts are kept of numbers too.
    pub number: Option<f64>,
    /// Where it stood first.
    pub place: Place,
    /// How many rows hold it.
    pub rows: usize,
}

impl Seen {
    /// A text that stands alone.
    pub fn once(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            number: None,
            place: Place::Row(1),
            rows: 1,
        }
    }
}

/// The texts of a column.
#[derive(Debug, Default)]
pub(super) struct Texts {
    positions: HashMap<String, u32>,
    /// In the order of appearance.
    seen: Vec<Seen>,
    /// The rows that hold one, in order, and which.
    rows: Vec<(usize, u32)>,
}

impl Texts {
    /// Takes down the text of a row.
    ///
    /// # Errors
    /// [`Error::TooLarge`].
    pub fn push(
        &mut self,
        text: &str,
        number: Option<f64>,
        row: usize,
        place: Place,
        file: &str,
    ) -> Result<(), Error> {
        let position = match self.positions.get(text) {
            Some(&position) => position,
            None => {
                let position = self.seen.len() as u32;
                self.positions.insert(text.to_owned(), position);
                self.seen.push(Seen {
                    number,
                    place,
                    rows: 0,
                    ..Seen::once(text)
                });
                position
            }
        };
        self.seen[position as usize].rows += 1;
        memory::make_room(&mut self.rows, 1, || format!("the table `{file}`"))?;
        self.rows.push((row, position));
        Ok(())
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Every text once, in the order of appearance.
    pub fn seen(&self) -> &[Seen] {
        &self.seen
    }

    /// The rows that hold a text, in order, and the text's position.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = (usize, usize)> + '_ {
        self.rows
            .iter()
            .map(|&(row, position)| (row, position as usize))
    }

    /// Forgets the texts that `gone` says so of, and says which rows held them, and which.
    pub fn take(&mut self, gone: impl Fn(usize) -> bool) -> Vec<(usize, Seen)> {
        let (taken, rows): (Vec<_>, Vec<_>) =
            (self.rows.iter()).partition(|&&(_, position)| gone(position as usize));
        let taken = taken.into_iter();
        let taken = taken.map(|(row, position)| (row, self.seen[position as usize].clone()));
        let taken = taken.collect();
        self.rows = rows;
        self.recount();
        taken
    }

    /// Keeps the rows that `kept` says so of, under their new positions.
    pub fn keep(&mut self, kept: &[bool]) {
        let mut places = Vec::with_capacity(kept.len());
        let mut next = 0;
        for &kept in kept {
            places.push(next);
            next += usize::from(kept);
        }
        self.rows.retain(|&(row, _)| kept[row]);
        for (row, _) in &mut self.rows {
            *row = places[*row];
        }
        self.recount();
    }

    /// Counts the rows of each text again; one without any stays in its place.
    fn recount(&mut self) {
        for seen in &mut self.seen {
            seen.rows = 0;
        }
        for &(_, position) in &self.rows {
            self.seen[position as usize].rows += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(cells: &[&str]) -> Texts {
        let mut texts = Texts::default();
        for (row, cell) in cells.iter().enumerate() {
            let place = Place::Line(row as u64 + 2);
            texts.push(cell, None, row, place, "t.csv").unwrap();
        }
        texts
    }

    #[test]
    fn each_text_is_kept_once() {
        let texts = texts(&["a", "b", "a"]);
        let counts: Vec<_> = texts
            .seen()
            .iter()
            .map(|seen| (&*seen.text, seen.rows))
            .collect();
        assert_eq!(counts, [("a", 2), ("b", 1)]);
        assert_eq!(texts.seen()[1].place, Place::Line(3));
        assert_eq!(texts.rows().collect::<Vec<_>>(), [(0, 0), (1, 1), (2, 0)]);
    }

    #[test]
    fn texts_and_rows_can_go() {
        let mut texts = texts(&["a", "-", "b", "a"]);
        let taken = texts.take(|position| position == 1);
        assert_eq!((taken.len(), taken[0].0, &*taken[0].1.text), (1, 1, "-"));
        texts.keep(&[false, false, true, true]);
        assert_eq!(texts.rows().collect::<Vec<_>>(), [(0, 2), (1, 0)]);
        let rows: Vec<usize> = texts.seen().iter().map(|seen| seen.rows).collect();
        assert_eq!(rows, [1, 0, 1]);
        assert!(!texts.is_empty());
    }
}
