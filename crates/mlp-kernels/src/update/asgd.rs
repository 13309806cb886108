//! Averaged stochastic gradient descent.

use super::rule::{UpdateRule, minus, settings};
use crate::Element;
use crate::element::flush;
use crate::math::v_flush;
use crate::simd::{Simd, Vector};

/// Averaged gradient descent (Polyak and Juditsky 1992) in PyTorch's form: `g' = g + decay w; w = keep w - rate g'; a += share (w - a)`,
/// where a is the average.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Asgd<T> {
    /// Learning rate of this step.
    pub rate: T,
    /// L2 coefficient.
    pub decay: T,
    /// `1 - lambda rate`.
    pub keep: T,
    /// Weight of the new parameter in the average, at most one; with one the average is the parameter itself.
    pub share: T,
}

impl<T: Element> UpdateRule<T, 1> for Asgd<T> {
    settings!(Asgd: rate, decay, keep, share);

    #[inline(always)]
    fn vector<S: Simd<T>>(
        rule: Self::Of<S::V>,
        s: S,
        w: S::V,
        g: S::V,
        [a]: [S::V; 1],
    ) -> (S::V, [S::V; 1]) {
        let g = rule.decay.fma(w, g);
        let w = minus::<T, S>(s, rule.rate).fma(g, rule.keep * w);
        let whole = s.splat(T::ONE).le(rule.share);
        let a = S::V::select(whole, w, rule.share.fma(w - a, a));
        (w, [v_flush::<T, S>(s, a)])
    }

    fn scalar(&self, w: T, g: T, [a]: [T; 1]) -> (T, [T; 1]) {
        let g = self.decay.mul_add(w, g);
        let w = (-self.rate).mul_add(g, self.keep * w);
        let a = if self.share == T::ONE {
            w
        } else {
            self.share.mul_add(w - a, a)
        };
        (w, [flush(a)])
    }
}
