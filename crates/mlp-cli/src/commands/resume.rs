//! `mlp resume`: an interrupted run goes on to its end.

use std::path::Path;

use clap::ArgMatches;
use mlp_store::{Place, RunDirectory, run_directory};
use mlp_train::ResolvedExperiment;

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
    let done = execute::in_place(experiment, place, (level, threads), matches);
    done.map(drop).map_err(|failure| match failure {
        Failure::Usage(error) if is_changed(&error) => Failure::usage(format!(
            "{}: it is not the experiment of the results beside it; {REWRITTEN}",
            path.join(run_directory::EXPERIMENT).display()
        )),
        failure => failure,
    })
}

/// How to go on without a sound experiment file.
const REWRITTEN: &str =
    "the command that began the run goes on with it, and writes this file again";

/// Whether the results are of another experiment than the one that lies beside them.
fn is_changed(error: &anyhow::Error) -> bool {
    matches!(
        error.downcast_ref(),
        Some(mlp_train::Error::OtherExperiment { .. })
    )
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

/// The experiment of a run directory, resolved; of a damaged one, says how to go on.
pub fn resolved(directory: &RunDirectory) -> Outcome<ResolvedExperiment> {
    let author = directory.author().map_err(|error| {
        let error = error.to_string().replace('\n', " ");
        Failure::usage(format!("{error}\n{REWRITTEN}"))
    })?;
    Ok(mlp_store::resolve(&author, None)?)
}
