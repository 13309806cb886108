//! Executing an experiment: from its resolved form to a filled run directory.

use std::{
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
    thread,
    time::Instant,
};

use mlp_core::Level;

use super::{
    ended, inputs,
    run_files::{self, Files, Gathered, RunFiles},
    wall::Wall,
    weights,
};
use crate::{
    Error,
    checkpoint::{CheckpointFiles, Purpose},
    files::whole_file::WholeFile,
    identity::hexadecimal,
    journal::{Header, Journal},
    manifest::{FileDigest, Manifest, Replayed, RunStatus},
    model_file,
    plan::{disk_space, memory},
    run_directory::{
        Claim, DATA, DirectoryChoice, DirectoryRequest, EXPERIMENT, MODEL, RunDirectory, SELECTION,
        STATE, claim, expected_files, identity_in, keep_earlier, settings_of,
    },
    run_metadata::RunMetadata,
    state_file,
};
use mlp_train::{
    BestCell, Counts, DataRead, Ending, Kind, Observer, Outcome, Precision, Prepared,
    ResolvedExperiment, StoppedClock, SystemClock,
    experiment::KeptWeights,
    stopping::time_budget,
    storing::{
        CheckpointAccess, ChunkBuilder, Gathering, Job, NetworkStore, Refinement, RequiredColumns,
        Selection, Trained, TrainingContext, kept_weights,
    },
};

/// Where and how an experiment is executed; nothing here changes a result.
#[derive(Clone, Copy, Debug)]
pub struct Execution<'a> {
    /// Where the results go.
    pub place: DirectoryChoice<'a>,
    /// The instruction set of the kernels.
    pub level: Level,
    /// Worker threads; by default one per core.
    pub threads: Option<NonZeroUsize>,
    /// As [`Options::packs`](mlp_train::Options::packs).
    pub packs: bool,
}

/// The result of executing an experiment.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The directory of the results.
    pub directory: PathBuf,
    /// What ran, and how it ended.
    pub manifest: Manifest,
    /// Whether the same experiment was already complete there, and nothing was computed.
    pub found_complete: bool,
    /// The network of a single run.
    pub outcome: Option<Outcome>,
    /// The best cell of a map.
    pub best: Option<BestCell>,
    /// Of a map with a budget, networks that were trained and are not in the results: the budget cut their blocks short.
    pub left_out: u64,
}

/// Executes an experiment and fills its run directory.
///
/// When `interrupt` becomes true, networks in training are abandoned, finished ones are written,
/// and the status is [`RunStatus::Interrupted`]; running the experiment again continues.
///
/// # Errors
/// A destination that cannot be used, files that cannot be written, data that cannot be trained on.
pub fn execute(
    experiment: &mut ResolvedExperiment,
    execution: Execution<'_>,
    observer: &dyn Observer,
    interrupt: &AtomicBool,
) -> Result<Summary, Error> {
    execute_any(experiment, None, execution, observer, interrupt)
}

/// As [`execute`], of an experiment that trains a network of another run again, which the manifest then says.
///
/// # Errors
/// As [`execute`].
pub fn execute_replay(
    experiment: &mut ResolvedExperiment,
    of: &Replayed,
    execution: Execution<'_>,
    observer: &dyn Observer,
    interrupt: &AtomicBool,
) -> Result<Summary, Error> {
    execute_any(experiment, Some(of), execution, observer, interrupt)
}

/// Refuses data that cannot be trained on before there is a folder, which the call with other data would find taken. Folds of the
/// same rows are seen to once.
fn check_data(experiment: &ResolvedExperiment) -> Result<(), Error> {
    let mut seen = Vec::new();
    for cell in experiment.representative_cells() {
        let recipe = experiment.recipe(cell * experiment.seeds_per_cell())?;
        let data = &recipe.data;
        let own = (
            Arc::as_ptr(&data.dataset),
            data.scale,
            data.scale_target,
            data.target_transform,
            recipe.precision,
        );
        if seen.contains(&own) {
            continue;
        }
        match recipe.precision {
            Precision::F32 => drop(Prepared::<f32>::new(data)?),
            Precision::F64 => drop(Prepared::<f64>::new(data)?),
        }
        seen.push(own);
    }
    Ok(())
}

