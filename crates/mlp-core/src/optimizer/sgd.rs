//! Gradient descent: plain, with momentum, and Nesterov's.

use std::fmt;

use mlp_kernels::{Kernels, update};

use super::{Rule, Segment, Tensors, fraction};
use crate::{
    Error, Scalar,
    spelling::{Known, Spelling},
};

/// Gradient descent as PyTorch's `SGD`: with the gradient g (decay included), the velocity v and
/// the rate r,
///
/// ```text
/// v = momentum * v + (1 - dampening) * g        (v = g in the first step)
/// parameter -= r * v                            plain momentum (Polyak 1964)
/// parameter -= r * (g + momentum * v)           nesterov (Sutskever et al. 2013)
/// parameter -= r * g                            without momentum
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sgd {
    /// In `[0, 1)`; 0 is plain descent.
    pub momentum: f64,
    /// In `[0, 1]`; 0 with Nesterov's form.
    pub dampening: f64,
    /// Nesterov's form; needs momentum.
    pub nesterov: bool,
}

impl Sgd {
    /// The momentum where a name asks for momentum and gives none.
    pub const DEFAULT_MOMENTUM: f64 = 0.9;
}

impl Rule for Sgd {
    const NAMES: &'static [Known] = &[
        Known::new("sgd", "gradient descent, full batch or mini-batches"),
        Known::new(
            "momentum",
            "gradient descent with a velocity; momentum:MOMENTUM:DAMPENING, 0.9, 0",
        ),
        Known::new(
            "nesterov",
            "gradient descent with Nesterov's velocity; nesterov:MOMENTUM, 0.9",
        ),
    ];

    fn parse(spelling: &Spelling<'_>) -> Result<Self, Error> {
        let momentum = spelling.argument(0, Self::DEFAULT_MOMENTUM);
        match spelling.name {
            "momentum" => {
                spelling.at_most(2)?;
                Ok(Self {
                    momentum,
                    dampening: spelling.argument(1, 0.0),
                    nesterov: false,
                })
            }
            "nesterov" => {
                spelling.at_most(1)?;
                Ok(Self {
                    momentum,
                    dampening: 0.0,
                    nesterov: true,
                })
            }
            _ => spelling.plain(Self::default()),
        }
    }

    fn default_learning_rate(&self) -> f64 {
        0.1
    }

    fn slots(&self) -> usize {
        usize::from(self.momentum != 0.0)
    }

    fn with_momentum(&self, momentum: f64) -> Option<Self> {
        (self.momentum != 0.0).then_some(Self { momentum, ..*self })
    }

    fn validate(&self) -> Result<(), Error> {
        fraction("the momentum", self.momentum)?;
        if !(0.0..=1.0).contains(&self.dampening) {
            let what = "the dampening".to_owned();
            return Err(Error::BadValue {
                what,
                value: self.dampening,
                expected: "at least 0 and at most 1",
            });
        }
        if self.nesterov && (self.momentum == 0.0 || self.dampening != 0.0) {
            let (what, value) = match self.momentum {
                0.0 => ("the momentum of nesterov", self.momentum),
                _ => ("the dampening of nesterov", self.dampening),
            };
            let expected = "such that the momentum is above 0 and the dampening 0";
            return Err(Error::BadValue {
                what: what.to_owned(),
                value,
                expected,
            });
        }
        Ok(())
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
        let (start, end) = (segment.range.start, segment.range.end);
        let (parameters, gradient) = (&mut parameters[start..end], &gradient[start..end]);
        let plain = segment.descent();
        if self.momentum == 0.0 {
            return kernels.sgd(plain, parameters, gradient);
        }
        let share = if step == 1 { 1.0 } else { 1.0 - self.dampening };
        let form = update::Momentum {
            rate: plain.rate,
            decay: plain.decay,
            momentum: T::from_f64(self.momentum),
            share: T::from_f64(share),
        };
        let velocity = &mut moments[start..end];
        match self.nesterov {
            true => kernels.nesterov(form, parameters, gradient, velocity),
            false => kernels.momentum(form, parameters, gradient, velocity),
        }
    }
}

impl fmt::Display for Sgd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self {
                nesterov: true,
                momentum,
                ..
            } => write!(f, "nesterov:{momentum}"),
            Self { momentum: 0.0, .. } => f.write_str("sgd"),
            Self {
                momentum,
                dampening: 0.0,
                ..
            } => write!(f, "momentum:{momentum}"),
            Self {
                momentum,
                dampening,
                ..
            } => write!(f, "momentum:{momentum}:{dampening}"),
        }
    }
}
