//! The entries of an array, from bytes and to bytes.

use std::{borrow::Cow, io::Read};

use crate::{
    DType, Data, DataView, Error, Header, NumberType, limits::PIECE, little_endian, number::take,
};

/// Reads the next entries of an array. Memory for the `likely` bytes is allocated at once; beyond that it
/// grows with the bytes that are read.
pub(crate) fn read(
    header: &Header,
    count: u64,
    likely: u64,
    from: &mut impl Read,
) -> Result<Data, Error> {
    let big_endian = header.big_endian;
    let reader = Reader {
        header,
        count,
        likely,
        from,
    };
    let number = match header.dtype {
        DType::Text(_) => return reader.each(|text| word(text, big_endian)).map(Data::Text),
        DType::Number(number) => number,
    };
    match number {
        NumberType::F64 => reader
            .each(|one| Ok(f64::from_le_bytes(take(one, 0, big_endian))))
            .map(Data::F64),
        NumberType::F32 => reader
            .each(|one| Ok(f32::from_le_bytes(take(one, 0, big_endian))))
            .map(Data::F32),
        NumberType::Bool => reader
            .each(|one| match one[0] {
                0 => Ok(false),
                1 => Ok(true),
                other => Err(Error::Bool(other)),
            })
            .map(Data::Bool),
        _ => reader
            .each(|one| {
                let whole = number.integer_at(one, 0, big_endian);
                let whole = whole.and_then(|whole| i64::try_from(whole).ok());
                whole.ok_or(Error::Large)
            })
            .map(Data::I64),
    }
}

/// Reads entries from a file.
struct Reader<'a, R> {
    header: &'a Header,
    count: u64,
    likely: u64,
    from: &'a mut R,
}

impl<R: Read> Reader<'_, R> {
    /// Converts the bytes of each entry.
    fn each<T>(self, one: impl Fn(&[u8]) -> Result<T, Error>) -> Result<Vec<T>, Error> {
        let claims = || Error::Claims {
            shape: self.header.shape_text(),
        };
        let size = self.header.dtype.size().ok_or_else(claims)?;
        let mut all = Vec::with_capacity(self.count.min(self.likely / size.max(1) as u64) as usize);
        let mut left = self.count;
        let mut bytes = Vec::new();
        while left > 0 {
            let now = left.min((PIECE / size.max(1)).max(1) as u64);
            let needed = now * size as u64;
            bytes.clear();
            (&mut *self.from).take(needed).read_to_end(&mut bytes)?;
            if bytes.len() as u64 != needed {
                let read = (self.count - left) * size as u64;
                return Err(Error::Short {
                    shape: self.header.shape_text(),
                    bytes: self.header.bytes().ok_or_else(claims)?,
                    there: read + bytes.len() as u64,
                });
            }
            for place in 0..now as usize {
                all.push(one(&bytes[place * size..][..size])?);
            }
            left -= now;
        }
        Ok(all)
    }
}

/// A text of 32 bits per character, filled with zeros.
fn word(bytes: &[u8], big_endian: bool) -> Result<String, Error> {
    let characters = (0..bytes.len() / 4).map(|at| u32::from_le_bytes(take(bytes, at, big_endian)));
    let text: Result<String, Error> = characters
        .map(|code| char::from_u32(code).ok_or(Error::Character(code)))
        .collect();
    let mut text = text?;
    text.truncate(text.trim_end_matches('\0').len());
    Ok(text)
}

/// The type that entries are written as, and their bytes.
pub(crate) fn written(data: DataView<'_>) -> (DType, Cow<'_, [u8]>) {
    let number = DType::Number;
    match data {
        DataView::F64(values) => (number(NumberType::F64), little_endian::bytes(values)),
        DataView::F32(values) => (number(NumberType::F32), little_endian::bytes(values)),
        DataView::I64(values) => (number(NumberType::I64), little_endian::bytes(values)),
        DataView::Bool(values) => (
            number(NumberType::Bool),
            Cow::Borrowed(bytemuck::cast_slice(values)),
        ),
        DataView::Text(words) => {
            let longest = words.iter().map(|word| word.chars().count()).max();
            let width = longest.unwrap_or(0).max(1);
            let filled = |word: &String| {
                let characters: Vec<u32> = word.chars().map(u32::from).collect();
                let filling = width - characters.len();
                (characters.into_iter()).chain(std::iter::repeat_n(0, filling))
            };
            let bytes = words.iter().flat_map(filled).flat_map(u32::to_le_bytes);
            (DType::Text(width), Cow::Owned(bytes.collect()))
        }
    }
}
