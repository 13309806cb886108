//! `dx = (scale * W^T dz) * phi'` for tanh and the rectifier, and the scaled product for the others.

use super::product::{Finish, Product, product, small_product};
use crate::activation::{ActivationFunction, relu::Relu, tanh::Tanh};
use crate::kernels::args;
use crate::math::flush_all;
use crate::simd::{Simd, Vector};
use crate::slices::{load, store};
use crate::{Activation, Element};

/// The derivative is one, an index of [`Below`].
const BARE: u8 = 0;
const RELU: u8 = 1;
const TANH: u8 = 2;

/// Scales, applies the derivative by y, flushes unless bare.
struct Below<T, const PHI: u8, const PACKED: bool> {
    scale: Option<T>,
    columns: usize,
    y: *const T,
    dx: *mut T,
}

impl<T: Element, S: Simd<T>, const PHI: u8, const PACKED: bool> Finish<T, S>
    for Below<T, PHI, PACKED>
{
    const BLOCKS: bool = true;
    const TAIL: bool = false;
    const PACKED: bool = PACKED;

    #[inline(always)]
    fn start(&self, s: S, _: usize) -> S::V {
        s.splat(T::ZERO)
    }

    #[inline(always)]
    unsafe fn finish<const C: usize>(
        &self,
        s: S,
        row: usize,
        column: usize,
        _: usize,
        mut sums: [S::V; C],
    ) {
        if let Some(scale) = self.scale {
            for sum in &mut sums {
                *sum = *sum * s.splat(scale);
            }
        }
        let at = row * self.columns + column;
        // SAFETY: the caller's promise: the positions are within y and dx, whole vectors.
        unsafe {
            if PHI != BARE {
                for (c, sum) in sums.iter_mut().enumerate() {
                    let y = s.load(self.y.add(at + c * S::LANES));
                    *sum = if PHI == TANH {
                        Tanh.gradient::<T, S>(s, y, y, *sum)
                    } else {
                        Relu.gradient::<T, S>(s, y, y, *sum)
                    };
                }
                // The rectifier's zeros would send every vector the longer way.
                if PHI != TANH || !S::V::all_normal(sums) {
                    sums = flush_all::<T, S, C>(s, sums);
                }
            }
            for (c, sum) in sums.into_iter().enumerate() {
                s.store(self.dx.add(at + c * S::LANES), sum);
            }
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
    through::<T, S, false, false>(s, a);
}

/// The layers of packed networks, whose weights are vectors.
#[inline(always)]
pub(crate) fn packed<T: Element, S: Simd<T>>(s: S, a: args::Transposed<'_, T>) {
    through::<T, S, true, false>(s, a);
}

/// Those of tiny ones, among few kinds of tiles.
#[inline(always)]
pub(crate) fn small<T: Element, S: Simd<T>>(s: S, a: args::Transposed<'_, T>) {
    through::<T, S, true, true>(s, a);
}

#[inline(always)]
fn through<T: Element, S: Simd<T>, const PACKED: bool, const SMALL: bool>(
    s: S,
    a: args::Transposed<'_, T>,
) {
    let layer = a.layer;
    let columns = layer.shape.columns;
    let width = if PACKED { S::LANES } else { 1 };
    let operands = Product {
        rows: layer.shape.inputs,
        depth: layer.shape.outputs,
        columns,
        a: layer.w.as_ptr(),
        row_stride: width,
        step: layer.stride * width,
        b: a.dz.as_ptr(),
        b_stride: columns,
    };
    let (scale, y, dx) = (layer.scale, a.y_below.as_ptr(), a.dx.as_mut_ptr());
    macro_rules! run {
        ($phi:ident) => {
            // SAFETY: the slices have the sizes of the shape, as `Kernels` asserts.
            unsafe {
                let finish = Below::<T, $phi, PACKED> {
                    scale,
                    columns,
                    y,
                    dx,
                };
                match SMALL {
                    true => small_product(s, &operands, &finish),
                    false => product(s, &operands, &finish),
                }
            }
        };
    }
    match a.phi {
        Some(Activation::Tanh) => run!(TANH),
        Some(Activation::Relu) => run!(RELU),
        _ => run!(BARE),
    }
}
