//! One call from an experiment to its results in memory.

use std::{
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
    training::{Keeping, Watch},
};
use crate::{
    analysis::cross_validation,
    clock::{Clock, StoppedClock},
    data::provider::DataProvider,
    error::Error,
    map::BestCell,
    model::Model,
    resolve::{extent::Extent, resolved::ResolvedExperiment},
    results::{
        columns::Table,
        counts::Counts,
        gathering::Gathering,
        in_memory::{MemoryNetworks, MemorySinks},
        table_source::{RunTables, TableSource, Whole},
    },
    settings::{experiment::Experiment, kind::Kind},
    stopping::time_budget,
};

/// Never rises.
static NEVER: AtomicBool = AtomicBool::new(false);

/// How an experiment is run; nothing here changes a result.
#[derive(Clone)]
pub struct Options<'a> {
    /// Gives data that no data set by name is, and what trainings start from.
    pub data: Option<Arc<dyn DataProvider>>,
    /// Is told what happens, and may stop a network.
    pub observer: &'a dyn Observer,
    /// When it becomes true, networks in training are given up; what is finished is in the results.
    pub interrupt: &'a AtomicBool,
    /// Tells the time, which budgets need.
    pub clock: Option<&'a dyn Clock>,
    /// The instruction set of the kernels.
    pub level: Level,
    /// Worker threads; as many as there are cores where not given. Without the feature `threads` there is one.
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

/// What came of an experiment.
#[derive(Debug)]
pub struct RunResults {
    /// The experiment with every default spelled out; running it again gives the same results.
    pub experiment: ResolvedExperiment,
    /// How many networks ended in which way.
    pub counts: Counts,
    /// Whether it was interrupted before all networks had ended.
    pub interrupted: bool,
    /// One row a network: its seed, the swept keys, how it ended, the metrics of its last record.
    pub nets: Table,
    /// One row a network and recorded step: the metrics.
    pub series: Table,
    /// Of a population, statistics by step, outcome and swept key.
    pub statistics: Option<Table>,
    /// Of a cross-validation, mean and standard error of every metric over the folds.
    pub folds: Option<Table>,
    /// Of a map, its arrays.
    pub map: Option<Arrays>,
    /// Of a map, its best cell.
    pub best: Option<BestCell>,
    /// Of a single training, its records.
    pub outcome: Option<Outcome>,
    /// Of a single training, the network, ready to be used.
    pub model: Option<Model>,
    /// The parameters that `save_weights` asks for, in the order of networks and steps.
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

/// Runs an experiment and gives its results, all of them in memory.
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
/// Data that cannot be had, settings that do not go together, recipes that cannot be trained; a time
/// budget without a clock.
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
        watch: Watch {
            observer: options.observer,
            interrupt: options.interrupt,
            weights: kept_weights(&experiment),
            clock: options.clock.unwrap_or(&StoppedClock),
        },
    };
    let begin = |extent: &Extent| Gathering::new(job.experiment, extent, MemorySinks);
    let mut networks = MemoryNetworks::default();
    let mut single = None;
    let all = match experiment.kind() {
        Kind::Train => {
            let mut trained = job.single(0, Keeping::default())?;
            let extent = Extent::of(job.experiment)?;
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
    } = all;
    let mut counts = gathering.counts();
    counts.networks = match &refinement {
        Some(refinement) if !cut => refinement.cells().len() as u64 * experiment.seeds_per_cell(),
        _ => experiment.networks(),
    };
    let (tables, sums) = gathering.split();
    let [nets, series] = tables.map(|table| table.finish());
    let summed = sums.finish(sources.as_deref())?;
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
    let interrupted = cut || counts.finished() < counts.networks;
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
        parameters,
        experiment,
    })
}

/// Trains one network of an experiment, with every record, and gives its model.
///
/// # Errors
/// Data that cannot be trained on; a time budget whose end is not known.
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
        watch: Watch {
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
    let Trained { outcome, model, .. } = job.single(network, Keeping::default())?;
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
