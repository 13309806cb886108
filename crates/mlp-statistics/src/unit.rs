//! Numbers between 0 and 1, such as probabilities: their mean and spread in little memory.

/// One in units of a number that was taken in.
const ONE: f64 = (1u64 << 32) as f64;

/// Count, mean and standard deviation of numbers between 0 and 1, each rounded to a multiple of 2^-32. Sums are whole
/// numbers, so that any order of up to 2^31 numbers gives the same bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UnitMoments {
    count: u64,
    sum: u64,
    squares: u128,
}

impl UnitMoments {
    /// Adds a number; one outside of 0 to 1 counts as the nearer end. What is no number is left out.
    pub fn push(&mut self, x: f64) {
        if x.is_nan() {
            return;
        }
        let units = (x.clamp(0.0, 1.0) * ONE).round() as u64;
        self.count += 1;
        self.sum += units;
        self.squares += u128::from(units) * u128::from(units);
    }

    /// How many numbers there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Their mean; `None` of no number.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum as f64 / self.count as f64 / ONE)
    }

    /// The sample standard deviation (divided by n - 1); `None` of fewer than two numbers.
    pub fn standard_deviation(&self) -> Option<f64> {
        let (count, sum) = (u128::from(self.count), u128::from(self.sum));
        let squares = (count * self.squares).saturating_sub(sum * sum) as f64;
        let pairs = self.count as f64 * (self.count as f64 - 1.0);
        (self.count > 1).then(|| (squares / pairs).sqrt() / ONE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Moments;

    #[test]
    fn they_are_those_of_moments_in_any_order() {
        let numbers: Vec<f64> = (0..997)
            .map(|i| f64::from(i * 37 % 997) / 996.0)
            .map(|x| x * x)
            .collect();
        let mut ascending = UnitMoments::default();
        let mut descending = UnitMoments::default();
        numbers.iter().for_each(|x| ascending.push(*x));
        numbers.iter().rev().for_each(|x| descending.push(*x));
        assert_eq!(ascending, descending);
        let exact: Moments = numbers.into_iter().collect();
        let near = |a: Option<f64>, b: Option<f64>| (a.unwrap() - b.unwrap()).abs() < 1e-9;
        assert!(near(ascending.mean(), exact.mean()));
        assert!(near(
            ascending.standard_deviation(),
            exact.standard_deviation()
        ));
    }

    #[test]
    fn few_numbers_and_none_say_what_they_can() {
        let mut few = UnitMoments::default();
        few.push(f64::NAN);
        assert_eq!((few.count(), few.mean()), (0, None));
        few.push(1.0);
        assert_eq!((few.mean(), few.standard_deviation()), (Some(1.0), None));
        few.push(1.0);
        assert_eq!(few.standard_deviation(), Some(0.0));
    }
}
