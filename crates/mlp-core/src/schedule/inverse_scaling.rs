//! Decay by a power.

use super::{
    ScheduleContext, ScheduleDefinition, ScheduleProgress, Slot, not_negative, setting::choice,
};
use crate::{Error, math, spelling::Known};

choice! {
    /// What inverse scaling counts.
    Counts:
    /// Updates, one by one.
    Updates = "updates",
    /// Samples, at the end of every epoch, as scikit-learn does.
    Samples = "samples",
}

/// r / (s + 1)^power: scikit-learn's `invscaling`, which counts samples and changes the rate at the end of an
/// epoch; here updates are counted unless samples are requested.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct InverseScaling {
    /// scikit-learn's `power_t`; not negative.
    pub power: f64,
    /// What s counts.
    pub counts: Counts,
}

impl ScheduleDefinition for InverseScaling {
    const KNOWN: Known = Known::new(
        "inverse-scaling",
        "divided by a power of the number of updates (scikit-learn's counts samples)",
    );

    fn fresh(_: &ScheduleContext) -> Self {
        Self {
            power: 0.5,
            counts: Counts::Updates,
        }
    }

    fn settings(&mut self) -> Vec<(&'static str, Slot<'_>)> {
        vec![
            ("power", Slot::Number(&mut self.power)),
            ("counts", Slot::Word(&mut self.counts)),
        ]
    }

    fn validate(&self) -> Result<(), Error> {
        not_negative("the power of inverse scaling", self.power)
    }

    fn rate(&self, rate: f64, progress: &ScheduleProgress) -> f64 {
        let count = match self.counts {
            Counts::Updates => progress.updates,
            Counts::Samples => progress.samples,
        };
        let base = count as f64 + 1.0;
        if self.power == 0.5 {
            // The root is exact where the power is off by a few units in the last place.
            return rate / base.sqrt();
        }
        rate / math::exp(self.power * math::ln(base))
    }
}
