//! Prechelt's first criterion, GL: training stops when the validation loss (else the test loss) has risen too far above
//! its minimum so far.
//!
//! GL(t) = 100 (E(t) / E_opt(t) - 1) percent, where E(t) is the loss chosen by at check t and
//! E_opt(t) the least up to it; training stops as soon as GL(t) > alpha. In [Prechelt's
//! protocol](super::prechelt) the checks that count are the ends of strips. Source: L. Prechelt,
//! "Automatic early stopping using cross validation: quantifying the criteria", Neural Networks 11
//! (1998) 761-767.

use super::{
    memory::RuleState,
    rule::{Check, StoppingRule},
    rules::{RuleInfo, Stopping, chosen},
};

pub(super) const INFO: RuleInfo = RuleInfo {
    name: "generalization_loss",
    description: "stop when the validation loss (else the test loss) is X percent above its minimum (Prechelt's GL)",
    source: "Prechelt 1998, GL",
    chooses: true,
    watches: chosen,
    start: |stopping| Some(Box::new(GeneralizationLoss::new(stopping)?)),
};

/// The percentage by which the current loss is above the minimum so far.
#[derive(Debug)]
pub(super) struct Rise {
    least: f64,
}

impl Default for Rise {
    fn default() -> Self {
        Self {
            least: f64::INFINITY,
        }
    }
}

impl Rise {
    /// GL at a loss, which also updates the minimum.
    pub(super) fn at(&mut self, loss: f64) -> f64 {
        if loss < self.least {
            self.least = loss;
        }
        // Without a finite minimum, or at the minimum itself, the rise is 0.
        if loss == self.least {
            return 0.0;
        }
        // For losses that may be negative the absolute value is used; a minimum of zero makes any rise infinite.
        100.0 * ((loss - self.least) / self.least.abs())
    }

    pub(super) fn remember(&mut self, memory: &mut RuleState) {
        memory.number(&mut self.least);
    }
}

#[derive(Debug)]
struct GeneralizationLoss {
    alpha: f64,
    rise: Rise,
}

impl GeneralizationLoss {
    fn new(stopping: &Stopping) -> Option<Self> {
        Some(Self {
            alpha: stopping.generalization_loss?,
            rise: Rise::default(),
        })
    }
}

impl StoppingRule for GeneralizationLoss {
    fn stops(&mut self, check: &Check) -> bool {
        check.chooses && self.rise.at(check.chosen_loss()) > self.alpha
    }

    fn remember(&mut self, memory: &mut RuleState) {
        self.rise.remember(memory);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stopping::tests::stop;

    fn stops(alpha: f64, losses: &[f64]) -> Option<usize> {
        let stopping = Stopping {
            generalization_loss: Some(alpha),
            ..Stopping::default()
        };
        let losses: Vec<(f64, f64)> = losses.iter().map(|&loss| (0.0, loss)).collect();
        stop(&stopping, &INFO, &losses)
    }

    #[test]
    fn a_rise_of_more_than_alpha_percent_stops() {
        let losses = [1.0, 0.5, 0.52, 0.4, 0.41, 0.425];
        // 0.52 is 4 % above 0.5, 0.425 is 6.25 % above 0.4.
        assert_eq!(stops(5.0, &losses), Some(5));
        assert_eq!(stops(3.0, &losses), Some(2));
        assert_eq!(stops(7.0, &losses), None);
    }

    #[test]
    fn a_least_of_zero_can_only_rise() {
        assert_eq!(stops(1e9, &[0.0, 0.0, 1e-9]), Some(2));
        assert_eq!(stops(5.0, &[f64::NAN, f64::NAN, 1.0]), None);
    }
}
