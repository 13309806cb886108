//! Sums of vectors: a step along a given direction.

use super::rule::{UpdateRule, minus, settings};
use crate::Element;
use crate::element::flush;
use crate::math::v_flush;
use crate::simd::{Simd, Vector};

/// `w = keep w - rate d`, with a direction d in place of the gradient.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Direction<T> {
    /// Factor of the direction.
    pub rate: T,
    /// Factor by which decoupled decay multiplies a parameter; one without decay.
    pub keep: T,
}

impl<T: Element> UpdateRule<T, 0> for Direction<T> {
    settings!(Direction: rate, keep);

    #[inline(always)]
    fn vector<S: Simd<T>>(
        rule: Self::Of<S::V>,
        s: S,
        w: S::V,
        d: S::V,
        _: [S::V; 0],
    ) -> (S::V, [S::V; 0]) {
        (minus::<T, S>(s, rule.rate).fma(d, rule.keep * w), [])
    }

    fn scalar(&self, w: T, d: T, _: [T; 0]) -> (T, [T; 0]) {
        ((-self.rate).mul_add(d, self.keep * w), [])
    }
}

/// `x += factor y` on gradients and directions, flushed: x in place of the parameters, y in place of the gradient.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AddScaled<T> {
    /// The factor.
    pub factor: T,
}

impl<T: Element> UpdateRule<T, 0> for AddScaled<T> {
    settings!(AddScaled: factor);

    #[inline(always)]
    fn vector<S: Simd<T>>(
        rule: Self::Of<S::V>,
        s: S,
        x: S::V,
        y: S::V,
        _: [S::V; 0],
    ) -> (S::V, [S::V; 0]) {
        (v_flush::<T, S>(s, rule.factor.fma(y, x)), [])
    }

    fn scalar(&self, x: T, y: T, _: [T; 0]) -> (T, [T; 0]) {
        (flush(self.factor.mul_add(y, x)), [])
    }
}
