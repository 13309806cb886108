//! Where the rows of a data set stand in their file.

use crate::Place;

/// The places of rows, as runs of neighbours: few, where few lines are left out.
#[derive(Clone, Debug, Default)]
pub(crate) struct RowPlaces {
    /// The first row of each run, and its place.
    runs: Vec<(usize, Place)>,
    rows: usize,
}

/// Where rows stand is no part of what they are.
impl PartialEq for RowPlaces {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl RowPlaces {
    /// Adds the next row.
    pub fn push(&mut self, place: Place) {
        if self.next() != Some(place) {
            self.runs.push((self.rows, place));
        }
        self.rows += 1;
    }

    /// The place of a row.
    pub fn of(&self, row: usize) -> Option<Place> {
        let run = self.runs.partition_point(|(first, _)| *first <= row);
        let (first, place) = *self.runs[..run].last()?;
        let behind = (row - first) as u64;
        (row < self.rows).then(|| match place {
            Place::Line(line) => Place::Line(line + behind),
            Place::Row(number) => Place::Row(number + behind),
        })
    }

    /// The places of these rows; of none, where any has none.
    pub fn select(&self, rows: impl IntoIterator<Item = usize>) -> Self {
        let places: Option<Vec<Place>> = rows.into_iter().map(|row| self.of(row)).collect();
        let mut selected = Self::default();
        for place in places.into_iter().flatten() {
            selected.push(place);
        }
        selected
    }

    /// These and then those of another file.
    pub fn followed_by(&self, own: usize, other: &Self) -> Self {
        let mut both = self.clone();
        // Without the first ones, the others cannot be counted.
        if self.rows == own {
            let runs = other.runs.iter();
            both.runs
                .extend(runs.map(|(first, place)| (own + first, *place)));
            both.rows += other.rows;
        }
        both
    }

    /// The place that goes on with the last run.
    fn next(&self) -> Option<Place> {
        Some(match self.of(self.rows.checked_sub(1)?)? {
            Place::Line(line) => Place::Line(line + 1),
            Place::Row(row) => Place::Row(row + 1),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_again_in_runs() {
        let lines = [2, 3, 4, 7, 8, 12, 5];
        let mut places = RowPlaces::default();
        for line in lines {
            places.push(Place::Line(line));
        }
        assert_eq!(places.runs.len(), 4);
        for (row, line) in lines.into_iter().enumerate() {
            assert_eq!(places.of(row), Some(Place::Line(line)));
        }
        assert_eq!(places.of(7), None);
        let some = places.select([1, 3, 4]);
        assert_eq!(
            [0, 1, 2].map(|row| some.of(row)),
            [3, 7, 8].map(|line| Some(Place::Line(line)))
        );
        let both = some.followed_by(3, &places);
        assert_eq!(
            (both.of(2), both.of(3)),
            (Some(Place::Line(8)), Some(Place::Line(2)))
        );
        assert_eq!(RowPlaces::default().of(0), None);
    }
}
