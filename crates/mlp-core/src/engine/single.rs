//! Forward and backward through a single sample: columns of one number, without padding.

use mlp_kernels::Activation;

use super::{Op, Pass, Program, pass::Objective, program::Below};
use crate::{Scalar, samples::Block};

impl<T: Scalar> Program<T> {
    /// Gradient of `factor` times the loss of one sample, forward and back. The block has the
    /// sample's features as `x`, and its target in the first of LANES columns.
    pub(crate) fn single_gradient(
        &self,
        parameters: &[T],
        block: &Block<'_, T>,
        objective: Objective,
        factor: T,
        pass: &mut Pass<T>,
        gradient: &mut [T],
    ) {
        self.forward_single(parameters, block.x, &mut pass.activations);
        let outputs = self.outputs;
        let y = &pass.activations[self.output_y..][..outputs];
        // The loss kernels work on whole vectors: the outputs take the first column of one.
        let lanes = T::LANES;
        let [first, second] = &mut pass.delta;
        let (wide, dz) = (
            &mut first[..outputs * lanes],
            &mut second[..outputs * lanes],
        );
        for (row, &y) in wide.chunks_exact_mut(lanes).zip(y) {
            row[0] = y;
        }
        let target = block.target(objective.target);
        self.kernels
            .loss_gradient(objective.loss, outputs, lanes, 1, factor, wide, target, dz);
        for (output, d) in first.iter_mut().zip(dz.chunks_exact(lanes)) {
            *output = d[0];
        }
        self.backward_single(parameters, block.x, pass, gradient);
    }

    fn forward_single(&self, parameters: &[T], x: &[T], activations: &mut [T]) {
        for op in &self.ops {
            match op {
                Op::Dense(dense) => {
                    let (done, rows) = activations.split_at_mut(dense.y);
                    let x = match dense.below {
                        Below::Inputs => x,
                        Below::Layer { y, .. } => &done[y..][..dense.inputs],
                    };
                    let (y, z) = dense.split_rows(rows, 1);
                    let weights = &parameters[dense.weights.clone()];
                    let bias = dense.bias(parameters);
                    let (inputs, outputs) = (dense.inputs, dense.outputs);
                    self.kernels.dense_forward_one(
                        inputs,
                        outputs,
                        weights,
                        bias,
                        dense.scale,
                        dense.phi,
                        x,
                        z,
                        y,
                    );
                }
            }
        }
    }

    fn backward_single(&self, parameters: &[T], x: &[T], pass: &mut Pass<T>, gradient: &mut [T]) {
        let Pass {
            activations,
            delta: [first, second],
            ..
        } = pass;
        let (mut here, mut next): (&mut [T], &mut [T]) = (first, second);
        let outputs = self.outputs;
        if self.output_phi != Activation::Identity {
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
        for op in self.ops.iter().rev() {
            match op {
                Op::Dense(dense) => {
                    let dz = &here[..dense.outputs];
                    let (gw, gb) = dense.split_gradient(gradient);
                    match dense.below {
                        Below::Inputs => {
                            self.kernels
                                .rank_one_gradient(dense.scale, dz, x, false, gw, gb)
                        }
                        Below::Layer { y, z, phi } => {
                            let (inputs, outputs) = (dense.inputs, dense.outputs);
                            let y = &activations[y..][..inputs];
                            let z = z.map(|z| &activations[z..][..inputs]);
                            self.kernels
                                .rank_one_gradient(dense.scale, dz, y, false, gw, gb);
                            let weights = &parameters[dense.weights.clone()];
                            let dx = &mut next[..inputs];
                            self.kernels.dense_input_gradient_one(
                                inputs,
                                outputs,
                                weights,
                                dense.scale,
                                dz,
                                phi,
                                y,
                                z,
                                dx,
                            );
                            std::mem::swap(&mut here, &mut next);
                        }
                    }
                }
            }
        }
    }
}
