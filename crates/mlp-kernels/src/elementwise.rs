//! Activations and their gradients, element by element.

use crate::kernels::args;
use crate::simd::Simd;
use crate::{Element, oracle};

pub(crate) fn activation<T: Element, S: Simd<T>>(_: S, a: args::Map<'_, T>) {
    oracle::activation(a.phi, a.z, a.y);
}

pub(crate) fn activation_gradient<T: Element, S: Simd<T>>(_: S, a: args::MapGradient<'_, T>) {
    oracle::activation_gradient(a.phi, a.z, a.y, a.dy, a.dz);
}
