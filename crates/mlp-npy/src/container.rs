//! The headers of a ZIP archive with uncompressed entries (PKWARE's APPNOTE 6.3.10, sections 4.3
//! to 4.5): the header of each entry, and the central directory.
//!
//! The `zip` crate writes entries from their first byte to their last. Here the position of an entry is
//! known before its bytes, which may be written in any order. Written in order, both give the same file.

/// Sizes and offsets from here on are in a ZIP64 field.
const LARGE: u64 = u32::MAX as u64;
/// The field of sizes and offsets beyond 32 bits.
const ZIP64: u16 = 0x0001;
/// The field that aligns the bytes of an entry, as Android's zipalign writes it: the alignment, then zeros.
const ALIGNMENT: u16 = 0xd935;
/// 1980-01-01 00:00:00 in DOS format, time first: equal arrays give equal bytes.
const STAMP: [u8; 4] = [0, 0, 0x21, 0];
/// The version of the format with uncompressed entries.
pub(crate) const STORED: u16 = 10;
/// The version that archives with planes have always required.
pub(crate) const PLANES: u16 = 20;
/// The version with ZIP64.
const KNOWS_ZIP64: u16 = 45;
/// The flag of a name that is not ASCII.
const UTF8: u16 = 1 << 11;
/// Unix, and a file that its owner can write and others can read.
const UNIX: u16 = 3 << 8;
const MODE: u32 = 0o100_644 << 16;

/// An entry of an archive.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// The name of its file.
    pub(crate) name: String,
    /// Where its local header begins.
    pub(crate) offset: u64,
    /// Its size in bytes.
    pub(crate) size: u64,
    /// CRC-32 of its bytes.
    pub(crate) checksum: u32,
    /// The version that is needed to read it, if it has no ZIP64 field.
    version: u16,
    /// Whether its sizes are in ZIP64 fields.
    large: bool,
    /// Bytes of padding before it.
    filling: u16,
}

impl Entry {
    /// An entry whose header begins at `offset`.
    pub(crate) fn new(name: String, offset: u64, size: u64, version: u16) -> Self {
        Self {
            name,
            offset,
            size,
            checksum: 0,
            version,
            large: size >= LARGE,
            filling: 0,
        }
    }

    /// Writes its sizes into ZIP64 fields, however small they are.
    pub(crate) fn large(self) -> Self {
        Self {
            large: true,
            ..self
        }
    }

    /// Pads it so that the bytes after the first `lead` begin at a multiple of `alignment`.
    pub(crate) fn aligned(mut self, lead: u64, alignment: u16) -> Self {
        let beyond = (self.start() + lead) % u64::from(alignment);
        if beyond > 0 {
            let mut filling = u64::from(alignment) - beyond;
            // The field has six bytes at least.
            while filling < 6 {
                filling += u64::from(alignment);
            }
            self.filling = filling as u16;
        }
        self
    }

    /// Offset of its first byte.
    pub(crate) fn start(&self) -> u64 {
        let zip64 = if self.large { 20 } else { 0 };
        self.offset + 30 + self.name.len() as u64 + zip64 + u64::from(self.filling)
    }

    /// Offset behind its last byte.
    pub(crate) fn end(&self) -> u64 {
        self.start() + self.size
    }

    /// The version that is needed to read a header.
    fn version(&self, zip64: bool) -> u16 {
        if zip64 { KNOWS_ZIP64 } else { self.version }
    }

    /// The common beginning of both headers: version, flags, method, time, checksum, sizes, length of the name.
    fn common(&self, version: u16) -> Bytes {
        let size = if self.large {
            u32::MAX
        } else {
            short(self.size)
        };
        Bytes::default()
            .u16(version)
            .u16(if self.name.is_ascii() { 0 } else { UTF8 })
            .u16(0)
            .all(&STAMP)
            .u32(self.checksum)
            .u32(size)
            .u32(size)
            .u16(self.name.len() as u16)
    }

