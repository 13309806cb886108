//! Trainings that go on where another one ended: the state that a run leaves, and `--continue`.

use std::{
    fs::File,
    io::BufReader,
    mem::discriminant,
    path::{Path, PathBuf},
};

use mlp_core::{Batch, Optimizer, Scalar, ScheduleState, State, Status, Trainer};
use serde::{Deserialize, Serialize};

use crate::{
    batch_order::fingerprint,
    checkpoint::{STANDING, Standing},
    error::Error,
    experiment::TrainingSpec,
    frame::{self, FrameError, FrameKind},
    model::Numbers,
    precision::Precision,
    prepare::Prepared,
    recipe::Recipe,
    run_directory::{EXPERIMENT, STATE},
    source::{check_is_file, digest},
    whole_file::WholeFile,
};

/// What the file begins with.
const KIND: FrameKind = FrameKind {
    magic: *b"mlp-stat",
    version: 2,
};

/// Everything that a training needs to go on, and what it must be to do so.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SavedState {
    /// The version of the numerics.
    engine: String,
    /// As `2-16-16-1`.
    architecture: String,
    /// The optimizer with its settings.
    optimizer: String,
    /// Samples an update; `None` for all.
    batch: Option<u64>,
    /// What tells the batches of a file from others.
    batch_order: Option<String>,
    /// Samples of the training part.
    samples: u64,
    state: StateNumbers,
}

/// The numbers of a [`State`], as they are stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct StateNumbers {
    seed: u64,
    steps: u64,
    batches: u128,
    diverged: bool,
    parameters: Numbers,
    moments: Numbers,
    statistics: Numbers,
    /// What the optimizer remembers in f64.
    scalars: Vec<f64>,
    /// What the schedule remembers of the losses: the best, how many since then and how many not
    /// counted, how often the rate was made smaller, and the sum of the epoch at hand.
    schedule: (f64, u64, u64, u64, f64),
    /// Whether the schedule has ended the training.
    ended: bool,
}

impl StateNumbers {
    /// Updates made so far.
    pub(crate) fn steps(&self) -> u64 {
        self.steps
    }

    /// Of a state.
    pub(crate) fn of<T: Scalar>(state: State<T>) -> Self {
        // Every field, so that a new one is not forgotten.
        let State {
            seed,
            steps,
            parameters,
            moments,
            statistics,
            scalars,
            schedule,
            batches,
            status,
        } = state;
        let ScheduleState {
            best,
            waited,
            cooldown,
            reductions,
            sum,
        } = schedule;
        let precision = Precision::of::<T>();
        let numbers = |values: &[T]| Numbers::of(precision, values);
        Self {
            seed,
            steps,
            batches,
            diverged: status == Status::Diverged,
            parameters: numbers(&parameters),
            moments: numbers(&moments),
            statistics: numbers(&statistics),
            scalars,
            schedule: (best, waited, cooldown, reductions, sum),
            ended: status == Status::Stopped,
        }
    }

    /// The state in a training's type.
    pub(crate) fn to_state<T: Scalar>(&self) -> State<T> {
        let (best, waited, cooldown, reductions, sum) = self.schedule;
        State {
            seed: self.seed,
            steps: self.steps,
            parameters: self.parameters.to_scalars(),
            moments: self.moments.to_scalars(),
            statistics: self.statistics.to_scalars(),
            scalars: self.scalars.clone(),
            batches: self.batches,
            schedule: ScheduleState {
                best,
                waited,
                cooldown,
                reductions,
                sum,
            },
            status: match (self.diverged, self.ended) {
                (true, _) => Status::Diverged,
                (false, true) => Status::Stopped,
                (false, false) => Status::Running,
            },
        }
    }
}

impl SavedState {
    /// Where a training stands.
    pub(crate) fn of<T: Scalar>(
        trainer: &Trainer<'_, T>,
        prepared: &Prepared<T>,
        recipe: &Recipe,
    ) -> Result<Self, Error> {
        Ok(Self {
            engine: mlp_core::ENGINE.to_owned(),
            architecture: recipe.architecture().to_string(),
            optimizer: recipe.spec.optimizer.to_string(),
            batch: batch(recipe),
            batch_order: batch_order(recipe)?,
            samples: prepared.train().len() as u64,
            state: StateNumbers::of(trainer.state()),
        })
    }

