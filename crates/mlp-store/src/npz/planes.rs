//! The archive of a map: arrays that are larger than memory and whose values come in pieces, out of order.

use std::{
    io,
    ops::Range,
    path::{Path, PathBuf},
};

use mlp_npy::{Planes, Writer};

use crate::{
    Error,
    files::{followed_file::FollowedFile, whole_file::WholeFile},
    manifest::FileDigest,
    run_metadata::RunMetadata,
};
use mlp_train::{Array, storing::ArraySink};

/// An archive being written.
#[derive(Debug)]
pub(crate) struct PlanesFile {
    writer: Writer<WholeFile>,
    path: PathBuf,
    /// The arrays in planes, once they are filled.
    filled: Vec<Planes>,
}

impl PlanesFile {
    /// Starts an archive.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub(crate) fn create(path: &Path) -> Result<Self, Error> {
        Ok(Self {
            writer: Writer::with_planes(WholeFile::create(path)?),
            path: path.to_owned(),
            filled: Vec::new(),
        })
    }

    /// Finishes the archive, adds the metadata of its run, and gives the file its name. Returns its digest.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub(crate) fn commit(mut self, facts: &RunMetadata) -> Result<FileDigest, Error> {
        for (key, text) in facts.iter() {
            self.push(key, &Array::word(text))?;
        }
        let Self {
            writer,
            path,
            filled,
        } = self;
        let file = writer.finish(filled);
        let file = file.map_err(|source| Error::Write { path, source })?;
        FollowedFile::of(file)?.commit()
    }

    fn written<V>(&self, written: io::Result<V>) -> Result<V, mlp_train::Error> {
        Ok(written.map_err(Error::write(&self.path))?)
    }
}

impl ArraySink for PlanesFile {
    type Planes = Planes;
    type Done = Self;

    fn push(&mut self, name: &str, array: &Array) -> Result<(), mlp_train::Error> {
        let pushed = self.writer.push(name, array);
        self.written(pushed)
    }

    fn reserve(
        &mut self,
        name: &str,
        shape: &[usize],
        planes: usize,
    ) -> Result<Planes, mlp_train::Error> {
        let reserved = self.writer.reserve(name, shape, planes);
        self.written(reserved)
    }

    fn append(
        &mut self,
        array: &mut Planes,
        plane: usize,
        values: &[f64],
    ) -> Result<(), mlp_train::Error> {
        let appended = self.writer.append(array, plane, values);
        self.written(appended)
    }

    fn replace(
        &mut self,
        array: &mut Planes,
        plane: usize,
        values: &[f64],
    ) -> Result<(), mlp_train::Error> {
        let replaced = self.writer.replace(array, plane, values);
        self.written(replaced)
    }

    fn read(&mut self, array: &Planes, planes: Range<usize>) -> Result<Vec<f64>, mlp_train::Error> {
        let read = self.writer.read(array, planes);
        Ok(read.map_err(Error::read(&self.path))?)
    }

    fn finish(mut self, arrays: Vec<Planes>) -> Result<Self, mlp_train::Error> {
        self.filled = arrays;
        Ok(self)
    }
}
