//! What updates take side by side and alone, by a model of the shape.

use crate::{Activation, Architecture, Scalar};

/// Nanoseconds, fitted to what `examples/packs_per_second.rs` measures (BENCHMARKS.md); only their ratios matter.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cost {
    /// An update of one network alone.
    alone: f64,
    /// An update of a pack, whatever lanes are taken.
    packed: f64,
    /// Loading and storing a lane.
    lane: f64,
}

/// What an update consists of, besides the network.
#[derive(Clone, Copy, Debug)]
pub(super) struct Work {
    /// Samples of a batch.
    pub(super) samples: usize,
    /// Whether they are gathered, in an order of each network's own.
    pub(super) gathered: bool,
    /// Numbers that the optimizer keeps.
    pub(super) moments: usize,
    /// Numbers of a network that are copied out of its lane or back, because each network does something alone.
    pub(super) copied: usize,
}

impl Cost {
    /// The error of the model.
    const MARGIN: f64 = 1.08;

    /// For updates of the network of `architecture`.
    pub(super) fn of<T: Scalar>(architecture: &Architecture, work: Work) -> Self {
        let (samples, lanes) = (work.samples as f64, T::LANES as f64);
        let vectors = work.samples.div_ceil(T::LANES) as f64;
        let (parameters, moments) = (architecture.parameter_count() as f64, work.moments as f64);
        // Elementary functions, divisions and roots take more than twice as long in f64.
        let curve = 16.0 / lanes;
        let (mut alone, mut packed, mut rows) = (0.0, 25.0, architecture.inputs as f64);
        let layers = architecture.layers.iter().zip(architecture.ranges());
        for (index, (layer, range)) in layers.enumerate() {
            let outputs = range.outputs as f64;
            let weights = range.inputs as f64 * outputs;
            // Forward, weight gradient, and input gradient but of the first layer.
            let products = weights * if index == 0 { 2.0 } else { 3.0 };
            let curves = match layer.activation {
                Activation::Identity | Activation::Relu | Activation::LeakyRelu(_) => 0.0,
                _ => curve * outputs,
            };
            // Rows that are finished, forward and, of hidden layers, backward.
            let last = index + 1 == architecture.layers.len();
            let finished = outputs * if last { 1.0 } else { 2.0 };
            // The folds of partial sums.
            let folded = weights * if samples < lanes { samples } else { lanes };
            alone += 135.0 + 0.28 * products * vectors + 0.34 * weights + 3.0 * curves * vectors;
            packed += 45.0 + 0.1 * folded;
            packed += samples * (0.26 * products + 2.7 * curves + 1.8 * finished);
            rows += outputs;
        }
        if work.gathered {
            alone += 15.0 * samples;
            packed += 12.5 * lanes * samples;
        }
        if work.moments > 0 {
            // Rules that change with the step are asked for once where all lanes have the same.
            alone += 100.0 + 3.4 / lanes * curve * moments;
            packed += 100.0 + 3.8 * curve * moments;
        }
        packed += 1.3 * lanes * work.copied as f64;
        // A third of the second-level cache and more: nothing so large was found to pay.
        if 64.0 * (rows * samples + 2.0 * parameters + moments) > 6e5 {
            packed *= 3.0;
        }
        Self {
            alone,
            packed,
            lane: 200.0 + 3.3 * parameters + 1.6 * moments,
        }
    }

    /// Whether so many networks make so many updates sooner in a pack than one after the other.
    pub(super) fn pays(&self, networks: usize, steps: u64) -> bool {
        let networks = networks as f64;
        networks * self.alone
            > Self::MARGIN * self.packed + networks * self.lane / steps.max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fewest networks that pay as a pack for long.
    fn fewest<T: Scalar>(
        hidden: &[usize],
        activation: Activation,
        samples: usize,
    ) -> Option<usize> {
        let net = Architecture::classical(2, hidden, activation, 1);
        let work = Work {
            samples,
            gathered: false,
            moments: 0,
            copied: 0,
        };
        let cost = Cost::of::<T>(&net, work);
        (1..=T::LANES).find(|&networks| cost.pays(networks, 1_000_000))
    }

    #[test]
    fn packs_pay_where_they_were_measured_to() {
        let tanh = Activation::Tanh;
        // Even one, which has no pack for other reasons.
        assert_eq!(fewest::<f32>(&[4], Activation::Relu, 4), Some(1));
        assert_eq!(fewest::<f32>(&[2], tanh, 4), Some(1));
        assert_eq!(fewest::<f32>(&[8], tanh, 16), Some(5));
        assert_eq!(fewest::<f32>(&[16, 16], tanh, 16), Some(10));
        assert_eq!(fewest::<f32>(&[16, 16], tanh, 64), None);
        assert_eq!(fewest::<f32>(&[64, 64], tanh, 16), None);
        assert_eq!(fewest::<f64>(&[16, 16], tanh, 16), Some(7));
        assert_eq!(fewest::<f64>(&[8, 8, 8, 8], tanh, 100), None);
    }

    /// Measured with a hidden layer of 64: packs with a max-norm or a clipped norm took two to three times as long.
    #[test]
    fn numbers_that_are_copied_one_by_one_count() {
        let net = Architecture::classical(16, &[64], Activation::Tanh, 1);
        let pays = |copied| {
            let work = Work {
                samples: 8,
                gathered: true,
                moments: 0,
                copied,
            };
            Cost::of::<f32>(&net, work).pays(16, 1000)
        };
        assert!(pays(0) && !pays(2 * net.parameter_count()));
    }

    #[test]
    fn short_calls_do_not_pay() {
        let net = Architecture::classical(2, &[4], Activation::Relu, 1);
        let work = Work {
            samples: 4,
            gathered: false,
            moments: 0,
            copied: 0,
        };
        let cost = Cost::of::<f32>(&net, work);
        assert!(!cost.pays(2, 1) && cost.pays(2, 100));
    }
}
