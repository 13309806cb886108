//! Ranges of parameters that an update treats alike, and frozen ones.

use std::ops::Range;

use super::{TrainSpec, ValidSpec};
use crate::{
    Error,
    optimizer::{Segment, Tensor},
};

impl TrainSpec {
    /// Checks that frozen layers exist, and that another layer remains to be trained.
    pub(super) fn validate_frozen(&self) -> Result<(), Error> {
        let layers = self.architecture.layers.len();
        if let Some(&layer) = self.frozen.iter().find(|&&layer| layer >= layers) {
            return Err(Error::BadValue {
                what: "a frozen layer".to_owned(),
                value: layer as f64,
                expected: "a layer of the network, counted from 0",
            });
        }
        if (0..layers).all(|layer| self.is_frozen(layer)) {
            return Err(Error::AllFrozen { layers });
        }
        Ok(())
    }

    /// Whether a layer is frozen.
    pub(crate) fn is_frozen(&self, layer: usize) -> bool {
        self.frozen.contains(&layer)
    }
}

impl ValidSpec {
    /// The segment table of the updates: one entry for each range of parameters with one rate
    /// and one decay. Neighbours with equal settings are joined, unless the optimizer works by tensor;
    /// frozen ones stay separate.
    pub(crate) fn segments(&self) -> Vec<Segment> {
        let mut segments = self.tensors();
        if !self.optimizer.is_by_tensor() {
            let settings = |segment: &Segment| {
                let frozen = self.is_frozen(segment.tensor.layer);
                (segment.rate, segment.decay, segment.alpha, frozen)
            };
            segments.dedup_by(|segment, last| {
                let same = settings(segment) == settings(last);
                if same {
                    last.range.end = segment.range.end;
                }
                same
            });
        }
        segments
    }

    /// Every tensor with its settings: weights, biases, scales and shifts of each layer, where it
    /// has them.
    pub(crate) fn tensors(&self) -> Vec<Segment> {
        let mut tensors = Vec::with_capacity(4 * self.architecture.layers.len());
        for ([weights, rest], range) in self
            .layer_segments()
            .into_iter()
            .zip(self.architecture.ranges())
        {
            tensors.push(weights);
            for range in [range.biases, range.scales, range.shifts] {
                tensors.push(Segment {
                    range,
                    ..rest.clone()
                });
            }
        }
        tensors.retain(|tensor| !tensor.range.is_empty());
        tensors
    }

    /// The weights of every layer, and its biases with the scale and shift of its normalization,
    /// with their settings.
    pub(crate) fn layer_segments(&self) -> Vec<[Segment; 2]> {
        let biased = f64::from(u8::from(self.decay_bias));
        let layers = &self.architecture.layers;
        let ranges = self.architecture.ranges().into_iter().enumerate();
        ranges
            .map(|(layer, range)| {
                let rate = of_layer(self.learning_rate, &self.layer_learning_rates, layer);
                let decay = of_layer(self.weight_decay, &self.layer_weight_decays, layer);
                let outputs = layers[layer].outputs;
                let shape = Some([outputs, range.weights.len() / outputs]);
                let tensor = Tensor { layer, shape };
                let mut weights = Segment::new(range.weights, rate, decay, tensor);
                let shape = None;
                let rest = range.biases.start..range.shifts.end;
                let mut rest = Segment::new(rest, rate, decay * biased, Tensor { layer, shape });
                self.optimizer.adjust(layers.len(), true, &mut weights);
                self.optimizer
                    .adjust(layers.len(), self.decay_bias, &mut rest);
                weights.alpha = self.alpha;
                rest.alpha = self.alpha * biased;
                [weights, rest]
            })
            .collect()
    }

    /// The frozen ranges of parameters.
    pub(crate) fn frozen_ranges(&self) -> Vec<Range<usize>> {
        let layers = self.architecture.ranges().into_iter().enumerate();
        let frozen = layers.filter(|(layer, _)| self.is_frozen(*layer));
        frozen
            .map(|(_, range)| range.weights.start..range.shifts.end)
            .collect()
    }

    /// The L1 penalty by range; ranges without it, and frozen ones, are left out.
    pub(crate) fn signs(&self) -> Vec<(Range<usize>, f64)> {
        let layers = self.architecture.ranges().into_iter().enumerate();
        layers
            .filter(|(layer, _)| !self.is_frozen(*layer))
            .map(|(layer, range)| {
                let end = if self.decay_bias {
                    range.shifts.end
                } else {
                    range.weights.end
                };
                let l1 = of_layer(self.l1, &self.layer_l1, layer);
                (range.weights.start..end, l1)
            })
            .filter(|(_, l1)| *l1 > 0.0)
            .collect()
    }
}

/// The value for one layer.
fn of_layer(all: f64, list: &Option<Vec<f64>>, layer: usize) -> f64 {
    list.as_ref().map_or(all, |list| list[layer])
}
