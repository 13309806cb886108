//! Gradient descent: plain, with momentum, and Nesterov's.

use mlp_kernels::update;

use super::{
    Field, Form, OptimizerDefinition, Segment, Tensors, Updates, conflict,
    fields::{flag, number, word},
    textbook::Element,
};
use crate::{Error, Scalar, spelling::Known};

/// Gradient descent like PyTorch's `SGD`: with the gradient g (decay included), the velocity v and
/// the rate r,
///
/// ```text
/// v = momentum * v + (1 - dampening) * g        (v = g in the first step)
/// parameter -= r * v                            plain momentum (Polyak 1964)
/// parameter -= r * (g + momentum * v)           nesterov (Sutskever et al. 2013)
/// parameter -= r * g                            without momentum
/// ```
///
/// scikit-learn's velocity includes the rate, which differs where the rate changes:
///
/// ```text
/// v = momentum * v + r * g
/// parameter -= v, or with nesterov parameter -= momentum * v + r * g
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sgd {
    /// In `[0, 1)`; 0 is plain gradient descent.
    pub momentum: f64,
    /// In `[0, 1]`; 0 with Nesterov momentum.
    pub dampening: f64,
    /// Nesterov momentum; needs a momentum above 0.
    pub nesterov: bool,
    /// Whether the velocity holds gradients or steps.
    pub form: Form,
}

impl Sgd {
    /// The momentum of names that imply one, by default.
    pub const DEFAULT_MOMENTUM: f64 = 0.9;
}

impl OptimizerDefinition for Sgd {
    const NAMES: &'static [Known] = &[
        Known::new("sgd", "gradient descent, full batch or mini-batches"),
        Known::new("momentum", "gradient descent with momentum"),
        Known::new("nesterov", "gradient descent with Nesterov momentum"),
    ];

    const SETTINGS: &'static [Field<Self>] = &[
        number!(momentum, "momentum: decay of the velocity", BelowOne),
        number!(
            dampening,
            "dampening of the gradient in the velocity",
            Share
        ),
        flag!(nesterov, "Nesterov momentum"),
        word!(
            form,
            "which library's form to follow where they differ",
            Form
        ),
    ];

    fn named(name: &str) -> Self {
        Self {
            momentum: if name == "sgd" {
                0.0
            } else {
                Self::DEFAULT_MOMENTUM
            },
            nesterov: name == "nesterov",
            ..Self::default()
        }
    }

    fn positional(name: &str) -> &'static [&'static str] {
        match name {
            "momentum" => &["momentum", "dampening"],
            "nesterov" => &["momentum"],
            _ => &[],
        }
    }

    fn default_learning_rate(&self) -> f64 {
        0.1
    }

    fn momentum_mut(&mut self) -> Option<&mut f64> {
        (self.momentum != 0.0).then_some(&mut self.momentum)
    }

    fn is_steady(&self) -> bool {
        true
    }

    fn slots(&self) -> usize {
        usize::from(self.momentum != 0.0)
    }

    fn consistent(&self) -> Result<(), Error> {
        if self.nesterov && self.momentum == 0.0 {
            return Err(conflict("nesterov", "the momentum must be above 0"));
        }
        if self.nesterov && self.dampening != 0.0 {
            return Err(conflict("nesterov", "the dampening must be 0"));
        }
        if self.form == Form::Sklearn && self.dampening != 0.0 {
            return Err(conflict("sgd", "the form sklearn has no dampening"));
        }
        Ok(())
    }

    fn textbook(&self, at: &Element, p: f64, g: f64, memory: &mut [f64; 3]) -> f64 {
        let Element { t, rate, .. } = *at;
        let [a, ..] = memory;
        if self.momentum == 0.0 {
            return p - rate * g;
        }
        if self.form == Form::Sklearn {
            *a = self.momentum * *a + rate * g;
            return if self.nesterov {
                p - (self.momentum * *a + rate * g)
            } else {
                p - *a
            };
        }
        let share = if t == 1 { 1.0 } else { 1.0 - self.dampening };
        *a = self.momentum * *a + share * g;
        if self.nesterov {
            p - rate * (g + self.momentum * *a)
        } else {
            p - rate * *a
        }
    }

    fn update<T: Scalar>(
        &self,
        updates: &mut Updates<'_, T>,
        step: u64,
        segment: &Segment,
        tensors: Tensors<'_, T>,
    ) -> bool {
        let plain = segment.descent();
        if self.momentum == 0.0 {
            let (parameters, gradient, []) = tensors.split(segment);
            return updates.update(plain, parameters, gradient, []);
        }
        let (parameters, gradient, slots) = tensors.split(segment);
        let share = if step == 1 { 1.0 } else { 1.0 - self.dampening };
        let (rate, share) = match self.form {
            Form::Pytorch => (plain.rate, T::from_f64(share)),
            Form::Sklearn => (T::from_f64(1.0), plain.rate),
        };
        let rule = update::Momentum {
            rate,
            decay: plain.decay,
            momentum: T::from_f64(self.momentum),
            share,
        };
        match self.nesterov {
            true => updates.update(update::Nesterov(rule), parameters, gradient, slots),
            false => updates.update(rule, parameters, gradient, slots),
        }
    }
}
