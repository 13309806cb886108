//! What is kept of a training on its way, so that it can go on there.

use serde::{Deserialize, Serialize};

use crate::{
    error::Error,
    metrics::{
        convergence_measure::ConvergenceMeasure, diagnostic::WatcherState,
        event_tracker::EventTracker, record::Record,
    },
    run::{parameters::Parameters, saved_state::SavedState, state_numbers::StateNumbers},
    stopping::EarlyStoppingState,
};

/// Keeps where a training stands, so that it can go on there.
pub trait Checkpoints: Send {
    /// Whether it is time to do so.
    fn due(&mut self) -> bool;

    /// Keeps it. `interrupted`: the training ends here, and everything depends on it.
    ///
    /// # Errors
    /// A file that cannot be written.
    fn keep(&mut self, now: TrainingState<'_>, interrupted: bool) -> Result<(), Error>;
}

/// A training between two updates, behind the rules and the record of its step.
pub struct TrainingState<'a> {
    /// The training itself.
    pub state: SavedState,
    /// The records so far.
    pub records: &'a [Record],
    /// The parameters that are kept, by recorded step.
    pub weights: &'a [(u64, Parameters)],
    /// What else it remembers.
    pub memory: AuxiliaryState,
}

/// What a training remembers besides its state, its records and the parameters that are kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AuxiliaryState {
    pub(super) initial_loss: f64,
    pub(super) shade: Option<ConvergenceMeasure>,
    pub(super) followed: Option<EventTracker>,
    pub(super) rules: Option<EarlyStoppingState>,
    pub(super) watcher: Option<WatcherState>,
}

/// Where a training once stood.
pub struct TrainingCheckpoint {
    /// The training itself.
    pub state: StateNumbers,
    /// The records so far.
    pub records: Vec<Record>,
    /// The parameters that are kept, by recorded step.
    pub weights: Vec<(u64, Parameters)>,
    /// What else it remembers.
    pub memory: AuxiliaryState,
}

/// What is kept of a training on its way, and what was.
#[derive(Default)]
pub struct CheckpointAccess<'a> {
    /// Keeps where it stands.
    pub checkpoints: Option<&'a mut dyn Checkpoints>,
    /// Where it goes on.
    pub kept: Option<TrainingCheckpoint>,
}
