//! Samples in the layout of the kernels: feature-major, in blocks, padded to whole vectors.

use std::ops::Range;

use mlp_kernels::{OutputShape, Target};

use super::Targets;
use crate::{Scalar, buffer::Buffer};

/// The form of the targets for a loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TargetKind {
    /// Numbers, a row per output.
    Values,
    /// One class index per sample.
    Classes,
}

impl TargetKind {
    /// The form in which a network with `outputs` outputs is compared with `targets`: classes
    /// are one-hot rows, but two of them are the numbers 0 and 1 where there is one output.
    pub(crate) fn of<T>(targets: &Targets<T>, outputs: usize) -> Self {
        match targets {
            Targets::Classes { classes: 2, .. } if outputs == 1 => Self::Values,
            Targets::Classes { .. } => Self::Classes,
            Targets::Values(_) => Self::Values,
        }
    }
}

/// The width of the blocks that `samples` samples are divided into when a block may have `limit`
/// columns: as few blocks as possible, all of one width up to rounding to `lanes`.
pub(crate) fn block_columns(samples: usize, limit: usize, lanes: usize) -> usize {
    let blocks = samples.div_ceil(limit).max(1);
    samples.div_ceil(blocks).next_multiple_of(lanes)
}

/// A range of samples in the layout of the kernels.
#[derive(Clone, Copy)]
pub(crate) struct Block<'a, T> {
    /// Columns, padding included.
    pub(crate) columns: usize,
    /// Columns that hold samples.
    pub(crate) valid: usize,
    /// Inputs, `[features, columns]`; padding is 0.
    pub(crate) x: &'a [T],
    /// Target numbers, `[outputs, columns]`; empty where the targets are more than two classes.
    pub(crate) values: &'a [T],
    /// Classes, `[columns]`; empty where the targets are values.
    pub(crate) labels: &'a [u32],
    /// Sample weights, `[columns]`; empty where all are equal.
    pub(crate) weights: &'a [T],
}

impl<'a, T: Scalar> Block<'a, T> {
    /// The shape of the outputs for it, so many a sample.
    pub(crate) fn outputs(&self, outputs: usize) -> OutputShape {
        OutputShape {
            outputs,
            columns: self.columns,
            valid: self.valid,
        }
    }

    pub(crate) fn target(&self, kind: TargetKind) -> Target<'a, T> {
        match kind {
            TargetKind::Values => Target::Values(self.values),
            TargetKind::Classes => Target::Classes(self.labels),
        }
    }
}

/// All samples of a part, in blocks.
#[derive(Debug)]
pub(crate) struct Blocks<T> {
    columns: usize,
    samples: usize,
    features: usize,
    outputs: usize,
    x: Buffer<T>,
    values: Buffer<T>,
    labels: Vec<u32>,
}

/// Samples one after the other, as given.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'a, T> {
    pub(crate) samples: usize,
    pub(crate) features: usize,
    pub(crate) inputs: &'a [T],
    pub(crate) outputs: usize,
    pub(crate) values: &'a [T],
    /// Empty where the targets are not classes.
    pub(crate) labels: &'a [u32],
}

impl<T: Scalar> Blocks<T> {
    /// Divides samples into blocks of `columns`; the last may be narrower.
    pub(crate) fn new(given: Rows<'_, T>, columns: usize) -> Self {
        let Rows {
            samples,
            features,
            outputs,
            ..
        } = given;
        let padded = samples.next_multiple_of(T::LANES);
        let labels = if given.labels.is_empty() { 0 } else { padded };
        let mut blocks = Self {
            columns,
            samples,
            features,
            outputs,
            x: Buffer::zeroed(padded * features),
            values: Buffer::zeroed(padded * outputs),
            labels: vec![0; labels],
        };
        for index in 0..blocks.count() {
            let (range, width) = blocks.span(index);
            let rows =
                |per_sample: usize| range.start * per_sample..(range.start + width) * per_sample;
            transpose(
                given.inputs,
                features,
                range.clone(),
                width,
                &mut blocks.x[rows(features)],
            );
            transpose(
                given.values,
                outputs,
                range.clone(),
                width,
                &mut blocks.values[rows(outputs)],
            );
            if !blocks.labels.is_empty() {
                blocks.labels[range.clone()].copy_from_slice(&given.labels[range]);
            }
        }
        blocks
    }

