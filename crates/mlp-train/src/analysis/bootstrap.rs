//! Intervals of means by resampling.

use mlp_core::seed::{Purpose, Stream};
use statrs::distribution::{ContinuousCDF, Normal};

use super::proportion::Z;

/// Resamples of an interval, at least and at most, and the draws that they share in: an interval of few
/// numbers depends the most on chance, and its resamples cost the least.
const RESAMPLES: (usize, usize) = (2_000, 10_000);
const DRAWS: usize = 2_000_000;

/// Means of more numbers are normal to more digits than their intervals show (the central limit
/// theorem), so their intervals are computed instead of resampled.
const MOST: usize = 5_000;

/// How an interval was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// By resampling.
    Bootstrap,
    /// From the standard error.
    Normal,
}

impl Method {
    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bootstrap => "bootstrap",
            Self::Normal => "normal",
        }
    }
}

/// A mean with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mean {
    /// The mean.
    pub value: f64,
    /// Sample standard deviation of the numbers; none of a single one.
    pub deviation: Option<f64>,
    /// The interval; none of a single number.
    pub interval: Option<(f64, f64, Method)>,
    /// Numbers.
    pub count: u64,
}

impl Mean {
    /// The mean of finite numbers and its bias-corrected and accelerated bootstrap interval (Efron 1987,
    /// "Better bootstrap confidence intervals") from resamples of one ChaCha8 stream, so the same numbers
    /// have the same interval. `None` of no number.
    pub fn of(numbers: &[f64]) -> Option<Self> {
        let n = numbers.len();
        if n == 0 {
            return None;
        }
        let value = numbers.iter().sum::<f64>() / n as f64;
        let central = |power| numbers.iter().map(|x| (x - value).powi(power)).sum::<f64>();
        let squares = central(2);
        let deviation = (n > 1).then(|| (squares / (n - 1) as f64).sqrt());
        let interval = deviation.map(|deviation| {
            if n > MOST || deviation == 0.0 {
                let half = Z * deviation / (n as f64).sqrt();
                return (value - half, value + half, Method::Normal);
            }
            // The jackknife's values of a mean are linear in its numbers, so the acceleration is a
            // sixth of their skewness over sqrt(n).
            let acceleration = central(3) / (6.0 * squares * squares.sqrt());
            let (low, high) = accelerated(&resampled(numbers), value, acceleration);
            (low, high, Method::Bootstrap)
        });
        Some(Self {
            value,
            deviation,
            interval,
            count: n as u64,
        })
    }
}

/// Means of resamples, ascending.
fn resampled(numbers: &[f64]) -> Vec<f64> {
    let mut stream = Stream::new(0, Purpose::Sampling);
    let n = numbers.len() as u64;
    let resamples = (DRAWS / numbers.len()).clamp(RESAMPLES.0, RESAMPLES.1);
    let mut one = || {
        let drawn = (0..n).map(|_| numbers[stream.below(n) as usize]);
        drawn.sum::<f64>() / n as f64
    };
    let mut means: Vec<f64> = (0..resamples).map(|_| one()).collect();
    means.sort_by(f64::total_cmp);
    means
}

/// The interval out of ascending means of resamples.
fn accelerated(means: &[f64], value: f64, acceleration: f64) -> (f64, f64) {
    let normal = Normal::standard();
    let below = means.partition_point(|&mean| mean < value);
    let equal = means[below..].partition_point(|&mean| mean == value);
    let share = (below as f64 + equal as f64 / 2.0) / means.len() as f64;
    let last = (means.len() - 1) as f64;
    let at = |z: f64| {
        let bias = normal.inverse_cdf(share);
        let moved = bias + (bias + z) / (1.0 - acceleration * (bias + z));
        // All means on one side of the value leave the plain percentiles.
        let level = if moved.is_finite() { moved } else { z };
        let place = normal.cdf(level) * last;
        let (below, above) = (place.floor(), place.ceil());
        let (a, b) = (means[below as usize], means[above as usize]);
        a + (b - a) * (place - below)
    };
    (at(-Z), at(Z))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SKEWED: [f64; 15] = [
        0.1, 0.3, 0.2, 2.5, 0.4, 0.15, 0.9, 0.33, 0.7, 5.1, 0.6, 0.25, 0.8, 1.2, 0.45,
    ];

    /// `scipy.stats.bootstrap((x,), numpy.mean, n_resamples=200000)`, to three standard
    /// deviations that the ends have over seeds with as few resamples as here.
    #[test]
    fn intervals_are_those_of_scipy() {
        let even: Vec<f64> = (0..60).map(|i| f64::from(i * 37 % 101) / 10.0).collect();
        for (numbers, (low, high), room) in [
            (&SKEWED[..], (0.507_1, 2.031), 0.1),
            (&even[..], (4.21, 5.686_7), 0.06),
        ] {
            let mean = Mean::of(numbers).unwrap();
            let (a, b, method) = mean.interval.unwrap();
            assert_eq!(method, Method::Bootstrap);
            assert!((a - low).abs() < room && (b - high).abs() < room, "{a} {b}");
            assert_eq!(Mean::of(numbers), Some(mean));
        }
    }

    #[test]
    fn many_numbers_have_the_normal_interval() {
        let numbers: Vec<f64> = (0..10_000).map(f64::from).collect();
        let mean = Mean::of(&numbers).unwrap();
        let (low, high, method) = mean.interval.unwrap();
        // numpy.std(range(10000), ddof=1) = 2886.8956799071675
        let half = 1.959_963_984_540_054 * 28.868_956_799_071_675;
        assert_eq!((mean.value, method), (4999.5, Method::Normal));
        assert!((low - (4999.5 - half)).abs() < 1e-9 && (high - (4999.5 + half)).abs() < 1e-9);
    }

    #[test]
    fn few_numbers_say_what_they_can() {
        assert_eq!(Mean::of(&[]), None);
        let one = Mean::of(&[3.0]).unwrap();
        assert_eq!((one.value, one.deviation, one.interval), (3.0, None, None));
        let equal = Mean::of(&[2.0; 4]).unwrap().interval.unwrap();
        assert_eq!((equal.0, equal.1), (2.0, 2.0));
    }
}
