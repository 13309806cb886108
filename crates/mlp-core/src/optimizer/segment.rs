//! Segments, which an update works on.

use std::ops::Range;

use mlp_kernels::update;

use crate::Scalar;

/// A range of the flat parameter slice with one learning rate and one weight decay.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Segment {
    pub(crate) range: Range<usize>,
    pub(crate) rate: f64,
    pub(crate) decay: f64,
    /// Addition to the decay, divided by the samples of the batch.
    pub(crate) alpha: f64,
    /// The tensor that it belongs to; for joined segments, that of the first.
    pub(crate) tensor: Tensor,
    /// Whether the optimizer delegates it to another one.
    pub(crate) rest: bool,
    /// Start of its state, for an optimizer that stores state per tensor.
    pub(crate) memory: usize,
}

/// The weights or the biases of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tensor {
    pub(crate) layer: usize,
    /// Outputs and inputs, for weights.
    pub(crate) shape: Option<[usize; 2]>,
}

impl Segment {
    /// Parameters with their own rate and decay.
    pub(crate) fn new(range: Range<usize>, rate: f64, decay: f64, tensor: Tensor) -> Self {
        Self {
            range,
            rate,
            decay,
            alpha: 0.0,
            tensor,
            rest: false,
            memory: 0,
        }
    }

    /// The form of plain descent here.
    pub(crate) fn descent<T: Scalar>(&self) -> update::Sgd<T> {
        update::Sgd {
            rate: T::from_f64(self.rate),
            decay: T::from_f64(self.decay),
        }
    }
}

/// The flat slices that an update works on.
pub(crate) struct Tensors<'a, T> {
    pub(crate) parameters: &'a mut [T],
    pub(crate) gradient: &'a [T],
    /// Usually slots one after the other, each as long as `parameters`.
    pub(crate) moments: &'a mut [T],
    /// The f64 state of this segment.
    pub(crate) scalars: &'a mut [f64],
    /// Scratch space.
    pub(crate) scratch: &'a mut [T],
    /// The loss that belongs to the gradient, where it is known; else NaN.
    pub(crate) loss: f64,
}

impl<'a, T: Scalar> Tensors<'a, T> {
    /// Parameters, gradient and `K` slots of a segment.
    pub(crate) fn split<const K: usize>(
        self,
        segment: &Segment,
    ) -> (&'a mut [T], &'a [T], [&'a mut [T]; K]) {
        let length = self.parameters.len();
        let mut rest = self.moments;
        let slots = std::array::from_fn(|_| {
            let (slot, others) = std::mem::take(&mut rest).split_at_mut(length);
            rest = others;
            &mut slot[segment.range.clone()]
        });
        (
            &mut self.parameters[segment.range.clone()],
            &self.gradient[segment.range.clone()],
            slots,
        )
    }
}
