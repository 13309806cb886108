//! Scores: numbers that measure how good a model's predictions are.
//!
//! Some are columns of every record. Any other is a column of each part on request
//! (`--metrics f1,auroc`), and `mlp evaluate` shows all that apply. To add a score: one file here and one
//! line of the registry.

mod auroc;
mod average_precision;
mod brier;
mod calibration;
mod confusion;
mod decision;
pub(crate) mod definition;
mod interval;
mod log_loss;
mod predicted;
mod regression;

pub(crate) use self::regression::{R2, RMSE};
pub use self::{
    calibration::{BINS, Bin, Calibration},
    confusion::Confusion,
    decision::OF_POSITIVE,
    definition::{Score, Subject},
    interval::{bootstrap_interval, score_interval},
    predicted::{Classes, Predicted, PredictedValues},
};

/// Every score, one line each.
pub const SCORES: &[Score] = &[
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
    R2,
    RMSE,
    regression::MAE,
    regression::MEDIAN_ERROR,
    regression::MAPE,
    regression::MAX_ERROR,
];

/// The score of this name.
pub fn find(name: &str) -> Option<&'static Score> {
    SCORES.iter().find(|score| score.name == name)
}

#[cfg(test)]
mod tests;