fn execute_any(
    experiment: &mut ResolvedExperiment,
    replayed: Option<&Replayed>,
    execution: Execution<'_>,
    observer: &dyn Observer,
    interrupt: &AtomicBool,
) -> Result<Summary, Error> {
    let started = Instant::now();
    let data = experiment.data()?;
    let cores = || thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let threads = execution.threads.map_or_else(cores, NonZeroUsize::get);
    let together = (threads as u64).min(experiment.networks());
    for cell in experiment.representative_cells() {
        let recipe = experiment.recipe(cell * experiment.seeds_per_cell())?;
        memory::check(&recipe, together)?;
    }
    check_data(experiment)?;
    disk_space::check(experiment, threads, &execution.place)?;
    let directory = execution.place.folder()?;
    let force = matches!(execution.place, DirectoryChoice::Folder { force: true, .. });
    let kept = match force {
        true => inputs::keep_of(experiment, &directory)?,
        false => Vec::new(),
    };
    experiment.data_is_kept_in(&directory.join(DATA));
    let identity = experiment.identity();
    let known_as = identity_in(&directory, experiment);
    let known = !experiment.is_timed() || ended::recall(experiment, &directory);
    let wanted = DirectoryRequest {
        text: &experiment.to_toml(),
        identity: &identity,
        known_as: &known_as,
        kept: &kept,
        expected: &expected_files(experiment),
        known,
    };
    let warn = &mut |text: String| observer.on_warning(&text);
    let claimed = match claim(&directory, force, wanted, warn)? {
        Claim::Work(claimed) => claimed,
        Claim::Complete(manifest) => {
            if let Some(bytes) = experiment.standard_input()
                && !directory.join(DATA).exists()
            {
                WholeFile::write(&directory.join(DATA), bytes)?;
            }
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
                left_out: 0,
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
    manifest.experiment = Some(hexadecimal(&known_as));
    // Whoever resumes a replay does not know that it is one.
    let earlier = || Manifest::read(&directory).ok().flatten()?.replayed;
    manifest.replayed = replayed.cloned().or_else(earlier);
    manifest.settings = settings_of(experiment.experiment());
    manifest.wall_seconds = claimed.wall_seconds();
    manifest.read = DataRead::of_rows(&data.dataset, &data.split.train);
    manifest.counts.networks = experiment.networks();
    manifest.cells = experiment.cells();
    manifest.write(&directory)?;
    observer.on_start(experiment, Some(&directory));

    let clock = SystemClock::start();
    let watch = TrainingContext {
        observer,
        interrupt,
        weights: kept_weights(experiment),
        // A training that ended before the clock did must not be ended by it now.
        clock: match known && experiment.is_timed() {
            true => &StoppedClock,
            false => &clock,
        },
    };
    let work = Work {
        job: Job {
            experiment,
            level: execution.level,
            threads,
            packs: execution.packs,
            watch,
        },
        directory: claimed.path(),
        identity: &known_as,
        wall,
        earlier: claimed.finished(),
        begun: claimed.begun(),
    };
    let Done {
        outcome,
        best,
        files,
        refinement,
        interrupted,
        left_out,
    } = wall.noted_during(manifest.clone(), &directory, || match kind {
        Kind::Train => work.single(&mut manifest),
        Kind::Population | Kind::Map => work.many(&mut manifest),
    })?;
    if let Some(refinement) = &refinement
        && !interrupted
    {
        let cells = refinement.cells().len() as u64;
        manifest.counts.networks = cells * experiment.seeds_per_cell();
        manifest.cells = cells;
    }
    let all = manifest.counts.finished() == manifest.counts.networks;
    manifest.status = if all && !interrupted {
        RunStatus::Complete
    } else {
        RunStatus::Interrupted
    };
    if let Some(outcome) = &outcome
        && outcome.ending == Ending::Rule(time_budget::NAME)
    {
        // Only now is it known how much the time budget covered.
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
        left_out,
    })
}

/// Trains one network of an experiment for everything that a single training leaves; nothing is written.
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
    let job = Job {
        experiment,
        level,
        threads: 1,
        packs: false,
        watch: TrainingContext {
            observer,
            interrupt,
            weights: kept_weights(experiment),
            // Where a clock ended a training, the experiment has the step.
            clock: &StoppedClock,
        },
    };
    Ok(job.single(network, CheckpointAccess::default())?)
}

