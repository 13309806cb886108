//! Large layers, cut into bands of neurons that can be worked on at the same time.

use mlp_kernels::{Activation, DenseShape};

use super::{Job, Program, op::Dense};
use crate::Scalar;

/// The most bands that a layer is cut into.
const BANDS: usize = 4;

impl<T: Scalar> Dense<T> {
    /// The neurons of a band (the last may have fewer) where the layer is large enough for the
    /// work to outweigh waking another thread.
    pub(crate) fn band(&self, columns: usize) -> Option<usize> {
        /// Multiply-adds of a layer from which on it is cut: about 100 microseconds of one core.
        const LARGE: usize = 1 << 22;
        let work = self
            .inputs
            .saturating_mul(self.outputs)
            .saturating_mul(columns);
        (work >= LARGE && self.outputs >= 2 * BANDS)
            .then(|| self.outputs.div_ceil(BANDS).next_multiple_of(8))
    }

    /// How many of the `inputs` make a band of the input gradient, where the layer is large.
    fn input_band(&self, inputs: usize, columns: usize) -> Option<usize> {
        (self.band(columns).is_some() && inputs >= 2 * BANDS)
            .then(|| inputs.div_ceil(BANDS).next_multiple_of(8))
    }

    /// The scratch that the weight gradient needs, over all bands.
    pub(crate) fn scratch(&self, columns: usize) -> usize {
        match self.band(columns) {
            None => self.shape(columns).weight_gradient_scratch::<T>(),
            Some(band) => BANDS * self.band_scratch(band, columns),
        }
    }

    /// The scratch of one band. The last band may be narrower, and be summed in another order.
    fn band_scratch(&self, band: usize, columns: usize) -> usize {
        let last = self.outputs - (self.outputs - 1) / band * band;
        let of = |outputs| {
            DenseShape {
                outputs,
                ..self.shape(columns)
            }
            .weight_gradient_scratch::<T>()
        };
        if of(band) > of(last) {
            of(band)
        } else {
            of(last)
        }
    }
}

/// What a layer's weight and bias gradient is made of.
#[derive(Clone, Copy)]
pub(crate) struct WeightGradient<'a, T> {
    pub(crate) x: &'a [T],
    pub(crate) dz: &'a [T],
    pub(crate) columns: usize,
    /// Whether the gradient is added to what is there.
    pub(crate) accumulate: bool,
}

/// What the gradient at a layer's inputs is made of.
#[derive(Clone, Copy)]
pub(crate) struct InputGradient<'a, T> {
    pub(crate) dz: &'a [T],
    pub(crate) columns: usize,
    /// Inputs at the front whose gradient is left out.
    pub(crate) fixed: usize,
    /// The activation of the layer below, whose derivative is a factor, with its y and, where it
    /// needs it, z.
    pub(crate) phi: Activation,
    pub(crate) y: &'a [T],
    pub(crate) z: Option<&'a [T]>,
}

impl<T: Scalar> Program<T> {
    /// The forward pass of one layer, band by band where it is large.
    pub(crate) fn dense_forward(
        &self,
        dense: &Dense<T>,
        parameters: &[T],
        x: &[T],
        columns: usize,
        z: Option<&mut [T]>,
        y: &mut [T],
    ) {
        if self.packed {
            let (weights, bias) = (&parameters[dense.weights.clone()], dense.bias(parameters));
            let shape = dense.shape(columns);
            return self.kernels.packed_forward(
                shape,
                weights,
                bias,
                dense.scale,
                dense.phi,
                x,
                z,
                y,
            );
        }
        if let Some(band) = dense.band(columns) {
            return self.banded_forward(dense, band, parameters, x, z, y);
        }
        let (weights, bias) = (&parameters[dense.weights.clone()], dense.bias(parameters));
        let shape = dense.shape(columns);
        self.kernels
            .dense_forward(shape, weights, bias, dense.scale, dense.phi, x, z, y);
    }

    /// Kept apart, so that small layers do not pay for its stack.
    #[inline(never)]
    fn banded_forward(
        &self,
        dense: &Dense<T>,
        band: usize,
        parameters: &[T],
        x: &[T],
        mut z: Option<&mut [T]>,
        y: &mut [T],
    ) {
        let kernels = self.kernels;
        let columns = y.len() / dense.outputs;
        let shape = dense.shape(columns);
        let (scale, phi) = (dense.scale, dense.phi);
        let (weights, bias) = (&parameters[dense.weights.clone()], dense.bias(parameters));
        let mut weights = weights.chunks(band * dense.inputs);
        let mut biases = bias.map(|bias| bias.chunks(band));
        let mut ys = y.chunks_mut(band * columns);
        let mut zs = z.as_mut().map(|z| z.chunks_mut(band * columns));
        self.run(|| {
            let (weights, y) = (weights.next()?, ys.next()?);
            let bias = biases.as_mut().and_then(Iterator::next);
            let mut z = zs.as_mut().and_then(Iterator::next);
            let shape = DenseShape {
                outputs: y.len() / columns,
                ..shape
            };
            Some(move || {
                kernels.dense_forward(shape, weights, bias, scale, phi, x, z.as_deref_mut(), y);
            })
        });
    }

