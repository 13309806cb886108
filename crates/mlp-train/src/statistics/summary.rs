//! The distribution of one metric: exact moments and a sketch of its quantiles.

use tdigest::TDigest;

use super::Moments;

/// Centroids of a sketch. Ranks are right to a few thousandths in the middle and better at the ends.
const CENTROIDS: usize = 256;

/// Numbers as they come, in bounded memory: exact count, mean, standard deviation, skewness, kurtosis
/// and ends, and a t-digest of the quantiles (Dunning and Ertl 2019, "Computing extremely accurate
/// quantiles using t-digests"). Up to a few hundred numbers the quantiles are exact to interpolation.
/// The same numbers in the same order give the same bits.
#[derive(Clone, Debug)]
pub(crate) struct Summary {
    moments: Moments,
    sketch: TDigest,
}

impl Default for Summary {
    fn default() -> Self {
        Self {
            moments: Moments::default(),
            sketch: TDigest::new_with_size(CENTROIDS),
        }
    }
}

impl Summary {
    /// Adds a number. One that is not finite is left out.
    pub(crate) fn push(&mut self, x: f64) {
        if x.is_finite() {
            self.moments.push(x);
            self.sketch.push(x);
        }
    }

    /// The distribution of the numbers of several.
    pub(crate) fn merged<'a>(parts: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut moments = Moments::default();
        let mut sketches = Vec::new();
        for part in parts {
            moments.merge(&part.moments);
            let mut sketch = part.sketch.clone();
            sketch.flush();
            if !sketch.is_empty() {
                sketches.push(sketch);
            }
        }
        let sketch = match sketches.len() {
            0 => TDigest::new_with_size(CENTROIDS),
            1 => sketches.remove(0),
            _ => TDigest::merge_digests(sketches),
        };
        Self { moments, sketch }
    }

    /// The moments.
    pub(crate) fn moments(&self) -> &Moments {
        &self.moments
    }

    /// The quantiles at these shares, the ends at 0 and 1; `None` of no number.
    pub(crate) fn quantiles(&self, shares: &[f64]) -> Vec<Option<f64>> {
        let mut sketch = self.sketch.clone();
        sketch.flush();
        sketch.quantiles(shares)
    }
}

#[cfg(test)]
mod tests {
    use mlp_core::seed::{Purpose, Stream};

    use super::*;

    fn normal(seed: u64, count: usize) -> Vec<f64> {
        let mut stream = Stream::new(seed, Purpose::Sampling);
        (0..count).map(|_| stream.normal()).collect()
    }

    fn of(numbers: &[f64]) -> Summary {
        let mut summary = Summary::default();
        numbers.iter().for_each(|&x| summary.push(x));
        summary
    }

    /// The share of sorted numbers below a value.
    fn rank(sorted: &[f64], value: f64) -> f64 {
        sorted.partition_point(|x| *x < value) as f64 / sorted.len() as f64
    }

    #[test]
    fn quantiles_of_many_numbers_have_their_ranks() {
        let numbers = normal(1, 100_000);
        let mut sorted = numbers.clone();
        sorted.sort_by(f64::total_cmp);
        let whole = of(&numbers);
        let parts = [
            of(&numbers[..7]),
            of(&numbers[7..60_000]),
            of(&numbers[60_000..]),
        ];
        let merged = Summary::merged(&parts);
        for (summary, bound) in [(&whole, 3e-3), (&merged, 4e-3)] {
            assert_eq!(summary.moments().count(), 100_000);
            let shares = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];
            for (share, found) in shares.iter().zip(summary.quantiles(&shares)) {
                let off = (rank(&sorted, found.unwrap()) - share).abs();
                assert!(off < bound, "{share}: off by {off}");
            }
            let ends = summary.quantiles(&[0.0, 1.0]);
            assert_eq!(ends, [sorted.first().copied(), sorted.last().copied()]);
        }
    }

    #[test]
    fn what_is_not_finite_is_left_out() {
        let summary = of(&[f64::NAN, 1.0, f64::INFINITY, 3.0]);
        assert_eq!(summary.moments().count(), 2);
        assert_eq!(summary.quantiles(&[0.5]), [Some(2.0)]);
        assert_eq!(Summary::default().quantiles(&[0.5]), [None]);
        assert_eq!(Summary::merged([]).moments().count(), 0);
    }
}
