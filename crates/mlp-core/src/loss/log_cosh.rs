//! The log-cosh loss.

use super::{LossDefinition, SampleRow};
use crate::{math, spelling::Known};

/// ln cosh(y - t): d^2 / 2 where d = y - t is small, |d| - ln 2 where it is large, and smooth in
/// between. Its derivative is tanh(d).
pub(super) struct LogCosh;

impl LogCosh {
    pub(super) const NAMES: &'static [Known] = &[Known::new(
        "log-cosh",
        "mean of ln cosh(y - t), a smooth absolute error",
    )];
}

impl LossDefinition for LogCosh {
    fn names(&self) -> &'static [Known] {
        Self::NAMES
    }

    fn kernel(&self) -> mlp_kernels::Loss {
        mlp_kernels::Loss::LogCosh
    }

    fn textbook(&self, row: &SampleRow<'_>) -> (f64, Vec<f64>) {
        row.each(|y, t| {
            let size = (y - t).abs();
            // Neither overflows nor cancels where d is large.
            let value = size + math::log1p(math::exp(-2.0 * size)) - std::f64::consts::LN_2;
            (value, math::tanh(y - t))
        })
    }

    fn bend(&self, row: &SampleRow<'_>, direction: &[f64]) -> Vec<f64> {
        row.bend_each(direction, |y, t| {
            let slope = math::tanh(y - t);
            1.0 - slope * slope
        })
    }
}
