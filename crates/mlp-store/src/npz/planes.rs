//! The archive of a map: arrays that are larger than memory and whose values come in pieces, here and there.

use std::{
    io,
    ops::Range,
    path::{Path, PathBuf},
};

use mlp_npy::{Planes, Writer};

use super::view;
use crate::files::whole_file::WholeFile;
use mlp_train::{Array, Error, storing::ArraySink};

/// An archive on its way.
#[derive(Debug)]
pub(crate) struct PlanesFile {
    writer: Writer<WholeFile>,
    path: PathBuf,
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
        })
    }

    fn written<V>(&self, written: io::Result<V>) -> Result<V, Error> {
        written.map_err(|source| Error::Write {
            path: self.path.clone(),
            source,
        })
    }
}

impl ArraySink for PlanesFile {
    type Planes = Planes;
    type Done = WholeFile;

    fn push(&mut self, name: &str, array: &Array) -> Result<(), Error> {
        let pushed = self.writer.push(name, view(array));
        self.written(pushed)
    }

    fn reserve(&mut self, name: &str, shape: &[usize], planes: usize) -> Result<Planes, Error> {
        let reserved = self.writer.reserve(name, shape, planes);
        self.written(reserved)
    }

    fn append(&mut self, array: &mut Planes, plane: usize, values: &[f64]) -> Result<(), Error> {
        let appended = self.writer.append(array, plane, values);
        self.written(appended)
    }

    fn replace(&mut self, array: &mut Planes, plane: usize, values: &[f64]) -> Result<(), Error> {
        let replaced = self.writer.replace(array, plane, values);
        self.written(replaced)
    }

    fn read(&mut self, array: &Planes, planes: Range<usize>) -> Result<Vec<f64>, Error> {
        let read = self.writer.read(array, planes);
        read.map_err(|source| Error::Read {
            path: self.path.clone(),
            source,
        })
    }

    fn finish(self, arrays: Vec<Planes>) -> Result<WholeFile, Error> {
        let Self { writer, path } = self;
        let finished = writer.finish(arrays);
        finished.map_err(|source| Error::Write { path, source })
    }
}
