//! Estimates of the cost of an experiment before it is run.

mod disk;
mod peak;
mod records;
mod sums;

use std::ops::Range;

use mlp_core::{Architecture, Batch};

use self::{
    records::Records,
    sums::{Sums, larger},
};
use crate::Error;
use mlp_train::{Recipe, ResolvedExperiment, experiment::KeptWeights, storing::kept_weights};

/// Maximum number of cells that are examined one by one; in larger grids a sample represents the rest.
const EXAMINED: u64 = 4096;

/// The maximum number of columns of a block of samples in the engine.
const BLOCK: usize = 512;

/// The estimates of a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    /// Cells of the grid.
    pub cells: u64,
    /// Networks of all cells.
    pub networks: u64,
    /// Updates of all networks.
    pub updates: f64,
    /// Useful floating-point operations of all updates: 2 for each weight and sample in the forward
    /// pass, 2 for the weight gradient, 2 for the input gradient except in the first layer.
    pub flop: f64,
    /// Parameters of the smallest and the largest network.
    pub parameters: (usize, usize),
    /// The architecture, where all networks share it.
    pub architecture: Option<String>,
    /// The peak memory of the process, in bytes: the program itself, the data, one
    /// network per thread, results while they are written, and pictures while they are drawn, if any.
    pub memory: f64,
    /// Rows of the table of networks.
    pub rows_nets: u64,
    /// Rows of the table of records.
    pub rows_series: f64,
    /// Size on disk without figures, in bytes.
    pub disk: f64,
}

impl Estimate {
    /// The cost of an experiment on this many threads.
    ///
    /// # Errors
    /// Where a cell cannot be trained.
    pub fn new(experiment: &ResolvedExperiment, threads: usize) -> Result<Self, Error> {
        let cells = experiment.cells();
        let seeds = experiment.seeds_per_cell();
        let stride = cells.div_ceil(EXAMINED).max(1);
        let examined: Vec<u64> = (0..cells)
            .step_by(usize::try_from(stride).unwrap_or(usize::MAX))
            .collect();
        // Each examined cell represents this many networks.
        let weight = seeds as f64 * cells as f64 / examined.len() as f64;
        let mut estimate = Self {
            cells,
            networks: experiment.networks(),
            updates: 0.0,
            flop: 0.0,
            parameters: (usize::MAX, 0),
            architecture: None,
            memory: 0.0,
            rows_nets: experiment.networks(),
            rows_series: 0.0,
            disk: 0.0,
        };
        let mut sums = Sums {
            networks: experiment.networks() as f64,
            ..Sums::default()
        };
        let kept_weights = kept_weights(experiment);
        let mut architectures = Vec::new();
        for &cell in &examined {
            let recipe = experiment.recipe(cell * seeds)?;
            let parameters = recipe.architecture().parameter_count();
            let records = recipe.record.len() as f64;
            // For prediction intervals K more networks are trained, each on all rows but one of K parts.
            let folds = recipe.interval_folds.unwrap_or_default() as f64;
            estimate.updates += weight * recipe.steps as f64 * (1.0 + folds);
            estimate.flop += weight * training_flop(&recipe) * larger(1.0, folds);
            sums.rows += weight * records;
            let kept = match kept_weights {
                KeptWeights::None => 0.0,
                KeptWeights::Last => 1.0,
                KeptWeights::Recorded => records,
            };
            let bytes = (parameters * recipe.precision.bytes()) as f64;
            sums.kept += weight * kept;
            sums.kept_bytes += weight * kept * bytes;
            estimate.parameters = (
                estimate.parameters.0.min(parameters),
                estimate.parameters.1.max(parameters),
            );
            sums.parameters = larger(sums.parameters, bytes);
            sums.largest = larger(sums.largest, network_bytes(&recipe));
            let name = recipe.architecture().to_string();
            if !architectures.contains(&name) && architectures.len() < 2 {
                architectures.push(name);
            }
        }
        if let [one] = architectures.as_slice() {
            estimate.architecture = Some(one.clone());
        }
        estimate.rows_series = sums.rows;
        let records = Records::of(experiment)?;
        estimate.disk = disk::bytes(experiment, &sums, &records)?;
        estimate.memory = peak::bytes(experiment, &sums, &records, threads)?;
        Ok(estimate)
    }
}

/// Useful operations of one network's whole training.
pub fn training_flop(recipe: &Recipe) -> f64 {
    let samples = recipe.data.split.train.len();
    let seen = match recipe.spec.batch {
        Batch::Full => recipe.steps as f64 * samples as f64,
        Batch::Size(size) if recipe.spec.batch_order.is_some() => recipe.steps as f64 * size as f64,
        Batch::Size(size) => {
            let size = size.min(samples).max(1);
            let an_epoch = samples.div_ceil(size) as u64;
            let (epochs, rest) = (recipe.steps / an_epoch, recipe.steps % an_epoch);
            // Within an epoch only the last batch can be short.
            epochs as f64 * samples as f64 + rest as f64 * size as f64
        }
    };
    seen * sample_flop(recipe.architecture())
}

