//! Forward alone: what a network answers to rows of inputs.

use std::ops::Range;

use mlp_kernels::Level;
use ndarray::{ArrayView2, ArrayViewMut2, Axis, Slice};

use super::{Draws, Numbers, Program, Workspace};
use crate::{
    Architecture, Error, Scalar,
    network::kernels,
    samples::{Block, block_columns, transpose},
};

/// A network's evaluation, compiled, with its buffers.
#[derive(Clone, Debug)]
pub(crate) struct Forward<T: Scalar> {
    program: Program<T>,
    workspace: Workspace<T>,
    draws: Draws,
}

impl<T: Scalar> Forward<T> {
    /// Ready for up to `samples` rows at a time; more make it grow.
    pub(crate) fn new(
        architecture: &Architecture,
        level: Level,
        samples: usize,
    ) -> Result<Self, Error> {
        let program = Program::compile(architecture, kernels(level)?);
        let columns = block_columns(samples, program.block_limit(), T::LANES);
        Ok(Self {
            workspace: Workspace::forward_only(&program, columns),
            draws: Draws::default(),
            program,
        })
    }

    /// The compiled network.
    pub(crate) fn program(&self) -> &Program<T> {
        &self.program
    }

    /// The outputs for `inputs`, both with a sample a row and of the network's widths.
    pub(crate) fn run(
        &mut self,
        numbers: Numbers<'_, T>,
        inputs: ArrayView2<'_, T>,
        mut outputs: ArrayViewMut2<'_, T>,
    ) {
        let Self {
            program,
            workspace,
            draws,
        } = self;
        let samples = inputs.nrows();
        if samples == 0 {
            return;
        }
        let columns = block_columns(samples, program.block_limit(), T::LANES);
        workspace.widen_forward(program, columns);
        for start in (0..samples).step_by(columns) {
            let rows = start..if samples < start + columns {
                samples
            } else {
                start + columns
            };
            let width = rows.len().next_multiple_of(T::LANES);
            let x = &mut workspace.gather.x[..program.inputs * width];
            turn(inputs, rows.clone(), width, x);
            let block = Block {
                columns: width,
                valid: rows.len(),
                x,
                values: &[],
                labels: &[],
                weights: &[],
            };
            let pass = &mut workspace.pass;
            program.forward(0..program.ops.len(), numbers, &block, pass, draws);
            turn_back(program.outputs(pass, width), width, rows, &mut outputs);
        }
    }
}

/// Turns `rows` of an array, a sample each, into the first columns of a feature-major slice; the
/// others become 0.
pub(super) fn turn<T: Scalar>(
    source: ArrayView2<'_, T>,
    rows: Range<usize>,
    columns: usize,
    target: &mut [T],
) {
    if let Some(flat) = source.as_slice() {
        return transpose(flat, source.ncols(), rows, columns, target);
    }
    let source = source.slice_axis(Axis(0), Slice::from(rows));
    for (feature, row) in source
        .columns()
        .into_iter()
        .zip(target.chunks_exact_mut(columns))
    {
        for (value, &x) in row.iter_mut().zip(feature) {
            *value = x;
        }
        row[source.nrows()..].fill(T::ZERO);
    }
}

/// Turns the first columns of a feature-major slice into `rows` of an array, a sample each.
pub(crate) fn turn_back<T: Scalar>(
    source: &[T],
    columns: usize,
    rows: Range<usize>,
    target: &mut ArrayViewMut2<'_, T>,
) {
    let mut target = target.slice_axis_mut(Axis(0), Slice::from(rows));
    for (row, mut output) in source.chunks_exact(columns).zip(target.columns_mut()) {
        for (value, &y) in output.iter_mut().zip(row) {
            *value = y;
        }
    }
}
