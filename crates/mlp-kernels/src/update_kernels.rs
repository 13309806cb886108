//! Optimizer updates on vectors.

use crate::kernels::args;
use crate::simd::Simd;
use crate::{Element, oracle};

pub(crate) fn sgd<T: Element, S: Simd<T>>(_: S, a: args::SgdStep<'_, T>) -> bool {
    oracle::sgd(a.step, a.params, a.grad)
}

pub(crate) fn momentum<T: Element, S: Simd<T>>(_: S, a: args::MomentumStep<'_, T>) -> bool {
    if a.nesterov {
        oracle::nesterov(a.step, a.params, a.grad, a.velocity)
    } else {
        oracle::momentum(a.step, a.params, a.grad, a.velocity)
    }
}

pub(crate) fn adam<T: Element, S: Simd<T>>(_: S, a: args::AdamStep<'_, T>) -> bool {
    oracle::adam(a.step, a.params, a.grad, a.first, a.second)
}
