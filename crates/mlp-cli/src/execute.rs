//! Carrying out a plan: training, figures, and the summary at the end.

use std::{num::NonZeroUsize, path::PathBuf};

use mlp_store::{Execution, Place, execute as carry_out};
use mlp_train::{ResolvedExperiment, experiment::Figures};

use crate::{
    failure::Outcome,
    figures::{self, Drawing, View},
    interrupt::{self, Working},
    options::{Destination, Running},
    progress::Progress,
    summary, terminal,
    watching::Watching,
};

/// Trains, writes the run directory, and prints the summary.
pub fn execute(
    experiment: ResolvedExperiment,
    destination: &Destination,
    running: Running,
) -> Outcome {
    let name = format!("{}-{}", experiment.kind(), experiment.data()?.name);
    in_place(experiment, destination.place(&name), running).map(drop)
}

/// The folder of several runs, by `--out` or the next free number of what they are.
pub fn folder(
    destination: &Destination,
    what: &str,
    experiment: &ResolvedExperiment,
) -> Outcome<PathBuf> {
    match &destination.out {
        Some(out) => Ok(out.clone()),
        None => {
            let name = format!("{what}-{}", experiment.data()?.name);
            Ok(destination.place(&name).folder()?)
        }
    }
}

/// Trains into a place, with progress and heeding signals.
pub fn train(
    experiment: &mut ResolvedExperiment,
    place: Place<'_>,
    running: Running,
) -> Outcome<mlp_store::Summary> {
    let execution = Execution {
        place,
        level: running.level,
        threads: NonZeroUsize::new(running.threads),
        packs: true,
    };
    let shown = !running.quiet && !running.no_progress;
    let progress = Progress::new(shown);
    let watching = Watching {
        progress: &progress,
        shown,
    };
    let working = Working::begin();
    let done = carry_out(experiment, execution, &watching, working.flag());
    progress.finish();
    drop(working);
    let done = done?;
    interrupt::check(&done)?;
    Ok(done)
}

/// Trains into a place, draws the figures, and prints the summary.
pub fn in_place(
    mut experiment: ResolvedExperiment,
    place: Place<'_>,
    running: Running,
) -> Outcome<mlp_store::Summary> {
    let done = train(&mut experiment, place, running)?;
    let drawing = Drawing::of(experiment.experiment().output.figures);
    if drawing.figures != Figures::None {
        interrupt::draws_in(&done.directory);
        figures::write(&View::open(&done.directory)?, &drawing)?;
    }
    // An object that was asked for is no summary on the side.
    if running.quiet && !running.json {
        return Ok(done);
    }
    let summary = summary::Summary::new(&experiment, &done)?;
    let text = if running.json {
        format!("{:#}\n", summary.json()?)
    } else {
        summary.text()?
    };
    terminal::print(&text)?;
    Ok(done)
}
