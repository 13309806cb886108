//! Count, mean and central moments of a stream of numbers.

/// The first four moments, updated number by number (Pébay 2008, "Formulas for robust, one-pass
/// parallel computation of covariances and arbitrary-order statistical moments", equations 1.5 and
/// 2.1). The order of the numbers is part of the result's last bits.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Moments {
    count: u64,
    mean: f64,
    /// Sums of the second, third and fourth powers of the deviations from the mean.
    sums: [f64; 3],
}

impl Moments {
    /// Adds a number.
    pub(crate) fn push(&mut self, x: f64) {
        let before = self.count as f64;
        self.count += 1;
        let n = self.count as f64;
        let delta = x - self.mean;
        let share = delta / n;
        let square = share * share;
        let term = delta * share * before;
        let [m2, m3, _] = self.sums;
        self.mean += share;
        self.sums[2] +=
            term * square * (n * n - 3.0 * n + 3.0) + 6.0 * square * m2 - 4.0 * share * m3;
        self.sums[1] += term * share * (n - 2.0) - 3.0 * share * m2;
        self.sums[0] += term;
    }

    /// Adds the numbers of another stream.
    pub(crate) fn merge(&mut self, other: &Self) {
        if other.count == 0 {
            return;
        }
        if self.count == 0 {
            *self = *other;
            return;
        }
        let (a, b) = (self.count as f64, other.count as f64);
        let n = a + b;
        let delta = other.mean - self.mean;
        let share = delta / n;
        let ([a2, a3, a4], [b2, b3, b4]) = (self.sums, other.sums);
        let square = share * share;
        self.sums[2] = a4
            + b4
            + delta * share * square * a * b * (a * a - a * b + b * b)
            + 6.0 * square * (a * a * b2 + b * b * a2)
            + 4.0 * share * (a * b3 - b * a3);
        self.sums[1] = a3 + b3 + delta * square * a * b * (a - b) + 3.0 * share * (a * b2 - b * a2);
        self.sums[0] = a2 + b2 + delta * share * a * b;
        self.mean += share * b;
        self.count += other.count;
    }

    /// How many numbers there are.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// Their mean; `None` of no number.
    pub(crate) fn mean(&self) -> Option<f64> {
        (self.count > 0).then_some(self.mean)
    }

    /// The sum of the squared deviations from the mean.
    pub(crate) fn squares(&self) -> f64 {
        self.sums[0]
    }

    /// The sample standard deviation (divided by n - 1); `None` of fewer than two numbers.
    pub(crate) fn standard_deviation(&self) -> Option<f64> {
        (self.count > 1).then(|| (self.sums[0] / (self.count - 1) as f64).sqrt())
    }

    /// Skewness: the third central moment over the 1.5th power of the second. `None` where all
    /// numbers are equal.
    pub(crate) fn skewness(&self) -> Option<f64> {
        let [m2, m3, _] = self.sums;
        (m2 > 0.0).then(|| (self.count as f64).sqrt() * m3 / (m2 * m2.sqrt()))
    }

    /// Excess kurtosis: the fourth central moment over the square of the second, less 3. `None` where
    /// all numbers are equal.
    pub(crate) fn excess_kurtosis(&self) -> Option<f64> {
        let [m2, _, m4] = self.sums;
        (m2 > 0.0).then(|| self.count as f64 * m4 / (m2 * m2) - 3.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers() -> Vec<f64> {
        // Far from zero, so that sums of powers would cancel.
        (0..257u32)
            .map(|i| 1e6 + f64::from(i.wrapping_mul(2_654_435_761) >> 20).powi(2) * 1e-3)
            .collect()
    }

    fn of(numbers: &[f64]) -> Moments {
        let mut moments = Moments::default();
        numbers.iter().for_each(|&x| moments.push(x));
        moments
    }

    /// Two passes, as the definitions say.
    fn by_definition(numbers: &[f64]) -> [f64; 4] {
        let n = numbers.len() as f64;
        let mean = numbers.iter().sum::<f64>() / n;
        let central = |power| numbers.iter().map(|x| (x - mean).powi(power)).sum::<f64>() / n;
        let variance = central(2);
        [
            mean,
            (variance * n / (n - 1.0)).sqrt(),
            central(3) / variance.powf(1.5),
            central(4) / (variance * variance) - 3.0,
        ]
    }

    fn close(moments: &Moments, expected: [f64; 4]) {
        let found = [
            moments.mean(),
            moments.standard_deviation(),
            moments.skewness(),
            moments.excess_kurtosis(),
        ];
        for (found, expected) in found.into_iter().zip(expected) {
            let found = found.unwrap();
            assert!(
                (found - expected).abs() <= 1e-9 * expected.abs().max(1e-3),
                "{found} {expected}"
            );
        }
    }

    #[test]
    fn one_pass_gives_what_the_definitions_say() {
        close(&of(&numbers()), by_definition(&numbers()));
        assert_eq!(Moments::default().mean(), None);
        let equal = of(&[2.0, 2.0]);
        assert_eq!(
            (equal.standard_deviation(), equal.skewness()),
            (Some(0.0), None)
        );
    }

    #[test]
    fn merged_streams_have_the_moments_of_all_numbers() {
        let all = numbers();
        for cut in [0, 1, 100, 256, 257] {
            let mut merged = of(&all[..cut]);
            merged.merge(&of(&all[cut..]));
            assert_eq!(merged.count(), 257);
            close(&merged, by_definition(&all));
        }
    }
}