    /// The weight and bias gradient of one layer, band by band where it is large.
    pub(crate) fn dense_weight_gradient(
        &self,
        dense: &Dense<T>,
        of: WeightGradient<'_, T>,
        gradient: &mut [T],
        scratch: &mut [T],
    ) {
        let WeightGradient {
            x,
            dz,
            columns,
            accumulate,
        } = of;
        if self.packed {
            let (gw, gb) = dense.split_flat(gradient);
            let shape = dense.shape(columns);
            return self.kernels.packed_weight_gradient(
                shape,
                dense.scale,
                dz,
                x,
                accumulate,
                gw,
                gb,
            );
        }
        if let Some(band) = dense.band(columns) {
            return self.banded_weight_gradient(dense, band, of, gradient, scratch);
        }
        let (gw, gb) = dense.split_flat(gradient);
        let shape = dense.shape(columns);
        self.kernels
            .dense_weight_gradient(shape, dense.scale, dz, x, accumulate, gw, gb, scratch);
    }

    /// Kept apart, so that small layers do not pay for its stack.
    #[inline(never)]
    fn banded_weight_gradient(
        &self,
        dense: &Dense<T>,
        band: usize,
        of: WeightGradient<'_, T>,
        gradient: &mut [T],
        scratch: &mut [T],
    ) {
        let WeightGradient {
            x,
            dz,
            columns,
            accumulate,
        } = of;
        let kernels = self.kernels;
        let shape = dense.shape(columns);
        let scale = dense.scale;
        let (gw, mut gb) = dense.split_flat(gradient);
        let mut rows = dz.chunks(band * columns);
        let mut gws = gw.chunks_mut(band * dense.inputs);
        let mut gbs = gb.as_mut().map(|gb| gb.chunks_mut(band));
        let size = dense.band_scratch(band, columns);
        let mut scratch = scratch;
        self.run(|| {
            let (dz, gw) = (rows.next()?, gws.next()?);
            let mut gb = gbs.as_mut().and_then(Iterator::next);
            let (own, rest) = std::mem::take(&mut scratch).split_at_mut(size);
            scratch = rest;
            let shape = DenseShape {
                outputs: dz.len() / columns,
                ..shape
            };
            Some(move || {
                kernels.dense_weight_gradient(
                    shape,
                    scale,
                    dz,
                    x,
                    accumulate,
                    gw,
                    gb.as_deref_mut(),
                    own,
                );
            })
        });
    }

    /// The gradient at the inputs of one layer, times the derivative of the activation `phi` below
    /// it, band by band where the layer is large.
    pub(crate) fn dense_input_gradient(
        &self,
        dense: &Dense<T>,
        parameters: &[T],
        of: InputGradient<'_, T>,
        dx: &mut [T],
    ) {
        let InputGradient {
            dz,
            columns,
            fixed,
            phi,
            y,
            z,
        } = of;
        let weights = &parameters[dense.weights.clone()];
        let inputs = dense.inputs - fixed;
        if self.packed {
            let (stride, weights) = (dense.inputs, &weights[fixed * T::LANES..]);
            let shape = DenseShape {
                inputs,
                ..dense.shape(columns)
            };
            let scale = dense.scale;
            return self
                .kernels
                .packed_input_gradient(shape, stride, weights, scale, dz, phi, y, z, dx);
        }
        if let Some(band) = dense.input_band(inputs, columns) {
            return self.banded_input_gradient(dense, band, weights, of, dx);
        }
        let (shape, scale) = (dense.shape(columns), dense.scale);
        if fixed == 0 {
            self.kernels
                .dense_input_gradient(shape, weights, scale, dz, phi, y, z, dx);
            return;
        }
        let (stride, weights) = (shape.inputs, &weights[fixed..]);
        let shape = DenseShape { inputs, ..shape };
        self.kernels
            .dense_input_gradient_band(shape, stride, weights, scale, dz, phi, y, z, dx);
    }

    /// Kept apart, so that small layers do not pay for its stack.
    #[inline(never)]
    fn banded_input_gradient(
        &self,
        dense: &Dense<T>,
        band: usize,
        weights: &[T],
        of: InputGradient<'_, T>,
        dx: &mut [T],
    ) {
        let InputGradient {
            dz,
            columns,
            fixed,
            phi,
            y,
            z,
        } = of;
        let kernels = self.kernels;
        let (shape, scale) = (dense.shape(columns), dense.scale);
        let mut first = fixed;
        let mut ys = y.chunks(band * columns);
        let mut zs = z.map(|z| z.chunks(band * columns));
        let mut dxs = dx.chunks_mut(band * columns);
        self.run(|| {
            let (y, dx) = (ys.next()?, dxs.next()?);
            let z = zs.as_mut().and_then(Iterator::next);
            let weights = &weights[first..];
            first += band;
            let stride = shape.inputs;
            let shape = DenseShape {
                inputs: y.len() / columns,
                ..shape
            };
            Some(move || {
                kernels.dense_input_gradient_band(shape, stride, weights, scale, dz, phi, y, z, dx);
            })
        });
    }

    /// Runs the jobs that `next` deals out, at most [`BANDS`].
    fn run<F: FnMut() + Send>(&self, mut next: impl FnMut() -> Option<F>) {
        let mut jobs: [Option<F>; BANDS] = std::array::from_fn(|_| next());
        let count = jobs.iter().flatten().count();
        let mut calls = jobs.each_mut().map(|job| {
            move || {
                if let Some(job) = job {
                    job();
                }
            }
        });
        let mut calls = calls.each_mut().map(|call| -> Job<'_> { call });
        self.bands.run(&mut calls[..count]);
    }
}
