//! Adam.

use std::fmt;

use mlp_kernels::{Kernels, update};

use super::{Rule, Segment, Tensors, fraction};
use crate::{
    Error, Scalar, math,
    spelling::{Known, Spelling},
};

/// Adam (Kingma and Ba 2014) as PyTorch's `Adam`: with the gradient g (decay included), the step
/// t = 1, 2, ... and the rate r,
///
/// ```text
/// m = m + (1 - beta1) * (g - m)
/// v = beta2 * v + (1 - beta2) * g^2
/// parameter -= r / (1 - beta1^t) * m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon)
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adam {
    /// Memory of the mean, in `[0, 1)`.
    pub beta1: f64,
    /// Memory of the mean square, in `[0, 1)`.
    pub beta2: f64,
    /// Keeps the division finite; positive.
    pub epsilon: f64,
}

impl Default for Adam {
    fn default() -> Self {
        Self {
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
        }
    }
}

impl Rule for Adam {
    const NAMES: &'static [Known] = &[Known::new(
        "adam",
        "adaptive moments; adam:BETA1:BETA2:EPSILON, 0.9, 0.999, 1e-8",
    )];

    fn parse(spelling: &Spelling<'_>) -> Result<Self, Error> {
        spelling.at_most(3)?;
        let default = Self::default();
        Ok(Self {
            beta1: spelling.argument(0, default.beta1),
            beta2: spelling.argument(1, default.beta2),
            epsilon: spelling.argument(2, default.epsilon),
        })
    }

    fn default_learning_rate(&self) -> f64 {
        1e-3
    }

    fn slots(&self) -> usize {
        2
    }

    fn with_momentum(&self, momentum: f64) -> Option<Self> {
        Some(Self {
            beta1: momentum,
            ..*self
        })
    }

    fn validate(&self) -> Result<(), Error> {
        fraction("adam's beta1", self.beta1)?;
        fraction("adam's beta2", self.beta2)?;
        if self.epsilon.is_finite() && self.epsilon > 0.0 {
            return Ok(());
        }
        let what = "adam's epsilon".to_owned();
        Err(Error::BadValue {
            what,
            value: self.epsilon,
            expected: "a positive number",
        })
    }

    fn update<T: Scalar>(
        &self,
        kernels: &Kernels<T>,
        step: u64,
        segment: &Segment,
        tensors: Tensors<'_, T>,
    ) -> bool {
        let Tensors {
            parameters,
            gradient,
            moments,
        } = tensors;
        let form = update::Adam {
            rate: T::from_f64(segment.rate / (1.0 - math::power(self.beta1, step))),
            decay: T::from_f64(segment.decay),
            share1: T::from_f64(1.0 - self.beta1),
            beta2: T::from_f64(self.beta2),
            share2: T::from_f64(1.0 - self.beta2),
            epsilon: T::from_f64(self.epsilon),
            root_correction: T::from_f64((1.0 - math::power(self.beta2, step)).sqrt()),
        };
        let (first, second) = moments.split_at_mut(parameters.len());
        let (start, end) = (segment.range.start, segment.range.end);
        kernels.adam(
            form,
            &mut parameters[start..end],
            &gradient[start..end],
            &mut first[start..end],
            &mut second[start..end],
        )
    }
}

impl fmt::Display for Adam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::default() {
            return f.write_str("adam");
        }
        write!(f, "adam:{}:{}:{}", self.beta1, self.beta2, self.epsilon)
    }
}
