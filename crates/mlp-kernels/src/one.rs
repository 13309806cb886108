//! Dense layers for one sample: vectors run over features, so that nothing is padded.

use crate::kernels::args;
use crate::simd::Simd;
use crate::{Element, oracle};

pub(crate) fn forward<T: Element, S: Simd<T>>(_: S, a: args::Forward<'_, T>) {
    oracle::dense_forward_one(
        a.shape.inputs,
        a.shape.outputs,
        a.w,
        a.bias,
        a.scale,
        a.phi,
        a.x,
        a.pre,
        a.y,
    );
}

pub(crate) fn input_gradient<T: Element, S: Simd<T>>(_: S, a: args::InputGradient<'_, T>) {
    oracle::dense_input_gradient_one(
        a.shape.inputs,
        a.shape.outputs,
        a.w,
        a.scale,
        a.dz,
        a.phi,
        a.y_below,
        a.pre_below,
        a.dx,
    );
}

pub(crate) fn rank_one_gradient<T: Element, S: Simd<T>>(_: S, a: args::RankOne<'_, T>) {
    oracle::rank_one_gradient(a.scale, a.dz, a.x, a.accumulate, a.gw, a.gb);
}

pub(crate) fn rank_one_sgd<T: Element, S: Simd<T>>(_: S, a: args::RankOneSgd<'_, T>) -> bool {
    oracle::rank_one_sgd(a.step, a.scale, a.dz, a.x, a.w, a.b)
}
