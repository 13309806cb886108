//! `mlp resume`: an interrupted run goes on to its end.

use std::path::Path;

use clap::ArgMatches;
use mlp_store::{Place, RunDirectory, run_directory};
use mlp_train::{Error, ResolvedExperiment};

use crate::{
    execute,
    failure::{Failure, Outcome},
    terminal,
};

/// Goes on with the run in a folder. What was finished is kept; a complete run is told of again.
pub fn run(matches: &ArgMatches) -> Outcome {
    let path = Path::new(matches.get_one::<String>("DIR").map_or("", String::as_str));
    let force = matches.get_flag("force");
    let directory = RunDirectory::open(path)?;
    let experiment = match force {
        // Results of another experiment are moved aside.
        true => ResolvedExperiment::new(&directory.experiment_found()?, None)?,
        false => resolved(&directory)?,
    };
    let level = terminal::level()?;
    let threads = terminal::threads(matches.get_one("threads"))?;
    let place = Place::Folder { path, force };
    let done = execute::in_place(experiment, place, (level, threads), matches);
    done.map(drop).map_err(|failure| match failure {
        // What tells is not the manifest, but the journal or a checkpoint.
        Failure::Usage(error) if is_changed(&error) => {
            let path = path.join(run_directory::EXPERIMENT);
            let reason = format!(
                "{}: it is not the experiment of the results beside it",
                path.display()
            );
            Error::RunExperiment { path, reason }.into()
        }
        failure => failure,
    })
}

/// Whether the results are of another experiment than the one that lies beside them.
fn is_changed(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(Error::OtherExperiment { .. }))
}

/// The experiment of a run directory, resolved.
pub fn resolved(directory: &RunDirectory) -> Outcome<ResolvedExperiment> {
    Ok(mlp_store::resolve(&directory.author()?, None)?)
}
