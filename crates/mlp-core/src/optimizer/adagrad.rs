//! Adagrad: rates scaled by the sum of squared gradients.

use mlp_kernels::update;

use super::{
    Field, OptimizerDefinition, Segment, Tensors, Updates, fields::number, textbook::Element,
};
use crate::{Scalar, spelling::Known};

/// Adagrad (Duchi et al. 2011) like PyTorch's `Adagrad`: with the gradient g (decay included), the
/// step t = 1, 2, ... and the rate r,
///
/// ```text
/// a = a + g^2                                   (a = initial_accumulator at the start)
/// parameter -= r / (1 + (t - 1) * rate_decay) * g / (sqrt(a) + epsilon)
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adagrad {
    /// Decay of the rate; 0 for none.
    pub rate_decay: f64,
    /// Initial sum of squares; not negative.
    pub initial_accumulator: f64,
    /// Keeps the division finite; positive.
    pub epsilon: f64,
}

impl Default for Adagrad {
    fn default() -> Self {
        Self {
            rate_decay: 0.0,
            initial_accumulator: 0.0,
            epsilon: 1e-10,
        }
    }
}

impl OptimizerDefinition for Adagrad {
    const NAMES: &'static [Known] = &[Known::new(
        "adagrad",
        "rates scaled by the sum of squared gradients",
    )];

    const SETTINGS: &'static [Field<Self>] = &[
        number!(
            rate_decay,
            "decay of the rate: step t has 1 / (1 + (t - 1) X) of it",
            NotNegative
        ),
        number!(
            initial_accumulator,
            "initial value of the sum of squared gradients",
            NotNegative
        ),
        Field::epsilon(|r| r.epsilon, |r, x| r.epsilon = x),
    ];

    fn positional(_: &str) -> &'static [&'static str] {
        &["rate_decay", "initial_accumulator", "epsilon"]
    }

    fn default_learning_rate(&self) -> f64 {
        1e-2
    }

    fn slots(&self) -> usize {
        1
    }

    fn textbook(&self, at: &Element, p: f64, g: f64, memory: &mut [f64; 3]) -> f64 {
        let Element { t, rate, .. } = *at;
        let [a, ..] = memory;
        if t == 1 {
            *a = self.initial_accumulator;
        }
        *a += g * g;
        let rate = rate / (1.0 + f64::from(t - 1) * self.rate_decay);
        p - rate * g / (a.sqrt() + self.epsilon)
    }

    fn update<T: Scalar>(
        &self,
        updates: &mut Updates<'_, T>,
        step: u64,
        segment: &Segment,
        tensors: Tensors<'_, T>,
    ) -> bool {
        let rule = update::Adagrad {
            rate: T::from_f64(segment.rate / (1.0 + (step - 1) as f64 * self.rate_decay)),
            decay: T::from_f64(segment.decay),
            epsilon: T::from_f64(self.epsilon),
        };
        let (parameters, gradient, [sums]) = tensors.split(segment);
        if step == 1 {
            sums.fill(T::from_f64(self.initial_accumulator));
        }
        updates.update(rule, parameters, gradient, [sums])
    }
}
