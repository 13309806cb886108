//! Proportions.

/// The 97.5 % quantile of the standard normal distribution: 95 % lie within this many standard deviations.
pub(crate) const Z: f64 = 1.959_963_984_540_054;

/// Successes out of a number of trials.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Proportion {
    /// Successes.
    pub successes: u64,
    /// Trials.
    pub trials: u64,
}

impl Proportion {
    /// Counts one more trial.
    pub fn push(&mut self, success: bool) {
        self.successes += u64::from(success);
        self.trials += 1;
    }

    /// The proportion of successes; `None` without trials.
    pub fn share(&self) -> Option<f64> {
        (self.trials > 0).then(|| self.successes as f64 / self.trials as f64)
    }

    /// The 95 % interval of Wilson (1927, "Probable inference, the law of succession, and statistical
    /// inference"); `None` without trials.
    pub fn interval(&self) -> Option<(f64, f64)> {
        let (n, p) = (self.trials as f64, self.share()?);
        let scale = 1.0 + Z * Z / n;
        let middle = (p + Z * Z / (2.0 * n)) / scale;
        let half = Z / scale * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        // At 0 and 1 the bounds are exact, where the formula has a rounding error.
        let low = match self.successes {
            0 => 0.0,
            _ => middle - half,
        };
        let high = match self.trials - self.successes {
            0 => 1.0,
            _ => middle + half,
        };
        Some((low, high))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `scipy.stats.binomtest(k, n).proportion_ci(method="wilson")`.
    #[test]
    fn intervals_are_those_of_scipy() {
        for (successes, trials, low, high) in [
            (8, 10, 0.490_162_471_536_641_8, 0.943_317_848_545_624_8),
            (176, 1000, 0.153_649_424_658_045_6, 0.200_830_314_840_594_1),
            (0, 20, 0.0, 0.161_125_158_052_819_35),
        ] {
            let found = Proportion { successes, trials }.interval().unwrap();
            assert!((found.0 - low).abs() < 1e-12, "{found:?}");
            assert!((found.1 - high).abs() < 1e-12, "{found:?}");
        }
        for trials in [1, 3, 7, 145, 60_000] {
            let share = |successes| Proportion { successes, trials }.interval().unwrap();
            assert_eq!((share(0).0, share(trials).1), (0.0, 1.0));
        }
        assert_eq!(Proportion::default().interval(), None);
    }
}
