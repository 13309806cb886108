//! Where tables go that a command writes: standard output, or a file that appears whole or not at
//! all.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::Path,
};

use clap::ArgMatches;
use mlp_train::WholeFile;

use crate::{
    failure::{Failure, Outcome},
    terminal,
};

/// Writes through `write` to the file of `--out`, or to standard output. With `--quiet` nothing
/// goes to standard output.
pub fn write(matches: &ArgMatches, write: impl FnOnce(&mut dyn Write) -> Outcome) -> Outcome {
    let Some(path) = matches.get_one::<String>("out") else {
        return match matches.get_flag("quiet") {
            true => write(&mut io::sink()),
            false => {
                let mut out = terminal::stdout();
                write(&mut out)?;
                out.flush()
                    .map_err(|error| Failure::io("cannot write to standard output", error))
            }
        };
    };
    if path.is_empty() {
        return Err(Failure::usage("--out: the value is empty; name a file"));
    }
    let failed = |error| Failure::io(&format!("cannot write {path}"), error);
    // A pipe or a device is written to, never replaced; of a link, its target is.
    let place = fs::canonicalize(path).unwrap_or_else(|_| Path::new(path).to_owned());
    if place.exists() && !place.is_file() {
        let mut file = BufWriter::new(File::create(&place).map_err(failed)?);
        write(&mut file)?;
        return file.flush().map_err(failed);
    }
    let mut file = BufWriter::new(WholeFile::create(&place)?);
    write(&mut file)?;
    file.into_inner()
        .map_err(|error| failed(error.into_error()))?
        .commit()?;
    Ok(())
}
