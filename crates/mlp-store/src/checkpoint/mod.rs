//! Checkpoints of a single training, from which an interrupted `train` resumes with the same bytes.
//!
//! `state.bin` holds the state of the training, which `--continue` reads, followed, until the training has
//! ended, by a frame with the position of its run: the state of stopping rules, diagnostics and the shade,
//! and the number of records. These are in `journal/records.bin`, which grows, so that a checkpoint only
//! costs what is new. `state.previous.bin` is the previous checkpoint. Both are written atomically, and
//! refer to their records by digest; of those that match, the run resumes from the later one.
//!
//! A later state is never replaced by an earlier one: a training that restarts (because results were
//! removed, or records are damaged) leaves `state.bin` alone until it has got further, and keeps
//! its checkpoints in the other file. What cannot be read is set aside.

mod clock;
mod record;
mod records;
pub(crate) mod standing;

use std::{
    fs,
    path::{Path, PathBuf},
};

use self::{
    clock::Clock,
    records::Records,
    standing::{STANDING, Standing},
};
use crate::{
    Error,
    files::{
        frame,
        set_aside::{Why, set_aside},
        whole_file::WholeFile,
    },
    identity,
    run_directory::{PREVIOUS_STATE, STATE},
    state_file,
};
use mlp_train::{
    Observer,
    experiment::KeptWeights,
    storing::{Checkpoints, SavedState, TrainingCheckpoint, TrainingState},
};

/// The checkpoints of a running training.
pub(crate) struct CheckpointFiles<'a> {
    directory: &'a Path,
    experiment: [u8; 32],
    weights: KeptWeights,
    observer: &'a dyn Observer,
    records: Records,
    clock: Clock,
    /// The step of a state that is not resumed from, which an earlier one must not replace.
    later: u64,
    /// Whether a write has failed, which is reported once.
    failed: bool,
}

/// The content of a state file.
enum Found {
    Nothing,
    /// The file was set aside.
    Unfit,
    /// The state of a training that has not ended.
    Underway(SavedState, Box<Standing>),
    /// The state of a training that has ended.
    Ended(SavedState),
}

/// What a checkpoint belongs to.
pub(crate) struct Purpose<'a> {
    pub(crate) directory: &'a Path,
    /// The digest of the experiment.
    pub(crate) identity: &'a str,
    pub(crate) weights: KeptWeights,
    pub(crate) observer: &'a dyn Observer,
    /// Whether an earlier process began the run and did not end it.
    pub(crate) begun: bool,
}

impl<'a> CheckpointFiles<'a> {
    /// Finds the latest checkpoint of a run, which the caller has locked, and sets aside files that
    /// are not one; the observer is notified.
    ///
    /// # Errors
    /// Files that can be neither read nor moved.
    pub(crate) fn open(purpose: &Purpose<'a>) -> Result<(Self, Option<TrainingCheckpoint>), Error> {
        let &Purpose {
            directory,
            identity,
            weights,
            observer,
            begun,
        } = purpose;
        let experiment = identity::digest(identity);
        let mut checkpoints = Self {
            directory,
            experiment,
            weights,
            observer,
            records: Records::new(directory),
            clock: Clock::start(),
            later: 0,
            failed: false,
        };
        let mut found: Vec<(SavedState, Standing)> = Vec::new();
        let mut unfit = false;
        let mut missing = 0;
        for name in [STATE, PREVIOUS_STATE] {
            match checkpoints.look(&directory.join(name))? {
                Found::Nothing => missing += 1,
                Found::Unfit => unfit = true,
                Found::Underway(state, standing) => found.push((state, *standing)),
                Found::Ended(state) => {
                    checkpoints.later = match name == STATE {
                        true => state.steps(),
                        false => checkpoints.later,
                    }
                }
            }
        }
        found.sort_by_key(|(state, _)| std::cmp::Reverse(state.steps()));
        let latest = found.first().map(|(state, _)| state.steps());
        for (state, standing) in found {
            let Some((records, weights)) = checkpoints.records.read(&standing.records)? else {
                checkpoints.later = checkpoints.later.max(state.steps());
                continue;
            };
            let kept = TrainingCheckpoint {
                state: state.numbers().clone(),
                records,
                weights: standing.last.map_or(weights, |last| vec![last]),
                memory: standing.memory,
            };
            return Ok((checkpoints, Some(kept)));
        }
        if let Some(latest) = latest {
            checkpoints.warn(&format!(
                "{}: the records of its checkpoints are incomplete, so the training starts afresh; the state at \
                 step {latest} stays until it has come further",
                directory.display()
            ));
        }
        if begun && missing == 2 {
            checkpoints.warn(&format!(
                "{}: it holds no checkpoint ({STATE}, {PREVIOUS_STATE}), so the training begins anew",
                directory.display()
            ));
        }
        // Records without a state are silently started afresh.
        if latest.is_some() || unfit {
            checkpoints.records.set_aside(observer)?;
        }
        Ok((checkpoints, None))
    }

