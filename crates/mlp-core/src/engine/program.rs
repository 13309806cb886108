//! Compiling an architecture.

use std::{ops::Range, sync::Arc};

use mlp_kernels::{Activation, Kernels};

use super::{
    Bands, Op, Sequential,
    normalize::{Normalize, StatisticsSource},
    op::{Activate, Addition, Dense, Dropout, Join, LayerInput, Noise},
};
use crate::{
    Architecture, LayerSpec, Normalization, Scalar, ValidSpec, architecture::LayerRange,
    seed::Purpose,
};

/// A compiled network.
#[derive(Clone, Debug)]
pub(crate) struct Program<T: Scalar> {
    pub(crate) kernels: Kernels<T>,
    pub(crate) ops: Vec<Op<T>>,
    /// The ranges of `ops` that a block passes through at once; all but the first start with a
    /// normalization over the batch.
    pub(crate) segments: Vec<Range<usize>>,
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
    /// Rows of activations kept by a pass.
    pub(crate) rows: usize,
    /// Rows of the widest layer.
    pub(crate) widest: usize,
    /// Number of sums of the normalizations.
    pub(crate) sums: usize,
    /// The streams that dropout and noise draw from.
    pub(crate) streams: Vec<(Purpose, u32)>,
    /// First row of the outputs, and of their z where kept.
    pub(crate) output_y: usize,
    pub(crate) output_z: Option<usize>,
    pub(crate) output_phi: Activation,
    pub(crate) parameter_count: usize,
    /// Executor for the bands of large layers.
    pub(crate) bands: Arc<dyn Bands>,
}

/// What differs between training and evaluation of a network.
struct Training<'a> {
    dropout: &'a [f64],
    input_dropout: f64,
    input_noise: f64,
}

/// The rows read by layers with shortcuts: inputs and outputs of all hidden layers, and the
/// gradients of the latter.
#[derive(Clone, Copy)]
struct Joined {
    y: usize,
    inputs: usize,
    gradient: usize,
}

/// A list of operations under construction.
struct Builder<T> {
    ops: Vec<Op<T>>,
    segments: Vec<Range<usize>>,
    streams: Vec<(Purpose, u32)>,
    sums: usize,
    /// The next free row.
    row: usize,
    below: LayerInput,
}

impl<T: Scalar> Builder<T> {
    /// Takes `count` rows.
    fn rows(&mut self, count: usize) -> usize {
        self.row += count;
        self.row - count
    }

    fn stream(&mut self, purpose: Purpose, number: usize) -> usize {
        self.streams.push((purpose, number as u32));
        self.streams.len() - 1
    }

    /// Noise on the inputs and their dropout.
    fn alter_inputs(&mut self, width: usize, training: &Training<'_>) {
        if training.input_noise > 0.0 {
            let stream = self.stream(Purpose::InputNoise, 0);
            let y = self.rows(width);
            self.ops.push(Op::Noise(Noise {
                width,
                deviation: training.input_noise,
                stream,
                y,
            }));
            self.below = LayerInput::Altered { y };
        }
        if training.input_dropout > 0.0 {
            let x = self.below.row();
            let y = self.dropout(width, training.input_dropout, 0, x);
            self.below = LayerInput::Altered { y };
        }
    }

    /// Dropout from row `x`, in stream `number` (0 is that of the inputs); returns the output
    /// row.
    fn dropout(&mut self, width: usize, rate: f64, number: usize, x: Option<usize>) -> usize {
        let stream = self.stream(Purpose::Dropout, number);
        let y = self.rows(2 * width);
        self.ops.push(Op::Drop(Dropout {
            width,
            rate,
            stream,
            x,
            y,
            of_inputs: number == 0,
        }));
        y
    }

    /// Reserves the first rows for the inputs of layers with shortcuts, where there are such layers.
    fn joined(&mut self, architecture: &Architecture) -> Option<Joined> {
        let (_, hidden) = architecture.layers.split_last()?;
        let width = hidden.iter().map(|layer| layer.outputs).sum();
        let inputs = architecture.inputs;
        architecture.has_shortcuts().then(|| Joined {
            y: self.rows(inputs + width),
            inputs,
            gradient: self.rows(width),
        })
    }

