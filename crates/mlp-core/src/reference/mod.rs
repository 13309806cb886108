//! The textbook: forward pass, backpropagation and parameter updates in a few readable lines.
//!
//! Here a sample is a row, as in books, and nothing is optimised. Read this to learn how a multilayer
//! perceptron works; use [`Trainer`](crate::Trainer) to train one. The fast engine is tested
//! against this module.
//!
//! A layer with weights W `[out, in]`, biases b, scale s and activation phi turns its inputs x
//! `[samples, in]` into
//!
//! ```text
//! z = s * x W^T + b        y = phi(z)
//! ```
//!
//! Backpropagation is the chain rule from the last layer to the first. With dL/dy from the layer
//! above,
//!
//! ```text
//! dz = dL/dy * phi'(z)                     elementwise
//! dL/dW = s * dz^T x     dL/db = sum of dz over samples
//! dL/dx = s * dz W                         which is dL/dy of the layer below
//! ```
//!
//! Between z and phi there may be a [`Normalize`]; after phi a dropout mask, and then a skip connection
//! that adds x:
//!
//! ```text
//! y = mask * phi(normalize(z)) + x
//! ```
//!
//! A layer with shortcuts has `x = [inputs, y of the first layer, y of the second, ...]`, concatenated.
//! dL/dy of a layer is then the sum of the gradients from all later layers, the last one first.

mod activation;
mod gradient_check;
mod loss;
mod normalization;
mod optimizer;
mod perturbation;
mod updates;

use ndarray::{Array1, Array2, ArrayView2, Axis, Slice, concatenate};

pub use self::{
    activation::{derivative, second_derivative, value},
    gradient_check::{GradientCheck, gradient_check, weighted_gradient_check},
    loss::{loss, loss_bend, loss_gradient},
    normalization::{Normalize, Normalized, StatisticsSource, move_statistics},
    optimizer::Updater,
    perturbation::{altered_inputs, dropout_mask, masks},
};
use crate::{Activation, Architecture, Normalization, Scalar, Targets, TrainSpec};

/// One dense layer.
#[derive(Clone, Debug)]
pub struct Layer<T> {
    /// W, `[out, in]`.
    pub weights: Array2<T>,
    /// b, `[out]`; zeros in a layer without biases.
    pub biases: Array1<T>,
    /// Factor of x W^T.
    pub scale: T,
    /// Normalization between z and phi.
    pub normalize: Option<Normalize<T>>,
    /// phi.
    pub activation: Activation,
    /// The dropout mask of phi's values, `[samples, out]`: 0 or 1 / (1 - rate). `None` outside
    /// training.
    pub mask: Option<Array2<T>>,
    /// Whether x is added at the end.
    pub skip: bool,
    /// Whether x is the concatenation of all preceding outputs.
    pub shortcuts: bool,
}

/// What a layer computed in the forward pass, for backpropagation.
#[derive(Clone, Debug)]
pub struct Trace<T> {
    /// The layer's inputs, `[samples, in]`.
    pub x: Array2<T>,
    /// Before the normalization, `[samples, out]`.
    pub dense: Array2<T>,
    /// Results of the normalization.
    pub normalized: Option<Normalized<T>>,
    /// Before the activation, `[samples, out]`.
    pub z: Array2<T>,
    /// The layer's outputs, `[samples, out]`.
    pub y: Array2<T>,
}

/// Gradient of a loss with respect to one layer's parameters.
#[derive(Clone, Debug)]
pub struct LayerGradient<T> {
    /// dL/dW, `[out, in]`.
    pub weights: Array2<T>,
    /// dL/db, `[out]`.
    pub biases: Array1<T>,
    /// dL/dscale of the normalization, `[out]`; empty without.
    pub scale: Array1<T>,
    /// dL/dshift of the normalization, `[out]`; empty without.
    pub shift: Array1<T>,
}

