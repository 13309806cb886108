use std::io::{Read, Seek, Write};

use crate::{Archive, Array, Error, Writer};

/// The arrays of an archive, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Npz {
    arrays: Vec<(String, Array)>,
}

impl IntoIterator for Npz {
    type Item = (String, Array);
    type IntoIter = std::vec::IntoIter<(String, Array)>;

    fn into_iter(self) -> Self::IntoIter {
        self.arrays.into_iter()
    }
}

impl Npz {
    /// No arrays yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an array.
    pub fn insert(&mut self, name: impl Into<String>, array: Array) {
        self.arrays.push((name.into(), array));
    }

    /// An array.
    pub fn get(&self, name: &str) -> Option<&Array> {
        self.arrays
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, array)| array)
    }

    /// The arrays in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Array)> {
        self.arrays
            .iter()
            .map(|(name, array)| (name.as_str(), array))
    }

    /// Writes the archive to where there is room for it, and gives that back.
    ///
    /// # Errors
    /// Those of writing.
    pub fn write_to<W: Write + Seek>(&self, to: W) -> std::io::Result<W> {
        let mut writer = Writer::new(to);
        for (name, array) in &self.arrays {
            writer.push(name, array)?;
        }
        writer.finish([])
    }

    /// Reads every array of numbers, flags or texts; others are left out.
    ///
    /// # Errors
    /// [`Error::Archive`], [`Error::InArchive`], [`Error::Read`].
    pub fn read_from(from: impl Read + Seek) -> Result<Self, Error> {
        Self::read_cut(from, |_, _| None)
    }

    /// [`read_from`](Self::read_from) where `cut` looks at the arrays before one and at its shape, and may say
    /// that of its first axis only one entry is wanted.
    ///
    /// # Errors
    /// As [`read_from`](Self::read_from).
    pub fn read_cut(
        from: impl Read + Seek,
        cut: impl Fn(&Self, &[usize]) -> Option<usize>,
    ) -> Result<Self, Error> {
        let mut archive = Archive::open(from)?;
        let mut npz = Self::new();
        for index in 0..archive.len() {
            let Some(name) = archive.name(index) else {
                continue;
            };
            let read = archive.entry(index).and_then(|entry| {
                let wanted = cut(&npz, &entry.header.shape);
                entry.read(wanted)
            });
            match read {
                Ok(array) => npz.insert(name, array),
                Err(Error::Type { .. } | Error::Records) => {}
                Err(source @ Error::Archive(_)) => return Err(source),
                Err(source) => {
                    let source = Box::new(source);
                    return Err(Error::InArchive { name, source });
                }
            }
        }
        Ok(npz)
    }
}
