//! Calibration: whether predictions with probability p are correct in a fraction p of the cases.
//!
//! For two classes the probability of the second is judged, for several that of the predicted class,
//! which is right or wrong (Guo et al. 2017, "On calibration of modern neural networks"). Samples
//! are put into bins by that probability; bins of equal width have the edges i / n, and a sample on
//! an edge belongs to the bin below, as in scikit-learn's `calibration_curve`.

use mlp_statistics::quantile;

use super::{
    Predicted,
    definition::{Score, Subject},
};

/// Bins of the expected calibration error and of reliability diagrams.
pub const BINS: usize = 10;

pub(super) const INFO: Score = Score {
    name: "ece",
    description: "expected calibration error: mean difference between probability and frequency, in 10 bins",
    subject: Subject::Probabilities,
    larger_is_better: Some(false),
    value: |predicted| Some(Calibration::of(predicted, BINS)?.expected_error()),
};

/// The samples with a probability in some range.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bin {
    /// The samples, weighted.
    pub weight: f64,
    /// Their mean probability.
    pub probability: f64,
    /// The fraction that were correct.
    pub share: f64,
}

/// Probabilities and outcomes, in bins.
#[derive(Clone, Debug, PartialEq)]
pub struct Calibration {
    /// The bins that hold samples, by ascending probability.
    pub bins: Vec<Bin>,
}

impl Calibration {
    /// In bins of equal width; `None` without probabilities.
    pub fn of(predicted: &Predicted, bins: usize) -> Option<Self> {
        let edges: Vec<f64> = (1..bins).map(|edge| edge as f64 / bins as f64).collect();
        Self::between(predicted, &edges)
    }

    /// In bins with about equal numbers of samples: their edges are the quantiles of the probabilities,
    /// with linear interpolation.
    pub fn of_quantiles(predicted: &Predicted, bins: usize) -> Option<Self> {
        let mut sorted: Vec<f64> = events(predicted)?.iter().map(|event| event.0).collect();
        sorted.sort_by(f64::total_cmp);
        let edges: Vec<f64> = (1..bins)
            .filter_map(|edge| quantile(&sorted, edge as f64 / bins as f64))
            .collect();
        Self::between(predicted, &edges)
    }

    fn between(predicted: &Predicted, edges: &[f64]) -> Option<Self> {
        let mut bins = vec![Bin::default(); edges.len() + 1];
        for (sample, (probability, true_)) in events(predicted)?.into_iter().enumerate() {
            let bin = &mut bins[edges.partition_point(|edge| *edge < probability)];
            let weight = predicted.weight(sample);
            bin.weight += weight;
            bin.probability += weight * probability;
            bin.share += weight * f64::from(u8::from(true_));
        }
        bins.retain(|bin| bin.weight > 0.0);
        for bin in &mut bins {
            bin.probability /= bin.weight;
            bin.share /= bin.weight;
        }
        Some(Self { bins })
    }

    /// The difference between probability and fraction, averaged over the samples.
    pub fn expected_error(&self) -> f64 {
        let (mut sum, mut total) = (0.0, 0.0);
        for bin in &self.bins {
            sum += bin.weight * (bin.share - bin.probability).abs();
            total += bin.weight;
        }
        sum / total
    }
}

/// The judged probability, and whether the outcome occurred, for each sample.
fn events(predicted: &Predicted) -> Option<Vec<(f64, bool)>> {
    let (found, probabilities) = predicted.as_probabilities()?;
    let event = |(sample, &label): (usize, &u32)| {
        let class = match found.classes {
            2 => 1,
            _ => found.predicted[sample],
        };
        (probabilities[[sample, class as usize]], label == class)
    };
    Some(found.labels.iter().enumerate().map(event).collect())
}
