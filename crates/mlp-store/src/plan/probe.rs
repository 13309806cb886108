//! Estimate of the duration of an experiment, by timing some of its networks, or a few of their updates and records.

use std::{
    collections::BTreeSet,
    sync::{Arc, atomic::AtomicBool},
    thread,
    time::{Duration, Instant},
};

use mlp_core::{Batch, Element, Level, Scalar, TrainSpec};

use super::memory;
use crate::Error;
use mlp_train::SystemClock;
use mlp_train::{
    Kind, Metric, Part, Precision, Prepared, PreparedCache, Recipe, ResolvedExperiment, Statistics,
    storing::{
        CheckpointAccess, Chunk, FollowedLosses, GroupPlan, NetworkRows, NetworkSet,
        RequiredColumns, TrainingContext, WorkerSettings, group_plan, kept_weights, run_population,
        train,
    },
    train_network,
};

/// Number of cells that are timed, spread over the grid.
const CELLS: u64 = 12;

/// How long each cell is timed.
const PATIENCE: Duration = Duration::from_millis(25);

/// Estimated seconds of a record's diagnostics up to which they are measured.
const AFFORDABLE: f64 = 0.2;

/// Seconds of every run: creating and flushing files.
const START: f64 = 0.03;

/// Seconds per number written to the tables and arrays.
const NUMBER: f64 = 40e-9;

/// Measured times of networks.
struct Timed<'a> {
    experiment: &'a ResolvedExperiment,
    level: Level,
    /// Networks that each thread trains.
    share: u64,
    metrics: Vec<Metric>,
    single: PreparedCache<f32>,
    double: PreparedCache<f64>,
    /// Seconds and networks of the timed cells: training, and gathering of the results.
    training: f64,
    gathering: f64,
    cells: f64,
}

/// Expected seconds of an experiment on this many threads, measured on this machine: short trainings are timed
/// as a whole, of others some updates and records. For the latter, diagnostics that take long
/// are estimated, and early stopping is ignored; reading data and figures are not included.
///
/// # Errors
/// Where a cell cannot be trained, or the machine does not support the level.
pub fn expected_seconds(
    experiment: &ResolvedExperiment,
    level: Level,
    threads: usize,
) -> Result<f64, Error> {
    let mut timed = Timed {
        experiment,
        level,
        share: experiment.networks().div_ceil(threads as u64),
        metrics: RequiredColumns::of(experiment)?.metrics(),
        single: PreparedCache::default(),
        double: PreparedCache::default(),
        training: 0.0,
        gathering: 0.0,
        cells: 0.0,
    };
    let cells = experiment.cells();
    let count = if cells < CELLS { cells } else { CELLS };
    for index in 0..count {
        // The middles of equal ranges of cells.
        let cell = (2 * index + 1) * cells / (2 * count);
        let recipe = experiment.recipe(cell * experiment.seeds_per_cell())?;
        memory::check(&recipe, 1)?;
        match recipe.precision {
            Precision::F32 => timed.cell(|timed| &timed.single, cell, &recipe)?,
            Precision::F64 => timed.cell(|timed| &timed.double, cell, &recipe)?,
        }
    }
    let mut training = timed.training / timed.cells;
    let gathering = timed.gathering / timed.cells;
    if experiment.recipe(0)?.shaded && training < PATIENCE.as_secs_f64() {
        training = whole_trainings(experiment, level)?;
    }
    let networks = experiment.networks() as f64;
    let cores = thread::available_parallelism().map_or(threads, usize::from);
    let parallel = shared(experiment.networks(), threads.min(cores));
    // Results are gathered by an additional thread, which takes its share of the cores.
    let rest = shared(experiment.networks(), cores.min(threads + 1));
    let alone = training * parallel;
    let together = (training + gathering) * rest;
    let slowest = larger(larger(alone, together), gathering * networks);
    Ok(START + slowest)
}

