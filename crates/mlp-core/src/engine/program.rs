//! Compiling an architecture.

use std::{ops::Range, sync::Arc};

use mlp_kernels::{Activation, DenseShape, Kernels};

use super::{Bands, Sequential};
use crate::{Architecture, Scalar};

/// One operation.
#[derive(Clone, Debug)]
pub(crate) enum Op<T> {
    /// y = phi(scale * W x + b).
    Dense(Dense<T>),
}

/// A dense layer with its activation. Rows of the workspace are counted in rows; the offset of row
/// r in a block of c columns is r * c.
#[derive(Clone, Debug)]
pub(crate) struct Dense<T> {
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
    /// W and b in the flat slice; b follows W and may be empty.
    pub(crate) weights: Range<usize>,
    pub(crate) biases: Range<usize>,
    pub(crate) scale: T,
    pub(crate) phi: Activation,
    /// What feeds the layer.
    pub(crate) below: Below,
    /// First row of y; z follows where `keeps_z`.
    pub(crate) y: usize,
    pub(crate) keeps_z: bool,
}

/// What feeds a layer.
#[derive(Clone, Debug)]
pub(crate) enum Below {
    /// The samples.
    Inputs,
    /// A layer, by the first row of its y and, where its derivative needs it, of its z.
    Layer {
        y: usize,
        z: Option<usize>,
        phi: Activation,
    },
}

impl<T: Scalar> Dense<T> {
    pub(crate) fn shape(&self, columns: usize) -> DenseShape {
        DenseShape {
            inputs: self.inputs,
            outputs: self.outputs,
            columns,
        }
    }

    /// b, where the layer has biases.
    pub(crate) fn bias<'p>(&self, parameters: &'p [T]) -> Option<&'p [T]> {
        (!self.biases.is_empty()).then(|| &parameters[self.biases.clone()])
    }

    /// The rows of y and, where kept, of z, out of the workspace from row `y` on.
    pub(crate) fn split_rows<'w>(
        &self,
        rows: &'w mut [T],
        columns: usize,
    ) -> (&'w mut [T], Option<&'w mut [T]>) {
        let size = self.outputs * columns;
        let (y, after) = rows.split_at_mut(size);
        (y, self.keeps_z.then(|| &mut after[..size]))
    }

    /// W and, where the layer has biases, b out of a slice laid out like the parameters.
    pub(crate) fn split_flat<'g>(&self, flat: &'g mut [T]) -> (&'g mut [T], Option<&'g mut [T]>) {
        let (weights, biases) =
            flat[self.weights.start..self.biases.end].split_at_mut(self.weights.len());
        (weights, (!biases.is_empty()).then_some(biases))
    }
}

/// A compiled network.
#[derive(Clone, Debug)]
pub(crate) struct Program<T: Scalar> {
    pub(crate) kernels: Kernels<T>,
    pub(crate) ops: Vec<Op<T>>,
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
    /// Rows of activations that a pass keeps.
    pub(crate) rows: usize,
    /// Rows of the widest layer.
    pub(crate) widest: usize,
    /// First row of the outputs, and of their z where kept.
    pub(crate) output_y: usize,
    pub(crate) output_z: Option<usize>,
    pub(crate) output_phi: Activation,
    pub(crate) parameter_count: usize,
    /// Runs the bands of large layers.
    pub(crate) bands: Arc<dyn Bands>,
}

impl<T: Scalar> Program<T> {
    /// Compiles a valid architecture.
    pub(crate) fn compile(architecture: &Architecture, kernels: Kernels<T>) -> Self {
        let mut ops = Vec::with_capacity(architecture.layers.len());
        let mut below = Below::Inputs;
        let (mut row, mut widest) = (0, 0);
        let mut output = (0, None, Activation::Identity);
        for (layer, range) in architecture.layers.iter().zip(architecture.ranges()) {
            let phi = layer.activation.kernel();
            let keeps_z = phi.needs_preactivation();
            let z = keeps_z.then_some(row + range.outputs);
            ops.push(Op::Dense(Dense {
                inputs: range.inputs,
                outputs: range.outputs,
                weights: range.weights,
                biases: range.biases,
                scale: T::from_f64(layer.scale),
                phi,
                below,
                y: row,
                keeps_z,
            }));
            below = Below::Layer { y: row, z, phi };
            output = (row, z, phi);
            row += range.outputs * if keeps_z { 2 } else { 1 };
            widest = widest.max(range.outputs);
        }
        Self {
            kernels,
            ops,
            inputs: architecture.inputs,
            outputs: architecture.outputs(),
            rows: row,
            widest,
            output_y: output.0,
            output_z: output.1,
            output_phi: output.2,
            parameter_count: architecture.parameter_count(),
            bands: Arc::new(Sequential),
        }
    }

    /// The most columns that a block may have, so that what a block touches stays in cache. It
    /// depends on the network alone, since it decides the order in which gradients are summed.
    ///
    /// Measured: a block has a price of its own (horizontal sums, a gradient read and written once
    /// more), so that 256 columns take 12 % less time than twice 128 for 2-16-16-1 in f32, and 272
    /// take 7 % less than twice 136 for 16-16-1 in f64, although they overflow the first-level
    /// cache. 1024 columns at once take 13 % more than twice 512 for the former and gain nothing
    /// for the latter.
    pub(crate) fn block_limit(&self) -> usize {
        /// Bytes that a block's rows may take: most of a second-level cache of 256 KiB.
        const CACHE: usize = 192 * 1024;
        let rows = self.inputs + self.rows + 2 * self.widest;
        let fit = CACHE / (rows * size_of::<T>());
        fit.clamp(256, 512) / T::LANES * T::LANES
    }

    /// The most scratch that a weight gradient of a block of `columns` needs.
    pub(crate) fn scratch(&self, columns: usize) -> usize {
        let needs = self.ops.iter().map(|op| match op {
            Op::Dense(dense) => dense.scratch(columns),
        });
        needs.max().unwrap_or(0)
    }
}
