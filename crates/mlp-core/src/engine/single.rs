//! Forward and backward pass of a single sample through a plain network: columns of one number, without
//! padding.

use mlp_kernels::{Activated, Activation, update::Sgd};

use super::{Objective, Pass, Program, op::LayerInput};
use crate::{Scalar, samples::Block};

/// What to do with a layer's gradient.
pub(crate) enum GradientUse<'a, T> {
    /// Store it.
    Gradient {
        /// The flat parameter slice.
        parameters: &'a [T],
        /// The flat gradient.
        gradient: &'a mut [T],
    },
    /// Apply plain gradient descent immediately without storing it, which halves the memory traffic
    /// of a step. The bits are those of storing it and updating then.
    Descent {
        /// The flat parameter slice.
        parameters: &'a mut [T],
        /// The form of the update for each layer's weights and biases.
        forms: &'a [(Sgd<T>, Sgd<T>)],
    },
}

impl<T: Scalar> Program<T> {
    /// Gradient of `factor` times the loss of one sample, forward and backward. The block has the
    /// sample's features as `x`, and its target in the first of LANES columns. Returns whether the
    /// parameters are finite where it has changed them.
    pub(crate) fn single(
        &self,
        block: &Block<'_, T>,
        objective: &Objective<T>,
        factor: T,
        pass: &mut Pass<T>,
        answer: GradientUse<'_, T>,
    ) -> bool {
        match &answer {
            GradientUse::Gradient { parameters, .. } => {
                self.forward_single(parameters, block.x, pass);
            }
            GradientUse::Descent { parameters, .. } => {
                self.forward_single(parameters, block.x, pass);
            }
        }
        let outputs = self.outputs;
        let y = &pass.activations[self.output_y..][..outputs];
        // The loss kernels work on whole vectors: the outputs occupy the first column of one.
        let lanes = T::LANES;
        let [first, second] = &mut pass.delta;
        let (wide, dz) = (
            &mut first[..outputs * lanes],
            &mut second[..outputs * lanes],
        );
        for (row, &y) in wide.chunks_exact_mut(lanes).zip(y) {
            row[0] = y;
        }
        self.output_gradient(block, objective, factor, wide, dz);
        for (output, d) in first.iter_mut().zip(dz.chunks_exact(lanes)) {
            *output = d[0];
        }
        self.backward_single(block.x, pass, answer)
    }

    fn forward_single(&self, parameters: &[T], x: &[T], pass: &mut Pass<T>) {
        for dense in self.dense_layers() {
            let (done, rows) = pass.activations.split_at_mut(dense.y);
            let x = match dense.below.row() {
                None => x,
                Some(y) => &done[y..][..dense.inputs],
            };
            let (y, z) = dense.split_rows(rows, 1);
            let layer = dense.layer(parameters, 1);
            self.kernels.dense_forward_one(layer, dense.phi, x, z, y);
        }
    }

    fn backward_single(&self, x: &[T], pass: &mut Pass<T>, mut answer: GradientUse<'_, T>) -> bool {
        let Pass {
            activations,
            delta: [first, second],
            ..
        } = pass;
        let (mut here, mut next): (&mut [T], &mut [T]) = (first, second);
        if self.output_phi != Activation::Identity {
            let outputs = self.outputs;
            let z = self
                .output_z
                .map_or(&[][..], |z| &activations[z..][..outputs]);
            let y = &activations[self.output_y..][..outputs];
            self.kernels.activation_gradient(
                self.output_phi,
                z,
                y,
                &here[..outputs],
                &mut next[..outputs],
            );
            std::mem::swap(&mut here, &mut next);
        }
        let mut finite = true;
        let layers = self.ops.len();
        for (above, dense) in self.dense_layers().rev().enumerate() {
            let (inputs, outputs) = (dense.inputs, dense.outputs);
            let dz = &here[..outputs];
            let mut x = x;
            // The layer below needs the weights of the forward pass.
            if let LayerInput::Layer { y, z, phi } = dense.below {
                x = &activations[y..][..inputs];
                let z = z.map(|z| &activations[z..][..inputs]);
                let layer = match &answer {
                    GradientUse::Gradient { parameters, .. } => dense.layer(parameters, 1),
                    GradientUse::Descent { parameters, .. } => dense.layer(parameters, 1),
                };
                let below = Activated::new(phi, x, z);
                let dx = &mut next[..inputs];
                self.kernels.dense_input_gradient_one(layer, dz, below, dx);
            }
            match &mut answer {
                GradientUse::Gradient { gradient, .. } => {
                    let gradient = dense.gradient(gradient, false);
                    self.kernels.rank_one_gradient(dense.scale, dz, x, gradient);
                }
                GradientUse::Descent { parameters, forms } => {
                    let (weights, biases) = dense.split_flat(parameters);
                    let (form, bias_form) = forms[layers - 1 - above];
                    finite &= self
                        .kernels
                        .rank_one_sgd(form, dense.scale, dz, x, weights, None);
                    if let Some(biases) = biases {
                        finite &= self.kernels.update(bias_form, biases, dz, []);
                    }
                }
            }
            std::mem::swap(&mut here, &mut next);
        }
        finite
    }
}
