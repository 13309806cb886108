//! The header of an NPY array: its entries' type, their order, its shape.

use std::io::{self, Read};

use crate::{Error, NumberType, limits::LONGEST};

/// The magic bytes at the start of every array.
const MAGIC: &[u8; 6] = b"\x93NUMPY";

/// The values begin at a multiple of this many bytes, as NumPy writes them.
const ALIGNMENT: usize = 64;

/// The type of an array's entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DType {
    /// Numbers, or bool.
    Number(NumberType),
    /// Texts of up to this many characters, 32 bits each.
    Text(usize),
}

impl DType {
    /// Bytes of an entry, if the number fits.
    pub fn size(self) -> Option<usize> {
        match self {
            Self::Number(number) => Some(number.size()),
            Self::Text(width) => width.checked_mul(4),
        }
    }

    /// NumPy's descriptor, little-endian.
    fn descr(self) -> String {
        let number = match self {
            Self::Text(width) => return format!("<U{width}"),
            Self::Number(number) => number,
        };
        let (_, name) = (NUMBERS.iter())
            .find(|(known, _)| *known == number)
            .unwrap_or(&NUMBERS[0]);
        match number.size() {
            1 => format!("|{name}"),
            _ => format!("<{name}"),
        }
    }
}

const NUMBERS: [(NumberType, &str); 11] = [
    (NumberType::Bool, "b1"),
    (NumberType::U8, "u1"),
    (NumberType::U16, "u2"),
    (NumberType::U32, "u4"),
    (NumberType::U64, "u8"),
    (NumberType::I8, "i1"),
    (NumberType::I16, "i2"),
    (NumberType::I32, "i4"),
    (NumberType::I64, "i8"),
    (NumberType::F32, "f4"),
    (NumberType::F64, "f8"),
];

/// A parsed header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Type of the entries.
    pub dtype: DType,
    /// Whether the entries are big-endian.
    pub big_endian: bool,
    /// Whether the order is Fortran's (column-major).
    pub by_column: bool,
    /// The length of each axis.
    pub shape: Vec<usize>,
    /// Bytes before the first entry.
    pub length: u64,
}

impl Header {
    /// Reads a header of version 1, 2 or 3.
    ///
    /// # Errors
    /// Those of [`Error`] that say "header", [`Error::NoArray`], [`Error::Version`], [`Error::Records`],
    /// [`Error::Type`], [`Error::Read`].
    pub fn read(reader: &mut impl Read) -> Result<Self, Error> {
        let mut start = [0; 8];
        whole(reader, &mut start)?;
        if !start.starts_with(MAGIC) {
            return Err(Error::NoArray);
        }
        let (length, before) = match (start[6], start[7]) {
            (1, 0) => {
                let mut length = [0; 2];
                whole(reader, &mut length)?;
                (u16::from_le_bytes(length).into(), 10)
            }
            (2 | 3, 0) => {
                let mut length = [0; 4];
                whole(reader, &mut length)?;
                (u32::from_le_bytes(length), 12)
            }
            (major, minor) => return Err(Error::Version { major, minor }),
        };
        if length > LONGEST {
            return Err(Error::LongHeader { length });
        }
        let mut text = vec![0; length as usize];
        whole(reader, &mut text)?;
        let text = std::str::from_utf8(&text).map_err(|_| Error::NoText)?;
        let (dtype, big_endian, by_column, shape) = parse(text)?;
        Ok(Self {
            dtype,
            big_endian,
            by_column,
            shape,
            length: before + u64::from(length),
        })
    }

    /// The bytes before the entries of an array that is written row by row, little-endian, in version 1, which
    /// has room for as many axes as NumPy supports.
    ///
    /// # Panics
    /// If there are more axes.
    pub(crate) fn written(dtype: DType, shape: &[usize]) -> Vec<u8> {
        assert!(shape.len() <= 64, "NumPy's arrays have at most 64 axes");
        let sizes: String = shape.iter().map(|size| format!("{size}, ")).collect();
        let mut text = format!(
            "{{'descr': '{}', 'fortran_order': False, 'shape': ({sizes}), }}",
            dtype.descr()
        );
        // To the end of the line.
        let length = (10 + text.len() + 1).next_multiple_of(ALIGNMENT) - 10;
        text.extend(std::iter::repeat_n(' ', length - 1 - text.len()));
        text.push('\n');
        let mut bytes = MAGIC.to_vec();
        bytes.extend([1, 0]);
        bytes.extend((length as u16).to_le_bytes());
        bytes.extend(text.as_bytes());
        bytes
    }

