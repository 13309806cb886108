//! Normalization between a dense layer and its activation.

use std::ops::Range;

use mlp_kernels::Kernels;

use super::{Numbers, Pass, buffers::Totals};
use crate::{Scalar, architecture::StatisticsRange};

/// What mean and variance of a normalization are taken over.
#[derive(Clone, Debug)]
pub(crate) enum StatisticsSource {
    /// All blocks of the batch. Such an operation starts a segment.
    Batch {
        /// The weight of the batch in the running statistics.
        momentum: f64,
        /// The running statistics.
        running: StatisticsRange,
    },
    /// Given values of the running statistics.
    Running(StatisticsRange),
    /// The neurons of a sample. A row after those of y holds the inverse deviations.
    Neurons,
}

/// y = scale * (x - mean) / sqrt(variance + epsilon) + shift. The rows of x keep the quotient, which
/// the backward pass needs.
#[derive(Clone, Debug)]
pub(crate) struct Normalize {
    pub(crate) width: usize,
    pub(crate) epsilon: f64,
    pub(crate) over: StatisticsSource,
    /// First row of x; y follows.
    pub(crate) x: usize,
    pub(crate) y: usize,
    /// Scale and shift in the flat slice; empty where they are not parameters.
    pub(crate) scales: Range<usize>,
    pub(crate) shifts: Range<usize>,
    /// Start of its sums in [`Totals::sums`]: means, variances, sums of dy, sums of dy times the
    /// quotient, each of `width`.
    pub(crate) sums: usize,
}

/// A block in the backward pass through a normalization.
pub(crate) struct Backward<'a, T: Scalar> {
    pub(crate) numbers: Numbers<'a, T>,
    pub(crate) columns: usize,
    /// Columns that hold samples.
    pub(crate) valid: usize,
    /// Whether the sums continue from the preceding blocks.
    pub(crate) accumulate: bool,
    pub(crate) dy: &'a [T],
    pub(crate) dx: &'a mut [T],
    /// The rows of every operation.
    pub(crate) slab: &'a mut [T],
    pub(crate) totals: &'a mut Totals<T>,
    /// The flat gradient.
    pub(crate) gradient: &'a mut [T],
}

impl Normalize {
    /// Number of sums per neuron.
    pub(crate) const SUMS: usize = 4;

    fn means(&self) -> Range<usize> {
        self.sums..self.sums + self.width
    }

    fn variances(&self) -> Range<usize> {
        self.sums + self.width..self.sums + 2 * self.width
    }

    fn shift_sums(&self) -> Range<usize> {
        self.sums + 2 * self.width..self.sums + 3 * self.width
    }

    fn scale_sums(&self) -> Range<usize> {
        self.sums + 3 * self.width..self.sums + 4 * self.width
    }

