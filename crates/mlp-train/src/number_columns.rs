//! Columns of numbers of which some are missing; those without any take no memory.

use serde::{Deserialize, Serialize};

/// Equally long columns.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct NumberColumns {
    rows: usize,
    columns: Vec<Presence>,
    /// The columns with numbers one after the other, each with one for every row: 0 where it is
    /// missing.
    #[serde(with = "run")]
    numbers: Vec<f64>,
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
pub(crate) struct NumberColumn<'a> {
    rows: usize,
    presence: &'a Presence,
    numbers: &'a [f64],
}

impl NumberColumns {
    /// Of so many rows each.
    ///
    /// # Panics
    /// If a column has another number of rows.
    pub(crate) fn new<C>(rows: usize, columns: impl ExactSizeIterator<Item = C>) -> Self
    where
        C: Iterator<Item = Option<f64>> + Clone,
    {
        let mut all = Self {
            rows,
            numbers: Vec::with_capacity(rows * columns.len()),
            columns: Vec::with_capacity(columns.len()),
        };
        for column in columns {
            let start = all.numbers.len();
            let mut present = 0;
            for value in column.clone() {
                present += usize::from(value.is_some());
                all.numbers.push(value.unwrap_or(0.0));
            }
            assert_eq!(all.numbers.len() - start, rows, "one number a row");
            all.columns.push(match present {
                0 => {
                    all.numbers.truncate(start);
                    Presence::Nowhere
                }
                present if present == rows => Presence::Everywhere,
                _ => Presence::Somewhere(column.map(|value| value.is_some()).collect()),
            });
        }
        all.numbers.shrink_to_fit();
        all
    }

    /// Whether there are so many rows and columns, and a number for each that is said to be there:
    /// what was read may be anything.
    pub(crate) fn fit(&self, rows: usize, columns: usize) -> bool {
        let masks = self.columns.iter().all(|presence| match presence {
            Presence::Somewhere(mask) => mask.len() == rows,
            Presence::Nowhere | Presence::Everywhere => true,
        });
        let used = self.columns.iter().filter(|presence| presence.is_used());
        self.rows == rows
            && self.columns.len() == columns
            && masks
            && rows.checked_mul(used.count()) == Some(self.numbers.len())
    }

    /// The columns in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = NumberColumn<'_>> {
        let mut rest = &self.numbers[..];
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
    pub(crate) fn column(&self, index: usize) -> NumberColumn<'_> {
        let presence = &self.columns[index];
        let before = self.columns[..index].iter();
        let start = self.rows * before.filter(|presence| presence.is_used()).count();
        let length = if presence.is_used() { self.rows } else { 0 };
        NumberColumn {
            rows: self.rows,
            presence,
            numbers: &self.numbers[start..start + length],
        }
    }

    /// What the columns have in a row.
    pub(crate) fn row(&self, row: usize) -> impl Iterator<Item = Option<f64>> {
        self.iter().map(move |column| column.get(row))
    }

    /// Bytes in memory, roughly.
    pub(crate) fn bytes(&self) -> usize {
        8 * self.numbers.len() + 24 * self.columns.len()
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
    pub(crate) fn get(&self, row: usize) -> Option<f64> {
        match self.presence {
            Presence::Nowhere => None,
            Presence::Everywhere => Some(self.numbers[row]),
            Presence::Somewhere(mask) => mask[row].then(|| self.numbers[row]),
        }
    }

    /// Whether there are no numbers.
    pub(crate) fn is_empty(&self) -> bool {
        !self.presence.is_used()
    }

    /// Row by row.
    pub(crate) fn iter(self) -> impl Iterator<Item = Option<f64>> + use<'a> {
        (0..self.rows).map(move |row| self.get(row))
    }

    /// The numbers of all rows, if each has one.
    pub(crate) fn without_gaps(&self) -> Option<&'a [f64]> {
        (*self.presence == Presence::Everywhere).then_some(self.numbers)
    }
}

/// Numbers in a frame: one run of bytes, which encoders copy at once.
mod run {
    use std::fmt;

    use serde::{
        Deserializer, Serializer,
        de::{Error, Visitor},
    };

    use crate::little_endian;

    pub(super) fn serialize<S: Serializer>(
        numbers: &[f64],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&little_endian::bytes(numbers))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<f64>, D::Error> {
        struct Run;
        impl Visitor<'_> for Run {
            type Value = Vec<f64>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a run of bytes, eight a number")
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<f64>, E> {
                let numbers = little_endian::numbers(bytes);
                numbers.ok_or_else(|| E::invalid_length(bytes.len(), &self))
            }
        }
        deserializer.deserialize_bytes(Run)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{self, FrameKind};

    const KIND: FrameKind = FrameKind {
        magic: *b"mlp-test",
        version: 1,
    };

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
            let frame = frame::encode(KIND, &made, 0).unwrap();
            let (read, _): (NumberColumns, usize) = frame::decode(KIND, &frame).unwrap();
            for found in [&made, &read] {
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
            let columns = NumberColumns {
                rows,
                columns,
                numbers: vec![0.0; numbers],
            };
            assert!(!columns.fit(rows, count), "{columns:?}");
        }
        // Seven bytes are no number.
        #[derive(Serialize)]
        struct Torn(usize, Vec<Presence>, Vec<u8>);
        let frame = frame::encode(KIND, &Torn(1, Vec::new(), vec![0; 7]), 0).unwrap();
        assert!(frame::decode::<NumberColumns>(KIND, &frame).is_err());
    }
}
