//! `W x + b`, with or without a rectifier.

use super::product::{Finish, Product, product};
use crate::Element;
use crate::kernels::args;
use crate::math::v_canonical;
use crate::simd::{Simd, Vector};
use crate::slices::{load, store};

/// Starts from the bias, ends in y.
pub(crate) struct Forward<'a, T, const RELU: bool> {
    pub bias: Option<&'a [T]>,
    pub columns: usize,
    pub y: *mut T,
}

impl<T: Element, S: Simd<T>, const RELU: bool> Finish<T, S> for Forward<'_, T, RELU> {
    const BLOCKS: bool = true;
    const TAIL: bool = true;

    #[inline(always)]
    fn start(&self, s: S, row: usize) -> S::V {
        s.splat(match self.bias {
            Some(bias) => bias[row],
            None => T::ZERO,
        })
    }

    #[inline(always)]
    unsafe fn finish(&self, s: S, row: usize, column: usize, left: usize, sum: S::V) {
        let zero = s.splat(T::ZERO);
        let y = if RELU {
            S::V::select(sum.le(zero), zero, sum)
        } else {
            sum
        };
        // SAFETY: the caller's promise: the position is within y.
        unsafe {
            store(
                s,
                self.y.add(row * self.columns + column),
                left,
                v_canonical::<T, S>(s, y),
            );
        }
    }

    #[inline(always)]
    unsafe fn save(&self, s: S, row: usize, column: usize, left: usize, sum: S::V) {
        // SAFETY: the caller's promise.
        unsafe { store(s, self.y.add(row * self.columns + column), left, sum) }
    }

    #[inline(always)]
    unsafe fn resume(&self, s: S, row: usize, column: usize, left: usize) -> S::V {
        // SAFETY: the caller's promise.
        unsafe { load(s, self.y.add(row * self.columns + column), left) }
    }
}

#[inline(always)]
pub(crate) fn forward<T: Element, S: Simd<T>>(s: S, a: args::Affine<'_, T>) {
    let columns = a.shape.columns;
    let operands = Product {
        rows: a.shape.outputs,
        depth: a.shape.inputs,
        columns,
        a: a.w.as_ptr(),
        row_stride: a.shape.inputs,
        step: 1,
        b: a.x.as_ptr(),
        b_stride: columns,
    };
    let y = a.y.as_mut_ptr();
    // SAFETY: the slices have the sizes of the shape, as `Kernels` asserts.
    unsafe {
        if a.relu {
            product(
                s,
                &operands,
                &Forward::<T, true> {
                    bias: a.bias,
                    columns,
                    y,
                },
            );
        } else {
            product(
                s,
                &operands,
                &Forward::<T, false> {
                    bias: a.bias,
                    columns,
                    y,
                },
            );
        }
    }
}
