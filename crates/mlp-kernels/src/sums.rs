//! Sums of squares and products, and the test for finiteness.

use crate::Element;
use crate::kernels::args;
use crate::simd::{Simd, Vector};
use crate::slices::load;

#[inline(always)]
pub(crate) fn sum_of_squares<T: Element, S: Simd<T>>(s: S, a: args::Values<'_, T>) -> f64 {
    let (p, n) = (a.values.as_ptr(), a.values.len());
    let mut sum = s.sum_zero();
    let mut i = 0;
    while i < n {
        // SAFETY: within the slice.
        sum = s.sum_add_square(sum, unsafe { load(s, p.add(i), n - i) });
        i += S::LANES;
    }
    s.sum_total(sum)
}

#[inline(always)]
pub(crate) fn dot<T: Element, S: Simd<T>>(s: S, x: args::Pair<'_, T>) -> f64 {
    let (a, b, n) = (x.a.as_ptr(), x.b.as_ptr(), x.a.len());
    let mut sum = s.sum_zero();
    let mut i = 0;
    while i < n {
        // SAFETY: within the slices, whose lengths are equal, as `Kernels::dot` asserts.
        let (a, b) = unsafe { (load(s, a.add(i), n - i), load(s, b.add(i), n - i)) };
        sum = s.sum_add_product(sum, a, b);
        i += S::LANES;
    }
    s.sum_total(sum)
}

#[inline(always)]
pub(crate) fn is_finite<T: Element, S: Simd<T>>(s: S, a: args::Values<'_, T>) -> bool {
    let (p, n) = (a.values.as_ptr(), a.values.len());
    let mut check = s.splat(T::ZERO);
    let mut i = 0;
    while i < n {
        // Zero times infinity or NaN is NaN, which the sum keeps.
        // SAFETY: within the slice.
        check = unsafe { load(s, p.add(i), n - i) }.fma(s.splat(T::ZERO), check);
        i += S::LANES;
    }
    !S::V::any(check.is_nan())
}
