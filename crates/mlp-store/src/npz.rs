//! NPZ archives: arrays as NumPy stores and loads them.
//!
//! Arrays are written uncompressed with a fixed time, so that the same arrays are the same bytes on
//! every machine. Reading accepts what `numpy.savez` and `numpy.savez_compressed` write.

mod container;
mod planes;
mod writer;

use std::{
    fs::File,
    io::{BufReader, Read, Seek, Write},
    path::Path,
};

use npyz::{DType, NpyFile, TypeChar};
use zip::{ZipArchive, ZipWriter};

use self::writer::{start_entry, write_array};
pub(crate) use self::{planes::PlanesWriter, writer::NpzWriter};
use mlp_train::Error;
pub use mlp_train::{Array, Arrays, Data};

/// Writes an archive, whole or not at all.
///
/// # Errors
/// [`Error::Write`].
pub fn write(arrays: &Arrays, path: &Path) -> Result<(), Error> {
    let mut writer = NpzWriter::create(path)?;
    for (name, array) in arrays.iter() {
        writer.push(name, array)?;
    }
    writer.finish().map(|_| ())
}

/// Writes an archive to where there is room for it, and gives that back.
pub(crate) fn write_to<W: Write + Seek>(arrays: &Arrays, to: W) -> std::io::Result<W> {
    let mut zip = ZipWriter::new(to);
    for (name, array) in arrays.iter() {
        start_entry(&mut zip, name, array.data.len())?;
        write_array(&mut zip, array)?;
    }
    Ok(zip.finish()?)
}

/// Reads every array of an archive that is of a known type; others are left out.
///
/// # Errors
/// [`Error::Read`]; [`Error::Corrupt`] where it is no archive or damaged.
pub fn read(path: &Path) -> Result<Arrays, Error> {
    read_cut(path, |_, _| None)
}

/// [`read`] where `cut` looks at the arrays before one and at its shape, and may say that
/// of its first axis only one entry is wanted.
pub(crate) fn read_cut(
    path: &Path,
    cut: impl Fn(&Arrays, &[u64]) -> Option<u64>,
) -> Result<Arrays, Error> {
    let file = File::open(path).map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })?;
    cut_from(BufReader::new(file), &cut).map_err(|reason| Error::Corrupt {
        path: path.to_owned(),
        what: "NPZ archive",
        reason,
    })
}

/// [`read`] of a file that is open, or of its bytes.
pub(crate) fn read_from(from: impl Read + Seek) -> Result<Arrays, String> {
    cut_from(from, &|_, _| None)
}

fn cut_from(
    from: impl Read + Seek,
    cut: &dyn Fn(&Arrays, &[u64]) -> Option<u64>,
) -> Result<Arrays, String> {
    let text = |error: zip::result::ZipError| error.to_string();
    let mut zip = ZipArchive::new(from).map_err(text)?;
    let mut npz = Arrays::new();
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).map_err(text)?;
        let name = entry.name().map_err(text)?.into_owned();
        let Some(name) = npyz::npz::array_name_from_file_name(&name).map(str::to_owned) else {
            continue;
        };
        let stored = entry.compressed_size();
        let array = read_array(&mut entry, stored, &|shape| cut(&npz, shape))
            .map_err(|reason| format!("array {name}: {reason}"))?;
        if let Some(array) = array {
            npz.insert(name, array);
        }
    }
    Ok(npz)
}

/// Values go into an archive and come out of it by pieces of so many bytes: each piece is checked as a whole.
const PIECE: usize = 1 << 16;

/// Deflate never makes more than this out of a byte (and a stored entry no more than one), so an
/// array that claims more is no array.
const DEFLATE_LIMIT: u64 = 1032;

/// Which values of an array are read.
#[derive(Clone, Copy)]
struct Wanted {
    skipped: usize,
    count: usize,
    /// How many there likely are.
    likely: usize,
}

