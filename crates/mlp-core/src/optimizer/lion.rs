//! Descent by the signs of a momentum.

use mlp_kernels::update;

use super::{
    Bounds, Field, Rule, Segment, Tensors, Updates, keep,
    textbook::{Element, sign},
};
use crate::{Scalar, spelling::Known};

/// Lion (Chen et al. 2023, "Symbolic discovery of optimization algorithms"), decay decoupled: with
/// the gradient g and the rate r,
///
/// ```text
/// parameter -= r * (sign(beta1 * m + (1 - beta1) * g) + decay * parameter)
/// m = beta2 * m + (1 - beta2) * g
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lion {
    /// Share of the momentum in the step, in `[0, 1)`.
    pub beta1: f64,
    /// Memory of the momentum, in `[0, 1)`.
    pub beta2: f64,
}

impl Default for Lion {
    fn default() -> Self {
        Self {
            beta1: 0.9,
            beta2: 0.99,
        }
    }
}

impl Rule for Lion {
    const NAMES: &'static [Known] = &[Known::new(
        "lion",
        "signs of a momentum, weight decay decoupled",
    )];

    const SETTINGS: &'static [Field<Self>] = &[
        Field::number(
            "beta1",
            "share of the momentum in the step",
            Bounds::BelowOne,
            |r| r.beta1,
            |r, x| r.beta1 = x,
        ),
        Field::number(
            "beta2",
            "memory of the momentum",
            Bounds::BelowOne,
            |r| r.beta2,
            |r, x| r.beta2 = x,
        ),
    ];

    fn named(_: &str) -> Self {
        Self::default()
    }

    fn positional(_: &str) -> &'static [&'static str] {
        &["beta1", "beta2"]
    }

    fn default_learning_rate(&self) -> f64 {
        1e-4
    }

    fn momentum_mut(&mut self) -> Option<&mut f64> {
        Some(&mut self.beta1)
    }

    fn is_steady(&self) -> bool {
        true
    }

    fn slots(&self) -> usize {
        1
    }

    fn is_decoupled(&self) -> bool {
        true
    }

    fn textbook(&self, at: &Element, p: f64, g: f64, memory: &mut [f64; 3]) -> f64 {
        let Element { rate, .. } = *at;
        let [a, ..] = memory;
        let direction = self.beta1 * *a + (1.0 - self.beta1) * g;
        *a = self.beta2 * *a + (1.0 - self.beta2) * g;
        p - rate * sign(direction)
    }

    fn update<T: Scalar>(
        &self,
        updates: &mut Updates<'_, T>,
        _: u64,
        segment: &Segment,
        tensors: Tensors<'_, T>,
    ) -> bool {
        let rule = update::Lion {
            rate: T::from_f64(segment.rate),
            keep: T::from_f64(keep(segment)),
            beta1: T::from_f64(self.beta1),
            share1: T::from_f64(1.0 - self.beta1),
            beta2: T::from_f64(self.beta2),
            share2: T::from_f64(1.0 - self.beta2),
        };
        let (parameters, gradient, slots) = tensors.split(segment);
        updates.update(rule, parameters, gradient, slots)
    }
}
