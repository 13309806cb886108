//! Options of the commands that train: output folder, threads, and progress.

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use clap::Args;
use mlp_core::Level;
use mlp_store::DirectoryChoice;

use super::values;
use crate::{failure::CommandResult, terminal};

/// Default parent folder of runs.
pub const RUNS: &str = "runs";

/// Where the results of a run go.
#[derive(Args)]
pub struct Destination {
    #[arg(
        long,
        short,
        value_name = "DIR",
        value_parser = values::folder,
        help_heading = "Running",
        help = "run directory [default: runs/<command>-<data>-001, the next free number]"
    )]
    pub out: Option<PathBuf>,
    #[arg(
        long,
        help_heading = "Running",
        help = "rename a run directory of another experiment to <out>.old-1 and start afresh"
    )]
    pub force: bool,
}

impl Destination {
    /// The folder that was named, or the next free number of a name.
    pub fn place<'a>(&'a self, name: &'a str) -> DirectoryChoice<'a> {
        match &self.out {
            Some(path) => DirectoryChoice::Folder {
                path,
                force: self.force,
            },
            None => DirectoryChoice::Next {
                root: Path::new(RUNS),
                name,
            },
        }
    }
}

/// How many threads train.
#[derive(Args)]
pub struct Threads {
    #[arg(
        long,
        short = 'j',
        value_name = "N",
        value_parser = values::threads,
        help_heading = "Running",
        help = "threads to train on; results do not depend on it [default: all cores]"
    )]
    pub threads: Option<usize>,
}

/// Progress and summary.
#[derive(Args)]
pub struct Reporting {
    /// print the results as one JSON object
    #[arg(long, help_heading = "Running")]
    pub json: bool,
    /// show no progress
    #[arg(long, help_heading = "Running")]
    pub no_progress: bool,
}

/// Threads and level of a command, and what it prints.
#[derive(Clone, Copy, Debug)]
pub struct Running {
    pub level: Level,
    pub threads: usize,
    /// No progress, notes or summaries.
    pub quiet: bool,
    /// The summary is one JSON object.
    pub json: bool,
    /// No progress.
    pub no_progress: bool,
    /// The training is watched on the terminal.
    pub watch: bool,
    /// When the command began.
    pub began: Instant,
}

impl Running {
    /// The requested options, with the level of this machine.
    pub fn new(threads: &Threads, reporting: &Reporting, quiet: bool) -> CommandResult<Self> {
        Ok(Self {
            level: terminal::level()?,
            threads: terminal::threads(threads.threads),
            quiet,
            json: reporting.json,
            no_progress: reporting.no_progress,
            watch: false,
            began: Instant::now(),
        })
    }
}
