//! Running means of the gradient and of its square, shared by the Adam family.

use crate::Element;
use crate::element::flush;
use crate::math::v_flush;
use crate::simd::{Simd, Vector};

/// `g' = g + decay w; m += (1 - beta1)(g' - m); v = beta2 v + (1 - beta2) g'^2`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments<T> {
    /// L2 coefficient.
    pub decay: T,
    /// `1 - beta1`, rounded once: in f32 the difference of rounded numbers would be off by 5e-5.
    pub share1: T,
    /// Decay of the second moment.
    pub beta2: T,
    /// `1 - beta2`, rounded once.
    pub share2: T,
}

impl<V: Copy> Moments<V> {
    /// The gradient with its penalty, and both means.
    #[inline(always)]
    pub(super) fn v_next<T: Element, S: Simd<T, V = V>>(
        self,
        s: S,
        w: V,
        g: V,
        [m, v]: [V; 2],
    ) -> [V; 3]
    where
        V: Vector<T>,
    {
        let g = self.decay.fma(w, g);
        let m = v_mean(s, self.share1, g, m);
        let v = self.beta2 * v;
        [g, m, v_flush::<T, S>(s, (self.share2 * g).fma(g, v))]
    }
}

impl<T: Element> Moments<T> {
    pub(super) fn next(&self, w: T, g: T, [m, v]: [T; 2]) -> [T; 3] {
        let g = self.decay.mul_add(w, g);
        let v = flush((self.share2 * g).mul_add(g, self.beta2 * v));
        [g, mean(self.share1, g, m), v]
    }
}

/// The mean moved towards the gradient.
#[inline(always)]
pub(super) fn v_mean<T: Element, S: Simd<T>>(s: S, share: S::V, g: S::V, m: S::V) -> S::V {
    v_flush::<T, S>(s, share.fma(g - m, m))
}

pub(super) fn mean<T: Element>(share: T, g: T, m: T) -> T {
    flush(share.mul_add(g - m, m))
}
