//! Estimate of the peak memory of a run.
//!
//! The overhead beyond numbers was measured on runs of every kind; a test compares the estimates with
//! the peaks of runs.

use super::{
    records::Records,
    sums::{Sums, larger, smaller},
};
use crate::Error;
use crate::table::GROUP;
use mlp_train::{EVENTS, Kind, Recipe, ResolvedExperiment, experiment::Figures};

/// The program itself (from 11 MB to 20 MB, depending on the build), and each thread.
const PROGRAM: f64 = 15.5e6;
const THREAD: f64 = 0.2e6;

/// Overhead of a finished network, and of each of its columns.
const NETWORK: f64 = 250.0;
const COLUMN: f64 = 32.0;
/// A record while its network is trained.
const RECORD: f64 = 350.0;

/// A stored recipe of a cell, and each of its layers.
const RECIPE: f64 = 800.0;
const LAYER: f64 = 150.0;

/// Pictures and the report while they are drawn, besides their data.
const DRAWING: f64 = 26e6;

/// Average number of row groups that are gathered or waiting.
const GROUPS: f64 = 2.0;

/// Number of chunks of finished networks in transit.
const CHUNKS: f64 = 18.0 * 262_144.0;

/// The sketch of a summary, below and above the number of networks that it stores individually.
const SUMMARY: f64 = 4100.0;
const FULL: f64 = 256.0;

/// Number of cells of a map that go into its arrays together.
const TOGETHER: f64 = 4096.0;
const TOGETHER_BYTES: f64 = 18.9e6;

/// The peak memory of an experiment on this many threads.
pub(super) fn bytes(
    experiment: &ResolvedExperiment,
    sums: &Sums,
    records: &Records,
    threads: usize,
) -> Result<f64, Error> {
    let first = experiment.recipe(0)?;
    let threads = threads as f64;
    let together = smaller(threads, sums.networks);
    let fixed = PROGRAM + THREAD * threads + data(&first) + sums.largest * together;
    let results = match experiment.kind() {
        Kind::Train => {
            // The state and the model are copied before they are written; saved parameters and records go
            // through the journal.
            let slots = 1 + first.spec.optimizer.slots();
            sums.parameters * (1 + 2 * slots) as f64
                + 5.0 * sums.kept_bytes
                + sums.rows * (RECORD + 32.0 * records.numbers())
        }
        Kind::Population | Kind::Map => many(experiment, sums, records),
    };
    let layers = first.architecture().layers.len() as f64;
    let recipes = experiment.kept_recipes() as f64 * (RECIPE + LAYER * layers);
    let drawing = match experiment.experiment().output.figures {
        Some(Figures::None) => 0.0,
        Some(Figures::All | Figures::Svg | Figures::Png) | None => DRAWING,
    };
    Ok(fixed + results + recipes + drawing)
}

/// The results of many networks while they are written.
fn many(experiment: &ResolvedExperiment, sums: &Sums, records: &Records) -> f64 {
    let a_network = |all: f64| all / sums.networks;
    let numbers = a_network(sums.rows) * 8.0 * (records.numbers() + 1.0);
    let network = NETWORK + COLUMN * records.columns + numbers + a_network(sums.kept_bytes);
    let group = GROUPS * GROUP as f64;
    let mut held = group / larger(a_network(sums.rows), 1.0);
    let mut arrays = 0.0;
    if experiment.kind() == Kind::Map {
        let waiting = TOGETHER * experiment.seeds_per_cell() as f64;
        held = larger(held, smaller(waiting, TOGETHER_BYTES / network));
        // Every event twice, and the last step of two metrics.
        arrays = sums.networks * 8.0 * (2 * EVENTS.len() + 4) as f64;
    }
    let held = smaller(held, sums.networks);
    let rows = smaller(sums.networks, group) * 8.0 * (records.numbers() + 4.0);
    let journal = sums.networks * (numbers + a_network(sums.kept_bytes));
    let filled = smaller(1.0, 0.25 + records.summed / FULL);
    // Two outcomes are usual.
    let statistics = 2.0 * records.summaries * records.numbers() * SUMMARY * filled;
    held * network + rows + smaller(journal, CHUNKS) + arrays + statistics
}

/// The data as read, in the layout of the engine, and temporary copies.
fn data(recipe: &Recipe) -> f64 {
    let dataset = &recipe.data.dataset;
    let numbers = dataset.samples() * (dataset.features() + 1);
    (numbers * (24 + 2 * recipe.precision.bytes())) as f64
}
