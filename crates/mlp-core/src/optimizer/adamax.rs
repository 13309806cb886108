//! Adamax: Adam with the infinity norm of past gradients.

use mlp_kernels::update;

use super::{
    Field, OptimizerDefinition, Segment, Tensors, Updates,
    fields::number,
    textbook::{Element, largest, power},
};
use crate::{Scalar, math, spelling::Known};

/// Adamax (Kingma and Ba 2014, section 7.1) like PyTorch's `Adamax`: m as in
/// [`Adam`](crate::Adam), the step t = 1, 2, ... and the rate r,
///
/// ```text
/// u = max(beta2 * u, |g| + epsilon)
/// parameter -= r / (1 - beta1^t) * m / u
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adamax {
    /// Decay of the mean, in `[0, 1)`.
    pub beta1: f64,
    /// Decay of the infinity norm, in `[0, 1)`.
    pub beta2: f64,
    /// Keeps the division finite; positive.
    pub epsilon: f64,
}

impl Default for Adamax {
    fn default() -> Self {
        Self {
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
        }
    }
}

impl OptimizerDefinition for Adamax {
    const NAMES: &'static [Known] = &[Known::new(
        "adamax",
        "adam with the infinity norm of past gradients",
    )];

    const SETTINGS: &'static [Field<Self>] = &[
        Field::beta1(|r| r.beta1, |r, x| r.beta1 = x),
        number!(beta2, "decay of the infinity norm", BelowOne),
        Field::epsilon(|r| r.epsilon, |r, x| r.epsilon = x),
    ];

    fn positional(_: &str) -> &'static [&'static str] {
        &["beta1", "beta2", "epsilon"]
    }

    fn default_learning_rate(&self) -> f64 {
        2e-3
    }

    fn momentum_mut(&mut self) -> Option<&mut f64> {
        Some(&mut self.beta1)
    }

    fn slots(&self) -> usize {
        2
    }

    fn textbook(&self, at: &Element, p: f64, g: f64, memory: &mut [f64; 3]) -> f64 {
        let Element { t, rate, .. } = *at;
        let [a, b, ..] = memory;
        *a = self.beta1 * *a + (1.0 - self.beta1) * g;
        *b *= self.beta2;
        let size = largest(b, g.abs() + self.epsilon);
        p - rate / (1.0 - power(self.beta1, t)) * *a / size
    }

    fn update<T: Scalar>(
        &self,
        updates: &mut Updates<'_, T>,
        step: u64,
        segment: &Segment,
        tensors: Tensors<'_, T>,
    ) -> bool {
        let rule = update::Adamax {
            rate: T::from_f64(segment.rate / (1.0 - math::power(self.beta1, step))),
            decay: T::from_f64(segment.decay),
            share1: T::from_f64(1.0 - self.beta1),
            beta2: T::from_f64(self.beta2),
            epsilon: T::from_f64(self.epsilon),
        };
        let (parameters, gradient, slots) = tensors.split(segment);
        updates.update(rule, parameters, gradient, slots)
    }
}
