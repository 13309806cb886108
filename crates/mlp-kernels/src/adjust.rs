//! Changes of a gradient between backpropagation and the update, and of weights after it: clipping, scaling, the
//! gradient of an L1 penalty.

use crate::Element;
use crate::math::v_flush;
use crate::simd::{Simd, Vector};
use crate::slices::{load, store};

/// Arguments of [`scale`] and [`clip`].
pub struct ByNumber<'a, T> {
    pub number: T,
    pub values: &'a mut [T],
}

/// Arguments of [`add_sign`].
pub struct AddSign<'a, T> {
    pub strength: T,
    pub params: &'a [T],
    pub grad: &'a mut [T],
}

/// Replaces each number by `f` of it, flushed.
#[inline(always)]
fn map<T: Element, S: Simd<T>>(s: S, values: &mut [T], f: impl Fn(S::V) -> S::V) {
    let (p, n) = (values.as_mut_ptr(), values.len());
    let mut i = 0;
    while i < n {
        // SAFETY: within the slice.
        unsafe {
            let new = v_flush::<T, S>(s, f(load(s, p.add(i), n - i)));
            store(s, p.add(i), n - i, new);
        }
        i += S::LANES;
    }
}

#[inline(always)]
pub(crate) fn scale<T: Element, S: Simd<T>>(s: S, a: ByNumber<'_, T>) {
    let factor = s.splat(a.number);
    map(s, a.values, |v| v * factor);
}

#[inline(always)]
pub(crate) fn clip<T: Element, S: Simd<T>>(s: S, a: ByNumber<'_, T>) {
    let (low, high) = (s.splat(-a.number), s.splat(a.number));
    map(s, a.values, |v| {
        let below = S::V::select(high.lt(v), high, v);
        S::V::select(v.lt(low), low, below)
    });
}

#[inline(always)]
pub(crate) fn add_sign<T: Element, S: Simd<T>>(s: S, a: AddSign<'_, T>) {
    let (w, g, n) = (a.params.as_ptr(), a.grad.as_mut_ptr(), a.params.len());
    let (strength, zero) = (s.splat(a.strength), s.splat(T::ZERO));
    let mut i = 0;
    while i < n {
        let left = n - i;
        // SAFETY: equal lengths, as `Kernels` asserts.
        unsafe {
            let (w, old) = (load(s, w.add(i), left), load(s, g.add(i), left));
            let above = S::V::select(zero.lt(w), old + strength, old);
            let new = S::V::select(w.lt(zero), old - strength, above);
            store(s, g.add(i), left, v_flush::<T, S>(s, new));
        }
        i += S::LANES;
    }
}
