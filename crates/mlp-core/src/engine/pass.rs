//! Forward and backward through a block of samples.

use std::ops::Range;

use mlp_kernels::{Activated, Activation};

use super::{
    Draws, Numbers, Objective, Op, Pass, Program,
    banded::{InputGradient, WeightGradient},
    normalize::Backward,
    op::LayerInput,
};
use crate::{Scalar, samples::Block};

impl<T: Scalar> Program<T> {
    /// Forward through `ops` of the list, for one block.
    pub(crate) fn forward(
        &self,
        ops: Range<usize>,
        numbers: Numbers<'_, T>,
        block: &Block<'_, T>,
        pass: &mut Pass<T>,
        draws: &mut Draws,
    ) {
        let Block {
            columns, valid, x, ..
        } = *block;
        let Pass {
            activations,
            totals,
            base,
            first,
            ..
        } = pass;
        let slab = &mut activations[*base..];
        // An operation's input comes before its output.
        for op in &self.ops[ops] {
            match op {
                Op::Dense(dense) => {
                    let (done, rows) = slab.split_at_mut(dense.y * columns);
                    let x = rows_or(done, dense.below.row(), dense.inputs, columns, x);
                    let (y, z) = dense.split_rows(rows, columns);
                    self.dense_forward(dense, numbers.parameters, x, columns, z, y);
                }
                Op::Normalize(normalize) => {
                    normalize.forward(&self.kernels, numbers, columns, slab, totals);
                }
                Op::Activate(activate) => {
                    let (done, rows) = slab.split_at_mut(activate.y * columns);
                    let size = activate.width * columns;
                    let z = &done[activate.z * columns..][..size];
                    self.kernels.activation(activate.phi, z, &mut rows[..size]);
                }
                Op::Drop(dropout) => {
                    let (done, rows) = slab.split_at_mut(dropout.y * columns);
                    let size = dropout.width * columns;
                    let x = rows_or(done, dropout.x, dropout.width, columns, x);
                    let (y, mask) = rows[..2 * size].split_at_mut(size);
                    draws.mask(dropout.stream, dropout.rate, *first, (columns, valid), mask);
                    self.kernels.product(x, mask, y);
                }
                Op::Add(addition) => {
                    let (done, rows) = slab.split_at_mut(addition.y * columns);
                    let size = addition.width * columns;
                    let x = rows_or(done, addition.x, addition.width, columns, x);
                    let branch = &done[addition.branch * columns..][..size];
                    self.kernels.sum(x, branch, &mut rows[..size]);
                }
                Op::Join(join) => {
                    let (to, size) = (join.y * columns, join.width * columns);
                    match join.x {
                        Some(from) => slab.copy_within(from * columns..from * columns + size, to),
                        None => slab[to..to + size].copy_from_slice(x),
                    }
                }
                Op::Noise(noise) => {
                    let y = &mut slab[noise.y * columns..][..noise.width * columns];
                    let level = self.kernels.level();
                    draws.noisy(noise.stream, noise.deviation, *first, level, block, y);
                }
            }
        }
    }

