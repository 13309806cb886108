//! Arguments of the kernels, as the methods of [`Kernels`](super::Kernels) have checked them.

use super::packed_layout::{self, PackedBuffers};
pub use crate::adjust::{AddSign, ByNumber};
pub use crate::row_kernels::args::*;
use crate::{Activation, DenseGradient, DenseLayer, DenseShape, Loss, Target, Weighting, update};

/// `phi(scale * W x + b)` for tanh and the rectifier, without phi for the others.
pub struct Affine<'a, T> {
    pub layer: DenseLayer<'a, T>,
    pub phi: Activation,
    pub x: &'a [T],
    pub y: &'a mut [T],
}

/// `scale * W^T dz`, times the derivative of an activation that the product fuses.
pub struct Transposed<'a, T> {
    pub layer: DenseLayer<'a, T>,
    pub dz: &'a [T],
    pub phi: Option<Activation>,
    pub y_below: &'a [T],
    pub dx: &'a mut [T],
}

pub struct WeightGradient<'a, T> {
    pub shape: DenseShape,
    pub scale: T,
    pub dz: &'a [T],
    pub x: &'a [T],
    pub gradient: DenseGradient<'a, T>,
    pub scratch: &'a mut [T],
}

pub struct PackedNetwork<'a, T> {
    pub network: &'a packed_layout::PackedNetwork<T>,
    pub buffers: PackedBuffers<'a, T>,
    /// The squared error or the cross-entropy of two classes.
    pub loss: Loss,
    pub targets: &'a [T],
    /// Multiplies the loss.
    pub factor: T,
    /// The kernel for layers whose sums have no short way.
    pub weight_gradient: unsafe fn(WeightGradient<'_, T>),
}

pub struct OutputNeuron<'a, T> {
    pub layer: DenseLayer<'a, T>,
    /// The activation of the layer below, tanh or the rectifier.
    pub phi: Activation,
    pub x: &'a [T],
    /// The loss and its targets, without logits.
    pub of: Losses<'a, T>,
    pub factor: T,
    /// Whether the loss is summed.
    pub sum: bool,
    pub z: &'a mut [T],
    pub dx: &'a mut [T],
    pub gradient: DenseGradient<'a, T>,
}

pub struct RankOne<'a, T> {
    pub scale: T,
    pub dz: &'a [T],
    pub x: &'a [T],
    pub gradient: DenseGradient<'a, T>,
}

pub struct RankOneSgd<'a, T> {
    pub step: update::Sgd<T>,
    pub scale: T,
    pub dz: &'a [T],
    pub x: &'a [T],
    pub w: &'a mut [T],
    pub b: Option<&'a mut [T]>,
}

/// `z` and `y` are valid for n numbers; they may be the same.
pub struct Map<T> {
    pub phi: Activation,
    pub z: *const T,
    pub y: *mut T,
    pub n: usize,
}

pub struct Apply<'a, T> {
    pub function: crate::math::Function,
    pub x: &'a [T],
    pub y: &'a mut [T],
}

/// All are valid for n numbers; dz may be dy.
pub struct MapGradient<T> {
    pub phi: Activation,
    pub z: *const T,
    pub y: *const T,
    pub dy: *const T,
    pub dz: *mut T,
    pub n: usize,
}

pub struct Losses<'a, T> {
    pub loss: Loss,
    pub outputs: usize,
    pub columns: usize,
    pub valid: usize,
    pub logits: &'a [T],
    pub target: Target<'a, T>,
}

pub struct LossGradient<'a, T> {
    pub of: Losses<'a, T>,
    pub scale: T,
    pub dz: &'a mut [T],
}

pub struct WeightedLosses<'a, T> {
    pub of: Losses<'a, T>,
    pub by: Weighting<'a, T>,
}

pub struct WeightedGradient<'a, T> {
    pub of: WeightedLosses<'a, T>,
    pub scale: T,
    pub dz: &'a mut [T],
}

pub struct Values<'a, T> {
    pub values: &'a [T],
}

pub struct Pair<'a, T> {
    pub a: &'a [T],
    pub b: &'a [T],
}

pub struct Peak<'a, T> {
    pub iterations: u64,
    pub seed: &'a [T; 2],
}
