//! The forward pass of one sample through a plain network, without padding it to a whole vector of samples.

use mlp_kernels::{Activation, DenseLayer, DenseShape, Kernels};
use ndarray::{ArrayView1, ArrayViewMut1};

use super::{Op, Program};
use crate::{Scalar, buffer::Buffer};

/// A plain network with transposed weights, so that vectors run over neurons. Every sum adds the bias
/// and the inputs in the order of [`Program::forward`], so that the bits are the same.
#[derive(Clone, Debug)]
pub(crate) struct RowForward<T: Scalar> {
    kernels: Kernels<T>,
    layers: Vec<Layer<T>>,
    /// The inputs of a layer, after a 1 for the bias, and its outputs.
    values: [Buffer<T>; 2],
}

#[derive(Clone, Debug)]
struct Layer<T: Scalar> {
    /// The bias, if there is one, then the weights: `[inputs, neurons]`, padded to whole vectors.
    turned: Buffer<T>,
    /// Number of these rows.
    inputs: usize,
    biased: bool,
    phi: Activation,
}

impl<T: Scalar> RowForward<T> {
    /// The network with these parameters, if it has only dense layers without scales.
    pub(crate) fn new(program: &Program<T>, parameters: &[T]) -> Option<Self> {
        let mut layers = Vec::with_capacity(program.ops.len());
        let mut widest = program.inputs;
        for op in &program.ops {
            let Op::Dense(dense) = op else {
                return None;
            };
            if dense.scale != T::ONE {
                return None;
            }
            let columns = dense.outputs.next_multiple_of(T::LANES);
            widest = widest.max(columns);
            let bias = dense.bias(parameters);
            let mut turned = Buffer::zeroed((usize::from(bias.is_some()) + dense.inputs) * columns);
            let mut rows = turned.chunks_exact_mut(columns);
            if let (Some(bias), Some(row)) = (bias, bias.and_then(|_| rows.next())) {
                row[..bias.len()].copy_from_slice(bias);
            }
            let weights = &parameters[dense.weights.clone()];
            for (input, row) in rows.enumerate() {
                let column = weights.iter().skip(input).step_by(dense.inputs);
                row.iter_mut()
                    .zip(column)
                    .for_each(|(to, &from)| *to = from);
            }
            layers.push(Layer {
                turned,
                inputs: usize::from(bias.is_some()) + dense.inputs,
                biased: bias.is_some(),
                phi: dense.phi,
            });
        }
        let values = || {
            let mut values = Buffer::zeroed(1 + widest);
            values[0] = T::ONE;
            values
        };
        Some(Self {
            kernels: program.kernels,
            layers,
            values: [values(), values()],
        })
    }

    /// The outputs of one sample.
    pub(crate) fn run(&mut self, inputs: ArrayView1<'_, T>, mut outputs: ArrayViewMut1<'_, T>) {
        let [here, next] = &mut self.values;
        let (mut here, mut next): (&mut [T], &mut [T]) = (here, next);
        for (value, &x) in here[1..].iter_mut().zip(inputs) {
            *value = x;
        }
        // Starting from -0, even a bias of -0 starts the sum exactly.
        let begin = [-T::ZERO];
        for layer in &self.layers {
            let columns = layer.turned.len() / layer.inputs;
            let shape = DenseShape {
                inputs: layer.inputs,
                outputs: 1,
                columns,
            };
            let (from, bias) = match layer.biased {
                true => (&here[..layer.inputs], Some(&begin[..])),
                false => (&here[1..1 + layer.inputs], None),
            };
            let to = &mut next[1..1 + columns];
            let dense = DenseLayer::new(shape, from, bias, T::ONE);
            self.kernels
                .dense_forward(dense, layer.phi, &layer.turned, None, to);
            std::mem::swap(&mut here, &mut next);
        }
        for (output, &y) in outputs.iter_mut().zip(&here[1..]) {
            *output = y;
        }
    }
}
