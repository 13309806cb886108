//! Gradient descent with momentum.

use super::rule::{MOST, UpdateRule, minus, settings};
use crate::Element;
use crate::element::flush;
use crate::math::v_flush;
use crate::simd::{Simd, Vector};

/// Momentum as PyTorch has it (Sutskever et al. 2013): `g' = g + decay w; v = momentum v + share g';
/// w -= rate v`.
///
/// scikit-learn's velocity, which includes the learning rate, is the same with the rate as `share` and a
/// `rate` of one.
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

impl<V: Copy> Momentum<V> {
    /// The gradient's share, and the new velocity.
    #[inline(always)]
    fn v_velocity<T: Element, S: Simd<T, V = V>>(self, s: S, w: V, g: V, v: V) -> (V, V)
    where
        V: Vector<T>,
    {
        let fresh = self.share * self.decay.fma(w, g);
        (fresh, v_flush::<T, S>(s, self.momentum.fma(v, fresh)))
    }
}

impl<T: Element> Momentum<T> {
    fn velocity(&self, w: T, g: T, v: T) -> (T, T) {
        let fresh = self.share * self.decay.mul_add(w, g);
        (fresh, flush(self.momentum.mul_add(v, fresh)))
    }
}

impl<T: Element> UpdateRule<T, 1> for Momentum<T> {
    settings!(Momentum: rate, decay, momentum, share);

    #[inline(always)]
    fn vector<S: Simd<T>>(
        rule: Self::Of<S::V>,
        s: S,
        w: S::V,
        g: S::V,
        [v]: [S::V; 1],
    ) -> (S::V, [S::V; 1]) {
        let (_, v) = rule.v_velocity::<T, S>(s, w, g, v);
        (minus::<T, S>(s, rule.rate).fma(v, w), [v])
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
    type Of<V: Copy> = Nesterov<V>;
    const SETTINGS: usize = <Momentum<T> as UpdateRule<T, 1>>::SETTINGS;

    #[inline(always)]
    fn settings(&self) -> [T; MOST] {
        self.0.settings()
    }

    #[inline(always)]
    fn with<V: Copy>(&self, settings: [V; MOST]) -> Nesterov<V> {
        Nesterov(self.0.with(settings))
    }

    #[inline(always)]
    fn vector<S: Simd<T>>(
        rule: Self::Of<S::V>,
        s: S,
        w: S::V,
        g: S::V,
        [v]: [S::V; 1],
    ) -> (S::V, [S::V; 1]) {
        let (fresh, v) = rule.0.v_velocity::<T, S>(s, w, g, v);
        let direction = rule.0.momentum.fma(v, fresh);
        (minus::<T, S>(s, rule.0.rate).fma(direction, w), [v])
    }

    fn scalar(&self, w: T, g: T, [v]: [T; 1]) -> (T, [T; 1]) {
        let (fresh, v) = self.0.velocity(w, g, v);
        let direction = self.0.momentum.mul_add(v, fresh);
        ((-self.0.rate).mul_add(direction, w), [v])
    }
}
