//! Stopping rules, and what they depend on.

use std::fmt;

use mlp_core::Evaluation;

use super::memory::RuleState;
use crate::data::part::Part;

/// A network at a check.
#[derive(Clone, Debug)]
pub(crate) struct Check {
    /// The evaluation on the training part, where a rule needs it.
    pub(crate) train: Option<Evaluation>,
    /// The evaluation on the test part, where there is one and a rule needs it.
    pub(crate) test: Option<Evaluation>,
    /// The evaluation on the validation part, likewise.
    pub(crate) validation: Option<Evaluation>,
    /// The part by whose loss rules choose.
    pub(crate) chosen_on: Option<Part>,
    /// Whether its loss counts at this check; otherwise it is not evaluated.
    pub(crate) chooses: bool,
    /// The score of a target that evaluations do not have, where it applies.
    pub(crate) score: Option<f64>,
}

impl Check {
    pub(super) fn part(&self, part: Part) -> Option<&Evaluation> {
        match part {
            Part::Train => self.train.as_ref(),
            Part::Test => self.test.as_ref(),
            Part::Validation => self.validation.as_ref(),
        }
    }

    /// The training loss; infinite where it is not a number.
    pub(super) fn train_loss(&self) -> f64 {
        loss(self.part(Part::Train))
    }

    /// The loss that rules choose by; infinite where it is not a number.
    pub(super) fn chosen_loss(&self) -> f64 {
        loss(self.chosen_on.and_then(|part| self.part(part)))
    }
}

/// A loss that is not a number counts as the worst.
fn loss(evaluation: Option<&Evaluation>) -> f64 {
    evaluation.map_or(f64::INFINITY, |evaluation| {
        if evaluation.loss.is_nan() {
            f64::INFINITY
        } else {
            evaluation.loss
        }
    })
}

/// A rule applied to one network.
pub(crate) trait StoppingRule: fmt::Debug {
    /// Processes a check, and returns whether the network stops there.
    fn stops(&mut self, check: &Check) -> bool;

    /// Passes every number of its state to `memory`, always in the same order: they are saved or
    /// restored.
    fn remember(&mut self, memory: &mut RuleState);
}
