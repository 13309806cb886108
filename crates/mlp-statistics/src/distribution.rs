//! The distribution of a stream of numbers in bounded memory.

use crate::{Moments, quantile, sketch::Sketch};

/// Up to this many numbers, the quantiles of a [`Distribution`] are exact.
pub const EXACT: usize = 4096;

/// A streaming summary: exact count, mean, standard deviation, skewness, kurtosis, minimum and maximum, and
/// quantiles as [`quantile`](crate::quantile()) defines them, exact up to [`EXACT`] numbers. Beyond that,
/// every number between which a quantile is interpolated has a relative error of at most [`error`](Self::error):
/// 1/512 (0.2 %) where the numbers span four powers of two or less, twice that for each doubling of the
/// powers of two that they span (0.8 % for 16, 3 % for 64). A run of equal numbers is exact.
///
/// Two distributions of the same numbers are equal, whatever the order in which the numbers were added and
/// however they were divided into parts that were [merged](Self::merge). At most about 100 kB.
#[derive(Clone, Debug, Default)]
pub struct Distribution {
    moments: Moments,
    /// All numbers, or those that are not yet in the sketch, in any order.
    numbers: Vec<f64>,
    /// The sketch, where there are more than [`EXACT`] numbers.
    sketch: Option<Box<Sketch>>,
}

impl Distribution {
    /// Adds a number. Non-finite numbers are ignored.
    pub fn push(&mut self, x: f64) {
        if !x.is_finite() {
            return;
        }
        // Both zeros are the same.
        let x = x + 0.0;
        self.moments.push(x);
        if self.numbers.len() >= EXACT {
            self.flush();
        }
        self.numbers.push(x);
    }

    /// Merges another distribution.
    pub fn merge(&mut self, other: &Self) {
        self.moments.merge(&other.moments);
        self.numbers.extend(&other.numbers);
        match (&mut self.sketch, &other.sketch) {
            (Some(own), Some(theirs)) => own.merge(theirs),
            (None, Some(theirs)) => self.sketch = Some(theirs.clone()),
            (_, None) => {}
        }
        if self.numbers.len() > EXACT {
            self.flush();
        }
    }

    /// Moves the waiting numbers into the sketch.
    fn flush(&mut self) {
        let mut numbers = std::mem::take(&mut self.numbers);
        numbers.sort_unstable_by(f64::total_cmp);
        self.sketch.get_or_insert_default().add(&numbers);
    }

    /// The count of numbers.
    pub fn count(&self) -> u64 {
        self.moments.count()
    }

    /// The moments.
    pub fn moments(&self) -> &Moments {
        &self.moments
    }

    /// The mean; `None` if empty.
    pub fn mean(&self) -> Option<f64> {
        self.moments.mean()
    }

    /// The quantiles at these probabilities, minimum and maximum at 0 and 1; `None` if empty.
    pub fn quantiles(&self, shares: &[f64]) -> Vec<Option<f64>> {
        let mut numbers = self.numbers.clone();
        numbers.sort_unstable_by(f64::total_cmp);
        match &self.sketch {
            None => shares
                .iter()
                .map(|&share| quantile(&numbers, share))
                .collect(),
            Some(sketch) => {
                let mut sketch = sketch.clone();
                sketch.add(&numbers);
                shares.iter().map(|&share| sketch.quantile(share)).collect()
            }
        }
    }

    /// The numbers with these indices in ascending order; `None` beyond the last.
    pub(crate) fn at(&self, indices: &[u64]) -> Vec<Option<f64>> {
        let mut numbers = self.numbers.clone();
        numbers.sort_unstable_by(f64::total_cmp);
        match &self.sketch {
            None => {
                let at = |&index: &u64| numbers.get(index as usize).copied();
                indices.iter().map(at).collect()
            }
            Some(sketch) => {
                let mut sketch = sketch.clone();
                sketch.add(&numbers);
                indices.iter().map(|&index| sketch.at(index)).collect()
            }
        }
    }

    /// The median; `None` if empty.
    pub fn median(&self) -> Option<f64> {
        self.quantiles(&[0.5])[0]
    }

    /// The largest relative error of a number between which quantiles are interpolated: 0 up
    /// to [`EXACT`] numbers.
    pub fn error(&self) -> f64 {
        self.sketch.as_ref().map_or(0.0, |sketch| {
            let mut numbers = self.numbers.clone();
            numbers.sort_unstable_by(f64::total_cmp);
            let mut sketch = sketch.clone();
            sketch.add(&numbers);
            sketch.error()
        })
    }
}

