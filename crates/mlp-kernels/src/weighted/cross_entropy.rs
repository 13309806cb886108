//! Cross-entropies with smoothed, soft and weighted targets.

use super::column::SampleVector;
use crate::kernels::args;
use crate::loss_kernels::equal;
use crate::math::{v_log1p_exp, v_sigmoid};
use crate::simd::{Simd, Vector};
use crate::{Element, Target};

/// t after smoothing over `classes` classes.
#[inline(always)]
fn smooth<T: Element, S: Simd<T>>(s: S, smoothing: T, classes: usize, t: S::V) -> S::V {
    let share = T::from_f64(smoothing.to_f64() / classes as f64);
    s.splat(T::ONE - smoothing).fma(t, s.splat(share))
}

/// c sigmoid(z) - p t with c = 1 + (p - 1) t, p the weight of positives.
#[inline(always)]
pub(super) fn binary_slope<T: Element, S: Simd<T>>(
    s: S,
    a: &args::WeightedLosses<'_, T>,
    k: usize,
    z: S::V,
    t: S::V,
) -> S::V {
    let (both, positive) = binary_shares(s, a, k, t);
    both.fma(v_sigmoid::<T, S>(s, z), positive.xor(s.splat(T::SIGN)))
}

/// c (max(z, 0) + ln(1 + exp(-|z|))) - p t z.
#[inline(always)]
pub(super) fn binary_term<T: Element, S: Simd<T>>(
    s: S,
    a: &args::WeightedLosses<'_, T>,
    k: usize,
    z: S::V,
    t: S::V,
) -> S::V {
    let (both, positive) = binary_shares(s, a, k, t);
    let zero = s.splat(T::ZERO);
    let rise = both * S::V::select(z.le(zero), zero, z);
    let minus = positive.xor(s.splat(T::SIGN));
    minus.fma(z, rise) + both * v_log1p_exp::<T, S>(s, z)
}

/// c and p t.
#[inline(always)]
fn binary_shares<T: Element, S: Simd<T>>(
    s: S,
    a: &args::WeightedLosses<'_, T>,
    k: usize,
    t: S::V,
) -> (S::V, S::V) {
    let t = smooth(s, a.by.smoothing, 2, t);
    let weight = a.output_weight(k);
    let both = s.splat(weight - T::ONE).fma(t, s.splat(T::ONE));
    (both, s.splat(weight) * t)
}

/// The weighted target q of class k.
#[inline(always)]
fn share<T: Element, S: Simd<T>>(
    s: S,
    a: &args::WeightedLosses<'_, T>,
    k: usize,
    classes: S::V,
    column: usize,
) -> S::V {
    let t = match a.of.target {
        Target::Classes(_) => {
            let hit = equal::<T, S>(s, classes, s.splat(T::from_f64(k as f64)));
            S::V::select(hit, s.splat(T::ONE), s.splat(T::ZERO))
        }
        Target::Values(_) => a.of.target(s, classes, k, column),
    };
    s.splat(a.output_weight(k)) * smooth(s, a.by.smoothing, a.of.outputs, t)
}

/// The slopes (sum of q) softmax(z) - q, times the column's factor.
///
/// # Safety
/// `dz` is as long as the logits, and the column is within.
#[inline(always)]
pub(super) unsafe fn softmax_gradient<T: Element, S: Simd<T>>(
    s: S,
    a: &args::WeightedLosses<'_, T>,
    column: SampleVector<S::V>,
    dz: *mut T,
) {
    let of = &a.of;
    let (top, _) = of.greatest(s, of.logits, column.at);
    let (mut sum, mut total) = (s.splat(T::ZERO), s.splat(T::ZERO));
    for k in 0..of.outputs {
        let e = T::v_exp(s, of.logits(s, k, column.at) - top);
        sum = sum + e;
        total = total + share(s, a, k, column.classes, column.at);
        // SAFETY: the caller's promise.
        unsafe { s.store(dz.add(k * of.columns + column.at), e) }
    }
    let factor = total * column.factor / sum;
    for k in 0..of.outputs {
        let q = share(s, a, k, column.classes, column.at);
        let minus = (q * column.factor).xor(s.splat(T::SIGN));
        // SAFETY: the caller's promise.
        unsafe {
            let p = dz.add(k * of.columns + column.at);
            s.store(p, s.load(p).fma(factor, minus));
        }
    }
}

/// Sum over the classes with q other than 0 of q (ln sum exp(z) - z_k).
#[inline(always)]
pub(super) fn softmax_term<T: Element, S: Simd<T>>(
    s: S,
    a: &args::WeightedLosses<'_, T>,
    classes: S::V,
    column: usize,
) -> S::V {
    let of = &a.of;
    let zero = s.splat(T::ZERO);
    let (top, argmax) = of.greatest(s, of.logits, column);
    let mut rest = zero;
    for k in 0..of.outputs {
        let e = T::v_exp(s, of.logits(s, k, column) - top);
        let index = s.splat(T::from_f64(k as f64));
        rest = rest + S::V::select(equal::<T, S>(s, argmax, index), zero, e);
    }
    let rest = T::v_log1p(s, rest);
    let mut term = zero;
    for k in 0..of.outputs {
        let q = share(s, a, k, classes, column);
        let log = rest + (top - of.logits(s, k, column));
        term = term + S::V::select(equal::<T, S>(s, q, zero), zero, q * log);
    }
    term
}
