//! Binary numbers, and tables of them.

use std::io::{self, Read};

use crate::files::{malformed, unreadable};
use crate::table::{TableCell, check_width};
use crate::{Error, memory};

/// The binary type of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NumberType {
    Bool,
    U8,
    U16,
    U32,
    U64,
    I8,
    I16,
    I32,
    I64,
    F32,
    F64,
}

impl NumberType {
    /// Size in bytes.
    pub fn size(self) -> usize {
        match self {
            Self::Bool | Self::U8 | Self::I8 => 1,
            Self::U16 | Self::I16 => 2,
            Self::U32 | Self::I32 | Self::F32 => 4,
            Self::U64 | Self::I64 | Self::F64 => 8,
        }
    }

    /// The 64-bit integer at a position, exactly.
    ///
    /// # Panics
    /// If the bytes end before.
    fn integer_at(self, bytes: &[u8], position: usize, big_endian: bool) -> i128 {
        let taken = take(bytes, position, big_endian);
        match self {
            Self::U64 => u64::from_le_bytes(taken).into(),
            _ => i64::from_le_bytes(taken).into(),
        }
    }

    /// The number at a position, rounded to 64 bits of floating point; a bool is 0 or 1.
    ///
    /// # Panics
    /// If the bytes end before.
    pub fn at(self, bytes: &[u8], position: usize, big_endian: bool) -> f64 {
        macro_rules! read {
            ($kind:ty) => {
                <$kind>::from_le_bytes(take(bytes, position, big_endian))
            };
        }
        match self {
            Self::Bool => f64::from(u8::from(bytes[position] != 0)),
            Self::U8 => f64::from(bytes[position]),
            Self::U16 => f64::from(read!(u16)),
            Self::U32 => f64::from(read!(u32)),
            Self::U64 => read!(u64) as f64,
            Self::I8 => f64::from(read!(i8)),
            Self::I16 => f64::from(read!(i16)),
            Self::I32 => f64::from(read!(i32)),
            Self::I64 => read!(i64) as f64,
            Self::F32 => f64::from(read!(f32)),
            Self::F64 => read!(f64),
        }
    }
}

/// A number's bytes, in the machine's byte order.
fn take<const N: usize>(bytes: &[u8], position: usize, big_endian: bool) -> [u8; N] {
    let mut taken = [0; N];
    taken.copy_from_slice(&bytes[position * N..][..N]);
    if big_endian {
        taken.reverse();
    }
    taken
}

/// The claimed size of a file: `rows` times `width` numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    pub rows: usize,
    pub width: usize,
    pub number: NumberType,
    pub big_endian: bool,
    /// Whether the layout is column by column, not row by row.
    pub by_column: bool,
}

impl Layout {
    /// The bytes of all numbers, if they are fewer than 2^64.
    pub fn bytes(&self) -> Option<u64> {
        let values = (self.rows as u64).checked_mul(self.width as u64)?;
        values.checked_mul(self.number.size() as u64)
    }
}

/// The numbers that were read: the current row, or the whole table.
#[derive(Debug)]
pub(crate) struct Numbers {
    layout: Layout,
    bytes: Vec<u8>,
    whole: bool,
}

impl Numbers {
    /// The cell of a row and column: a 64-bit integer keeps each of its digits.
    pub fn cell(&self, row: usize, column: usize) -> TableCell<'static> {
        let position = self.position(row, column);
        let Layout {
            number, big_endian, ..
        } = self.layout;
        match number {
            NumberType::I64 | NumberType::U64 => {
                TableCell::of_integer(number.integer_at(&self.bytes, position, big_endian))
            }
            _ => TableCell::of_number(number.at(&self.bytes, position, big_endian)),
        }
    }

    /// A number of a row: if this is not the whole table, of the current one.
    pub fn at(&self, row: usize, column: usize) -> f64 {
        let Layout {
            number, big_endian, ..
        } = self.layout;
        number.at(&self.bytes, self.position(row, column), big_endian)
    }

    fn position(&self, row: usize, column: usize) -> usize {
        let Layout {
            rows,
            width,
            by_column,
            ..
        } = self.layout;
        match (self.whole, by_column) {
            (false, _) => column,
            (true, false) => row * width + column,
            (true, true) => column * rows + row,
        }
    }
}

/// A table of numbers being read, one row at a time where rows are contiguous, else as a whole.
#[derive(Debug)]
pub(crate) struct Matrix<R> {
    reader: R,
    numbers: Numbers,
}