    /// Concatenates rows from `x` on with the others: `width` rows after `before` inputs and outputs.
    fn join(&mut self, joined: Joined, before: usize, width: usize, x: Option<usize>) {
        self.ops.push(Op::Join(Join {
            width,
            x,
            y: joined.y + before,
            gradient: before
                .checked_sub(joined.inputs)
                .map(|hidden| joined.gradient + hidden),
        }));
    }

    /// The dense layer, with its activation if `phi` says so; returns the rows of y and z.
    fn dense(
        &mut self,
        layer: &LayerSpec,
        range: &LayerRange,
        phi: Activation,
    ) -> (usize, Option<usize>) {
        let keeps_z = phi.needs_preactivation();
        let y = self.rows(range.outputs * if keeps_z { 2 } else { 1 });
        self.ops.push(Op::Dense(Dense {
            inputs: range.inputs,
            outputs: range.outputs,
            weights: range.weights.clone(),
            biases: range.biases.clone(),
            scale: T::from_f64(layer.scale),
            phi,
            below: self.below,
            y,
            keeps_z,
            shortcut: None,
            packed: false,
        }));
        (y, keeps_z.then_some(y + range.outputs))
    }

    /// The normalization of row `x`; returns the output row.
    fn normalize(
        &mut self,
        epsilon: f64,
        over: StatisticsSource,
        range: &LayerRange,
        x: usize,
    ) -> usize {
        let width = range.outputs;
        let sums = self.sums;
        self.sums += Normalize::SUMS * width;
        if matches!(over, StatisticsSource::Batch { .. }) {
            let start = self.segments.last().map_or(0, |segment| segment.end);
            self.segments.push(start..self.ops.len());
        }
        let y = self.rows(width);
        self.ops.push(Op::Normalize(Normalize {
            width,
            epsilon,
            over,
            x,
            y,
            scales: range.scales.clone(),
            shifts: range.shifts.clone(),
            sums,
        }));
        y
    }
}

impl<T: Scalar> Program<T> {
    /// Compiles a valid architecture for evaluation.
    pub(crate) fn compile(architecture: &Architecture, kernels: Kernels<T>) -> Self {
        Self::build(architecture, None, kernels)
    }

    /// Compiles the training of a network.
    pub(crate) fn training(spec: &ValidSpec, kernels: Kernels<T>) -> Self {
        let training = Training {
            dropout: &spec.dropout,
            input_dropout: spec.input_dropout,
            input_noise: spec.input_noise,
        };
        Self::build(&spec.architecture, Some(&training), kernels)
    }

