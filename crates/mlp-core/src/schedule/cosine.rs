//! Half a cosine.

use std::f64::consts::PI;

use super::{
    ScheduleContext, ScheduleDefinition, ScheduleProgress, Slot, at_least_one, not_negative,
};
use crate::{Error, math, spelling::Known};

/// minimum + (r - minimum) (1 + cos(pi s / steps)) / 2: PyTorch's `CosineAnnealingLR`, and with
/// restarts its `CosineAnnealingWarmRestarts` (Loshchilov and Hutter 2017). As in PyTorch, the
/// cosine without restarts rises again where a run continues beyond `steps`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Cosine {
    /// Updates from the learning rate down to the minimum; at least 1.
    pub steps: u64,
    /// The lowest rate.
    pub minimum: f64,
    /// Whether it restarts after `steps` updates.
    pub restarts: bool,
    /// Factor by which each period is longer than the previous one; at least 1.
    pub stretch: u64,
}

impl ScheduleDefinition for Cosine {
    const KNOWN: Known = Known::new(
        "cosine",
        "half a cosine down to a minimum, with optional restarts",
    );

    fn fresh(horizon: &ScheduleContext) -> Self {
        Self {
            steps: horizon.updates.max(1),
            minimum: 0.0,
            restarts: false,
            stretch: 1,
        }
    }

    fn complete(&mut self, given: &dyn Fn(&str) -> bool, horizon: &ScheduleContext) {
        if self.restarts && !given("steps") {
            self.steps = horizon.updates.div_ceil(4).max(1);
        }
    }

    fn settings(&mut self) -> Vec<(&'static str, Slot<'_>)> {
        vec![
            ("steps", Slot::Count(&mut self.steps)),
            ("minimum", Slot::Number(&mut self.minimum)),
            ("restarts", Slot::Flag(&mut self.restarts)),
            ("stretch", Slot::Count(&mut self.stretch)),
        ]
    }

    fn validate(&self) -> Result<(), Error> {
        at_least_one("steps of the cosine schedule", self.steps)?;
        not_negative("the minimum of the cosine schedule", self.minimum)?;
        at_least_one("stretch of the cosine schedule", self.stretch)
    }

    fn rate(&self, rate: f64, progress: &ScheduleProgress) -> f64 {
        let (mut at, mut period) = (progress.updates, self.steps);
        if self.restarts && self.stretch == 1 {
            at %= period;
        } else if self.restarts {
            while at >= period {
                at -= period;
                period = period.saturating_mul(self.stretch);
            }
        }
        let share = at as f64 / period as f64;
        self.minimum + (rate - self.minimum) * (1.0 + math::cos(PI * share)) / 2.0
    }
}
