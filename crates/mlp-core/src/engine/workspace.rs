//! Everything that a pass writes.

use std::{ops::Range, sync::Arc};

use ndarray::ArrayView2;

use super::{Objective, Pass, Program, buffers::Totals, transposition::transpose_rows};
use crate::{
    Scalar,
    buffer::Buffer,
    samples::{Block, Blocks, Samples, transpose},
};

/// The buffers of a pass over blocks of a limited number of columns.
#[derive(Clone, Debug)]
pub(crate) struct Workspace<T: Scalar> {
    columns: usize,
    /// Capacity in samples of a batch, where blocks keep their rows.
    samples: usize,
    /// A block of samples gathered for a mini-batch.
    pub(crate) gather: Gather<T>,
    pub(crate) pass: Pass<T>,
}

impl<T: Scalar> Workspace<T> {
    /// Capacity for batches of up to `samples` samples in blocks of up to `columns` columns.
    pub(crate) fn new(program: &Program<T>, columns: usize, samples: usize) -> Self {
        // Narrower blocks may be summed in another order, with more scratch.
        let widths = (1..=columns / T::LANES).map(|vectors| vectors * T::LANES);
        let scratch = widths
            .map(|columns| program.scratch(columns))
            .max()
            .unwrap_or(0);
        Self::sized(program, columns, samples, Some(scratch))
    }

    /// Room for batches of packed networks, of up to `samples` samples in one block.
    pub(crate) fn packed(program: &Program<T>, samples: usize) -> Self {
        Self::sized(program, samples * T::LANES, samples, Some(0))
    }

    /// With this much scratch for the backward pass; without buffers for it if 0.
    fn sized(program: &Program<T>, columns: usize, samples: usize, scratch: Option<usize>) -> Self {
        let delta = || {
            Buffer::zeroed(match scratch {
                Some(_) => program.widest * columns,
                None => 0,
            })
        };
        let kept = match program.segments.len() {
            1 => columns,
            _ => samples.next_multiple_of(T::LANES),
        };
        // The outputs are compared with targets before the backward pass.
        let targets = if scratch.is_some() { columns } else { 0 };
        let normalized = if program.sums == 0 { 0 } else { program.widest };
        let factors = || Buffer::zeroed(normalized);
        Self {
            columns,
            samples,
            gather: Gather {
                x: Buffer::zeroed(program.inputs * columns),
                values: Buffer::zeroed(targets * program.outputs),
                labels: vec![0; targets],
                weights: Buffer::zeroed(targets),
            },
            pass: Pass {
                activations: Buffer::zeroed(program.rows * kept),
                base: 0,
                first: 0,
                delta: [delta(), delta()],
                scratch: Buffer::zeroed(scratch.unwrap_or(0)),
                totals: Totals {
                    sums: vec![0.0; program.sums],
                    factors: [factors(), factors(), factors()],
                },
                fresh: None,
            },
        }
    }

    /// Capacity for evaluation only, in blocks of up to `columns` columns.
    pub(crate) fn forward_only(program: &Program<T>, columns: usize) -> Self {
        Self::sized(program, columns, columns, None)
    }

    /// The same for wider blocks, where they are.
    pub(crate) fn widen_forward(&mut self, program: &Program<T>, columns: usize) {
        if self.columns < columns {
            *self = Self::forward_only(program, columns);
        }
    }

    /// Grows where the capacity is too small.
    pub(crate) fn make_room(&mut self, program: &Program<T>, columns: usize, samples: usize) {
        if self.columns < columns || (program.normalizes_batches() && self.samples < samples) {
            *self = Self::new(program, columns, samples);
        }
    }
}

/// All samples of a part, block after block.
#[derive(Clone, Debug)]
pub(crate) enum Layout<T: Scalar> {
    /// Kept prepared by the samples.
    Kept(Arc<Blocks<T>>),
    /// Gathered again in every pass, into blocks of this many columns: for parts so large that a
    /// second copy would cost more than the copying.
    Gathered(usize),
}

impl<T: Scalar> Layout<T> {
    /// Numbers above which a part is not kept twice.
    const LARGE: usize = 1 << 22;

    /// How to pass over `samples` in blocks of `columns`.
    pub(crate) fn new(samples: &Samples<T>, columns: usize) -> Self {
        match samples.len() * samples.features() {
            ..Self::LARGE => Self::Kept(samples.blocks(columns)),
            _ => Self::Gathered(columns),
        }
    }

    /// The width of its blocks; the last may be narrower.
    pub(crate) fn columns(&self) -> usize {
        match self {
            Self::Kept(blocks) => blocks.columns(),
            Self::Gathered(columns) => *columns,
        }
    }

    /// Block `index`, with the weights of its samples in `objective`.
    pub(crate) fn block<'a>(
        &'a self,
        index: usize,
        samples: &Samples<T>,
        objective: Option<&'a Objective<T>>,
        gather: &'a mut Gather<T>,
    ) -> Block<'a, T> {
        match self {
            Self::Kept(blocks) => {
                let block = blocks.block(index);
                Block {
                    weights: objective.map_or(&[], |objective| {
                        objective.weights_from(index * blocks.columns(), block.columns)
                    }),
                    ..block
                }
            }
            Self::Gathered(columns) => {
                let start = index * columns;
                let rows = start..samples.len().min(start + columns);
                gather.fill(samples, objective, rows)
            }
        }
    }
}

