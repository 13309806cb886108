//! Dense layers over blocks of samples.

use crate::kernels::args;
use crate::simd::Simd;
use crate::{Element, oracle};

pub(crate) fn forward<T: Element, S: Simd<T>>(_: S, a: args::Forward<'_, T>) {
    oracle::dense_forward(a.shape, a.w, a.bias, a.scale, a.phi, a.x, a.pre, a.y);
}

pub(crate) fn input_gradient<T: Element, S: Simd<T>>(_: S, a: args::InputGradient<'_, T>) {
    oracle::dense_input_gradient(
        a.shape,
        a.w,
        a.scale,
        a.dz,
        a.phi,
        a.y_below,
        a.pre_below,
        a.dx,
    );
}

pub(crate) fn weight_gradient<T: Element, S: Simd<T>>(_: S, a: args::WeightGradient<'_, T>) {
    let _ = a.scratch;
    oracle::dense_weight_gradient(a.shape, a.scale, a.dz, a.x, a.accumulate, a.gw, a.gb);
}
