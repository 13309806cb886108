//! What a rule is, and what it sees.

use std::fmt;

use mlp_core::Evaluation;

use super::memory::Memory;
use crate::data::part::Part;

/// A network at a check.
#[derive(Clone, Debug)]
pub(crate) struct Check {
    /// The training part, where a rule looks at it.
    pub(crate) train: Option<Evaluation>,
    /// The test part, where there is one and a rule looks at it.
    pub(crate) test: Option<Evaluation>,
    /// The validation part, likewise.
    pub(crate) validation: Option<Evaluation>,
    /// The part that is chosen by.
    pub(crate) chosen_on: Option<Part>,
    /// Whether its loss counts here; where it does not, nobody looked at it.
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

    /// The loss that is chosen by; infinite where it is not a number.
    pub(super) fn chosen_loss(&self) -> f64 {
        loss(self.chosen_on.and_then(|part| self.part(part)))
    }
}

/// A loss that is not a number counts as the worst there is.
fn loss(evaluation: Option<&Evaluation>) -> f64 {
    evaluation.map_or(f64::INFINITY, |evaluation| {
        if evaluation.loss.is_nan() {
            f64::INFINITY
        } else {
            evaluation.loss
        }
    })
}

/// A rule at work on one network.
pub(crate) trait Rule: fmt::Debug {
    /// Takes a check down, and says whether the network stops there.
    fn stops(&mut self, check: &Check) -> bool;

    /// Shows every number that it remembers from check to check to `memory`, always in the same
    /// order: they are kept or put back.
    fn remember(&mut self, memory: &mut Memory);
}
