//! Adamax: Adam with the largest gradient instead of the second moment.

use super::moments::{mean, v_mean};
use super::rule::{UpdateRule, greater, magnitude, minus, settings, v_greater};
use crate::Element;
use crate::element::flush;
use crate::math::{v_abs, v_flush};
use crate::simd::{Simd, Vector};

/// Adamax (Kingma and Ba 2014, section 7.1) in PyTorch's form: `g' = g + decay w; m += (1 - beta1)(g' - m);
/// u = max(beta2 u, |g'| + epsilon); w -= rate m / u`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adamax<T> {
    /// Learning rate over `1 - beta1^t`.
    pub rate: T,
    /// L2 coefficient.
    pub decay: T,
    /// `1 - beta1`.
    pub share1: T,
    /// Decay of the largest gradient.
    pub beta2: T,
    /// Added to the absolute value of a gradient.
    pub epsilon: T,
}

impl<T: Element> UpdateRule<T, 2> for Adamax<T> {
    settings!(Adamax: rate, decay, share1, beta2, epsilon);

    #[inline(always)]
    fn vector<S: Simd<T>>(
        rule: Self::Of<S::V>,
        s: S,
        w: S::V,
        g: S::V,
        [m, u]: [S::V; 2],
    ) -> (S::V, [S::V; 2]) {
        let g = rule.decay.fma(w, g);
        let m = v_mean(s, rule.share1, g, m);
        let size = v_abs::<T, S>(s, g) + rule.epsilon;
        let u = v_flush::<T, S>(s, v_greater::<T, S>(rule.beta2 * u, size));
        (minus::<T, S>(s, rule.rate).fma(m / u, w), [m, u])
    }

    fn scalar(&self, w: T, g: T, [m, u]: [T; 2]) -> (T, [T; 2]) {
        let g = self.decay.mul_add(w, g);
        let m = mean(self.share1, g, m);
        let u = flush(greater(self.beta2 * u, magnitude(g) + self.epsilon));
        ((-self.rate).mul_add(m / u, w), [m, u])
    }
}
