//! `mlp resume`: an interrupted run goes on to its end.

use std::path::Path;

use clap::ArgMatches;
use mlp_train::{Place, ResolvedExperiment, RunDirectory};

use crate::{
    execute,
    failure::{Failure, Outcome},
    terminal, words,
};

/// Goes on with the run in a folder. What was finished is kept; a complete run is told of again.
pub fn run(matches: &ArgMatches) -> Outcome {
    let path = Path::new(matches.get_one::<String>("DIR").map_or("", String::as_str));
    let experiment = resolved(&open(path)?)?;
    let level = terminal::level()?;
    let threads = terminal::threads(matches.get_one("threads"))?;
    let place = Place::Folder {
        path,
        force: matches.get_flag("force"),
    };
    execute::in_place(experiment, place, (level, threads), matches).map(drop)
}

/// Opens a run directory; of one whose manifest is damaged, says how to go on.
fn open(path: &Path) -> Outcome<RunDirectory> {
    let damaged = match RunDirectory::open(path) {
        Err(error @ mlp_train::Error::Corrupt { .. }) => error,
        opened => return Ok(opened?),
    };
    let (file, folder) = (
        words::shell(&path.join("experiment.toml")),
        words::shell(path),
    );
    Err(Failure::usage(format!(
        "{damaged}\nthe command that began the run goes on with it, and so does mlp run {file} --out {folder}"
    )))
}

/// The experiment of a run directory, resolved.
pub fn resolved(directory: &RunDirectory) -> Outcome<ResolvedExperiment> {
    Ok(ResolvedExperiment::new(&directory.author()?, None)?)
}
