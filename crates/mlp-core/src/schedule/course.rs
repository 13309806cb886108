//! What a schedule is to the rest of the program, and what it remembers.

use super::Slot;
use crate::{Error, spelling::Known};

/// What the defaults of a schedule depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Horizon {
    /// Updates of the training, without those of the warm-up.
    pub updates: u64,
    /// Updates in one pass over the samples.
    pub epoch: u64,
    /// Whether the optimizer has a momentum that can be cycled.
    pub momentum: bool,
}

/// How far a training has come, counted from the end of its warm-up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    /// Updates made.
    pub(crate) updates: u64,
    /// Samples seen in whole epochs.
    pub(crate) samples: u64,
    /// How often the losses have made the rate smaller.
    pub(crate) reductions: u64,
}

/// Which losses a schedule is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Watch {
    /// None.
    Nothing,
    /// After so many updates the loss at the parameters as they stand: on the validation samples
    /// where there are some, else on the training samples.
    Every(u64),
    /// After every epoch the mean over its samples of the loss before each update, penalties
    /// included.
    Epoch,
}

/// What a schedule remembers of the losses, as plain data; part of a [`State`](crate::State).
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct ScheduleState {
    /// The best loss so far; infinite before the first.
    #[cfg_attr(feature = "serde", serde(with = "crate::stored::best"))]
    pub best: f64,
    /// Losses in a row that were no better.
    pub waited: u64,
    /// Losses that are still not counted, after the rate was made smaller.
    pub cooldown: u64,
    /// How often the rate was made smaller.
    pub reductions: u64,
    /// The losses of the epoch at hand, summed over the samples seen so far.
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

/// What a schedule has to say for itself.
pub(crate) trait Course: Copy {
    /// Its name, with a line on it.
    const KNOWN: Known;

    /// The settings where none is given.
    fn fresh(horizon: &Horizon) -> Self;

    /// Defaults that depend on what else is given.
    fn complete(&mut self, _given: &dyn Fn(&str) -> bool, _horizon: &Horizon) {}

    /// Its settings by name, to be read and written.
    fn settings(&mut self) -> Vec<(&'static str, Slot<'_>)>;

    /// Refuses settings that make no sense.
    fn validate(&self) -> Result<(), Error>;

    /// The rate of the next update where the learning rate is `rate`.
    fn rate(&self, rate: f64, progress: &Progress) -> f64;

    /// The momentum (of Adam's kind: beta1) of the next update, where the schedule moves it.
    fn momentum(&self, _progress: &Progress) -> Option<f64> {
        None
    }

    /// Which losses it is told.
    fn watch(&self) -> Watch {
        Watch::Nothing
    }

    /// Takes notice of a loss. Says whether the rate is to be made smaller.
    fn judge(&self, _loss: f64, _state: &mut ScheduleState) -> bool {
        false
    }

    /// Whether a training at this rate ends instead of going on at a smaller one.
    fn is_spent(&self, _rate: f64) -> bool {
        false
    }
}
