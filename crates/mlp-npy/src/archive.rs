use std::{
    collections::HashSet,
    io::{self, BufReader, Read, Seek, SeekFrom},
};

use zip::{ZipArchive, read::ZipFile};

use crate::{Array, Error, Header, limits::PIECE, values};

/// Deflate compresses by at most this factor, so that an entry that claims more is damaged.
const DEFLATE_LIMIT: u64 = 1032;

/// An NPZ archive, whose arrays are read one at a time, in any order, stored or deflated.
#[derive(Debug)]
pub struct Archive<R> {
    zip: ZipArchive<R>,
    /// Bytes of the whole file.
    length: u64,
}

/// An array of an archive whose header has been read. Reading continues at its first entry.
#[derive(Debug)]
pub struct Entry<R> {
    /// Its header.
    pub header: Header,
    /// Bytes of header and entries, as the archive states.
    pub length: u64,
    /// An upper bound of the bytes that are there.
    room: u64,
    /// The number of bytes that are probably there.
    likely: u64,
    from: R,
}

impl<R: Read + Seek> Archive<R> {
    /// Reads the archive's directory.
    ///
    /// # Errors
    /// [`Error::Archive`], [`Error::Read`].
    pub fn open(mut from: R) -> Result<Self, Error> {
        let length = from.seek(SeekFrom::End(0))?;
        from.rewind()?;
        let listed = listed(&mut from, length)?;
        from.rewind()?;
        let zip = ZipArchive::new(from)?;
        let archive = Self { zip, length };
        // Of two files of one name the library keeps one.
        let names = (0..archive.len()).filter_map(|index| archive.name(index));
        let mut seen = HashSet::new();
        let distinct = names.into_iter().all(|name| seen.insert(name));
        if !distinct || listed.is_some_and(|listed| listed > archive.len()) {
            return Err(Error::Twice);
        }
        Ok(archive)
    }

    /// The number of files, including those that are not arrays.
    pub fn len(&self) -> usize {
        self.zip.len()
    }

    /// Whether it has no files.
    pub fn is_empty(&self) -> bool {
        self.zip.is_empty()
    }

    /// The name of the array in the file at `index`; `None` if that file is not an array.
    pub fn name(&self, index: usize) -> Option<String> {
        let file = self.zip.name_for_index(index)?.ok()?;
        // Some programs terminate names with a NUL, as C does.
        let file = file.split('\0').next()?;
        file.strip_suffix(".npy").map(str::to_owned)
    }

    /// The index of the array with this name.
    pub fn index(&self, name: &str) -> Option<usize> {
        self.zip.index_for_name(&format!("{name}.npy"))
    }

    /// The array at an index.
    ///
    /// # Errors
    /// [`Error::Archive`], [`Error::Read`], those of [`Header::read`].
    pub fn entry(&mut self, index: usize) -> Result<Entry<impl Read + use<'_, R>>, Error> {
        let entry: ZipFile<'_, R> = self.zip.by_index(index)?;
        let length = entry.size();
        let stored = entry.compressed_size().min(self.length);
        let mut from = BufReader::with_capacity(PIECE, entry);
        let header = Header::read(&mut from)?;
        Ok(Entry {
            header,
            length,
            room: stored.saturating_mul(DEFLATE_LIMIT).min(length),
            likely: stored.min(length),
            from,
        })
    }
}

impl<R: Read> Entry<R> {
    /// Reads the array, or only the entry `wanted` of its first axis.
    ///
    /// # Errors
    /// [`Error::Claims`], [`Error::Short`] where the archive holds less than the array claims, [`Error::Read`]; an
    /// entry that does not exist.
    pub fn read(mut self, wanted: Option<usize>) -> Result<Array, Error> {
        let header = &self.header;
        let there = self.room.saturating_sub(header.length);
        let counted = header.count().zip(header.bytes());
        let (mut count, bytes) = counted.ok_or_else(|| Error::Claims {
            shape: header.shape_text(),
        })?;
        // Empty texts have no bytes, but each takes memory.
        if bytes.max(count) > there {
            return Err(Error::Short {
                shape: header.shape_text(),
                bytes,
                there,
            });
        }
        let mut shape = header.shape.clone();
        let by_column = header.by_column && shape.len() > 1;
        if !by_column
            && let Some(index) = wanted.filter(|index| shape.first().is_some_and(|n| index < n))
        {
            count /= shape[0] as u64;
            let before = bytes / shape[0] as u64 * index as u64;
            drain(&mut (&mut self.from).take(before))?;
            shape[0] = 1;
        }
        let data = values::read(header, count, self.likely, &mut self.from)?;
        // The checksum is compared at the end of an entry.
        if shape == header.shape {
            drain(&mut self.from)?;
        }
        let data = if by_column { data.by_row(&shape) } else { data };
        Ok(Array { shape, data })
    }
}

impl<R: Read> Read for Entry<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        self.from.read(to)
    }
}

/// How many files an archive lists: the record at its end says it, or that another one does, of more than 65,534.
fn listed(from: &mut (impl Read + Seek), length: u64) -> io::Result<Option<usize>> {
    const MARK: &[u8] = b"PK\x05\x06";
    /// The record, and the longest comment behind it.
    const LONGEST: u64 = 22 + u16::MAX as u64;
    from.seek(SeekFrom::Start(length.saturating_sub(LONGEST)))?;
    let mut end = Vec::new();
    from.take(LONGEST).read_to_end(&mut end)?;
    let record = end.windows(MARK.len()).rposition(|bytes| bytes == MARK);
    let count = record.and_then(|at| end.get(at + 10..at + 12));
    let count = count.map(|bytes| u16::from_le_bytes([bytes[0], bytes[1]]));
    Ok(count.filter(|count| *count < u16::MAX).map(usize::from))
}

/// Reads to the end.
fn drain(from: &mut impl Read) -> io::Result<u64> {
    io::copy(from, &mut io::sink())
}
