use std::{
    io::{self, Read, Seek, SeekFrom, Write},
    ops::Range,
};

use crc32fast::Hasher;

use crate::{
    ArrayView, DType, Header, NumberType, Value,
    container::{Entry, PLANES, STORED, directory},
    little_endian, values,
};

/// The values of arrays that are written in pieces begin at multiples of this many bytes, a page of memory:
/// whole pages are written without reading them first.
const PAGE: u16 = 4096;

/// Arrays of more values than this have their sizes in 64-bit fields, whatever their size in bytes.
const MANY: u64 = 1 << 28;

/// An array of f64 in an archive, divided into equal runs of values (planes). Each plane is filled from start to
/// end, independently of the others.
#[derive(Debug)]
pub struct Planes {
    /// Its index among the entries.
    entry: usize,
    header: Hasher,
    /// Offset of its values.
    start: u64,
    /// Values per plane.
    length: usize,
    planes: Vec<Plane>,
}

#[derive(Clone, Debug, Default)]
struct Plane {
    /// Number of values written.
    filled: usize,
    checksum: Hasher,
}

/// Writes an NPZ archive: arrays one after the other, whole or in parts, and arrays larger than memory
/// whose values arrive in pieces in any order.
#[derive(Debug)]
pub struct Writer<W> {
    to: W,
    entries: Vec<Entry>,
    version: u16,
}

impl<W: Write + Seek> Writer<W> {
    /// An archive without arrays, from the current position of the writer.
    pub fn new(to: W) -> Self {
        Self {
            to,
            entries: Vec::new(),
            version: STORED,
        }
    }

    /// [`new`](Self::new) for an archive in which arrays are [reserved](Self::reserve).
    pub fn with_planes(to: W) -> Self {
        Self {
            version: PLANES,
            ..Self::new(to)
        }
    }

    /// The underlying writer.
    pub fn get_ref(&self) -> &W {
        &self.to
    }

    fn write_at(&mut self, at: u64, bytes: &[u8]) -> io::Result<()> {
        self.to.seek(SeekFrom::Start(at))?;
        self.to.write_all(bytes)
    }

    /// Starts the entry of an array of this size at the end.
    fn entry(&self, name: &str, size: u64) -> Entry {
        let offset = self.entries.last().map_or(0, Entry::end);
        Entry::new(format!("{name}.npy"), offset, size, self.version)
    }

    /// Appends an array.
    ///
    /// # Errors
    /// Errors of the writer.
    ///
    /// # Panics
    /// If the number of entries does not match the shape.
    pub fn push<'a>(&mut self, name: &str, array: impl Into<ArrayView<'a>>) -> io::Result<()> {
        let ArrayView { shape, data } = array.into();
        let (dtype, bytes) = values::written(data);
        self.entry_of(name, dtype, shape, |out| out(&bytes))
    }

    /// Appends an array of this shape whose values `fill` passes in parts, in order.
    ///
    /// # Errors
    /// Errors of the writer, and those of `fill`.
    ///
    /// # Panics
    /// If there are more or fewer values than the shape has.
    pub fn stream<V: Value, E: From<io::Error>>(
        &mut self,
        name: &str,
        shape: &[usize],
        fill: impl FnOnce(&mut dyn FnMut(&[V]) -> io::Result<()>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.entry_of(name, DType::Number(V::NUMBER), shape, |out| {
            fill(&mut |part| out(&little_endian::bytes(part)))
        })
    }

    fn entry_of<E: From<io::Error>>(
        &mut self,
        name: &str,
        dtype: DType,
        shape: &[usize],
        fill: impl FnOnce(&mut dyn FnMut(&[u8]) -> io::Result<()>) -> Result<(), E>,
    ) -> Result<(), E> {
        let header = Header::written(dtype, shape);
        let values = shape.iter().product::<usize>() as u64;
        let size = header.len() as u64 + values * dtype.size().unwrap_or(0) as u64;
        let mut entry = self.entry(name, size);
        if values > MANY {
            entry = entry.large();
        }
        let mut checksum = Hasher::new();
        let mut written = 0;
        self.write_at(entry.offset, &entry.local_header())?;
        let mut out = |bytes: &[u8]| {
            checksum.update(bytes);
            written += bytes.len() as u64;
            self.to.write_all(bytes)
        };
        out(&header)?;
        fill(&mut out)?;
        assert_eq!(written, size, "one value per place");
        entry.checksum = checksum.finalize();
        self.write_at(entry.offset, &entry.local_header())?;
        self.to.seek(SeekFrom::Start(entry.end()))?;
        self.entries.push(entry);
        Ok(())
    }

    /// Appends an array of this shape, divided into this many planes, with its values still unwritten.
    ///
    /// # Errors
    /// Errors of the writer.
    pub fn reserve(&mut self, name: &str, shape: &[usize], planes: usize) -> io::Result<Planes> {
        let header = Header::written(DType::Number(NumberType::F64), shape);
        let values = shape.iter().product::<usize>();
        let lead = header.len() as u64;
        let entry = self.entry(name, lead + 8 * values as u64);
        let entry = entry.aligned(lead, PAGE);
        let start = entry.start() + lead;
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

    /// Writes the next values of a plane.
    ///
    /// # Errors
    /// Errors of the writer.
    ///
    /// # Panics
    /// If the plane has fewer values left.
    pub fn append(&mut self, array: &mut Planes, plane: usize, values: &[f64]) -> io::Result<()> {
        let (start, length) = (array.start, array.length);
        let to = &mut array.planes[plane];
        assert!(values.len() <= length - to.filled, "a plane has an end");
        let bytes = little_endian::bytes(values);
        to.checksum.update(&bytes);
        let at = start + 8 * (plane * length + to.filled) as u64;
        to.filled += values.len();
        self.write_at(at, &bytes)
    }

    /// Overwrites a plane.
    ///
    /// # Errors
    /// Errors of the writer.
    pub fn replace(&mut self, array: &mut Planes, plane: usize, values: &[f64]) -> io::Result<()> {
        array.planes[plane] = Plane::default();
        self.append(array, plane, values)
    }

    /// Writes the central directory. All planes must be filled.
    ///
    /// # Errors
    /// Errors of the writer.
    ///
    /// # Panics
    /// If a plane is not filled.
    pub fn finish(mut self, arrays: impl IntoIterator<Item = Planes>) -> io::Result<W> {
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

impl<W: Read + Write + Seek> Writer<W> {
    /// The values of filled planes, one after the other.
    ///
    /// # Errors
    /// Errors of reading.
    pub fn read(&mut self, array: &Planes, planes: Range<usize>) -> io::Result<Vec<f64>> {
        let at = array.start + 8 * (planes.start * array.length) as u64;
        let mut bytes = vec![0; 8 * planes.len() * array.length];
        self.to.seek(SeekFrom::Start(at))?;
        self.to.read_exact(&mut bytes)?;
        Ok(little_endian::numbers(&bytes).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::{Array, Arrays, Data};

    fn writer() -> Writer<Cursor<Vec<u8>>> {
        Writer::with_planes(Cursor::new(Vec::new()))
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
        let npz = Arrays::read_from(Cursor::new(&whole)).unwrap();
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
        let npz = Arrays::read_from(bytes).unwrap();
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