fn larger(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

impl Timed<'_> {
    /// Times networks of a cell.
    fn cell<T: Scalar + Element>(
        &mut self,
        cache: impl Fn(&Self) -> &PreparedCache<T>,
        cell: u64,
        recipe: &Recipe,
    ) -> Result<(), Error> {
        let prepared = cache(self).get(&recipe.data)?;
        // At rate 0 nothing diverges, and the work is the same.
        let spec = TrainSpec {
            learning_rate: 0.0,
            layer_learning_rates: None,
            ..(**recipe.spec).clone()
        }
        .validate()?;
        let mut trainer = prepared.trainer(&spec, recipe.seed, self.level)?;
        trainer.step();
        let (start, mut updates) = (Instant::now(), 0u64);
        while start.elapsed() < PATIENCE / 4 {
            let several = if spec.batch == Batch::Full { 1 } else { 4 };
            for _ in 0..several {
                trainer.step();
            }
            updates += several;
        }
        let mut update = start.elapsed().as_secs_f64() / updates as f64;
        let plan = group_plan(&trainer, recipe, self.share, u64::MAX);
        let lanes = plan.as_ref().map_or(1, |plan| plan.lanes);
        if let Some(GroupPlan {
            mut pack, lanes, ..
        }) = plan
        {
            let mut trainers = vec![trainer.clone(); lanes];
            let (start, mut updates) = (Instant::now(), 0u64);
            while start.elapsed() < PATIENCE / 4 {
                pack.advance(&mut trainers.iter_mut().collect::<Vec<_>>(), 64);
                updates += 64 * lanes as u64;
            }
            update = start.elapsed().as_secs_f64() / updates as f64;
        }
        let (start, mut records) = (Instant::now(), 0u64);
        while records == 0 || start.elapsed() < PATIENCE / 4 {
            for part in Part::ALL.into_iter().filter(|part| *part != Part::Train) {
                if let Some(samples) = prepared.part(part) {
                    trainer.evaluate(samples)?;
                }
            }
            trainer.record();
            records += 1;
        }
        let record = start.elapsed().as_secs_f64() / records as f64;
        let first = recipe.start.as_ref().map_or(0, |start| start.steps());
        let steps = (recipe.steps - first) as f64;
        let records = recipe.record.len() as f64;
        let mut training = update * (steps + diagnostic_updates(recipe)) + record * records;
        let a_record = update * diagnostic_updates(recipe) / larger(records, 1.0);
        if !recipe.diagnostics.is_empty() && a_record < AFFORDABLE {
            let [update, record] = self.diagnosed(&prepared, recipe, update)?;
            training = update * steps + record * records;
        }
        self.cells += 1.0;
        let numbers = (recipe.record.len() * self.metrics.len()) as f64;
        if training > PATIENCE.as_secs_f64() {
            self.training += training;
            self.gathering += NUMBER * numbers;
            return Ok(());
        }
        // Short, so the whole of it: other columns, early stopping, and the gathering of the records.
        let clock = SystemClock::start();
        let watch = TrainingContext {
            observer: &(),
            interrupt: &AtomicBool::new(false),
            weights: kept_weights(self.experiment),
            clock: &clock,
        };
        let workers = WorkerSettings {
            threads: 1,
            level: self.level,
            until: None,
            packs: true,
        };
        let all = self.experiment.networks();
        let first = cell * self.experiment.seeds_per_cell();
        let (start, mut networks, mut next) = (Instant::now(), 0u64, lanes as u64);
        let mut gathering = 0.0;
        while networks == 0 || start.elapsed().as_secs_f64() < PATIENCE.as_secs_f64() + gathering {
            let wanted: BTreeSet<u64> = (first..all).take(next as usize).collect();
            let others = NetworkSet::all_but(&wanted, all);
            let gather = &mut |chunk: Chunk| {
                gathering += self.gather(chunk.rows())?;
                Ok(())
            };
            run_population(
                self.experiment,
                &self.metrics,
                &others,
                workers,
                &(),
                watch,
                gather,
            )?;
            networks += wanted.len() as u64;
            next = (2 * next).min(all);
        }
        self.training += (start.elapsed().as_secs_f64() - gathering) / networks as f64;
        self.gathering += gathering / networks as f64 + NUMBER * numbers;
        Ok(())
    }

    /// Seconds of an update and of a record with diagnostics, where an update takes `update` without them:
    /// some updates with one record, and some with one each.
    fn diagnosed<T: Scalar + Element>(
        &self,
        prepared: &Prepared<T>,
        recipe: &Recipe,
        update: f64,
    ) -> Result<[f64; 2], Error> {
        const EACH: u64 = 3;
        let first = recipe.start.as_ref().map_or(0, |start| start.steps());
        let most = recipe.steps - first;
        let many = ((PATIENCE.as_secs_f64() / update) as u64).clamp(1, most);
        let few = if most < EACH { most } else { EACH };
        let interrupt = AtomicBool::new(false);
        let clock = SystemClock::start();
        let watch = TrainingContext {
            observer: &(),
            interrupt: &interrupt,
            weights: kept_weights(self.experiment),
            clock: &clock,
        };
        let seconds = |steps: u64, record: Arc<[u64]>| {
            let short = Recipe {
                steps: first + steps,
                record,
                stopping: None,
                shaded: false,
                follow: FollowedLosses::Nothing,
                ..recipe.clone()
            };
            let mut trainer = prepared.trainer(&short.spec, short.seed, self.level)?;
            short.begin(&mut trainer)?;
            let start = Instant::now();
            let nothing = CheckpointAccess::default();
            let room = Vec::new();
            train(&mut trainer, prepared, &short, (0, 0), watch, room, nothing)?;
            Ok::<_, Error>(start.elapsed().as_secs_f64())
        };
        let once = seconds(many, [first + many].into())?;
        let each = seconds(few, (first + 1..=first + few).collect())?;
        // once = many * a + b, each = few * (a + b)
        let (many, few) = (many as f64, few as f64);
        let a = (few * once - each) / (few * larger(many - 1.0, 1.0));
        let a = larger(a, update);
        Ok([a, larger(each / few - a, 0.0)])
    }

    /// Seconds that the statistics of these networks take.
    fn gather(&self, networks: &[Arc<NetworkRows>]) -> Result<f64, Error> {
        if self.experiment.kind() != Kind::Population {
            return Ok(0.0);
        }
        let columns: Vec<String> = self.metrics.iter().map(Metric::to_string).collect();
        let mut statistics = Statistics::new(self.experiment, &columns)?;
        let axes = 0..self.experiment.axes().len();
        let start = Instant::now();
        for rows in networks {
            let cell = self.experiment.cell_of(rows.network);
            let places: Vec<_> = axes
                .clone()
                .map(|axis| self.experiment.place(cell, axis))
                .collect();
            statistics.push(rows, &places);
        }
        Ok(start.elapsed().as_secs_f64())
    }
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

/// Number of cells of a map of shades that are trained to the end.
const WHOLE: u64 = 96;

/// The golden ratio's fraction of 2^64: its multiples are evenly spread for any count.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// Seconds per network of a map of shades, of which nearly half diverge, each after a different number of
/// updates: whole trainings are timed, of cells spread over the map. They are short.
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

/// The number of updates that take as long as the diagnostics of one network, approximately.
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

#[cfg(test)]
mod tests {
    use super::*;
    use mlp_train::{Experiment, Kind, SettingsLayer};

    #[test]
    fn diagnostics_count_by_record_and_by_update() {
        let updates = |settings: &[&str]| {
            let mut layer = SettingsLayer::new();
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
        assert_eq!(updates(&["diagnostics=gradient"]), 6.0);
        assert_eq!(updates(&["diagnostics=gradient", "batch=16"]), 42.0);
        assert_eq!(updates(&["diagnostics=gradient,balance"]), 31.0);
    }

    #[test]
    fn twice_the_networks_take_about_twice_as_long() {
        let seconds = |nets: &str| {
            let mut layer = SettingsLayer::new();
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
