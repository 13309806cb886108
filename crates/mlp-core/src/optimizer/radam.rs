//! RAdam: Adam with rectified variance.

use mlp_kernels::update;

use super::{
    Field, OptimizerDefinition, Segment, Tensors, Updates, decay_and_keep, moments_of,
    textbook::{Element, moments, power},
};
use crate::{Scalar, math, spelling::Known};

/// RAdam (Liu et al. 2020) like PyTorch's `RAdam`: m and v as in [`Adam`](crate::Adam), the step
/// t = 1, 2, ... and the rate r,
///
/// ```text
/// R = 2 / (1 - beta2) - 1,   R(t) = R - 2 * t * beta2^t / (1 - beta2^t)
/// where R(t) > 5, with q = sqrt((R(t) - 4)(R(t) - 2) R / ((R - 4)(R - 2) R(t))):
/// parameter -= r / (1 - beta1^t) * m * q * sqrt(1 - beta2^t) / (sqrt(v) + epsilon)
/// else:
/// parameter -= r / (1 - beta1^t) * m
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Radam {
    /// Decay of the mean, in `[0, 1)`.
    pub beta1: f64,
    /// Decay of the mean square, in `[0, 1)`.
    pub beta2: f64,
    /// Keeps the division finite; positive.
    pub epsilon: f64,
    /// Decay shrinks the parameters instead of entering the gradient.
    pub decoupled: bool,
}

impl Default for Radam {
    fn default() -> Self {
        Self {
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            decoupled: false,
        }
    }
}

impl Radam {
    /// The rectification q of a step, where the variance of the adaptive rate is known well enough.
    pub(crate) fn rectification(&self, step: u64) -> Option<f64> {
        let memory = math::power(self.beta2, step);
        let most = 2.0 / (1.0 - self.beta2) - 1.0;
        let length = most - 2.0 * step as f64 * memory / (1.0 - memory);
        (length > 5.0).then(|| {
            let share = (length - 4.0) * (length - 2.0) * most;
            (share / ((most - 4.0) * (most - 2.0) * length)).sqrt()
        })
    }
}

impl OptimizerDefinition for Radam {
    const NAMES: &'static [Known] = &[Known::new("radam", "adam with rectified variance")];

    const SETTINGS: &'static [Field<Self>] = &[
        Field::beta1(|r| r.beta1, |r, x| r.beta1 = x),
        Field::beta2(|r| r.beta2, |r, x| r.beta2 = x),
        Field::epsilon(|r| r.epsilon, |r, x| r.epsilon = x),
        Field::decoupled(|r| r.decoupled, |r, x| r.decoupled = x),
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
        2
    }

    fn is_decoupled(&self) -> bool {
        self.decoupled
    }

    fn textbook(&self, at: &Element, p: f64, g: f64, memory: &mut [f64; 3]) -> f64 {
        let Element { t, rate, .. } = *at;
        let [a, b, ..] = memory;
        let [mean, square] = moments(self.beta1, self.beta2, g, [a, b]);
        let mean = mean / (1.0 - power(self.beta1, t));
        let correction = 1.0 - power(self.beta2, t);
        let most = 2.0 / (1.0 - self.beta2) - 1.0;
        let length = most - 2.0 * f64::from(t) * power(self.beta2, t) / correction;
        if length <= 5.0 {
            return p - rate * mean;
        }
        let rectification = ((length - 4.0) * (length - 2.0) * most
            / ((most - 4.0) * (most - 2.0) * length))
            .sqrt();
        p - rate * mean * rectification * correction.sqrt() / (square.sqrt() + self.epsilon)
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
        // Adam's update, with denominator one until the rectification starts.
        let (rate, epsilon, root_correction) = match self.rectification(step) {
            Some(rectification) => {
                let correction = (1.0 - math::power(self.beta2, step)).sqrt();
                (rate * rectification * correction, self.epsilon, 1.0)
            }
            None => (rate, 1.0, f64::INFINITY),
        };
        let rule = update::Adam {
            rate: T::from_f64(rate),
            moments: moments_of(self.beta1, self.beta2, decay),
            keep: T::from_f64(keep),
            epsilon: T::from_f64(epsilon),
            root_correction: T::from_f64(root_correction),
        };
        let (parameters, gradient, slots) = tensors.split(segment);
        updates.update(rule, parameters, gradient, slots)
    }
}
