//! Adam.

use mlp_kernels::update;

use super::{
    Field, Form, OptimizerDefinition, Segment, Tensors, Updates, conflict, decay_and_keep,
    fields::word,
    moments_of,
    textbook::{Element, largest, moments, power},
};
use crate::{Error, Scalar, math, spelling::Known};

/// Adam (Kingma and Ba 2014) like PyTorch's `Adam`: with the gradient g (decay included), the step
/// t = 1, 2, ... and the rate r,
///
/// ```text
/// m = m + (1 - beta1) * (g - m)
/// v = beta2 * v + (1 - beta2) * g^2
/// parameter -= r / (1 - beta1^t) * m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon)
/// ```
///
/// scikit-learn adds epsilon to the uncorrected root:
///
/// ```text
/// parameter -= r * sqrt(1 - beta2^t) / (1 - beta1^t) * m / (sqrt(v) + epsilon)
/// ```
///
/// AMSGrad (Reddi et al. 2018) uses the greatest v so far instead of v under the root. Decoupled
/// decay multiplies the parameter by 1 - r * decay and leaves the gradient unchanged
/// (`decoupled_weight_decay`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adam {
    /// Decay of the mean, in `[0, 1)`.
    pub beta1: f64,
    /// Decay of the mean square, in `[0, 1)`.
    pub beta2: f64,
    /// Keeps the division finite; positive.
    pub epsilon: f64,
    /// Divides by the root of the greatest mean square so far.
    pub amsgrad: bool,
    /// Decay shrinks the parameters instead of entering the gradient.
    pub decoupled: bool,
    /// Where epsilon is added.
    pub form: Form,
}

impl Default for Adam {
    fn default() -> Self {
        Self {
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            amsgrad: false,
            decoupled: false,
            form: Form::Pytorch,
        }
    }
}

impl OptimizerDefinition for Adam {
    const NAMES: &'static [Known] = &[Known::new("adam", "adaptive moment estimation")];

    const SETTINGS: &'static [Field<Self>] = &[
        Field::beta1(|r| r.beta1, |r, x| r.beta1 = x),
        Field::beta2(|r| r.beta2, |r, x| r.beta2 = x),
        Field::epsilon(|r| r.epsilon, |r, x| r.epsilon = x),
        Field::amsgrad(|r| r.amsgrad, |r, x| r.amsgrad = x),
        Field::decoupled(|r| r.decoupled, |r, x| r.decoupled = x),
        word!(
            form,
            "which library's form to follow where they differ",
            Form
        ),
    ];

    fn positional(_: &str) -> &'static [&'static str] {
        &["beta1", "beta2", "epsilon"]
    }

    fn default_learning_rate(&self) -> f64 {
        1e-3
    }

    fn momentum_mut(&mut self) -> Option<&mut f64> {
        Some(&mut self.beta1)
    }

    fn slots(&self) -> usize {
        2 + usize::from(self.amsgrad)
    }

    fn consistent(&self) -> Result<(), Error> {
        if self.form == Form::Sklearn && (self.amsgrad || self.decoupled) {
            let what = "the form sklearn has neither amsgrad nor decoupled decay";
            return Err(conflict("adam", what));
        }
        Ok(())
    }

    fn is_decoupled(&self) -> bool {
        self.decoupled
    }

    fn textbook(&self, at: &Element, p: f64, g: f64, memory: &mut [f64; 3]) -> f64 {
        let Element { t, rate, .. } = *at;
        let [a, b, c] = memory;
        let [mean, square] = moments(self.beta1, self.beta2, g, [a, b]);
        let square = if self.amsgrad {
            largest(c, square)
        } else {
            square
        };
        let correction1 = 1.0 - power(self.beta1, t);
        let correction2 = 1.0 - power(self.beta2, t);
        match self.form {
            Form::Pytorch => {
                let root = (square / correction2).sqrt() + self.epsilon;
                p - rate * (mean / correction1) / root
            }
            Form::Sklearn => {
                let rate = rate * correction2.sqrt() / correction1;
                p - rate * mean / (square.sqrt() + self.epsilon)
            }
        }
    }

    fn update<T: Scalar>(
        &self,
        updates: &mut Updates<'_, T>,
        step: u64,
        segment: &Segment,
        tensors: Tensors<'_, T>,
    ) -> bool {
        let (decay, keep) = decay_and_keep(segment, self.decoupled);
        let rate = segment.rate / (1.0 - math::power(self.beta1, step));
        let root_correction = (1.0 - math::power(self.beta2, step)).sqrt();
        let (rate, root_correction) = match self.form {
            Form::Pytorch => (rate, root_correction),
            Form::Sklearn => (rate * root_correction, 1.0),
        };
        let rule = update::Adam {
            rate: T::from_f64(rate),
            moments: moments_of(self.beta1, self.beta2, decay),
            keep: T::from_f64(keep),
            epsilon: T::from_f64(self.epsilon),
            root_correction: T::from_f64(root_correction),
        };
        if self.amsgrad {
            let (parameters, gradient, slots) = tensors.split(segment);
            return updates.update(update::AmsGrad(rule), parameters, gradient, slots);
        }
        let (parameters, gradient, slots) = tensors.split(segment);
        updates.update(rule, parameters, gradient, slots)
    }
}
