//! Tests of paired differences: by their signs, and by their signed ranks.

use statrs::{
    distribution::{Binomial, DiscreteCDF},
    function::erf::erfc,
};

use super::ranks::ranks;

/// Signs of differences, and the probability of signs at least as uneven where neither is the likelier
/// one: the exact binomial test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SignTest {
    /// Differences above zero.
    pub positive: u64,
    /// Differences below zero.
    pub negative: u64,
    /// Two-sided p-value; 1 where all differences are zero.
    pub p_value: f64,
}

/// Tests the signs of differences; zeros are left out.
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

/// Up to so many differences without ties the distribution of the rank sum is counted.
const EXACT: usize = 50;

/// Wilcoxon's signed ranks (1945).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SignedRanks {
    /// The smaller of the rank sums of positive and negative differences.
    pub statistic: f64,
    /// Two-sided p-value: exact up to 50 differences without ties, by the normal approximation with
    /// correction for ties beyond.
    pub p_value: f64,
}

/// Tests differences by the ranks of their sizes; zeros are left out. `None` where all are zero.
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
    let statistic = if above < below { above } else { below };
    let n = kept.len() as f64;
    let p_value = if kept.len() <= EXACT && ties == 0.0 && kept.len() == differences.len() {
        exact(kept.len(), statistic as usize)
    } else {
        let variance = (n * (n + 1.0) * (2.0 * n + 1.0) - ties / 2.0) / 24.0;
        let z = (statistic - n * (n + 1.0) / 4.0) / variance.sqrt();
        erfc(z.abs() / std::f64::consts::SQRT_2)
    };
    Some(SignedRanks { statistic, p_value })
}

/// Twice the share of all signs of the ranks 1 to `n` with a positive sum of at most `most`.
fn exact(n: usize, most: usize) -> f64 {
    // Of each sum the number of signs; below 2^53, so exact.
    let mut ways = vec![0.0; most + 1];
    ways[0] = 1.0;
    for rank in 1..=n {
        for sum in (rank..=most).rev() {
            ways[sum] += ways[sum - rank];
        }
    }
    let share = ways.iter().sum::<f64>() / (1u64 << n) as f64;
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

    /// `scipy.stats.wilcoxon(d)`, with `method="approx"` where there are ties.
    #[test]
    fn signed_ranks_are_those_of_scipy() {
        let few = [1.1, -0.4, 2.3, 0.7, -1.9, 3.1, 0.2, -0.3, 1.6, 0.9];
        let found = signed_ranks(&few).unwrap();
        assert_eq!(found.statistic, 13.0);
        close(found.p_value, 0.160_156_25);
        let tied = [1, -1, 2, 2, -3, 4, 4, 0, 5, -2, 6, 6, 1, 0, 3].map(f64::from);
        let found = signed_ranks(&tied).unwrap();
        assert_eq!(found.statistic, 14.5);
        close(found.p_value, 0.029_722_668_329_910_94);
        let many =
            (0..80i32).map(|i| f64::from((i * 7919) % 101 - 45) / 10.0 + f64::from(i) * 1e-4);
        let found = signed_ranks(&many.collect::<Vec<_>>()).unwrap();
        assert_eq!(found.statistic, 1371.0);
        close(found.p_value, 0.232_370_213_796_332_38);
        assert_eq!(signed_ranks(&[0.0, 0.0]), None);
    }
}
