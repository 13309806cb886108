//! The quantiles that figures and tables show.

use crate::Distribution;

/// The five quantiles that bands are drawn from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quantiles {
    /// 5 % of the values lie below.
    pub p5: f64,
    /// 25 % of the values lie below.
    pub p25: f64,
    /// The median.
    pub p50: f64,
    /// 75 % of the values lie below.
    pub p75: f64,
    /// 95 % of the values lie below.
    pub p95: f64,
    /// The count of finite values.
    pub count: usize,
}

impl Quantiles {
    /// Quantiles of the finite values, as [`Distribution`] defines them; all NaN where there are none.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let all: Distribution = values.into_iter().collect();
        let found = all.quantiles(&[0.05, 0.25, 0.5, 0.75, 0.95]);
        let at = |share: usize| found[share].unwrap_or(f64::NAN);
        Self {
            p5: at(0),
            p25: at(1),
            p50: at(2),
            p75: at(3),
            p95: at(4),
            count: all.count() as usize,
        }
    }
}

/// The median of the finite numbers, as [`Distribution`] defines it; `None` if there are none.
pub fn median(numbers: impl IntoIterator<Item = f64>) -> Option<f64> {
    numbers.into_iter().collect::<Distribution>().median()
}
