//! Columns of numbers, some of which are missing; empty columns take no memory.

use std::{ops::Range, sync::Arc};

use serde::{Deserialize, Serialize};

/// Columns of equal length.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NumberColumns {
    rows: usize,
    columns: Vec<Presence>,
    /// The columns with numbers one after the other, each with a number for every row: 0 where it is
    /// missing. In a frame they come after everything else.
    #[serde(skip)]
    numbers: Run,
}

/// A part of a shared array of numbers: memory is allocated and written for many at once.
#[derive(Clone, Debug, Default)]
struct Run {
    all: Arc<Vec<f64>>,
    range: Range<usize>,
}

/// The rows in which a column has numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Presence {
    Nowhere,
    Everywhere,
    Somewhere(Vec<bool>),
}

/// One of the columns.
#[derive(Clone, Copy, Debug)]
pub struct NumberColumn<'a> {
    rows: usize,
    presence: &'a Presence,
    numbers: &'a [f64],
}

impl NumberColumns {
    /// Columns with numbers of their own, as from [`written`](Self::written).
    pub fn new<C>(rows: usize, columns: impl ExactSizeIterator<Item = C>) -> Self
    where
        C: Iterator<Item = Option<f64>> + Clone,
    {
        let mut numbers = Vec::new();
        let mut all = Self::written(rows, columns, &mut numbers);
        all.share(&Arc::new(numbers), 0);
        all
    }

    /// Columns with this many rows each. Their numbers are appended to others, and accessible once they are
    /// [shared](Self::share).
    ///
    /// # Panics
    /// If a column has another number of rows.
    pub fn written<C>(
        rows: usize,
        columns: impl ExactSizeIterator<Item = C>,
        numbers: &mut Vec<f64>,
    ) -> Self
    where
        C: Iterator<Item = Option<f64>> + Clone,
    {
        let presence = |column: C| {
            let start = numbers.len();
            let mut present = 0;
            for value in column.clone() {
                present += usize::from(value.is_some());
                numbers.push(value.unwrap_or(0.0));
            }
            assert_eq!(numbers.len() - start, rows, "one number per row");
            match present {
                0 => {
                    numbers.truncate(start);
                    Presence::Nowhere
                }
                present if present == rows => Presence::Everywhere,
                _ => Presence::Somewhere(column.map(|value| value.is_some()).collect()),
            }
        };
        Self {
            rows,
            columns: columns.map(presence).collect(),
            numbers: Run::default(),
        }
    }

    /// Takes its part of shared numbers, which starts at `start`; returns where it ends. Data that was read may be
    /// invalid, and [fits](Self::fit) only if that is not past the end.
    pub fn share(&mut self, all: &Arc<Vec<f64>>, start: usize) -> usize {
        let used = self.columns.iter().filter(|presence| presence.is_used());
        let end = start.saturating_add(self.rows.saturating_mul(used.count()));
        self.numbers = match end <= all.len() {
            true => Run {
                all: Arc::clone(all),
                range: start..end,
            },
            false => Run::default(),
        };
        end
    }

    /// The numbers of all columns.
    pub fn numbers(&self) -> &[f64] {
        &self.numbers.all[self.numbers.range.clone()]
    }

    /// Whether there are this many rows and columns, and a number for each that should be there: data that was
    /// read may be invalid.
    pub fn fit(&self, rows: usize, columns: usize) -> bool {
        let masks = self.columns.iter().all(|presence| match presence {
            Presence::Somewhere(mask) => mask.len() == rows,
            Presence::Nowhere | Presence::Everywhere => true,
        });
        let used = self.columns.iter().filter(|presence| presence.is_used());
        self.rows == rows
            && self.columns.len() == columns
            && masks
            && rows.checked_mul(used.count()) == Some(self.numbers().len())
    }

    /// The columns in order.
    pub fn iter(&self) -> impl Iterator<Item = NumberColumn<'_>> {
        let mut rest = self.numbers();
        self.columns.iter().map(move |presence| {
            let length = if presence.is_used() { self.rows } else { 0 };
            let (numbers, others) = rest.split_at(length);
            rest = others;
            NumberColumn {
                rows: self.rows,
                presence,
                numbers,
            }
        })
    }

    /// A column.
    ///
    /// # Panics
    /// If there is no such column.
    pub fn column(&self, index: usize) -> NumberColumn<'_> {
        let presence = &self.columns[index];
        let before = self.columns[..index].iter();
        let start = self.rows * before.filter(|presence| presence.is_used()).count();
        let length = if presence.is_used() { self.rows } else { 0 };
        NumberColumn {
            rows: self.rows,
            presence,
            numbers: &self.numbers()[start..start + length],
        }
    }

    /// The values of the columns in a row.
    pub fn row(&self, row: usize) -> impl Iterator<Item = Option<f64>> {
        self.iter().map(move |column| column.get(row))
    }

    /// Bytes in memory, approximately.
    pub fn bytes(&self) -> usize {
        8 * self.numbers().len() + 24 * self.columns.len()
    }
}

