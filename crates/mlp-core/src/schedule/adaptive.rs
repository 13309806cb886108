//! scikit-learn's adaptive learning rate.

use super::{
    ScheduleContext, ScheduleDefinition, ScheduleProgress, ScheduleState, Slot, WatchedLoss,
    not_negative,
};
use crate::{Error, spelling::Known};

/// scikit-learn's `adaptive`: the rate is divided by 5 after more than `patience` epochs in a row whose
/// loss is not below the best by `tolerance`. Where it is already 1e-6 or less, training stops. The
/// loss of an epoch is the mean over its samples of the loss before each update, penalties included.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Adaptive {
    /// scikit-learn's `tol`; not negative.
    pub tolerance: f64,
    /// scikit-learn's `n_iter_no_change`: tolerated epochs without progress.
    pub patience: u64,
}

impl ScheduleDefinition for Adaptive {
    const KNOWN: Known = Known::new(
        "adaptive",
        "scikit-learn's: divided by 5 when the training loss no longer falls",
    );

    fn fresh(_: &ScheduleContext) -> Self {
        Self {
            tolerance: 1e-4,
            patience: 10,
        }
    }

    fn settings(&mut self) -> Vec<(&'static str, Slot<'_>)> {
        vec![
            ("tolerance", Slot::Number(&mut self.tolerance)),
            ("patience", Slot::Count(&mut self.patience)),
        ]
    }

    fn validate(&self) -> Result<(), Error> {
        not_negative("the tolerance of the adaptive schedule", self.tolerance)
    }

    fn rate(&self, rate: f64, progress: &ScheduleProgress) -> f64 {
        (0..progress.reductions).fold(rate, |rate, _| rate / 5.0)
    }

    fn watch(&self) -> WatchedLoss {
        WatchedLoss::Epoch
    }

    fn judge(&self, loss: f64, state: &mut ScheduleState) -> bool {
        if loss > state.best - self.tolerance {
            state.waited += 1;
        } else {
            state.waited = 0;
        }
        if loss < state.best {
            state.best = loss;
        }
        let reduce = state.waited > self.patience;
        if reduce {
            state.waited = 0;
        }
        reduce
    }

    fn is_spent(&self, rate: f64) -> bool {
        rate <= 1e-6
    }
}
