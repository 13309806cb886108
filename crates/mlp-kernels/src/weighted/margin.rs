//! Hinge losses.

use super::column::SampleVector;
use crate::Element;
use crate::kernels::args;
use crate::loss::Margin;
use crate::loss_kernels::equal;
use crate::simd::{Simd, Vector};

/// max(0, m)^p; NaN stays.
#[inline(always)]
fn excess<T: Element, S: Simd<T>>(s: S, squared: bool, m: S::V) -> S::V {
    let zero = s.splat(T::ZERO);
    let m = S::V::select(m.le(zero), zero, m);
    if squared { m * m } else { m }
}

/// The derivative of max(0, m)^p by m; NaN stays.
#[inline(always)]
fn rise<T: Element, S: Simd<T>>(s: S, squared: bool, m: S::V) -> S::V {
    let zero = s.splat(T::ZERO);
    if squared {
        S::V::select(m.le(zero), zero, m + m)
    } else {
        let step = S::V::select(zero.lt(m), s.splat(T::ONE), m);
        S::V::select(m.le(zero), zero, step)
    }
}

/// 1 - 2 t, and m = 1 - (2 t - 1) z.
#[inline(always)]
fn margin_of<T: Element, S: Simd<T>>(s: S, z: S::V, t: S::V) -> (S::V, S::V) {
    let one = s.splat(T::ONE);
    let minus = one - (t + t);
    (minus, minus.fma(z, one))
}

/// The derivative by a single z.
#[inline(always)]
pub(super) fn slope<T: Element, S: Simd<T>>(s: S, squared: bool, z: S::V, t: S::V) -> S::V {
    let (minus, m) = margin_of(s, z, t);
    minus * rise(s, squared, m)
}

/// The loss of a single z.
#[inline(always)]
pub(super) fn term<T: Element, S: Simd<T>>(s: S, squared: bool, z: S::V, t: S::V) -> S::V {
    excess(s, squared, margin_of(s, z, t).1)
}

/// The score of the right class, and the best other score with the first index that has it. NaN where any score is NaN.
#[inline(always)]
fn scores<T: Element, S: Simd<T>>(
    s: S,
    of: &args::Losses<'_, T>,
    classes: S::V,
    column: usize,
) -> (S::V, S::V, S::V) {
    let zero = s.splat(T::ZERO);
    let (mut right, mut nan) = (zero, zero);
    let mut best = (s.splat(T::from_f64(f64::NEG_INFINITY)), s.splat(-T::ONE));
    for k in 0..of.outputs {
        let (z, index) = (of.logits(s, k, column), s.splat(T::from_f64(k as f64)));
        let hit = equal::<T, S>(s, classes, index);
        nan = S::V::select(z.is_nan(), z, nan);
        right = S::V::select(hit, z, right);
        let other = S::V::select(hit, s.splat(T::from_f64(f64::NEG_INFINITY)), z);
        let greater = best.0.lt(other);
        best = (
            S::V::select(greater, other, best.0),
            S::V::select(greater, index, best.1),
        );
    }
    (right, best.0 + nan, best.1)
}

/// The loss of a sample with classes and several outputs.
#[inline(always)]
pub(super) fn term_of<T: Element, S: Simd<T>>(
    s: S,
    of: &args::Losses<'_, T>,
    squared: bool,
    margin: Margin,
    classes: S::V,
    column: usize,
) -> S::V {
    let one = s.splat(T::ONE);
    let (right, best, _) = scores(s, of, classes, column);
    if margin == Margin::Best {
        return excess(s, squared, (best - right) + one);
    }
    let mut total = s.splat(T::ZERO);
    for k in 0..of.outputs {
        let m = (of.logits(s, k, column) - right) + one;
        let hit = equal::<T, S>(s, classes, s.splat(T::from_f64(k as f64)));
        total = total + S::V::select(hit, s.splat(T::ZERO), excess(s, squared, m));
    }
    total / s.splat(T::from_f64(of.outputs as f64))
}

/// The slopes of a sample with classes and several outputs, times the column's factor.
///
/// # Safety
/// `dz` is as long as the logits, and the column is within.
#[inline(always)]
pub(super) unsafe fn gradient<T: Element, S: Simd<T>>(
    s: S,
    of: &args::Losses<'_, T>,
    squared: bool,
    margin: Margin,
    column: SampleVector<S::V>,
    dz: *mut T,
) {
    let (zero, one) = (s.splat(T::ZERO), s.splat(T::ONE));
    let (right, best, argbest) = scores(s, of, column.classes, column.at);
    let factor = match margin {
        Margin::Best => column.factor,
        Margin::AllPairs => column.factor / s.splat(T::from_f64(of.outputs as f64)),
    };
    let margins = Margins {
        squared,
        margin,
        right,
        argbest,
        steepest: rise(s, squared, (best - right) + one),
    };
    let mut total = margins.steepest;
    if margin == Margin::AllPairs {
        total = zero;
        for k in 0..of.outputs {
            total = total + margins.slope(s, of, column, k).1;
        }
    }
    for k in 0..of.outputs {
        let (hit, slope) = margins.slope(s, of, column, k);
        let slope = S::V::select(hit, zero - total, slope);
        // SAFETY: the caller's promise.
        unsafe { s.store(dz.add(k * of.columns + column.at), slope * factor) }
    }
}

/// What the slopes of a vector of samples are made of.
#[derive(Clone, Copy)]
struct Margins<V> {
    squared: bool,
    margin: Margin,
    right: V,
    argbest: V,
    steepest: V,
}

impl<V: Copy> Margins<V> {
    /// Whether class k is the right one, and the slope by its score where it is not; else 0.
    #[inline(always)]
    fn slope<T: Element, S: Simd<T, V = V>>(
        self,
        s: S,
        of: &args::Losses<'_, T>,
        column: SampleVector<V>,
        k: usize,
    ) -> (<V as Vector<T>>::Mask, V)
    where
        V: Vector<T>,
    {
        let (zero, index) = (s.splat(T::ZERO), s.splat(T::from_f64(k as f64)));
        let hit = equal::<T, S>(s, column.classes, index);
        let slope = match self.margin {
            Margin::Best => V::select(equal::<T, S>(s, self.argbest, index), self.steepest, zero),
            Margin::AllPairs => {
                let m = (of.logits(s, k, column.at) - self.right) + s.splat(T::ONE);
                rise(s, self.squared, m)
            }
        };
        (hit, V::select(hit, zero, slope))
    }
}
