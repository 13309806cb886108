//! Carrying out an experiment: from its resolved form to a filled run directory.

use std::{
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
    time::Instant,
};

use mlp_core::{Level, Network, Scalar};

use crate::{
    bands::PoolBands,
    cross_validation,
    error::Error,
    experiment::TableFormat,
    kind::Kind,
    manifest::{FileDigest, Manifest, RunStatus},
    map::{BestCell, MapArrays},
    memory,
    metric::Measure,
    model::{AnyNetwork, Model, Origin},
    observer::Observer,
    outcome::{Outcome, Status},
    population::{pool, run_population},
    precision::Precision,
    prepare::Prepared,
    record::metric_columns,
    resolved::ResolvedExperiment,
    results::Results,
    run::{Watch, train},
    run_directory::{Claim, DATA, EXPERIMENT, MAP, MODEL, Place, claim},
    stopping::time_budget,
    whole_file::WholeFile,
};

/// Where and how an experiment is carried out; nothing here changes a result.
#[derive(Clone, Copy, Debug)]
pub struct Execution<'a> {
    /// Where the results go.
    pub place: Place<'a>,
    /// The instruction set of the kernels.
    pub level: Level,
    /// Worker threads; as many as there are cores where not given.
    pub threads: Option<NonZeroUsize>,
}

/// What came of an experiment.
#[derive(Clone, Debug)]
pub struct Summary {
    /// Where the results lie.
    pub directory: PathBuf,
    /// What ran, and how it went.
    pub manifest: Manifest,
    /// The same experiment lay there complete, and nothing was computed.
    pub found_complete: bool,
    /// The network of a single run.
    pub outcome: Option<Outcome>,
    /// The best cell of a map.
    pub best: Option<BestCell>,
}

/// Carries out an experiment and fills its run directory.
///
/// When `interrupt` becomes true, networks in training are given up, what is finished is written,
/// and the status is [`RunStatus::Interrupted`]; running the experiment again goes on.
///
/// # Errors
/// A place that cannot be used, files that cannot be written, data that cannot be trained on.
pub fn execute(
    experiment: &mut ResolvedExperiment,
    execution: Execution<'_>,
    observer: &dyn Observer,
    interrupt: &AtomicBool,
) -> Result<Summary, Error> {
    let started = Instant::now();
    let data = experiment.data()?;
    let cores = || std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let threads = execution.threads.map_or_else(cores, NonZeroUsize::get);
    let together = (threads as u64).min(experiment.networks());
    for cell in cells_along_the_axes(experiment) {
        let recipe = experiment.recipe(cell * experiment.seeds_per_cell())?;
        memory::check(&recipe, together)?;
    }
    let directory = execution.place.folder()?;
    experiment.data_is_kept_in(&directory.join(DATA));
    let force = matches!(execution.place, Place::Folder { force: true, .. });
    let claimed = match claim(
        &directory,
        force,
        &experiment.to_toml(),
        &experiment.identity(),
    )? {
        Claim::Work(claimed) => claimed,
        Claim::Complete(manifest) => {
            return Ok(Summary {
                directory,
                manifest: *manifest,
                found_complete: true,
                outcome: None,
                best: None,
            });
        }
    };
    if let Some(bytes) = experiment.standard_input() {
        WholeFile::write(&directory.join(DATA), bytes)?;
    }
    let precision = experiment.recipe(0)?.precision;
    let kind = experiment.kind();
    let mut manifest = Manifest::starting(
        kind,
        &data.name,
        &execution.level.to_string(),
        threads,
        precision,
    );
    manifest.counts.networks = experiment.networks();
    manifest.cells = experiment.cells();
    manifest.write(&directory)?;
    observer.on_start(experiment, &directory);

    let job = Job {
        experiment,
        directory: claimed.path(),
        level: execution.level,
        threads,
        watch: Watch {
            observer,
            interrupt,
        },
    };
    let Done {
        outcome,
        best,
        files,
    } = match (kind, precision) {
        (Kind::Train, Precision::F32) => job.single::<f32>(&mut manifest)?,
        (Kind::Train, Precision::F64) => job.single::<f64>(&mut manifest)?,
        (Kind::Population | Kind::Map, _) => job.many(&mut manifest)?,
    };
    // A flag that rises after the last network has ended interrupts nothing.
    let cut = outcome
        .as_ref()
        .is_some_and(|outcome| outcome.status == Status::Stopped)
        && job.watch.interrupted();
    let all = manifest.counts.finished() == manifest.counts.networks;
    manifest.status = if all && !cut {
        RunStatus::Complete
    } else {
        RunStatus::Interrupted
    };
    if let Some(outcome) = &outcome
        && outcome.stopped_by == Some(time_budget::NAME)
    {
        // Only now is it known how much the time was good for.
        experiment.stops_after(outcome.last_step);
        WholeFile::write(&directory.join(EXPERIMENT), experiment.to_toml().as_bytes())?;
    }
    for name in files {
        let digest = FileDigest::of(&directory.join(&name))?;
        manifest.files.insert(name, digest);
    }
    manifest.wall_seconds = started.elapsed().as_secs_f64();
    manifest.write(&directory)?;
    Ok(Summary {
        directory,
        manifest,
        found_complete: false,
        outcome,
        best,
    })
}

