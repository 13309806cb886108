use std::io::{Read, Seek, Write};

use crate::{Archive, Arrays, Error, Writer};

impl Arrays {
    /// Writes an archive, and returns the writer.
    ///
    /// # Errors
    /// Errors of the writer.
    pub fn write_to<W: Write + Seek>(&self, to: W) -> std::io::Result<W> {
        let mut writer = Writer::new(to);
        for (name, array) in self.iter() {
            writer.push(name, array)?;
        }
        writer.finish([])
    }

    /// Reads every array of an archive that holds numbers, flags or texts, and skips others.
    ///
    /// # Errors
    /// [`Error::Archive`], [`Error::InArchive`], [`Error::Read`].
    pub fn read_from(from: impl Read + Seek) -> Result<Self, Error> {
        Self::read_cut(from, |_, _| None)
    }

    /// [`read_from`](Self::read_from), where `cut` is given the arrays before each one and its shape, and may choose
    /// a single entry of its first axis.
    ///
    /// # Errors
    /// As [`read_from`](Self::read_from).
    pub fn read_cut(
        from: impl Read + Seek,
        cut: impl Fn(&Self, &[usize]) -> Option<usize>,
    ) -> Result<Self, Error> {
        let mut archive = Archive::open(from)?;
        let mut arrays = Self::new();
        for index in 0..archive.len() {
            let Some(name) = archive.name(index) else {
                continue;
            };
            let read = archive.entry(index).and_then(|entry| {
                let wanted = cut(&arrays, &entry.header.shape);
                entry.read(wanted)
            });
            match read {
                Ok(array) => arrays.insert(name, array),
                Err(Error::Type { .. } | Error::Records) => {}
                Err(source @ Error::Archive(_)) => return Err(source),
                Err(source) => {
                    let source = Box::new(source);
                    return Err(Error::InArchive { name, source });
                }
            }
        }
        Ok(arrays)
    }
}
