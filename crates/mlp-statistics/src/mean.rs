//! Means with intervals.

use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::Moments;

/// The method by which the interval of a mean was computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// Student's t (1908) with n - 1 degrees of freedom.
    #[default]
    StudentsT,
}

impl Method {
    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::StudentsT => "t",
        }
    }
}

/// Coverage of the interval of a mean by the number of values, for exponentials of normal values.
const SKEWED: [(f64, f64); 10] = [
    (2.0, 0.894),
    (3.0, 0.838),
    (5.0, 0.82),
    (10.0, 0.839),
    (20.0, 0.867),
    (50.0, 0.899),
    (100.0, 0.917),
    (300.0, 0.935),
    (1000.0, 0.942),
    (3000.0, 0.95),
];

/// The measured coverage of the 95 % interval of a [`Mean`] of this many strongly skewed values
/// (lognormal ones). For normal values, and for Student's t with three degrees of freedom, it covers 0.95
/// or slightly more for any number.
pub fn mean_coverage(count: u64) -> f64 {
    measured(&SKEWED, count)
}

/// A measured coverage, interpolated between the simulated numbers of values, linearly in the logarithm of the
/// number.
pub(crate) fn measured(table: &[(f64, f64)], count: u64) -> f64 {
    let n = count as f64;
    let place = table.partition_point(|(at, _)| *at <= n);
    match (table.get(place.wrapping_sub(1)), table.get(place)) {
        (Some(a), Some(b)) => a.1 + (b.1 - a.1) * (n / a.0).ln() / (b.0 / a.0).ln(),
        (Some(only), None) | (None, Some(only)) => only.1,
        (None, None) => f64::NAN,
    }
}

/// A mean with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mean {
    /// The mean.
    pub value: f64,
    /// Sample standard deviation; `None` for a single number.
    pub deviation: Option<f64>,
    /// The interval; `None` for a single number.
    pub interval: Option<(f64, f64)>,
    /// The method of the interval.
    pub method: Method,
    /// The count of numbers.
    pub count: u64,
}

impl Mean {
    /// The mean of the finite numbers, with Student's interval. `None` if there are none.
    pub fn of(numbers: &[f64]) -> Option<Self> {
        Self::of_moments(&numbers.iter().copied().collect())
    }

    /// The mean of numbers with these moments.
    pub fn of_moments(moments: &Moments) -> Option<Self> {
        let value = moments.mean()?;
        let count = moments.count();
        let deviation = moments.standard_deviation();
        let interval = deviation.and_then(|deviation| {
            let n = count as f64;
            let student = StudentsT::new(0.0, 1.0, n - 1.0).ok()?;
            let half = student.inverse_cdf(0.975) * deviation / n.sqrt();
            Some((value - half, value + half))
        });
        Some(Self {
            value,
            deviation,
            interval,
            method: Method::StudentsT,
            count,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SKEWED: [f64; 15] = [
        0.1, 0.3, 0.2, 2.5, 0.4, 0.15, 0.9, 0.33, 0.7, 5.1, 0.6, 0.25, 0.8, 1.2, 0.45,
    ];

    /// `scipy.stats.ttest_1samp(x, 0).confidence_interval()`
    #[test]
    fn intervals_are_those_of_scipy() {
        let even: Vec<f64> = (0..60).map(|i| f64::from(i * 37 % 101) / 10.0).collect();
        for (numbers, low, high) in [
            (&SKEWED[..], 0.21197689893027727, 1.6520231010697226),
            (&even[..], 4.192320089671352, 5.711013243661981),
            (&SKEWED[..2], -1.0706204736174694, 1.4706204736174693),
        ] {
            let mean = Mean::of(numbers).unwrap();
            let (a, b) = mean.interval.unwrap();
            assert!((a - low).abs() < 1e-9 && (b - high).abs() < 1e-9, "{a} {b}");
        }
    }

    #[test]
    fn few_numbers_say_what_they_can() {
        assert_eq!(Mean::of(&[]), None);
        let one = Mean::of(&[3.0]).unwrap();
        assert_eq!((one.value, one.deviation, one.interval), (3.0, None, None));
        let equal = Mean::of(&[2.0; 4]).unwrap().interval.unwrap();
        assert_eq!((equal.0, equal.1), (2.0, 2.0));
    }

    #[test]
    fn between_measured_numbers_coverage_is_interpolated() {
        assert_eq!(mean_coverage(5), 0.82);
        assert!((mean_coverage(7) - 0.829).abs() < 2e-3);
        assert_eq!((mean_coverage(1), mean_coverage(1_000_000)), (0.894, 0.95));
    }
}
