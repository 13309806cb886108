//! The Huber loss.

use super::{LossDefinition, SampleRow};
use crate::{
    Error,
    spelling::{Known, Spelling},
};

/// With d = y - t,
///
/// ```text
/// d^2 / 2                    where |d| <= delta
/// delta (|d| - delta / 2)    elsewhere
/// ```
///
/// (Huber 1964), as PyTorch's `huber_loss`. Where targets are scaled, delta is in scaled units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Huber {
    /// Where the loss becomes linear; above 0.
    pub delta: f64,
}

impl Huber {
    pub(super) const DEFAULT: Self = Self { delta: 1.0 };

    pub(super) const NAMES: &'static [Known] = &[Known::new(
        "huber",
        "squared where |y - t| is small, linear beyond; huber:DELTA, 1",
    )];

    pub(super) fn parse(spelling: &Spelling<'_>) -> Result<Self, Error> {
        spelling.at_most(1)?;
        Ok(Self {
            delta: spelling.argument(0, Self::DEFAULT.delta),
        })
    }
}

impl Default for Huber {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl LossDefinition for Huber {
    fn names(&self) -> &'static [Known] {
        Self::NAMES
    }

    fn spelling(&self) -> String {
        format!("huber:{}", self.delta)
    }

    fn validate(&self) -> Result<(), Error> {
        if self.delta > 0.0 && self.delta.is_finite() {
            return Ok(());
        }
        Err(Error::BadValue {
            what: "the delta of the Huber loss".to_owned(),
            value: self.delta,
            expected: "a positive number",
        })
    }

    fn kernel(&self) -> mlp_kernels::Loss {
        mlp_kernels::Loss::Huber { delta: self.delta }
    }

    fn textbook(&self, row: &SampleRow<'_>) -> (f64, Vec<f64>) {
        row.each(|y, t| {
            let d = y - t;
            if d.abs() <= self.delta {
                (d * d / 2.0, d)
            } else {
                let value = self.delta * (d.abs() - self.delta / 2.0);
                (value, self.delta * d.signum())
            }
        })
    }

    fn bend(&self, row: &SampleRow<'_>, direction: &[f64]) -> Vec<f64> {
        row.bend_each(direction, |y, t| {
            if (y - t).abs() <= self.delta {
                1.0
            } else {
                0.0
            }
        })
    }
}
