//! Dense layers over blocks of samples.

pub(crate) mod forward;
mod input_gradient;
pub(crate) mod output_neuron;
pub(crate) mod product;
mod weight_gradient;

pub(crate) use input_gradient::input_gradient;
pub(crate) use weight_gradient::weight_gradient;