/// Splits a flat parameter slice into layers in training mode: batch normalization uses the
/// statistics of the batch. Nothing is dropped; [`masks`] has the masks of a step.
///
/// # Panics
/// If the length of `parameters` is not that of the architecture.
pub fn layers<T: Scalar>(architecture: &Architecture, parameters: &[T]) -> Vec<Layer<T>> {
    let specs = architecture.layers.iter().zip(architecture.ranges());
    specs
        .map(|(spec, range)| Layer {
            weights: Array2::from_shape_vec(
                (range.outputs, range.inputs),
                parameters[range.weights].to_vec(),
            )
            .expect("the range has the layer's size"),
            biases: match spec.bias {
                true => Array1::from(parameters[range.biases].to_vec()),
                false => Array1::zeros(range.outputs),
            },
            scale: T::from_f64(spec.scale),
            normalize: normalize(spec.normalization, range.outputs).map(|plain| {
                match range.scales.is_empty() {
                    true => plain,
                    false => Normalize {
                        scale: Array1::from(parameters[range.scales].to_vec()),
                        shift: Array1::from(parameters[range.shifts].to_vec()),
                        ..plain
                    },
                }
            }),
            activation: spec.activation,
            mask: None,
            skip: spec.skip,
            shortcuts: spec.shortcuts,
        })
        .collect()
}

/// A normalization of `width` neurons with scale 1 and shift 0.
fn normalize<T: Scalar>(normalization: Normalization, width: usize) -> Option<Normalize<T>> {
    let (over, epsilon) = match normalization {
        Normalization::None => return None,
        Normalization::Batch(batch) => (StatisticsSource::Samples, batch.epsilon),
        Normalization::Layer(layer) => (StatisticsSource::Neurons, layer.epsilon),
    };
    Some(Normalize {
        over,
        epsilon,
        scale: Array1::ones(width),
        shift: Array1::zeros(width),
    })
}

/// The layers in evaluation mode: batch normalization uses the running `statistics`, laid
/// out by [`Architecture::statistics`].
///
/// # Panics
/// If the lengths of the slices are not those of the architecture.
pub fn evaluation_layers<T: Scalar>(
    architecture: &Architecture,
    parameters: &[T],
    statistics: &[T],
) -> Vec<Layer<T>> {
    let mut layers = layers(architecture, parameters);
    for range in architecture.statistics() {
        let numbers = |range: std::ops::Range<usize>| Array1::from(statistics[range].to_vec());
        if let Some(normalize) = &mut layers[range.layer].normalize {
            normalize.over =
                StatisticsSource::Given(numbers(range.means), numbers(range.variances));
        }
    }
    layers
}

/// The forward pass: what every layer computed for inputs `x` `[samples, inputs]`. The network's
/// outputs are the last layer's `y`.
pub fn forward<T: Scalar>(layers: &[Layer<T>], x: ArrayView2<'_, T>) -> Vec<Trace<T>> {
    // The inputs and all outputs so far, concatenated.
    let mut seen = x.to_owned();
    let mut last = x.to_owned();
    let mut traces = Vec::new();
    for layer in layers {
        let x = if layer.shortcuts { seen.clone() } else { last };
        let dense = x.dot(&layer.weights.t()) * layer.scale + &layer.biases;
        let (z, normalized) = match &layer.normalize {
            None => (dense.clone(), None),
            Some(normalize) => {
                let (z, normalized) = normalize.forward(&dense);
                (z, Some(normalized))
            }
        };
        let mut y = z.mapv(|z| value(layer.activation, z));
        if let Some(mask) = &layer.mask {
            y = y * mask;
        }
        if layer.skip {
            y = y + &x;
        }
        seen = concatenate![Axis(1), seen, y];
        last = y.clone();
        traces.push(Trace {
            x,
            dense,
            normalized,
            z,
            y,
        });
    }
    traces
}

