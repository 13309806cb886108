//! Carrying out an experiment: from its resolved form to a filled run directory.

use std::{
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::atomic::AtomicBool,
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
    checkpoint::{CheckpointFiles, Purpose},
    facts::Facts,
    files::whole_file::WholeFile,
    identity::hexadecimal,
    journal::{Header, Journal},
    manifest::{FileDigest, Manifest, RunStatus},
    model_file,
    plan::memory,
    run_directory::{
        Claim, DATA, EXPERIMENT, MODEL, Place, RunDirectory, STATE, Wanted, claim, expected_files,
        keep_earlier, settings_of,
    },
    state_file,
};
use mlp_train::{
    BestCell, Counts, DataRead, Ending, Error, Kind, Observer, Outcome, ResolvedExperiment,
    StoppedClock, SystemClock,
    experiment::KeptWeights,
    stopping::time_budget,
    storing::{
        ChunkBuilder, Extent, Gathering, Job, Keeping, NetworkStore, Refinement, Trained, Watch,
        kept_weights,
    },
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
    /// As [`Options::packs`](mlp_train::Options::packs).
    pub packs: bool,
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
        true => inputs::keep_of(experiment, &directory)?,
        false => Vec::new(),
    };
    experiment.data_is_kept_in(&directory.join(DATA));
    let identity = experiment.identity();
    let known = !experiment.is_timed() || ended::recall(experiment, &directory);
    let wanted = Wanted {
        text: &experiment.to_toml(),
        identity: &identity,
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
    manifest.experiment = Some(hexadecimal(&identity));
    manifest.settings = settings_of(experiment.experiment());
    manifest.wall_seconds = claimed.wall_seconds();
    manifest.read = DataRead::of(&data.dataset);
    manifest.counts.networks = experiment.networks();
    manifest.cells = experiment.cells();
    manifest.write(&directory)?;
    observer.on_start(experiment, Some(&directory));

    let clock = SystemClock::start();
    let watch = Watch {
        observer,
        interrupt,
        weights: kept_weights(experiment),
        // A training that came to its end before the clock did must not be ended by it now.
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
        wall,
        earlier: claimed.finished(),
    };
    let Done {
        outcome,
        best,
        files,
        refinement,
        interrupted,
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
    let job = Job {
        experiment,
        level,
        threads: 1,
        packs: false,
        watch: Watch {
            observer,
            interrupt,
            weights: kept_weights(experiment),
            // Where a clock ended a training, the experiment says at which step.
            clock: &StoppedClock,
        },
    };
    job.single(network, Keeping::default())
}

/// A run at work in its directory.
struct Work<'a> {
    job: Job<'a>,
    directory: &'a Path,
    wall: Wall,
    /// Networks in the results of an earlier process.
    earlier: u64,
}

struct Done {
    outcome: Option<Outcome>,
    best: Option<BestCell>,
    files: Files,
    /// The cells of a map that were computed, where not all are.
    refinement: Option<Refinement>,
    /// Whether a single training, or the refinement of a map, was interrupted.
    interrupted: bool,
}

impl<'a> Work<'a> {
    fn journal(&self, extent: &Extent) -> Result<Journal, Error> {
        let experiment = self.job.experiment;
        let header = Header::new(
            &experiment.identity(),
            &extent.columns(),
            experiment.networks(),
        );
        let warn = &mut |text: String| self.job.watch.observer.on_warning(&text);
        Journal::open(self.directory, header, warn)
    }

    fn files(&self) -> RunFiles<'a> {
        RunFiles::new(self.directory, self.job.experiment)
    }

    fn gathering(&self, extent: &Extent) -> Result<Gathering<'a, RunFiles<'a>>, Error> {
        Gathering::new(self.job.experiment, extent, self.files())
    }

    fn single(&self, manifest: &mut Manifest) -> Result<Done, Error> {
        let Watch {
            observer, weights, ..
        } = self.job.watch;
        let identity = self.job.experiment.identity();
        let (mut checkpoints, kept) = CheckpointFiles::open(&Purpose {
            directory: self.directory,
            identity: &identity,
            weights,
            observer,
        })?;
        let keeping = Keeping {
            checkpoints: Some(&mut checkpoints),
            kept,
        };
        let Trained {
            mut outcome,
            model,
            state,
        } = self.job.single(0, keeping)?;
        let interrupted = outcome.ending == Ending::Interrupted;
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
        let extent = Extent::of(self.job.experiment)?;
        // What an earlier attempt finished; the model is not in the journal, so this is all of it.
        Journal::remove(self.directory)?;
        let mut journal = self.journal(&extent)?;
        let mut chunk = ChunkBuilder::default();
        chunk.push(&mut outcome, &extent.metrics());
        journal.put(&chunk.finish(&journal.encoder())?)?;
        journal.sync()?;
        let mut gathering = self.gathering(&extent)?;
        journal.in_order(&mut |rows| gathering.push(rows))?;
        let facts = Facts::of(self.job.experiment, Some(&outcome), None);
        let gathered = run_files::finish(self.files(), gathering, None, &facts)?;
        let (mut files, _) = self.complete(gathered, &journal, manifest, &facts)?;
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

    fn many(&self, manifest: &mut Manifest) -> Result<Done, Error> {
        let mut journal = self.journal(&Extent::of(self.job.experiment)?)?;
        let known = journal.finished().len();
        if known < self.earlier {
            let why = format!(
                "the journal tells of {known} networks, and the results of {}; the others are trained again",
                self.earlier
            );
            let warn = &mut |text: String| self.job.watch.observer.on_warning(&text);
            let expected = expected_files(self.job.experiment);
            keep_earlier(self.directory, &expected, &why, warn)?;
        }
        let left_of = |budget| self.wall.left_of(budget);
        let networks = self
            .job
            .all(&mut journal, &left_of, &|extent| self.gathering(extent))?;
        let refinement = networks.refinement.as_ref();
        let (sources, interrupted) = (networks.sources(), networks.cut);
        let experiment = self.job.experiment;
        // Only the cells of a map that has ended are what a budget was good for.
        let facts = Facts::of(experiment, None, refinement.filter(|_| !interrupted));
        let sources = sources.as_deref();
        let gathered = run_files::finish(self.files(), networks.gathering, sources, &facts)?;
        let (mut files, best) = self.complete(gathered, &journal, manifest, &facts)?;
        files.extend(self.files().write_folds(experiment, &facts)?);
        Ok(Done {
            outcome: None,
            best,
            files,
            refinement: networks.refinement,
            interrupted,
        })
    }

    /// Notes how networks ended, and writes the parameters that are kept: all files.
    fn complete(
        &self,
        gathered: Gathered,
        journal: &Journal,
        manifest: &mut Manifest,
        facts: &Facts,
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
