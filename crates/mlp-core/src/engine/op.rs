//! The operations of a compiled network.

use std::ops::Range;

use mlp_kernels::{Activation, DenseGradient, DenseLayer, DenseShape};

use super::normalize::Normalize;
use crate::Scalar;

/// One operation.
#[derive(Clone, Debug)]
pub(crate) enum Op<T> {
    /// y = phi(scale * W x + b).
    Dense(Dense<T>),
    /// Normalization.
    Normalize(Normalize),
    /// y = phi(z), separate from the dense layer.
    Activate(Activate),
    /// y = mask * x.
    Drop(Dropout),
    /// y = x + branch.
    Add(Addition),
    /// y = x + noise, for the inputs.
    Noise(Noise),
    /// y = x, concatenated with the other inputs of layers with shortcuts.
    Join(Join),
}

/// A separate activation: rows of z, then of y.
#[derive(Clone, Debug)]
pub(crate) struct Activate {
    pub(crate) width: usize,
    pub(crate) phi: Activation,
    pub(crate) z: usize,
    pub(crate) y: usize,
}

/// Dropout of inputs or of a layer's outputs: rows of y, then of the mask.
#[derive(Clone, Debug)]
pub(crate) struct Dropout {
    pub(crate) width: usize,
    pub(crate) rate: f64,
    /// Index of its stream.
    pub(crate) stream: usize,
    /// First row of x; `None` for the samples.
    pub(crate) x: Option<usize>,
    pub(crate) y: usize,
    /// Whether x is the samples, with or without noise: nothing below has parameters.
    pub(crate) of_inputs: bool,
}

/// The end of a skip connection around a layer. In the backward pass the rows of y keep the gradient for
/// the layer's [`Dense::shortcut`].
#[derive(Clone, Debug)]
pub(crate) struct Addition {
    pub(crate) width: usize,
    /// First row of the layer's input; `None` for the samples.
    pub(crate) x: Option<usize>,
    /// First row of the layer's output.
    pub(crate) branch: usize,
    pub(crate) y: usize,
}

/// The inputs, or a layer's outputs, concatenated with the preceding ones, so that the input of a layer
/// with shortcuts is one range of rows. These rows come before all others, since later ones are
/// computed from them.
#[derive(Clone, Debug)]
pub(crate) struct Join {
    pub(crate) width: usize,
    /// First row of x; `None` for the samples.
    pub(crate) x: Option<usize>,
    pub(crate) y: usize,
    /// The rows in which the gradients from later layers are summed; `None` for the inputs.
    pub(crate) gradient: Option<usize>,
}

/// Noise on the samples.
#[derive(Clone, Debug)]
pub(crate) struct Noise {
    pub(crate) width: usize,
    pub(crate) deviation: f64,
    /// Index of its stream.
    pub(crate) stream: usize,
    pub(crate) y: usize,
}

/// A dense layer with its activation. Positions in the workspace are counted in rows; the offset of row
/// r in a block of c columns is r * c.
#[derive(Clone, Debug)]
pub(crate) struct Dense<T> {
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
    /// W and b in the flat slice; b follows W and may be empty.
    pub(crate) weights: Range<usize>,
    pub(crate) biases: Range<usize>,
    pub(crate) scale: T,
    pub(crate) phi: Activation,
    /// The input of the layer.
    pub(crate) below: LayerInput,
    /// First row of y; z follows where `keeps_z`.
    pub(crate) y: usize,
    pub(crate) keeps_z: bool,
    /// The rows that keep the gradient of a skip connection around this layer, where there is one and
    /// something below it has parameters.
    pub(crate) shortcut: Option<usize>,
    /// Whether it is that of networks side by side, a network a lane: every number is a vector then, and so is every column.
    pub(crate) packed: bool,
}

/// The input of a layer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum LayerInput {
    /// The samples.
    Inputs,
    /// The samples with noise or dropout, by their first row.
    Altered { y: usize },
    /// The output of [`Join`]: from row `y` on, `fixed` rows of inputs, which have no gradient,
    /// and outputs of layers, whose gradients are summed from row `gradient` on; they are added to the
    /// existing ones where `adds`. The sums start with the gradient from the last layer and end with the first.
    Joined {
        y: usize,
        fixed: usize,
        gradient: usize,
        adds: bool,
    },
    /// A layer, by the first row of its y and, where its derivative needs it, of its z.
    Layer {
        y: usize,
        z: Option<usize>,
        phi: Activation,
    },
}

impl LayerInput {
    /// The first row; `None` for the samples.
    pub(crate) fn row(self) -> Option<usize> {
        match self {
            Self::Inputs => None,
            Self::Altered { y } | Self::Joined { y, .. } | Self::Layer { y, .. } => Some(y),
        }
    }
}

impl<T: Scalar> Dense<T> {
    pub(crate) fn shape(&self, columns: usize) -> DenseShape {
        DenseShape {
            inputs: self.inputs,
            outputs: self.outputs,
            columns,
        }
    }

    /// b, where the layer has biases.
    pub(crate) fn bias<'p>(&self, parameters: &'p [T]) -> Option<&'p [T]> {
        (!self.biases.is_empty()).then(|| &parameters[self.biases.clone()])
    }

    /// The layer over `columns` samples, out of a flat slice of parameters.
    #[inline(always)]
    pub(crate) fn layer<'p>(&self, parameters: &'p [T], columns: usize) -> DenseLayer<'p, T> {
        let weights = &parameters[self.weights.clone()];
        let (shape, bias, scale) = (self.shape(columns), self.bias(parameters), self.scale);
        match self.packed {
            true => DenseLayer::packed(shape, self.inputs, weights, bias, scale),
            false => DenseLayer::new(shape, weights, bias, scale),
        }
    }

    /// Some neighbouring inputs of it.
    #[inline(always)]
    pub(crate) fn inputs_from<'p>(
        &self,
        parameters: &'p [T],
        columns: usize,
        inputs: Range<usize>,
    ) -> DenseLayer<'p, T> {
        let weights = &parameters[self.weights.clone()];
        let shape = DenseShape {
            inputs: inputs.len(),
            ..self.shape(columns)
        };
        let (stride, first, scale) = (self.inputs, inputs.start, self.scale);
        match self.packed {
            true => DenseLayer::packed(shape, stride, &weights[first * T::LANES..], None, scale),
            false => DenseLayer::band(shape, stride, &weights[first..], scale),
        }
    }

    /// Where its gradient goes in a flat one.
    #[inline(always)]
    pub(crate) fn gradient<'g>(&self, flat: &'g mut [T], accumulate: bool) -> DenseGradient<'g, T> {
        let (w, bias) = self.split_flat(flat);
        DenseGradient {
            w,
            bias,
            accumulate,
        }
    }

    /// The rows of y and, where kept, of z, in the workspace from row `y` on.
    #[inline(always)]
    pub(crate) fn split_rows<'w>(
        &self,
        rows: &'w mut [T],
        columns: usize,
    ) -> (&'w mut [T], Option<&'w mut [T]>) {
        let size = self.outputs * columns;
        let (y, after) = rows.split_at_mut(size);
        (y, self.keeps_z.then(|| &mut after[..size]))
    }

    /// W and, where the layer has biases, b in a slice laid out like the parameters.
    #[inline(always)]
    pub(crate) fn split_flat<'g>(&self, flat: &'g mut [T]) -> (&'g mut [T], Option<&'g mut [T]>) {
        let (weights, biases) =
            flat[self.weights.start..self.biases.end].split_at_mut(self.weights.len());
        (weights, (!biases.is_empty()).then_some(biases))
    }
}