    /// The outputs `[outputs, columns]` of the last forward pass.
    pub(crate) fn outputs<'w>(&self, pass: &'w Pass<T>, columns: usize) -> &'w [T] {
        &pass.activations[pass.base + self.output_y * columns..][..self.outputs * columns]
    }

    /// The gradient of `factor` times the block's summed loss at the outputs of the last forward
    /// pass, from which [`Program::backward`] starts.
    pub(crate) fn loss_gradient(
        &self,
        block: &Block<'_, T>,
        objective: &Objective<T>,
        factor: T,
        pass: &mut Pass<T>,
    ) {
        let size = self.outputs * block.columns;
        let y = &pass.activations[pass.base + self.output_y * block.columns..][..size];
        let dy = &mut pass.delta[0][..size];
        self.output_gradient(block, objective, factor, y, dy);
    }

    /// The gradient of `factor` times the block's summed loss at outputs `y` `[outputs, columns]`.
    pub(crate) fn output_gradient(
        &self,
        block: &Block<'_, T>,
        objective: &Objective<T>,
        factor: T,
        y: &[T],
        dy: &mut [T],
    ) {
        let of = objective.of(block, self.outputs);
        self.kernels.loss_gradient(of, factor, y, dy);
    }

    /// Backward through `ops` of the list for the block of the last forward pass, from dL/dy of the
    /// last of them in `delta[0]`. The gradient is written, or added where `accumulate`.
    pub(crate) fn backward(
        &self,
        ops: Range<usize>,
        numbers: Numbers<'_, T>,
        block: &Block<'_, T>,
        accumulate: bool,
        pass: &mut Pass<T>,
        gradient: &mut [T],
    ) {
        let Block { columns, valid, .. } = *block;
        let Pass {
            activations,
            delta: [first, second],
            scratch,
            totals,
            base,
            ..
        } = pass;
        let slab = &mut activations[*base..];
        let (mut here, mut next): (&mut [T], &mut [T]) = (first, second);
        if ops.end == self.ops.len() && self.output_phi != Activation::Identity {
            let rows = |row: usize| &slab[row * columns..][..self.outputs * columns];
            let z = self.output_z.map_or(&[][..], rows);
            let y = rows(self.output_y);
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
        for op in self.ops[ops].iter().rev() {
            match op {
                Op::Dense(dense) => {
                    let rows = |row: usize| &slab[row * columns..][..dense.inputs * columns];
                    let dz = &here[..dense.outputs * columns];
                    let x = dense.below.row().map_or(block.x, rows);
                    let of = WeightGradient {
                        x,
                        dz,
                        columns,
                        accumulate,
                    };
                    self.dense_weight_gradient(dense, of, gradient, scratch);
                    let (z, phi) = match dense.below {
                        LayerInput::Inputs | LayerInput::Altered { .. } => continue,
                        LayerInput::Layer { z, phi, .. } => (z, phi),
                        LayerInput::Joined {
                            fixed,
                            gradient: sums,
                            adds,
                            ..
                        } => {
                            let size = (dense.inputs - fixed) * columns;
                            let joined = &x[fixed * columns..];
                            let of = InputGradient {
                                dz,
                                columns,
                                fixed,
                                below: Activated::new(Activation::Identity, joined, None),
                            };
                            let dx = &mut next[..size];
                            self.dense_input_gradient(dense, numbers.parameters, of, dx);
                            let sums = &mut slab[sums * columns..][..size];
                            if adds {
                                let total = &mut here[..size];
                                self.kernels.sum(sums, dx, total);
                                sums.copy_from_slice(total);
                            } else {
                                sums.copy_from_slice(dx);
                            }
                            continue;
                        }
                    };
                    let z = z.map(rows);
                    let dx = &mut next[..dense.inputs * columns];
                    let (fused, fused_z) = match dense.shortcut {
                        None => (phi, z),
                        Some(_) => (Activation::Identity, None),
                    };
                    let of = InputGradient {
                        dz,
                        columns,
                        fixed: 0,
                        below: Activated::new(fused, x, fused_z),
                    };
                    self.dense_input_gradient(dense, numbers.parameters, of, dx);
                    let Some(kept) = dense.shortcut else {
                        std::mem::swap(&mut here, &mut next);
                        continue;
                    };
                    // The gradient of the skip connection is added before the derivative of the activation below.
                    let dy = &mut here[..dx.len()];
                    self.kernels.sum(dx, rows(kept), dy);
                    if phi != Activation::Identity {
                        self.kernels
                            .activation_gradient(phi, z.unwrap_or_default(), x, dy, dx);
                        std::mem::swap(&mut here, &mut next);
                    }
                }
                Op::Normalize(normalize) => {
                    let size = normalize.width * columns;
                    let of = Backward {
                        numbers,
                        columns,
                        valid,
                        accumulate,
                        dy: &here[..size],
                        dx: &mut next[..size],
                        slab,
                        totals,
                        gradient,
                    };
                    normalize.backward(&self.kernels, of);
                    std::mem::swap(&mut here, &mut next);
                }
                Op::Activate(activate) => {
                    let size = activate.width * columns;
                    let rows = |row: usize| &slab[row * columns..][..size];
                    self.kernels.activation_gradient(
                        activate.phi,
                        rows(activate.z),
                        rows(activate.y),
                        &here[..size],
                        &mut next[..size],
                    );
                    std::mem::swap(&mut here, &mut next);
                }
                Op::Drop(dropout) if dropout.of_inputs => {}
                Op::Drop(dropout) => {
                    let size = dropout.width * columns;
                    let mask = &slab[dropout.y * columns + size..][..size];
                    self.kernels.product(&here[..size], mask, &mut next[..size]);
                    std::mem::swap(&mut here, &mut next);
                }
                Op::Add(addition) => {
                    let size = addition.width * columns;
                    slab[addition.y * columns..][..size].copy_from_slice(&here[..size]);
                }
                Op::Join(join) => {
                    if let Some(sums) = join.gradient {
                        let size = join.width * columns;
                        here[..size].copy_from_slice(&slab[sums * columns..][..size]);
                    }
                }
                // The samples need no gradient.
                Op::Noise(_) => {}
            }
        }
    }
}

/// The rows from `row` on, or the samples.
fn rows_or<'a, T>(
    done: &'a [T],
    row: Option<usize>,
    count: usize,
    columns: usize,
    samples: &'a [T],
) -> &'a [T] {
    row.map_or(samples, |row| &done[row * columns..][..count * columns])
}
