//! Tests of paired differences: the sign test and the signed-rank test.

use statrs::{
    distribution::{Binomial, DiscreteCDF},
    function::erf::erfc,
};

use crate::ranks::ranks;

/// The result of a sign test (exact binomial).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SignTest {
    /// Positive differences.
    pub positive: u64,
    /// Negative differences.
    pub negative: u64,
    /// Two-sided p-value; 1 where all differences are zero.
    pub p_value: f64,
}

/// Tests the signs of differences; zeros are omitted.
pub fn sign_test(differences: &[f64]) -> SignTest {
    let count = |is: fn(f64) -> bool| differences.iter().filter(|d| is(**d)).count() as u64;
    let (positive, negative) = (count(|d| d > 0.0), count(|d| d < 0.0));
    let p_value = match Binomial::new(0.5, positive + negative) {
        Ok(binomial) if positive != negative => {
            2.0 * binomial.cdf(if positive < negative {
                positive
            } else {
                negative
            })
        }
        _ => 1.0,
    };
    SignTest {
        positive,
        negative,
        p_value,
    }
}

/// Up to this many non-zero differences, the distribution of the rank sum is exact.
const COUNTED: usize = 50;

/// The result of Wilcoxon's signed-rank test (1945).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SignedRanks {
    /// The smaller of the rank sums of positive and negative differences.
    pub statistic: f64,
    /// Two-sided p-value: exact up to 50 differences, by the normal approximation with a correction
    /// for ties beyond.
    pub p_value: f64,
}

/// Tests differences by the ranks of their magnitudes; `None` where all are zero.
///
/// Zeros are omitted (`zero_method="wilcox"` in SciPy). Equal magnitudes share the mean of
/// their ranks, and the exact p-value is over all signs of these ranks, including ties (in
/// SciPy `method=PermutationMethod(n_resamples=inf)`, which without ties is `method="exact"`).
pub fn signed_ranks(differences: &[f64]) -> Option<SignedRanks> {
    let kept: Vec<f64> = differences.iter().copied().filter(|d| *d != 0.0).collect();
    if kept.is_empty() {
        return None;
    }
    let sizes: Vec<f64> = kept.iter().map(|d| d.abs()).collect();
    let (ranks, ties) = ranks(&sizes);
    let sum = |positive: bool| -> f64 {
        let of_sign = kept.iter().zip(&ranks);
        of_sign
            .filter(|(d, _)| (**d > 0.0) == positive)
            .map(|(_, r)| r)
            .sum()
    };
    let (above, below) = (sum(true), sum(false));
    // Sums of none are -0.
    let statistic = if above < below { above } else { below } + 0.0;
    let n = kept.len() as f64;
    let p_value = if kept.len() <= COUNTED {
        exact(&ranks, statistic)
    } else {
        let variance = (n * (n + 1.0) * (2.0 * n + 1.0) - ties / 2.0) / 24.0;
        let z = (statistic - n * (n + 1.0) / 4.0) / variance.sqrt();
        erfc(z.abs() / std::f64::consts::SQRT_2)
    };
    Some(SignedRanks { statistic, p_value })
}

/// Twice the share of all sign assignments whose positive rank sum is at most `most`.
fn exact(ranks: &[f64], most: f64) -> f64 {
    // Shared ranks are halves, so twice a rank is a whole number. Of each sum the number of signs; at
    // most 2^50, so exact.
    let most = (2.0 * most) as usize;
    let mut ways = vec![0.0; most + 1];
    ways[0] = 1.0;
    for rank in ranks {
        let rank = (2.0 * rank) as usize;
        for sum in (rank..=most).rev() {
            ways[sum] += ways[sum - rank];
        }
    }
    let share = ways.iter().sum::<f64>() / (1u64 << ranks.len()) as f64;
    if share < 0.5 { 2.0 * share } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, expected: f64) {
        let off = (found - expected).abs();
        assert!(off <= 1e-9 * expected, "{found} {expected}");
    }

    /// `scipy.stats.binomtest(k, n).pvalue`.
    #[test]
    fn signs_have_the_probabilities_of_scipy() {
        let of = |positive: usize, zero: usize, negative: usize| {
            let groups = [(1.0, positive), (0.0, zero), (-1.0, negative)];
            let all = groups.map(|(d, count)| vec![d; count]).concat();
            sign_test(&all)
        };
        close(of(3, 0, 9).p_value, 0.145_996_093_75);
        close(of(600, 7, 500).p_value, 0.002_819_544_991_436_428_4);
        close(of(30, 1, 0).p_value, 1.862_645_149_230_957e-9);
        assert_eq!(of(5, 0, 5).p_value, 1.0);
        assert_eq!(of(0, 3, 0).p_value, 1.0);
        assert_eq!((of(3, 0, 9).positive, of(3, 0, 9).negative), (3, 9));
    }

    /// `scipy.stats.wilcoxon(d[d != 0], method=PermutationMethod(n_resamples=numpy.inf))` of SciPy 1.17;
    /// `scipy.stats.wilcoxon(d)` of many.
    #[test]
    fn signed_ranks_are_those_of_scipy() {
        let few = [1.1, -0.4, 2.3, 0.7, -1.9, 3.1, 0.2, -0.3, 1.6, 0.9];
        let found = signed_ranks(&few).unwrap();
        assert_eq!(found.statistic, 13.0);
        close(found.p_value, 0.160_156_25);
        let tied = [1, -1, 2, 2, -3, 4, 4, 0, 5, -2, 6, 6, 1, 0, 3].map(f64::from);
        let found = signed_ranks(&tied).unwrap();
        assert_eq!(found.statistic, 14.5);
        close(found.p_value, 0.030_517_578_125);
        // Fewer than six never reach 0.05.
        let five = signed_ranks(&[0.3, 0.1, 0.2, 0.5, 0.4]).unwrap();
        assert_eq!((five.statistic, five.p_value), (0.0, 0.0625));
        let six = signed_ranks(&[1.0, 1.0, -2.0, 3.0, 3.0, 0.0]).unwrap();
        assert_eq!((six.statistic, six.p_value), (3.0, 0.3125));
        let thirteen = [2, -1, 3, 3, -2, 5, 4, 4, -4, 6, 1, 2, 2].map(f64::from);
        let thirteen = signed_ranks(&thirteen).unwrap();
        assert_eq!(
            (thirteen.statistic, thirteen.p_value),
            (16.0, 0.037_353_515_625)
        );
        let many =
            (0..80i32).map(|i| f64::from((i * 7919) % 101 - 45) / 10.0 + f64::from(i) * 1e-4);
        let found = signed_ranks(&many.collect::<Vec<_>>()).unwrap();
        assert_eq!(found.statistic, 1371.0);
        close(found.p_value, 0.232_370_213_796_332_38);
        assert_eq!(signed_ranks(&[0.0, 0.0]), None);
    }
}