    /// The type of the numbers.
    ///
    /// # Errors
    /// [`Error::Type`] for texts.
    pub fn number(&self) -> Result<NumberType, Error> {
        match self.dtype {
            DType::Number(number) => Ok(number),
            DType::Text(width) => Err(Error::Type {
                what: "text",
                descr: format!("{}U{width}", if self.big_endian { '>' } else { '<' }),
            }),
        }
    }

    /// The number of entries, if it fits.
    pub fn count(&self) -> Option<u64> {
        let mut sizes = self.shape.iter();
        sizes.try_fold(1u64, |count, &size| count.checked_mul(size as u64))
    }

    /// Bytes of all entries, if the number fits.
    pub fn bytes(&self) -> Option<u64> {
        self.count()?.checked_mul(self.dtype.size()? as u64)
    }

    /// The shape as Python writes it.
    pub fn shape_text(&self) -> String {
        let sizes: Vec<String> = self.shape.iter().map(usize::to_string).collect();
        match sizes.as_slice() {
            [one] => format!("({one},)"),
            several => format!("({})", several.join(", ")),
        }
    }
}

/// Fills a buffer from the bytes before the entries.
fn whole(reader: &mut impl Read, to: &mut [u8]) -> Result<(), Error> {
    reader.read_exact(to).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => Error::ShortHeader,
        _ => Error::Read(error),
    })
}

type Parsed = (DType, bool, bool, Vec<usize>);

/// Reads `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }`.
fn parse(text: &str) -> Result<Parsed, Error> {
    let (mut kind, mut by_column, mut shape) = (None, None, None);
    let mut rest = Cursor(text);
    rest.take('{').ok_or(Error::Damaged)?;
    while rest.take('}').is_none() {
        let key = rest.string().ok_or(Error::Damaged)?;
        rest.take(':').ok_or(Error::Damaged)?;
        match key {
            "descr" => {
                if rest.0.trim_start().starts_with('[') {
                    return Err(Error::Records);
                }
                kind = Some(dtype(rest.string().ok_or(Error::Damaged)?)?);
            }
            "fortran_order" => {
                by_column = Some(match rest.word() {
                    "True" => true,
                    "False" => false,
                    _ => return Err(Error::Damaged),
                });
            }
            "shape" => {
                let mut sizes = Vec::new();
                rest.take('(').ok_or(Error::Damaged)?;
                while rest.take(')').is_none() {
                    let size = rest.word();
                    // Python 2 wrote long integers with an L.
                    let size = size.strip_suffix('L').unwrap_or(size);
                    sizes.push(size.parse().map_err(|_| Error::Damaged)?);
                    if rest.take(',').is_none() {
                        rest.take(')').ok_or(Error::Damaged)?;
                        break;
                    }
                }
                shape = Some(sizes);
            }
            _ => return Err(Error::Damaged),
        }
        if rest.take(',').is_none() {
            rest.take('}').ok_or(Error::Damaged)?;
            break;
        }
    }
    match (kind, by_column, shape) {
        (Some((dtype, big_endian)), Some(by_column), Some(shape)) => {
            Ok((dtype, big_endian, by_column, shape))
        }
        _ => Err(Error::Damaged),
    }
}

/// The type of the entries, and whether they are big-endian.
fn dtype(descr: &str) -> Result<(DType, bool), Error> {
    let (order, kind) = match descr.split_at_checked(1) {
        Some((order, kind)) if matches!(order, "<" | ">" | "|" | "=") => (order, kind),
        _ => ("<", descr),
    };
    let number = NUMBERS.iter().find(|(_, name)| *name == kind);
    let number = number.map(|(number, _)| DType::Number(*number));
    let width = || kind.strip_prefix('U')?.parse().ok();
    let dtype = number.or_else(|| width().map(DType::Text));
    let dtype = dtype.ok_or_else(|| Error::Type {
        what: match kind.chars().next() {
            Some('U' | 'S') => "text",
            Some('O') => "pickled objects",
            Some('c') => "complex numbers",
            Some('M' | 'm') => "times",
            _ => "an unknown type",
        },
        descr: descr.to_owned(),
    })?;
    Ok((dtype, order == ">"))
}

/// The rest of a header.
struct Cursor<'a>(&'a str);

