//! Lowers the rate where the loss no longer falls.

use super::{
    ScheduleContext, ScheduleDefinition, ScheduleProgress, ScheduleState, Slot, WatchedLoss,
    at_least_one, not_negative, setting::choice, within,
};
use crate::{Error, spelling::Known};

choice! {
    /// How an improvement is measured.
    ThresholdForm:
    /// Below best (1 - threshold).
    Relative = "rel",
    /// Below best - threshold.
    Absolute = "abs",
}

/// PyTorch's `ReduceLROnPlateau`: the rate is multiplied by a factor after more than `patience` losses in a row
/// without improvement over the best. The loss is that of the validation samples where the trainer
/// has some, else of the training samples, after every `every` updates.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Plateau {
    /// Factor of the rate; in (0, 1).
    pub factor: f64,
    /// Tolerated losses without improvement.
    pub patience: u64,
    /// The least improvement.
    pub threshold: f64,
    /// Whether the threshold is relative.
    pub threshold_form: ThresholdForm,
    /// Losses ignored after a change.
    pub cooldown: u64,
    /// The lowest rate.
    pub minimum: f64,
    /// Updates between two losses; at least 1. By default an epoch.
    pub every: u64,
}

/// Changes of the rate that are not larger than this are not made (PyTorch's `eps`).
const LEAST_CHANGE: f64 = 1e-8;

impl ScheduleDefinition for Plateau {
    const KNOWN: Known = Known::new(
        "plateau",
        "multiplied by a factor when the loss no longer falls",
    );

    fn fresh(horizon: &ScheduleContext) -> Self {
        Self {
            factor: 0.1,
            patience: 10,
            threshold: 1e-4,
            threshold_form: ThresholdForm::Relative,
            cooldown: 0,
            minimum: 0.0,
            every: horizon.epoch.max(1),
        }
    }

    fn settings(&mut self) -> Vec<(&'static str, Slot<'_>)> {
        vec![
            ("factor", Slot::Number(&mut self.factor)),
            ("patience", Slot::Count(&mut self.patience)),
            ("threshold", Slot::Number(&mut self.threshold)),
            ("threshold_form", Slot::Word(&mut self.threshold_form)),
            ("cooldown", Slot::Count(&mut self.cooldown)),
            ("minimum", Slot::Number(&mut self.minimum)),
            ("every", Slot::Count(&mut self.every)),
        ]
    }

    fn validate(&self) -> Result<(), Error> {
        let factor = self.factor;
        let inside = factor > 0.0 && factor < 1.0;
        within(
            "the factor of the plateau schedule",
            factor,
            inside,
            "above 0 and below 1",
        )?;
        not_negative("the threshold of the plateau schedule", self.threshold)?;
        not_negative("the minimum of the plateau schedule", self.minimum)?;
        at_least_one("every of the plateau schedule", self.every)
    }

    fn rate(&self, rate: f64, progress: &ScheduleProgress) -> f64 {
        let mut rate = rate;
        for _ in 0..progress.reductions {
            let smaller = rate * self.factor;
            let smaller = if smaller < self.minimum {
                self.minimum
            } else {
                smaller
            };
            if rate - smaller <= LEAST_CHANGE {
                break;
            }
            rate = smaller;
        }
        rate
    }

    fn watch(&self) -> WatchedLoss {
        WatchedLoss::Every(self.every)
    }

    fn judge(&self, loss: f64, state: &mut ScheduleState) -> bool {
        let goal = match self.threshold_form {
            ThresholdForm::Relative => state.best * (1.0 - self.threshold),
            ThresholdForm::Absolute => state.best - self.threshold,
        };
        if loss < goal {
            state.best = loss;
            state.waited = 0;
        } else {
            state.waited += 1;
        }
        if state.cooldown > 0 {
            state.cooldown -= 1;
            state.waited = 0;
        }
        let reduce = state.waited > self.patience;
        if reduce {
            state.cooldown = self.cooldown;
            state.waited = 0;
        }
        reduce
    }
}
