//! `journal/records.bin`: the records of a running training, and its saved parameters.
//!
//! The file is a sequence of [frames](crate::files::frame), each with what was added since the previous one. Its
//! content up to a length is identified by the digest of these bytes; anything after that was started by a
//! checkpoint that was not finished, and is overwritten.

use std::{
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use super::{record::StoredRecord, standing::FilePrefix};
use crate::{
    Error,
    files::{
        frame::{self, FrameKind},
        set_aside::{Why, set_aside},
        whole_file::sync_directory,
    },
    run_directory::JOURNAL,
};
use mlp_train::{Observer, Parameters, Record};

const KIND: FrameKind = FrameKind {
    magic: *b"mlp-recs",
    version: 1,
};

/// The saved parameters, by recorded step.
type Weights = Vec<(u64, Parameters)>;

/// The file of a running training.
#[derive(Debug)]
pub(super) struct Records {
    path: PathBuf,
    hasher: blake3::Hasher,
    length: u64,
    records: usize,
    weights: usize,
}

impl Records {
    /// The path of the file of a run directory.
    pub(super) fn path(directory: &Path) -> PathBuf {
        directory.join(JOURNAL).join("records.bin")
    }

    /// Without records.
    pub(super) fn new(directory: &Path) -> Self {
        Self {
            path: Self::path(directory),
            hasher: blake3::Hasher::new(),
            length: 0,
            records: 0,
            weights: 0,
        }
    }

    fn read_error(&self, source: io::Error) -> Error {
        Error::Read {
            path: self.path.clone(),
            source,
        }
    }

    /// Reads the file up to an extent, and continues from there; `None` where that is incomplete.
    ///
    /// # Errors
    /// [`Error::Read`].
    pub(super) fn read(
        &mut self,
        extent: &FilePrefix,
    ) -> Result<Option<(Vec<Record>, Weights)>, Error> {
        let mut bytes = Vec::new();
        match File::open(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(self.read_error(error)),
            Ok(file) => {
                let read = file.take(extent.length).read_to_end(&mut bytes);
                read.map_err(|error| self.read_error(error))?;
            }
        }
        let mut hasher = blake3::Hasher::new();
        hasher.update(&bytes);
        if bytes.len() as u64 != extent.length || *hasher.finalize().as_bytes() != extent.digest {
            return Ok(None);
        }
        let (mut records, mut weights) = (Vec::new(), Vec::new());
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            let left = rest.len() as u64;
            let frame = frame::read::<(Vec<StoredRecord>, Weights)>(KIND, &mut rest, left)
                .map_err(|error| self.read_error(error))?;
            let Ok(((more, kept), _)) = frame.and_then(frame::Read::alone) else {
                return Ok(None);
            };
            records.extend(more.into_iter().map(Record::from));
            weights.extend(kept);
        }
        if records.len() as u64 != extent.records || weights.len() as u64 != extent.weights {
            return Ok(None);
        }
        self.hasher = hasher;
        self.length = extent.length;
        (self.records, self.weights) = (records.len(), weights.len());
        Ok(Some((records, weights)))
    }

    /// Sets the existing file aside.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub(super) fn set_aside(&self, observer: &dyn Observer) -> Result<(), Error> {
        if self.path.is_file() {
            let aside = set_aside(&self.path, Why::Unreadable)?;
            observer.on_warning(&format!(
                "{}: no checkpoint matches it; it is kept as {}",
                self.path.display(),
                aside.display()
            ));
        }
        Ok(())
    }

    /// Writes new records and parameters to the disk.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub(super) fn append(
        &mut self,
        records: &[Record],
        weights: &[(u64, Parameters)],
    ) -> Result<FilePrefix, Error> {
        let new = &records[self.records..];
        let kept = &weights[self.weights..];
        if !new.is_empty() || !kept.is_empty() {
            let stored: Vec<StoredRecord> = new.iter().map(StoredRecord::from).collect();
            let frame = frame::encode(KIND, &(stored, kept), b"");
            let written = frame.and_then(|frame| self.write(&frame).map(|()| frame));
            let frame = written.map_err(Error::write(&self.path))?;
            self.hasher.update(&frame);
            self.length += frame.len() as u64;
            (self.records, self.weights) = (records.len(), weights.len());
        }
        Ok(FilePrefix {
            length: self.length,
            digest: *self.hasher.finalize().as_bytes(),
            records: self.records as u64,
            weights: self.weights as u64,
        })
    }

    fn write(&self, frame: &[u8]) -> io::Result<()> {
        if let Some(folder) = self.path.parent()
            && !folder.is_dir()
        {
            fs::create_dir_all(folder)?;
            sync_directory(folder)?;
        }
        let new = !self.path.exists();
        let mut file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&self.path)?;
        file.set_len(self.length)?;
        file.seek(SeekFrom::Start(self.length))?;
        file.write_all(frame)?;
        file.sync_data()?;
        match new {
            true => sync_directory(&self.path),
            false => Ok(()),
        }
    }
}
