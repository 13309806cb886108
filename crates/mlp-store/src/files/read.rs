//! The files of an experiment, and the experiment file.

use std::{
    fs::File,
    path::{Path, PathBuf},
};

use mlp_train::{
    Error,
    experiment_file::{self, ExperimentFile},
    storing::sha256,
};

/// Reads an experiment file. Relative paths in it are relative to the file.
///
/// # Errors
/// [`Error::Read`]; [`Error::Toml`] with line and column; an unknown or misplaced key or an invalid
/// value, with file and line.
pub fn read_experiment(path: &Path) -> Result<ExperimentFile, Error> {
    let text = std::fs::read_to_string(path).map_err(Error::read(path))?;
    experiment_file::parse(&text, path)
}

/// A file as an absolute path, with its digest.
pub(crate) fn identified(name: &str) -> Result<(PathBuf, String), Error> {
    let read = Error::read(name);
    let path = std::path::absolute(name).map_err(read)?;
    check_is_file(Path::new(name))?;
    let found = sha256(File::open(&path).map_err(read)?, &path)?;
    Ok((path, found))
}

/// Refuses files that can be read only once (a pipe, a device): a run refers to its files, so that it can
/// be repeated. The caller reads data from such a place, like standard input.
pub(crate) fn check_is_file(path: &Path) -> Result<(), Error> {
    let metadata = path.metadata().map_err(Error::read(path))?;
    match metadata.is_file() || metadata.is_dir() {
        true => Ok(()),
        false => Err(Error::Conflict(format!(
            "{} is not a regular file, and only the data can be piped; write it to a file first",
            path.display()
        ))),
    }
}
