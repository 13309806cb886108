//! The passes over all blocks of a batch.

use std::ops::Range;

use ndarray::ArrayView2;

use super::{
    Draws, Layout, Numbers, Objective, Op, Pass, Program,
    normalize::Normalize,
    workspace::{Gather, Workspace},
};
use crate::{Samples, Scalar, samples::Block};

/// The source of the blocks of a batch.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Source<'a, T: Scalar> {
    /// All samples of a part, with their weights in an objective.
    Part(&'a Samples<T>, &'a Layout<T>, Option<&'a Objective<T>>),
    /// Some of them, gathered.
    Rows {
        samples: &'a Samples<T>,
        objective: &'a Objective<T>,
        rows: &'a [u32],
        columns: usize,
    },
    /// Rows of inputs and of targets or output gradients, which are not in a sample set.
    Arrays {
        inputs: ArrayView2<'a, T>,
        values: ArrayView2<'a, T>,
        columns: usize,
    },
}

impl<'a, T: Scalar> Source<'a, T> {
    /// Only rows of inputs, in blocks of `columns`.
    pub(crate) fn inputs(inputs: ArrayView2<'a, T>, columns: usize) -> Self {
        let values = ArrayView2::from_shape((inputs.nrows(), 0), &[]).expect("no numbers");
        Self::Arrays {
            inputs,
            values,
            columns,
        }
    }

    /// Number of samples in the batch.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Part(samples, ..) => samples.len(),
            Self::Rows { rows, .. } => rows.len(),
            Self::Arrays { inputs, .. } => inputs.nrows(),
        }
    }

    /// The width of the blocks; the last may be narrower.
    fn columns(&self) -> usize {
        match self {
            Self::Part(_, layout, _) => layout.columns(),
            Self::Rows { columns, .. } | Self::Arrays { columns, .. } => *columns,
        }
    }

    fn blocks(&self) -> usize {
        self.len().div_ceil(self.columns())
    }

    /// Columns of block `index`, and how many of them hold samples.
    fn span(&self, index: usize) -> (usize, usize) {
        let left = self.len() - index * self.columns();
        let valid = if left < self.columns() {
            left
        } else {
            self.columns()
        };
        (valid.next_multiple_of(T::LANES), valid)
    }

    fn block<'b>(&'b self, index: usize, gather: &'b mut Gather<T>) -> Block<'b, T> {
        match self {
            Self::Part(samples, layout, objective) => {
                layout.block(index, samples, *objective, gather)
            }
            Self::Rows {
                samples,
                objective,
                rows,
                columns,
            } => {
                let start = index * columns;
                let rows = &rows[start..start + self.span(index).1];
                gather.fill(
                    samples,
                    Some(objective),
                    rows.iter().map(|&row| row as usize),
                )
            }
            Self::Arrays {
                inputs,
                values,
                columns,
            } => {
                let start = index * columns;
                gather.transpose_rows(*inputs, *values, start..start + self.span(index).1)
            }
        }
    }
}

