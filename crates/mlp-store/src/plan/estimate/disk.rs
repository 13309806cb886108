//! Estimate of the disk space of a run.
//!
//! The overhead of files beyond their numbers was measured on runs of every kind; a test compares the estimates with
//! actual runs.

use super::{records::Records, sums::Sums};
use crate::Error;
use crate::table::GROUP;
use mlp_data::Task;
use mlp_train::{EVENTS, Kind, Recipe, ResolvedExperiment, experiment::TableFormat};

/// Bytes of the experiment and the manifest.
const DESCRIPTIONS: f64 = 2000.0;

/// Overhead in bytes of a network in the journal, and of each column and each record.
const NETWORK: f64 = 35.0;
const RECORD: f64 = 1.5;

/// Overhead in bytes of a column of a Parquet row group: headers and footers.
const CHUNK: f64 = 175.0;
/// Bytes per value of a column with few distinct values, which are in a dictionary, and of a number as text.
const SHARE: f64 = 1.5;
const DIGITS: f64 = 19.5;
const SHARE_DIGITS: f64 = 12.0;

/// Bytes of a number and a comma in a model's metadata.
const JSON_DIGITS: f64 = 20.5;

/// Bytes of a summary in the statistics: fifteen numbers in two outcomes, which Parquet stores once where they
/// are equal.
const SUMMARY: f64 = 145.0;
const SUMMARY_DIGITS: f64 = 660.0;

/// Overhead in bytes of a model, and for each feature.
const MODEL: f64 = 2300.0;
const FEATURE: f64 = 55.0;

/// Bytes of the fate of a row in the journal, and of a row in the table of fates.
const FATE: f64 = 12.0;
const FATES: f64 = 60.0;

/// Overhead in bytes of an archive of parameters, and of one array of a map.
const ARCHIVE: f64 = 4200.0;
const ARRAY: f64 = 2200.0;

/// The disk space of the results of an experiment.
pub(super) fn bytes(
    experiment: &ResolvedExperiment,
    sums: &Sums,
    records: &Records,
) -> Result<f64, Error> {
    let first = experiment.recipe(0)?;
    let format = experiment.experiment().output.format;
    let format = format.unwrap_or(TableFormat::Parquet);
    let swept = experiment.axes().len() as f64;
    let input = experiment.standard_input().map_or(0, <[u8]>::len) as f64;
    let mut bytes = DESCRIPTIONS + input;
    bytes += sums.networks * (NETWORK + records.columns);
    bytes += sums.rows * (8.0 * records.numbers() + RECORD) + sums.kept_bytes;
    // Network and step; network, seed, status and last step.
    bytes += table(format, sums.rows, records, 2.0);
    bytes += table(format, sums.networks, records, 4.0 + swept);
    bytes += by_row(experiment, sums.networks, &first);
    if sums.kept > 0.0 {
        bytes += ARCHIVE + sums.kept_bytes + 16.0 * sums.kept;
    }
    match experiment.kind() {
        Kind::Train => {
            let slots = 1 + first.spec.optimizer.slots();
            bytes += MODEL + FEATURE * first.data.dataset.features() as f64;
            bytes += sums.parameters * (1 + slots) as f64;
            bytes += interval_networks(&first);
        }
        Kind::Population => {
            let summaries = records.summaries * records.numbers();
            bytes += match format {
                TableFormat::Parquet => summaries * SUMMARY + 21.0 * CHUNK,
                TableFormat::Csv => summaries * SUMMARY_DIGITS,
            };
        }
        Kind::Map => {
            let arrays = records.numbers() + f64::from(u8::from(records.gap));
            // One byte for `converged`, shades where requested, and no network that exploded.
            let events = EVENTS.len() as f64 - if first.shaded { 2.0 } else { 3.0 };
            bytes += arrays * (8.0 * sums.rows + ARRAY);
            bytes += sums.networks * (8.0 * events + 1.0);
        }
    }
    Ok(bytes)
}

/// The networks that prediction intervals come from, with the errors on their rows, as text in the model.
fn interval_networks(recipe: &Recipe) -> f64 {
    let Some(folds) = recipe.interval_folds else {
        return 0.0;
    };
    let outputs = recipe.architecture().outputs();
    // Of both scalings, an offset and a factor.
    let scalings = 2 * (recipe.data.dataset.features() + outputs);
    let numbers = folds * (recipe.architecture().parameter_count() + scalings);
    JSON_DIGITS * (numbers + recipe.data.split.train.len() * outputs) as f64
}

/// What is told of rows, in the journal and in tables, and the model that is selected.
fn by_row(experiment: &ResolvedExperiment, networks: f64, first: &Recipe) -> f64 {
    let split = &first.data.split;
    let numbers = match first.data.task {
        Task::Classification { classes } => classes + 1,
        Task::Multilabel { labels } => 2 * labels,
        Task::Regression { outputs } => outputs,
    };
    let mut bytes = 0.0;
    if first.rows {
        let rows = (split.train.len() + split.validation.len() + split.test.len()) as f64;
        let settings = match experiment.is_drawn() {
            true => 1.0,
            false => experiment.cells() as f64,
        };
        bytes += rows * (FATE * networks + FATES * settings);
    }
    let points = first
        .data
        .points
        .as_ref()
        .map_or(0, |points| points.rows.len());
    let test = if first.out_of_fold {
        split.test.len()
    } else {
        0
    };
    bytes += networks * (points + test) as f64 * (16.0 * numbers as f64 + SHARE);
    let population = &experiment.experiment().population;
    if population.select.is_some() {
        let members = population.ensemble.unwrap_or(1) as f64;
        let parameters = first.architecture().parameter_count() * first.precision.bytes();
        bytes += MODEL + FEATURE * first.data.dataset.features() as f64;
        bytes += members * parameters as f64;
    }
    bytes
}

/// A table with this many small columns besides the metrics.
fn table(format: TableFormat, rows: f64, records: &Records, others: f64) -> f64 {
    match format {
        TableFormat::Parquet => {
            let groups = (rows / GROUP as f64).ceil();
            groups * CHUNK * (records.columns + others)
                + rows * (8.0 * records.continuous + SHARE * (records.shares + others))
        }
        TableFormat::Csv => {
            let numbers = DIGITS * records.continuous + SHARE_DIGITS * records.shares;
            let empty = records.columns - records.numbers();
            rows * (numbers + empty + 3.0 * others)
        }
    }
}
