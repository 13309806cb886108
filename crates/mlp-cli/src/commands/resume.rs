//! `mlp resume`: finishes an interrupted run.

use std::path::PathBuf;

use clap::Args;
use mlp_store::{DirectoryChoice, Error, RunDirectory, run_directory};
use mlp_train::ResolvedExperiment;

use crate::{
    execute,
    failure::{CommandResult, Failure},
    options::{DressArgs, Reporting, Running, Threads},
};

const EXAMPLES: &str = "\
Finished work is kept however the run ended, kill -9 included. For a complete run the summary is printed again.

Examples:
  mlp resume runs/population-moons-001
  mlp resume runs/population-moons-001 --threads 1";

/// Finish an interrupted run, with the bytes of an uninterrupted one
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Resume {
    /// run directory
    dir: PathBuf,
    #[arg(
        long,
        help_heading = "Running",
        help = "rename a run directory of another experiment to <out>.old-1 and start afresh"
    )]
    force: bool,
    #[command(flatten)]
    threads: Threads,
    #[command(flatten)]
    reporting: Reporting,
    #[command(flatten)]
    dress: DressArgs,
}

impl Resume {
    /// Continues the run in a folder. Finished work is kept; for a complete run its summary is printed again.
    pub fn run(&self, quiet: bool) -> CommandResult {
        let (path, force) = (&self.dir, self.force);
        let directory = RunDirectory::open(path)?;
        let experiment = match force {
            // Results of another experiment are moved aside.
            true => ResolvedExperiment::new(&directory.experiment_found()?, None)?,
            false => resolved(&directory)?,
        };
        let running = Running::new(&self.threads, &self.reporting, quiet)?;
        let look = self.dress.look(experiment.experiment().output.figures)?;
        let place = DirectoryChoice::Folder { path, force };
        let done = execute::in_place(experiment, place, running, look, None);
        done.map(drop).map_err(|failure| match failure {
            // The evidence is not the manifest, but the journal or a checkpoint.
            Failure::Usage(error) if is_changed(&error) => {
                let path = path.join(run_directory::EXPERIMENT);
                let reason = format!(
                    "{}: it is not the experiment that the results beside it are from",
                    path.display()
                );
                Error::RunExperiment { path, reason }.into()
            }
            failure => failure,
        })
    }
}

/// Whether the results are of another experiment than the one that lies beside them.
fn is_changed(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(Error::OtherExperiment { .. }))
}

/// The experiment of a run directory, resolved.
pub fn resolved(directory: &RunDirectory) -> CommandResult<ResolvedExperiment> {
    Ok(mlp_store::resolve(&directory.author()?, None)?)
}
