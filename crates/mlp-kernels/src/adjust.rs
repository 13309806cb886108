//! What is done to a gradient between backpropagation and the update, and to weights after it: cut, scaled, pulled
//! towards zero.

use crate::Element;
use crate::kernels::Kernels;
use crate::math::v_flush;
use crate::simd::{Simd, Vector};
use crate::slices::{load, store};

/// Arguments of [`scale`] and [`clip`].
pub struct ByNumber<'a, T> {
    pub number: T,
    pub values: &'a mut [T],
}

/// Arguments of [`add_sign`].
pub struct AddSign<'a, T> {
    pub strength: T,
    pub params: &'a [T],
    pub grad: &'a mut [T],
}

/// Replaces each number by `f` of it, flushed.
#[inline(always)]
fn map<T: Element, S: Simd<T>>(s: S, values: &mut [T], f: impl Fn(S::V) -> S::V) {
    let (p, n) = (values.as_mut_ptr(), values.len());
    let mut i = 0;
    while i < n {
        // SAFETY: within the slice.
        unsafe {
            let new = v_flush::<T, S>(s, f(load(s, p.add(i), n - i)));
            store(s, p.add(i), n - i, new);
        }
        i += S::LANES;
    }
}

#[inline(always)]
pub(crate) fn scale<T: Element, S: Simd<T>>(s: S, a: ByNumber<'_, T>) {
    let factor = s.splat(a.number);
    map(s, a.values, |v| v * factor);
}

#[inline(always)]
pub(crate) fn clip<T: Element, S: Simd<T>>(s: S, a: ByNumber<'_, T>) {
    let (low, high) = (s.splat(-a.number), s.splat(a.number));
    map(s, a.values, |v| {
        let below = S::V::select(high.lt(v), high, v);
        S::V::select(v.lt(low), low, below)
    });
}

#[inline(always)]
pub(crate) fn add_sign<T: Element, S: Simd<T>>(s: S, a: AddSign<'_, T>) {
    let (w, g, n) = (a.params.as_ptr(), a.grad.as_mut_ptr(), a.params.len());
    let (strength, zero) = (s.splat(a.strength), s.splat(T::ZERO));
    let mut i = 0;
    while i < n {
        let left = n - i;
        // SAFETY: equal lengths, as `Kernels` asserts.
        unsafe {
            let (w, old) = (load(s, w.add(i), left), load(s, g.add(i), left));
            let above = S::V::select(zero.lt(w), old + strength, old);
            let new = S::V::select(w.lt(zero), old - strength, above);
            store(s, g.add(i), left, v_flush::<T, S>(s, new));
        }
        i += S::LANES;
    }
}

impl<T: Element> Kernels<T> {
    /// `v = factor v`, flushed.
    pub fn scale(&self, factor: T, values: &mut [T]) {
        let number = factor;
        // SAFETY: `new` found the level supported.
        unsafe { (self.table.scale)(ByNumber { number, values }) }
    }

    /// Cuts every number to `[-limit, limit]`, flushed; NaN stays.
    pub fn clip(&self, limit: T, values: &mut [T]) {
        let number = limit;
        // SAFETY: `new` found the level supported.
        unsafe { (self.table.clip)(ByNumber { number, values }) }
    }

    /// `g += strength sign(w)`, flushed, with sign(0) = 0: the subgradient of `strength |w|`.
    pub fn add_sign(&self, strength: T, params: &[T], grad: &mut [T]) {
        assert_eq!(grad.len(), params.len(), "gradients");
        // SAFETY: `new` found the level supported.
        unsafe {
            (self.table.add_sign)(AddSign {
                strength,
                params,
                grad,
            });
        }
    }

    /// Makes every row of `columns` numbers that is longer than `limit` (in the L2 norm) that long.
    ///
    /// A row's norm is the root of [`Kernels::sum_of_squares`]; the factor `limit / norm` is rounded once.
    pub fn limit_rows(&self, limit: f64, columns: usize, values: &mut [T]) {
        for row in values.chunks_exact_mut(columns) {
            let norm = self.sum_of_squares(row).sqrt();
            if norm > limit {
                self.scale(T::from_f64(limit / norm), row);
            }
        }
    }
}

/// The same as naive scalar code, part of [`oracle`](crate::oracle).
pub mod naive {
    use super::Element;
    use crate::flush::flush;
    use crate::oracle::sum_of_squares;

    /// See [`Kernels::scale`](crate::Kernels::scale).
    pub fn scale<T: Element>(factor: T, values: &mut [T]) {
        values.iter_mut().for_each(|v| *v = flush(*v * factor));
    }

    /// See [`Kernels::clip`](crate::Kernels::clip).
    pub fn clip<T: Element>(limit: T, values: &mut [T]) {
        for v in values {
            *v = flush(match *v {
                v if v < -limit => -limit,
                v if v > limit => limit,
                v => v,
            });
        }
    }

    /// See [`Kernels::add_sign`](crate::Kernels::add_sign).
    pub fn add_sign<T: Element>(strength: T, params: &[T], grad: &mut [T]) {
        for (g, &w) in grad.iter_mut().zip(params) {
            *g = flush(match w {
                w if w < T::ZERO => *g - strength,
                w if w > T::ZERO => *g + strength,
                _ => *g,
            });
        }
    }

    /// See [`Kernels::limit_rows`](crate::Kernels::limit_rows).
    pub fn limit_rows<T: Element>(limit: f64, columns: usize, values: &mut [T]) {
        for row in values.chunks_exact_mut(columns) {
            let norm = sum_of_squares(row).sqrt();
            if norm > limit {
                scale(T::from_f64(limit / norm), row);
            }
        }
    }
}
