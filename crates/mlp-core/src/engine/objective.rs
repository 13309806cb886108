//! The objective that is minimised: a loss, the form of its targets, and sample weights.

use mlp_kernels::{Loss, LossBlock, Weighting};

use crate::{
    Samples, Scalar, Targets, TrainSpec,
    buffer::Buffer,
    loss::{Outputs, Shape},
    samples::{Block, TargetKind},
};

/// The loss of a spec on one set of samples, in the form of the kernels.
#[derive(Clone, Debug)]
pub(crate) struct Objective<T: Scalar> {
    pub(crate) loss: Loss,
    pub(crate) target: TargetKind,
    pub(crate) answers: OutputRole,
    scale: f64,
    /// Number of terms per sample in the mean.
    terms: f64,
    samples: usize,
    smoothing: T,
    /// By output; empty where all are 1.
    output_weights: Vec<T>,
    weights: Option<Weights<T>>,
}

/// How outputs are evaluated, besides the loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OutputRole {
    /// They estimate the targets.
    Estimates,
    /// They are logarithms of estimates of the targets.
    LogEstimates,
    /// The largest one is the predicted class; a single one means yes above 0.
    Class,
    /// Each means yes above 0.
    Labels,
    /// Neither.
    Nothing,
}

/// Sample weights.
#[derive(Clone, Debug)]
struct Weights<T: Scalar> {
    /// Factors of the loss of each sample; padded to whole vectors.
    losses: Buffer<T>,
    /// Contribution of each sample to the divisor of the mean.
    counts: Vec<f64>,
    /// Their sum.
    total: f64,
}

impl<T: Scalar> Objective<T> {
    /// The objective of a valid spec on matching samples.
    pub(crate) fn new(spec: &TrainSpec, samples: &Samples<T>) -> Self {
        let outputs = spec.architecture.outputs();
        let target = TargetKind::of(samples.targets(), outputs);
        let binary = samples.have_binary_targets();
        let per_output = spec
            .loss
            .is_per_output(Shape::of(samples.targets()), outputs);
        let softmax = spec.loss.outputs() == Outputs::ClassLogits;
        // Smoothed targets are weighted class by class, so the kernel needs the weights.
        let by_class = softmax && spec.label_smoothing > 0.0;
        let output_weights = match (&spec.class_weights, &spec.positive_weights) {
            (Some(weights), _) if by_class => Some(weights),
            (_, weights) => weights.as_ref(),
        };
        Self {
            loss: spec.loss.kernel(),
            target,
            answers: match (spec.loss.outputs(), samples.targets()) {
                (Outputs::Estimates, Targets::Values(_)) => OutputRole::Estimates,
                (Outputs::LogEstimates, Targets::Values(_)) => OutputRole::LogEstimates,
                (Outputs::Logits | Outputs::Scores, Targets::Values(_)) if binary => {
                    OutputRole::Labels
                }
                (Outputs::Logits | Outputs::Scores, Targets::Values(_)) => OutputRole::Nothing,
                _ => OutputRole::Class,
            },
            scale: spec.loss_scale,
            terms: if per_output { outputs as f64 } else { 1.0 },
            samples: samples.len(),
            smoothing: T::from_f64(spec.label_smoothing),
            output_weights: output_weights.map_or_else(Vec::new, |weights| {
                weights.iter().map(|&weight| T::from_f64(weight)).collect()
            }),
            weights: Weights::new(spec, samples, by_class),
        }
    }

    /// Number of samples in `rows`, or of all; their total weight where they are weighted.
    pub(crate) fn weight(&self, rows: Option<&[u32]>) -> f64 {
        match (&self.weights, rows) {
            (None, rows) => rows.map_or(self.samples, <[u32]>::len) as f64,
            (Some(weights), None) => weights.total,
            (Some(weights), Some(rows)) => {
                let counts = rows.iter().map(|&row| weights.counts[row as usize]);
                counts.fold(0.0, |sum, count| sum + count)
            }
        }
    }

    /// The factor of the sum of the loss over all samples.
    pub(crate) fn factor(&self) -> f64 {
        match &self.weights {
            None => self.factor_of_count(self.samples),
            Some(weights) => self.factor_of_total(weights.total),
        }
    }

