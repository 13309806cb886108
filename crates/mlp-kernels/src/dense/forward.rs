//! `phi(scale * W x + b)` for the activations that are applied in registers.

use super::product::{Finish, Product, product};
use crate::kernels::args;
use crate::math::{canonical_all, tanh_all};
use crate::simd::{Simd, Vector};
use crate::slices::{load, store};
use crate::{Activation, Element};

/// No activation, an index of [`Forward`].
const BARE: u8 = 0;
const RELU: u8 = 1;
const TANH: u8 = 2;

/// Starts from the bias or, with a scale, from +0; ends in y.
struct Forward<'a, T, const PHI: u8> {
    bias: Option<&'a [T]>,
    scale: Option<T>,
    columns: usize,
    y: *mut T,
}

impl<T: Element, S: Simd<T>, const PHI: u8> Finish<T, S> for Forward<'_, T, PHI> {
    const BLOCKS: bool = true;
    const TAIL: bool = true;

    #[inline(always)]
    fn start(&self, s: S, row: usize) -> S::V {
        s.splat(match self.bias {
            Some(bias) if self.scale.is_none() => bias[row],
            _ => T::ZERO,
        })
    }

    #[inline(always)]
    unsafe fn finish<const C: usize>(
        &self,
        s: S,
        row: usize,
        column: usize,
        left: usize,
        mut sums: [S::V; C],
    ) {
        let zero = s.splat(T::ZERO);
        if let Some(scale) = self.scale {
            let bias = s.splat(self.bias.map_or(T::ZERO, |bias| bias[row]));
            for sum in &mut sums {
                *sum = s.splat(scale).fma(*sum, bias);
            }
        }
        let y = match PHI {
            TANH => tanh_all::<T, S, C>(s, sums),
            RELU => {
                for sum in &mut sums {
                    *sum = S::V::select(sum.le(zero), zero, *sum);
                }
                canonical_all::<T, S, C>(s, sums)
            }
            _ => canonical_all::<T, S, C>(s, sums),
        };
        for (c, y) in y.into_iter().enumerate() {
            let at = row * self.columns + column + c * S::LANES;
            // SAFETY: the caller's promise: the positions are within y.
            unsafe { store(s, self.y.add(at), left, y) }
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
    let layer = a.layer;
    let columns = layer.shape.columns;
    let operands = Product {
        rows: layer.shape.outputs,
        depth: layer.shape.inputs,
        columns,
        a: layer.w.as_ptr(),
        row_stride: layer.stride,
        step: 1,
        b: a.x.as_ptr(),
        b_stride: columns,
    };
    let (bias, scale, y) = (layer.bias, layer.scale, a.y.as_mut_ptr());
    macro_rules! run {
        ($phi:ident) => {
            // SAFETY: the slices have the sizes of the shape, as `Kernels` asserts.
            unsafe {
                product(
                    s,
                    &operands,
                    &Forward::<T, $phi> {
                        bias,
                        scale,
                        columns,
                        y,
                    },
                )
            }
        };
    }
    match a.phi {
        Activation::Relu => run!(RELU),
        Activation::Tanh => run!(TANH),
        _ => run!(BARE),
    }
}
