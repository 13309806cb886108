//! Whether a few numbers dominate a mean.

/// A mean more than this many times the median says little about most numbers.
pub const MEAN_OVER_MEDIAN: f64 = 100.0;

/// The ratio of mean to median, in absolute value, where it is more than [`MEAN_OVER_MEDIAN`]: then a few
/// numbers dominate the mean.
pub fn mean_over_median(mean: f64, median: f64) -> Option<f64> {
    let times = (mean / median).abs();
    (times.is_finite() && times > MEAN_OVER_MEDIAN).then_some(times)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_numbers_decide_a_mean_far_from_the_median() {
        assert_eq!(mean_over_median(2.2e5, 11.0), Some(2e4));
        assert_eq!(mean_over_median(-2.2e5, 11.0), Some(2e4));
        assert_eq!(mean_over_median(1100.0, 11.0), None);
        assert_eq!(mean_over_median(1.0, 0.0), None);
        assert_eq!(mean_over_median(f64::NAN, 1.0), None);
    }
}
