//! M1: how much a map takes beside its trainings.

use std::{fs, num::NonZeroUsize, sync::atomic::AtomicBool, time::Instant};

use anyhow::{Context, Result, ensure};
use mlp_core::Level;
use mlp_train::{
    Execution, Experiment, Kind, Layer, Place, ResolvedExperiment, RunStatus, execute,
    speed::{Reference, peak_rate},
};

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

/// The time that the map may take over the one that P1's rate predicts.
const AT_MOST: f64 = 1.15;

/// Trains and writes the map, between two measurements of P1.
pub fn measure(level: Level, threads: usize) -> Result<Measurement> {
    let before = population(level, threads)?;
    let mut settings = Layer::new();
    for setting in SETTINGS {
        settings.set(setting)?;
    }
    let mut author = Experiment::new(Kind::Map);
    settings.apply(&mut author)?;
    let folder = root().join("target/bench-map");
    let started = Instant::now();
    let mut experiment = ResolvedExperiment::new(&author, None)?;
    let networks = experiment.networks() as f64;
    let execution = Execution {
        place: Place::Folder {
            path: &folder,
            force: true,
        },
        level,
        threads: NonZeroUsize::new(threads),
    };
    let done = execute(&mut experiment, execution, &(), &AtomicBool::new(false))?;
    let seconds = started.elapsed().as_secs_f64();
    ensure!(
        done.manifest.status == RunStatus::Complete,
        "the map was interrupted"
    );
    ensure!(!done.found_complete, "an older map was found");
    fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    let after = population(level, threads)?;
    let rate = f64::midpoint(before.rate, after.rate);
    let predicted = networks * MAP_STEPS / STEPS as f64 / rate;
    Ok(Measurement {
        rate: networks / seconds,
        unit: "networks/s".into(),
        flop_rate: networks / seconds * Reference::SMALL.flop() * MAP_STEPS / STEPS as f64,
        peak: peak_rate::<f32>(level, threads)?,
        scaling: None,
        peak_memory: 0,
        notes: vec![format!(
            "{seconds:.1} s, where P1 before and after it ({:.0} and {:.0} networks/s) predicts {predicted:.1} s: \
             {:.3}x (at most {AT_MOST})",
            before.rate,
            after.rate,
            seconds / predicted
        )],
    })
}
