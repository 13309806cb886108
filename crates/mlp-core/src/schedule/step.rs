//! Step decay.

use super::{ScheduleContext, ScheduleDefinition, ScheduleProgress, Slot, at_least_one, positive};
use crate::{Error, math, spelling::Known};

/// r factor^floor(s / every): PyTorch's `StepLR`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Step {
    /// Updates between two changes; at least 1.
    pub every: u64,
    /// Factor of each change; positive.
    pub factor: f64,
}

impl ScheduleDefinition for Step {
    const KNOWN: Known = Known::new("step", "multiplied by a factor every N updates");

    fn fresh(horizon: &ScheduleContext) -> Self {
        Self {
            every: horizon.updates.div_ceil(3).max(1),
            factor: 0.1,
        }
    }

    fn settings(&mut self) -> Vec<(&'static str, Slot<'_>)> {
        vec![
            ("every", Slot::Count(&mut self.every)),
            ("factor", Slot::Number(&mut self.factor)),
        ]
    }

    fn validate(&self) -> Result<(), Error> {
        at_least_one("every of the step schedule", self.every)?;
        positive("the factor of the step schedule", self.factor)
    }

    fn rate(&self, rate: f64, progress: &ScheduleProgress) -> f64 {
        rate * math::power(self.factor, progress.updates / self.every)
    }
}
