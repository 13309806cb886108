//! Carrying out an experiment: from its resolved form to a filled run directory.

mod workshop;

use std::{
    collections::BTreeSet,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
    thread,
    time::Instant,
};

use mlp_core::{Level, Network, Scalar};

use self::workshop::MapWorkshop;
use crate::{
    bands::PoolBands,
    checkpoint::{CheckpointFiles, Purpose},
    continuation::SavedState,
    cross_validation,
    data_read::DataRead,
    error::Error,
    experiment::KeptWeights,
    extent::Extent,
    gathering::{Files, Gathered, Gathering},
    in_turn::InTurn,
    journal::{Chunk, ChunkBuilder, Header, Journal},
    kind::Kind,
    manifest::{Counts, FileDigest, Manifest, RunStatus},
    map::{BestCell, Refinement, refine},
    memory,
    model::{AnyNetwork, Model, Origin},
    network_set::NetworkSet,
    observer::Observer,
    outcome::Outcome,
    population::{Crew, pool, run_population},
    precision::Precision,
    prepare::Prepared,
    record::Reading,
    resolved::ResolvedExperiment,
    run::{Checkpoints, Keeping, Watch, train},
    run_directory::{
        Claim, DATA, EXPERIMENT, MODEL, Place, RunDirectory, STATE, Wanted, claim, expected_files,
        experiment_digest,
    },
    stopping::time_budget,
    wall::Wall,
    weights,
    whole_file::WholeFile,
};
use crate::{clock::SystemClock, model_file, state_file};

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
    let clock = SystemClock::start();
    let data = experiment.data()?;
    let cores = || thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let threads = execution.threads.map_or_else(cores, NonZeroUsize::get);
    let together = (threads as u64).min(experiment.networks());
    for cell in experiment.representative_cells() {
        let recipe = experiment.recipe(cell * experiment.seeds_per_cell())?;
        memory::check(&recipe, together)?;
    }
    let directory = execution.place.folder()?;
    let force = matches!(execution.place, Place::Folder { force: true, .. });
    let kept = match force {
        true => experiment.keep_inputs_of(&directory)?,
        false => Vec::new(),
    };
    experiment.data_is_kept_in(&directory.join(DATA));
    let identity = experiment.identity();
    let wanted = Wanted {
        text: &experiment.to_toml(),
        identity: &identity,
        kept: &kept,
        expected: &expected_files(experiment),
        timed: experiment.is_timed(),
    };
    let warn = &mut |text: String| observer.on_warning(&text);
    let claimed = match claim(&directory, force, wanted, warn)? {
        Claim::Work(claimed) => claimed,
        Claim::Complete(manifest) => {
            let best = match experiment.kind() {
                Kind::Map => {
                    let arrays = RunDirectory::open(&directory)?.map_at(None)?;
                    BestCell::of(experiment, &arrays)
                }
                Kind::Train | Kind::Population => None,
            };
            return Ok(Summary {
                directory,
                manifest: *manifest,
                found_complete: true,
                outcome: None,
                best,
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
    let wall = Wall::since(started, claimed.wall_seconds());
    manifest.experiment = Some(experiment_digest(&identity));
    manifest.wall_seconds = claimed.wall_seconds();
    manifest.read = DataRead::of(&data.dataset);
    manifest.counts.networks = experiment.networks();
    manifest.cells = experiment.cells();
    manifest.write(&directory)?;
    observer.on_start(experiment, &directory);

    let job = Job {
        experiment,
        directory: claimed.path(),
        level: execution.level,
        threads,
        wall,
        watch: Watch {
            observer,
            interrupt,
            weights: kept_weights(experiment),
            clock: &clock,
        },
    };
    let Done {
        outcome,
        best,
        files,
        refinement,
        interrupted: cut,
    } = wall.noted_during(manifest.clone(), &directory, || match (kind, precision) {
        (Kind::Train, Precision::F32) => job.single::<f32>(&mut manifest),
        (Kind::Train, Precision::F64) => job.single::<f64>(&mut manifest),
        (Kind::Population | Kind::Map, _) => job.many(&mut manifest),
    })?;
    // A flag that rises after the last network has ended interrupts nothing.
    let interrupted = job.watch.interrupted();
    if let Some(refinement) = &refinement
        && !interrupted
    {
        let cells = refinement.cells().len() as u64;
        manifest.counts.networks = cells * experiment.seeds_per_cell();
        manifest.cells = cells;
    }
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
    if let Some(refinement) = refinement
        && manifest.status == RunStatus::Complete
    {
        experiment.computes(refinement);
        WholeFile::write(&directory.join(EXPERIMENT), experiment.to_toml().as_bytes())?;
    }
    manifest.files = files;
    manifest.wall_seconds = wall.seconds();
    manifest.write(&directory)?;
    if manifest.status == RunStatus::Complete {
        CheckpointFiles::remove(&directory)?;
    }
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
    let trained = train_again(experiment, network, level, observer, interrupt)?;
    Ok((trained.outcome, trained.model))
}

/// Trains one network of an experiment for all that a single training leaves; nothing is written.
///
/// # Errors
/// Data that cannot be trained on.
pub(crate) fn train_again(
    experiment: &ResolvedExperiment,
    network: u64,
    level: Level,
    observer: &dyn Observer,
    interrupt: &AtomicBool,
) -> Result<Trained, Error> {
    let clock = SystemClock::start();
    let watch = Watch {
        observer,
        interrupt,
        weights: kept_weights(experiment),
        clock: &clock,
    };
    match experiment.recipe(network)?.precision {
        Precision::F32 => single::<f32>(experiment, network, (level, None), watch, None),
        Precision::F64 => single::<f64>(experiment, network, (level, None), watch, None),
    }
}

/// What a single training leaves.
pub(crate) struct Trained {
    pub(crate) outcome: Outcome,
    pub(crate) model: Model,
    pub(crate) state: SavedState,
    /// Whether it was interrupted, and stands where it was kept.
    interrupted: bool,
}

fn single<T: Scalar>(
    experiment: &ResolvedExperiment,
    network: u64,
    (level, bands): (Level, Option<PoolBands>),
    watch: Watch<'_>,
    directory: Option<&Path>,
) -> Result<Trained, Error>
where
    AnyNetwork: From<Network<T>>,
{
    let recipe = experiment.recipe(network)?;
    let prepared = Prepared::<T>::new(&recipe.data)?;
    let mut trainer = prepared.trainer(&recipe.spec, recipe.seed, level)?;
    if let Some(bands) = bands {
        trainer = trainer.with_bands(Arc::new(bands));
    }
    if recipe.start.is_some() {
        recipe.begin(&mut trainer)?;
    }
    let identity = experiment.identity();
    let (mut checkpoints, kept) = match directory {
        Some(directory) => {
            let (checkpoints, kept) = CheckpointFiles::open(&Purpose {
                directory,
                identity: &identity,
                weights: watch.weights,
                observer: watch.observer,
            })?;
            (Some(checkpoints), kept)
        }
        None => (None, None),
    };
    if let Some(kept) = &kept {
        watch.observer.on_continue(kept.state.steps());
    }
    let outcome = train(
        &mut trainer,
        &prepared,
        &recipe,
        (network, experiment.cell_of(network)),
        watch,
        Vec::new(),
        Keeping {
            checkpoints: checkpoints
                .as_mut()
                .map(|checkpoints| checkpoints as &mut dyn Checkpoints),
            kept,
        },
    )?;
    let origin = Origin {
        engine: mlp_core::ENGINE.to_owned(),
        seed: recipe.seed,
        steps: trainer.steps_done(),
        experiment: experiment.origin_of(&outcome),
    };
    Ok(Trained {
        state: SavedState::of(&trainer, &prepared, &recipe)?,
        model: Model::new(trainer.network(), &prepared, &recipe, origin),
        interrupted: checkpoints.is_some_and(|checkpoints| checkpoints.interrupted()),
        outcome,
    })
}

struct Job<'a> {
    experiment: &'a ResolvedExperiment,
    directory: &'a Path,
    level: Level,
    threads: usize,
    wall: Wall,
    watch: Watch<'a>,
}

struct Done {
    outcome: Option<Outcome>,
    best: Option<BestCell>,
    files: Files,
    /// The cells of a map that were computed, where not all are.
    refinement: Option<Refinement>,
    /// Whether a single training was interrupted.
    interrupted: bool,
}

impl Job<'_> {
    fn header(&self, extent: &Extent) -> Header {
        let identity = self.experiment.identity();
        Header::new(&identity, &extent.columns(), self.experiment.networks())
    }

    fn journal(&self, extent: &Extent) -> Result<Journal, Error> {
        let header = self.header(extent);
        let warn = &mut |text: String| self.watch.observer.on_warning(&text);
        Journal::open(self.directory, header, warn)
    }

    fn single<T: Scalar>(&self, manifest: &mut Manifest) -> Result<Done, Error>
    where
        AnyNetwork: From<Network<T>>,
    {
        let extent = Extent::of(self.experiment)?;
        let train = |bands| {
            let machine = (self.level, bands);
            single::<T>(
                self.experiment,
                0,
                machine,
                self.watch,
                Some(self.directory),
            )
        };
        // One network keeps several threads busy only in large layers.
        let Trained {
            mut outcome,
            model,
            state,
            interrupted,
        } = match self.threads {
            1 => train(None)?,
            threads => pool(threads)?.install(|| train(Some(PoolBands)))?,
        };
        // Results of a part that came further, in an earlier attempt, are not replaced.
        if interrupted && self.has_later_results(outcome.last_step) {
            return Ok(Done {
                outcome: Some(outcome),
                best: None,
                files: Files::new(),
                refinement: None,
                interrupted,
            });
        }
        // What an earlier attempt finished; the model is not in the journal, so this is all of it.
        Journal::remove(self.directory)?;
        let mut journal = self.journal(&extent)?;
        let mut chunk = ChunkBuilder::new(self.header(&extent).digest());
        chunk.push(&mut outcome, &Reading::all(&extent.columns()));
        journal.append(&chunk.finish()?)?;
        journal.sync()?;
        let gathered = self.gather(&journal, &extent, None)?;
        let (mut files, _) = self.complete(gathered, &journal, manifest)?;
        model_file::write(&model, &self.directory.join(MODEL))?;
        // Interrupted, it is a checkpoint already.
        if !interrupted {
            state_file::write(&state, &self.directory.join(STATE))?;
        }
        for name in [MODEL, STATE] {
            let digest = FileDigest::of(&self.directory.join(name))?;
            files.insert(name.to_owned(), digest);
        }
        Ok(Done {
            outcome: Some(outcome),
            best: None,
            files,
            refinement: None,
            interrupted,
        })
    }

    /// Whether an earlier attempt left a model of more updates.
    fn has_later_results(&self, steps: u64) -> bool {
        model_file::read(&self.directory.join(MODEL))
            .is_ok_and(|model| model.origin().steps > steps)
    }

    /// The networks of some cells, ascending.
    fn networks_of(&self, cells: BTreeSet<u64>) -> impl Iterator<Item = u64> + use<> {
        let seeds = self.experiment.seeds_per_cell();
        cells
            .into_iter()
            .flat_map(move |cell| cell * seeds..(cell + 1) * seeds)
    }

    /// Trains all networks but some, until a time if one is given.
    fn train(
        &self,
        columns: &[String],
        others: &NetworkSet,
        until: Option<Instant>,
        sink: &mut dyn FnMut(Chunk) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let crew = Crew {
            threads: self.threads,
            level: self.level,
            until,
        };
        run_population(self.experiment, columns, others, crew, self.watch, sink)
    }

    fn many(&self, manifest: &mut Manifest) -> Result<Done, Error> {
        let extent = Extent::of(self.experiment)?;
        let mut journal = self.journal(&extent)?;
        let finished = journal.finished().clone();
        if finished.len() > 0 {
            self.watch.observer.on_resume(finished.len());
        }
        let columns = &extent.columns();
        let map = &self.experiment.experiment().map;
        let mut gathering = None;
        let refinement = match (self.experiment.refinement(), map.budget) {
            (Some(known), _) => {
                let wanted = self.networks_of(known.cells());
                let wanted = wanted
                    .filter(|network| !finished.contains(*network))
                    .collect();
                let others = NetworkSet::all_but(&wanted, self.experiment.networks());
                self.train(columns, &others, None, &mut |chunk| journal.append(&chunk))?;
                Some(known.clone())
            }
            (None, Some(budget)) => {
                let mut workshop = MapWorkshop {
                    job: self,
                    journal: &mut journal,
                    columns,
                };
                let left = self.wall.left_of(budget);
                Some(refine(self.experiment, columns, left, &mut workshop)?)
            }
            (None, None) => {
                // What an earlier process finished comes from the journal, and then all does.
                let mut in_turn = match finished.len() {
                    0 => Some(InTurn::new(self.gathering(&extent)?)),
                    _ => None,
                };
                self.train(columns, &finished, None, &mut |chunk| {
                    journal.append(&chunk)?;
                    if let Some(gathering) = in_turn.take() {
                        in_turn = gathering.push(chunk.rows())?;
                    }
                    Ok(())
                })?;
                gathering = in_turn.and_then(|all| all.whole(self.experiment.networks()));
                None
            }
        };
        if let Some(refinement) = &refinement {
            journal.limit(self.networks_of(refinement.cells()).collect());
        }
        journal.sync()?;
        let sources = refinement.as_ref().map(Refinement::sources);
        let gathered = match gathering {
            Some(gathering) => gathering.finish(sources.as_deref())?,
            None => self.gather(&journal, &extent, sources.as_deref())?,
        };
        let (mut files, best) = self.complete(gathered, &journal, manifest)?;
        files.extend(cross_validation::write(self.experiment, self.directory)?);
        Ok(Done {
            outcome: None,
            best,
            files,
            refinement,
            interrupted: false,
        })
    }

    fn gathering(&self, extent: &Extent) -> Result<Gathering<'_>, Error> {
        Gathering::new(self.experiment, self.directory, extent)
    }

    /// Gathers what the journal holds. Of a refined map, `sources` says which cell stands for each.
    fn gather(
        &self,
        journal: &Journal,
        extent: &Extent,
        sources: Option<&[usize]>,
    ) -> Result<Gathered, Error> {
        let mut gathering = self.gathering(extent)?;
        journal.in_order(&mut |rows| gathering.push(Arc::new(rows)))?;
        gathering.finish(sources)
    }

    /// Notes how networks ended, and writes the parameters that are kept: all files.
    fn complete(
        &self,
        gathered: Gathered,
        journal: &Journal,
        manifest: &mut Manifest,
    ) -> Result<(Files, Option<BestCell>), Error> {
        manifest.counts = Counts {
            networks: manifest.counts.networks,
            ..gathered.counts
        };
        let mut files = gathered.files;
        if self.watch.weights != KeptWeights::None {
            files.extend(weights::write(self.directory, self.experiment, journal)?);
        }
        Ok((files, gathered.best))
    }
}

/// Which parameters an experiment keeps.
pub(crate) fn kept_weights(experiment: &ResolvedExperiment) -> KeptWeights {
    experiment
        .experiment()
        .output
        .save_weights
        .unwrap_or_default()
}
