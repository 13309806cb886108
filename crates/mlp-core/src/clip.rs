//! Gradient clipping.

use mlp_kernels::Kernels;

use crate::{Error, Scalar};

/// How the gradient of the loss is clipped before any decay is added to it: PyTorch's
/// `clip_grad_value_` and `clip_grad_norm_`. Where both are given, values are clipped first.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Clip {
    /// Each element is clipped to [-value, value].
    pub value: Option<f64>,
    /// The gradient of all parameters together is multiplied by min(1, norm / (its L2 norm + 1e-6)).
    pub norm: Option<f64>,
}

impl Clip {
    /// Whether nothing is clipped.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    pub(crate) fn validate(&self) -> Result<(), Error> {
        for (what, limit) in [
            ("the limit of clipping by value", self.value),
            ("the limit of clipping by norm", self.norm),
        ] {
            if let Some(value) = limit.filter(|limit| !(limit.is_finite() && *limit > 0.0)) {
                return Err(Error::BadValue {
                    what: what.to_owned(),
                    value,
                    expected: "a finite number above 0",
                });
            }
        }
        Ok(())
    }

    pub(crate) fn apply<T: Scalar>(&self, kernels: &Kernels<T>, gradient: &mut [T]) {
        if let Some(value) = self.value {
            kernels.clip(T::from_f64(value), gradient);
        }
        if let Some(limit) = self.norm {
            let norm = kernels.sum_of_squares(gradient).sqrt();
            let factor = limit / (norm + 1e-6);
            // A norm that is NaN makes the gradient NaN, as in PyTorch.
            if factor < 1.0 || factor.is_nan() {
                kernels.scale(T::from_f64(factor), gradient);
            }
        }
    }
}
