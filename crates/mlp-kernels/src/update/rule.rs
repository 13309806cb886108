//! What a rule is, and the one loop that serves every rule.

use crate::Element;
use crate::math::v_canonical;
use crate::simd::{Simd, Vector};
use crate::slices::{load, store};

/// The arithmetic of one optimizer on one parameter, with `K` numbers remembered of it (sealed).
pub trait UpdateRule<T: Element, const K: usize>: Copy + 'static {
    /// The new parameters and memory from parameters, gradients and memory. The memory is flushed,
    /// the parameters are not yet canonical.
    fn vector<S: Simd<T>>(&self, s: S, w: S::V, g: S::V, memory: [S::V; K]) -> (S::V, [S::V; K]);

    /// The same for one parameter: what defines the bits.
    fn scalar(&self, w: T, g: T, memory: [T; K]) -> (T, [T; K]);
}

/// The arguments of an update, as [`Kernels::update`](crate::Kernels::update) has checked them.
pub struct Step<'a, T, R, const K: usize> {
    pub(crate) rule: R,
    pub(crate) params: &'a mut [T],
    pub(crate) grad: &'a [T],
    pub(crate) memory: [&'a mut [T]; K],
}

/// Applies a rule. A check vector collects `0 * w`, which is NaN from the first parameter on that
/// is not finite.
#[inline(always)]
pub(crate) fn apply<T: Element, S: Simd<T>, R: UpdateRule<T, K>, const K: usize>(
    s: S,
    a: Step<'_, T, R, K>,
) -> bool {
    let (w, g, n) = (a.params.as_mut_ptr(), a.grad.as_ptr(), a.params.len());
    let memory = a.memory.map(<[T]>::as_mut_ptr);
    let mut check = s.splat(T::ZERO);
    let mut i = 0;
    while i < n {
        let left = n - i;
        // SAFETY: equal lengths, as `Kernels::update` asserts.
        unsafe {
            let mut old = [s.splat(T::ZERO); K];
            for (old, &p) in old.iter_mut().zip(&memory) {
                *old = load(s, p.add(i), left);
            }
            let (new, kept) =
                a.rule
                    .vector(s, load(s, w.add(i), left), load(s, g.add(i), left), old);
            let new = v_canonical::<T, S>(s, new);
            check = new.fma(s.splat(T::ZERO), check);
            for (&kept, &p) in kept.iter().zip(&memory) {
                store(s, p.add(i), left, kept);
            }
            store(s, w.add(i), left, new);
        }
        i += S::LANES;
    }
    !S::V::any(check.is_nan())
}

/// -1, 0 or 1; NaN for NaN.
#[inline(always)]
pub(super) fn v_sign<T: Element, S: Simd<T>>(s: S, x: S::V) -> S::V {
    let zero = s.splat(T::ZERO);
    let negative = S::V::select(x.lt(zero), s.splat(-T::ONE), zero);
    let sign = S::V::select(zero.lt(x), s.splat(T::ONE), negative);
    S::V::select(x.is_nan(), x, sign)
}

pub(super) fn sign<T: Element>(x: T) -> T {
    if x > T::ZERO {
        T::ONE
    } else if x < T::ZERO {
        -T::ONE
    } else if x == T::ZERO {
        T::ZERO
    } else {
        x
    }
}

/// The greater; `a` where either is NaN.
#[inline(always)]
pub(super) fn v_greater<T: Element, S: Simd<T>>(a: S::V, b: S::V) -> S::V {
    S::V::select(a.lt(b), b, a)
}

pub(super) fn greater<T: Element>(a: T, b: T) -> T {
    if a < b { b } else { a }
}

/// Absolute value by the sign bit.
pub(super) fn magnitude<T: Element>(x: T) -> T {
    if x.to_f64().is_sign_negative() { -x } else { x }
}
