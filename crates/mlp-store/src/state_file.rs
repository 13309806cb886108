//! `state.bin`: the final state of a training, for `--continue`.

use std::{fs::File, io::BufReader, path::Path};

use crate::{
    Error,
    checkpoint::standing::{STANDING, Standing},
    files::read::check_is_file,
    files::{
        frame::{self, FrameError, FrameKind},
        whole_file::WholeFile,
    },
    run_directory::{EXPERIMENT, STATE, run_without},
};
use mlp_data::names::shell_path;
use mlp_train::storing::{SavedState, Start, sha256};

/// The kind of the file's first frame.
pub(crate) const KIND: FrameKind = FrameKind {
    magic: *b"mlp-stat",
    version: 2,
};

/// Writes the file of a training that has ended, atomically.
///
/// # Errors
/// [`Error::Write`].
pub(crate) fn write(state: &SavedState, path: &Path) -> Result<(), Error> {
    WholeFile::write(path, &to_bytes(state, path)?)
}

/// The first frame of the file at `path`.
///
/// # Errors
/// [`Error::Write`]: more parameters than a frame can hold.
pub(crate) fn to_bytes(state: &SavedState, path: &Path) -> Result<Vec<u8>, Error> {
    frame::encode(KIND, state, b"").map_err(Error::write(path))
}

/// Reads a file, with the position of its run if the training has not ended.
///
/// # Errors
/// [`Error::Read`], [`Error::Corrupt`].
pub(crate) fn read(path: &Path) -> Result<(SavedState, Option<Standing>), Error> {
    let read = Error::read(path);
    let file = File::open(path).map_err(read)?;
    let length = file.metadata().map_err(read)?.len();
    let mut file = BufReader::new(file);
    let damaged = |error: FrameError| Error::corrupt(path, "training state", error);
    let (state, state_length) = frame::read::<SavedState>(KIND, &mut file, length)
        .map_err(read)?
        .and_then(frame::Read::alone)
        .map_err(damaged)?;
    let left = length - state_length;
    if left == 0 {
        return Ok((state, None));
    }
    let (standing, standing_length) = frame::read(STANDING, &mut file, left)
        .map_err(read)?
        .and_then(frame::Read::alone)
        .map_err(damaged)?;
    match standing_length == left {
        true => Ok((state, Some(standing))),
        false => Err(Error::corrupt(
            path,
            "training state",
            "extra bytes follow the state",
        )),
    }
}

/// An error of reading a state, with how to restore it if it belongs to a run.
fn advised(error: Error, path: &Path) -> Error {
    let folder = path.parent().filter(|folder| {
        folder.join(EXPERIMENT).is_file() && path.file_name().is_some_and(|name| name == STATE)
    });
    match (error, folder) {
        (Error::Corrupt { path, what, reason }, Some(folder)) => Error::Corrupt {
            reason: format!(
                "{reason}; mlp resume {} writes it again",
                shell_path(folder)
            ),
            path,
            what,
        },
        (error, _) => error,
    }
}

/// Reads a state, or that of a run directory.
///
/// # Errors
/// [`Error::Missing`], [`Error::Read`], [`Error::Corrupt`].
pub(crate) fn read_start(name: &str) -> Result<Start, Error> {
    let mut path = std::path::absolute(name).map_err(Error::read(name))?;
    let is_folder = path.is_dir();
    if is_folder {
        path.push(STATE);
    }
    let folder = path.parent().filter(|_| is_folder && !path.is_file());
    if let Some(folder) = folder.or_else(|| run_without(&path, STATE)) {
        return Err(Error::Missing {
            path: folder.to_owned(),
            what: STATE.to_owned(),
            hint: "so there is nothing to continue; a finished mlp train run has one",
        });
    }
    check_is_file(&path)?;
    let (state, _) = read(&path).map_err(|error| advised(error, &path))?;
    let sha256 = File::open(&path)
        .and_then(sha256)
        .map_err(Error::read(&path))?;
    Ok(Start::new(path, sha256, state))
}
