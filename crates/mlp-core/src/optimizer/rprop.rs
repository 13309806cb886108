//! Resilient propagation.

use mlp_kernels::update;

use super::{
    Field, OptimizerDefinition, Segment, Tensors, Updates, conflict,
    textbook::{Element, sign},
};
use crate::{Error, Scalar, spelling::Known};

/// Rprop: every parameter has its own step size, which starts at the learning rate and depends only on
/// the signs of its gradients g. With the product of the last two gradients,
///
/// ```text
/// positive: step = min(step * eta_plus, step_max)
/// negative: step = max(step * eta_minus, step_min); g counts as 0 now and in the next product
/// parameter -= sign(g) * step
/// ```
///
/// `rprop` is PyTorch's `Rprop`: iRprop- of Igel and Huesken (2000, "Improving the Rprop learning
/// algorithm"). Their `irprop+` also reverts the last update of a parameter where the sign has changed and the
/// loss has risen. Riedmiller and Braun's original (1993) is [`RpropPlus`](crate::RpropPlus). All are meant
/// for full batches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rprop {
    /// Factor of a step size after a change of sign, in (0, 1).
    pub eta_minus: f64,
    /// Factor of a step size after the same sign, above 1.
    pub eta_plus: f64,
    /// The smallest step size; not negative.
    pub step_min: f64,
    /// The largest step size.
    pub step_max: f64,
    /// Whether an update that crosses a minimum is reverted where the loss has risen: iRprop+.
    pub takes_back: bool,
}

impl Default for Rprop {
    fn default() -> Self {
        Self {
            eta_minus: 0.5,
            eta_plus: 1.2,
            step_min: 1e-6,
            step_max: 50.0,
            takes_back: false,
        }
    }
}

impl OptimizerDefinition for Rprop {
    const NAMES: &'static [Known] = &[
        Known::new("rprop", "step sizes from the signs of the gradient only"),
        Known::new(
            "irprop+",
            "rprop that reverts an update where the loss has risen",
        ),
    ];

    const SETTINGS: &'static [Field<Self>] = &[
        Field::eta_minus(|r| r.eta_minus, |r, x| r.eta_minus = x),
        Field::eta_plus(|r| r.eta_plus, |r, x| r.eta_plus = x),
        Field::step_min(|r| r.step_min, |r, x| r.step_min = x),
        Field::step_max(|r| r.step_max, |r, x| r.step_max = x),
    ];

    fn named(name: &str) -> Self {
        Self {
            takes_back: name == "irprop+",
            ..Self::default()
        }
    }

    fn name(&self) -> &'static str {
        Self::NAMES[usize::from(self.takes_back)].name
    }

    fn positional(_: &str) -> &'static [&'static str] {
        &["eta_minus", "eta_plus", "step_min", "step_max"]
    }

    fn default_learning_rate(&self) -> f64 {
        1e-2
    }

    fn is_steady(&self) -> bool {
        true
    }

    fn slots(&self) -> usize {
        2 + usize::from(self.takes_back)
    }

    /// The last loss.
    fn scalars(&self, segments: usize) -> usize {
        if self.takes_back { segments } else { 0 }
    }

    fn needs_loss(&self) -> bool {
        self.takes_back
    }

    fn consistent(&self) -> Result<(), Error> {
        if self.step_min > self.step_max {
            return Err(conflict(self.name(), "step_min must not be above step_max"));
        }
        Ok(())
    }

    fn textbook(&self, at: &Element, p: f64, g: f64, memory: &mut [f64; 3]) -> f64 {
        let Element { t, rate, .. } = *at;
        let [a, b, c] = memory;
        // Last gradient, step size, last update.
        if t == 1 {
            *b = rate;
        }
        let product = sign(g) * sign(*a);
        if product > 0.0 {
            *b *= self.eta_plus;
        } else if product < 0.0 {
            *b *= self.eta_minus;
        }
        *b = b.clamp(self.step_min, self.step_max);
        if product < 0.0 {
            *a = 0.0;
            *c = if self.takes_back && at.risen {
                -*c
            } else {
                0.0
            };
        } else {
            *a = g;
            *c = -sign(g) * *b;
        }
        p + *c
    }

    fn update<T: Scalar>(
        &self,
        updates: &mut Updates<'_, T>,
        step: u64,
        segment: &Segment,
        tensors: Tensors<'_, T>,
    ) -> bool {
        let steps = update::Rprop {
            decay: T::from_f64(segment.decay),
            minus: T::from_f64(self.eta_minus),
            plus: T::from_f64(self.eta_plus),
            least: T::from_f64(self.step_min),
            most: T::from_f64(self.step_max),
        };
        let first = T::from_f64(segment.rate);
        if !self.takes_back {
            let (parameters, gradient, [last, lengths]) = tensors.split(segment);
            if step == 1 {
                lengths.fill(first);
            }
            return updates.update(steps, parameters, gradient, [last, lengths]);
        }
        // A loss that is not known (NaN) has not risen.
        let risen = step > 1 && tensors.loss > tensors.scalars[0];
        tensors.scalars[0] = tensors.loss;
        let (parameters, gradient, [last, lengths, changes]) = tensors.split(segment);
        if step == 1 {
            lengths.fill(first);
        }
        let rule = update::IRpropPlus {
            steps,
            takes_back: risen,
        };
        updates.update(rule, parameters, gradient, [last, lengths, changes])
    }
}
