//! Sums of squares and the test for finiteness.

use crate::Element;
use crate::kernels::args;
use crate::oracle;
use crate::simd::Simd;

pub(crate) fn sum_of_squares<T: Element, S: Simd<T>>(_: S, a: args::Values<'_, T>) -> f64 {
    oracle::sum_of_squares(a.values)
}

pub(crate) fn is_finite<T: Element, S: Simd<T>>(_: S, a: args::Values<'_, T>) -> bool {
    oracle::is_finite(a.values)
}
