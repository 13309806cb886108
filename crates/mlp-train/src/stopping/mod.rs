//! Early stopping: when a training ends before its last step, and which of its parameters are kept.
//!
//! Rules are evaluated at *checks*: before the first update, and then once per epoch or as often
//! as requested. Each rule is a file here and a line of [`RULES`]. Those that choose by a loss take it
//! from the validation part, else from the test part; with them the parameters with the lowest such loss are kept. Everything a
//! rule depends on is determined by the recipe, so the step at which a network stops is too; only a
//! [time budget](time_budget) reads a clock, and the step that it reached is stored.

pub mod generalization_loss;
mod memory;
pub mod patience;
pub mod prechelt;
pub mod progress;
pub mod progress_quotient;
mod rule;
pub(crate) mod rules;
mod settings;
pub(crate) mod spec;
pub mod target;
pub mod time_budget;
pub mod tolerance;
mod until;
mod watch;

pub(crate) use self::watch::{EarlyStopping, EarlyStoppingState};
pub use self::{
    prechelt::Prechelt,
    rules::{ProtocolInfo, RuleInfo, Stopping},
    spec::StoppingSpec,
    target::Target,
};
use crate::data::part::Part;

/// Every rule that stops at a check, one line each.
pub const RULES: &[RuleInfo] = &[
    patience::INFO,
    tolerance::INFO,
    until::INFO,
    generalization_loss::INFO,
    progress_quotient::INFO,
    progress::INFO,
];

/// Whether the rule with this name chooses by the loss on a part, so that the stopping step is chosen on that part.
pub fn chooses(name: &str) -> bool {
    RULES.iter().any(|rule| rule.name == name && rule.chooses)
}

/// Every protocol, one line each.
pub const PROTOCOLS: &[ProtocolInfo] = &[prechelt::INFO];

impl Stopping {
    /// Whether any rule is active.
    pub fn is_active(&self) -> bool {
        self.time_budget.is_some()
            || self.stop_after.is_some()
            || RULES.iter().any(|rule| rule.holds(self))
    }

    /// Whether an active rule chooses by a loss.
    pub fn chooses(&self) -> bool {
        self.choosing().is_some()
    }

    /// The name of the first active rule that chooses by a loss.
    pub fn choosing(&self) -> Option<&'static str> {
        let mut rules = RULES.iter();
        let rule = rules.find(|rule| rule.chooses && rule.holds(self))?;
        Some(rule.name)
    }

    /// Whether a rule evaluates a part at a check, and whether the loss that it chooses by counts.
    pub(crate) fn watches(&self, part: Part, chooses: bool) -> bool {
        let looks = |rule: &RuleInfo| {
            (chooses || !rule.chooses) && rule.holds(self) && (rule.watches)(self, part)
        };
        chooses && self.restore_best && self.chosen_on == Some(part) || RULES.iter().any(looks)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use mlp_core::Evaluation;

    use super::{rule::Check, *};

    /// A check of the losses of the training and the validation part.
    pub(crate) fn check(train: f64, validation: f64) -> Check {
        let evaluation = |loss| Evaluation {
            loss,
            accuracy: Some(1.0 - loss),
            r2: None,
            rmse: None,
            samples: 1,
        };
        Check {
            train: Some(evaluation(train)),
            test: None,
            validation: Some(evaluation(validation)),
            chosen_on: Some(Part::Validation),
            chooses: true,
            score: None,
        }
    }

    /// The first of the checks at which a rule stops, where training and validation losses are
    /// given.
    pub(crate) fn stop(
        stopping: &Stopping,
        info: &RuleInfo,
        losses: &[(f64, f64)],
    ) -> Option<usize> {
        let mut rule = (info.start)(stopping).expect("the rule holds");
        losses
            .iter()
            .position(|&(train, validation)| rule.stops(&check(train, validation)))
    }

    #[test]
    fn rules_are_known_by_their_keys() {
        for rule in RULES {
            let key = crate::Key::parse(rule.name).unwrap();
            assert_eq!(key.column(), rule.name);
            assert!(!rule.holds(&Stopping::default()), "{}", rule.name);
            assert!(!rule.description.ends_with('.') && !rule.source.is_empty());
        }
        assert!(!Stopping::default().is_active());
    }

    #[test]
    fn a_loss_that_is_no_number_is_the_worst() {
        assert_eq!(check(f64::NAN, 1.0).train_loss(), f64::INFINITY);
        assert_eq!(check(1.0, f64::NAN).chosen_loss(), f64::INFINITY);
    }
}
