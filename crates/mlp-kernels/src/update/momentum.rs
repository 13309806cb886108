//! Descent with a velocity.

use super::rule::UpdateRule;
use crate::Element;
use crate::element::flush;
use crate::math::v_flush;
use crate::simd::{Simd, Vector};

/// Momentum as PyTorch has it (Sutskever et al. 2013): `g' = g + decay w; v = momentum v + share g';
/// w -= rate v`.
///
/// scikit-learn's velocity, which holds the rate, is the same with the rate as `share` and a `rate`
/// of one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Momentum<T> {
    /// Learning rate.
    pub rate: T,
    /// L2 coefficient.
    pub decay: T,
    /// Factor of the velocity.
    pub momentum: T,
    /// One minus the dampening (one in PyTorch's first step).
    pub share: T,
}

impl<T: Element> Momentum<T> {
    /// The gradient's share, and the new velocity.
    #[inline(always)]
    fn v_velocity<S: Simd<T>>(&self, s: S, w: S::V, g: S::V, v: S::V) -> (S::V, S::V) {
        let g = s.splat(self.decay).fma(w, g);
        let fresh = s.splat(self.share) * g;
        (
            fresh,
            v_flush::<T, S>(s, s.splat(self.momentum).fma(v, fresh)),
        )
    }

    fn velocity(&self, w: T, g: T, v: T) -> (T, T) {
        let fresh = self.share * self.decay.mul_add(w, g);
        (fresh, flush(self.momentum.mul_add(v, fresh)))
    }
}

impl<T: Element> UpdateRule<T, 1> for Momentum<T> {
    #[inline(always)]
    fn vector<S: Simd<T>>(&self, s: S, w: S::V, g: S::V, [v]: [S::V; 1]) -> (S::V, [S::V; 1]) {
        let (_, v) = self.v_velocity(s, w, g, v);
        (s.splat(-self.rate).fma(v, w), [v])
    }

    fn scalar(&self, w: T, g: T, [v]: [T; 1]) -> (T, [T; 1]) {
        let (_, v) = self.velocity(w, g, v);
        ((-self.rate).mul_add(v, w), [v])
    }
}

/// Nesterov's momentum as PyTorch has it: the velocity of [`Momentum`], and `w -= rate (share g' +
/// momentum v)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nesterov<T>(pub Momentum<T>);

impl<T: Element> UpdateRule<T, 1> for Nesterov<T> {
    #[inline(always)]
    fn vector<S: Simd<T>>(&self, s: S, w: S::V, g: S::V, [v]: [S::V; 1]) -> (S::V, [S::V; 1]) {
        let (fresh, v) = self.0.v_velocity(s, w, g, v);
        let direction = s.splat(self.0.momentum).fma(v, fresh);
        (s.splat(-self.0.rate).fma(direction, w), [v])
    }

    fn scalar(&self, w: T, g: T, [v]: [T; 1]) -> (T, [T; 1]) {
        let (fresh, v) = self.0.velocity(w, g, v);
        let direction = self.0.momentum.mul_add(v, fresh);
        ((-self.0.rate).mul_add(direction, w), [v])
    }
}
