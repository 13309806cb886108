//! The quantile loss.

use super::{LossDefinition, SampleRow};
use crate::{
    Error,
    spelling::{Known, Spelling},
};

/// With the level q,
///
/// ```text
/// q (t - y)          where y is too low
/// (1 - q) (y - t)    where y is too high
/// ```
///
/// (Koenker and Bassett 1978), minimised by the q-quantile of the targets; scikit-learn's
/// `mean_pinball_loss`. The derivative at y = t is 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantile {
    /// The quantile, between 0 and 1.
    pub level: f64,
}

impl Quantile {
    pub(super) const DEFAULT: Self = Self { level: 0.5 };

    pub(super) const NAMES: &'static [Known] = &[Known::new(
        "quantile",
        "pinball loss, which estimates a quantile; quantile:LEVEL, 0.5 (alias pinball)",
    )];

    pub(super) fn parse(spelling: &Spelling<'_>) -> Result<Self, Error> {
        spelling.at_most(1)?;
        Ok(Self {
            level: spelling.argument(0, Self::DEFAULT.level),
        })
    }
}

impl Default for Quantile {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl LossDefinition for Quantile {
    fn names(&self) -> &'static [Known] {
        Self::NAMES
    }

    fn spelling(&self) -> String {
        format!("quantile:{}", self.level)
    }

    fn validate(&self) -> Result<(), Error> {
        if self.level > 0.0 && self.level < 1.0 {
            return Ok(());
        }
        Err(Error::BadValue {
            what: "the level of the quantile loss".to_owned(),
            value: self.level,
            expected: "above 0 and below 1",
        })
    }

    fn kernel(&self) -> mlp_kernels::Loss {
        mlp_kernels::Loss::Quantile { level: self.level }
    }

    fn textbook(&self, row: &SampleRow<'_>) -> (f64, Vec<f64>) {
        row.each(|y, t| match y - t {
            d if d < 0.0 => (-self.level * d, -self.level),
            d if d > 0.0 => ((1.0 - self.level) * d, 1.0 - self.level),
            d => (d, d),
        })
    }

    fn bend(&self, row: &SampleRow<'_>, direction: &[f64]) -> Vec<f64> {
        row.bend_each(direction, |_, _| 0.0)
    }
}