/// Reads one array, or of its first axis the one entry that `cut` wants; `None` where its type is not
/// among those of [`Data`]. The bytes that are `stored` of it bound what it may claim.
fn read_array(
    mut from: impl Read,
    stored: u64,
    cut: &dyn Fn(&[u64]) -> Option<u64>,
) -> Result<Option<Array>, String> {
    let room = stored.saturating_mul(DEFLATE_LIMIT);
    let header = header(&mut from)?;
    let count = claimed(&header)?.filter(|&count| count <= room);
    let count = count.ok_or("it claims more entries than the file can hold")?;
    // Values are read one by one, and every read of an entry is checked by itself.
    let from = BufReader::with_capacity(PIECE, from);
    let file = NpyFile::new(header.as_slice().chain(from)).map_err(|error| error.to_string())?;
    let mut shape = file.shape().to_vec();
    if shape
        .iter()
        .try_fold(1u64, |product, &length| product.checked_mul(length))
        != Some(count)
    {
        return Err("its shape is written twice".to_owned());
    }
    let fortran = file.order() == npyz::Order::Fortran && shape.len() > 1;
    let DType::Plain(dtype) = file.dtype() else {
        return Ok(None);
    };
    let (mut skipped, mut count) = (0, count);
    if !fortran
        && let Some(index) = cut(&shape).filter(|&index| shape.first().is_some_and(|&n| index < n))
    {
        count /= shape[0];
        skipped = index * count;
        shape[0] = 1;
    }
    // Memory is taken for what is stored; beyond it grows with what is there, not with what is
    // claimed.
    let bytes = dtype.num_bytes().unwrap_or(0).max(1) as u64;
    let whole_number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let wanted = Wanted {
        skipped: whole_number(skipped),
        count: whole_number(count),
        likely: whole_number(count.min(stored / bytes)),
    };
    fn collect<V: npyz::Deserialize, R: Read>(
        file: NpyFile<R>,
        wanted: Wanted,
    ) -> Result<Vec<V>, String> {
        let values = file.data::<V>().map_err(|error| error.to_string())?;
        let mut all = Vec::with_capacity(wanted.likely);
        for value in values.skip(wanted.skipped).take(wanted.count) {
            all.push(value.map_err(|error| error.to_string())?);
        }
        Ok(all)
    }
    fn whole<V: npyz::Deserialize + TryInto<i64>, R: Read>(
        file: NpyFile<R>,
        wanted: Wanted,
    ) -> Result<Data, String> {
        let numbers = collect::<V, _>(file, wanted)?
            .into_iter()
            .map(TryInto::try_into);
        let numbers = numbers.collect::<Result<_, _>>();
        numbers
            .map(Data::I64)
            .map_err(|_| "it holds a number above 2^63 - 1".to_owned())
    }
    let data = match (dtype.type_char(), dtype.size_field()) {
        (TypeChar::Float, 8) => Data::F64(collect(file, wanted)?),
        (TypeChar::Float, 4) => Data::F32(collect(file, wanted)?),
        (TypeChar::Int, 8) => Data::I64(collect(file, wanted)?),
        (TypeChar::Int, 4) => whole::<i32, _>(file, wanted)?,
        (TypeChar::Int, 2) => whole::<i16, _>(file, wanted)?,
        (TypeChar::Int, 1) => whole::<i8, _>(file, wanted)?,
        (TypeChar::Uint, 8) => whole::<u64, _>(file, wanted)?,
        (TypeChar::Uint, 4) => whole::<u32, _>(file, wanted)?,
        (TypeChar::Uint, 2) => whole::<u16, _>(file, wanted)?,
        (TypeChar::Uint, 1) => whole::<u8, _>(file, wanted)?,
        (TypeChar::Bool, 1) => Data::Bool(collect(file, wanted)?),
        (TypeChar::UnicodeStr, width) if width.saturating_mul(4) <= room => {
            Data::Text(collect(file, wanted)?)
        }
        _ => return Ok(None),
    };
    if data.len() as u64 != count {
        return Err(format!(
            "it has {} entries, and its shape asks for {count}",
            data.len()
        ));
    }
    let shape: Vec<usize> = shape.into_iter().map(|length| length as usize).collect();
    if fortran {
        let data = match data {
            Data::F64(values) => Data::F64(row_major(&shape, &values)),
            Data::F32(values) => Data::F32(row_major(&shape, &values)),
            Data::I64(values) => Data::I64(row_major(&shape, &values)),
            Data::Bool(values) => Data::Bool(row_major(&shape, &values)),
            Data::Text(values) => Data::Text(row_major(&shape, &values)),
        };
        return Ok(Some(Array { shape, data }));
    }
    Ok(Some(Array { shape, data }))
}

/// The longest header that is read; NumPy's own have 128 bytes.
const HEADER_LIMIT: usize = 1 << 16;

/// The bytes of an array's header, from the magic word to the line's end.
fn header(from: &mut impl Read) -> Result<Vec<u8>, String> {
    let mut more = |bytes: &mut Vec<u8>, count: usize| {
        let start = bytes.len();
        bytes.resize(start + count, 0);
        from.read_exact(&mut bytes[start..])
            .map_err(|error| error.to_string())
    };
    let mut bytes = Vec::new();
    more(&mut bytes, 10)?;
    if !bytes.starts_with(b"\x93NUMPY") {
        return Err("it is no NumPy array".to_owned());
    }
    let length = match bytes[6] {
        1 => usize::from(u16::from_le_bytes([bytes[8], bytes[9]])),
        _ => {
            more(&mut bytes, 2)?;
            u32::from_le_bytes([bytes[8], bytes[9], bytes[10], bytes[11]]) as usize
        }
    };
    if length > HEADER_LIMIT {
        return Err(format!("its header claims {length} bytes"));
    }
    more(&mut bytes, length)?;
    Ok(bytes)
}

/// The number of entries that a header claims; `None` where it cannot be counted. (Counting it is
/// not left to the reader of arrays, which does not expect more than fits.)
fn claimed(header: &[u8]) -> Result<Option<u64>, String> {
    let text = String::from_utf8_lossy(header);
    let mut parts = text.split("shape");
    let (_, rest, None) = (parts.next(), parts.next(), parts.next()) else {
        return Err("its header has more than one shape".to_owned());
    };
    let shape = rest.and_then(|rest| rest.split_once('(')?.1.split_once(')'));
    let (shape, _) = shape.ok_or("its header has no shape")?;
    let lengths = shape
        .split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty());
    // Python 2 wrote long integers with an L.
    Ok(lengths
        .map(|word| word.trim_end_matches('L').parse::<u64>().ok())
        .try_fold(1u64, |count, length| count.checked_mul(length?)))
}

/// Column-major entries in row-major order.
fn row_major<V: Clone>(shape: &[usize], values: &[V]) -> Vec<V> {
    let mut place = vec![0usize; shape.len()];
    let mut ordered = Vec::with_capacity(values.len());
    for _ in 0..values.len() {
        let index = shape
            .iter()
            .zip(&place)
            .rev()
            .fold(0, |index, (&length, &at)| index * length + at);
        ordered.push(values[index].clone());
        for (at, &length) in place.iter_mut().zip(shape).rev() {
            *at += 1;
            if *at < length {
                break;
            }
            *at = 0;
        }
    }
    ordered
}

#[cfg(test)]
mod tests;