/// Trains one network of an experiment, with every record, and gives its model; nothing is
/// written.
///
/// # Errors
/// Data that cannot be trained on.
pub fn train_network(
    experiment: &ResolvedExperiment,
    network: u64,
    level: Level,
    observer: &dyn Observer,
    interrupt: &AtomicBool,
) -> Result<(Outcome, Model), Error> {
    let watch = Watch {
        observer,
        interrupt,
    };
    match experiment.recipe(network)?.precision {
        Precision::F32 => single::<f32>(experiment, network, level, None, watch),
        Precision::F64 => single::<f64>(experiment, network, level, None, watch),
    }
}

fn single<T: Scalar>(
    experiment: &ResolvedExperiment,
    network: u64,
    level: Level,
    bands: Option<PoolBands>,
    watch: Watch<'_>,
) -> Result<(Outcome, Model), Error>
where
    AnyNetwork: From<Network<T>>,
{
    let recipe = experiment.recipe(network)?;
    let prepared = Prepared::<T>::new(&recipe.data)?;
    let mut trainer = prepared.trainer(&recipe.spec, recipe.seed, level)?;
    if let Some(bands) = bands {
        trainer = trainer.with_bands(Arc::new(bands));
    }
    let outcome = train(
        &mut trainer,
        &prepared,
        &recipe,
        (network, experiment.cell_of(network)),
        watch,
    )?;
    let origin = Origin {
        engine: mlp_core::ENGINE.to_owned(),
        seed: recipe.seed,
        steps: trainer.steps_done(),
        experiment: experiment.identity_of(&outcome),
    };
    let model = Model::new(trainer.network(), &prepared, &recipe, origin);
    Ok((outcome, model))
}

struct Job<'a> {
    experiment: &'a ResolvedExperiment,
    directory: &'a Path,
    level: Level,
    threads: usize,
    watch: Watch<'a>,
}

struct Done {
    outcome: Option<Outcome>,
    best: Option<BestCell>,
    files: Vec<String>,
}

impl Job<'_> {
    fn results(&self) -> Result<(Results, Vec<String>), Error> {
        let Extent {
            layers,
            validation,
            rules,
            measures,
        } = Extent::of(self.experiment)?;
        let metrics = metric_columns(layers, validation, &measures);
        let format = self
            .experiment
            .experiment()
            .output
            .format
            .unwrap_or(TableFormat::Parquet);
        let results = Results::create(
            self.directory,
            format,
            self.experiment,
            metrics.clone(),
            rules,
        )?;
        Ok((results, metrics))
    }

    fn single<T: Scalar>(&self, manifest: &mut Manifest) -> Result<Done, Error>
    where
        AnyNetwork: From<Network<T>>,
    {
        let (mut results, _) = self.results()?;
        let train = |bands| single::<T>(self.experiment, 0, self.level, bands, self.watch);
        // One network keeps several threads busy only in large layers.
        let (outcome, model) = match self.threads {
            1 => train(None)?,
            threads => pool(threads)?.install(|| train(Some(PoolBands)))?,
        };
        results.push(&outcome, &mut manifest.counts)?;
        let mut files = results.finish()?;
        model.write(&self.directory.join(MODEL))?;
        files.push(MODEL.to_owned());
        Ok(Done {
            outcome: Some(outcome),
            best: None,
            files,
        })
    }

    fn many(&self, manifest: &mut Manifest) -> Result<Done, Error> {
        let (mut results, metrics) = self.results()?;
        let mut map = match self.experiment.kind() {
            Kind::Map => Some(MapArrays::new(self.experiment, metrics)?),
            _ => None,
        };
        run_population(
            self.experiment,
            self.threads,
            self.level,
            self.watch,
            &mut |outcome| {
                if let Some(map) = &mut map {
                    map.insert(&outcome);
                }
                results.push(&outcome, &mut manifest.counts)
            },
        )?;
        let mut files = results.finish()?;
        files.extend(cross_validation::write(self.experiment, self.directory)?);
        let best = map.as_ref().and_then(MapArrays::best);
        if let Some(map) = map {
            map.into_npz().write(&self.directory.join(MAP))?;
            files.push(MAP.to_owned());
        }
        Ok(Done {
            outcome: None,
            best,
            files,
        })
    }
}

/// What the tables of an experiment must hold.
#[derive(Default)]
struct Extent {
    /// The most layers of any network.
    layers: usize,
    /// Whether any has a validation part.
    validation: bool,
    /// Whether any has a stopping rule.
    rules: bool,
    /// The measures that any records beside the usual.
    measures: Vec<&'static Measure>,
}

impl Extent {
    fn of(experiment: &ResolvedExperiment) -> Result<Self, Error> {
        let mut extent = Self::default();
        // What is asked for depends on one key alone, so cells along the axes have it all.
        for cell in cells_along_the_axes(experiment) {
            let recipe = experiment.recipe(cell * experiment.seeds_per_cell())?;
            extent.layers = extent.layers.max(recipe.architecture().layers.len());
            extent.validation |= !recipe.data.split.validation.is_empty();
            extent.rules |= recipe.stopping.is_some();
            for measure in recipe.measures.iter() {
                if extent
                    .measures
                    .iter()
                    .all(|known| known.name != measure.name)
                {
                    extent.measures.push(measure);
                }
            }
        }
        Ok(extent)
    }
}

/// Cells that take every value of every axis at least once.
fn cells_along_the_axes(experiment: &ResolvedExperiment) -> Vec<u64> {
    let mut cells = vec![0];
    let mut stride = 1;
    for axis in experiment.axes().iter().rev() {
        cells.extend((1..axis.values.len() as u64).map(|index| index * stride));
        stride *= axis.values.len() as u64;
    }
    cells
}