impl PartialEq for NumberColumns {
    fn eq(&self, other: &Self) -> bool {
        (self.rows, &self.columns, self.numbers()) == (other.rows, &other.columns, other.numbers())
    }
}

impl AsRef<Self> for NumberColumns {
    fn as_ref(&self) -> &Self {
        self
    }
}

impl Presence {
    fn is_used(&self) -> bool {
        *self != Self::Nowhere
    }
}

impl<'a> NumberColumn<'a> {
    /// The number in a row, if there is one.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn get(&self, row: usize) -> Option<f64> {
        match self.presence {
            Presence::Nowhere => None,
            Presence::Everywhere => Some(self.numbers[row]),
            Presence::Somewhere(mask) => mask[row].then(|| self.numbers[row]),
        }
    }

    /// Whether there are no numbers.
    pub fn is_empty(&self) -> bool {
        !self.presence.is_used()
    }

    /// Row by row.
    pub fn iter(self) -> impl Iterator<Item = Option<f64>> + use<'a> {
        (0..self.rows).map(move |row| self.get(row))
    }

    /// The numbers of all rows, if none is missing.
    pub fn without_gaps(&self) -> Option<&'a [f64]> {
        (*self.presence == Presence::Everywhere).then_some(self.numbers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(rows: usize) -> Vec<Vec<Option<f64>>> {
        let nan = f64::from_bits(0x7ff8_0000_0000_1234);
        let some = [Some(-0.0), None, Some(f64::INFINITY), Some(nan), None];
        vec![
            some.into_iter().cycle().take(rows).collect(),
            vec![None; rows],
            (0..rows).map(|row| Some(row as f64)).collect(),
            some.into_iter().skip(1).cycle().take(rows).collect(),
        ]
    }

    fn bits(values: impl Iterator<Item = Option<f64>>) -> Vec<Option<u64>> {
        values.map(|value| value.map(f64::to_bits)).collect()
    }

    #[test]
    fn numbers_come_back_bit_by_bit() {
        for rows in 0..20 {
            let values = columns(rows);
            let given = values.iter().map(|column| column.iter().copied());
            let made = NumberColumns::new(rows, given);
            // Behind others, as they come out of a frame.
            let mut run = vec![7.0; 3];
            let given = values.iter().map(|column| column.iter().copied());
            let mut behind = NumberColumns::written(rows, given, &mut run);
            let all = Arc::new(run);
            assert_eq!(behind.share(&all, 3), all.len());
            for found in [&made, &behind] {
                assert!(found.fit(rows, 4));
                assert!(!found.fit(rows + 1, 4) && !found.fit(rows, 5));
                for (index, column) in values.iter().enumerate() {
                    let expected = bits(column.iter().copied());
                    assert_eq!(bits(found.column(index).iter()), expected);
                    let one = found.iter().nth(index).unwrap();
                    assert_eq!(bits(one.iter()), expected);
                    assert_eq!(one.is_empty(), column.iter().flatten().count() == 0);
                    if let Some(numbers) = one.without_gaps() {
                        assert_eq!(bits(numbers.iter().copied().map(Some)), expected);
                    }
                }
                for row in 0..rows {
                    let expected = values.iter().map(|column| column[row]);
                    assert_eq!(bits(found.row(row)), bits(expected));
                }
            }
        }
    }

    #[test]
    fn what_was_read_may_not_fit() {
        let some = |mask: &[bool]| Presence::Somewhere(mask.to_vec());
        for (rows, columns, numbers) in [
            (2, vec![Presence::Everywhere], 1),
            (2, vec![Presence::Nowhere], 2),
            (2, vec![some(&[true])], 2),
            (2, vec![some(&[true, false]), Presence::Everywhere], 2),
            (usize::MAX, vec![Presence::Everywhere; 3], 0),
        ] {
            let count = columns.len();
            let mut columns = NumberColumns {
                rows,
                columns,
                numbers: Run::default(),
            };
            let end = columns.share(&Arc::new(vec![0.0; numbers]), 0);
            assert!(end != numbers || !columns.fit(rows, count), "{columns:?}");
        }
    }
}
