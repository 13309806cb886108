//! Prechelt's training progress, P_k: training stops when it hardly progresses any more.
//!
//! In a strip of k checks, `P_k(t) = 1000 (mean / minimum - 1)` of the training losses in the strip. It
//! is large while the training loss falls or is unsteady and tends to 0 where it settles; training
//! stops at the first end of a strip where P_k < X (Prechelt uses 0.1). Source: L. Prechelt,
//! "Automatic early stopping using cross validation: quantifying the criteria", Neural Networks 11
//! (1998) 761-767.

use super::{
    memory::RuleState,
    rule::{Check, StoppingRule},
    rules::{RuleInfo, Stopping},
};
use crate::data::part::Part;

pub(super) const INFO: RuleInfo = RuleInfo {
    name: "min_progress",
    description: "stop when the training loss of a strip is on average less than X thousandths above its minimum (Prechelt's P_k)",
    source: "Prechelt 1998, P_k",
    chooses: false,
    watches: |_, part| part == Part::Train,
    start: |stopping| Some(Box::new(Progress::new(stopping)?)),
};

/// The training losses of the current strip. The check before the first update belongs to none.
#[derive(Debug)]
pub(super) struct Strip {
    length: u64,
    checks: u64,
    sum: f64,
    least: f64,
}

impl Strip {
    pub(super) fn new(length: u64) -> Self {
        Self {
            length,
            checks: 0,
            sum: 0.0,
            least: f64::INFINITY,
        }
    }

    /// P_k, where a loss is the last of a strip.
    pub(super) fn end(&mut self, loss: f64) -> Option<f64> {
        let place = self.checks % self.length;
        self.checks += 1;
        if self.checks == 1 {
            return None;
        }
        self.sum += loss;
        if loss < self.least {
            self.least = loss;
        }
        if place != 0 {
            return None;
        }
        let mean = self.sum / self.length as f64;
        // A strip of zeros has settled; for losses that may be negative the absolute value is used.
        let progress = match mean == self.least {
            true => 0.0,
            false => 1000.0 * ((mean - self.least) / self.least.abs()),
        };
        (self.sum, self.least) = (0.0, f64::INFINITY);
        Some(progress)
    }

    pub(super) fn remember(&mut self, memory: &mut RuleState) {
        memory.count(&mut self.checks);
        memory.number(&mut self.sum);
        memory.number(&mut self.least);
    }
}

#[derive(Debug)]
struct Progress {
    bound: f64,
    strip: Strip,
}

impl Progress {
    fn new(stopping: &Stopping) -> Option<Self> {
        Some(Self {
            bound: stopping.min_progress?,
            strip: Strip::new(stopping.strip),
        })
    }
}

impl StoppingRule for Progress {
    fn stops(&mut self, check: &Check) -> bool {
        let progress = self.strip.end(check.train_loss());
        progress.is_some_and(|progress| progress < self.bound)
    }

    fn remember(&mut self, memory: &mut RuleState) {
        self.strip.remember(memory);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stopping::tests::stop;

    fn stops(bound: f64, losses: &[f64]) -> Option<usize> {
        let stopping = Stopping {
            min_progress: Some(bound),
            strip: 2,
            ..Stopping::default()
        };
        let losses: Vec<(f64, f64)> = losses.iter().map(|&loss| (loss, 0.0)).collect();
        stop(&stopping, &INFO, &losses)
    }

    #[test]
    fn progress_is_that_of_whole_strips() {
        let mut strip = Strip::new(2);
        let ends = [9.0, 4.0, 2.0, 1.0, 1.0, 0.0].map(|loss| strip.end(loss));
        // Before the first update; 4, 2: mean 3, least 2; 1, 1.
        assert_eq!(ends, [None, None, Some(500.0), None, Some(0.0), None]);
    }

    #[test]
    fn a_settled_loss_stops_and_a_falling_one_does_not() {
        let settling = [2.0, 1.0, 0.5, 0.4, 0.39, 0.385, 0.38499];
        // Strips (1, 0.5), (0.4, 0.39) and (0.385, 0.38499): 500, 12.8 and 0.013.
        assert_eq!(stops(0.1, &settling), Some(6));
        assert_eq!(stops(20.0, &settling), Some(4));
        assert_eq!(stops(0.01, &settling), None);
    }
}