/// A run being executed in its directory.
struct Work<'a> {
    job: Job<'a>,
    directory: &'a Path,
    identity: &'a str,
    wall: Wall,
    /// Networks in the results of an earlier process.
    earlier: u64,
    /// Whether an earlier process began the run and did not end it.
    begun: bool,
}

struct Done {
    outcome: Option<Outcome>,
    best: Option<BestCell>,
    files: Files,
    /// The cells of a map that were computed, where not all are.
    refinement: Option<Refinement>,
    /// Whether a single training, or the refinement of a map, was interrupted.
    interrupted: bool,
    left_out: u64,
}

impl<'a> Work<'a> {
    fn journal(&self, extent: &RequiredColumns) -> Result<Journal, Error> {
        let experiment = self.job.experiment;
        let header = Header::new(self.identity, &extent.columns(), experiment.networks());
        let warn = &mut |text: String| self.job.watch.observer.on_warning(&text);
        Journal::open(self.directory, header, warn)
    }

    fn files(&self) -> RunFiles<'a> {
        RunFiles::new(self.directory, self.job.experiment)
    }

    fn gathering(&self, extent: &RequiredColumns) -> Result<Gathering<'a, RunFiles<'a>>, Error> {
        Ok(Gathering::new(self.job.experiment, extent, self.files())?)
    }

    fn single(&self, manifest: &mut Manifest) -> Result<Done, Error> {
        let TrainingContext {
            observer, weights, ..
        } = self.job.watch;
        let (mut checkpoints, kept) = CheckpointFiles::open(&Purpose {
            directory: self.directory,
            identity: self.identity,
            weights,
            observer,
            begun: self.begun,
        })?;
        let keeping = CheckpointAccess {
            checkpoints: Some(&mut checkpoints),
            kept,
        };
        let Trained {
            mut outcome,
            model,
            state,
        } = self.job.single(0, keeping)?;
        let interrupted = outcome.ending == Ending::Interrupted;
        // Results of an earlier attempt that got further are not replaced.
        let later = self.later_results(outcome.last_step);
        if let Some(later) = later.filter(|_| !interrupted) {
            let why = format!(
                "an earlier attempt came to step {later}, and this one ended at step {}",
                outcome.last_step
            );
            let warn = &mut |text: String| observer.on_warning(&text);
            keep_earlier(
                self.directory,
                &expected_files(self.job.experiment),
                &why,
                warn,
            )?;
        } else if later.is_some() {
            return Ok(Done {
                outcome: Some(outcome),
                best: None,
                files: Files::new(),
                refinement: None,
                interrupted,
                left_out: 0,
            });
        }
        let extent = RequiredColumns::of(self.job.experiment)?;
        // What an earlier attempt finished; the model is not in the journal, so this is everything.
        Journal::remove(self.directory)?;
        let mut journal = self.journal(&extent)?;
        let mut chunk = ChunkBuilder::default();
        chunk.push(&mut outcome, &extent.metrics());
        journal.put(&chunk.finish(&journal.encoder())?)?;
        journal.sync()?;
        let mut gathering = self.gathering(&extent)?;
        journal.in_order(&mut |rows| gathering.push(rows))?;
        let facts = RunMetadata::of(self.job.experiment, Some(&outcome), None);
        let gathered = run_files::finish(self.files(), gathering, None, &facts)?;
        let (mut files, _) = self.complete(gathered, &journal, manifest, &facts)?;
        model_file::write(&model, &self.directory.join(MODEL))?;
        // If interrupted, it is already a checkpoint.
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
            left_out: 0,
        })
    }

    /// The updates of a model that an earlier attempt left, if they are more.
    fn later_results(&self, steps: u64) -> Option<u64> {
        let model = model_file::read(&self.directory.join(MODEL)).ok()?;
        Some(model.origin().steps).filter(|left| *left > steps)
    }

    fn many(&self, manifest: &mut Manifest) -> Result<Done, Error> {
        let mut journal = self.journal(&RequiredColumns::of(self.job.experiment)?)?;
        let known = journal.finished().len();
        if known < self.earlier {
            let why = format!(
                "the journal holds {known} networks, and the results hold {}; the others are retrained",
                self.earlier
            );
            let warn = &mut |text: String| self.job.watch.observer.on_warning(&text);
            let expected = expected_files(self.job.experiment);
            keep_earlier(self.directory, &expected, &why, warn)?;
        }
        let left_of = |budget| self.wall.left_of(budget);
        let networks =
            self.job.all(
                &mut journal,
                &left_of,
                &|extent| Ok(self.gathering(extent)?),
            )?;
        let refinement = networks.refinement.as_ref();
        let (sources, interrupted) = (networks.sources(), networks.cut);
        let left_out = networks.left_out;
        let experiment = self.job.experiment;
        // Only for a map that has ended are the cells what a budget covered.
        let facts = RunMetadata::of(experiment, None, refinement.filter(|_| !interrupted));
        let sources = sources.as_deref();
        let mut gathered = run_files::finish(self.files(), networks.gathering, sources, &facts)?;
        let selection = gathered.selection.take();
        let (mut files, best) = self.complete(gathered, &journal, manifest, &facts)?;
        files.extend(self.files().write_folds(experiment, &facts)?);
        let mut cut = interrupted;
        // Only once every network has come is it known which is the best.
        if let Some(selection) = selection
            && manifest.counts.finished() == manifest.counts.networks
        {
            let selected = self.selected(selection, &facts)?;
            cut |= selected.is_none();
            files.extend(selected.into_iter().flatten());
        }
        Ok(Done {
            outcome: None,
            best,
            files,
            refinement: networks.refinement,
            interrupted: cut,
            left_out,
        })
    }

    /// Trains what is selected once more and writes its model and what it came to; `None` where that was interrupted.
    fn selected(&self, selection: Selection, facts: &RunMetadata) -> Result<Option<Files>, Error> {
        if selection.refusal().is_some() {
            // Every network is there, and trained again each comes to the same; so the run is complete without a model.
            let table = selection.table_of_none();
            let table = self.files().write(SELECTION, &table, facts)?;
            return Ok(Some(Files::from([table])));
        }
        let interrupt = self.job.watch.interrupt;
        let selected = selection.train(self.job.experiment, self.job.level, interrupt)?;
        let Some(selected) = selected else {
            return Ok(None);
        };
        let path = self.directory.join(MODEL);
        model_file::write(&selected.model, &path)?;
        let table = self.files().write(SELECTION, &selected.table(), facts)?;
        let model = (MODEL.to_owned(), FileDigest::of(&path)?);
        Ok(Some(Files::from([model, table])))
    }

    /// Records how networks ended, and writes the saved parameters: all files.
    fn complete(
        &self,
        gathered: Gathered,
        journal: &Journal,
        manifest: &mut Manifest,
        facts: &RunMetadata,
    ) -> Result<(Files, Option<BestCell>), Error> {
        manifest.counts = Counts {
            networks: manifest.counts.networks,
            ..gathered.counts
        };
        let mut files = gathered.files;
        if self.job.watch.weights != KeptWeights::None {
            files.extend(weights::write(
                self.directory,
                self.job.experiment,
                journal,
                facts,
            )?);
        }
        Ok((files, gathered.best))
    }
}
