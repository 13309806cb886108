//! Exponential decay.

use super::{ScheduleContext, ScheduleDefinition, ScheduleProgress, Slot, positive};
use crate::{Error, math, spelling::Known};

/// r factor^s: PyTorch's `ExponentialLR`, applied after every update.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Exponential {
    /// Factor per update; positive. By default, a run ends at a hundredth of its learning
    /// rate.
    pub factor: f64,
}

impl ScheduleDefinition for Exponential {
    const KNOWN: Known = Known::new("exponential", "multiplied by a factor after every update");

    fn fresh(horizon: &ScheduleContext) -> Self {
        let updates = horizon.updates.max(1) as f64;
        Self {
            factor: math::exp(math::ln(0.01) / updates),
        }
    }

    fn settings(&mut self) -> Vec<(&'static str, Slot<'_>)> {
        vec![("factor", Slot::Number(&mut self.factor))]
    }

    fn validate(&self) -> Result<(), Error> {
        positive("the factor of the exponential schedule", self.factor)
    }

    fn rate(&self, rate: f64, progress: &ScheduleProgress) -> f64 {
        rate * math::power(self.factor, progress.updates)
    }
}