impl<R: Read> Matrix<R> {
    /// A table whose claimed size was checked against the file's length where that is known. `keep` reads it as a whole.
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::Read`], or an error about missing bytes.
    pub fn open(file: &str, layout: Layout, reader: R, keep: bool) -> Result<Self, Error> {
        let whole = keep || layout.by_column;
        let numbers = Numbers {
            layout,
            bytes: Vec::new(),
            whole,
        };
        let mut matrix = Self { reader, numbers };
        if whole {
            matrix.fill(file, layout.rows)?;
        }
        Ok(matrix)
    }

    /// Reads the next row.
    pub fn next(&mut self, file: &str) -> Result<&Numbers, Error> {
        if !self.numbers.whole {
            self.fill(file, 1)?;
        }
        Ok(&self.numbers)
    }

    /// The numbers, once all rows are read; the file must end here.
    pub fn finish(mut self, file: &str) -> Result<Numbers, Error> {
        let mut byte = [0];
        match read_some(&mut self.reader, &mut byte) {
            Ok(0) => Ok(self.numbers),
            Ok(_) => Err(malformed(
                file,
                None,
                "more bytes follow the last number; is the file damaged?",
            )),
            Err(source) => Err(unreadable(file, source)),
        }
    }

    fn fill(&mut self, file: &str, rows: usize) -> Result<(), Error> {
        let layout = Layout {
            rows,
            ..self.numbers.layout
        };
        let needed = u128::from(layout.bytes().unwrap_or(u64::MAX));
        let what = || format!("the table `{file}`");
        if self.numbers.bytes.is_empty() {
            memory::check(what, needed, "use fewer rows or columns")?;
        }
        self.numbers.bytes.clear();
        // The buffer grows with the bytes that exist, not with those that are claimed.
        let mut part = (&mut self.reader).take(needed as u64);
        match part.read_to_end(&mut self.numbers.bytes) {
            Ok(read) if read as u128 == needed => Ok(()),
            Ok(_) => Err(malformed(
                file,
                None,
                "the file ends before its last number; is it complete?",
            )),
            Err(source) => Err(unreadable(file, source)),
        }
    }
}

/// Names for `count` columns, each from its position, after a check that there is memory for them.
pub(crate) fn column_names(
    file: &str,
    count: usize,
    name: impl Fn(usize) -> String,
) -> Result<Vec<String>, Error> {
    /// Bytes of a name, and of the marks that readers put on its column.
    const EACH: u128 = 256;
    check_width(file, None, count)?;
    let what = || format!("the table `{file}`");
    memory::check(what, count as u128 * EACH, "use fewer columns")?;
    Ok((0..count).map(name).collect())
}

/// Reads once, through interruptions.
fn read_some(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_either_order_of_bytes() {
        assert_eq!(NumberType::I16.at(&[0, 0, 0xFE, 0xFF], 1, false), -2.0);
        assert_eq!(NumberType::I16.at(&[0, 0, 0xFF, 0xFE], 1, true), -2.0);
        assert_eq!(NumberType::U32.at(&[1, 2, 3, 4], 0, true), 16_909_060.0);
        assert_eq!(NumberType::F32.at(&1.5f32.to_be_bytes(), 0, true), 1.5);
        assert_eq!(NumberType::F64.at(&(-2.5f64).to_le_bytes(), 0, false), -2.5);
        assert_eq!(
            NumberType::I64.at(&i64::MIN.to_le_bytes(), 0, false),
            -(2f64.powi(63))
        );
        assert_eq!(NumberType::U64.at(&[0xFF; 8], 0, false), 2f64.powi(64));
        assert_eq!(NumberType::Bool.at(&[0, 7], 1, false), 1.0);
        assert_eq!(NumberType::I8.at(&[0x80], 0, false), -128.0);
    }

    #[test]
    fn whole_numbers_keep_their_digits() {
        let beyond = (1i64 << 53) + 1;
        let at = |big_endian, bytes: [u8; 8], number: NumberType| {
            number.integer_at(&bytes, 0, big_endian)
        };
        assert_eq!(
            at(true, beyond.to_be_bytes(), NumberType::I64),
            i128::from(beyond)
        );
        assert_eq!(
            at(false, (-beyond).to_le_bytes(), NumberType::I64),
            -i128::from(beyond)
        );
        assert_eq!(at(false, [0xFF; 8], NumberType::U64), i128::from(u64::MAX));
    }

    #[test]
    fn rows_are_found_whatever_their_order() {
        for (bytes, by_column, keep) in [
            ([1, 2, 3, 4, 5, 6], false, false),
            ([1, 2, 3, 4, 5, 6], false, true),
            ([1, 4, 2, 5, 3, 6], true, false),
        ] {
            let layout = Layout {
                rows: 2,
                width: 3,
                number: NumberType::U8,
                big_endian: false,
                by_column,
            };
            let mut matrix = Matrix::open("t", layout, &bytes[..], keep).unwrap();
            let mut found = Vec::new();
            for row in 0..2 {
                let numbers = matrix.next("t").unwrap();
                found.extend((0..3).map(|column| numbers.at(row, column)));
            }
            assert_eq!(found, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
            matrix.finish("t").unwrap();
        }
    }

    #[test]
    fn claims_take_no_memory() {
        let layout = Layout {
            rows: 1 << 20,
            width: 1 << 10,
            number: NumberType::F64,
            big_endian: false,
            by_column: true,
        };
        let error = Matrix::open("t", layout, &[0u8; 100][..], false).unwrap_err();
        assert!(error.to_string().contains("`t`"), "{error}");
        let layout = Layout {
            rows: usize::MAX,
            ..layout
        };
        let error = Matrix::open("t", layout, &[0u8; 100][..], false).unwrap_err();
        assert!(matches!(error, Error::TooLarge { .. }), "{error}");
        assert!(column_names("t", usize::MAX, |_| String::new()).is_err());
    }
}