/// Useful operations of one update for one sample.
fn sample_flop(architecture: &Architecture) -> f64 {
    let ranges = architecture.ranges();
    let sources = architecture.sources();
    let layer = |(range, source): (&mlp_core::LayerRange, &Range<usize>)| {
        // No gradient is needed at the network's inputs.
        let fixed = architecture.inputs.saturating_sub(source.start);
        (6 * range.weights.len() - 2 * fixed * range.outputs) as f64
    };
    ranges.iter().zip(&sources).map(layer).sum()
}

/// Parameters, gradient, moments and the rows of a block of samples.
pub(crate) fn network_bytes(recipe: &Recipe) -> f64 {
    let architecture = recipe.architecture();
    let outputs = || architecture.layers.iter().map(|layer| layer.outputs);
    let samples = match recipe.spec.batch {
        Batch::Full => recipe.data.split.train.len(),
        Batch::Size(size) if recipe.spec.batch_order.is_some() => size,
        Batch::Size(size) => size.min(recipe.data.split.train.len()),
    };
    // With batch normalization blocks wait for each other, with every row of their layers.
    let normalizes = architecture
        .layers
        .iter()
        .any(|layer| layer.normalization.is_batch());
    let (rows, kept) = if normalizes {
        (6, samples)
    } else {
        (2, samples.min(BLOCK))
    };
    // The inputs of layers with shortcuts are stored once more, and so are their gradients.
    let (joined, widest) = match architecture.has_shortcuts() {
        true => (
            architecture.inputs + 2 * outputs().sum::<usize>(),
            outputs().sum(),
        ),
        false => (0, outputs().max().unwrap_or(0)),
    };
    let widest = widest.max(architecture.inputs);
    let block = samples.min(BLOCK) * (architecture.inputs + 2 * widest);
    let slots = 2 + recipe.spec.optimizer.slots();
    let rows = rows * outputs().sum::<usize>() + joined;
    let numbers = slots * architecture.parameter_count() + rows * kept + block;
    (recipe.precision.bytes() * numbers) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use mlp_train::{Experiment, Kind, SettingsLayer};

    fn estimate(kind: Kind, texts: &[&str]) -> Estimate {
        let mut layer = SettingsLayer::new();
        texts.iter().for_each(|text| layer.set(text).unwrap());
        let mut experiment = Experiment::new(kind);
        layer.apply(&mut experiment).unwrap();
        Estimate::new(&ResolvedExperiment::new(&experiment, None).unwrap(), 2).unwrap()
    }

    #[test]
    fn the_reference_population_counts_as_its_workload_says() {
        let p1 = estimate(
            Kind::Population,
            &["data=moons", "nets=256", "test_fraction=0"],
        );
        // 2-16-16-1 has 32, 256 and 16 weights: 4 * 32 + 6 * 272 = 1760 a sample.
        assert_eq!(p1.flop, 1760.0 * 256.0 * 1000.0 * 256.0);
        assert_eq!((p1.networks, p1.parameters), (256, (337, 337)));
        assert_eq!(p1.architecture.as_deref(), Some("2-16-16-1"));
        assert_eq!(p1.updates, 256_000.0);
    }

    #[test]
    fn diagnostics_take_their_place_on_the_disk() {
        let disk = |settings: &[&str]| {
            let all = [&["data=moons", "nets=3", "record=every:100"], settings].concat();
            estimate(Kind::Population, &all).disk
        };
        // Two columns of eight bytes in 33 records, which stand twice, in three networks, and in the statistics.
        let more = disk(&["diagnostics=sharpness"]) - disk(&[]);
        assert!(more > 2.0 * 8.0 * (2.0 * 33.0 + 3.0), "{more}");
        assert!(more < 10e3, "{more}");
    }

    #[test]
    fn short_batches_count_for_what_they_hold() {
        // 112 training samples: batches of 50, 50 and 12.
        let flop = |steps: &str| {
            estimate(
                Kind::Train,
                &["data=iris", "hidden=none", "batch=50", steps],
            )
            .flop
                / (4.0 * 12.0)
        };
        assert_eq!(flop("steps=3"), 112.0);
        assert_eq!(flop("steps=4"), 162.0);
    }

    #[test]
    fn mixed_populations_add_up() {
        let mixed = estimate(
            Kind::Population,
            &[
                "data=moons",
                "nets=2",
                "steps=1",
                "sweep.hidden=8,none",
                "test_fraction=0",
            ],
        );
        assert_eq!(
            mixed.flop,
            2.0 * 256.0 * ((4.0 * 16.0 + 6.0 * 8.0) + 4.0 * 2.0)
        );
        assert_eq!((mixed.parameters, mixed.architecture), ((3, 33), None));
    }
}