    /// The header before its bytes.
    pub(crate) fn local_header(&self) -> Vec<u8> {
        let mut extra = Bytes::default();
        if self.large {
            extra = extra.u16(ZIP64).u16(16).u64(self.size).u64(self.size);
        }
        if self.filling > 0 {
            extra = extra.u16(ALIGNMENT).u16(self.filling - 4);
            // The entries after an array's header are aligned; the ZIP entry itself is not.
            extra
                .0
                .resize(extra.0.len() + usize::from(self.filling) - 4, 0);
        }
        let header = Bytes::default()
            .u32(0x0403_4b50)
            .all(&self.common(self.version(self.large)).0)
            .u16(extra.0.len() as u16)
            .all(self.name.as_bytes())
            .all(&extra.0);
        header.0
    }

    /// Its header in the central directory.
    fn central_header(&self) -> Vec<u8> {
        let mut large = Bytes::default();
        if self.large {
            large = large.u64(self.size).u64(self.size);
        }
        if self.offset >= LARGE {
            large = large.u64(self.offset);
        }
        let large = large.0;
        let extra = match large.is_empty() {
            true => Bytes::default(),
            false => Bytes::default()
                .u16(ZIP64)
                .u16(large.len() as u16)
                .all(&large),
        };
        let version = self.version(!large.is_empty());
        let header = Bytes::default()
            .u32(0x0201_4b50)
            .u16(UNIX | version)
            .all(&self.common(version).0)
            .u16(extra.0.len() as u16)
            // No comment, on this disk, no internal attributes.
            .all(&[0; 6])
            .u32(MODE)
            .u32(short(self.offset))
            .all(self.name.as_bytes())
            .all(&extra.0);
        header.0
    }
}

/// The central directory of an archive, which begins at `offset`, to the archive's end.
pub(crate) fn directory(entries: &[Entry], offset: u64) -> Vec<u8> {
    let mut directory = Bytes(entries.iter().flat_map(Entry::central_header).collect());
    let size = directory.0.len() as u64;
    let count = entries.len() as u64;
    let many = u64::from(u16::MAX);
    if count >= many || size >= LARGE || offset >= LARGE {
        directory = directory
            .u32(0x0606_4b50)
            // Bytes of this record after these.
            .u64(44)
            .u16(UNIX | KNOWS_ZIP64)
            .u16(KNOWS_ZIP64)
            .u32(0)
            .u32(0)
            .u64(count)
            .u64(count)
            .u64(size)
            .u64(offset)
            // Offset of that record, on the first of one disk.
            .u32(0x0706_4b50)
            .u32(0)
            .u64(offset + size)
            .u32(1);
    }
    let count = count.min(many) as u16;
    let end = directory
        .u32(0x0605_4b50)
        .u16(0)
        .u16(0)
        .u16(count)
        .u16(count)
        .u32(short(size))
        .u32(short(offset))
        .u16(0);
    end.0
}

