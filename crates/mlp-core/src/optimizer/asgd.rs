//! Averaged stochastic gradient descent.

use mlp_kernels::update;

use super::{
    Field, OptimizerDefinition, Segment, Tensors, Updates, fields::number, real_power,
    textbook::Element,
};
use crate::{Scalar, spelling::Known};

/// Averaged descent (Polyak and Juditsky 1992) like PyTorch's `ASGD`: with the gradient g (decay
/// included), the step t = 1, 2, ... and the rate r,
///
/// ```text
/// parameter = (1 - lambda * e) * parameter - e * g
/// average += (parameter - average) / max(1, t - 1 - average_from)
/// e = r / (1 + lambda * r * t)^power            for the step after this one; r at the start
/// ```
///
/// The average is kept beside the parameters: [`Trainer::averaged`](crate::Trainer::averaged).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Asgd {
    /// Decay of the parameters, and of the rate over the steps; not negative.
    pub lambda: f64,
    /// Power of the decay of the rate; not negative.
    pub power: f64,
    /// Steps before averaging starts; until then the average is the parameters themselves.
    pub average_from: f64,
}

impl Default for Asgd {
    fn default() -> Self {
        Self {
            lambda: 1e-4,
            power: 0.75,
            average_from: 1e6,
        }
    }
}

impl OptimizerDefinition for Asgd {
    const NAMES: &'static [Known] = &[Known::new("asgd", "averaged stochastic gradient descent")];

    const SETTINGS: &'static [Field<Self>] = &[
        number!(
            lambda,
            "decay of the parameters, and of the rate over the steps",
            NotNegative
        ),
        number!(power, "power of the decay of the rate", NotNegative),
        number!(average_from, "steps before averaging starts", NotNegative),
    ];

    fn positional(_: &str) -> &'static [&'static str] {
        &["lambda", "power", "average_from"]
    }

    fn default_learning_rate(&self) -> f64 {
        1e-2
    }

    fn slots(&self) -> usize {
        1
    }

    /// The rate of the next step.
    fn scalars(&self, segments: usize) -> usize {
        segments
    }

    fn textbook(&self, at: &Element, p: f64, g: f64, memory: &mut [f64; 3]) -> f64 {
        let Element { t, rate, .. } = *at;
        let [a, b, ..] = memory;
        // The rate of this step was set at the end of the last one.
        let now = if t == 1 { rate } else { *b };
        let p = p * (1.0 - self.lambda * now) - now * g;
        let since = f64::from(t - 1) - self.average_from;
        *a = if since > 1.0 {
            *a + (p - *a) / since
        } else {
            p
        };
        *b = rate / real_power(1.0 + self.lambda * rate * f64::from(t), self.power);
        p
    }

    fn update<T: Scalar>(
        &self,
        updates: &mut Updates<'_, T>,
        step: u64,
        segment: &Segment,
        tensors: Tensors<'_, T>,
    ) -> bool {
        let now = if step == 1 {
            segment.rate
        } else {
            tensors.scalars[0]
        };
        let falls = 1.0 + self.lambda * segment.rate * step as f64;
        tensors.scalars[0] = segment.rate / real_power(falls, self.power);
        let averaged = (step - 1) as f64 - self.average_from;
        let share = if averaged > 1.0 { 1.0 / averaged } else { 1.0 };
        let rule = update::Asgd {
            rate: T::from_f64(now),
            decay: T::from_f64(segment.decay),
            keep: T::from_f64(1.0 - self.lambda * now),
            share: T::from_f64(share),
        };
        let (parameters, gradient, slots) = tensors.split(segment);
        updates.update(rule, parameters, gradient, slots)
    }
}
