//! Adadelta: steps in the units of the parameters.

use super::rule::{UpdateRule, minus, settings};
use crate::Element;
use crate::element::flush;
use crate::math::v_flush;
use crate::simd::{Simd, Vector};

/// Adadelta (Zeiler 2012) in PyTorch's form: `g' = g + decay w; a = smoothing a + share g'^2;
/// d = sqrt(b + epsilon) / sqrt(a + epsilon) g'; b = smoothing b + share d^2; w -= rate d`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adadelta<T> {
    /// Learning rate.
    pub rate: T,
    /// L2 coefficient.
    pub decay: T,
    /// Decay of both running mean squares.
    pub smoothing: T,
    /// `1 - smoothing`.
    pub share: T,
    /// Added under both square roots.
    pub epsilon: T,
}

impl<T: Element> UpdateRule<T, 2> for Adadelta<T> {
    settings!(Adadelta: rate, decay, smoothing, share, epsilon);

    #[inline(always)]
    fn vector<S: Simd<T>>(
        rule: Self::Of<S::V>,
        s: S,
        w: S::V,
        g: S::V,
        [a, b]: [S::V; 2],
    ) -> (S::V, [S::V; 2]) {
        let (smoothing, share) = (rule.smoothing, rule.share);
        let epsilon = rule.epsilon;
        let g = rule.decay.fma(w, g);
        let a = v_flush::<T, S>(s, (share * g).fma(g, smoothing * a));
        let d = (b + epsilon).sqrt() / (a + epsilon).sqrt() * g;
        let b = v_flush::<T, S>(s, (share * d).fma(d, smoothing * b));
        (minus::<T, S>(s, rule.rate).fma(d, w), [a, b])
    }

    fn scalar(&self, w: T, g: T, [a, b]: [T; 2]) -> (T, [T; 2]) {
        let g = self.decay.mul_add(w, g);
        let a = flush((self.share * g).mul_add(g, self.smoothing * a));
        let d = (b + self.epsilon).sqrt_value() / (a + self.epsilon).sqrt_value() * g;
        let b = flush((self.share * d).mul_add(d, self.smoothing * b));
        ((-self.rate).mul_add(d, w), [a, b])
    }
}
