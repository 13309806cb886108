//! M1: the time of a map beyond that of its trainings.

use std::{fs, num::NonZeroUsize, sync::atomic::AtomicBool, time::Instant};

use anyhow::{Context, Result, ensure};
use mlp_core::Level;
use mlp_store::{
    DirectoryChoice, Execution, RunStatus, execute,
    speed::{Reference, peak_rate},
};
use mlp_train::{Experiment, Kind, SettingsLayer};

use super::worker::{Measurement, STEPS, population};
use crate::command::root;

/// The map: P1's network and data.
const SETTINGS: [&str; 10] = [
    "data=moons",
    "samples=256",
    "noise=0.2",
    "test_fraction=0",
    "hidden=16,16",
    "activation=tanh",
    "optimizer=sgd",
    "steps=200",
    "x=learning_rate=log:0.01:1:512",
    "y=weight_decay=log:1e-6:1e-2:512",
];
const MAP_STEPS: f64 = 200.0;

/// What the map may record, and how the notes call it.
const RECORDS: [(&str, &str); 2] = [
    ("record=last", "last step alone"),
    ("record=log:64", "46 records per network"),
];

/// The time that the map may take over the one that P1's rate predicts.
const AT_MOST: f64 = 1.15;

/// Nobody interrupts; workers look at it in every step, so it lies apart from what others write.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// A map, trained and written.
struct Done {
    networks: f64,
    seconds: f64,
}

/// Trains and writes the map, each way of recording between two measurements of P1; the rate is that
/// of the last one.
pub fn measure(level: Level, threads: usize) -> Result<Measurement> {
    let mut p1 = population(level, threads)?.rate;
    let mut rate = 0.0;
    let mut notes = Vec::new();
    for (record, what) in RECORDS {
        let before = p1;
        let Done { networks, seconds } = map(record, level, threads)?;
        p1 = population(level, threads)?.rate;
        let predicted = networks * MAP_STEPS / STEPS as f64 / f64::midpoint(before, p1);
        rate = networks / seconds;
        notes.push(format!(
            "{what}: {seconds:.1} s, where P1 before and after it ({before:.0} and {p1:.0} networks/s) predicts \
             {predicted:.1} s: {:.3}x (to reach: at most {AT_MOST})",
            seconds / predicted
        ));
    }
    Ok(Measurement {
        rate,
        unit: "networks/s".into(),
        flop_rate: rate * Reference::SMALL.flop() * MAP_STEPS / STEPS as f64,
        peak: peak_rate::<f32>(level, threads)?,
        scaling: None,
        peak_memory: 0,
        notes,
    })
}

fn map(record: &str, level: Level, threads: usize) -> Result<Done> {
    let mut settings = SettingsLayer::new();
    for setting in SETTINGS.into_iter().chain([record]) {
        settings.set(setting)?;
    }
    let mut author = Experiment::new(Kind::Map);
    settings.apply(&mut author)?;
    let folder = root().join("target/bench-map");
    let started = Instant::now();
    let mut experiment = mlp_store::resolve(&author, None)?;
    let networks = experiment.networks() as f64;
    let execution = Execution {
        place: DirectoryChoice::Folder {
            path: &folder,
            force: true,
        },
        level,
        threads: NonZeroUsize::new(threads),
        packs: true,
    };
    let done = execute(&mut experiment, execution, &(), &INTERRUPTED)?;
    let seconds = started.elapsed().as_secs_f64();
    ensure!(
        done.manifest.status == RunStatus::Complete && !done.found_complete,
        "the map was not trained"
    );
    fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    Ok(Done { networks, seconds })
}
