//! Losses, their gradients and the count of right answers.

use crate::kernels::args;
use crate::simd::Simd;
use crate::{Element, oracle};

pub(crate) fn gradient<T: Element, S: Simd<T>>(_: S, a: args::LossGradient<'_, T>) {
    let of = a.of;
    oracle::loss_gradient(
        of.loss, of.outputs, of.columns, of.valid, a.scale, of.logits, of.target, a.dz,
    );
}

pub(crate) fn sum<T: Element, S: Simd<T>>(_: S, a: args::Losses<'_, T>) -> f64 {
    oracle::loss_sum(a.loss, a.outputs, a.columns, a.valid, a.logits, a.target)
}

pub(crate) fn correct<T: Element, S: Simd<T>>(_: S, a: args::Losses<'_, T>) -> usize {
    oracle::correct(a.outputs, a.columns, a.valid, a.logits, a.target)
}
