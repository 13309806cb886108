//! Large layers, divided into bands of neurons that can be computed at the same time.

use mlp_kernels::{Activated, DenseGradient, DenseLayer, DenseShape};

use super::{Job, Program, op::Dense};
use crate::Scalar;

/// The largest number of bands of a layer.
const BANDS: usize = 4;

impl<T: Scalar> Dense<T> {
    /// The neurons of a band (the last may have fewer) where the layer is large enough for the
    /// work to outweigh waking another thread.
    pub(crate) fn band(&self, columns: usize) -> Option<usize> {
        /// Multiply-adds above which a layer is divided: about 100 microseconds of one core.
        const LARGE: usize = 1 << 22;
        let work = self
            .inputs
            .saturating_mul(self.outputs)
            .saturating_mul(columns);
        (!self.packed && work >= LARGE && self.outputs >= 2 * BANDS)
            .then(|| self.outputs.div_ceil(BANDS).next_multiple_of(8))
    }

    /// The number of `inputs` in a band of the input gradient, where the layer is large.
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

/// The arguments of a layer's weight and bias gradient.
#[derive(Clone, Copy)]
pub(crate) struct WeightGradient<'a, T> {
    pub(crate) x: &'a [T],
    pub(crate) dz: &'a [T],
    pub(crate) columns: usize,
    /// Whether the gradient is added to the existing one.
    pub(crate) accumulate: bool,
}

/// The arguments of the gradient at a layer's inputs.
#[derive(Clone, Copy)]
pub(crate) struct InputGradient<'a, T> {
    pub(crate) dz: &'a [T],
    pub(crate) columns: usize,
    /// Number of leading inputs whose gradient is skipped.
    pub(crate) fixed: usize,
    /// What the layer below has made of it, whose derivative is a factor.
    pub(crate) below: Activated<'a, T>,
}

impl<T: Scalar> Program<T> {
    /// The forward pass of one layer, band by band where it is large.
    #[inline(always)]
    pub(crate) fn dense_forward(
        &self,
        dense: &Dense<T>,
        parameters: &[T],
        x: &[T],
        columns: usize,
        z: Option<&mut [T]>,
        y: &mut [T],
    ) {
        if let Some(band) = dense.band(columns) {
            return self.banded_forward(dense, band, parameters, x, z, y);
        }
        let layer = dense.layer(parameters, columns);
        self.kernels.dense_forward(layer, dense.phi, x, z, y);
    }

    /// Separate, so that small layers do not pay for its stack.
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
            let layer = DenseLayer::new(shape, weights, bias, scale);
            Some(move || kernels.dense_forward(layer, phi, x, z.as_deref_mut(), y))
        });
    }

    /// The weight and bias gradient of one layer, band by band where it is large.
    #[inline(always)]
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
        if let Some(band) = dense.band(columns) {
            return self.banded_weight_gradient(dense, band, of, gradient, scratch);
        }
        let gradient = dense.gradient(gradient, accumulate);
        let (shape, scale, kernels) = (dense.shape(columns), dense.scale, self.kernels);
        match dense.packed {
            true => kernels.packed_weight_gradient(shape, scale, dz, x, gradient),
            false => kernels.dense_weight_gradient(shape, scale, dz, x, gradient, scratch),
        }
    }

    /// Separate, so that small layers do not pay for its stack.
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
        let DenseGradient {
            w: gw,
            bias: mut gb,
            accumulate,
        } = dense.gradient(gradient, accumulate);
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
                let gradient = DenseGradient {
                    w: gw,
                    bias: gb.as_deref_mut(),
                    accumulate,
                };
                kernels.dense_weight_gradient(shape, scale, dz, x, gradient, own);
            })
        });
    }

    /// The gradient at the inputs of one layer, times the derivative of the activation `phi` below
    /// it, band by band where the layer is large.
    #[inline(always)]
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
            below,
        } = of;
        let inputs = dense.inputs - fixed;
        if let Some(band) = dense.input_band(inputs, columns) {
            return self.banded_input_gradient(dense, band, parameters, of, dx);
        }
        let layer = match fixed {
            0 => dense.layer(parameters, columns),
            first => dense.inputs_from(parameters, columns, first..dense.inputs),
        };
        self.kernels.dense_input_gradient(layer, dz, below, dx);
    }

    /// Separate, so that small layers do not pay for its stack.
    #[inline(never)]
    fn banded_input_gradient(
        &self,
        dense: &Dense<T>,
        band: usize,
        parameters: &[T],
        of: InputGradient<'_, T>,
        dx: &mut [T],
    ) {
        let InputGradient {
            dz,
            columns,
            fixed,
            below,
        } = of;
        let kernels = self.kernels;
        let mut first = fixed;
        let mut belows = below.chunks(band * columns);
        let mut dxs = dx.chunks_mut(band * columns);
        self.run(|| {
            let (below, dx) = (belows.next()?, dxs.next()?);
            let inputs = first..first + dx.len() / columns;
            first = inputs.end;
            let layer = dense.inputs_from(parameters, columns, inputs);
            Some(move || kernels.dense_input_gradient(layer, dz, below, dx))
        });
    }

    /// Runs the jobs that `next` returns, at most [`BANDS`].
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