/// A number in a field of 32 bits, all ones where it is in the ZIP64 field.
fn short(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Fields one after the other, little-endian.
#[derive(Debug, Default)]
struct Bytes(Vec<u8>);

impl Bytes {
    fn all(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    fn u16(self, number: u16) -> Self {
        self.all(&number.to_le_bytes())
    }

    fn u32(self, number: u32) -> Self {
        self.all(&number.to_le_bytes())
    }

    fn u64(self, number: u64) -> Self {
        self.all(&number.to_le_bytes())
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Cursor, Read, Seek, SeekFrom};

    use super::*;

    /// An archive of entries that hold zeros, of which only the headers are kept.
    struct Thin {
        parts: Vec<(u64, Vec<u8>)>,
        length: u64,
        at: u64,
    }

    impl Read for Thin {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            let length = (to.len() as u64).min(self.length - self.at) as usize;
            for (place, byte) in (self.at..).zip(&mut to[..length]) {
                let part = self.parts.iter().rev().find(|(start, _)| *start <= place);
                let known = part.and_then(|(start, bytes)| bytes.get((place - start) as usize));
                *byte = known.copied().unwrap_or(0);
            }
            self.at += length as u64;
            Ok(length)
        }
    }

    impl Seek for Thin {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            let mut cursor = Cursor::new([0; 0]);
            cursor.set_position(self.at);
            self.at = match to {
                SeekFrom::End(back) => self.length.wrapping_add_signed(back),
                to => cursor.seek(to)?,
            };
            Ok(self.at)
        }
    }

    fn thin(sizes: &[u64]) -> (Thin, Vec<Entry>) {
        let mut entries: Vec<Entry> = Vec::new();
        for (index, size) in sizes.iter().enumerate() {
            let offset = entries.last().map_or(0, Entry::end);
            entries
                .push(Entry::new(format!("{index}.npy"), offset, *size, PLANES).aligned(128, 4096));
        }
        let end = entries.last().map_or(0, Entry::end);
        let mut parts: Vec<(u64, Vec<u8>)> = entries
            .iter()
            .map(|entry| (entry.offset, entry.local_header()))
            .collect();
        let directory = directory(&entries, end);
        let length = end + directory.len() as u64;
        parts.push((end, directory));
        let thin = Thin {
            parts,
            length,
            at: 0,
        };
        (thin, entries)
    }

    #[test]
    fn others_find_every_entry_also_beyond_32_bits() {
        // Entries of 4 GiB less one, and two, are the last and the first of their kinds.
        let around = u64::from(u32::MAX);
        for sizes in [
            &[0, 1, 77][..],
            &[around - 1, 5],
            &[around, 5],
            &[around + 1, 3 * around, 1],
            &[1 << 42, 1 << 43, 9],
        ] {
            let (thin, entries) = thin(sizes);
            let mut zip = zip::ZipArchive::new(thin).unwrap();
            assert_eq!(zip.len(), sizes.len());
            for (index, entry) in entries.iter().enumerate() {
                let found = zip.by_index_raw(index).unwrap();
                assert_eq!(found.name().unwrap(), entry.name);
                assert_eq!(found.size(), entry.size, "{sizes:?}");
                assert_eq!(found.compressed_size(), entry.size);
                assert_eq!(found.header_start(), entry.offset);
                assert_eq!(found.data_start(), Some(entry.start()), "{sizes:?}");
                assert_eq!((entry.start() + 128) % 4096, 0);
                assert_eq!(found.unix_mode(), Some(0o100_644));
            }
        }
    }

    #[test]
    fn many_entries_are_counted() {
        let (thin, entries) = thin(&vec![0; 70_000]);
        assert_eq!(zip::ZipArchive::new(thin).unwrap().len(), entries.len());
    }

    #[test]
    fn entries_in_order_are_as_the_zip_crate_writes_them() {
        use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};
        let files: [(&str, bool, &[u8]); 4] = [
            ("a.npy", false, b"some bytes"),
            ("large.npy", true, b"more"),
            ("\u{fc}.npy", false, b""),
            ("layers.0.weight.npy", false, &[7; 300]),
        ];
        let (mut theirs, mut ours) = (ZipWriter::new(Cursor::new(Vec::new())), Vec::new());
        let mut entries = Vec::new();
        for (name, large, bytes) in files {
            let options = SimpleFileOptions::default()
                .compression_method(CompressionMethod::Stored)
                .last_modified_time(DateTime::default())
                .large_file(large);
            theirs.start_file(name, options).unwrap();
            io::Write::write_all(&mut theirs, bytes).unwrap();
            let mut entry = Entry::new(
                name.to_owned(),
                ours.len() as u64,
                bytes.len() as u64,
                STORED,
            );
            if large {
                entry = entry.large();
            }
            entry.checksum = crc32fast::hash(bytes);
            ours.extend(entry.local_header());
            ours.extend(bytes);
            entries.push(entry);
        }
        ours.extend(directory(&entries, ours.len() as u64));
        assert_eq!(ours, theirs.finish().unwrap().into_inner());
    }
}
