//! Differences of networks of the same seed.

use std::collections::HashMap;

use mlp_statistics::{Mean, SignTest, SignedRanks, sign_test, signed_ranks};

use super::scores::Networks;

/// A metric of two runs, paired.
#[derive(Clone, Debug, PartialEq)]
pub struct Paired {
    /// The second run's value minus the first one's, over the pairs.
    pub difference: Mean,
    /// The test of its signs.
    pub signs: SignTest,
    /// The test of its signed ranks; none where all differences are zero.
    pub ranks: Option<SignedRanks>,
}

/// The places in each run of networks that are compared and have the same marks; `None` where these are not unique in a run.
pub fn matched(first: &Networks, second: &Networks) -> Option<Vec<(usize, usize)>> {
    let mut places = HashMap::new();
    for (place, mark) in first.marks.iter().enumerate() {
        if places.insert(mark, place).is_some() {
            return None;
        }
    }
    let mut taken = vec![false; first.marks.len()];
    let mut pairs = Vec::new();
    for (own, mark) in second.marks.iter().enumerate() {
        let Some(&place) = places.get(mark) else {
            continue;
        };
        if std::mem::replace(&mut taken[place], true) {
            return None;
        }
        if first.fits[place] && second.fits[own] {
            pairs.push((place, own));
        }
    }
    Some(pairs)
}

/// Differences of the networks of two runs that are paired; `None` where none is. Pairs with a value that is not finite are left
/// out.
pub fn paired(pairs: &[(usize, usize)], first: &[f64], second: &[f64]) -> Option<Paired> {
    let differences = pairs.iter().map(|&(one, other)| second[other] - first[one]);
    let differences: Vec<f64> = differences
        .filter(|difference| difference.is_finite())
        .collect();
    Some(Paired {
        difference: Mean::of(&differences)?,
        signs: sign_test(&differences),
        ranks: signed_ranks(&differences),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCIPY: [f64; 5] = [
        -0.048750000000000016,
        -0.06741058411902148,
        -0.03008941588097854,
        0.0078125,
        0.0078125,
    ];

    fn networks(marks: &[&str]) -> Networks {
        Networks {
            marks: marks.iter().map(|mark| (*mark).to_owned()).collect(),
            sound: vec![true; marks.len()],
            fits: vec![true; marks.len()],
        }
    }

    /// `scipy.stats.ttest_rel(b, a).confidence_interval()`, `wilcoxon(b, a)` and `binomtest` of the eight pairs that both
    /// runs have, in another order.
    #[test]
    fn pairs_are_those_of_scipy() {
        let first = networks(&["0", "1", "2", "3", "4", "5", "6", "7", "8"]);
        let second = networks(&["7", "6", "5", "4", "3", "2", "1", "0", "9"]);
        let a = [0.31, 0.42, 0.28, 0.55, 0.47, 0.39, 0.61, 0.33, f64::NAN];
        let b = [0.30, 0.52, 0.36, 0.41, 0.50, 0.22, 0.37, 0.29, 1e9];
        let found = paired(&matched(&first, &second).unwrap(), &a, &b).unwrap();
        let (low, high) = found.difference.interval.unwrap();
        let ranks = found.ranks.unwrap();
        assert_eq!(found.difference.count, 8);
        assert!(
            (found.difference.value - SCIPY[0]).abs() < 1e-12,
            "{found:?}"
        );
        assert!(
            (low - SCIPY[1]).abs() < 1e-9 && (high - SCIPY[2]).abs() < 1e-9,
            "{found:?}"
        );
        assert!((ranks.p_value - SCIPY[3]).abs() < 1e-9, "{found:?}");
        assert!((found.signs.p_value - SCIPY[4]).abs() < 1e-9, "{found:?}");
    }

    #[test]
    fn pairs_are_of_networks_that_are_both_compared() {
        let (mut first, mut second) = (networks(&["0", "1", "2"]), networks(&["2", "1", "0"]));
        first.fits[0] = false;
        second.fits[1] = false;
        assert_eq!(matched(&first, &second), Some(vec![(2, 0)]));
    }

    #[test]
    fn what_is_not_one_to_one_is_not_paired() {
        let one = networks(&["0", "1"]);
        let twice = networks(&["0", "0"]);
        let other = networks(&["5", "6"]);
        assert_eq!((matched(&one, &twice), matched(&twice, &one)), (None, None));
        assert_eq!(matched(&one, &other), Some(Vec::new()));
        assert_eq!(paired(&[], &[1.0, 2.0], &[1.0, 2.0]), None);
    }
}
