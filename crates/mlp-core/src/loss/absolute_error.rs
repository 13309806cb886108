//! The absolute error.

use super::{LossDefinition, SampleRow};
use crate::spelling::Known;

/// |y - t|, minimised by the median of the targets. The derivative at y = t is 0, as in
/// PyTorch's `l1_loss`.
pub(super) struct AbsoluteError;

impl AbsoluteError {
    pub(super) const NAMES: &'static [Known] = &[Known::new(
        "absolute-error",
        "mean of |y - t|, robust to outliers (alias mae)",
    )];
}

impl LossDefinition for AbsoluteError {
    fn names(&self) -> &'static [Known] {
        Self::NAMES
    }

    fn kernel(&self) -> mlp_kernels::Loss {
        mlp_kernels::Loss::AbsoluteError
    }

    fn textbook(&self, row: &SampleRow<'_>) -> (f64, Vec<f64>) {
        row.each(|y, t| {
            let slope = if y == t { 0.0 } else { (y - t).signum() };
            ((y - t).abs(), slope)
        })
    }

    fn bend(&self, row: &SampleRow<'_>, direction: &[f64]) -> Vec<f64> {
        row.bend_each(direction, |_, _| 0.0)
    }
}
