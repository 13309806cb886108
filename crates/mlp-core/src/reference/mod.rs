//! The textbook: forward pass, backpropagation and parameter updates in a few readable lines.
//!
//! Here a sample is a row, as in books, and nothing is clever. Read this to learn how a multilayer
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

mod activation;
mod gradient_check;
mod loss;
mod optimizer;

use ndarray::{Array1, Array2, ArrayView2, Axis};

pub use self::{
    activation::{derivative, value},
    gradient_check::{GradientCheck, gradient_check, weighted_gradient_check},
    loss::{loss, loss_gradient},
    optimizer::Updater,
};
use crate::{Activation, Architecture, Scalar, Targets, TrainSpec};

/// One dense layer.
#[derive(Clone, Debug)]
pub struct Layer<T> {
    /// W, `[out, in]`.
    pub weights: Array2<T>,
    /// b, `[out]`; zeros in a layer without biases.
    pub biases: Array1<T>,
    /// Multiplies x W^T.
    pub scale: T,
    /// phi.
    pub activation: Activation,
}

/// What a layer computed on the way forward; backpropagation needs it again.
#[derive(Clone, Debug)]
pub struct Trace<T> {
    /// The layer's inputs, `[samples, in]`.
    pub x: Array2<T>,
    /// Before the activation, `[samples, out]`.
    pub z: Array2<T>,
    /// After the activation, `[samples, out]`.
    pub y: Array2<T>,
}

/// Gradient of a loss with respect to one layer's parameters.
#[derive(Clone, Debug)]
pub struct LayerGradient<T> {
    /// dL/dW, `[out, in]`.
    pub weights: Array2<T>,
    /// dL/db, `[out]`.
    pub biases: Array1<T>,
}

/// Cuts a flat parameter slice into layers.
///
/// # Panics
/// If `parameters` has not the architecture's length.
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
            activation: spec.activation,
        })
        .collect()
}

/// The forward pass: what every layer computed for inputs `x` `[samples, inputs]`. The network's
/// outputs are the last layer's `y`.
pub fn forward<T: Scalar>(layers: &[Layer<T>], x: ArrayView2<'_, T>) -> Vec<Trace<T>> {
    let mut x = x.to_owned();
    let mut traces = Vec::new();
    for layer in layers {
        let z = x.dot(&layer.weights.t()) * layer.scale + &layer.biases;
        let y = z.mapv(|z| value(layer.activation, z));
        let next = y.clone();
        traces.push(Trace { x, z, y });
        x = next;
    }
    traces
}

/// Backpropagation: from dL/dy of the outputs `[samples, outputs]` to the gradient of every layer.
pub fn backward<T: Scalar>(
    layers: &[Layer<T>],
    traces: &[Trace<T>],
    d_output: Array2<T>,
) -> Vec<LayerGradient<T>> {
    let mut dy = d_output;
    let mut gradients = Vec::new();
    for (layer, trace) in layers.iter().zip(traces).rev() {
        let dz = dy * trace.z.mapv(|z| derivative(layer.activation, z));
        gradients.push(LayerGradient {
            weights: dz.t().dot(&trace.x) * layer.scale,
            biases: dz.sum_axis(Axis(0)),
        });
        dy = dz.dot(&layer.weights) * layer.scale;
    }
    gradients.reverse();
    gradients
}

/// Gradient of the spec's loss, without penalties, at `parameters`, as a flat slice laid out like
/// them. All samples count the same.
pub fn gradient<T: Scalar>(
    spec: &TrainSpec,
    parameters: &[T],
    x: ArrayView2<'_, T>,
    targets: &Targets<T>,
) -> Vec<T> {
    weighted_gradient(spec, parameters, x, targets, None)
}

/// [`gradient`] with a weight for each sample.
pub fn weighted_gradient<T: Scalar>(
    spec: &TrainSpec,
    parameters: &[T],
    x: ArrayView2<'_, T>,
    targets: &Targets<T>,
    weights: Option<&[f64]>,
) -> Vec<T> {
    let layers = layers(&spec.architecture, parameters);
    let traces = forward(&layers, x);
    let d_output = loss_gradient(spec, outputs(&traces), targets, weights);
    flatten(&spec.architecture, &backward(&layers, &traces, d_output))
}

/// The spec's loss, without penalties, at `parameters`. All samples count the same.
pub fn mean_loss<T: Scalar>(
    spec: &TrainSpec,
    parameters: &[T],
    x: ArrayView2<'_, T>,
    targets: &Targets<T>,
) -> f64 {
    weighted_mean_loss(spec, parameters, x, targets, None)
}

/// [`mean_loss`] with a weight for each sample.
pub fn weighted_mean_loss<T: Scalar>(
    spec: &TrainSpec,
    parameters: &[T],
    x: ArrayView2<'_, T>,
    targets: &Targets<T>,
    weights: Option<&[f64]>,
) -> f64 {
    let traces = forward(&layers(&spec.architecture, parameters), x);
    loss(spec, outputs(&traces), targets, weights)
}

/// The network's outputs `[samples, outputs]`.
///
/// # Panics
/// If there are no layers.
pub fn outputs<T>(traces: &[Trace<T>]) -> &Array2<T> {
    &traces.last().expect("a network has a layer").y
}

/// The gradients of all layers as one slice: layer after layer, W row-major, then b.
pub fn flatten<T: Scalar>(architecture: &Architecture, gradients: &[LayerGradient<T>]) -> Vec<T> {
    let mut flat = Vec::new();
    for (layer, gradient) in architecture.layers.iter().zip(gradients) {
        flat.extend(gradient.weights.iter());
        if layer.bias {
            flat.extend(gradient.biases.iter());
        }
    }
    flat
}
