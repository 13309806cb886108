//! Archives with arrays that are larger than memory and whose values come in pieces, here and there.

use std::{
    io::{self, Read, Seek, SeekFrom, Write},
    ops::Range,
    path::PathBuf,
};

use crc32fast::Hasher;
use npyz::WriterBuilder;

use super::{
    container::{Entry, directory},
    writer::write_array,
};
use crate::files::little_endian;
use mlp_train::Array;
use mlp_train::{Error, storing::ArraySink};

/// The values of such arrays begin at multiples of so many bytes, a page of memory: pieces that fill
/// pages are written without looking at what is there.
const PAGE: u16 = 4096;

/// An array of f64 in an archive, cut into equal runs of values. Each of these planes is filled from its start to
/// its end, while others are.
#[derive(Debug)]
pub(crate) struct Planes {
    /// Its place among the entries.
    entry: usize,
    header: Hasher,
    /// Where its values begin.
    start: u64,
    /// Values a plane.
    length: usize,
    planes: Vec<Plane>,
}

#[derive(Clone, Debug, Default)]
struct Plane {
    /// Values that are written.
    filled: usize,
    checksum: Hasher,
}

/// Writes an archive.
#[derive(Debug)]
pub(crate) struct PlanesWriter<W> {
    to: W,
    path: PathBuf,
    entries: Vec<Entry>,
}

impl<W: Read + Write + Seek> PlanesWriter<W> {
    /// An archive without arrays, of which errors say this path.
    pub(crate) fn new(to: W, path: PathBuf) -> Self {
        Self {
            to,
            path,
            entries: Vec::new(),
        }
    }

    fn failed(&self, source: io::Error) -> Error {
        Error::Write {
            path: self.path.clone(),
            source,
        }
    }

    fn write_at(&mut self, at: u64, bytes: &[u8]) -> Result<(), Error> {
        let written = self.to.seek(SeekFrom::Start(at));
        let written = written.and_then(|_| self.to.write_all(bytes));
        written.map_err(|source| self.failed(source))
    }

    fn entry(&self, name: &str, size: u64, lead: usize, alignment: u16) -> Entry {
        let offset = self.entries.last().map_or(0, Entry::end);
        Entry::new(format!("{name}.npy"), offset, size, lead as u64, alignment)
    }
}

impl<W: Read + Write + Seek> ArraySink for PlanesWriter<W> {
    type Planes = Planes;
    type Done = W;

    fn push(&mut self, name: &str, array: &Array) -> Result<(), Error> {
        let mut bytes = Vec::new();
        write_array(&mut bytes, array).map_err(|source| self.failed(source))?;
        let mut entry = self.entry(name, bytes.len() as u64, 0, 1);
        entry.checksum = crc32fast::hash(&bytes);
        let mut whole = entry.local_header();
        whole.append(&mut bytes);
        self.write_at(entry.offset, &whole)?;
        self.entries.push(entry);
        Ok(())
    }

    fn reserve(&mut self, name: &str, shape: &[usize], planes: usize) -> Result<Planes, Error> {
        let header = header(shape).map_err(|source| self.failed(source))?;
        let values = shape.iter().product::<usize>();
        let size = header.len() as u64 + 8 * values as u64;
        let entry = self.entry(name, size, header.len(), PAGE);
        let start = entry.start() + header.len() as u64;
        self.write_at(entry.start(), &header)?;
        self.entries.push(entry);
        let mut checksum = Hasher::new();
        checksum.update(&header);
        Ok(Planes {
            entry: self.entries.len() - 1,
            header: checksum,
            start,
            length: values / planes,
            planes: vec![Plane::default(); planes],
        })
    }

    fn append(&mut self, array: &mut Planes, plane: usize, values: &[f64]) -> Result<(), Error> {
        let (start, length) = (array.start, array.length);
        let to = &mut array.planes[plane];
        assert!(values.len() <= length - to.filled, "a plane has an end");
        let bytes = little_endian::bytes(values);
        to.checksum.update(&bytes);
        let at = start + 8 * (plane * length + to.filled) as u64;
        to.filled += values.len();
        self.write_at(at, &bytes)
    }

    fn replace(&mut self, array: &mut Planes, plane: usize, values: &[f64]) -> Result<(), Error> {
        array.planes[plane] = Plane::default();
        self.append(array, plane, values)
    }

