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
    error::Error,
    experiment::TrainingSpec,
    frame::{self, FrameKind},
    model::Numbers,
    prepare::Prepared,
    recipe::Recipe,
    run_directory::STATE,
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

impl SavedState {
    /// Where a training stands.
    pub(crate) fn of<T: Scalar>(
        trainer: &Trainer<'_, T>,
        prepared: &Prepared<T>,
        recipe: &Recipe,
    ) -> Result<Self, Error> {
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
        } = trainer.state();
        let ScheduleState {
            best,
            waited,
            cooldown,
            reductions,
            sum,
        } = schedule;
        let numbers = |values: &[T]| Numbers::of(recipe.precision, values);
        Ok(Self {
            engine: mlp_core::ENGINE.to_owned(),
            architecture: recipe.architecture().to_string(),
            optimizer: recipe.spec.optimizer.to_string(),
            batch: batch(recipe),
            batch_order: batch_order(recipe)?,
            samples: prepared.train().len() as u64,
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
        })
    }

    /// Writes the file, whole or not at all.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub(crate) fn write(&self, path: &Path) -> Result<(), Error> {
        let bytes = frame::encode(KIND, self, b"").map_err(|error| Error::Write {
            path: path.to_owned(),
            source: std::io::Error::other(error),
        })?;
        WholeFile::write(path, &bytes)
    }

    fn read(path: &Path) -> Result<Self, Error> {
        let read = |source| Error::Read {
            path: path.to_owned(),
            source,
        };
        let file = File::open(path).map_err(read)?;
        let length = file.metadata().map_err(read)?.len();
        let (state, read_length) = frame::read(KIND, &mut BufReader::new(file), length)
            .map_err(read)?
            .and_then(frame::Read::alone)
            .map_err(|error| corrupt(path, error.to_string()))?;
        match read_length == length {
            true => Ok(state),
            false => Err(corrupt(path, "something follows the state".to_owned())),
        }
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
        let state = SavedState::read(&path)?;
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
        self.state.steps
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
        let precision = state.parameters.precision();
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
        if state.seed != recipe.seed {
            return differ("seed", &state.seed, &recipe.seed);
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
        if state.diverged {
            return Err(Error::Conflict(format!(
                "continue: the training that left {path} diverged at step {}; train again at a smaller --learning-rate",
                state.steps
            )));
        }
        if recipe.steps <= state.steps {
            return Err(Error::Conflict(format!(
                "continue: {path} stands at step {0}, and steps are counted from the start; \
                 give more than {0}, as in --steps {1}",
                state.steps,
                state.steps.saturating_mul(2).max(1)
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
        let saved = &start.state;
        let (best, waited, cooldown, reductions, sum) = saved.schedule;
        trainer.restore(&State {
            seed: saved.seed,
            steps: saved.steps,
            parameters: saved.parameters.to_scalars(),
            moments: saved.moments.to_scalars(),
            statistics: saved.statistics.to_scalars(),
            scalars: saved.scalars.clone(),
            batches: saved.batches,
            schedule: ScheduleState {
                best,
                waited,
                cooldown,
                reductions,
                sum,
            },
            status: if saved.ended {
                Status::Stopped
            } else {
                Status::Running
            },
        })?;
        Ok(())
    }
}
