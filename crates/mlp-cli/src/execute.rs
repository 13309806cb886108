//! Executing a plan: training, figures, and the summary at the end.

use std::{
    num::NonZeroUsize,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use mlp_store::{
    DirectoryChoice, Execution, Replayed, execute as carry_out, execute_replay, run_directory,
};
use mlp_train::{ResolvedExperiment, experiment::Figures};

use crate::{
    failure::{CommandResult, Failure},
    figures::{self, Drawing, Look, View},
    formatting,
    interrupt::{self, Working},
    options::{Destination, Running},
    progress::{Progress, screen::Screen, watching::Watching},
    summary, terminal,
};

/// Trains, writes the run directory, and prints the summary.
pub fn execute(
    experiment: ResolvedExperiment,
    destination: &Destination,
    running: Running,
    look: Look,
) -> CommandResult {
    let name = format!("{}-{}", experiment.kind(), experiment.data()?.name);
    in_place(experiment, destination.place(&name), running, look, None).map(drop)
}

/// The folder for several runs, from `--out` or the next free number of their name.
pub fn folder(
    destination: &Destination,
    what: &str,
    experiment: &ResolvedExperiment,
) -> CommandResult<PathBuf> {
    match &destination.out {
        Some(out) => Ok(out.clone()),
        None => {
            let name = format!("{what}-{}", experiment.data()?.name);
            Ok(destination.place(&name).folder()?)
        }
    }
}

/// Trains into a directory, with progress and signal handling; where it is that of another run, `replayed` says which network.
pub fn train(
    experiment: &mut ResolvedExperiment,
    place: DirectoryChoice<'_>,
    running: Running,
    replayed: Option<&Replayed>,
) -> CommandResult<mlp_store::Summary> {
    let execution = Execution {
        place,
        level: running.level,
        threads: NonZeroUsize::new(running.threads),
        packs: true,
    };
    let screen = running.watch.then(Screen::open).transpose()?;
    let shown = !running.quiet && !running.no_progress && screen.is_none();
    let progress = Progress::new(shown);
    let watching = Watching {
        progress: &progress,
        shown,
        screen: screen.as_ref(),
        faults: Mutex::default(),
    };
    let working = Working::begin();
    let done = match replayed {
        None => carry_out(experiment, execution, &watching, working.flag()),
        Some(of) => execute_replay(experiment, of, execution, &watching, working.flag()),
    };
    progress.finish();
    if let (Some(screen), Ok(done)) = (&screen, &done) {
        screen.show_end(&ending(done));
    }
    let faults = watching.faults.into_inner();
    drop(screen);
    drop(working);
    let done = done?;
    let faults = faults.unwrap_or_else(PoisonError::into_inner);
    if let Some(first) = faults.first().filter(|_| !interrupt::is_interrupted()) {
        return Err(Failure::Failed(anyhow::anyhow!(
            "{first}{}\nall others are kept; please report this, with {}; mlp resume {} tries again",
            match faults.len() {
                1 => String::new(),
                all => format!(" (and {} more)", formatting::so_many(all - 1, "network")),
            },
            formatting::shell(&done.directory.join(run_directory::EXPERIMENT)),
            formatting::shell(&done.directory)
        )));
    }
    interrupt::check(&done)?;
    Ok(done)
}

/// How a training ended, in a few words.
fn ending(done: &mlp_store::Summary) -> String {
    let Some(outcome) = &done.outcome else {
        return done.manifest.status.name().to_owned();
    };
    match outcome.stopped_by() {
        Some(rule) => format!("{} by {rule}", outcome.status().name()),
        None => outcome.status().name().to_owned(),
    }
}

/// Trains into a directory, draws the figures with this look, and prints the summary; `replayed` as of [`train`].
pub fn in_place(
    mut experiment: ResolvedExperiment,
    place: DirectoryChoice<'_>,
    running: Running,
    look: Look,
    replayed: Option<&Replayed>,
) -> CommandResult<mlp_store::Summary> {
    let done = train(&mut experiment, place, running, replayed)?;
    let shown = !running.quiet && !running.no_progress;
    let drawing = Drawing {
        look,
        ..Drawing::of(experiment.experiment().output.figures).shown(shown)
    };
    if drawing.figures != Figures::None {
        interrupt::draws_in(&done.directory);
        figures::write(&View::open(&done.directory)?, &drawing)?;
        drawing.progress.finish_and_clear();
    }
    let summary = summary::Summary::new(&experiment, &done)?;
    // There is no model, so what follows in a script must not go on.
    let selected = summary.selected()?;
    let why_none = selected.and_then(|selected| selected.why_none());
    let refusal = why_none.map_or(Ok(()), |why| Err(Failure::usage(format!("select: {why}"))));
    // A requested object is output, not an optional summary.
    if running.quiet && !running.json {
        return refusal.map(|()| done);
    }
    let text = if running.json {
        format!("{:#}\n", summary.json()?)
    } else {
        summary.text(running.began)?
    };
    terminal::print(&text)?;
    refusal.map(|()| done)
}