    fn read(&mut self, array: &Planes, planes: Range<usize>) -> Result<Vec<f64>, Error> {
        let at = array.start + 8 * (planes.start * array.length) as u64;
        let mut bytes = vec![0; 8 * planes.len() * array.length];
        let read = self.to.seek(SeekFrom::Start(at));
        let read = read.and_then(|_| self.to.read_exact(&mut bytes));
        read.map_err(|source| Error::Read {
            path: self.path.clone(),
            source,
        })?;
        Ok(little_endian::numbers(&bytes).unwrap_or_default())
    }

    fn finish(mut self, arrays: Vec<Planes>) -> Result<W, Error> {
        for array in arrays {
            let mut checksum = array.header;
            for plane in &array.planes {
                assert_eq!(plane.filled, array.length, "every plane is filled");
                checksum.combine(&plane.checksum);
            }
            let entry = &mut self.entries[array.entry];
            entry.checksum = checksum.finalize();
            let (offset, header) = (entry.offset, entry.local_header());
            self.write_at(offset, &header)?;
        }
        let end = self.entries.last().map_or(0, Entry::end);
        let directory = directory(&self.entries, end);
        self.write_at(end, &directory)?;
        Ok(self.to)
    }
}

/// What NumPy's format has before the values.
fn header(shape: &[usize]) -> io::Result<Vec<u8>> {
    let mut header = Vec::new();
    let shape: Vec<u64> = shape.iter().map(|&length| length as u64).collect();
    let dtype: npyz::TypeStr = "<f8".parse().map_err(io::Error::other)?;
    let options = npyz::WriteOptions::<f64>::new().dtype(npyz::DType::new_scalar(dtype));
    // It is written at once; the values go past this writer.
    drop(options.shape(&shape).writer(&mut header).begin_nd()?);
    Ok(header)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use mlp_train::Data;

    fn writer() -> PlanesWriter<Cursor<Vec<u8>>> {
        PlanesWriter::new(Cursor::new(Vec::new()), "a.npz".into())
    }

    #[test]
    fn planes_come_in_any_order_and_in_any_pieces() {
        let first: Vec<f64> = (0..3 * 700).map(f64::from).collect();
        let second: Vec<f64> = first.iter().map(|value| -value / 3.0).collect();
        let word = Array::word("learning_rate");
        let bytes = |pieces: &[usize]| {
            let mut to = writer();
            to.push("x_key", &word).unwrap();
            let mut arrays = vec![
                to.reserve("first", &[3, 7, 100], 3).unwrap(),
                to.reserve("second", &[3, 700], 3).unwrap(),
            ];
            let mut done = [0; 3];
            for (turn, piece) in pieces.iter().enumerate() {
                let plane = turn % 3;
                let from = plane * 700 + done[plane];
                done[plane] += piece;
                for (array, values) in arrays.iter_mut().zip([&first, &second]) {
                    to.append(array, plane, &values[from..from + piece])
                        .unwrap();
                }
            }
            assert_eq!(done, [700; 3]);
            assert_eq!(to.read(&arrays[1], 1..3).unwrap(), second[700..]);
            to.push("last", &word).unwrap();
            to.finish(arrays).unwrap().into_inner()
        };
        let whole = bytes(&[700, 700, 700]);
        assert!(whole == bytes(&[1, 512, 0, 699, 88, 600, 0, 100, 100]));
        // Checksums are compared while it is read.
        let npz = crate::npz::read_from(Cursor::new(&whole)).unwrap();
        let names: Vec<&str> = npz.iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["x_key", "first", "second", "last"]);
        let of = |shape: Vec<usize>, values: &[f64]| Array::new(shape, Data::F64(values.to_vec()));
        assert_eq!(npz.get("first"), Some(&of(vec![3, 7, 100], &first)));
        assert_eq!(npz.get("second"), Some(&of(vec![3, 700], &second)));
        assert_eq!(npz.get("last"), Some(&word));
    }

    #[test]
    fn a_plane_can_be_written_again() {
        let mut to = writer();
        let mut array = to.reserve("a", &[2, 2], 2).unwrap();
        to.append(&mut array, 1, &[3.0, 4.0]).unwrap();
        to.append(&mut array, 0, &[f64::NAN, 2.0]).unwrap();
        to.replace(&mut array, 0, &[1.0, 2.0]).unwrap();
        let bytes = to.finish(vec![array]).unwrap();
        let npz = crate::npz::read_from(bytes).unwrap();
        let values = npz.get("a").unwrap().numbers().unwrap();
        assert_eq!(values, [1.0, 2.0, 3.0, 4.0]);
    }

    #[test]
    fn values_begin_at_a_page() {
        let mut to = writer();
        to.push("x", &Array::word("y")).unwrap();
        let array = to.reserve("a", &[4], 1).unwrap();
        assert_eq!(array.start % u64::from(PAGE), 0);
    }
}
