//! Adam with Nesterov's look ahead.

use super::moments::Moments;
use super::rule::UpdateRule;
use crate::Element;
use crate::simd::{Simd, Vector};

/// NAdam (Dozat 2016) in PyTorch's form: [`Moments`], `d = sqrt(v) / root_correction + epsilon`, and
/// `w = keep w - rate_gradient g' / d - rate_mean m / d`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nadam<T> {
    /// Learning rate of the gradient, corrected.
    pub rate_gradient: T,
    /// Learning rate of the mean, corrected.
    pub rate_mean: T,
    /// How the means move.
    pub moments: Moments<T>,
    /// What decoupled decay leaves of a parameter; one for none.
    pub keep: T,
    /// Added to the denominator.
    pub epsilon: T,
    /// `1 / sqrt(1 - beta2^t)`.
    pub root_factor: T,
}

impl<T: Element> UpdateRule<T, 2> for Nadam<T> {
    #[inline(always)]
    fn vector<S: Simd<T>>(&self, s: S, w: S::V, g: S::V, [m, v]: [S::V; 2]) -> (S::V, [S::V; 2]) {
        let [g, m, v] = self.moments.v_next(s, w, g, [m, v]);
        let root = v
            .sqrt()
            .fma(s.splat(self.root_factor), s.splat(self.epsilon));
        let w = s
            .splat(-self.rate_gradient)
            .fma(g / root, s.splat(self.keep) * w);
        (s.splat(-self.rate_mean).fma(m / root, w), [m, v])
    }

    fn scalar(&self, w: T, g: T, [m, v]: [T; 2]) -> (T, [T; 2]) {
        let [g, m, v] = self.moments.next(w, g, [m, v]);
        let root = v.sqrt_value().mul_add(self.root_factor, self.epsilon);
        let w = (-self.rate_gradient).mul_add(g / root, self.keep * w);
        ((-self.rate_mean).mul_add(m / root, w), [m, v])
    }
}
