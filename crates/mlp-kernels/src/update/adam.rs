//! Adam and AMSGrad.

use super::moments::Moments;
use super::rule::{MOST, UpdateRule, greater, minus, padded, v_greater};
use crate::Element;
use crate::simd::{Simd, Vector};

/// Adam (Kingma and Ba 2014) in PyTorch's form: `m` and `v` move as [`Moments`] do, and
/// `w = keep w - rate m / (sqrt(v) / root_correction + epsilon)`.
///
/// scikit-learn's form has the whole correction in the rate and a `root_correction` of one. With an infinite one `m` is not divided by a root,
/// as in the first steps of RAdam.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adam<T> {
    /// Learning rate over `1 - beta1^t`.
    pub rate: T,
    /// Settings of the running means.
    pub moments: Moments<T>,
    /// Factor by which decoupled decay multiplies a parameter; one without decay.
    pub keep: T,
    /// Added to the denominator.
    pub epsilon: T,
    /// `sqrt(1 - beta2^t)`.
    pub root_correction: T,
}

impl<V: Copy> Adam<V> {
    #[inline(always)]
    fn v_moved<T: Element, S: Simd<T, V = V>>(self, s: S, w: V, m: V, v: V) -> V
    where
        V: Vector<T>,
    {
        let root_factor = s.splat(T::ONE) / self.root_correction;
        let denominator = v.sqrt().fma(root_factor, self.epsilon);
        minus::<T, S>(s, self.rate).fma(m / denominator, self.keep * w)
    }
}

impl<T: Element> Adam<T> {
    fn moved(&self, w: T, m: T, v: T) -> T {
        let denominator = v
            .sqrt_value()
            .mul_add(T::ONE / self.root_correction, self.epsilon);
        (-self.rate).mul_add(m / denominator, self.keep * w)
    }
}

impl<T: Element> UpdateRule<T, 2> for Adam<T> {
    type Of<V: Copy> = Adam<V>;
    const SETTINGS: usize = 8;

    #[inline(always)]
    fn settings(&self) -> [T; MOST] {
        let Moments {
            decay,
            share1,
            beta2,
            share2,
        } = self.moments;
        padded([
            decay,
            share1,
            beta2,
            share2,
            self.rate,
            self.keep,
            self.epsilon,
            self.root_correction,
        ])
    }

    #[inline(always)]
    fn with<V: Copy>(&self, settings: [V; MOST]) -> Adam<V> {
        let [
            decay,
            share1,
            beta2,
            share2,
            rate,
            keep,
            epsilon,
            root_correction,
            _,
        ] = settings;
        Adam {
            rate,
            moments: Moments {
                decay,
                share1,
                beta2,
                share2,
            },
            keep,
            epsilon,
            root_correction,
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
        let [_, m, v] = rule.moments.v_next::<T, S>(s, w, g, [m, v]);
        (rule.v_moved::<T, S>(s, w, m, v), [m, v])
    }

    fn scalar(&self, w: T, g: T, [m, v]: [T; 2]) -> (T, [T; 2]) {
        let [_, m, v] = self.moments.next(w, g, [m, v]);
        (self.moved(w, m, v), [m, v])
    }
}

/// AMSGrad (Reddi et al. 2018): [`Adam`] divided by the root of the largest second moment so far.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AmsGrad<T>(pub Adam<T>);

impl<T: Element> UpdateRule<T, 3> for AmsGrad<T> {
    type Of<V: Copy> = AmsGrad<V>;
    const SETTINGS: usize = <Adam<T> as UpdateRule<T, 2>>::SETTINGS;

    #[inline(always)]
    fn settings(&self) -> [T; MOST] {
        self.0.settings()
    }

    #[inline(always)]
    fn with<V: Copy>(&self, settings: [V; MOST]) -> AmsGrad<V> {
        AmsGrad(self.0.with(settings))
    }

    #[inline(always)]
    fn vector<S: Simd<T>>(
        rule: Self::Of<S::V>,
        s: S,
        w: S::V,
        g: S::V,
        [m, v, top]: [S::V; 3],
    ) -> (S::V, [S::V; 3]) {
        let [_, m, v] = rule.0.moments.v_next::<T, S>(s, w, g, [m, v]);
        let top = v_greater::<T, S>(top, v);
        (rule.0.v_moved::<T, S>(s, w, m, top), [m, v, top])
    }

    fn scalar(&self, w: T, g: T, [m, v, top]: [T; 3]) -> (T, [T; 3]) {
        let [_, m, v] = self.0.moments.next(w, g, [m, v]);
        let top = greater(top, v);
        (self.0.moved(w, m, top), [m, v, top])
    }
}
