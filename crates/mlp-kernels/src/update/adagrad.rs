//! Adagrad: learning rates by the sum of squared gradients.

use super::rule::{UpdateRule, minus, settings};
use crate::Element;
use crate::element::flush;
use crate::math::v_flush;
use crate::simd::{Simd, Vector};

/// Adagrad (Duchi et al. 2011) in PyTorch's form: `g' = g + decay w; a += g'^2; w -= rate g' / (sqrt(a) + epsilon)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adagrad<T> {
    /// Learning rate, including its decay.
    pub rate: T,
    /// L2 coefficient.
    pub decay: T,
    /// Added to the denominator.
    pub epsilon: T,
}

impl<T: Element> UpdateRule<T, 1> for Adagrad<T> {
    settings!(Adagrad: rate, decay, epsilon);

    #[inline(always)]
    fn vector<S: Simd<T>>(
        rule: Self::Of<S::V>,
        s: S,
        w: S::V,
        g: S::V,
        [a]: [S::V; 1],
    ) -> (S::V, [S::V; 1]) {
        let g = rule.decay.fma(w, g);
        let a = v_flush::<T, S>(s, g.fma(g, a));
        let root = a.sqrt() + rule.epsilon;
        (minus::<T, S>(s, rule.rate).fma(g / root, w), [a])
    }

    fn scalar(&self, w: T, g: T, [a]: [T; 1]) -> (T, [T; 1]) {
        let g = self.decay.mul_add(w, g);
        let a = flush(g.mul_add(g, a));
        let root = a.sqrt_value() + self.epsilon;
        ((-self.rate).mul_add(g / root, w), [a])
    }
}
