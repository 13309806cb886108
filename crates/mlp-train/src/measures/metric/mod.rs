//! Metrics: the columns that records hold, and measures of what a model says.
//!
//! A record has the columns of [`NAMES`]. Any further [measure](MEASURES) is a column of each part on
//! request (`--metrics f1,auroc`), and `mlp evaluate` shows all that apply. One more measure is one
//! file here and one line of the registry.

mod auroc;
mod average_precision;
mod brier;
mod calibration;
mod confusion;
mod decision;
mod log_loss;
pub(crate) mod measure;
mod predicted;
mod regression;

pub use self::{
    calibration::{BINS, Bin, Calibration},
    confusion::Confusion,
    measure::{Measure, Subject},
    predicted::{Answered, Classes, Predicted},
};
pub use super::names::{exists, is_further, is_of_maps, larger_is_better};
use crate::data::part::Part;

/// Every measure, one line each.
pub const MEASURES: &[Measure] = &[
    confusion::ACCURACY,
    confusion::BALANCED_ACCURACY,
    confusion::F1,
    decision::PRECISION,
    decision::RECALL,
    decision::SPECIFICITY,
    decision::POSITIVE_F1,
    auroc::INFO,
    average_precision::INFO,
    log_loss::INFO,
    brier::INFO,
    calibration::INFO,
    regression::R2,
    regression::RMSE,
    regression::MAE,
    regression::MEDIAN_ERROR,
    regression::MAPE,
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

/// The layer of a layer's norm: 1 for `weight_norm_1`.
pub fn layer_of(name: &str) -> Option<usize> {
    let index = name
        .strip_prefix("weight_norm_")
        .or_else(|| name.strip_prefix("bias_norm_"))?;
    index.parse().ok()
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
