//! The header of an NPY array: its numbers' type, their order, its shape.

use std::io::{self, Read};

use crate::binary::{Layout, NumberType};

/// The longest header read: one of plain numbers has about a hundred bytes.
const LONGEST: usize = 1 << 16;

/// What a header tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub number: NumberType,
    big_endian: bool,
    by_column: bool,
    pub shape: Vec<usize>,
    /// Bytes before the first number.
    pub length: u64,
}

/// Why a header cannot be read.
#[derive(Debug)]
pub(super) enum HeaderError {
    /// What is wrong with it.
    Malformed(String),
    Io(io::Error),
}

impl From<io::Error> for HeaderError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => {
                Self::Malformed("it ends within its header; is it whole?".to_owned())
            }
            _ => Self::Io(error),
        }
    }
}

fn malformed<T>(problem: impl Into<String>) -> Result<T, HeaderError> {
    Err(HeaderError::Malformed(problem.into()))
}

impl Header {
    pub fn read(reader: &mut impl Read) -> Result<Self, HeaderError> {
        let mut start = [0; 8];
        reader.read_exact(&mut start)?;
        if !start.starts_with(b"\x93NUMPY") {
            return malformed("it is no NPY array: it does not begin with `\\x93NUMPY`");
        }
        let (length, before) = match (start[6], start[7]) {
            (1, 0) => {
                let mut length = [0; 2];
                reader.read_exact(&mut length)?;
                (usize::from(u16::from_le_bytes(length)), 10)
            }
            (2 | 3, 0) => {
                let mut length = [0; 4];
                reader.read_exact(&mut length)?;
                (u32::from_le_bytes(length) as usize, 12)
            }
            (major, minor) => {
                return malformed(format!(
                    "it is of the unknown format version {major}.{minor}; 1.0, 2.0 and 3.0 are known"
                ));
            }
        };
        if length > LONGEST {
            return malformed(format!(
                "its header has {length} bytes; that of an array of numbers has at most {LONGEST}"
            ));
        }
        let mut text = vec![0; length];
        reader.read_exact(&mut text)?;
        let Ok(text) = std::str::from_utf8(&text) else {
            return malformed("its header is no text; is it damaged?");
        };
        let (number, big_endian, by_column, shape) = parse(text)?;
        Ok(Self {
            number,
            big_endian,
            by_column,
            shape,
            length: before + length as u64,
        })
    }

    /// The array as a table of `rows` times `width`, the product of which is that of the shape.
    pub fn layout(&self, rows: usize, width: usize) -> Layout {
        Layout {
            rows,
            width,
            number: self.number,
            big_endian: self.big_endian,
            by_column: self.by_column && rows > 1 && width > 1,
        }
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

type Parsed = (NumberType, bool, bool, Vec<usize>);

/// Reads `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }`.
fn parse(text: &str) -> Result<Parsed, HeaderError> {
    let (mut kind, mut by_column, mut shape) = (None, None, None);
    let mut rest = Cursor(text);
    let damaged =
        || HeaderError::Malformed("its header cannot be understood; is it damaged?".to_owned());
    rest.take('{').ok_or_else(damaged)?;
    while rest.take('}').is_none() {
        let key = rest.string().ok_or_else(damaged)?;
        rest.take(':').ok_or_else(damaged)?;
        match key {
            "descr" => {
                if rest.0.trim_start().starts_with('[') {
                    return malformed("it is an array of records; save a plain array of numbers");
                }
                kind = Some(number_type(rest.string().ok_or_else(damaged)?)?);
            }
            "fortran_order" => {
                by_column = Some(match rest.word() {
                    "True" => true,
                    "False" => false,
                    _ => return Err(damaged()),
                });
            }
            "shape" => {
                let mut sizes = Vec::new();
                rest.take('(').ok_or_else(damaged)?;
                while rest.take(')').is_none() {
                    let size = rest.word();
                    // Python 2 wrote long integers with an L.
                    let size = size.strip_suffix('L').unwrap_or(size);
                    sizes.push(size.parse().map_err(|_| damaged())?);
                    if rest.take(',').is_none() {
                        rest.take(')').ok_or_else(damaged)?;
                        break;
                    }
                }
                shape = Some(sizes);
            }
            _ => return Err(damaged()),
        }
        if rest.take(',').is_none() {
            rest.take('}').ok_or_else(damaged)?;
            break;
        }
    }
    match (kind, by_column, shape) {
        (Some((number, big_endian)), Some(by_column), Some(shape)) => {
            Ok((number, big_endian, by_column, shape))
        }
        _ => Err(damaged()),
    }
}

/// A number's type and whether its most significant byte is the first.
fn number_type(descr: &str) -> Result<(NumberType, bool), HeaderError> {
    let (order, kind) = match descr.split_at_checked(1) {
        Some((order, kind)) if matches!(order, "<" | ">" | "|" | "=") => (order, kind),
        _ => ("<", descr),
    };
    let number = match kind {
        "b1" => NumberType::Bool,
        "u1" => NumberType::U8,
        "u2" => NumberType::U16,
        "u4" => NumberType::U32,
        "u8" => NumberType::U64,
        "i1" => NumberType::I8,
        "i2" => NumberType::I16,
        "i4" => NumberType::I32,
        "i8" => NumberType::I64,
        "f4" => NumberType::F32,
        "f8" => NumberType::F64,
        _ => {
            let what = match kind.chars().next() {
                Some('U' | 'S') => "text",
                Some('O') => "pickled objects",
                Some('c') => "complex numbers",
                Some('M' | 'm') => "times",
                _ => "what is not known here",
            };
            return malformed(format!(
                "it holds {what} (`{descr}`); save numbers: float32, float64, an integer type or bool"
            ));
        }
    };
    Ok((number, order == ">"))
}

/// What is left of a header.
struct Cursor<'a>(&'a str);

impl<'a> Cursor<'a> {
    /// Takes a mark, if it comes next.
    fn take(&mut self, mark: char) -> Option<()> {
        self.0 = self.0.trim_start().strip_prefix(mark)?;
        Some(())
    }

    /// Takes a text in quotes.
    fn string(&mut self) -> Option<&'a str> {
        let text = self.0.trim_start();
        let quote = text.chars().next().filter(|quote| "'\"".contains(*quote))?;
        let (inside, rest) = text[1..].split_once(quote)?;
        self.0 = rest;
        Some(inside)
    }

    /// Takes letters and digits, maybe none.
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
        Header::read(&mut bytes).map_err(|error| match error {
            HeaderError::Malformed(problem) => problem,
            HeaderError::Io(error) => error.to_string(),
        })
    }

    #[test]
    fn headers_are_understood() {
        let found =
            header("{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }  \n").unwrap();
        assert_eq!(
            (found.number, found.shape.as_slice()),
            (NumberType::F64, &[3, 4][..])
        );
        assert_eq!(
            (found.length, found.shape_text()),
            (72, "(3, 4)".to_owned())
        );
        let found = header("{\"shape\":(7L,),\"fortran_order\":True,\"descr\":\">i2\"}").unwrap();
        assert_eq!(found.shape_text(), "(7,)");
        let layout = found.layout(7, 1);
        assert!(layout.big_endian && !layout.by_column);
        assert!(found.layout(7, 2).by_column);
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
        assert!(read(b"no array").unwrap_err().contains("no NPY"));
    }
}
