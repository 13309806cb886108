//! Adaptive moments.

use super::{Rule, Step, greater, v_greater};
use crate::Element;
use crate::flush::flush;
use crate::kernels::Table;
use crate::math::v_flush;
use crate::simd::{Simd, Vector};

/// Adam (Kingma and Ba 2014) in PyTorch's form: `g' = g + decay w; m += (1 - beta1)(g' - m); v = beta2 v + (1 - beta2) g'^2;
/// w = keep w - rate m / (sqrt(v) / root_correction + epsilon)`.
///
/// scikit-learn's form has the whole correction in the rate and a `root_correction` of one. An infinite one leaves `m` undivided by any root,
/// as RAdam's first steps do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adam<T> {
    /// Learning rate over `1 - beta1^t`.
    pub rate: T,
    /// L2 coefficient.
    pub decay: T,
    /// What decoupled decay leaves of a parameter; one for none.
    pub keep: T,
    /// `1 - beta1`, rounded once: in f32 the difference of rounded numbers would be off by 5e-5.
    pub share1: T,
    /// Decay of the second moment.
    pub beta2: T,
    /// `1 - beta2`, rounded once.
    pub share2: T,
    /// Added to the denominator.
    pub epsilon: T,
    /// `sqrt(1 - beta2^t)`.
    pub root_correction: T,
}

impl<T: Element> Adam<T> {
    #[inline(always)]
    fn v_moments<S: Simd<T>>(&self, s: S, w: S::V, g: S::V, m: S::V, v: S::V) -> [S::V; 2] {
        let g = s.splat(self.decay).fma(w, g);
        let m = v_flush::<T, S>(s, s.splat(self.share1).fma(g - m, m));
        let v = s.splat(self.beta2) * v;
        [m, v_flush::<T, S>(s, (s.splat(self.share2) * g).fma(g, v))]
    }

    #[inline(always)]
    fn v_moved<S: Simd<T>>(&self, s: S, w: S::V, m: S::V, v: S::V) -> S::V {
        let root_factor = s.splat(T::ONE / self.root_correction);
        let denominator = v.sqrt().fma(root_factor, s.splat(self.epsilon));
        s.splat(-self.rate)
            .fma(m / denominator, s.splat(self.keep) * w)
    }

    fn moments(&self, w: T, g: T, m: T, v: T) -> [T; 2] {
        let g = self.decay.mul_add(w, g);
        [
            flush(self.share1.mul_add(g - m, m)),
            flush((self.share2 * g).mul_add(g, self.beta2 * v)),
        ]
    }

    fn moved(&self, w: T, m: T, v: T) -> T {
        let denominator = v
            .sqrt_value()
            .mul_add(T::ONE / self.root_correction, self.epsilon);
        (-self.rate).mul_add(m / denominator, self.keep * w)
    }
}

impl<T: Element> Rule<T, 2> for Adam<T> {
    fn entry(table: &Table<T>) -> unsafe fn(Step<'_, T, Self, 2>) -> bool {
        table.adam
    }

    #[inline(always)]
    fn vector<S: Simd<T>>(&self, s: S, w: S::V, g: S::V, [m, v]: [S::V; 2]) -> (S::V, [S::V; 2]) {
        let [m, v] = self.v_moments(s, w, g, m, v);
        (self.v_moved(s, w, m, v), [m, v])
    }

    fn scalar(&self, w: T, g: T, [m, v]: [T; 2]) -> (T, [T; 2]) {
        let [m, v] = self.moments(w, g, m, v);
        (self.moved(w, m, v), [m, v])
    }
}

/// AMSGrad (Reddi et al. 2018): [`Adam`] divided by the root of the greatest second moment so far.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AmsGrad<T>(pub Adam<T>);

impl<T: Element> Rule<T, 3> for AmsGrad<T> {
    fn entry(table: &Table<T>) -> unsafe fn(Step<'_, T, Self, 3>) -> bool {
        table.ams_grad
    }

    #[inline(always)]
    fn vector<S: Simd<T>>(
        &self,
        s: S,
        w: S::V,
        g: S::V,
        [m, v, top]: [S::V; 3],
    ) -> (S::V, [S::V; 3]) {
        let [m, v] = self.0.v_moments(s, w, g, m, v);
        let top = v_greater::<T, S>(top, v);
        (self.0.v_moved(s, w, m, top), [m, v, top])
    }

    fn scalar(&self, w: T, g: T, [m, v, top]: [T; 3]) -> (T, [T; 3]) {
        let [m, v] = self.0.moments(w, g, m, v);
        let top = greater(top, v);
        (self.0.moved(w, m, top), [m, v, top])
    }
}
