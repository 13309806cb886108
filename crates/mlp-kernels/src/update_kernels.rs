//! Optimizer updates on vectors. A check vector collects `0 * w`, which is NaN from the first parameter on that is not finite.

use crate::Element;
use crate::kernels::args;
use crate::math::{v_canonical, v_flush};
use crate::simd::{Simd, Vector};
use crate::slices::{load, store};
use crate::update::Sgd;

/// `w - rate (g + decay w)`.
#[inline(always)]
pub(crate) fn sgd_vector<T: Element, S: Simd<T>>(s: S, step: &Sgd<T>, w: S::V, g: S::V) -> S::V {
    let g = s.splat(step.decay).fma(w, g);
    v_canonical::<T, S>(s, s.splat(-step.rate).fma(g, w))
}

#[inline(always)]
pub(crate) fn sgd<T: Element, S: Simd<T>>(s: S, a: args::SgdStep<'_, T>) -> bool {
    let (w, g, n) = (a.params.as_mut_ptr(), a.grad.as_ptr(), a.params.len());
    let mut check = s.splat(T::ZERO);
    let mut i = 0;
    while i < n {
        let left = n - i;
        // SAFETY: equal lengths, as `Kernels` asserts.
        unsafe {
            let new = sgd_vector(s, &a.step, load(s, w.add(i), left), load(s, g.add(i), left));
            check = new.fma(s.splat(T::ZERO), check);
            store(s, w.add(i), left, new);
        }
        i += S::LANES;
    }
    !S::V::any(check.is_nan())
}

#[inline(always)]
pub(crate) fn momentum<T: Element, S: Simd<T>>(s: S, a: args::MomentumStep<'_, T>) -> bool {
    if a.nesterov {
        velocity::<T, S, true>(s, a)
    } else {
        velocity::<T, S, false>(s, a)
    }
}

#[inline(always)]
fn velocity<T: Element, S: Simd<T>, const NESTEROV: bool>(
    s: S,
    a: args::MomentumStep<'_, T>,
) -> bool {
    let (w, g, v, n) = (
        a.params.as_mut_ptr(),
        a.grad.as_ptr(),
        a.velocity.as_mut_ptr(),
        a.params.len(),
    );
    let (momentum, share) = (s.splat(a.step.momentum), s.splat(a.step.share));
    let mut check = s.splat(T::ZERO);
    let mut i = 0;
    while i < n {
        let left = n - i;
        // SAFETY: equal lengths, as `Kernels` asserts.
        unsafe {
            let old = load(s, w.add(i), left);
            let g = s.splat(a.step.decay).fma(old, load(s, g.add(i), left));
            let velocity = v_flush::<T, S>(s, momentum.fma(load(s, v.add(i), left), share * g));
            let direction = if NESTEROV {
                momentum.fma(velocity, g)
            } else {
                velocity
            };
            let new = v_canonical::<T, S>(s, s.splat(-a.step.rate).fma(direction, old));
            check = new.fma(s.splat(T::ZERO), check);
            store(s, v.add(i), left, velocity);
            store(s, w.add(i), left, new);
        }
        i += S::LANES;
    }
    !S::V::any(check.is_nan())
}

#[inline(always)]
pub(crate) fn adam<T: Element, S: Simd<T>>(s: S, a: args::AdamStep<'_, T>) -> bool {
    let (w, g, n) = (a.params.as_mut_ptr(), a.grad.as_ptr(), a.params.len());
    let (first, second) = (a.first.as_mut_ptr(), a.second.as_mut_ptr());
    let step = a.step;
    let (share1, share2) = (s.splat(step.share1), s.splat(step.share2));
    let root_factor = s.splat(T::ONE / step.root_correction);
    let mut check = s.splat(T::ZERO);
    let mut i = 0;
    while i < n {
        let left = n - i;
        // SAFETY: equal lengths, as `Kernels` asserts.
        unsafe {
            let old = load(s, w.add(i), left);
            let g = s.splat(step.decay).fma(old, load(s, g.add(i), left));
            let m = load(s, first.add(i), left);
            let m = v_flush::<T, S>(s, share1.fma(g - m, m));
            let v = s.splat(step.beta2) * load(s, second.add(i), left);
            let v = v_flush::<T, S>(s, (share2 * g).fma(g, v));
            let denominator = v.sqrt().fma(root_factor, s.splat(step.epsilon));
            let new = v_canonical::<T, S>(s, s.splat(-step.rate).fma(m / denominator, old));
            check = new.fma(s.splat(T::ZERO), check);
            store(s, first.add(i), left, m);
            store(s, second.add(i), left, v);
            store(s, w.add(i), left, new);
        }
        i += S::LANES;
    }
    !S::V::any(check.is_nan())
}
