//! Adam with Nesterov's look ahead.

use super::{Rule, Step};
use crate::Element;
use crate::flush::flush;
use crate::kernels::Table;
use crate::math::v_flush;
use crate::simd::{Simd, Vector};

/// NAdam (Dozat 2016) in PyTorch's form: the moments of [`Adam`](super::Adam), `d = sqrt(v) / root_correction + epsilon`, and
/// `w = keep w - rate_gradient g' / d - rate_mean m / d`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nadam<T> {
    /// Learning rate of the gradient, corrected.
    pub rate_gradient: T,
    /// Learning rate of the mean, corrected.
    pub rate_mean: T,
    /// L2 coefficient.
    pub decay: T,
    /// What decoupled decay leaves of a parameter; one for none.
    pub keep: T,
    /// `1 - beta1`.
    pub share1: T,
    /// Decay of the second moment.
    pub beta2: T,
    /// `1 - beta2`.
    pub share2: T,
    /// Added to the denominator.
    pub epsilon: T,
    /// `1 / sqrt(1 - beta2^t)`.
    pub root_factor: T,
}

impl<T: Element> Rule<T, 2> for Nadam<T> {
    fn entry(table: &Table<T>) -> unsafe fn(Step<'_, T, Self, 2>) -> bool {
        table.nadam
    }

    #[inline(always)]
    fn vector<S: Simd<T>>(&self, s: S, w: S::V, g: S::V, [m, v]: [S::V; 2]) -> (S::V, [S::V; 2]) {
        let g = s.splat(self.decay).fma(w, g);
        let m = v_flush::<T, S>(s, s.splat(self.share1).fma(g - m, m));
        let v = s.splat(self.beta2) * v;
        let v = v_flush::<T, S>(s, (s.splat(self.share2) * g).fma(g, v));
        let root = v
            .sqrt()
            .fma(s.splat(self.root_factor), s.splat(self.epsilon));
        let w = s
            .splat(-self.rate_gradient)
            .fma(g / root, s.splat(self.keep) * w);
        (s.splat(-self.rate_mean).fma(m / root, w), [m, v])
    }

    fn scalar(&self, w: T, g: T, [m, v]: [T; 2]) -> (T, [T; 2]) {
        let g = self.decay.mul_add(w, g);
        let m = flush(self.share1.mul_add(g - m, m));
        let v = flush((self.share2 * g).mul_add(g, self.beta2 * v));
        let root = v.sqrt_value().mul_add(self.root_factor, self.epsilon);
        let w = (-self.rate_gradient).mul_add(g / root, self.keep * w);
        ((-self.rate_mean).mul_add(m / root, w), [m, v])
    }
}
