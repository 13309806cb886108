//! The files of an experiment, and the experiment file.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use crate::Error;
use mlp_train::{
    experiment_file::{self, ExperimentFile},
    storing::sha256,
};

/// The most bytes of an experiment file. A list of 10,000,000 values, the most that there may be, is refused in it.
const MOST_BYTES: u64 = 1 << 24;

/// Reads an experiment file. Relative paths in it are relative to the file.
///
/// # Errors
/// [`Error::Read`]; [`Toml`](mlp_train::Error::Toml) with line and column; an unknown or misplaced key or an invalid
/// value, with file and line.
pub fn read_experiment(path: &Path) -> Result<ExperimentFile, Error> {
    let read = Error::read(path);
    let mut text = String::new();
    // A device gives bytes without end.
    let mut file = File::open(path).map_err(read)?.take(MOST_BYTES + 1);
    file.read_to_string(&mut text).map_err(read)?;
    if text.len() as u64 > MOST_BYTES {
        let most = MOST_BYTES >> 20;
        let reason = format!("it has more than {most} MiB, and an experiment has some lines");
        return Err(Error::corrupt(path, "experiment file", reason));
    }
    Ok(experiment_file::parse(&text, path)?)
}

/// A file as an absolute path, with its digest.
pub(crate) fn identified(name: &str) -> Result<(PathBuf, String), Error> {
    let read = Error::read(name);
    let path = std::path::absolute(name).map_err(read)?;
    check_is_file(Path::new(name))?;
    let found = File::open(&path).and_then(sha256).map_err(read)?;
    Ok((path, found))
}

/// Refuses files that can be read only once (a pipe, a device): a run refers to its files, so that it can
/// be repeated. The caller reads data from such a place, like standard input.
pub(crate) fn check_is_file(path: &Path) -> Result<(), Error> {
    let metadata = path.metadata().map_err(Error::read(path))?;
    match metadata.is_file() || metadata.is_dir() {
        true => Ok(()),
        false => Err(Error::NotAFile {
            path: path.to_owned(),
        }),
    }
}
