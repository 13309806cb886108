//! `mlp` without arguments: one network, a small population, a small map, one report.

use std::path::{Path, PathBuf};
use std::time::Instant;

use mlp_plot::{Report, Section};
use mlp_store::DirectoryChoice;
use mlp_train::{Experiment, Kind, SettingsLayer};

use crate::{
    execute,
    failure::CommandResult,
    figures::{self, Drawing, View},
    formatting,
    options::{RUNS, Running},
    terminal,
};

/// One part of the tour.
struct Stop {
    folder: &'static str,
    kind: Kind,
    heading: &'static str,
    /// The question.
    question: &'static str,
    settings: &'static [&'static str],
    /// The same as a command.
    command: &'static str,
}

const STOPS: [Stop; 3] = [
    Stop {
        folder: "network",
        kind: Kind::Train,
        heading: "One network",
        question: "What does one network learn, and how fast? A 2-16-16-1 network separates two moons.",
        settings: &[
            "data=moons",
            "hidden=16,16",
            "learning_rate=0.5",
            "steps=2000",
        ],
        command: "mlp train moons --lr 0.5 --steps 2000",
    },
    Stop {
        folder: "population",
        kind: Kind::Population,
        heading: "A population",
        question: "Is that the network or luck? 240 networks that differ only in seed and weight decay.",
        settings: &[
            "data=moons",
            "hidden=16,16",
            "learning_rate=0.5",
            "steps=1000",
            "nets=60",
            "sweep.weight_decay=0,1e-3,1e-2,1e-1",
        ],
        command: "mlp population moons --lr 0.5 --nets 60 --sweep weight_decay=0,1e-3,1e-2,1e-1",
    },
    Stop {
        folder: "map",
        kind: Kind::Map,
        heading: "A performance map",
        question: "Which learning rate, and how long? One training per rate gives the whole column of steps.",
        settings: &[
            "data=moons",
            "hidden=16,16",
            "x=learning_rate=log:1e-3:1e2:64",
            "y=step",
            "steps=1000",
        ],
        command: "mlp map moons --x learning_rate=log:1e-3:1e2:64 --y step",
    },
];

/// Trains, draws, and says what to try next.
pub fn run(quiet: bool) -> CommandResult {
    let say = |text: &str| match quiet {
        true => Ok(()),
        false => terminal::print(text),
    };
    let started = Instant::now();
    let running = Running {
        level: terminal::level()?,
        threads: terminal::threads(None),
        quiet,
        json: false,
        no_progress: false,
        watch: false,
        began: started,
    };
    let next = DirectoryChoice::Next {
        root: Path::new(RUNS),
        name: "tour",
    };
    let root = PathBuf::from(formatting::here(&next.folder()?));
    say(&format!(
        "A short tour of what training does to small neural networks ({}).\nResults go to {}.\n\n",
        running.level,
        root.display()
    ))?;
    let mut report = Report::new("What training does to small neural networks").lead(
        "One network, a population of them, and a performance map, all on two noisy half moons.",
    );
    for (index, stop) in STOPS.iter().enumerate() {
        say(&format!(
            "{}. {}\n   {}\n",
            index + 1,
            stop.question,
            stop.command
        ))?;
        let path = root.join(stop.folder);
        let said = train(stop, &path, running)?;
        say(&format!("   {said}\n\n"))?;
        let view = View::open(&path)?;
        let figures = figures::of_run(&view, &Drawing::default())?;
        figures::write_files(&view, &figures, &Drawing::default())?;
        report = report.section(figures::section(&view, &figures, stop.heading)?);
    }
    let commands = STOPS.map(|stop| stop.command).join("\n");
    let next = Section::new("Next steps")
        .paragraph("Each part is one command; other data sets, activations and optimizers are listed by mlp list.")
        .code(commands);
    let page = root.join("report.html");
    figures::write_report(&page, &report.section(next))?;
    say(&format!(
        "The report is {} ({}).\nTry next:\n  mlp train spirals --optimizer adam --steps 3000\n  mlp train digits --hidden 64,32 --optimizer adam --batch 32 --epochs 50\n  mlp list datasets\n",
        page.display(),
        formatting::duration(started.elapsed().as_secs_f64())
    ))
}

/// Runs one part; returns a sentence on the result.
fn train(stop: &Stop, path: &Path, running: Running) -> CommandResult<String> {
    let mut settings = SettingsLayer::new();
    for setting in stop.settings {
        settings.set(setting)?;
    }
    let mut author = Experiment::new(stop.kind);
    settings.apply(&mut author)?;
    let mut experiment = mlp_store::resolve(&author, None)?;
    let place = DirectoryChoice::Folder { path, force: false };
    let done = execute::train(&mut experiment, place, running, None)?;
    let time = formatting::duration(done.manifest.wall_seconds);
    let test = done
        .outcome
        .as_ref()
        .and_then(|outcome| outcome.last())
        .and_then(|record| record.test.as_ref());
    Ok(match (test.and_then(|test| test.accuracy), &done.best) {
        (Some(accuracy), _) => format!("test accuracy {accuracy:.3} in {time}"),
        (_, Some(best)) => format!(
            "best test loss {} at learning rate {}, step {}, in {time}",
            formatting::measured(best.value),
            best.x
                .parse()
                .map_or_else(|_| best.x.clone(), formatting::measured),
            best.y
        ),
        _ => format!(
            "{} networks in {time}",
            formatting::count(done.manifest.counts.networks as f64)
        ),
    })
}
