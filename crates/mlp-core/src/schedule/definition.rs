//! The interface of schedules to the rest of the program, and their state.

use super::Slot;
use crate::{Error, spelling::Known};

/// What the defaults of a schedule depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScheduleContext {
    /// Updates of the training, without those of the warm-up.
    pub updates: u64,
    /// Updates in one pass over the samples.
    pub epoch: u64,
    /// Whether the optimizer has a momentum that can be cycled.
    pub momentum: bool,
}

/// The progress of a training, counted from the end of its warm-up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ScheduleProgress {
    /// Number of updates.
    pub(crate) updates: u64,
    /// Samples seen in whole epochs.
    pub(crate) samples: u64,
    /// How often the losses have lowered the rate.
    pub(crate) reductions: u64,
}

/// Which losses a schedule needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WatchedLoss {
    /// None.
    Nothing,
    /// Every so many updates, the loss at the current parameters: on the validation samples
    /// if there are some, else on the training samples.
    Every(u64),
    /// After every epoch, the mean over its samples of the loss before each update, penalties
    /// included.
    Epoch,
}

/// A schedule's state, as plain data; part of a [`State`](crate::State).
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct ScheduleState {
    /// The best loss so far; infinite before the first.
    #[cfg_attr(feature = "serde", serde(with = "crate::stored::best"))]
    pub best: f64,
    /// Losses in a row without improvement.
    pub waited: u64,
    /// Losses still ignored after the rate was lowered.
    pub cooldown: u64,
    /// How often the rate was lowered.
    pub reductions: u64,
    /// The losses of the current epoch, summed over the samples so far.
    pub sum: f64,
}

impl Default for ScheduleState {
    fn default() -> Self {
        Self {
            best: f64::INFINITY,
            waited: 0,
            cooldown: 0,
            reductions: 0,
            sum: 0.0,
        }
    }
}

/// The definition of a schedule.
pub(crate) trait ScheduleDefinition: Copy {
    /// Its name and description.
    const KNOWN: Known;

    /// The default settings.
    fn fresh(horizon: &ScheduleContext) -> Self;

    /// Defaults that depend on other settings.
    fn complete(&mut self, _given: &dyn Fn(&str) -> bool, _horizon: &ScheduleContext) {}

    /// Its settings by name, to be read and written.
    fn settings(&mut self) -> Vec<(&'static str, Slot<'_>)>;

    /// Refuses invalid settings.
    fn validate(&self) -> Result<(), Error>;

    /// The rate of the next update for the learning rate `rate`.
    fn rate(&self, rate: f64, progress: &ScheduleProgress) -> f64;

    /// The momentum (beta1 in the Adam family) of the next update, where the schedule cycles it.
    fn momentum(&self, _progress: &ScheduleProgress) -> Option<f64> {
        None
    }

    /// Which losses it needs.
    fn watch(&self) -> WatchedLoss {
        WatchedLoss::Nothing
    }

    /// Processes a loss. Returns whether to lower the rate.
    fn judge(&self, _loss: f64, _state: &mut ScheduleState) -> bool {
        false
    }

    /// Whether a training at this rate ends instead of continuing at a lower one.
    fn is_spent(&self, _rate: f64) -> bool {
        false
    }
}
