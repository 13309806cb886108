//! Lion: descent by the sign of the momentum.

use mlp_kernels::update;

use super::{
    Field, OptimizerDefinition, Segment, Tensors, Updates,
    fields::number,
    keep,
    textbook::{Element, sign},
};
use crate::{Scalar, spelling::Known};

/// Lion (Chen et al. 2023, "Symbolic discovery of optimization algorithms"), with decoupled decay: with
/// the gradient g and the rate r,
///
/// ```text
/// parameter -= r * (sign(beta1 * m + (1 - beta1) * g) + decay * parameter)
/// m = beta2 * m + (1 - beta2) * g
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lion {
    /// Weight of the momentum in the step, in `[0, 1)`.
    pub beta1: f64,
    /// Decay of the momentum, in `[0, 1)`.
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

impl OptimizerDefinition for Lion {
    const NAMES: &'static [Known] = &[Known::new(
        "lion",
        "sign of the momentum, with decoupled weight decay",
    )];

    const SETTINGS: &'static [Field<Self>] = &[
        number!(beta1, "weight of the momentum in the step", BelowOne),
        number!(beta2, "decay of the momentum", BelowOne),
    ];

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