/// Backpropagation: from dL/dy of the outputs `[samples, outputs]` to the gradient of every layer.
pub fn backward<T: Scalar>(
    layers: &[Layer<T>],
    traces: &[Trace<T>],
    d_output: Array2<T>,
) -> Vec<LayerGradient<T>> {
    // dL/dy of each layer, as far as later ones have added to it.
    let mut sent: Vec<Option<Array2<T>>> = vec![None; layers.len()];
    if let Some(last) = sent.last_mut() {
        *last = Some(d_output);
    }
    let mut gradients = Vec::new();
    for (index, (layer, trace)) in layers.iter().zip(traces).enumerate().rev() {
        let dy = sent[index].take().expect("the next layer sees this one");
        let mut dz = dy.clone();
        if let Some(mask) = &layer.mask {
            dz = dz * mask;
        }
        dz = dz * trace.z.mapv(|z| derivative(layer.activation, z));
        let (mut scale, mut shift) = (Array1::zeros(0), Array1::zeros(0));
        if let (Some(normalize), Some(normalized)) = (&layer.normalize, &trace.normalized) {
            (dz, scale, shift) = normalize.backward(normalized, &dz);
        }
        gradients.push(LayerGradient {
            weights: dz.t().dot(&trace.x) * layer.scale,
            biases: dz.sum_axis(Axis(0)),
            scale,
            shift,
        });
        let dx = dz.dot(&layer.weights) * layer.scale;
        let dx = match layer.skip {
            true => dx + dy,
            false => dx,
        };
        // The layers that x came from, the nearest last; the inputs need no gradient.
        let mut end = dx.ncols();
        let from = if layer.shortcuts {
            0
        } else {
            index.saturating_sub(1)
        };
        for below in (from..index).rev() {
            let start = end - traces[below].y.ncols();
            let part = dx.slice_axis(Axis(1), Slice::from(start..end));
            sent[below] = Some(match sent[below].take() {
                Some(sum) => sum + part,
                None => part.to_owned(),
            });
            end = start;
        }
    }
    gradients.reverse();
    gradients
}

/// Gradient of the spec's loss, without penalties, at `parameters`, as a flat slice laid out like
/// them: in training without dropout and noise, all samples counting equally.
pub fn gradient<T: Scalar>(
    spec: &TrainSpec,
    parameters: &[T],
    x: ArrayView2<'_, T>,
    targets: &Targets<T>,
) -> Vec<T> {
    let layers = layers(&spec.architecture, parameters);
    gradient_of(spec, &layers, x, targets, None)
}

/// Gradient of the spec's loss, without penalties, as a flat slice, for these layers. Without
/// `weights` all samples count equally.
pub fn gradient_of<T: Scalar>(
    spec: &TrainSpec,
    layers: &[Layer<T>],
    x: ArrayView2<'_, T>,
    targets: &Targets<T>,
    weights: Option<&[f64]>,
) -> Vec<T> {
    let traces = forward(layers, x);
    let d_output = loss_gradient(spec, outputs(&traces), targets, weights);
    flatten(&spec.architecture, &backward(layers, &traces, d_output))
}

/// The spec's loss, without penalties, at `parameters`: in training without dropout and noise,
/// all samples counting equally.
pub fn mean_loss<T: Scalar>(
    spec: &TrainSpec,
    parameters: &[T],
    x: ArrayView2<'_, T>,
    targets: &Targets<T>,
) -> f64 {
    let layers = layers(&spec.architecture, parameters);
    mean_loss_of(spec, &layers, x, targets, None)
}

/// The spec's loss, without penalties, for these layers. Without `weights` all samples count
/// equally.
pub fn mean_loss_of<T: Scalar>(
    spec: &TrainSpec,
    layers: &[Layer<T>],
    x: ArrayView2<'_, T>,
    targets: &Targets<T>,
    weights: Option<&[f64]>,
) -> f64 {
    let traces = forward(layers, x);
    loss(spec, outputs(&traces), targets, weights)
}

/// The network's outputs `[samples, outputs]`.
///
/// # Panics
/// If there are no layers.
pub fn outputs<T>(traces: &[Trace<T>]) -> &Array2<T> {
    &traces.last().expect("a network has a layer").y
}

/// The gradients of all layers as one slice: layer after layer, W row-major, then b, then scale and
/// shift.
pub fn flatten<T: Scalar>(architecture: &Architecture, gradients: &[LayerGradient<T>]) -> Vec<T> {
    let mut flat = Vec::new();
    for (layer, gradient) in architecture.layers.iter().zip(gradients) {
        flat.extend(gradient.weights.iter());
        if layer.bias {
            flat.extend(gradient.biases.iter());
        }
        if layer.normalization.is_affine() {
            flat.extend(gradient.scale.iter());
            flat.extend(gradient.shift.iter());
        }
    }
    flat
}
