//! The kernels behind their safe interface, by what they do.

mod activations;
mod adjust;
pub(crate) mod args;
mod checks;
mod dense_layers;
mod losses;
mod rows;
mod sums;
mod table;
mod updates;

pub use table::{Kernels, Listed};
