//! When a training ends before its last step, and which of its parameters are kept.
//!
//! Rules look at a network at *checks*: before the first update, and then once an epoch or as often
//! as asked. Each rule is a file here and a line of [`RULES`]. Those that choose by a loss take it
//! from the validation part, or where there is none from the test part; with them the parameters
//! with the least such loss are kept. Everything a rule sees is determined by the recipe, so where
//! a network stops is so, too; only a [time budget](time_budget) reads a clock, and the step that
//! it came to is stored.

pub mod generalization_loss;
mod memory;
pub mod patience;
pub mod prechelt;
pub mod progress;
pub mod progress_quotient;
mod settings;
pub mod target;
pub mod time_budget;
pub mod tolerance;
mod watch;

use std::{fmt, time::Duration};

use mlp_core::Evaluation;

use self::memory::Memory;
pub(crate) use self::watch::{StopWatch, WatchMemory};
pub use self::{prechelt::Prechelt, settings::StoppingSpec, target::Target};
use crate::{data::prepare::Part, measures::record::score};

/// The settings of all rules, spelled out. A rule whose setting is not given does not hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Stopping {
    /// Updates between two checks.
    pub check_every: u64,
    /// The part by whose loss the rules and the best parameters are chosen, where a rule needs one.
    pub chosen_on: Option<Part>,
    /// Whether the parameters with the least loss on that part are the ones that are kept.
    pub restore_best: bool,
    /// Checks in a row without improvement: see [`patience`].
    pub patience: Option<u64>,
    /// What counts as an improvement for `patience`.
    pub min_delta: f64,
    /// scikit-learn's `tol`: see [`tolerance`].
    pub tolerance: Option<f64>,
    /// scikit-learn's `n_iter_no_change`.
    pub tolerance_checks: u64,
    /// A metric that is good enough: see [`target`].
    pub until: Option<Target>,
    /// Prechelt's GL, in percent: see [`generalization_loss`].
    pub generalization_loss: Option<f64>,
    /// Prechelt's PQ: see [`progress_quotient`].
    pub progress_quotient: Option<f64>,
    /// Prechelt's least progress, in thousandths: see [`progress`].
    pub min_progress: Option<f64>,
    /// Checks of a training strip.
    pub strip: u64,
    /// Whether the part that is chosen by is looked at only where a strip ends: see [`prechelt`].
    pub strip_ends: bool,
    /// Seconds of wall time: see [`time_budget`].
    pub time_budget: Option<Duration>,
    /// The step at which a time budget once ended this training, and does again.
    pub stop_after: Option<u64>,
}

impl Default for Stopping {
    /// No rule, and the usual settings of each.
    fn default() -> Self {
        Self {
            check_every: 1,
            chosen_on: None,
            restore_best: false,
            patience: None,
            min_delta: 0.0,
            tolerance: None,
            tolerance_checks: 10,
            until: None,
            generalization_loss: None,
            progress_quotient: None,
            min_progress: None,
            strip: 5,
            strip_ends: false,
            time_budget: None,
            stop_after: None,
        }
    }
}

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
    /// The measure of a target, where it applies.
    pub(crate) measured: Option<f64>,
}

impl Check {
    fn part(&self, part: Part) -> Option<&Evaluation> {
        match part {
            Part::Train => self.train.as_ref(),
            Part::Test => self.test.as_ref(),
            Part::Validation => self.validation.as_ref(),
        }
    }

    /// The training loss; infinite where it is no number.
    fn train_loss(&self) -> f64 {
        loss(self.part(Part::Train))
    }

    /// The loss that is chosen by; infinite where it is no number.
    fn chosen_loss(&self) -> f64 {
        loss(self.chosen_on.and_then(|part| self.part(part)))
    }

    /// A loss or score of a part that every evaluation has.
    fn score(&self, part: Part, name: &str) -> Option<f64> {
        score(self.part(part)?, name)
    }
}

/// A loss that is no number counts as the worst there is.
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

/// What the registry says of a rule.
#[derive(Debug)]
pub struct RuleInfo {
    /// Its key, which is its name.
    pub name: &'static str,
    /// When it stops, in one line.
    pub description: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    /// Whether it chooses by the validation part, so that the best parameters there are kept.
    pub chooses: bool,
    /// Whether it looks at a part of the data.
    watches: fn(&Stopping, Part) -> bool,
    /// The rule, if the settings ask for it.
    start: fn(&Stopping) -> Option<Box<dyn Rule>>,
}

impl RuleInfo {
    /// Whether the settings ask for this rule.
    pub fn holds(&self, stopping: &Stopping) -> bool {
        (self.start)(stopping).is_some()
    }
}

/// Every rule that stops at a check, one line each.
pub const RULES: &[RuleInfo] = &[
    patience::INFO,
    tolerance::INFO,
    target::INFO,
    generalization_loss::INFO,
    progress_quotient::INFO,
    progress::INFO,
];

/// Whether the rule of this name chooses by the loss on a part, so that where it stops is chosen on that.
pub fn chooses(name: &str) -> bool {
    RULES.iter().any(|rule| rule.name == name && rule.chooses)
}

/// Rules that belong together, under one name.
#[derive(Debug)]
pub struct ProtocolInfo {
    /// How it is asked for: the value of the key `stopping`.
    pub name: &'static str,
    /// When it stops, in one line.
    pub description: &'static str,
    /// Where it comes from.
    pub source: &'static str,
}

/// Every protocol, one line each.
pub const PROTOCOLS: &[ProtocolInfo] = &[prechelt::INFO];

impl Stopping {
    /// Whether any rule holds.
    pub fn is_active(&self) -> bool {
        self.time_budget.is_some()
            || self.stop_after.is_some()
            || RULES.iter().any(|rule| rule.holds(self))
    }

    /// Whether a rule holds that chooses by a loss.
    pub fn chooses(&self) -> bool {
        RULES.iter().any(|rule| rule.chooses && rule.holds(self))
    }

    /// Whether a rule looks at a part at a check, where the loss that is chosen by counts or not.
    pub(crate) fn watches(&self, part: Part, chooses: bool) -> bool {
        let looks = |rule: &RuleInfo| {
            (chooses || !rule.chooses) && rule.holds(self) && (rule.watches)(self, part)
        };
        chooses && self.restore_best && self.chosen_on == Some(part) || RULES.iter().any(looks)
    }
}

/// Looks at the part that is chosen by.
fn chosen(stopping: &Stopping, part: Part) -> bool {
    stopping.chosen_on == Some(part)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

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
            measured: None,
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
