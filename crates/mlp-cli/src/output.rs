//! Where tables and models go that a command writes: standard output, or a file that appears whole or
//! not at all, and takes the place of no other unless `--force` is given.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use clap::ArgMatches;
use mlp_train::{WholeFile, remove_unfinished};
use same_file::Handle;

use crate::{
    failure::{Failure, Outcome},
    terminal,
};

/// Writes through `write` to the file of `--out`, or to standard output. With `--quiet` nothing
/// goes to standard output. What is written to is none of the `inputs`, by whatever name.
pub fn write(
    matches: &ArgMatches,
    inputs: &[PathBuf],
    write: impl FnOnce(&mut dyn Write) -> Outcome,
) -> Outcome {
    let Some(path) = matches.get_one::<String>("out") else {
        return to_standard_output(matches.get_flag("quiet"), inputs, write);
    };
    if path.is_empty() {
        return Err(Failure::usage("--out: the value is empty; name a file"));
    }
    if ["-", "/dev/stdout"].contains(&path.as_str()) {
        return to_standard_output(false, inputs, write);
    }
    let failed = |error| Failure::io(&format!("cannot write {path}"), error);
    // A pipe or a device is written to, never replaced; of a link, its target is.
    let place = fs::canonicalize(path).unwrap_or_else(|_| Path::new(path).to_owned());
    if place.exists() && !place.is_file() {
        let mut file = BufWriter::new(File::create(&place).map_err(failed)?);
        write(&mut file)?;
        return file.flush().map_err(failed);
    }
    if Handle::from_path(&place).is_ok_and(|out| is_read(&out, inputs)) {
        return Err(Failure::usage(format!(
            "--out: {path} is what is read; name another file"
        )));
    }
    let exists = || {
        Failure::usage(format!(
            "--out: {path} exists; name another file, or overwrite it by --force"
        ))
    };
    let force = matches.get_flag("force");
    if !force && place.symlink_metadata().is_ok() {
        return Err(exists());
    }
    let parent = place.parent().filter(|path| !path.as_os_str().is_empty());
    remove_unfinished(parent.unwrap_or(Path::new(".")));
    let mut file = BufWriter::new(WholeFile::create(&place)?);
    write(&mut file)?;
    let file = file
        .into_inner()
        .map_err(|error| failed(error.into_error()))?;
    if force {
        return Ok(file.commit()?);
    }
    file.commit_new().map_err(|error| match error {
        mlp_train::Error::Write { source, .. } if source.kind() == io::ErrorKind::AlreadyExists => {
            exists()
        }
        error => error.into(),
    })
}

fn to_standard_output(
    quiet: bool,
    inputs: &[PathBuf],
    write: impl FnOnce(&mut dyn Write) -> Outcome,
) -> Outcome {
    if quiet {
        return write(&mut io::sink());
    }
    // `mlp predict model t.csv >> t.csv` would read what it writes, without an end.
    if Handle::stdout().is_ok_and(|out| is_file(&out) && is_read(&out, inputs)) {
        return Err(Failure::usage(
            "standard output goes into the file that is read; name another file",
        ));
    }
    let mut out = terminal::stdout();
    write(&mut out)?;
    out.flush()
        .map_err(|error| Failure::io("cannot write to standard output", error))
}

/// Whether an open file is one of these, where `-` is standard input.
fn is_read(out: &Handle, inputs: &[PathBuf]) -> bool {
    inputs.iter().any(|input| {
        let input = match input.as_os_str() == "-" {
            true => Handle::stdin(),
            // Nothing else is opened: a pipe would wait for its writer.
            false if input.is_file() => Handle::from_path(input),
            false => return false,
        };
        input.is_ok_and(|input| input == *out)
    })
}

fn is_file(handle: &Handle) -> bool {
    let metadata = handle.as_file().metadata();
    metadata.is_ok_and(|metadata| metadata.is_file())
}
