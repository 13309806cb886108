//! Correlations with intervals.

use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::{line::Pairs, mean::measured, proportion::Z, ranks::ranks};

/// A correlation coefficient with its 95 % interval and its p-value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Correlation {
    /// The coefficient.
    pub value: f64,
    /// Its interval.
    pub interval: (f64, f64),
    /// Two-sided p-value by Student's t with n - 2 degrees of freedom.
    pub p_value: f64,
    /// Pairs.
    pub count: u64,
}

impl Correlation {
    /// Whether another correlation of the same pairs says something else: their intervals have nothing in common.
    pub fn disagrees(&self, other: &Self) -> bool {
        self.interval.1 < other.interval.0 || other.interval.1 < self.interval.0
    }
}

/// The least number of pairs that gives an interval.
const LEAST: usize = 4;

/// Coverage of Fisher's interval by the number of pairs, for exponentials of normal numbers whose
/// correlation is 0.5. For normal pairs it is 0.95 for any number.
const SKEWED: [(f64, f64); 9] = [
    (4.0, 0.922),
    (5.0, 0.891),
    (7.0, 0.873),
    (10.0, 0.857),
    (20.0, 0.84),
    (50.0, 0.806),
    (100.0, 0.773),
    (300.0, 0.725),
    (1000.0, 0.668),
];

/// The measured coverage of the interval of [`pearson`] for this many pairs of strongly skewed numbers
/// (lognormal ones): Fisher's interval assumes normal pairs. The interval of [`spearman`] was measured to cover
/// 0.95 for both from five pairs on.
pub fn pearson_coverage(count: u64) -> f64 {
    measured(&SKEWED, count)
}

/// Pearson's correlation of pairs of finite numbers, with Fisher's interval (1921): the inverse
/// hyperbolic tangent has the standard error 1 / sqrt(n - 3). `None` for fewer than four pairs, and
/// where one of the variables is constant.
pub fn pearson(x: &[f64], y: &[f64]) -> Option<Correlation> {
    with_error(x, y, |_, n| (1.0 / (n - 3.0)).sqrt())
}

/// Spearman's rank correlation with the interval of Bonett and Wright (2000, "Sample size requirements
/// for estimating Pearson, Kendall and Spearman correlations"): the standard error is
/// sqrt((1 + r^2 / 2) / (n - 3)). `None` as of [`pearson`].
pub fn spearman(x: &[f64], y: &[f64]) -> Option<Correlation> {
    with_error(&ranks(x).0, &ranks(y).0, |r, n| {
        ((1.0 + r * r / 2.0) / (n - 3.0)).sqrt()
    })
}

fn with_error(x: &[f64], y: &[f64], error: impl Fn(f64, f64) -> f64) -> Option<Correlation> {
    if x.len() < LEAST {
        return None;
    }
    let mut pairs = Pairs::default();
    x.iter().zip(y).for_each(|(&x, &y)| pairs.push(x, y));
    let (n, value) = (x.len() as f64, pairs.correlation()?);
    let (middle, half) = (value.atanh(), Z * error(value, n));
    let statistic = value.abs() * ((n - 2.0) / (1.0 - value * value)).sqrt();
    let student = StudentsT::new(0.0, 1.0, n - 2.0).ok()?;
    Some(Correlation {
        value,
        interval: ((middle - half).tanh(), (middle + half).tanh()),
        p_value: match statistic.is_finite() {
            true => 2.0 * student.sf(statistic),
            false => 0.0,
        },
        count: x.len() as u64,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::line::tests::{X, Y};

    fn close(found: f64, expected: f64) {
        let off = (found - expected).abs();
        assert!(off <= 1e-9 * expected.abs(), "{found} {expected}");
    }

    #[test]
    fn pearson_is_that_of_scipy() {
        // r = scipy.stats.pearsonr(X, Y); r.statistic, r.confidence_interval(), r.pvalue
        let found = pearson(&X, &Y).unwrap();
        close(found.value, 0.934_603_915_516_667_3);
        close(found.interval.0, 0.741_048_496_117_884);
        close(found.interval.1, 0.984_751_820_097_477_5);
        close(found.p_value, 7.390_761_824_628_702e-5);
    }

    #[test]
    fn spearman_is_that_of_scipy() {
        // r = scipy.stats.spearmanr(X, Y); r.statistic, r.pvalue; the interval by numpy.arctanh and tanh
        let found = spearman(&X, &Y).unwrap();
        close(found.value, 0.972_648_869_888_103_4);
        close(found.interval.0, 0.845_482_967_924_319_5);
        close(found.interval.1, 0.995_418_384_621_012_2);
        close(found.p_value, 2.368_934_900_638_472e-6);
    }

    #[test]
    fn a_perfect_correlation_is_certain_and_a_constant_has_none() {
        let found = pearson(&X, &X).unwrap();
        assert_eq!((found.value, found.interval), (1.0, (1.0, 1.0)));
        assert_eq!(found.p_value, 0.0);
        assert_eq!(pearson(&X, &[1.0; 10]), None);
        assert_eq!(pearson(&X[..3], &Y[..3]), None);
    }
}
