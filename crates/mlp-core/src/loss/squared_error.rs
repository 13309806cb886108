//! The squared error.

use super::{LossDefinition, SampleRow};
use crate::spelling::Known;

/// (y - t)^2, without 1/2, minimised by the mean of the targets. PyTorch's `mse_loss`;
/// scikit-learn has half of it and sums over the outputs.
/// For classes, one output each, the targets are 1 for the right one and 0 for the others.
pub(super) struct SquaredError;

impl SquaredError {
    pub(super) const NAMES: &'static [Known] = &[Known::new(
        "squared-error",
        "mean of (y - t)^2 over samples and outputs (alias mse)",
    )];
}

impl LossDefinition for SquaredError {
    fn names(&self) -> &'static [Known] {
        Self::NAMES
    }

    fn kernel(&self) -> mlp_kernels::Loss {
        mlp_kernels::Loss::SquaredError
    }

    fn textbook(&self, row: &SampleRow<'_>) -> (f64, Vec<f64>) {
        row.each(|y, t| ((y - t) * (y - t), 2.0 * (y - t)))
    }

    fn bend(&self, row: &SampleRow<'_>, direction: &[f64]) -> Vec<f64> {
        row.bend_each(direction, |_, _| 2.0)
    }
}
