//! SIMD kernels for small neural networks, with the same bits at every instruction-set level.
//!
//! - [`Kernels`]: dense layers, activations, losses, sums and optimizer updates on slices, for `f32` and `f64`, at a [`Level`].
//! - [`oracle`]: the same as naive scalar code, which defines the bits.
//! - [`math`]: elementary functions that use only additions, multiplications, divisions and fused multiply-adds.
//!
//! Every multiply-add is fused, the order of every sum depends only on the shape, every NaN is the same value, and stored deltas, gradients,
//! moments and velocities below the smallest normal number are +0.

#![expect(
    clippy::needless_pass_by_value,
    reason = "kernels take their arguments as one struct, moved through a function pointer"
)]

pub mod accuracy;
mod activation;
mod adjust;
mod dense;
mod element;
mod elementwise;
mod kernels;
mod level;
mod loss;
mod loss_kernels;
pub mod math;
mod one;
pub mod oracle;
pub mod peak;
mod peak_chains;
mod row_kernels;
mod shape;
mod simd;
mod slices;
mod sums;
pub mod update;
mod weighted;

pub use activation::{Activation, ActivationError, ActivationInfo, Operators};
pub use element::Element;
pub use kernels::{
    Activated, DenseGradient, DenseLayer, Kernels, Listed, LossBlock, OutputNeuron, PackedBuffers,
    PackedLayer, PackedNetwork,
};
pub use level::{Level, ParseLevelError, UnsupportedLevel};
pub use loss::{Loss, Margin, OutputShape, Target, Weighting};
pub use shape::{DenseShape, WeightGradientOrder};
