//! Linear interpolation.

use super::{
    ScheduleContext, ScheduleDefinition, ScheduleProgress, Slot, at_least_one, not_negative,
};
use crate::{Error, spelling::Known};

/// r (from + (to - from) min(s / steps, 1)): PyTorch's `LinearLR`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Linear {
    /// The multiple of the learning rate at the start.
    pub from: f64,
    /// The multiple at the end, and from then on.
    pub to: f64,
    /// Updates from start to end; at least 1.
    pub steps: u64,
}

impl ScheduleDefinition for Linear {
    const KNOWN: Known = Known::new(
        "linear",
        "linear, from one multiple of the learning rate to another, 0 by default",
    );

    fn fresh(horizon: &ScheduleContext) -> Self {
        Self {
            from: 1.0,
            to: 0.0,
            steps: horizon.updates.max(1),
        }
    }

    fn settings(&mut self) -> Vec<(&'static str, Slot<'_>)> {
        vec![
            ("from", Slot::Number(&mut self.from)),
            ("to", Slot::Number(&mut self.to)),
            ("steps", Slot::Count(&mut self.steps)),
        ]
    }

    fn validate(&self) -> Result<(), Error> {
        not_negative("from of the linear schedule", self.from)?;
        not_negative("to of the linear schedule", self.to)?;
        at_least_one("steps of the linear schedule", self.steps)
    }

    fn rate(&self, rate: f64, progress: &ScheduleProgress) -> f64 {
        if progress.updates >= self.steps {
            return rate * self.to;
        }
        let share = progress.updates as f64 / self.steps as f64;
        rate * (self.from + (self.to - self.from) * share)
    }
}
