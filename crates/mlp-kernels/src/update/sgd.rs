//! Gradient descent.

use super::rule::{UpdateRule, minus, settings};
use crate::Element;
use crate::simd::{Simd, Vector};

/// Gradient descent: `g' = g + decay w; w -= rate g'`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sgd<T> {
    /// Learning rate.
    pub rate: T,
    /// L2 coefficient.
    pub decay: T,
}

impl<T: Element> UpdateRule<T, 0> for Sgd<T> {
    settings!(Sgd: rate, decay);

    #[inline(always)]
    fn vector<S: Simd<T>>(
        rule: Self::Of<S::V>,
        s: S,
        w: S::V,
        g: S::V,
        _: [S::V; 0],
    ) -> (S::V, [S::V; 0]) {
        let g = rule.decay.fma(w, g);
        (minus::<T, S>(s, rule.rate).fma(g, w), [])
    }

    fn scalar(&self, w: T, g: T, _: [T; 0]) -> (T, [T; 0]) {
        let g = self.decay.mul_add(w, g);
        ((-self.rate).mul_add(g, w), [])
    }
}
