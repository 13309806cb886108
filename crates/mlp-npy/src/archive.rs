use std::{
    collections::HashSet,
    io::{self, BufReader, Read, Seek, SeekFrom},
};

use zip::{ZipArchive, read::ZipFile};

use crate::{Array, Error, Header, limits::PIECE, values};

/// Deflate never makes more than this out of a byte, so an array that claims more is not an array.
const DEFLATE_LIMIT: u64 = 1032;

/// An NPZ archive, whose arrays are read one at a time, in any order, stored or deflated.
#[derive(Debug)]
pub struct Archive<R> {
    zip: ZipArchive<R>,
    /// Bytes of all.
    length: u64,
}

/// An array of an archive whose header is read. What is read of it begins with its first entry.
#[derive(Debug)]
pub struct Entry<R> {
    /// Its header.
    pub header: Header,
    /// Bytes of header and entries, as the archive tells.
    pub length: u64,
    /// At most so many bytes are there.
    room: u64,
    /// At least so many bytes are likely there.
    likely: u64,
    from: R,
}

impl<R: Read + Seek> Archive<R> {
    /// Reads which arrays there are.
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

    /// How many files it holds, which may be others than arrays.
    pub fn len(&self) -> usize {
        self.zip.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.zip.is_empty()
    }

    /// The name of the array that is the file of an index, if it is one.
    pub fn name(&self, index: usize) -> Option<String> {
        let file = self.zip.name_for_index(index)?.ok()?;
        // Some programs end names as C does.
        let file = file.split('\0').next()?;
        file.strip_suffix(".npy").map(str::to_owned)
    }

    /// The index of the array of a name.
    pub fn index(&self, name: &str) -> Option<usize> {
        self.zip.index_for_name(&format!("{name}.npy"))
    }

    /// The array of an index.
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
    /// Reads the array, or of its first axis the one entry that is `wanted`.
    ///
    /// # Errors
    /// [`Error::Claims`], [`Error::Short`] where the archive has less than the array claims, [`Error::Read`]; an
    /// entry that is none.
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
        // The end of an entry compares its checksum.
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
