//! The kernels behind their safe interface, by what they do.

mod activations;
mod adjust;
pub(crate) mod args;
mod checks;
mod dense_layers;
mod layer;
mod loss_block;
mod losses;
pub(crate) mod packed_layout;
mod packed_network;
mod rows;
mod sums;
mod table;
mod updates;

pub use dense_layers::OutputNeuron;
pub use layer::{Activated, DenseGradient, DenseLayer};
pub use loss_block::LossBlock;
pub use packed_layout::{PackedBuffers, PackedLayer, PackedNetwork};
pub use table::{Kernels, Listed};
