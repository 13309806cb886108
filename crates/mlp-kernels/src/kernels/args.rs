//! Arguments of the kernels, as the methods of [`Kernels`](super::Kernels) have checked them.

pub use crate::adjust::{AddSign, ByNumber};
pub use crate::row_kernels::args::*;
use crate::{Activation, DenseShape, Loss, Target, update};

/// `phi(scale * W x + b)` for tanh and the rectifier, without phi for the others.
pub struct Affine<'a, T> {
    pub shape: DenseShape,
    pub w: &'a [T],
    pub bias: Option<&'a [T]>,
    pub scale: Option<T>,
    pub phi: Activation,
    pub x: &'a [T],
    pub y: &'a mut [T],
}

/// `scale * W x + b` of one sample.
pub struct AffineOne<'a, T> {
    pub shape: DenseShape,
    pub w: &'a [T],
    pub bias: Option<&'a [T]>,
    pub scale: T,
    pub x: &'a [T],
    pub y: &'a mut [T],
}

/// `scale * W^T dz`, times the derivative of an activation that the product fuses.
pub struct Transposed<'a, T> {
    pub shape: DenseShape,
    pub w: &'a [T],
    /// From one row of w to the next.
    pub stride: usize,
    pub scale: Option<T>,
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
    pub accumulate: bool,
    pub gw: &'a mut [T],
    pub gb: Option<&'a mut [T]>,
    pub scratch: &'a mut [T],
}

pub struct OutputNeuron<'a, T> {
    pub shape: DenseShape,
    pub w: &'a [T],
    pub bias: Option<&'a [T]>,
    pub scale: Option<T>,
    /// The activation of the layer below, tanh or the rectifier.
    pub phi: Activation,
    pub x: &'a [T],
    /// The loss and its targets, without logits.
    pub of: Losses<'a, T>,
    pub factor: T,
    /// Whether the loss is summed.
    pub sum: bool,
    pub accumulate: bool,
    pub z: &'a mut [T],
    pub dx: &'a mut [T],
    pub gw: &'a mut [T],
    pub gb: Option<&'a mut [T]>,
}

pub struct RankOne<'a, T> {
    pub scale: T,
    pub dz: &'a [T],
    pub x: &'a [T],
    pub accumulate: bool,
    pub gw: &'a mut [T],
    pub gb: Option<&'a mut [T]>,
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
    pub samples: Option<&'a [T]>,
    pub outputs: Option<&'a [T]>,
    pub smoothing: T,
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
