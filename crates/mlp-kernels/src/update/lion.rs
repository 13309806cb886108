//! Lion: descent by the signs of a momentum.

use super::rule::{UpdateRule, minus, settings, sign, v_sign};
use crate::Element;
use crate::element::flush;
use crate::math::v_flush;
use crate::simd::{Simd, Vector};

/// Lion (Chen et al. 2023): `c = beta1 m + (1 - beta1) g; w = keep w - rate sign(c); m = beta2 m + (1 - beta2) g`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lion<T> {
    /// Learning rate.
    pub rate: T,
    /// Factor by which decoupled decay multiplies a parameter; one without decay.
    pub keep: T,
    /// Weight of the momentum in the step.
    pub beta1: T,
    /// `1 - beta1`.
    pub share1: T,
    /// Decay of the momentum.
    pub beta2: T,
    /// `1 - beta2`.
    pub share2: T,
}

impl<T: Element> UpdateRule<T, 1> for Lion<T> {
    settings!(Lion: rate, keep, beta1, share1, beta2, share2);

    #[inline(always)]
    fn vector<S: Simd<T>>(
        rule: Self::Of<S::V>,
        s: S,
        w: S::V,
        g: S::V,
        [m]: [S::V; 1],
    ) -> (S::V, [S::V; 1]) {
        let c = rule.beta1.fma(m, rule.share1 * g);
        let m = rule.beta2.fma(m, rule.share2 * g);
        let w = rule.keep * w;
        (
            minus::<T, S>(s, rule.rate).fma(v_sign::<T, S>(s, c), w),
            [v_flush::<T, S>(s, m)],
        )
    }

    fn scalar(&self, w: T, g: T, [m]: [T; 1]) -> (T, [T; 1]) {
        let c = self.beta1.mul_add(m, self.share1 * g);
        let m = self.beta2.mul_add(m, self.share2 * g);
        ((-self.rate).mul_add(sign(c), self.keep * w), [flush(m)])
    }
}
