//! The median with a distribution-free interval.

use statrs::distribution::{Binomial, DiscreteCDF};

use crate::Distribution;

/// A median with an interval between two order statistics.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MedianInterval {
    /// The median.
    pub value: f64,
    /// The interval: two order statistics, equally far from the lowest and the highest.
    pub interval: (f64, f64),
    /// The probability with which it covers the median of any continuous distribution: at least 0.95 from
    /// six numbers on; for fewer, the interval is from the lowest to the highest, 1 - 2^(1 - n).
    pub coverage: f64,
}

impl MedianInterval {
    /// The median of a distribution; `None` for fewer than two numbers.
    pub fn of(distribution: &Distribution) -> Option<Self> {
        let count = distribution.count();
        let (index, coverage) = order_statistics(count)?;
        let ends = distribution.at(&[index, count - 1 - index]);
        Some(Self {
            value: distribution.median()?,
            interval: (ends[0]?, ends[1]?),
            coverage,
        })
    }
}

/// The index from either end of the narrowest interval that covers at least 0.95, or all, and its coverage.
/// The median of a continuous distribution is below a number that has `index` numbers below
/// it with the probability that at most `index` of n fair coins show heads.
fn order_statistics(count: u64) -> Option<(u64, f64)> {
    if count < 2 {
        return None;
    }
    let coins = Binomial::new(0.5, count).ok()?;
    let coverage = |index: u64| match index {
        // Exact, where it is less than asked for.
        0 => 1.0 - 2.0 * 0.5f64.powf(count as f64),
        _ => 1.0 - 2.0 * coins.cdf(index),
    };
    let n = count as f64;
    // About where it is, by the normal approximation.
    let mut index = (n / 2.0 - n.sqrt() - 1.0).max(0.0) as u64;
    while index > 0 && coverage(index) < 0.95 {
        index -= 1;
    }
    while 2 * (index + 1) < count && coverage(index + 1) >= 0.95 {
        index += 1;
    }
    Some((index, coverage(index)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coverage_is_that_of_fair_coins() {
        assert_eq!(order_statistics(1), None);
        assert_eq!(order_statistics(2), Some((0, 0.5)));
        let near = |count, index, coverage: f64| {
            let found = order_statistics(count).unwrap();
            assert_eq!(found.0, index, "{count}");
            assert!((found.1 - coverage).abs() < 1e-9, "{count}: {found:?}");
        };
        near(5, 0, 0.9375);
        near(6, 0, 0.96875);
        // 1 - 2 * scipy.stats.binom.cdf(index, count, 0.5), the largest index with 0.95 or more
        near(20, 5, 0.9586105346679688);
        near(100, 39, 0.9647997997822951);
        near(1_000_000, 499019, 0.9501210313476314);
    }

    #[test]
    fn five_numbers_have_an_interval_from_lowest_to_highest() {
        let five: Distribution = [3.0, 9.0, 1.0, 2.0, 5.0].into_iter().collect();
        let found = MedianInterval::of(&five).unwrap();
        assert_eq!(found.interval, (1.0, 9.0));
        assert_eq!((found.value, found.coverage), (3.0, 0.9375));
        let one: Distribution = [3.0].into_iter().collect();
        assert_eq!(MedianInterval::of(&one), None);
    }
}
