//! The number type of a training: f32 or f64.

use mlp_kernels::Element;
use ndarray::{LinalgScalar, ScalarOperand};

/// f32 or f64: the type in which parameters, activations and gradients are stored. Losses and statistics are
/// f64 for both.
///
/// The set is closed, since [`Element`] is: the kernels are written for these two.
pub trait Scalar: Element + LinalgScalar + ScalarOperand {}

impl<T: Element + LinalgScalar + ScalarOperand> Scalar for T {}
