//! `phi(scale * W x + b)` for the activations that are applied in registers.

use super::product::{Finish, Product, product, small_product};
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
struct Forward<'a, T, const PHI: u8, const PACKED: bool> {
    bias: Option<&'a [T]>,
    scale: Option<T>,
    columns: usize,
    y: *mut T,
}

impl<T: Element, const PHI: u8, const PACKED: bool> Forward<'_, T, PHI, PACKED> {
    /// The bias of a row, +0 where there is none.
    #[inline(always)]
    fn bias<S: Simd<T>>(&self, s: S, row: usize) -> S::V {
        match self.bias {
            None => s.splat(T::ZERO),
            // SAFETY: a vector a row, as `Kernels` asserts.
            Some(bias) if PACKED => unsafe { s.load(bias.as_ptr().add(row * S::LANES)) },
            Some(bias) => s.splat(bias[row]),
        }
    }
}

impl<T: Element, S: Simd<T>, const PHI: u8, const PACKED: bool> Finish<T, S>
    for Forward<'_, T, PHI, PACKED>
{
    const BLOCKS: bool = true;
    const TAIL: bool = !PACKED;
    const PACKED: bool = PACKED;

    #[inline(always)]
    fn start(&self, s: S, row: usize) -> S::V {
        match self.scale {
            None => self.bias(s, row),
            Some(_) => s.splat(T::ZERO),
        }
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
            let bias = self.bias(s, row);
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
    through::<T, S, false, false>(s, a);
}

/// The layers of packed networks, whose weights and biases are vectors.
#[inline(always)]
pub(crate) fn packed<T: Element, S: Simd<T>>(s: S, a: args::Affine<'_, T>) {
    through::<T, S, true, false>(s, a);
}

/// Those of tiny ones, among few kinds of tiles.
#[inline(always)]
pub(crate) fn small<T: Element, S: Simd<T>>(s: S, a: args::Affine<'_, T>) {
    through::<T, S, true, true>(s, a);
}

#[inline(always)]
fn through<T: Element, S: Simd<T>, const PACKED: bool, const SMALL: bool>(
    s: S,
    a: args::Affine<'_, T>,
) {
    let layer = a.layer;
    let columns = layer.shape.columns;
    let width = if PACKED { S::LANES } else { 1 };
    let operands = Product {
        rows: layer.shape.outputs,
        depth: layer.shape.inputs,
        columns,
        a: layer.w.as_ptr(),
        row_stride: layer.stride * width,
        step: width,
        b: a.x.as_ptr(),
        b_stride: columns,
    };
    let (bias, scale, y) = (layer.bias, layer.scale, a.y.as_mut_ptr());
    macro_rules! run {
        ($phi:ident) => {
            // SAFETY: the slices have the sizes of the shape, as `Kernels` asserts.
            unsafe {
                let finish = Forward::<T, $phi, PACKED> {
                    bias,
                    scale,
                    columns,
                    y,
                };
                match SMALL {
                    true => small_product(s, &operands, &finish),
                    false => product(s, &operands, &finish),
                }
            }
        };
    }
    match a.phi {
        Activation::Relu => run!(RELU),
        Activation::Tanh => run!(TANH),
        _ => run!(BARE),
    }
}
