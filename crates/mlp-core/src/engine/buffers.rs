//! What a pass writes.

use crate::{Scalar, buffer::Buffer};

/// What going forward and back through a block writes, beside the gradient.
#[derive(Clone, Debug)]
pub(crate) struct Pass<T: Scalar> {
    /// The rows of every operation; where the program has several segments, those of block after
    /// block.
    pub(crate) activations: Buffer<T>,
    /// Where the rows of the block at hand begin.
    pub(crate) base: usize,
    /// The place in the batch of the block's first sample.
    pub(crate) first: usize,
    /// dz of the layer at hand, and of the one below.
    pub(crate) delta: [Buffer<T>; 2],
    /// For the weight gradient.
    pub(crate) scratch: Buffer<T>,
    pub(crate) totals: Totals<T>,
    /// Samples of the last batch, if running statistics have not moved towards it yet.
    pub(crate) fresh: Option<usize>,
}

/// What normalisations sum up.
#[derive(Clone, Debug)]
pub(crate) struct Totals<T: Scalar> {
    /// In the order of the blocks.
    pub(crate) sums: Vec<f64>,
    /// One number each a neuron, for the kernels.
    pub(crate) factors: [Buffer<T>; 3],
}