impl<'a> Cursor<'a> {
    /// Consumes a mark, if it comes next.
    fn take(&mut self, mark: char) -> Option<()> {
        self.0 = self.0.trim_start().strip_prefix(mark)?;
        Some(())
    }

    /// Consumes a quoted text.
    fn string(&mut self) -> Option<&'a str> {
        let text = self.0.trim_start();
        let quote = text.chars().next().filter(|quote| "'\"".contains(*quote))?;
        let (inside, rest) = text[1..].split_once(quote)?;
        self.0 = rest;
        Some(inside)
    }

    /// Consumes letters and digits, possibly none.
    fn word(&mut self) -> &'a str {
        let text = self.0.trim_start();
        let end = text
            .find(|letter: char| !letter.is_ascii_alphanumeric())
            .unwrap_or(text.len());
        self.0 = &text[end..];
        &text[..end]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: &str) -> Result<Header, String> {
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((text.len() as u16).to_le_bytes());
        bytes.extend(text.as_bytes());
        read(&bytes)
    }

    fn read(mut bytes: &[u8]) -> Result<Header, String> {
        Header::read(&mut bytes).map_err(|error| error.to_string())
    }

    #[test]
    fn headers_are_understood() {
        let found =
            header("{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }  \n").unwrap();
        assert_eq!(
            (found.number().unwrap(), found.shape.as_slice()),
            (NumberType::F64, &[3, 4][..])
        );
        assert_eq!(
            (found.length, found.shape_text()),
            (72, "(3, 4)".to_owned())
        );
        let found = header("{\"shape\":(7L,),\"fortran_order\":True,\"descr\":\">i2\"}").unwrap();
        assert_eq!(found.shape_text(), "(7,)");
        assert!(found.big_endian && found.by_column);
        assert_eq!(found.bytes(), Some(14));
        let scalar = header("{'descr': '|b1', 'fortran_order': False, 'shape': (), }").unwrap();
        assert!(scalar.shape.is_empty());
    }

    #[test]
    fn the_version_tells_the_length() {
        let text = "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 1)}";
        for version in [2, 3] {
            let mut bytes = vec![0x93, b'N', b'U', b'M', b'P', b'Y', version, 0];
            bytes.extend((text.len() as u32).to_le_bytes());
            bytes.extend(text.as_bytes());
            assert_eq!(read(&bytes).unwrap().shape, [2, 1]);
            bytes[8..12].fill(0xFF);
            assert!(read(&bytes).unwrap_err().contains("4294967295 bytes"));
        }
        assert!(
            read(b"\x93NUMPY\x04\x00")
                .unwrap_err()
                .contains("version 4.0")
        );
    }

    #[test]
    fn what_holds_no_numbers_is_refused() {
        let of = |descr: &str| {
            header(&format!(
                "{{'descr': {descr}, 'fortran_order': False, 'shape': (1, 1)}}"
            ))
            .and_then(|header| header.number().map_err(|error| error.to_string()))
            .unwrap_err()
        };
        assert!(of("'<U5'").starts_with("it holds text (`<U5`)"));
        assert!(of("'|O'").contains("pickled objects"));
        assert!(of("'<c16'").contains("complex"));
        assert!(of("[('a', '<f8')]").contains("records"));
        for text in [
            "",
            "{",
            "{}",
            "{'descr': '<f8'",
            "{'shape': (1,,2)}",
            "{'shape': (-1,)}",
            "{'é",
        ] {
            assert!(
                header(text).unwrap_err().contains("cannot be understood"),
                "{text}"
            );
        }
        assert!(
            read(b"\x93NUMPY")
                .unwrap_err()
                .contains("ends within its header")
        );
        assert!(read(b"no array").unwrap_err().contains("not an NPY array"));
    }

    #[test]
    fn headers_are_read_as_they_are_written() {
        let numbers = NUMBERS.map(|(number, _)| DType::Number(number));
        for dtype in numbers
            .into_iter()
            .chain([DType::Text(1), DType::Text(700)])
        {
            for shape in [vec![], vec![0], vec![3, 1 << 40], vec![usize::MAX; 64]] {
                let bytes = Header::written(dtype, &shape);
                assert_eq!(bytes.len() % ALIGNMENT, 0);
                let read = Header::read(&mut bytes.as_slice()).unwrap();
                let expected = Header {
                    dtype,
                    big_endian: false,
                    by_column: false,
                    shape,
                    length: bytes.len() as u64,
                };
                assert_eq!(read, expected);
            }
        }
    }
}
