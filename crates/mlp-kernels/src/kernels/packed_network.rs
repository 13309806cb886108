//! The gradient of whole networks side by side in one call, which checks its buffers once and then only calls kernels.

use super::args;
use super::checks::size;
use super::packed_layout::{Calls, PackedBuffers, PackedNetwork, there_and_back};
use super::table::Kernels;
use crate::{
    Activated, Activation, DenseGradient, DenseLayer, DenseShape, Element, Loss, LossBlock, Target,
};

/// A pass kernel by kernel.
struct KernelByKernel<'a, T: Element> {
    kernels: &'a Kernels<T>,
    of: LossBlock<'a, T>,
    factor: T,
}

impl<T: Element> Calls<T> for KernelByKernel<'_, T> {
    unsafe fn forward(
        &self,
        layer: DenseLayer<'_, T>,
        phi: Activation,
        x: &[T],
        z: &mut [T],
        y: Option<&mut [T]>,
    ) {
        // SAFETY: the caller's promise.
        unsafe { self.kernels.forward_unchecked(layer, phi, x, z, y) }
    }

    fn loss_gradient(&self, y: &[T], dz: &mut [T]) {
        self.kernels.loss_gradient(self.of, self.factor, y, dz);
    }

    fn output_gradient(&self, last: Activated<'_, T>, dz: &mut [T]) {
        if last.phi != Activation::Identity {
            self.kernels.finish_gradient(last, dz);
        }
    }

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
        // SAFETY: `new` found the level supported; the rest is the caller's promise.
        unsafe { (self.kernels.table.packed_weight_gradient)(a) }
    }

    unsafe fn input_gradient(
        &self,
        layer: DenseLayer<'_, T>,
        dz: &[T],
        below: Activated<'_, T>,
        dx: &mut [T],
    ) {
        // SAFETY: the caller's promise.
        unsafe { self.kernels.input_gradient_unchecked(layer, dz, below, dx) }
    }
}

impl<T: Element> Kernels<T> {
    /// The gradient of `factor` times the networks' losses: what the forward products, the loss's gradient and the layers' gradients
    /// give one after the other.
    ///
    /// # Panics
    /// Where a slice is too short for the network and the columns of the loss.
    pub fn packed_gradient(
        &self,
        network: &PackedNetwork<T>,
        (of, factor): (LossBlock<'_, T>, T),
        buffers: PackedBuffers<'_, T>,
    ) {
        network.check(&buffers);
        assert_eq!(of.outputs, network.outputs(), "outputs");
        assert_eq!(of.columns, buffers.columns, "columns");
        let elementwise = matches!(of.loss, Loss::SquaredError | Loss::BinaryCrossEntropy)
            && of.weighting.is_none()
            && of.valid == of.columns;
        // SAFETY: `new` found the level supported; the buffers hold all rows and parameters.
        unsafe {
            match of.target {
                Target::Values(targets) if elementwise && network.is_plain() => {
                    debug_assert_eq!(targets.len(), size(of.outputs, of.columns));
                    (self.table.packed_network)(args::PackedNetwork {
                        network,
                        buffers,
                        loss: of.loss,
                        targets,
                        factor,
                        weight_gradient: self.table.packed_weight_gradient,
                    });
                }
                _ => {
                    let calls = KernelByKernel {
                        kernels: self,
                        of,
                        factor,
                    };
                    there_and_back(&calls, network, buffers);
                }
            }
        }
    }
}
