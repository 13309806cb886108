//! The gradient of small networks side by side in one kernel: products, loss and sums without a call between them.

use super::packed::straight_weight_gradient;
use super::{forward, input_gradient};
use crate::kernels::args;
use crate::kernels::packed_layout::{Calls, there_and_back};
use crate::math::{v_flush, v_sigmoid};
use crate::simd::{Lanes, Simd};
use crate::{Activated, Activation, DenseGradient, DenseLayer, DenseShape, Element, Loss};

/// The parts of a pass at one level.
struct Small<'a, T, S, const L: usize> {
    s: S,
    loss: Loss,
    targets: &'a [T],
    factor: T,
    weight_gradient: unsafe fn(args::WeightGradient<'_, T>),
}

impl<T: Element, S: Lanes<T, L>, const L: usize> Calls<T> for Small<'_, T, S, L> {
    #[inline(always)]
    unsafe fn forward(
        &self,
        layer: DenseLayer<'_, T>,
        phi: Activation,
        x: &[T],
        y: &mut [T],
        _: Option<&mut [T]>,
    ) {
        forward::small(self.s, args::Affine { layer, phi, x, y });
    }

    #[inline(always)]
    fn loss_gradient(&self, y: &[T], dz: &mut [T]) {
        let (s, factor, targets) = (self.s, self.factor, self.targets);
        match self.loss {
            Loss::SquaredError => gradients::<T, S, true>(s, factor, targets, y, dz),
            _ => gradients::<T, S, false>(s, factor, targets, y, dz),
        }
    }

    #[inline(always)]
    fn output_gradient(&self, _: Activated<'_, T>, _: &mut [T]) {}

    #[inline(always)]
    unsafe fn weight_gradient(
        &self,
        shape: DenseShape,
        scale: T,
        dz: &[T],
        x: &[T],
        gradient: DenseGradient<'_, T>,
    ) {
        let a = args::WeightGradient {
            shape,
            scale,
            dz,
            x,
            gradient,
            scratch: &mut [],
        };
        // SAFETY: the caller's promise.
        unsafe {
            if let Some(a) = straight_weight_gradient(self.s, a) {
                (self.weight_gradient)(a);
            }
        }
    }

    #[inline(always)]
    unsafe fn input_gradient(
        &self,
        layer: DenseLayer<'_, T>,
        dz: &[T],
        below: Activated<'_, T>,
        dx: &mut [T],
    ) {
        let args = args::Transposed {
            layer,
            dz,
            phi: Some(below.phi),
            y_below: below.y,
            dx,
        };
        input_gradient::small(self.s, args);
    }
}

#[inline(always)]
pub(crate) fn gradient<T: Element, S: Lanes<T, L>, const L: usize>(
    s: S,
    a: args::PackedNetwork<'_, T>,
) {
    let small = Small::<T, S, L> {
        s,
        loss: a.loss,
        targets: a.targets,
        factor: a.factor,
        weight_gradient: a.weight_gradient,
    };
    // SAFETY: the buffers have the sizes of the network, as `Kernels` asserts.
    unsafe { there_and_back(&small, a.network, a.buffers) }
}

/// The gradient of the squared error or, without SQUARED, of the cross-entropy of two classes, flushed: that of
/// [`loss_kernels`](crate::loss_kernels) for numbers, without padding.
#[inline(always)]
fn gradients<T: Element, S: Simd<T>, const SQUARED: bool>(
    s: S,
    factor: T,
    targets: &[T],
    y: &[T],
    dz: &mut [T],
) {
    let (targets, z, dz, n) = (targets.as_ptr(), y.as_ptr(), dz.as_mut_ptr(), dz.len());
    let factor = s.splat(factor);
    let mut i = 0;
    while i < n {
        // SAFETY: as many targets as outputs and gradients, whole vectors.
        unsafe {
            let (z, t) = (s.load(z.add(i)), s.load(targets.add(i)));
            let g = match SQUARED {
                true => (z - t) * (factor + factor),
                false => (v_sigmoid::<T, S>(s, z) - t) * factor,
            };
            s.store(dz.add(i), v_flush::<T, S>(s, g));
        }
        i += S::LANES;
    }
}
