//! The settings of all rules, and their registry entries.

use std::time::Duration;

use super::{rule::StoppingRule, target::Target};
use crate::{data::part::Part, settings::threshold::Threshold};

/// The settings of all rules, resolved. A rule without its setting is inactive.
#[derive(Clone, Debug, PartialEq)]
pub struct Stopping {
    /// Updates between two checks.
    pub check_every: u64,
    /// The part by whose loss the rules and the best parameters are chosen, where a rule needs one.
    pub chosen_on: Option<Part>,
    /// Whether the parameters with the lowest loss on that part are kept.
    pub restore_best: bool,
    /// Checks in a row without improvement: see [`patience`](crate::stopping::patience).
    pub patience: Option<u64>,
    /// What counts as an improvement for `patience`.
    pub min_delta: f64,
    /// scikit-learn's `tol`: see [`tolerance`](crate::stopping::tolerance).
    pub tolerance: Option<f64>,
    /// scikit-learn's `n_iter_no_change`.
    pub tolerance_checks: u64,
    /// A metric with a target: see [`target`](crate::stopping::target).
    pub until: Option<Target>,
    /// The threshold at which that metric decides between two classes.
    pub threshold: Option<Threshold>,
    /// Prechelt's GL, in percent: see [`generalization_loss`](crate::stopping::generalization_loss).
    pub generalization_loss: Option<f64>,
    /// Prechelt's PQ: see [`progress_quotient`](crate::stopping::progress_quotient).
    pub progress_quotient: Option<f64>,
    /// Prechelt's minimum progress, in thousandths: see [`progress`](crate::stopping::progress).
    pub min_progress: Option<f64>,
    /// Checks of a training strip.
    pub strip: u64,
    /// Whether that part is evaluated only at the ends of strips: see [`prechelt`](crate::stopping::prechelt).
    pub strip_ends: bool,
    /// Seconds of wall time: see [`time_budget`](crate::stopping::time_budget).
    pub time_budget: Option<Duration>,
    /// The step at which a time budget once ended this training, and ends it again.
    pub stop_after: Option<u64>,
}

impl Default for Stopping {
    /// No rule, and the default settings of each.
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
            threshold: None,
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

/// The registry entry of a rule.
#[derive(Debug)]
pub struct RuleInfo {
    /// Its key, which is its name.
    pub name: &'static str,
    /// When it stops, in one line.
    pub description: &'static str,
    /// Its source.
    pub source: &'static str,
    /// Whether it chooses by the validation part, so that the best parameters there are kept.
    pub chooses: bool,
    /// Whether it evaluates a part of the data.
    pub(super) watches: fn(&Stopping, Part) -> bool,
    /// The rule, if the settings enable it.
    pub(super) start: fn(&Stopping) -> Option<Box<dyn StoppingRule>>,
}

impl RuleInfo {
    /// Whether the settings enable this rule.
    pub fn holds(&self, stopping: &Stopping) -> bool {
        (self.start)(stopping).is_some()
    }
}

/// Rules that belong together, under one name.
#[derive(Debug)]
pub struct ProtocolInfo {
    /// The value of the key `stopping` that enables it.
    pub name: &'static str,
    /// When it stops, in one line.
    pub description: &'static str,
    /// Its source.
    pub source: &'static str,
}

/// Evaluates the part by whose loss rules choose.
pub(super) fn chosen(stopping: &Stopping, part: Part) -> bool {
    stopping.chosen_on == Some(part)
}