    fn affine<'p, T>(&self, parameters: &'p [T]) -> Option<(&'p [T], &'p [T])> {
        (!self.scales.is_empty()).then(|| {
            (
                &parameters[self.scales.clone()],
                &parameters[self.shifts.clone()],
            )
        })
    }

    /// Clears the sums of the previous batch.
    pub(crate) fn clear<T: Scalar>(&self, totals: &mut Totals<T>) {
        totals.sums[self.sums..][..Self::SUMS * self.width].fill(0.0);
    }

    /// Adds a block to the means' sums.
    pub(crate) fn add_to_means<T: Scalar>(
        &self,
        kernels: &Kernels<T>,
        (columns, valid): (usize, usize),
        slab: &[T],
        totals: &mut Totals<T>,
    ) {
        let x = &slab[self.x * columns..][..self.width * columns];
        kernels.row_sums(columns, valid, x, &mut totals.sums[self.means()]);
    }

    /// Turns the sums over `count` samples into means or, once the blocks are centred, variances.
    pub(crate) fn divide<T: Scalar>(&self, count: usize, means: bool, totals: &mut Totals<T>) {
        let range = if means {
            self.means()
        } else {
            self.variances()
        };
        for sum in &mut totals.sums[range] {
            *sum /= count as f64;
        }
    }

    /// Adds a centred block to the variances' sums.
    pub(crate) fn add_to_variances<T: Scalar>(
        &self,
        kernels: &Kernels<T>,
        (columns, valid): (usize, usize),
        slab: &[T],
        totals: &mut Totals<T>,
    ) {
        let x = &slab[self.x * columns..][..self.width * columns];
        kernels.row_dots(columns, valid, x, x, &mut totals.sums[self.variances()]);
    }

    /// Subtracts the means from a block.
    pub(crate) fn center<T: Scalar>(
        &self,
        kernels: &Kernels<T>,
        columns: usize,
        slab: &mut [T],
        totals: &mut Totals<T>,
    ) {
        let Totals { sums, factors } = totals;
        let x = &mut slab[self.x * columns..][..self.width * columns];
        let [ones, offsets, _] = factors.each_mut().map(|f| &mut f[..self.width]);
        ones.fill(T::ONE);
        for (offset, mean) in offsets.iter_mut().zip(&sums[self.means()]) {
            *offset = T::from_f64(-mean);
        }
        kernels.scale_rows_in_place(columns, ones, offsets, x);
    }

    /// Forward through a block. Over the batch, the block has been centred.
    pub(crate) fn forward<T: Scalar>(
        &self,
        kernels: &Kernels<T>,
        numbers: Numbers<'_, T>,
        columns: usize,
        slab: &mut [T],
        totals: &mut Totals<T>,
    ) {
        let affine = self.affine(numbers.parameters);
        let size = self.width * columns;
        if let StatisticsSource::Running(running) = &self.over {
            let ranges = [
                (self.means(), &running.means),
                (self.variances(), &running.variances),
            ];
            for (kept, given) in ranges {
                let given = &numbers.statistics[given.clone()];
                for (kept, given) in totals.sums[kept].iter_mut().zip(given) {
                    *kept = given.to_f64();
                }
            }
            self.center(kernels, columns, slab, totals);
        }
        let Totals { sums, factors } = totals;
        let (before, after) = slab.split_at_mut(self.y * columns);
        let x = &mut before[self.x * columns..][..size];
        let (y, after) = after.split_at_mut(size);
        if matches!(self.over, StatisticsSource::Neurons) {
            let inverse = &mut after[..columns];
            let epsilon = T::from_f64(self.epsilon);
            return kernels.normalize_columns(columns, epsilon, affine, x, inverse, y);
        }
        let [inverses, zeros, _] = factors.each_mut().map(|f| &mut f[..self.width]);
        zeros.fill(T::ZERO);
        for (inverse, variance) in inverses.iter_mut().zip(&sums[self.variances()]) {
            *inverse = T::from_f64(1.0 / (variance + self.epsilon).sqrt());
        }
        kernels.scale_rows_in_place(columns, inverses, zeros, x);
        match affine {
            Some((scale, shift)) => kernels.scale_rows(columns, scale, shift, x, y),
            None => y.copy_from_slice(x),
        }
    }

    /// Adds a block with gradient `dy` of its outputs to the sums of scale and shift, and writes
    /// their gradient so far.
    fn add_to_gradient<T: Scalar>(
        &self,
        kernels: &Kernels<T>,
        (columns, valid): (usize, usize),
        dy: &[T],
        slab: &[T],
        totals: &mut Totals<T>,
        gradient: &mut [T],
    ) {
        let x = &slab[self.x * columns..][..self.width * columns];
        let sums = &mut totals.sums;
        kernels.row_sums(columns, valid, dy, &mut sums[self.shift_sums()]);
        kernels.row_dots(columns, valid, dy, x, &mut sums[self.scale_sums()]);
        if !self.scales.is_empty() {
            kernels.round_sums(&sums[self.scale_sums()], &mut gradient[self.scales.clone()]);
            kernels.round_sums(&sums[self.shift_sums()], &mut gradient[self.shifts.clone()]);
        }
    }

    /// Backward through a block, from `dy` to `dx`; over the batch only to the sums, while the rows
    /// of y keep `dy` for [`Normalize::finish_backward`].
    pub(crate) fn backward<T: Scalar>(&self, kernels: &Kernels<T>, of: Backward<'_, T>) {
        let Backward {
            numbers,
            columns,
            valid,
            accumulate,
            dy,
            dx,
            slab,
            totals,
            gradient,
        } = of;
        let size = self.width * columns;
        if !accumulate {
            totals.sums[self.shift_sums()].fill(0.0);
            totals.sums[self.scale_sums()].fill(0.0);
        }
        self.add_to_gradient(kernels, (columns, valid), dy, slab, totals, gradient);
        let scale = self.affine(numbers.parameters).map(|(scale, _)| scale);
        let Totals { sums, factors } = totals;
        let (before, after) = slab.split_at_mut(self.y * columns);
        let x = &before[self.x * columns..][..size];
        match &self.over {
            StatisticsSource::Batch { .. } => after[..size].copy_from_slice(dy),
            StatisticsSource::Neurons => {
                let inverse = &after[size..][..columns];
                kernels.normalize_columns_gradient(columns, scale, x, inverse, dy, dx);
            }
            StatisticsSource::Running(_) => {
                let [a, zeros, _] = factors.each_mut().map(|f| &mut f[..self.width]);
                zeros.fill(T::ZERO);
                self.slopes(&sums[self.variances()], scale, a);
                kernels.combine_rows(columns, valid, [(a, dy), (zeros, x)], zeros, dx);
            }
        }
    }

    /// dy/dx for constant mean and variance: scale / sqrt(variance + epsilon).
    fn slopes<T: Scalar>(&self, variances: &[f64], scale: Option<&[T]>, slopes: &mut [T]) {
        for (neuron, (slope, variance)) in slopes.iter_mut().zip(variances).enumerate() {
            let scale = scale.map_or(1.0, |scale| scale[neuron].to_f64());
            *slope = T::from_f64(scale / (variance + self.epsilon).sqrt());
        }
    }

    /// From the gradient in the rows of y to that of x, in `delta[0]`, once the sums over all
    /// `count` samples are known:
    /// dx = slope * (dy - sum(dy) / n - quotient * sum(dy * quotient) / n).
    pub(crate) fn finish_backward<T: Scalar>(
        &self,
        kernels: &Kernels<T>,
        numbers: Numbers<'_, T>,
        (columns, valid): (usize, usize),
        count: usize,
        pass: &mut Pass<T>,
    ) {
        let size = self.width * columns;
        let scale = self.affine(numbers.parameters).map(|(scale, _)| scale);
        let Pass {
            activations,
            totals: Totals { sums, factors },
            base,
            delta: [dx, _],
            ..
        } = pass;
        let (before, after) = activations[*base..].split_at_mut(self.y * columns);
        let (x, dy) = (&before[self.x * columns..][..size], &after[..size]);
        let [a, b, c] = factors.each_mut().map(|f| &mut f[..self.width]);
        self.slopes(&sums[self.variances()], scale, a);
        let (scale_sums, shift_sums) = (&sums[self.scale_sums()], &sums[self.shift_sums()]);
        for neuron in 0..self.width {
            let slope = a[neuron].to_f64() / count as f64;
            b[neuron] = T::from_f64(-slope * scale_sums[neuron]);
            c[neuron] = T::from_f64(-slope * shift_sums[neuron]);
        }
        kernels.combine_rows(columns, valid, [(a, dy), (b, x)], c, &mut dx[..size]);
    }

    /// Moves the running statistics towards the last batch, of `count` samples.
    pub(crate) fn update_statistics<T: Scalar>(
        &self,
        kernels: &Kernels<T>,
        count: usize,
        totals: &Totals<T>,
        statistics: &mut [T],
    ) {
        let StatisticsSource::Batch { momentum, running } = &self.over else {
            return;
        };
        let unbiased = count as f64 / (count as f64 - 1.0);
        let parts = [
            (&running.means, self.means(), 1.0),
            (&running.variances, self.variances(), unbiased),
        ];
        for (range, batch, factor) in parts {
            for (kept, batch) in statistics[range.clone()]
                .iter_mut()
                .zip(&totals.sums[batch])
            {
                let moved = (1.0 - momentum) * kept.to_f64() + momentum * (factor * batch);
                kernels.round_sums(&[moved], std::slice::from_mut(kept));
            }
        }
    }
}
