//! Patience: training stops when the validation loss (else the test loss) has not fallen for some time.
//!
//! With E(t) that loss at check t and B the lowest of those that were improvements, check t is an
//! improvement if E(t) < B - delta. Training stops at the N-th check in a row without improvement. This is
//! Keras' `EarlyStopping(patience=N, min_delta=delta)`, with the untrained network as first check.

use super::{
    memory::RuleState,
    rule::{Check, StoppingRule},
    rules::{RuleInfo, Stopping, chosen},
};

pub(super) const INFO: RuleInfo = RuleInfo {
    name: "patience",
    description: "stop when the validation loss (else the test loss) has not fallen in N checks in a row",
    source: "Keras, EarlyStopping",
    chooses: true,
    watches: chosen,
    start: |stopping| Some(Box::new(Patience::new(stopping)?)),
};

#[derive(Debug)]
struct Patience {
    patience: u64,
    min_delta: f64,
    best: f64,
    waited: u64,
}

impl Patience {
    fn new(stopping: &Stopping) -> Option<Self> {
        Some(Self {
            patience: stopping.patience?,
            min_delta: stopping.min_delta,
            best: f64::INFINITY,
            waited: 0,
        })
    }
}

impl StoppingRule for Patience {
    fn stops(&mut self, check: &Check) -> bool {
        let loss = check.chosen_loss();
        if loss < self.best - self.min_delta {
            self.best = loss;
            self.waited = 0;
        } else {
            self.waited += 1;
        }
        self.waited >= self.patience
    }

    fn remember(&mut self, memory: &mut RuleState) {
        memory.number(&mut self.best);
        memory.count(&mut self.waited);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stopping::tests::stop;

    fn stops(patience: u64, min_delta: f64, losses: &[f64]) -> Option<usize> {
        let stopping = Stopping {
            patience: Some(patience),
            min_delta,
            ..Stopping::default()
        };
        let losses: Vec<(f64, f64)> = losses.iter().map(|&loss| (0.0, loss)).collect();
        stop(&stopping, &INFO, &losses)
    }

    #[test]
    fn it_counts_checks_without_improvement() {
        let losses = [5.0, 4.0, 4.5, 3.0, 3.0, 3.5, 3.1, 2.0];
        assert_eq!(stops(3, 0.0, &losses), Some(6));
        assert_eq!(stops(4, 0.0, &losses), None);
        // The fall from 5 to 3 is not more than 2.
        assert_eq!(stops(3, 2.0, &losses), Some(3));
    }

    #[test]
    fn small_steps_are_measured_from_the_last_improvement() {
        // Each is less than the one before by less than delta, but the third is so by more in all.
        assert_eq!(stops(3, 0.25, &[1.0, 0.9, 0.8, 0.7, 0.6]), None);
    }

    #[test]
    fn what_is_no_number_is_no_improvement() {
        assert_eq!(stops(2, 0.0, &[1.0, f64::NAN, f64::NAN]), Some(2));
    }
}
