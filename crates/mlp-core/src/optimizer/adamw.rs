//! AdamW: Adam with decoupled weight decay.

use super::{
    Field, Form, OptimizerDefinition, Segment, Tensors, Updates, adam::Adam, textbook::Element,
};
use crate::{Scalar, spelling::Known};

/// AdamW (Loshchilov and Hutter 2019) like PyTorch's: [`Adam`], but decay shrinks the parameters
/// instead of entering the gradient:
///
/// ```text
/// parameter *= 1 - r * decay
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamW {
    /// Decay of the mean, in `[0, 1)`.
    pub beta1: f64,
    /// Decay of the mean square, in `[0, 1)`.
    pub beta2: f64,
    /// Keeps the division finite; positive.
    pub epsilon: f64,
    /// Divides by the root of the greatest mean square so far.
    pub amsgrad: bool,
}

impl Default for AdamW {
    fn default() -> Self {
        Self {
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            amsgrad: false,
        }
    }
}

impl AdamW {
    pub(crate) fn adam(self) -> Adam {
        Adam {
            beta1: self.beta1,
            beta2: self.beta2,
            epsilon: self.epsilon,
            amsgrad: self.amsgrad,
            decoupled: true,
            form: Form::Pytorch,
        }
    }
}

impl OptimizerDefinition for AdamW {
    const NAMES: &'static [Known] = &[Known::new(
        "adamw",
        "adam with decoupled weight decay (0.01)",
    )];

    const SETTINGS: &'static [Field<Self>] = &[
        Field::beta1(|r| r.beta1, |r, x| r.beta1 = x),
        Field::beta2(|r| r.beta2, |r, x| r.beta2 = x),
        Field::epsilon(|r| r.epsilon, |r, x| r.epsilon = x),
        Field::amsgrad(|r| r.amsgrad, |r, x| r.amsgrad = x),
    ];

    fn positional(_: &str) -> &'static [&'static str] {
        &["beta1", "beta2", "epsilon"]
    }

    fn default_learning_rate(&self) -> f64 {
        1e-3
    }

    fn default_weight_decay(&self) -> f64 {
        0.01
    }

    fn momentum_mut(&mut self) -> Option<&mut f64> {
        Some(&mut self.beta1)
    }

    fn slots(&self) -> usize {
        self.adam().slots()
    }

    fn is_decoupled(&self) -> bool {
        true
    }

    fn textbook(&self, at: &Element, p: f64, g: f64, memory: &mut [f64; 3]) -> f64 {
        self.adam().textbook(at, p, g, memory)
    }

    fn update<T: Scalar>(
        &self,
        updates: &mut Updates<'_, T>,
        step: u64,
        segment: &Segment,
        tensors: Tensors<'_, T>,
    ) -> bool {
        self.adam().update(updates, step, segment, tensors)
    }
}
