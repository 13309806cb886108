//! Tolerance: training stops when the training loss no longer falls by a certain amount.
//!
//! With L(t) the training loss at check t and B(t) the lowest before it, check t counts if
//! L(t) > B(t) - tol; training stops when more than N checks in a row count. These are
//! scikit-learn's `tol` and `n_iter_no_change` (`MLPClassifier`, without `early_stopping`). Its loss
//! of an epoch is the mean over the batches as they are processed, penalty included, and is known only after
//! the update; here it is that of the whole training part, so that with full batches and without
//! penalty a training ends one update earlier than scikit-learn's.

use super::{
    memory::RuleState,
    rule::{Check, StoppingRule},
    rules::{RuleInfo, Stopping},
};
use crate::data::part::Part;

pub(super) const INFO: RuleInfo = RuleInfo {
    name: "tolerance",
    description: "stop when the training loss has not fallen by X in more than --tolerance-checks checks in a row",
    source: "scikit-learn, MLPClassifier (tol, n_iter_no_change)",
    chooses: false,
    watches: |_, part| part == Part::Train,
    start: |stopping| Some(Box::new(Tolerance::new(stopping)?)),
};

#[derive(Debug)]
struct Tolerance {
    tolerance: f64,
    tolerance_checks: u64,
    best: f64,
    count: u64,
}

impl Tolerance {
    fn new(stopping: &Stopping) -> Option<Self> {
        Some(Self {
            tolerance: stopping.tolerance?,
            tolerance_checks: stopping.tolerance_checks,
            best: f64::INFINITY,
            count: 0,
        })
    }
}

impl StoppingRule for Tolerance {
    fn stops(&mut self, check: &Check) -> bool {
        let loss = check.train_loss();
        if loss > self.best - self.tolerance {
            self.count += 1;
        } else {
            self.count = 0;
        }
        if loss < self.best {
            self.best = loss;
        }
        self.count > self.tolerance_checks
    }

    fn remember(&mut self, memory: &mut RuleState) {
        memory.number(&mut self.best);
        memory.count(&mut self.count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stopping::tests::stop;

    fn stops(tolerance: f64, tolerance_checks: u64, losses: &[f64]) -> Option<usize> {
        let stopping = Stopping {
            tolerance: Some(tolerance),
            tolerance_checks,
            ..Stopping::default()
        };
        let losses: Vec<(f64, f64)> = losses.iter().map(|&loss| (loss, 0.0)).collect();
        stop(&stopping, &INFO, &losses)
    }

    #[test]
    fn slow_progress_counts_as_none() {
        let slow = [1.0, 0.5, 0.45, 0.41, 0.38, 0.36, 0.2];
        assert_eq!(stops(0.1, 3, &slow), Some(5));
        assert_eq!(stops(0.1, 4, &slow), None);
        assert_eq!(stops(0.01, 1, &slow), None);
    }

    #[test]
    fn the_best_may_move_without_progress() {
        // 0.95 and 0.9 count, yet 0.85 is measured from 0.9, not from 1.
        assert_eq!(stops(0.1, 2, &[1.0, 0.95, 0.9, 0.85]), Some(3));
    }
}
