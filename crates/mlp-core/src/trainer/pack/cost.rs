//! What updates take side by side and alone, by a model of the shape.

use crate::{Activation, Architecture, Scalar};

/// Nanoseconds by counts of vector operations; only their ratios matter. `examples/packs_per_second.rs` measures them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cost {
    /// An update of one network alone.
    alone: f64,
    /// An update of a pack, whatever lanes are taken.
    packed: f64,
    /// Loading and storing a lane.
    lane: f64,
}

impl Cost {
    /// For batches of `samples` of the network of `architecture`, with `moments` numbers remembered.
    pub(super) fn of<T: Scalar>(
        architecture: &Architecture,
        samples: usize,
        moments: usize,
    ) -> Self {
        let n = samples as f64;
        let vectors = samples.div_ceil(T::LANES) as f64;
        let parameters = architecture.parameter_count() as f64;
        let (mut alone, mut packed, mut rows) = (100.0, 60.0, architecture.inputs as f64);
        for (index, range) in architecture.ranges().into_iter().enumerate() {
            let layer = &architecture.layers[index];
            let outputs = range.outputs as f64;
            let weights = range.inputs as f64 * outputs;
            // Forward, weight gradient, and input gradient but of the first layer.
            let products = weights * if index == 0 { 2.0 } else { 3.0 };
            let curve = match layer.activation {
                Activation::Identity | Activation::Relu | Activation::LeakyRelu(_) => 0.7,
                _ => 3.5,
            };
            alone += 90.0 + 0.4 * products * vectors + 0.5 * weights + curve * outputs * vectors;
            packed += 40.0 + 0.45 * products * n + curve * outputs * n;
            // The folds of partial sums.
            let sums = if samples < T::LANES {
                samples
            } else {
                T::LANES
            };
            packed += 0.3 * weights * sums as f64;
            rows += outputs;
        }
        packed += 0.8 * parameters;
        alone += 0.8 * parameters / T::LANES as f64;
        // Beyond the first-level cache, and beyond the second.
        let bytes = (rows * n + 2.0 * parameters + moments as f64) * 64.0;
        packed *= match bytes {
            ..48e3 => 1.0,
            ..1e6 => 1.25,
            _ => 3.0,
        };
        Self {
            alone,
            packed,
            lane: 2.0 * (2.0 * parameters + 2.0 * moments as f64 + rows * n / 4.0),
        }
    }

    /// Whether so many networks make so many updates sooner in a pack than one after the other.
    pub(super) fn pays(&self, networks: usize, steps: u64) -> bool {
        let networks = networks as f64;
        networks * self.alone > self.packed + networks * self.lane / steps.max(1) as f64
    }
}
