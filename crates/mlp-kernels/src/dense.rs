//! Dense layers over blocks of samples.

mod folds;
pub(crate) mod forward;
pub(crate) mod input_gradient;
pub(crate) mod output_neuron;
pub(crate) mod packed;
pub(crate) mod packed_network;
pub(crate) mod product;
mod weight_gradient;

pub(crate) use input_gradient::input_gradient;
pub(crate) use weight_gradient::weight_gradient;
