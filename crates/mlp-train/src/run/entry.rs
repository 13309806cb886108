//! One call from an experiment to its results in memory.

use std::{
    collections::BTreeMap,
    num::NonZeroUsize,
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use mlp_core::Level;

use mlp_npy::Arrays;

use super::{
    chunk::ChunkBuilder,
    job::{Job, Networks, Trained, kept_weights},
    network_store::NetworkStore,
    observer::Observer,
    outcome::{Ending, Outcome},
    parameters::Parameters,
    selected::Selected,
    training::{CheckpointAccess, TrainingContext},
};
use crate::{
    analysis::cross_validation,
    clock::{Clock, StoppedClock},
    data::provider::DataProvider,
    error::Error,
    map::BestCell,
    model::Model,
    resolve::{required_columns::RequiredColumns, resolved::ResolvedExperiment},
    results::{
        by_row::{OUT_OF_FOLD, PREDICT_ON, ROWS},
        columns::Table,
        counts::Counts,
        gathering::Gathering,
        in_memory::{MemoryNetworks, MemorySinks, MemoryTable},
        table_source::{RunTables, TableSource, Whole},
    },
    settings::{experiment::Experiment, kind::Kind},
    stopping::time_budget,
};

/// Never set.
static NEVER: AtomicBool = AtomicBool::new(false);

/// How an experiment is run; nothing here changes a result.
#[derive(Clone)]
pub struct Options<'a> {
    /// Provides data other than built-in data sets, and states to start from.
    pub data: Option<Arc<dyn DataProvider>>,
    /// Is notified of progress, and may stop a network.
    pub observer: &'a dyn Observer,
    /// When set to true, networks in training are abandoned; the results hold the finished ones.
    pub interrupt: &'a AtomicBool,
    /// The clock, which budgets need.
    pub clock: Option<&'a dyn Clock>,
    /// The instruction set of the kernels.
    pub level: Level,
    /// Worker threads; by default one per core. Without the feature `threads` there is one.
    pub threads: Option<NonZeroUsize>,
    /// Whether small networks are trained side by side where that is faster; otherwise each is trained alone, for
    /// tests and benchmarks.
    pub packs: bool,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self {
            data: None,
            observer: &(),
            interrupt: &NEVER,
            clock: None,
            level: Level::best(),
            threads: None,
            packs: true,
        }
    }
}

/// The results of an experiment.
#[derive(Debug)]
pub struct RunResults {
    /// The experiment with every default filled in; running it again gives the same results.
    pub experiment: ResolvedExperiment,
    /// How many networks ended in each way.
    pub counts: Counts,
    /// Whether it was interrupted before all networks had ended.
    pub interrupted: bool,
    /// One row per network: its seed, the swept keys, how it ended, the metrics of its last record.
    pub nets: Table,
    /// One row per network and recorded step: the metrics.
    pub series: Table,
    /// For a population, statistics by step, outcome and swept key.
    pub statistics: Option<Table>,
    /// For a cross-validation, mean and standard error of every metric over the folds.
    pub folds: Option<Table>,
    /// For a map, its arrays.
    pub map: Option<Arrays>,
    /// For a map, its best cell.
    pub best: Option<BestCell>,
    /// For a single training, its records.
    pub outcome: Option<Outcome>,
    /// For a single training the network, for a selection the selected one, ready to be used.
    pub model: Option<Model>,
    /// What was selected of many networks, where something was.
    pub selection: Option<Selected>,
    /// What networks say of the points that the experiment names: one row a network and point.
    pub predict_on: Option<Table>,
    /// What networks say of the folds that they were not trained on: one row a network and row.
    pub out_of_fold: Option<Table>,
    /// What becomes of every row of the data: one row a setting and row.
    pub rows: Option<Table>,
    /// The parameters that `save_weights` requests, in the order of networks and steps.
    pub parameters: Vec<NetworkParameters>,
}

impl RunTables for RunResults {
    fn nets_source(&self) -> Result<Box<dyn TableSource + '_>, Error> {
        Ok(Box::new(Whole::of(&self.nets)))
    }

    fn series_source(&self) -> Result<Box<dyn TableSource + '_>, Error> {
        Ok(Box::new(Whole::of(&self.series)))
    }

    fn statistics_table(&self) -> Result<Table, Error> {
        self.statistics.clone().ok_or_else(|| {
            Error::Conflict("only a population has statistics of its networks".to_owned())
        })
    }
}

/// The parameters of a network at a recorded step.
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkParameters {
    /// The network.
    pub network: u64,
    /// The step.
    pub step: u64,
    /// Its parameters, layer after layer: weights `[out, in]` row-major, then biases.
    pub parameters: Parameters,
}

