//! NAdam: Adam with Nesterov's momentum.

use super::moments::Moments;
use super::rule::{MOST, UpdateRule, minus};
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
    /// Settings of the running means.
    pub moments: Moments<T>,
    /// Factor by which decoupled decay multiplies a parameter; one without decay.
    pub keep: T,
    /// Added to the denominator.
    pub epsilon: T,
    /// `1 / sqrt(1 - beta2^t)`.
    pub root_factor: T,
}

impl<T: Element> UpdateRule<T, 2> for Nadam<T> {
    type Of<V: Copy> = Nadam<V>;
    const SETTINGS: usize = 9;

    #[inline(always)]
    fn settings(&self) -> [T; MOST] {
        let Moments {
            decay,
            share1,
            beta2,
            share2,
        } = self.moments;
        [
            decay,
            share1,
            beta2,
            share2,
            self.rate_gradient,
            self.rate_mean,
            self.keep,
            self.epsilon,
            self.root_factor,
        ]
    }

    #[inline(always)]
    fn with<V: Copy>(&self, settings: [V; MOST]) -> Nadam<V> {
        let [
            decay,
            share1,
            beta2,
            share2,
            rate_gradient,
            rate_mean,
            keep,
            epsilon,
            root_factor,
        ] = settings;
        Nadam {
            rate_gradient,
            rate_mean,
            moments: Moments {
                decay,
                share1,
                beta2,
                share2,
            },
            keep,
            epsilon,
            root_factor,
        }
    }

    #[inline(always)]
    fn vector<S: Simd<T>>(
        rule: Self::Of<S::V>,
        s: S,
        w: S::V,
        g: S::V,
        [m, v]: [S::V; 2],
    ) -> (S::V, [S::V; 2]) {
        let [g, m, v] = rule.moments.v_next::<T, S>(s, w, g, [m, v]);
        let root = v.sqrt().fma(rule.root_factor, rule.epsilon);
        let w = minus::<T, S>(s, rule.rate_gradient).fma(g / root, rule.keep * w);
        (minus::<T, S>(s, rule.rate_mean).fma(m / root, w), [m, v])
    }

    fn scalar(&self, w: T, g: T, [m, v]: [T; 2]) -> (T, [T; 2]) {
        let [g, m, v] = self.moments.next(w, g, [m, v]);
        let root = v.sqrt_value().mul_add(self.root_factor, self.epsilon);
        let w = (-self.rate_gradient).mul_add(g / root, self.keep * w);
        ((-self.rate_mean).mul_add(m / root, w), [m, v])
    }
}