    /// The factor of the sum of the loss over some samples.
    pub(crate) fn factor_of_rows(&self, rows: &[u32]) -> f64 {
        match &self.weights {
            None => self.factor_of_count(rows.len()),
            Some(_) => self.factor_of_total(self.weight(Some(rows))),
        }
    }

    fn factor_of_count(&self, samples: usize) -> f64 {
        self.scale / (samples as f64 * self.terms)
    }

    /// Samples with total weight 0 have no loss and make no step.
    fn factor_of_total(&self, total: f64) -> f64 {
        if total > 0.0 {
            self.scale / (total * self.terms)
        } else {
            0.0
        }
    }

    /// Whether samples count differently.
    pub(crate) fn weighs_samples(&self) -> bool {
        self.weights.is_some()
    }

    /// What a sample's loss is multiplied by.
    pub(crate) fn sample_weight(&self, row: usize) -> T {
        let weights = self.weights.as_ref();
        weights.map_or(T::ONE, |weights| weights.losses[row])
    }

    /// The weights of the `columns` samples from `start` on; empty where all are 1.
    pub(crate) fn weights_from(&self, start: usize, columns: usize) -> &[T] {
        match &self.weights {
            None => &[],
            Some(weights) => &weights.losses[start..start + columns],
        }
    }

    /// Copies the weights of `rows` to the head of `kept`, and returns them with their padding.
    pub(crate) fn weights_of<'k>(
        &self,
        rows: impl ExactSizeIterator<Item = usize>,
        columns: usize,
        kept: &'k mut [T],
    ) -> &'k [T] {
        let Some(weights) = &self.weights else {
            return &[];
        };
        let count = rows.len();
        for (kept, row) in kept.iter_mut().zip(rows) {
            *kept = weights.losses[row];
        }
        kept[count..columns].fill(T::ZERO);
        &kept[..columns]
    }

    /// The arguments of the weighted kernels for a block; `None` where the plain ones suffice.
    /// The loss of a block of samples, as the kernels take it.
    #[inline(always)]
    pub(crate) fn of<'a>(&'a self, block: &Block<'a, T>, outputs: usize) -> LossBlock<'a, T> {
        let shape = block.outputs(outputs);
        let of = LossBlock::new(self.loss, shape, block.target(self.target));
        match self.weighting(block) {
            None => of,
            Some(weighting) => of.weighted(weighting),
        }
    }

    pub(crate) fn weighting<'a>(&'a self, block: &Block<'a, T>) -> Option<Weighting<'a, T>> {
        let plain =
            block.weights.is_empty() && self.output_weights.is_empty() && self.smoothing == T::ZERO;
        (!plain).then(|| Weighting {
            samples: (!block.weights.is_empty()).then_some(block.weights),
            outputs: (!self.output_weights.is_empty()).then_some(&self.output_weights[..]),
            smoothing: self.smoothing,
        })
    }
}

impl<T: Scalar> Weights<T> {
    /// The product of the sample's weight and its class's; `None` where there are neither.
    /// `by_class`: the kernel applies class weights itself.
    fn new(spec: &TrainSpec, samples: &Samples<T>, by_class: bool) -> Option<Self> {
        if samples.weights().is_none() && spec.class_weights.is_none() {
            return None;
        }
        let of_class = |row: usize| match &spec.class_weights {
            Some(weights) => weights[samples.labels()[row] as usize],
            None => 1.0,
        };
        let of_sample = |row: usize| samples.weights().map_or(1.0, |weights| weights[row]);
        let mut losses = Buffer::zeroed(samples.len().next_multiple_of(T::LANES));
        for (row, loss) in losses[..samples.len()].iter_mut().enumerate() {
            let class = if by_class { 1.0 } else { of_class(row) };
            *loss = T::from_f64(of_sample(row) * class);
        }
        let counts = (0..samples.len()).map(|row| of_sample(row) * of_class(row));
        let counts: Vec<f64> = counts.collect();
        Some(Self {
            losses,
            total: counts.iter().fold(0.0, |sum, count| sum + count),
            counts,
        })
    }
}
