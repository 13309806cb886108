//! Summaries of many networks: quantiles and success shares. All sums in f64, non-finite values left out.

/// The five quantiles that the trend charts draw.
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
    /// How many finite values there were.
    pub count: usize,
}

impl Quantiles {
    /// Quantiles of the finite values (all NaN where there are none).
    #[must_use]
    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut sorted: Vec<f64> = values.into_iter().filter(|v| v.is_finite()).collect();
        sorted.sort_by(f64::total_cmp);
        let at = |q| quantile_of_sorted(&sorted, q);
        Quantiles {
            p5: at(0.05),
            p25: at(0.25),
            p50: at(0.5),
            p75: at(0.75),
            p95: at(0.95),
            count: sorted.len(),
        }
    }
}

/// The quantile of ascending values, linear between neighbours (Hyndman and Fan's type 7, numpy's default).
#[must_use]
pub fn quantile_of_sorted(sorted: &[f64], q: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else {
        return f64::NAN;
    };
    let place = q.clamp(0.0, 1.0) * last as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(last);
    let t = place - below as f64;
    if t == 0.0 {
        return sorted[below];
    }
    sorted[below] * (1.0 - t) + sorted[above] * t
}

/// The median of the finite values, as [`Quantiles`] has it, without sorting them all (NaN where there are
/// none).
#[must_use]
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().filter(|v| v.is_finite()).collect();
    if values.is_empty() {
        return f64::NAN;
    }
    let middle = values.len() / 2;
    let even = values.len().is_multiple_of(2);
    let (below, &mut upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    let lower = below.iter().copied().max_by(f64::total_cmp);
    match lower {
        Some(lower) if even => lower * 0.5 + upper * 0.5,
        _ => upper,
    }
}

/// The mean of the finite values (NaN where there are none).
#[must_use]
pub fn mean(values: impl IntoIterator<Item = f64>) -> f64 {
    let (mut sum, mut count) = (0.0, 0u64);
    for v in values.into_iter().filter(|v| v.is_finite()) {
        sum += v;
        count += 1;
    }
    sum / count as f64
}

/// Wilson's 95 % interval (1927) of a share of `successes` in `trials`; the whole of [0, 1] without trials.
#[must_use]
pub fn wilson_interval(successes: u64, trials: u64) -> (f64, f64) {
    if trials == 0 {
        return (0.0, 1.0);
    }
    let z = 1.959_963_984_540_054;
    let n = trials as f64;
    let p = successes.min(trials) as f64 / n;
    let scale = 1.0 + z * z / n;
    let middle = (p + z * z / (2.0 * n)) / scale;
    let half = z / scale * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    ((middle - half).max(0.0), (middle + half).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_agree_with_numpy() {
        // numpy.quantile([1, 2, 4, 8, 16], [.05, .25, .5, .75, .95])
        let q = Quantiles::of([16.0, f64::NAN, 1.0, 4.0, 8.0, f64::INFINITY, 2.0]);
        assert_eq!((q.p25, q.p50, q.p75, q.count), (2.0, 4.0, 8.0, 5));
        assert!((q.p5 - 1.2).abs() < 1e-12 && (q.p95 - 14.4).abs() < 1e-12);
        assert!(Quantiles::of([]).p50.is_nan());
    }

    #[test]
    fn medians_are_those_of_sorted_values() {
        assert!(median([]).is_nan() && median([f64::NAN]).is_nan());
        for count in 1..40u32 {
            // Multiples of 7 modulo 41, some of them twice, in no order.
            let values = || (1..=count).map(|k| f64::from(k * 7 % 41 / 2) + 0.1);
            let sorted = Quantiles::of(values()).p50;
            assert_eq!(
                median(values().chain([f64::INFINITY])).to_bits(),
                sorted.to_bits()
            );
        }
    }

    #[test]
    fn wilson_agrees_with_published_values() {
        // statsmodels.stats.proportion.proportion_confint(8, 10, method="wilson")
        let (low, high) = wilson_interval(8, 10);
        assert!((low - 0.490_162_5).abs() < 1e-6, "{low}");
        assert!((high - 0.943_317_8).abs() < 1e-6, "{high}");
        assert_eq!(wilson_interval(0, 0), (0.0, 1.0));
        assert_eq!(wilson_interval(0, 10).0, 0.0);
    }
}
