//! Metrics: the columns that records hold, and measures of what a model says.
//!
//! A record has the columns of [`NAMES`]. Any further [measure](MEASURES) is a column of each part on
//! request (`--metrics f1,auroc`), and `mlp evaluate` shows all that apply. One more measure is one
//! file here and one line of the registry.

mod auroc;
mod brier;
mod calibration;
mod confusion;
mod log_loss;
mod predicted;
mod regression;

pub use self::{
    calibration::{BINS, Bin, Calibration},
    confusion::Confusion,
    predicted::{Answered, Classes, Predicted},
};
use super::diagnostic::{Each, column_of, group_of};
use crate::{
    data::part::Part,
    map::{GAP, event},
};

/// A number that tells how good answers are.
#[derive(Debug)]
pub struct Measure {
    /// Its name, which with a part before it is its column.
    pub name: &'static str,
    /// What it is, in one line.
    pub description: &'static str,
    /// What it judges.
    pub subject: Subject,
    /// Whether a larger value is the better one.
    pub larger_is_better: Option<bool>,
    /// The number; `None` where it does not apply to such answers.
    pub value: fn(&Predicted) -> Option<f64>,
}

/// What a measure judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// Classes.
    Classes,
    /// Probabilities of classes, which not every loss gives.
    Probabilities,
    /// Numbers.
    Values,
}

/// Every measure, one line each.
pub const MEASURES: &[Measure] = &[
    confusion::ACCURACY,
    confusion::BALANCED_ACCURACY,
    confusion::F1,
    auroc::INFO,
    log_loss::INFO,
    brier::INFO,
    calibration::INFO,
    regression::R2,
    regression::RMSE,
    regression::MAE,
    regression::MAX_ERROR,
];

/// The measure of this name.
pub fn measure(name: &str) -> Option<&'static Measure> {
    MEASURES.iter().find(|measure| measure.name == name)
}

/// The measure that a column is of, with its part: `f1` for `test_f1`.
pub fn measure_of(column: &str) -> Option<(Part, &'static Measure)> {
    Part::ALL.into_iter().find_map(|part| {
        let name = column.strip_prefix(part.name())?.strip_prefix('_')?;
        Some((part, measure(name)?))
    })
}

/// Metrics of every record, in the order of the columns. Beside them stand `weight_norm_0`,
/// `bias_norm_0` and so on, one a layer.
pub const NAMES: &[&str] = &[
    "train_loss",
    "test_loss",
    "validation_loss",
    "train_accuracy",
    "test_accuracy",
    "validation_accuracy",
    "train_r2",
    "test_r2",
    "validation_r2",
    "train_rmse",
    "test_rmse",
    "validation_rmse",
    "weight_norm",
    "bias_norm",
    "grad_norm",
];

/// Whether a metric has this name.
pub fn exists(name: &str) -> bool {
    NAMES.contains(&name)
        || layer_of(name).is_some()
        || measure_of(name).is_some()
        || group_of(name).is_some()
        || is_of_maps(name)
}

/// Whether a column is there on request alone, and of the whole network: a measure, or a diagnostic
/// that is not by layer.
pub fn is_further(name: &str) -> bool {
    measure_of(name).is_some()
        || column_of(name).is_some_and(|(_, column)| column.each == Each::Network)
}

/// Whether a metric is one that maps alone have: an event of a training, or the gap between test and
/// training loss.
pub fn is_of_maps(name: &str) -> bool {
    name == GAP || event(name).is_some()
}

/// The layer of a layer's norm: 1 for `weight_norm_1`.
pub fn layer_of(name: &str) -> Option<usize> {
    let index = name
        .strip_prefix("weight_norm_")
        .or_else(|| name.strip_prefix("bias_norm_"))?;
    index.parse().ok()
}

/// Whether a larger value is the better one; `None` where neither is (norms).
pub fn larger_is_better(name: &str) -> Option<bool> {
    match measure_of(name) {
        Some((_, measure)) => measure.larger_is_better,
        None if event(name).is_some() => event(name)?.larger_is_better,
        None => name.ends_with("_loss").then_some(false),
    }
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod names {
    use super::*;

    #[test]
    fn norms_of_layers_are_metrics() {
        assert!(exists("test_loss") && exists("weight_norm_0") && exists("bias_norm_12"));
        assert!(exists("test_f1") && exists("validation_balanced_accuracy") && !exists("f1"));
        assert!(!exists("weight_norm_") && !exists("loss") && !exists("train_norm_0"));
        assert_eq!(layer_of("weight_norm_3"), Some(3));
        assert_eq!(larger_is_better("test_r2"), Some(true));
        assert_eq!(larger_is_better("train_loss"), Some(false));
        assert_eq!(larger_is_better("weight_norm"), None);
        assert_eq!(larger_is_better("test_brier"), Some(false));
        assert_eq!(larger_is_better("test_balanced_accuracy"), Some(true));
    }
}
