//! The forward pass alone: the outputs of a network for rows of inputs.

use mlp_kernels::Level;
use ndarray::{ArrayView2, ArrayViewMut2};

use super::{
    Draws, Numbers, Program, Workspace,
    transposition::{transpose_columns, transpose_rows},
};
use crate::{
    Architecture, Error, Scalar,
    level::kernels,
    samples::{Block, block_columns},
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

    /// The outputs for `inputs`, both with a sample per row and of the network's widths.
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
            transpose_rows(inputs, rows.clone(), width, x);
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
            transpose_columns(program.outputs(pass, width), width, rows, &mut outputs);
        }
    }
}