/// Runs an experiment and returns its results, all of them in memory.
///
/// ```
/// use mlp_train::{Experiment, Options, run};
///
/// let experiment = Experiment::from_toml(
///     r#"
///     kind = "population"
///     data.name = "moons"
///     training.steps = 200
///     population.nets = 8
///     population.sweep.weight_decay = [0, 1e-3]
///     "#,
/// )?;
/// let results = run(&experiment, &Options::default())?;
/// assert_eq!(results.nets.rows(), 16);
/// let losses = results.nets.numbers("test_loss").unwrap();
/// assert!(losses.iter().all(|loss| *loss < 0.7));
/// # Ok::<(), mlp_train::Error>(())
/// ```
///
/// # Errors
/// Data that are not available, conflicting settings, recipes that cannot be trained; a time budget
/// without a clock.
pub fn run(experiment: &Experiment, options: &Options<'_>) -> Result<RunResults, Error> {
    let mut experiment = ResolvedExperiment::new(experiment, options.data.clone())?;
    if options.clock.is_none() && experiment.is_timed() {
        return Err(no_clock());
    }
    options.observer.on_start(&experiment, None);
    let job = Job {
        experiment: &experiment,
        level: options.level,
        threads: threads(options.threads),
        packs: options.packs,
        watch: TrainingContext {
            observer: options.observer,
            interrupt: options.interrupt,
            weights: kept_weights(&experiment),
            clock: options.clock.unwrap_or(&StoppedClock),
        },
    };
    let begin = |extent: &RequiredColumns| Gathering::new(job.experiment, extent, MemorySinks);
    let mut networks = MemoryNetworks::default();
    let mut single = None;
    let all = match experiment.kind() {
        Kind::Train => {
            let mut trained = job.single(0, CheckpointAccess::default())?;
            let extent = RequiredColumns::of(job.experiment)?;
            let mut chunk = ChunkBuilder::default();
            chunk.push(&mut trained.outcome, &extent.metrics());
            networks.put(&chunk.finish(&())?)?;
            single = Some(trained);
            let mut gathering = begin(&extent)?;
            networks.in_order(&mut |rows| gathering.push(rows))?;
            Networks {
                gathering,
                refinement: None,
                cut: single
                    .as_ref()
                    .is_some_and(|trained| trained.outcome.ending == Ending::Interrupted),
                left_out: 0,
            }
        }
        Kind::Population | Kind::Map => {
            job.all(&mut networks, &|budget: Duration| budget, &begin)?
        }
    };
    let sources = all.sources();
    let Networks {
        gathering,
        refinement,
        cut,
        ..
    } = all;
    let mut counts = gathering.counts();
    counts.networks = match &refinement {
        Some(refinement) if !cut => refinement.cells().len() as u64 * experiment.seeds_per_cell(),
        _ => experiment.networks(),
    };
    let (tables, sums) = gathering.split();
    let [nets, series] = tables.map(|table| table.finish());
    let mut summed = sums.finish(sources.as_deref())?;
    let mut by_row: BTreeMap<_, _> = summed.by_row.drain(..).collect();
    let mut table = |name| by_row.remove(name).map(MemoryTable::finish);
    let [predict_on, out_of_fold, rows] = [PREDICT_ON, OUT_OF_FOLD, ROWS].map(&mut table);
    let mut parameters = Vec::new();
    networks.in_order(&mut |rows| {
        parameters.extend(rows.weights.iter().map(|(step, values)| NetworkParameters {
            network: rows.network,
            step: *step,
            parameters: values.clone(),
        }));
        Ok(())
    })?;
    let folds = cross_validation::table(&experiment, &nets);
    let (outcome, model) = match single {
        Some(Trained { outcome, model, .. }) => (Some(outcome), Some(model)),
        None => (None, None),
    };
    let mut interrupted = cut || counts.finished() < counts.networks;
    let mut selection = None;
    if let (Some(best), false) = (summed.selection, interrupted) {
        selection = best.train(&experiment, options.level, options.interrupt)?;
        interrupted = selection.is_none();
    }
    let model = model.or_else(|| Some(selection.as_ref()?.model.clone()));
    if let Some(outcome) = &outcome
        && outcome.ending == Ending::Rule(time_budget::NAME)
    {
        experiment.stops_after(outcome.last_step);
    }
    if let Some(refinement) = refinement
        && !interrupted
    {
        experiment.computes(refinement);
    }
    Ok(RunResults {
        counts,
        interrupted,
        nets,
        series,
        statistics: summed.statistics.map(|table| table.finish()),
        folds,
        map: summed.map,
        best: summed.best,
        outcome,
        model,
        selection,
        predict_on,
        out_of_fold,
        rows,
        parameters,
        experiment,
    })
}

/// Trains one network of an experiment, with every record, and returns its model.
///
/// # Errors
/// Data that cannot be trained on; a time budget whose final step is not known.
pub fn train_network(
    experiment: &ResolvedExperiment,
    network: u64,
    level: Level,
    observer: &dyn Observer,
    interrupt: &AtomicBool,
) -> Result<(Outcome, Model), Error> {
    let job = Job {
        experiment,
        level,
        threads: 1,
        packs: false,
        watch: TrainingContext {
            observer,
            interrupt,
            weights: kept_weights(experiment),
            clock: &StoppedClock,
        },
    };
    let stopping = experiment.recipe(network)?.stopping;
    if stopping.is_some_and(|rules| rules.time_budget.is_some() && rules.stop_after.is_none()) {
        return Err(no_clock());
    }
    let Trained { outcome, model, .. } = job.single(network, CheckpointAccess::default())?;
    Ok((outcome, model))
}

fn no_clock() -> Error {
    Error::Conflict(
        "a time budget needs a clock, and there is none here; leave it out, or give Options a clock"
            .to_owned(),
    )
}

#[cfg(feature = "threads")]
fn threads(wanted: Option<NonZeroUsize>) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    wanted.map_or_else(cores, NonZeroUsize::get)
}

#[cfg(not(feature = "threads"))]
fn threads(_wanted: Option<NonZeroUsize>) -> usize {
    1
}

#[cfg(test)]
mod tests;
