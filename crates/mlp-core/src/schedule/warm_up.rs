//! The warm-up before a schedule.

use super::{not_negative, within};
use crate::Error;

/// The first `updates` updates have the rate r (from + (1 - from) s / updates); then the schedule
/// starts. PyTorch's `LinearLR` before another schedule in `SequentialLR`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct WarmUp {
    /// Number of updates; 0 for no warm-up.
    pub updates: u64,
    /// The multiple of the learning rate at the start; in `[0, 1]`.
    pub from: f64,
}

impl WarmUp {
    /// The default start of a warm-up.
    pub const DEFAULT_FROM: f64 = 0.1;

    pub(crate) fn validate(&self) -> Result<(), Error> {
        let from = self.from;
        not_negative("the start of the warm-up", from)?;
        within(
            "the start of the warm-up",
            from,
            from <= 1.0,
            "at least 0 and at most 1",
        )
    }

    /// The rate of the update after `updates` updates, while warming up.
    pub(crate) fn rate(&self, rate: f64, updates: u64) -> Option<f64> {
        if updates >= self.updates {
            return None;
        }
        let share = updates as f64 / self.updates as f64;
        Some(rate * (self.from + (1.0 - self.from) * share))
    }
}

impl Default for WarmUp {
    fn default() -> Self {
        Self {
            updates: 0,
            from: Self::DEFAULT_FROM,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_rises_in_a_straight_line_and_ends() {
        let warm_up = WarmUp {
            updates: 4,
            from: 0.5,
        };
        let rates: Vec<_> = (0..5).map(|s| warm_up.rate(8.0, s)).collect();
        assert_eq!(rates, [Some(4.0), Some(5.0), Some(6.0), Some(7.0), None]);
        assert_eq!(WarmUp::default().rate(8.0, 0), None);
        assert!(
            WarmUp {
                updates: 1,
                from: 1.5
            }
            .validate()
            .is_err()
        );
    }
}
