//! The settings of the rules as an author gives them.

use std::time::Duration;

use super::{prechelt::Prechelt, target::Target};

/// Settings of the rules; without a value, a setting has its default, or the rule is inactive.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StoppingSpec {
    /// A protocol: rules that belong together, under one name.
    pub protocol: Option<Prechelt>,
    /// Checks in a row without improvement.
    pub patience: Option<u64>,
    /// What counts as an improvement for `patience`.
    pub min_delta: Option<f64>,
    /// By how much the training loss must fall.
    pub tolerance: Option<f64>,
    /// In how many checks it must.
    pub tolerance_checks: Option<u64>,
    /// A metric with a target.
    pub until: Option<Target>,
    /// Prechelt's GL, in percent.
    pub generalization_loss: Option<f64>,
    /// Prechelt's PQ.
    pub progress_quotient: Option<f64>,
    /// Prechelt's minimum progress, in thousandths.
    pub min_progress: Option<f64>,
    /// Checks of a training strip.
    pub strip: Option<u64>,
    /// Updates between two checks.
    pub check_every: Option<u64>,
    /// Whether the best parameters are kept.
    pub restore_best: Option<bool>,
    /// Wall time.
    pub time_budget: Option<Duration>,
    /// The step at which a time budget ended the training.
    pub stop_after: Option<u64>,
}
