//! How long an experiment will take: a few of its updates are timed.

use std::{
    sync::atomic::AtomicBool,
    time::{Duration, Instant},
};

use mlp_core::{Batch, Element, Level, Scalar, TrainSpec, Trainer};

use crate::{
    error::Error, execute::train_network, memory, precision::Precision, prepare::Prepared,
    recipe::Recipe, resolved::ResolvedExperiment,
};

/// So many cells are timed, spread over the grid.
const CELLS: u64 = 6;

/// So long one cell is timed.
const PATIENCE: Duration = Duration::from_millis(40);

/// Expected seconds of training on so many threads, measured on this machine. Diagnostics are
/// counted roughly; other columns of records, figures and early ends of diverged networks are left
/// out, the latter but for maps of shades.
///
/// # Errors
/// Where a cell cannot be trained, or the machine lacks the level.
pub fn expected_seconds(
    experiment: &ResolvedExperiment,
    level: Level,
    threads: usize,
) -> Result<f64, Error> {
    let cells = experiment.cells();
    let count = if cells < CELLS { cells } else { CELLS };
    let mut seconds = 0.0;
    for index in 0..count {
        // The middles of as many equal stretches of cells.
        let cell = (2 * index + 1) * cells / (2 * count);
        let recipe = experiment.recipe(cell * experiment.seeds_per_cell())?;
        memory::check(&recipe, 1)?;
        let update = match recipe.precision {
            Precision::F32 => seconds_an_update::<f32>(&recipe, level)?,
            Precision::F64 => seconds_an_update::<f64>(&recipe, level)?,
        };
        seconds += update * (recipe.steps as f64 + diagnostic_updates(&recipe));
    }
    let mut a_network = seconds / count as f64;
    if experiment.recipe(0)?.shaded && a_network < PATIENCE.as_secs_f64() {
        a_network = whole_trainings(experiment, level)?;
    }
    Ok(a_network * shared(experiment.networks(), threads))
}

/// Networks one after the other on each thread.
fn shared(networks: u64, threads: usize) -> f64 {
    let threads = threads as u64;
    let parallel = if threads < networks {
        threads
    } else {
        networks
    };
    networks as f64 / parallel as f64
}

/// So many cells of a map of shades are trained to their end.
const WHOLE: u64 = 96;

/// The golden section's share of 2^64: its multiples lie evenly however many are taken.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// Seconds a network of a map of shades, of which nearly half diverges, each after another number of
/// updates: whole trainings are timed, of cells spread over the map. They are short ones.
fn whole_trainings(experiment: &ResolvedExperiment, level: Level) -> Result<f64, Error> {
    let cells = experiment.cells();
    let count = if cells < WHOLE { cells } else { WHOLE };
    let start = Instant::now();
    for index in 0..count {
        let share = (index + 1).wrapping_mul(GOLDEN);
        let cell = ((u128::from(share) * u128::from(cells)) >> 64) as u64;
        train_network(
            experiment,
            cell * experiment.seeds_per_cell(),
            level,
            &(),
            &AtomicBool::new(false),
        )?;
    }
    Ok(start.elapsed().as_secs_f64() / count as f64)
}

/// The updates that take as long as the diagnostics of one network, roughly.
fn diagnostic_updates(recipe: &Recipe) -> f64 {
    let samples = recipe.data.split.train.len() as f64;
    let seen = match recipe.spec.batch {
        Batch::Size(size) if (size as f64) < samples || recipe.spec.batch_order.is_some() => {
            size as f64
        }
        _ => samples,
    };
    let costs = recipe.diagnostics.iter().map(|group| {
        let records = recipe.record.len() as f64 * samples / seen;
        group.cost.record * records + group.cost.update * recipe.steps as f64
    });
    costs.fold(0.0, |sum, cost| sum + cost)
}

fn seconds_an_update<T: Scalar + Element>(recipe: &Recipe, level: Level) -> Result<f64, Error> {
    // What would be trained on: gaps filled in, scaled, with what each sample counts.
    let prepared = Prepared::<T>::new(&recipe.data)?;
    // At rate 0 nothing diverges, and the work is the same.
    let spec = TrainSpec {
        learning_rate: 0.0,
        layer_learning_rates: None,
        ..(*recipe.spec).clone()
    };
    let mut trainer = Trainer::new(&spec, prepared.train(), recipe.seed, level)?;
    trainer.step();
    let start = Instant::now();
    let mut updates = 0u64;
    while start.elapsed() < PATIENCE {
        let several = if spec.batch == Batch::Full { 4 } else { 16 };
        for _ in 0..several {
            trainer.step();
        }
        updates += several;
    }
    Ok(start.elapsed().as_secs_f64() / updates as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{experiment::Experiment, kind::Kind, layers::Layer};

    #[test]
    fn diagnostics_count_by_record_and_by_update() {
        let updates = |settings: &[&str]| {
            let mut layer = Layer::new();
            let base = ["data=iris", "steps=50", "record=every:10"];
            let mut all = base.iter().chain(settings);
            all.try_for_each(|text| layer.set(text)).unwrap();
            let mut experiment = Experiment::new(Kind::Train);
            layer.apply(&mut experiment).unwrap();
            let experiment = ResolvedExperiment::new(&experiment, None).unwrap();
            diagnostic_updates(&experiment.recipe(0).unwrap())
        };
        assert_eq!(updates(&[]), 0.0);
        // Six records of one pass each; 112 samples are seven batches of 16.
        assert_eq!(updates(&["measure=gradient"]), 6.0);
        assert_eq!(updates(&["measure=gradient", "batch=16"]), 42.0);
        assert_eq!(updates(&["measure=gradient,balance"]), 31.0);
    }

    #[test]
    fn twice_the_networks_take_about_twice_as_long() {
        let seconds = |nets: &str| {
            let mut layer = Layer::new();
            layer.set("data=moons").unwrap();
            layer.set(nets).unwrap();
            let mut experiment = Experiment::new(Kind::Population);
            layer.apply(&mut experiment).unwrap();
            let experiment = ResolvedExperiment::new(&experiment, None).unwrap();
            expected_seconds(&experiment, Level::best(), 1).unwrap()
        };
        let (one, thousand) = (seconds("nets=1"), seconds("nets=1000"));
        // A thousandfold difference outlasts any noise of the clock.
        assert!(one > 0.0 && thousand > 50.0 * one, "{one} {thousand}");
    }
}