    /// Writes the file of a training that has ended, whole or not at all.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub(crate) fn write(&self, path: &Path) -> Result<(), Error> {
        WholeFile::write(path, &self.to_bytes(path)?)
    }

    /// What the file at `path` begins with.
    ///
    /// # Errors
    /// [`Error::Write`]: more parameters than a frame can hold.
    pub(crate) fn to_bytes(&self, path: &Path) -> Result<Vec<u8>, Error> {
        frame::encode(KIND, self, b"").map_err(|error| Error::Write {
            path: path.to_owned(),
            source: std::io::Error::other(error),
        })
    }

    /// Reads a file, and of a training that has not ended where its run stands.
    ///
    /// # Errors
    /// [`Error::Read`], [`Error::Corrupt`].
    pub(crate) fn read(path: &Path) -> Result<(Self, Option<Standing>), Error> {
        let read = |source| Error::Read {
            path: path.to_owned(),
            source,
        };
        let file = File::open(path).map_err(read)?;
        let length = file.metadata().map_err(read)?.len();
        let mut file = BufReader::new(file);
        let damaged = |error: FrameError| corrupt(path, error.to_string());
        let (state, state_length) = frame::read::<Self>(KIND, &mut file, length)
            .map_err(read)?
            .and_then(frame::Read::alone)
            .map_err(damaged)?;
        let left = length - state_length;
        if left == 0 {
            return Ok((state, None));
        }
        let (standing, standing_length) = frame::read(STANDING, &mut file, left)
            .map_err(read)?
            .and_then(frame::Read::alone)
            .map_err(damaged)?;
        match standing_length == left {
            true => Ok((state, Some(standing))),
            false => Err(corrupt(path, "something follows the state".to_owned())),
        }
    }

    /// Updates made so far.
    pub(crate) fn steps(&self) -> u64 {
        self.state.steps
    }

    /// The version of the numerics.
    pub(crate) fn engine(&self) -> &str {
        &self.engine
    }

    /// The training itself.
    pub(crate) fn numbers(&self) -> &StateNumbers {
        &self.state
    }
}

/// An error of reading a state, with how to have it again where it is that of a run.
fn advised(error: Error, path: &Path) -> Error {
    let folder = path.parent().filter(|folder| {
        folder.join(EXPERIMENT).is_file() && path.file_name().is_some_and(|name| name == STATE)
    });
    match (error, folder) {
        (Error::Corrupt { path, what, reason }, Some(folder)) => Error::Corrupt {
            reason: format!("{reason}; mlp resume {} makes it again", folder.display()),
            path,
            what,
        },
        (error, _) => error,
    }
}

fn corrupt(path: &Path, reason: String) -> Error {
    Error::Corrupt {
        path: path.to_owned(),
        what: "training state",
        reason,
    }
}

fn batch(recipe: &Recipe) -> Option<u64> {
    match recipe.spec.batch {
        Batch::Full => None,
        Batch::Size(size) => Some(size as u64),
    }
}

fn batch_order(recipe: &Recipe) -> Result<Option<String>, Error> {
    let order = recipe.spec.batch_order.as_deref();
    order.map(fingerprint).transpose()
}

/// A state that was read for an experiment.
#[derive(Debug)]
pub(crate) struct Start {
    /// The file, absolute.
    path: PathBuf,
    sha256: String,
    state: SavedState,
}

impl Start {
    /// Reads a state, or that of a run directory.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Read`], [`Error::Corrupt`].
    pub(crate) fn read(name: &str) -> Result<Self, Error> {
        let mut path = std::path::absolute(name).map_err(|source| Error::Read {
            path: PathBuf::from(name),
            source,
        })?;
        if path.is_dir() {
            let folder = path.clone();
            path.push(STATE);
            if !path.is_file() {
                return Err(Error::Missing {
                    path: folder,
                    what: STATE.to_owned(),
                    hint: "so there is nothing to continue; a finished mlp train leaves one",
                });
            }
        }
        check_is_file(&path)?;
        let (state, _) = SavedState::read(&path).map_err(|error| advised(error, &path))?;
        let file = File::open(&path).map_err(|source| Error::Read {
            path: path.clone(),
            source,
        })?;
        let sha256 = digest(file, &path)?;
        Ok(Self {
            path,
            sha256,
            state,
        })
    }