    /// The nominal width.
    pub(crate) fn columns(&self) -> usize {
        self.columns
    }

    /// How many blocks there are.
    pub(crate) fn count(&self) -> usize {
        self.samples.div_ceil(self.columns)
    }

    /// The samples of block `index`, and its width.
    fn span(&self, index: usize) -> (Range<usize>, usize) {
        let start = index * self.columns;
        let end = self.samples.min(start + self.columns);
        (start..end, (end - start).next_multiple_of(T::LANES))
    }

    /// Block `index`.
    pub(crate) fn block(&self, index: usize) -> Block<'_, T> {
        let (range, columns) = self.span(index);
        let (start, end) = (range.start, range.start + columns);
        Block {
            columns,
            valid: range.len(),
            x: &self.x[start * self.features..end * self.features],
            values: &self.values[start * self.outputs..end * self.outputs],
            labels: if self.labels.is_empty() {
                &[]
            } else {
                &self.labels[start..end]
            },
            weights: &[],
        }
    }
}

/// Transposes the `rows` of a sample-major slice into columns `0..` of a feature-major one; the columns
/// after them become 0.
pub(crate) fn transpose<T: Scalar>(
    source: &[T],
    width: usize,
    rows: impl ExactSizeIterator<Item = usize>,
    columns: usize,
    target: &mut [T],
) {
    /// Samples that are transposed together, so that stores are contiguous.
    const TILE: usize = 8;
    if width == 0 {
        return;
    }
    let filled = rows.len();
    let mut samples = rows.map(|row| &source[row * width..][..width]);
    let tiles = filled / TILE;
    for tile in 0..tiles {
        let tile_rows: [&[T]; TILE] =
            std::array::from_fn(|_| samples.next().unwrap_or(&source[..width]));
        let targets = target
            .chunks_exact_mut(columns)
            .map(|row| &mut row[tile * TILE..][..TILE]);
        for (feature, row) in targets.take(width).enumerate() {
            row.copy_from_slice(&tile_rows.map(|sample| sample[feature]));
        }
    }
    for (column, sample) in (tiles * TILE..).zip(samples) {
        for (row, &value) in target.chunks_exact_mut(columns).zip(sample) {
            row[column] = value;
        }
    }
    if filled < columns {
        for row in target.chunks_exact_mut(columns) {
            row[filled..].fill(T::ZERO);
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::Samples;

    #[test]
    fn blocks_are_even_and_whole_vectors() {
        assert_eq!(block_columns(256, 256, 16), 256);
        assert_eq!(block_columns(272, 256, 8), 136);
        assert_eq!(block_columns(4, 256, 16), 16);
        assert_eq!(block_columns(257, 256, 16), 144);
    }

    #[test]
    fn every_sample_is_in_its_column_and_padding_is_zero() {
        let inputs = Array2::from_shape_fn((37, 3), |(s, f)| (100 * f + s + 1) as f32);
        let labels: Vec<u32> = (0..37).map(|s| s % 2).collect();
        let samples =
            Samples::new(inputs.view(), &Targets::Classes { labels, classes: 2 }).unwrap();
        let blocks = Blocks::new(samples.rows(), 32);
        assert_eq!(blocks.count(), 2);
        let mut seen = 0;
        for index in 0..2 {
            let block = blocks.block(index);
            assert_eq!((block.columns, block.valid), [(32, 32), (16, 5)][index]);
            assert_eq!(block.x.len(), 3 * block.columns);
            for column in 0..block.columns {
                let inside = column < block.valid;
                for feature in 0..3 {
                    let expected = if inside {
                        inputs[[seen + column, feature]]
                    } else {
                        0.0
                    };
                    assert_eq!(block.x[feature * block.columns + column], expected);
                }
                let label = if inside { (seen + column) % 2 } else { 0 };
                assert_eq!(block.labels[column] as usize, label);
                assert_eq!(block.values[column], label as f32);
            }
            seen += block.valid;
        }
        assert_eq!(seen, 37);
    }
}
