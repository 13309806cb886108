//! NAdam: Adam with Nesterov momentum.

use mlp_kernels::update;

use super::{
    Field, OptimizerDefinition, Segment, Tensors, Updates, decay_and_keep,
    fields::number,
    moments_of, real_power,
    textbook::{Element, moments, power},
};
use crate::{Scalar, math, spelling::Known};

/// NAdam (Dozat 2016) like PyTorch's `NAdam`: m and v as in [`Adam`](crate::Adam), the step
/// t = 1, 2, ... and the rate r,
///
/// ```text
/// mu(t) = beta1 * (1 - 0.96^(t * momentum_decay) / 2),   M(t) = mu(1) * ... * mu(t)
/// d = sqrt(v) / sqrt(1 - beta2^t) + epsilon
/// parameter -= r * (1 - mu(t)) / (1 - M(t)) * g / d
/// parameter -= r * mu(t + 1) / (1 - M(t + 1)) * m / d
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nadam {
    /// Decay of the mean, in `[0, 1)`.
    pub beta1: f64,
    /// Decay of the mean square, in `[0, 1)`.
    pub beta2: f64,
    /// Keeps the division finite; positive.
    pub epsilon: f64,
    /// Rate at which the momentum approaches `beta1`.
    pub momentum_decay: f64,
    /// Decay shrinks the parameters instead of entering the gradient.
    pub decoupled: bool,
}

impl Default for Nadam {
    fn default() -> Self {
        Self {
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            momentum_decay: 4e-3,
            decoupled: false,
        }
    }
}

impl Nadam {
    fn momentum(&self, step: u64) -> f64 {
        let power = math::exp(step as f64 * self.momentum_decay * math::ln(0.96));
        self.beta1 * (1.0 - 0.5 * power)
    }
}

impl OptimizerDefinition for Nadam {
    const NAMES: &'static [Known] = &[Known::new("nadam", "adam with Nesterov's momentum")];

    const SETTINGS: &'static [Field<Self>] = &[
        Field::beta1(|r| r.beta1, |r, x| r.beta1 = x),
        Field::beta2(|r| r.beta2, |r, x| r.beta2 = x),
        Field::epsilon(|r| r.epsilon, |r, x| r.epsilon = x),
        number!(
            momentum_decay,
            "rate at which the momentum approaches beta1",
            NotNegative
        ),
        Field::decoupled(|r| r.decoupled, |r, x| r.decoupled = x),
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

    /// The product of the momenta.
    fn scalars(&self, segments: usize) -> usize {
        segments
    }

    fn is_decoupled(&self) -> bool {
        self.decoupled
    }

    fn textbook(&self, at: &Element, p: f64, g: f64, memory: &mut [f64; 3]) -> f64 {
        let Element { t, rate, .. } = *at;
        let [a, b, ..] = memory;
        let [mean, square] = moments(self.beta1, self.beta2, g, [a, b]);
        let mu = |t: i32| {
            let exponent = f64::from(t) * self.momentum_decay;
            self.beta1 * (1.0 - 0.5 * real_power(0.96, exponent))
        };
        let product: f64 = (1..=t).map(mu).product();
        let root = (square / (1.0 - power(self.beta2, t))).sqrt() + self.epsilon;
        let ahead = mu(t + 1) * mean / (1.0 - product * mu(t + 1));
        p - rate * ((1.0 - mu(t)) * g / (1.0 - product) + ahead) / root
    }

    fn update<T: Scalar>(
        &self,
        updates: &mut Updates<'_, T>,
        step: u64,
        segment: &Segment,
        tensors: Tensors<'_, T>,
    ) -> bool {
        let (now, next) = (self.momentum(step), self.momentum(step + 1));
        let before = if step == 1 { 1.0 } else { tensors.scalars[0] };
        let product = before * now;
        tensors.scalars[0] = product;
        let (decay, keep) = decay_and_keep(segment, self.decoupled);
        let root_correction = (1.0 - math::power(self.beta2, step)).sqrt();
        let rule = update::Nadam {
            rate_gradient: T::from_f64(segment.rate * (1.0 - now) / (1.0 - product)),
            rate_mean: T::from_f64(segment.rate * next / (1.0 - product * next)),
            moments: moments_of(self.beta1, self.beta2, decay),
            keep: T::from_f64(keep),
            epsilon: T::from_f64(self.epsilon),
            root_factor: T::from_f64(1.0 / root_correction),
        };
        let (parameters, gradient, slots) = tensors.split(segment);
        updates.update(rule, parameters, gradient, slots)
    }
}
