//! Carrying out a plan: training, figures, and the summary at the end.

use std::{num::NonZeroUsize, path::Path};

use clap::ArgMatches;
use mlp_core::Level;
use mlp_store::{Execution, Place, execute as carry_out};
use mlp_train::{ResolvedExperiment, experiment::Figures};

use crate::{
    failure::{Failure, Outcome},
    figures::{self, Drawing, View},
    interrupt::{self, Working},
    progress::Progress,
    runs::RUNS,
    summary, terminal,
    watching::Watching,
};

/// Trains, writes the run directory, and prints the summary.
pub fn execute(
    experiment: ResolvedExperiment,
    level: Level,
    threads: usize,
    matches: &ArgMatches,
) -> Outcome {
    let name = format!("{}-{}", experiment.kind(), experiment.data()?.name);
    let place = match matches.get_one::<String>("out") {
        Some(path) if path.is_empty() => {
            return Err(Failure::usage("--out: the value is empty; name a folder"));
        }
        Some(path) => Place::Folder {
            path: Path::new(path),
            force: matches.get_flag("force"),
        },
        None => Place::Next {
            root: Path::new(RUNS),
            name: &name,
        },
    };
    in_place(experiment, place, (level, threads), matches).map(drop)
}

/// Trains into a place and draws the figures.
pub fn train(
    mut experiment: ResolvedExperiment,
    place: Place<'_>,
    (level, threads): (Level, usize),
    matches: &ArgMatches,
) -> Outcome<(ResolvedExperiment, mlp_store::Summary)> {
    let quiet = matches.get_flag("quiet");
    let execution = Execution {
        place,
        level,
        threads: NonZeroUsize::new(threads),
    };
    let shown = !quiet && !matches.get_flag("no-progress");
    let progress = Progress::new(shown);
    let watching = Watching {
        progress: &progress,
        shown,
    };
    let working = Working::begin();
    let done = carry_out(&mut experiment, execution, &watching, working.flag());
    progress.finish();
    drop(working);
    let done = done?;
    interrupt::check(&done)?;
    let drawing = Drawing::of(experiment.experiment().output.figures);
    if drawing.figures != Figures::None {
        interrupt::draws_in(&done.directory);
        figures::write(&View::open(&done.directory)?, &drawing)?;
    }
    Ok((experiment, done))
}

/// Trains into a place, draws the figures, and prints the summary.
pub fn in_place(
    experiment: ResolvedExperiment,
    place: Place<'_>,
    machine: (Level, usize),
    matches: &ArgMatches,
) -> Outcome<mlp_store::Summary> {
    let (experiment, done) = train(experiment, place, machine, matches)?;
    let json = matches.get_flag("json");
    // An object that was asked for is no summary on the side.
    if matches.get_flag("quiet") && !json {
        return Ok(done);
    }
    let summary = summary::Summary::new(&experiment, &done)?;
    let text = if json {
        format!("{:#}\n", summary.json()?)
    } else {
        summary.text()?
    };
    terminal::print(&text)?;
    Ok(done)
}
