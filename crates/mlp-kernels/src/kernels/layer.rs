//! Arguments of the kernels of dense layers.

use super::checks::size;
use crate::{Activation, DenseShape, Element};

/// A dense layer over a block of samples: `scale * W x + b`.
#[derive(Clone, Copy, Debug)]
pub struct DenseLayer<'a, T> {
    pub(crate) shape: DenseShape,
    pub(crate) w: &'a [T],
    /// Distance from one row of w to the next.
    pub(crate) stride: usize,
    pub(crate) bias: Option<&'a [T]>,
    /// `None` for one.
    pub(crate) scale: Option<T>,
    /// Whether every weight and bias is a vector, a network a lane.
    pub(crate) packed: bool,
}

impl<'a, T: Element> DenseLayer<'a, T> {
    /// Weights `[outputs, inputs]`, row-major, and biases `[outputs]`.
    ///
    /// # Panics
    /// Where their lengths do not fit the shape.
    #[inline(always)]
    #[must_use]
    pub fn new(shape: DenseShape, w: &'a [T], bias: Option<&'a [T]>, scale: T) -> Self {
        assert_eq!(w.len(), size(shape.outputs, shape.inputs), "weights");
        assert!(bias.is_none_or(|b| b.len() == shape.outputs), "biases");
        Self {
            bias,
            ..Self::band(shape, shape.inputs, w, scale)
        }
    }

    /// A band of neighbouring inputs, without biases: `shape.inputs` counts the band, whose weights lie in `w` from the start of
    /// each row of `stride` numbers on.
    ///
    /// # Panics
    /// Where the weights do not fit the shape.
    #[must_use]
    pub fn band(shape: DenseShape, stride: usize, w: &'a [T], scale: T) -> Self {
        check_rows(shape, stride, w.len());
        Self {
            shape,
            w,
            stride,
            bias: None,
            scale: (scale != T::ONE).then_some(scale),
            packed: false,
        }
    }

    /// `LANES` networks side by side, a network a lane: weights `[outputs, inputs, LANES]` in rows of `stride` vectors, biases
    /// `[outputs, LANES]`, and each vector of the shape's columns is one sample of every network.
    ///
    /// # Panics
    /// Where weights and biases do not fit the shape.
    #[inline(always)]
    #[must_use]
    pub fn packed(
        shape: DenseShape,
        stride: usize,
        w: &'a [T],
        bias: Option<&'a [T]>,
        scale: T,
    ) -> Self {
        check_rows(shape, stride, w.len() / T::LANES);
        let biases = size(shape.outputs, T::LANES);
        assert!(bias.is_none_or(|b| b.len() == biases), "biases");
        Self {
            shape,
            w,
            stride,
            bias,
            scale: (scale != T::ONE).then_some(scale),
            packed: true,
        }
    }

    /// That it is one network's.
    pub(crate) fn check_alone(&self) {
        assert!(!self.packed, "one network");
    }

    /// That rows of one network follow each other, for the kernels that read them so.
    pub(crate) fn check_whole(&self) {
        self.check_alone();
        assert_eq!(self.stride, self.shape.inputs, "whole rows of weights");
    }
}

#[inline(always)]
fn check_rows(shape: DenseShape, stride: usize, weights: usize) {
    let DenseShape {
        inputs, outputs, ..
    } = shape;
    assert!(inputs <= stride, "inputs of a row");
    let rows = outputs.saturating_sub(1);
    let needed = size(rows, stride).checked_add(inputs).expect("a size");
    assert!(outputs == 0 || weights >= needed, "weights");
}

/// The outputs `phi(pre)` of an activation on a block, from which its derivative is computed.
#[derive(Clone, Copy, Debug)]
pub struct Activated<'a, T> {
    pub(crate) phi: Activation,
    pub(crate) y: &'a [T],
    pub(crate) pre: Option<&'a [T]>,
}

impl<'a, T> Activated<'a, T> {
    /// Outputs, and the pre-activations that they were computed from.
    ///
    /// # Panics
    /// Where [`Activation::needs_preactivation`] and there is none, or one of another length.
    #[must_use]
    pub fn new(phi: Activation, y: &'a [T], pre: Option<&'a [T]>) -> Self {
        match pre {
            Some(pre) => assert_eq!(pre.len(), y.len(), "pre-activations"),
            None => assert!(!phi.needs_preactivation(), "{phi:?} needs pre-activations"),
        }
        Self { phi, y, pre }
    }

    /// Its rows, in chunks of `size` numbers.
    ///
    /// # Panics
    /// Where `size` is zero.
    pub fn chunks(self, size: usize) -> impl Iterator<Item = Self> {
        let mut pre = self.pre.map(|pre| pre.chunks(size));
        self.y.chunks(size).map(move |y| Self {
            phi: self.phi,
            y,
            pre: pre.as_mut().and_then(Iterator::next),
        })
    }
}

/// Destination of the gradient of a dense layer.
#[derive(Debug)]
pub struct DenseGradient<'a, T> {
    /// Of the weights, `[outputs, inputs]`.
    pub w: &'a mut [T],
    /// Of the biases, `[outputs]`.
    pub bias: Option<&'a mut [T]>,
    /// Whether it is added to the previous content.
    pub accumulate: bool,
}

impl<T> DenseGradient<'_, T> {
    #[inline(always)]
    pub(crate) fn check(&self, inputs: usize, outputs: usize) {
        assert_eq!(self.w.len(), size(outputs, inputs), "weight gradients");
        let fits = |b: &&mut [T]| b.len() == outputs;
        assert!(self.bias.as_ref().is_none_or(fits), "bias gradients");
    }
}