    /// Updates made so far.
    pub(crate) fn steps(&self) -> u64 {
        self.state.steps()
    }

    /// Spells out the file.
    ///
    /// # Errors
    /// [`Error::DataChanged`].
    pub(crate) fn spell_out(&self, training: &mut TrainingSpec) -> Result<(), Error> {
        if let Some(expected) = &training.continue_sha256
            && *expected != self.sha256
        {
            return Err(Error::DataChanged {
                path: self.path.clone(),
                found: self.sha256.clone(),
                expected: expected.clone(),
            });
        }
        training.continue_from = Some(self.path.to_string_lossy().into_owned());
        training.continue_sha256 = Some(self.sha256.clone());
        Ok(())
    }

    /// Refuses a recipe that is not that of the training which left the state.
    ///
    /// # Errors
    /// [`Error::Conflict`]: what differs.
    pub(crate) fn check(&self, recipe: &Recipe) -> Result<(), Error> {
        let state = &self.state;
        let path = self.path.display();
        let differ = |what: &str, left: &dyn std::fmt::Display, right: &dyn std::fmt::Display| {
            Err(Error::Conflict(format!(
                "continue: {path} was left by a training with {what} {left}, and this one has {right}; \
                 --init-from starts anew from its parameters"
            )))
        };
        if state.engine != mlp_core::ENGINE {
            return differ("engine", &state.engine, &mlp_core::ENGINE);
        }
        let architecture = recipe.architecture().to_string();
        if state.architecture != architecture {
            return differ("the network", &state.architecture, &architecture);
        }
        let precision = state.state.parameters.precision();
        if precision != recipe.precision {
            return differ("precision", &precision, &recipe.precision);
        }
        let optimizer = &recipe.spec.optimizer;
        let same = state
            .optimizer
            .parse::<Optimizer>()
            .is_ok_and(|left| discriminant(&left) == discriminant(optimizer));
        if !same {
            return differ("the optimizer", &state.optimizer, optimizer);
        }
        if state.state.seed != recipe.seed {
            return differ("seed", &state.state.seed, &recipe.seed);
        }
        let samples = recipe.data.split.train.len() as u64;
        if state.batch != batch(recipe) {
            let words =
                |batch: Option<u64>| batch.map_or("full".to_owned(), |size| size.to_string());
            return differ("batch", &words(state.batch), &words(batch(recipe)));
        }
        let order = batch_order(recipe)?;
        if state.batch_order != order {
            let words = |order: &Option<String>| match order {
                Some(digest) => format!("of a file (sha256 of its samples {digest})"),
                None => "in the seed's order".to_owned(),
            };
            return differ("batches", &words(&state.batch_order), &words(&order));
        }
        if state.batch.is_some() && state.samples != samples {
            return differ("so many training samples:", &state.samples, &samples);
        }
        if state.state.diverged {
            return Err(Error::Conflict(format!(
                "continue: the training that left {path} diverged at step {}; train again at a smaller --learning-rate",
                state.steps()
            )));
        }
        if recipe.steps <= state.steps() {
            return Err(Error::Conflict(format!(
                "continue: {path} stands at step {0}, and steps are counted from the start; \
                 give more than {0}, as in --steps {1}",
                state.steps(),
                state.steps().saturating_mul(2).max(1)
            )));
        }
        Ok(())
    }
}

impl Recipe {
    /// Brings a trainer to where this recipe's training begins.
    ///
    /// # Errors
    /// [`Error::Core`] where a state to go on from does not fit.
    pub(crate) fn begin<T: Scalar>(&self, trainer: &mut Trainer<'_, T>) -> Result<(), Error> {
        trainer.restart(self.seed);
        let Some(start) = &self.start else {
            return Ok(());
        };
        trainer.restore(&start.state.state.to_state())?;
        Ok(())
    }
}
