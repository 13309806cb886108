//! The buffers of a pass.

use crate::{Scalar, buffer::Buffer};

/// The buffers that a forward and backward pass through a block writes, besides the gradient.
#[derive(Clone, Debug)]
pub(crate) struct Pass<T: Scalar> {
    /// The rows of every operation; where the program has several segments, for all blocks one after the
    /// other.
    pub(crate) activations: Buffer<T>,
    /// Start of the rows of the current block.
    pub(crate) base: usize,
    /// The position in the batch of the block's first sample.
    pub(crate) first: usize,
    /// dz of the current layer, and of the one below.
    pub(crate) delta: [Buffer<T>; 2],
    /// For the weight gradient.
    pub(crate) scratch: Buffer<T>,
    pub(crate) totals: Totals<T>,
    /// Samples of the last batch, if running statistics have not been updated from it yet.
    pub(crate) fresh: Option<usize>,
}

/// The sums of normalizations.
#[derive(Clone, Debug)]
pub(crate) struct Totals<T: Scalar> {
    /// In the order of the blocks.
    pub(crate) sums: Vec<f64>,
    /// One number per neuron, for the kernels.
    pub(crate) factors: [Buffer<T>; 3],
}