    fn build(
        architecture: &Architecture,
        training: Option<&Training<'_>>,
        kernels: Kernels<T>,
    ) -> Self {
        let mut builder = Builder {
            ops: Vec::with_capacity(architecture.layers.len()),
            segments: Vec::new(),
            streams: Vec::new(),
            sums: 0,
            row: 0,
            below: LayerInput::Inputs,
        };
        let joined = builder.joined(architecture);
        if let Some(training) = training {
            builder.alter_inputs(architecture.inputs, training);
        }
        if let Some(joined) = joined {
            builder.join(joined, 0, architecture.inputs, builder.below.row());
        }
        let sources = architecture.sources();
        let mut widest = 0;
        let mut statistics = architecture.statistics().into_iter();
        for (index, (layer, range)) in architecture
            .layers
            .iter()
            .zip(architecture.ranges())
            .enumerate()
        {
            widest = widest.max(range.outputs);
            let hidden = index + 1 < architecture.layers.len();
            if let Some(joined) = joined.filter(|_| index > 0) {
                let source = &sources[index];
                let fixed = joined.inputs.saturating_sub(source.start);
                widest = widest.max(source.len() - fixed);
                let later = &architecture.layers[index + 1..];
                builder.below = LayerInput::Joined {
                    y: joined.y + source.start,
                    fixed,
                    gradient: joined.gradient + source.start + fixed - joined.inputs,
                    adds: later.iter().any(|layer| layer.shortcuts),
                };
            }
            let phi = layer.activation;
            let rate = training.and_then(|training| training.dropout.get(index));
            let rate = rate.copied().unwrap_or(0.0);
            let joined = joined.filter(|_| hidden);
            if layer.is_plain() && rate == 0.0 && joined.is_none() {
                let (y, z) = builder.dense(layer, &range, phi);
                builder.below = LayerInput::Layer { y, z, phi };
                continue;
            }
            let feeding = builder.below;
            let dense = builder.ops.len();
            let (mut y, _) = builder.dense(layer, &range, Activation::Identity);
            y = match layer.normalization {
                Normalization::None => y,
                Normalization::Batch(batch) => {
                    let running = statistics
                        .next()
                        .expect("one entry per batch normalisation");
                    let over = match training {
                        Some(_) => StatisticsSource::Batch {
                            momentum: batch.momentum,
                            running,
                        },
                        None => StatisticsSource::Running(running),
                    };
                    builder.normalize(batch.epsilon, over, &range, y)
                }
                Normalization::Layer(norm) => {
                    let y = builder.normalize(norm.epsilon, StatisticsSource::Neurons, &range, y);
                    // One additional row, for the inverse deviations.
                    builder.rows(1);
                    y
                }
            };
            if phi != Activation::Identity {
                let (z, width) = (y, range.outputs);
                y = builder.rows(width);
                builder
                    .ops
                    .push(Op::Activate(Activate { width, phi, z, y }));
            }
            if rate > 0.0 {
                y = builder.dropout(range.outputs, rate, index + 1, Some(y));
            }
            if layer.skip {
                let (branch, width) = (y, range.outputs);
                y = builder.rows(width);
                builder.ops.push(Op::Add(Addition {
                    width,
                    x: feeding.row(),
                    branch,
                    y,
                }));
                if let (Op::Dense(dense), LayerInput::Layer { .. }) =
                    (&mut builder.ops[dense], feeding)
                {
                    dense.shortcut = Some(y);
                }
            }
            builder.below = LayerInput::Layer {
                y,
                z: None,
                phi: Activation::Identity,
            };
            if let Some(joined) = joined {
                builder.join(joined, sources[index].end, range.outputs, Some(y));
            }
        }
        let start = builder.segments.last().map_or(0, |segment| segment.end);
        builder.segments.push(start..builder.ops.len());
        let (output_y, output_z, output_phi) = match builder.below {
            LayerInput::Layer { y, z, phi } => (y, z, phi),
            LayerInput::Inputs | LayerInput::Altered { .. } | LayerInput::Joined { .. } => {
                (0, None, Activation::Identity)
            }
        };
        Self {
            kernels,
            ops: builder.ops,
            segments: builder.segments,
            inputs: architecture.inputs,
            outputs: architecture.outputs(),
            rows: builder.row,
            widest,
            sums: builder.sums,
            streams: builder.streams,
            output_y,
            output_z,
            output_phi,
            parameter_count: architecture.parameter_count(),
            bands: Arc::new(Sequential),
        }
    }

    /// The normalizations over the batch, which require several samples.
    pub(crate) fn normalizes_batches(&self) -> bool {
        self.segments.len() > 1
    }

    /// The dense operations, which are all operations in a plain network.
    pub(crate) fn dense_layers(&self) -> impl DoubleEndedIterator<Item = &Dense<T>> {
        self.ops.iter().filter_map(|op| match op {
            Op::Dense(dense) => Some(dense),
            _ => None,
        })
    }

    /// The maximum number of columns of a block, so that what a block uses stays in cache. It
    /// depends only on the network, since it determines the order in which gradients are summed.
    ///
    /// Measured: a block has a fixed cost (horizontal sums, a gradient read and written once more), so
    /// that 256 columns take 12 % less time than twice 128 for 2-16-16-1 in f32, and 272 take 7 % less
    /// than twice 136 for 16-16-1 in f64, although they overflow the first-level cache. 1024 columns at
    /// once take 13 % more than twice 512 for the former and gain nothing for the
    /// latter.
    pub(crate) fn block_limit(&self) -> usize {
        /// Maximum bytes of a block's rows: most of a second-level cache of 256 KiB.
        const CACHE: usize = 192 * 1024;
        let rows = self.inputs + self.rows + 2 * self.widest;
        let fit = CACHE / (rows * size_of::<T>());
        fit.clamp(256, 512) / T::LANES * T::LANES
    }

    /// The maximum scratch of a weight gradient of a block of `columns`.
    pub(crate) fn scratch(&self, columns: usize) -> usize {
        let needs = self.dense_layers().map(|dense| dense.scratch(columns));
        needs.max().unwrap_or(0)
    }
}
