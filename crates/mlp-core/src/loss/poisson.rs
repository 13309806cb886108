//! The Poisson loss of counts.

use super::{Domain, LossDefinition, Outputs, SampleRow, Shape};
use crate::{
    Error, math,
    spelling::{Known, Spelling},
};

/// Negative log-likelihood of a count t from a Poisson distribution, as PyTorch's
/// `poisson_nll_loss`:
///
/// ```text
/// exp(y) - t y                        y is the logarithm of the rate
/// y - t ln(y + 1e-8)                  y is the rate
/// + t ln t - t + ln(2 pi t) / 2       where full and t > 1: Stirling's approximation of ln t!
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Poisson {
    /// y is the rate itself, not its logarithm; the outputs must then be positive, for instance with
    /// a softplus activation.
    pub rate: bool,
    /// Includes the terms that depend only on the targets, so that the loss is the whole negative
    /// log-likelihood.
    pub full: bool,
}

impl Poisson {
    pub(super) const DEFAULT: Self = Self {
        rate: false,
        full: false,
    };

    pub(super) const NAMES: &'static [Known] = &[
        Known::new(
            "poisson",
            "negative log-likelihood of counts; the outputs are logarithms of rates",
        ),
        Known::new(
            "poisson-full",
            "the same, including the term that depends only on the targets",
        ),
        Known::new(
            "poisson-rate",
            "negative log-likelihood of counts; the outputs are rates, so the last activation must be positive",
        ),
        Known::new(
            "poisson-rate-full",
            "the same, including the term that depends only on the targets",
        ),
    ];

    pub(super) fn parse(spelling: &Spelling<'_>) -> Result<Self, Error> {
        let (rate, full) = match spelling.name {
            "poisson-full" => (false, true),
            "poisson-rate" => (true, false),
            "poisson-rate-full" => (true, true),
            _ => (false, false),
        };
        spelling.plain(Self { rate, full })
    }
}

impl LossDefinition for Poisson {
    fn names(&self) -> &'static [Known] {
        Self::NAMES
    }

    fn spelling(&self) -> String {
        let known = &Self::NAMES[2 * usize::from(self.rate) + usize::from(self.full)];
        known.name.to_owned()
    }

    fn kernel(&self) -> mlp_kernels::Loss {
        mlp_kernels::Loss::Poisson {
            rate: self.rate,
            full: self.full,
        }
    }

    fn outputs(&self) -> Outputs {
        match self.rate {
            true => Outputs::Estimates,
            false => Outputs::LogEstimates,
        }
    }

    fn fits(&self, targets: Shape, outputs: usize) -> Result<(), &'static str> {
        match targets {
            Shape::Values(_) => targets.one_an_output(outputs),
            Shape::Classes(_) => Err("a Poisson loss needs counts, not classes"),
        }
    }

    fn values(&self) -> Domain {
        Domain::NotNegative
    }

    fn textbook(&self, row: &SampleRow<'_>) -> (f64, Vec<f64>) {
        row.each(|y, t| {
            let (value, slope) = if self.rate {
                (y - t * math::ln(y + 1e-8), 1.0 - t / (y + 1e-8))
            } else {
                (math::exp(y) - t * y, math::exp(y) - t)
            };
            let constant = if self.full && t > 1.0 {
                t * math::ln(t) - t + 0.5 * math::ln(2.0 * std::f64::consts::PI * t)
            } else {
                0.0
            };
            (value + constant, slope)
        })
    }

    fn bend(&self, row: &SampleRow<'_>, direction: &[f64]) -> Vec<f64> {
        row.bend_each(direction, |y, t| match self.rate {
            true => t / ((y + 1e-8) * (y + 1e-8)),
            false => math::exp(y),
        })
    }
}
