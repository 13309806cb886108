//! Prediction intervals by CV+ (Barber, Candès, Ramdas and Tibshirani 2021, "Predictive inference with the jackknife+").
//!
//! Beside its own network a model has one for each fold of its training rows, trained without that fold. Row `i`, of fold
//! `k(i)`, has the residual `R_i = |y_i - m_k(i)(x_i)|`. Of `n` rows the interval at `x` of coverage `1 - a` reaches from the
//! `floor(a (n + 1))`-th smallest of `m_k(i)(x) - R_i` to the `ceil((1 - a)(n + 1))`-th smallest of `m_k(i)(x) + R_i`. With as
//! many folds as rows it is the jackknife+. Where targets have a transform, all of it is of what that makes of them, and the
//! ends are taken back.

use mlp_data::{Imputer, Scaler};
use ndarray::Array2;

use super::any_network::AnyNetwork;
use crate::error::Error;

/// What prediction intervals come from.
#[derive(Clone, Debug, PartialEq)]
pub struct Intervals {
    /// A network for each fold of the training rows.
    pub folds: Vec<FoldNetwork>,
}

/// A network that was trained without some rows.
#[derive(Clone, Debug, PartialEq)]
pub struct FoldNetwork {
    /// The network, of the model's architecture.
    pub network: AnyNetwork,
    /// What stands in for missing features, by its rows.
    pub imputer: Option<Imputer>,
    /// How its features are scaled.
    pub feature_scaler: Scaler,
    /// How its targets are scaled.
    pub target_scaler: Scaler,
    /// How far it is off on the rows that it was trained without, `[rows, outputs]`.
    pub residuals: Array2<f64>,
}

/// The ends of intervals, `[rows, outputs]` each.
#[derive(Clone, Debug, PartialEq)]
pub struct Ends {
    /// The lower ones.
    pub lower: Array2<f64>,
    /// The upper ones.
    pub upper: Array2<f64>,
}

impl Intervals {
    /// Rows that have a residual.
    pub fn rows(&self) -> usize {
        self.folds.iter().map(|fold| fold.residuals.nrows()).sum()
    }

    /// The least probability with which an interval of this coverage holds the target of a new row that is like the
    /// training rows (exchangeable with them), on average over training sets: theorem 4 of Barber et al. 2021. Usually it
    /// is about the coverage itself.
    pub fn guarantee(&self, coverage: f64) -> f64 {
        let (rows, folds) = (self.rows() as f64, self.folds.len() as f64);
        let of_few = 2.0 * (1.0 - 1.0 / folds) / (rows / folds + 1.0);
        let of_many = (1.0 - folds / rows) / (folds + 1.0);
        let lost = if of_few < of_many { of_few } else { of_many };
        1.0 - 2.0 * (1.0 - coverage) - lost
    }

    /// The place, from 1, of an interval's upper end among all sums of predictions and residuals.
    pub(super) fn place(&self, coverage: f64) -> Result<usize, Error> {
        if !(coverage > 0.0 && coverage < 1.0) {
            return Err(Error::Model(format!(
                "cannot give intervals of coverage {coverage}; it lies from 0.5 to below 1, as 0.9"
            )));
        }
        // Below one half the lower end has a later place than the upper one, so that an interval may be empty, and theorem 4
        // proves nothing.
        if coverage < 0.5 {
            return Err(Error::Model(format!(
                "cannot give intervals of coverage {coverage}: below 0.5 those of CV+ may be empty, and nothing is proved of \
                 them; give 0.5 or more, as 0.9"
            )));
        }
        let rows = self.rows();
        // 0.9 of 100 is 90 places, whatever is lost in the product.
        let place = (coverage * (rows as f64 + 1.0) - 1e-9).ceil();
        if place > rows as f64 {
            // Down, so that what is named can be had.
            let most = rows * 1000 / (rows + 1);
            return Err(Error::Model(format!(
                "has residuals of {rows} rows, which are too few for intervals of coverage {coverage}; at most 0.{most:03} can be had"
            )));
        }
        Ok((place as usize).max(1))
    }
}