    /// The content of a file; anything unexpected is set aside.
    fn look(&self, path: &Path) -> Result<Found, Error> {
        if !path.is_file() {
            return Ok(Found::Nothing);
        }
        let (why, reason) = match state_file::read(path) {
            Ok((state, standing)) => {
                let other = |standing: &Standing| standing.experiment != self.experiment;
                if standing.as_ref().is_some_and(other) {
                    (Why::Other, "it belongs to another experiment".to_owned())
                } else if state.engine() != mlp_core::ENGINE {
                    (Why::Other, format!("engine {} wrote it", state.engine()))
                } else {
                    return Ok(match standing {
                        Some(standing) => Found::Underway(state, Box::new(standing)),
                        None => Found::Ended(state),
                    });
                }
            }
            Err(Error::Corrupt { reason, .. }) => (Why::Unreadable, reason),
            Err(error) => return Err(error),
        };
        let aside = set_aside(path, why)?;
        self.warn(&format!(
            "{}: the training cannot continue from it ({reason}); it is kept as {}",
            path.display(),
            aside.display()
        ));
        Ok(Found::Unfit)
    }

    fn warn(&self, text: &str) {
        self.observer.on_warning(text);
    }

    fn write(&mut self, now: TrainingState<'_>) -> Result<(), Error> {
        let all = match self.weights {
            KeptWeights::Recorded => now.weights,
            KeptWeights::None | KeptWeights::Last => &[],
        };
        let records = self.records.append(now.records, all)?;
        let state = now.state;
        let standing = Standing {
            experiment: self.experiment,
            records,
            last: match self.weights {
                KeptWeights::Last => now.weights.last().cloned(),
                KeptWeights::None | KeptWeights::Recorded => None,
            },
            memory: now.memory,
        };
        let [path, previous] = [STATE, PREVIOUS_STATE].map(|name| self.directory.join(name));
        let mut bytes = state_file::to_bytes(&state, &path)?;
        let standing = frame::encode(STANDING, &standing, b"").map_err(Error::write(&path))?;
        bytes.extend(standing);
        if state.steps() < self.later {
            return WholeFile::write(&previous, &bytes);
        }
        self.later = 0;
        become_previous(&path, &previous).map_err(Error::write(&previous))?;
        WholeFile::write(&path, &bytes)
    }

    /// Removes what a training that has ended no longer needs, once its results are written.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub(crate) fn remove(directory: &Path) -> Result<(), Error> {
        for path in [directory.join(PREVIOUS_STATE), Records::path(directory)] {
            match fs::remove_file(&path) {
                Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Error::Write { path, source });
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// Whether a checkpoint of a run directory belongs to the experiment with this identity.
pub(crate) fn is_of(directory: &Path, identity: &str) -> bool {
    let own = identity::digest(identity);
    [STATE, PREVIOUS_STATE].iter().any(|name| {
        let found = state_file::read(&directory.join(name));
        found.is_ok_and(|(_, standing)| standing.is_some_and(|of| of.experiment == own))
    })
}

/// Renames a state to the previous one, if there is one. It keeps its own name until the next one
/// takes it, where the file system allows two names.
fn become_previous(path: &PathBuf, previous: &PathBuf) -> std::io::Result<()> {
    if !path.is_file() {
        return Ok(());
    }
    match fs::remove_file(previous) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    fs::hard_link(path, previous).or_else(|_| fs::rename(path, previous))
}

impl Checkpoints for CheckpointFiles<'_> {
    fn due(&mut self) -> bool {
        self.clock.is_due()
    }

    fn keep(&mut self, now: TrainingState<'_>, interrupted: bool) -> Result<(), mlp_train::Error> {
        self.clock.begin();
        let written = self.write(now);
        self.clock.end();
        match written {
            // A disk that is full now may have room for the results; what was saved before remains.
            Err(error) if !interrupted => {
                if !std::mem::replace(&mut self.failed, true) {
                    self.warn(&format!("a checkpoint could not be kept: {error}"));
                }
                Ok(())
            }
            written => Ok(written?),
        }
    }
}

#[cfg(test)]
mod tests;
