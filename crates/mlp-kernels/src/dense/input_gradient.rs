//! `dx = (W^T dz) * phi'` for tanh and the rectifier, and the bare product for the others.

use super::forward::Forward;
use super::product::{Finish, Product, product};
use crate::activation::gradient;
use crate::kernels::args;
use crate::math::v_flush;
use crate::simd::Simd;
use crate::slices::{load, store};
use crate::{Activation, Element};

/// Applies the derivative by y, flushes.
struct Below<T, const TANH: bool> {
    columns: usize,
    y: *const T,
    dx: *mut T,
}

impl<T: Element, S: Simd<T>, const TANH: bool> Finish<T, S> for Below<T, TANH> {
    const BLOCKS: bool = true;
    const TAIL: bool = false;

    #[inline(always)]
    fn start(&self, s: S, _: usize) -> S::V {
        s.splat(T::ZERO)
    }

    #[inline(always)]
    unsafe fn finish(&self, s: S, row: usize, column: usize, left: usize, sum: S::V) {
        let phi = if TANH {
            Activation::Tanh
        } else {
            Activation::Relu
        };
        let at = row * self.columns + column;
        // SAFETY: the caller's promise: the position is within y and dx.
        unsafe {
            let y = load(s, self.y.add(at), left);
            store(
                s,
                self.dx.add(at),
                left,
                v_flush::<T, S>(s, gradient::<T, S>(s, phi, y, y, sum)),
            );
        }
    }

    #[inline(always)]
    unsafe fn save(&self, s: S, row: usize, column: usize, left: usize, sum: S::V) {
        // SAFETY: the caller's promise.
        unsafe { store(s, self.dx.add(row * self.columns + column), left, sum) }
    }

    #[inline(always)]
    unsafe fn resume(&self, s: S, row: usize, column: usize, left: usize) -> S::V {
        // SAFETY: the caller's promise.
        unsafe { load(s, self.dx.add(row * self.columns + column), left) }
    }
}

#[inline(always)]
pub(crate) fn input_gradient<T: Element, S: Simd<T>>(s: S, a: args::Transposed<'_, T>) {
    let columns = a.shape.columns;
    let operands = Product {
        rows: a.shape.inputs,
        depth: a.shape.outputs,
        columns,
        a: a.w.as_ptr(),
        row_stride: 1,
        step: a.shape.inputs,
        b: a.dz.as_ptr(),
        b_stride: columns,
    };
    let (y, dx) = (a.y_below.as_ptr(), a.dx.as_mut_ptr());
    // SAFETY: the slices have the sizes of the shape, as `Kernels` asserts.
    unsafe {
        match a.phi {
            Some(Activation::Tanh) => product(s, &operands, &Below::<T, true> { columns, y, dx }),
            Some(Activation::Relu) => product(s, &operands, &Below::<T, false> { columns, y, dx }),
            _ => product(
                s,
                &operands,
                &Forward::<T, false> {
                    bias: None,
                    columns,
                    y: dx,
                },
            ),
        }
    }
}