impl FromIterator<f64> for Distribution {
    fn from_iter<I: IntoIterator<Item = f64>>(numbers: I) -> Self {
        let mut all = Self::default();
        numbers.into_iter().for_each(|x| all.push(x));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulation::Draws;

    const SHARES: [f64; 11] = [0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1.0];

    fn of(numbers: &[f64]) -> Distribution {
        numbers.iter().copied().collect()
    }

    fn bits(distribution: &Distribution) -> Vec<Option<u64>> {
        let moments = distribution.moments();
        let mut all = distribution.quantiles(&SHARES);
        all.extend([
            moments.mean(),
            moments.standard_deviation(),
            moments.skewness(),
            moments.excess_kurtosis(),
            Some(distribution.error()),
        ]);
        all.into_iter().map(|x| x.map(f64::to_bits)).collect()
    }

    /// Normal, skewed over many powers of two, exploded, few values.
    fn kinds(count: usize) -> [Vec<f64>; 4] {
        let mut draws = Draws::new(3);
        let mut all = |of: &dyn Fn(f64) -> f64| (0..count).map(|_| of(draws.normal())).collect();
        [
            all(&|z| z),
            all(&|z| (3.0 * z).exp()),
            all(&|z| (30.0 * z).exp()),
            all(&|z| (8.0 * z).round() / 64.0),
        ]
    }

    #[test]
    fn quantiles_are_exact_up_to_the_stated_number_and_within_the_stated_error_above() {
        for count in [1, 2, EXACT - 1, EXACT, EXACT + 1, 30_000] {
            for numbers in kinds(count) {
                let mut sorted = numbers.clone();
                sorted.sort_by(f64::total_cmp);
                let distribution = of(&numbers);
                let error = distribution.error();
                assert_eq!(error == 0.0, count <= EXACT);
                for (&share, found) in SHARES.iter().zip(distribution.quantiles(&SHARES)) {
                    let (exact, found) = (quantile(&sorted, share).unwrap(), found.unwrap());
                    // Both numbers between which it lies may be off by their own part.
                    let place = share * (count - 1) as f64;
                    let ends = [place.floor(), place.ceil()].map(|at| sorted[at as usize].abs());
                    let bound = error * if ends[0] > ends[1] { ends[0] } else { ends[1] };
                    assert!(
                        (found - exact).abs() <= bound,
                        "{count} {share}: {found} {exact}"
                    );
                    if share == 0.0 || share == 1.0 {
                        assert_eq!(found, exact);
                    }
                }
            }
        }
    }

    #[test]
    fn the_error_is_what_the_documentation_says() {
        let uniform = |powers: f64| -> Vec<f64> {
            (0..50_000)
                .map(|i| (powers * f64::from(i) / 50_000.0).exp2())
                .collect()
        };
        for (powers, error) in [(3.9, 1.0 / 512.0), (15.9, 1.0 / 128.0), (63.9, 1.0 / 32.0)] {
            assert_eq!(of(&uniform(powers)).error(), error, "{powers}");
        }
    }

    #[test]
    fn parts_cut_at_random_merge_to_the_whole() {
        let mut draws = Draws::new(8);
        for count in [9, EXACT + 5, 20_000] {
            for numbers in kinds(count) {
                let whole = bits(&of(&numbers));
                for parts in [2, 5, 40] {
                    let mut cut = vec![Distribution::default(); parts];
                    for &x in &numbers {
                        cut[draws.below(parts as u64) as usize].push(x);
                    }
                    let mut merged = Distribution::default();
                    cut.iter().rev().for_each(|part| merged.merge(part));
                    assert_eq!(bits(&merged), whole, "{count} in {parts}");
                }
                let reversed: Vec<f64> = numbers.iter().rev().copied().collect();
                assert_eq!(bits(&of(&reversed)), whole);
            }
        }
    }

    #[test]
    fn what_is_not_finite_is_left_out() {
        let distribution = of(&[f64::NAN, 1.0, f64::INFINITY, 3.0]);
        assert_eq!(distribution.count(), 2);
        assert_eq!(distribution.median(), Some(2.0));
        assert_eq!(Distribution::default().median(), None);
        assert_eq!(Distribution::default().mean(), None);
    }
}
