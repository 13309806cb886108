//! Archives that are written array by array.

use std::{
    io::{self, BufWriter},
    path::{Path, PathBuf},
};

use mlp_npy::{Value, Writer};

use crate::{Error, files::followed_file::FollowedFile, manifest::FileDigest};
use mlp_train::Array;

/// An archive that is written array by array, so that arrays larger than memory fit.
pub(crate) struct NpzFile {
    writer: Writer<BufWriter<FollowedFile>>,
    path: PathBuf,
}

/// Why an array that is written in parts failed.
enum Failure {
    Write(io::Error),
    Fill(Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Write(error)
    }
}

/// Accepts the next values of an array.
type Part<'a, V> = dyn FnMut(&[V]) -> Result<(), Error> + 'a;

impl NpzFile {
    /// Starts an archive; the file appears when it is [finished](Self::finish).
    ///
    /// # Errors
    /// [`Error::Write`].
    pub(crate) fn create(path: &Path) -> Result<Self, Error> {
        Ok(Self {
            writer: Writer::new(BufWriter::new(FollowedFile::create(path)?)),
            path: path.to_owned(),
        })
    }

    /// Appends an array.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub(crate) fn push(&mut self, name: &str, array: &Array) -> Result<(), Error> {
        let pushed = self.writer.push(name, array);
        pushed.map_err(Error::write(&self.path))?;
        self.stays()
    }

    /// Appends an array of this shape whose values `fill` passes in parts, in order.
    ///
    /// # Errors
    /// [`Error::Write`]; what `fill` returns.
    pub(crate) fn stream<V: Value>(
        &mut self,
        name: &str,
        shape: &[usize],
        fill: &mut dyn FnMut(&mut Part<'_, V>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let path = &self.path;
        let streamed = self.writer.stream(name, shape, |out| {
            let mut part = |values: &[V]| out(values).map_err(Error::write(&path));
            fill(&mut part).map_err(Failure::Fill)
        });
        match streamed {
            Ok(()) => self.stays(),
            Err(Failure::Write(error)) => Err(Error::write(&self.path)(error)),
            Err(Failure::Fill(error)) => Err(error),
        }
    }

    /// Marks a written array as final.
    fn stays(&self) -> Result<(), Error> {
        let file = self.writer.get_ref().get_ref();
        let end = file.position().map_err(Error::write(&self.path))?;
        file.stays(end);
        Ok(())
    }

    /// Finishes the archive and gives the file its name. Returns its digest.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub(crate) fn finish(self) -> Result<FileDigest, Error> {
        let Self { writer, path } = self;
        let buffered = writer.finish([]);
        let file = buffered.and_then(|buffered| Ok(buffered.into_inner()?));
        let file = file.map_err(|source| Error::Write { path, source })?;
        file.commit()
    }
}
