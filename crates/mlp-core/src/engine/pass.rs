//! Forward and backward through a block of samples.

use mlp_kernels::{Activation, Loss};

use super::{Op, Pass, Program, program::Below};
use crate::{
    Scalar,
    samples::{Block, TargetKind},
};

/// What is made small, as the kernels want it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Objective {
    pub(crate) loss: Loss,
    pub(crate) target: TargetKind,
}

impl<T: Scalar> Program<T> {
    /// Forward through a block of `columns` columns with inputs `x` `[features, columns]`.
    pub(crate) fn forward(&self, parameters: &[T], x: &[T], columns: usize, pass: &mut Pass<T>) {
        for op in &self.ops {
            match op {
                Op::Dense(dense) => {
                    let (done, rows) = pass.activations.split_at_mut(dense.y * columns);
                    let x = match dense.below {
                        Below::Inputs => x,
                        Below::Layer { y, .. } => &done[y * columns..][..dense.inputs * columns],
                    };
                    let (y, z) = dense.split_rows(rows, columns);
                    self.dense_forward(dense, parameters, x, columns, z, y);
                }
            }
        }
    }

    /// The outputs `[outputs, columns]` of the last forward pass.
    pub(crate) fn outputs<'w>(&self, pass: &'w Pass<T>, columns: usize) -> &'w [T] {
        &pass.activations[self.output_y * columns..][..self.outputs * columns]
    }

    /// The gradient of `factor` times the block's summed loss at the outputs of the last forward
    /// pass, where [`Program::backward`] starts from.
    pub(crate) fn loss_gradient(
        &self,
        block: &Block<'_, T>,
        objective: Objective,
        factor: T,
        pass: &mut Pass<T>,
    ) {
        let Block { columns, valid, .. } = *block;
        let size = self.outputs * columns;
        let y = &pass.activations[self.output_y * columns..][..size];
        let target = block.target(objective.target);
        let dy = &mut pass.delta[0][..size];
        self.kernels.loss_gradient(
            objective.loss,
            self.outputs,
            columns,
            valid,
            factor,
            y,
            target,
            dy,
        );
    }

    /// Backward through the block of the last forward pass, from dL/dy of the outputs in
    /// `delta[0]`. The gradient is written, or added where `accumulate`.
    pub(crate) fn backward(
        &self,
        parameters: &[T],
        x: &[T],
        columns: usize,
        accumulate: bool,
        pass: &mut Pass<T>,
        gradient: &mut [T],
    ) {
        let Pass {
            activations,
            delta: [first, second],
            scratch,
        } = pass;
        let (mut here, mut next): (&mut [T], &mut [T]) = (first, second);
        let rows = |row: usize, count: usize| &activations[row * columns..][..count * columns];
        if self.output_phi != Activation::Identity {
            let z = self.output_z.map_or(&[][..], |z| rows(z, self.outputs));
            let y = rows(self.output_y, self.outputs);
            let size = y.len();
            self.kernels.activation_gradient(
                self.output_phi,
                z,
                y,
                &here[..size],
                &mut next[..size],
            );
            std::mem::swap(&mut here, &mut next);
        }
        for op in self.ops.iter().rev() {
            match op {
                Op::Dense(dense) => {
                    let dz = &here[..dense.outputs * columns];
                    match dense.below {
                        Below::Inputs => {
                            self.dense_weight_gradient(
                                dense, x, dz, accumulate, columns, gradient, scratch,
                            );
                        }
                        Below::Layer { y, z, phi } => {
                            let y = rows(y, dense.inputs);
                            self.dense_weight_gradient(
                                dense, y, dz, accumulate, columns, gradient, scratch,
                            );
                            let z = z.map(|z| rows(z, dense.inputs));
                            let dx = &mut next[..dense.inputs * columns];
                            self.dense_input_gradient(
                                dense, parameters, dz, columns, phi, y, z, dx,
                            );
                            std::mem::swap(&mut here, &mut next);
                        }
                    }
                }
            }
        }
    }
}
