//! RMSprop: rates scaled by the running mean square.

use mlp_kernels::update;

use super::{
    Field, OptimizerDefinition, Segment, Tensors, Updates,
    fields::{flag, number},
    textbook::Element,
};
use crate::{Scalar, spelling::Known};

/// RMSprop (Hinton 2012) like PyTorch's `RMSprop`: with the gradient g (decay included) and the
/// rate r,
///
/// ```text
/// a = smoothing * a + (1 - smoothing) * g^2
/// d = g / (sqrt(a) + epsilon)
/// v = momentum * v + d
/// parameter -= r * v
/// ```
///
/// Centred (Graves 2013), a - m^2 is under the root, with m = m + (1 - smoothing) * (g - m).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RmsProp {
    /// Decay of the mean square, in `[0, 1)`.
    pub smoothing: f64,
    /// Keeps the division finite; positive.
    pub epsilon: f64,
    /// Decay of the velocity, in `[0, 1)`.
    pub momentum: f64,
    /// Divides by the standard deviation of the gradient instead of its root mean square.
    pub centered: bool,
}

impl Default for RmsProp {
    fn default() -> Self {
        Self {
            smoothing: 0.99,
            epsilon: 1e-8,
            momentum: 0.0,
            centered: false,
        }
    }
}

impl RmsProp {
    fn rule<T: Scalar, const CENTERED: bool, const MOMENTUM: bool>(
        &self,
        segment: &Segment,
    ) -> update::RmsProp<T, CENTERED, MOMENTUM> {
        update::RmsProp {
            rate: T::from_f64(segment.rate),
            decay: T::from_f64(segment.decay),
            smoothing: T::from_f64(self.smoothing),
            share: T::from_f64(1.0 - self.smoothing),
            epsilon: T::from_f64(self.epsilon),
            momentum: T::from_f64(self.momentum),
        }
    }
}

impl OptimizerDefinition for RmsProp {
    const NAMES: &'static [Known] = &[Known::new(
        "rmsprop",
        "rates scaled by the running mean square",
    )];

    const SETTINGS: &'static [Field<Self>] = &[
        number!(smoothing, "decay of the mean square", BelowOne),
        Field::epsilon(|r| r.epsilon, |r, x| r.epsilon = x),
        number!(momentum, "momentum: decay of the velocity", BelowOne),
        flag!(centered, "divide by the standard deviation of the gradient"),
    ];

    fn positional(_: &str) -> &'static [&'static str] {
        &["smoothing", "epsilon", "momentum"]
    }

    fn default_learning_rate(&self) -> f64 {
        1e-2
    }

    fn momentum_mut(&mut self) -> Option<&mut f64> {
        (self.momentum != 0.0).then_some(&mut self.momentum)
    }

    fn is_steady(&self) -> bool {
        true
    }

    fn slots(&self) -> usize {
        1 + usize::from(self.centered) + usize::from(self.momentum != 0.0)
    }

    fn textbook(&self, at: &Element, p: f64, g: f64, memory: &mut [f64; 3]) -> f64 {
        let Element { rate, .. } = *at;
        let [a, b, c] = memory;
        *a = self.smoothing * *a + (1.0 - self.smoothing) * g * g;
        *b = self.smoothing * *b + (1.0 - self.smoothing) * g;
        let mean = if self.centered { *b } else { 0.0 };
        let variance = *a - mean * mean;
        let root = if variance > 0.0 { variance.sqrt() } else { 0.0 };
        *c = self.momentum * *c + g / (root + self.epsilon);
        p - rate * *c
    }

    fn update<T: Scalar>(
        &self,
        updates: &mut Updates<'_, T>,
        _: u64,
        segment: &Segment,
        tensors: Tensors<'_, T>,
    ) -> bool {
        match (self.centered, self.momentum != 0.0) {
            (false, false) => {
                let (parameters, gradient, slots) = tensors.split(segment);
                let rule = self.rule::<T, false, false>(segment);
                updates.update(rule, parameters, gradient, slots)
            }
            (false, true) => {
                let (parameters, gradient, slots) = tensors.split(segment);
                let rule = self.rule::<T, false, true>(segment);
                updates.update(rule, parameters, gradient, slots)
            }
            (true, false) => {
                let (parameters, gradient, slots) = tensors.split(segment);
                let rule = self.rule::<T, true, false>(segment);
                updates.update(rule, parameters, gradient, slots)
            }
            (true, true) => {
                let (parameters, gradient, slots) = tensors.split(segment);
                let rule = self.rule::<T, true, true>(segment);
                updates.update(rule, parameters, gradient, slots)
            }
        }
    }
}
