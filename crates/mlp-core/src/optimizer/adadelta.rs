//! Adadelta.

use mlp_kernels::update;

use super::{
    Field, OptimizerDefinition, Segment, Tensors, Updates, fields::number, textbook::Element,
};
use crate::{Scalar, spelling::Known};

/// Adadelta (Zeiler 2012) like PyTorch's `Adadelta`: with the gradient g (decay included) and the
/// rate r,
///
/// ```text
/// a = smoothing * a + (1 - smoothing) * g^2
/// d = sqrt(b + epsilon) / sqrt(a + epsilon) * g
/// b = smoothing * b + (1 - smoothing) * d^2
/// parameter -= r * d
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adadelta {
    /// Decay of both mean squares, in `[0, 1)`.
    pub smoothing: f64,
    /// Added under both roots; positive.
    pub epsilon: f64,
}

impl Default for Adadelta {
    fn default() -> Self {
        Self {
            smoothing: 0.9,
            epsilon: 1e-6,
        }
    }
}

impl OptimizerDefinition for Adadelta {
    const NAMES: &'static [Known] = &[Known::new(
        "adadelta",
        "steps in the units of the parameters",
    )];

    const SETTINGS: &'static [Field<Self>] = &[
        number!(smoothing, "decay of the mean squares", BelowOne),
        Field::epsilon(|r| r.epsilon, |r, x| r.epsilon = x),
    ];

    fn positional(_: &str) -> &'static [&'static str] {
        &["smoothing", "epsilon"]
    }

    fn default_learning_rate(&self) -> f64 {
        1.0
    }

    fn is_steady(&self) -> bool {
        true
    }

    fn slots(&self) -> usize {
        2
    }

    fn textbook(&self, at: &Element, p: f64, g: f64, memory: &mut [f64; 3]) -> f64 {
        let Element { rate, .. } = *at;
        let [a, b, ..] = memory;
        *a = self.smoothing * *a + (1.0 - self.smoothing) * g * g;
        let d = (*b + self.epsilon).sqrt() / (*a + self.epsilon).sqrt() * g;
        *b = self.smoothing * *b + (1.0 - self.smoothing) * d * d;
        p - rate * d
    }

    fn update<T: Scalar>(
        &self,
        updates: &mut Updates<'_, T>,
        _: u64,
        segment: &Segment,
        tensors: Tensors<'_, T>,
    ) -> bool {
        let rule = update::Adadelta {
            rate: T::from_f64(segment.rate),
            decay: T::from_f64(segment.decay),
            smoothing: T::from_f64(self.smoothing),
            share: T::from_f64(1.0 - self.smoothing),
            epsilon: T::from_f64(self.epsilon),
        };
        let (parameters, gradient, slots) = tensors.split(segment);
        updates.update(rule, parameters, gradient, slots)
    }
}
