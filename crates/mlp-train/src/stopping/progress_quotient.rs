//! Prechelt's second criterion, PQ: training stops when the rise of the validation loss exceeds the
//! progress of training.
//!
//! At the end of each strip of k checks, training stops if GL(t) / P_k(t) > alpha, with GL of the
//! [generalization loss](super::generalization_loss) and P_k of the [training
//! progress](super::progress). Source: L. Prechelt, "Automatic early stopping using cross
//! validation: quantifying the criteria", Neural Networks 11 (1998) 761-767.

use super::{
    generalization_loss::Rise,
    memory::RuleState,
    progress::Strip,
    rule::{Check, StoppingRule},
    rules::{RuleInfo, Stopping, chosen},
};
use crate::data::part::Part;

pub(super) const INFO: RuleInfo = RuleInfo {
    name: "progress_quotient",
    description: "stop when generalization loss over training progress is above X at the end of a strip (Prechelt's PQ)",
    source: "Prechelt 1998, PQ",
    chooses: true,
    watches: |stopping, part| part == Part::Train || chosen(stopping, part),
    start: |stopping| Some(Box::new(ProgressQuotient::new(stopping)?)),
};

#[derive(Debug)]
struct ProgressQuotient {
    alpha: f64,
    rise: Rise,
    strip: Strip,
}

impl ProgressQuotient {
    fn new(stopping: &Stopping) -> Option<Self> {
        Some(Self {
            alpha: stopping.progress_quotient?,
            rise: Rise::default(),
            strip: Strip::new(stopping.strip),
        })
    }
}

impl StoppingRule for ProgressQuotient {
    fn stops(&mut self, check: &Check) -> bool {
        let rise = self.rise.at(check.chosen_loss());
        let progress = self.strip.end(check.train_loss());
        // Multiplied out: without progress any rise is too much, and no rise is not.
        progress.is_some_and(|progress| rise > self.alpha * progress)
    }

    fn remember(&mut self, memory: &mut RuleState) {
        self.rise.remember(memory);
        self.strip.remember(memory);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stopping::tests::stop;

    fn stops(alpha: f64, losses: &[(f64, f64)]) -> Option<usize> {
        let stopping = Stopping {
            progress_quotient: Some(alpha),
            strip: 2,
            ..Stopping::default()
        };
        stop(&stopping, &INFO, losses)
    }

    /// After the strips GL is 0, 10 and 50, P_k is 500, 12.82 and 5.263.
    const LOSSES: [(f64, f64); 7] = [
        (2.0, 2.0),
        (1.0, 1.5),
        (0.5, 1.0),
        (0.4, 1.2),
        (0.39, 1.1),
        (0.384, 1.4),
        (0.38, 1.5),
    ];

    #[test]
    fn a_rise_is_weighed_against_progress() {
        // 10 / 12.82 = 0.78 and 50 / 5.263 = 9.5.
        assert_eq!(stops(0.5, &LOSSES), Some(4));
        assert_eq!(stops(1.0, &LOSSES), Some(6));
        assert_eq!(stops(10.0, &LOSSES), None);
    }

    #[test]
    fn only_the_end_of_a_strip_counts() {
        // GL is 20 at the check before.
        assert_eq!(stops(0.5, &LOSSES[..4]), None);
    }

    #[test]
    fn without_progress_any_rise_stops_and_none_does_not() {
        assert_eq!(stops(9.0, &[(1.0, 1.0), (1.0, 1.0), (1.0, 1.0)]), None);
        assert_eq!(stops(9.0, &[(1.0, 1.0), (1.0, 1.0), (1.0, 1.01)]), Some(2));
    }
}