impl<T: Scalar> Program<T> {
    /// Forward through the whole batch; `at_outputs` is called for every block with its outputs.
    pub(crate) fn evaluate(
        &self,
        numbers: Numbers<'_, T>,
        source: Source<'_, T>,
        workspace: &mut Workspace<T>,
        draws: &mut Draws,
        mut at_outputs: impl FnMut(&Block<'_, T>, &mut Pass<T>),
    ) {
        self.approach(numbers, source, workspace, draws);
        let Workspace { gather, pass, .. } = workspace;
        let last = self.segments[self.segments.len() - 1].clone();
        for index in 0..source.blocks() {
            let block = source.block(index, gather);
            self.enter(index, source, pass);
            self.forward(last.clone(), numbers, &block, pass, draws);
            at_outputs(&block, pass);
        }
    }

    /// Forward and backward through the whole batch. `at_outputs` is called for every block with its
    /// outputs, and writes the gradient of the objective with respect to them to `delta[0]`.
    pub(crate) fn gradient(
        &self,
        numbers: Numbers<'_, T>,
        source: Source<'_, T>,
        workspace: &mut Workspace<T>,
        draws: &mut Draws,
        gradient: &mut [T],
        mut at_outputs: impl FnMut(&Block<'_, T>, &mut Pass<T>),
    ) {
        self.there_and_back(
            numbers,
            source,
            workspace,
            draws,
            gradient,
            |last, block, accumulate, pass, draws, gradient| {
                self.forward(last.clone(), numbers, block, pass, draws);
                at_outputs(block, pass);
                self.backward(last, numbers, block, accumulate, pass, gradient);
            },
        );
    }

    /// Backward through a batch of one block whose forward pass was the last, from dL/dy in `delta[0]`,
    /// in a program without batch statistics.
    pub(crate) fn back(
        &self,
        numbers: Numbers<'_, T>,
        source: Source<'_, T>,
        workspace: &mut Workspace<T>,
        gradient: &mut [T],
        at_outputs: impl FnOnce(&Block<'_, T>, &mut Pass<T>),
    ) {
        let Workspace { gather, pass, .. } = workspace;
        let block = source.block(0, gather);
        at_outputs(&block, pass);
        self.backward(0..self.ops.len(), numbers, &block, false, pass, gradient);
    }

    /// Forward and backward through the whole batch. `turn` takes every block forward and backward through
    /// the operations of the last segment.
    pub(super) fn there_and_back(
        &self,
        numbers: Numbers<'_, T>,
        source: Source<'_, T>,
        workspace: &mut Workspace<T>,
        draws: &mut Draws,
        gradient: &mut [T],
        mut turn: impl FnMut(Range<usize>, &Block<'_, T>, bool, &mut Pass<T>, &mut Draws, &mut [T]),
    ) {
        self.approach(numbers, source, workspace, draws);
        let Workspace { gather, pass, .. } = workspace;
        let (last, before) = self.segments.split_last().expect("a program has a segment");
        for index in 0..source.blocks() {
            let block = source.block(index, gather);
            self.enter(index, source, pass);
            turn(last.clone(), &block, index > 0, pass, draws, gradient);
        }
        let mut above = last;
        for segment in before.iter().rev() {
            let normalize = self.normalization(above.start);
            for index in 0..source.blocks() {
                let block = source.block(index, gather);
                self.enter(index, source, pass);
                let span = (block.columns, block.valid);
                normalize.finish_backward(&self.kernels, numbers, span, source.len(), pass);
                self.backward(segment.clone(), numbers, &block, index > 0, pass, gradient);
            }
            above = segment;
        }
        pass.fresh = Some(source.len());
    }

    /// Forward through all segments but the last.
    fn approach(
        &self,
        numbers: Numbers<'_, T>,
        source: Source<'_, T>,
        workspace: &mut Workspace<T>,
        draws: &mut Draws,
    ) {
        let Workspace { gather, pass, .. } = workspace;
        for pair in self.segments.windows(2) {
            let normalize = self.normalization(pair[1].start);
            normalize.clear(&mut pass.totals);
            for index in 0..source.blocks() {
                let block = source.block(index, gather);
                self.enter(index, source, pass);
                self.forward(pair[0].clone(), numbers, &block, pass, draws);
                let slab = &pass.activations[pass.base..];
                let span = (block.columns, block.valid);
                normalize.add_to_means(&self.kernels, span, slab, &mut pass.totals);
            }
            normalize.divide(source.len(), true, &mut pass.totals);
            for index in 0..source.blocks() {
                self.enter(index, source, pass);
                let (columns, valid) = source.span(index);
                let slab = &mut pass.activations[pass.base..];
                let totals = &mut pass.totals;
                normalize.center(&self.kernels, columns, slab, totals);
                normalize.add_to_variances(&self.kernels, (columns, valid), slab, totals);
            }
            normalize.divide(source.len(), false, &mut pass.totals);
        }
    }

    /// Switches to block `index`, which has rows of its own where there are several segments.
    fn enter(&self, index: usize, source: Source<'_, T>, pass: &mut Pass<T>) {
        pass.first = index * source.columns();
        pass.base = match self.normalizes_batches() {
            true => self.rows * pass.first,
            false => 0,
        };
    }

    /// The normalization at the start of a segment.
    fn normalization(&self, op: usize) -> &Normalize {
        match &self.ops[op] {
            Op::Normalize(normalize) => normalize,
            _ => unreachable!("a segment but the first begins with a normalization"),
        }
    }

    /// Moves the running statistics towards those of the last batch, once, and returns whether they are
    /// finite.
    pub(crate) fn update_statistics(&self, pass: &mut Pass<T>, statistics: &mut [T]) -> bool {
        let (Some(count), true) = (pass.fresh.take(), self.normalizes_batches()) else {
            return true;
        };
        for segment in &self.segments[1..] {
            let normalize = self.normalization(segment.start);
            normalize.update_statistics(&self.kernels, count, &pass.totals, statistics);
        }
        self.kernels.is_finite(statistics)
    }
}