/// A block of arbitrary samples.
#[derive(Clone, Debug)]
pub(crate) struct Gather<T: Scalar> {
    pub(crate) x: Buffer<T>,
    pub(crate) values: Buffer<T>,
    pub(crate) labels: Vec<u32>,
    pub(crate) weights: Buffer<T>,
}

impl<T: Scalar> Gather<T> {
    /// Copies the samples of `rows`, and their weights in `objective`, into a block.
    pub(crate) fn fill(
        &mut self,
        samples: &Samples<T>,
        objective: Option<&Objective<T>>,
        rows: impl ExactSizeIterator<Item = usize> + Clone,
    ) -> Block<'_, T> {
        let valid = rows.len();
        let columns = valid.next_multiple_of(T::LANES);
        let features = samples.features();
        let x = &mut self.x[..features * columns];
        transpose(samples.input_rows(), features, rows.clone(), columns, x);
        let (source, outputs) = samples.value_rows();
        let values = &mut self.values[..outputs * columns];
        transpose(source, outputs, rows.clone(), columns, values);
        let labels = samples.labels();
        let kept = if labels.is_empty() { 0 } else { columns };
        let weights = match objective {
            Some(objective) => objective.weights_of(rows.clone(), columns, &mut self.weights),
            None => &[],
        };
        if kept > 0 {
            for (kept, row) in self.labels.iter_mut().zip(rows) {
                *kept = labels[row];
            }
            self.labels[valid..columns].fill(0);
        }
        Block {
            columns,
            valid,
            x,
            values,
            labels: &self.labels[..kept],
            weights,
        }
    }

    /// Copies the samples of `rows`, and what they count in `objective`, to a lane of a block of packed networks.
    pub(crate) fn fill_lane(
        &mut self,
        lane: usize,
        samples: &Samples<T>,
        objective: &Objective<T>,
        rows: impl ExactSizeIterator<Item = usize> + Clone,
    ) {
        let columns = rows.len() * T::LANES;
        let (inputs, features) = (samples.input_rows(), samples.features());
        let (values, outputs) = samples.value_rows();
        for (source, width, target) in [
            (inputs, features, &mut self.x),
            (values, outputs, &mut self.values),
        ] {
            for (feature, target) in target.chunks_exact_mut(columns).take(width).enumerate() {
                let places = target[lane..].iter_mut().step_by(T::LANES);
                for (place, row) in places.zip(rows.clone()) {
                    *place = source[row * width + feature];
                }
            }
        }
        let places = self.labels[lane..].iter_mut().step_by(T::LANES);
        if !samples.labels().is_empty() {
            for (place, row) in places.zip(rows.clone()) {
                *place = samples.labels()[row];
            }
        }
        if objective.weighs_samples() {
            let places = self.weights[lane..].iter_mut().step_by(T::LANES);
            for (place, row) in places.zip(rows) {
                *place = objective.sample_weight(row);
            }
        }
    }

    /// The block of `samples` samples of packed networks whose lanes are filled, of the kind of these.
    pub(crate) fn packed(
        &self,
        samples: usize,
        kind: &Samples<T>,
        objective: &Objective<T>,
    ) -> Block<'_, T> {
        let columns = samples * T::LANES;
        let has = |any: bool, length: usize| if any { length } else { 0 };
        let labels = has(!kind.labels().is_empty(), columns);
        let weights = has(objective.weighs_samples(), columns);
        Block {
            columns,
            valid: columns,
            x: &self.x[..kind.features() * columns],
            values: &self.values[..kind.value_rows().1 * columns],
            labels: &self.labels[..labels],
            weights: &self.weights[..weights],
        }
    }

    /// Transposes rows of two arrays, one sample each, into a block with the second as its values.
    pub(crate) fn transpose_rows(
        &mut self,
        inputs: ArrayView2<'_, T>,
        values: ArrayView2<'_, T>,
        rows: Range<usize>,
    ) -> Block<'_, T> {
        let valid = rows.len();
        let columns = valid.next_multiple_of(T::LANES);
        let x = &mut self.x[..inputs.ncols() * columns];
        transpose_rows(inputs, rows.clone(), columns, x);
        let y = &mut self.values[..values.ncols() * columns];
        transpose_rows(values, rows, columns, y);
        Block {
            columns,
            valid,
            x,
            values: y,
            labels: &[],
            weights: &[],
        }
    }

    /// One sample for the path without padding: its features as they are, its target in the first
    /// of LANES columns.
    pub(crate) fn point<'g>(
        &'g mut self,
        samples: &'g Samples<T>,
        objective: &Objective<T>,
        row: usize,
    ) -> Block<'g, T> {
        let features = samples.features();
        let (source, outputs) = samples.value_rows();
        let values = &mut self.values[..outputs * T::LANES];
        for (column, &value) in values
            .chunks_exact_mut(T::LANES)
            .zip(&source[row * outputs..])
        {
            column[0] = value;
        }
        let labels = samples.labels();
        let kept = if labels.is_empty() { 0 } else { T::LANES };
        if let Some(&label) = labels.get(row) {
            self.labels[0] = label;
        }
        let x = &samples.input_rows()[row * features..][..features];
        Block {
            columns: T::LANES,
            valid: 1,
            x,
            values,
            labels: &self.labels[..kept],
            weights: objective.weights_of(std::iter::once(row), T::LANES, &mut self.weights),
        }
    }
}
