//! Count, mean and central moments of a stream of numbers, independent of its order.

use ethnum::{I256, U256};

/// Bits that a number's mantissa has behind the leading one.
const MANTISSA: u32 = 52;
/// The biased exponent of 2^0 for a mantissa that is read as an integer.
const BIAS: i32 = 1075;

/// Numbers with the same sign and power of two. Their mantissas are integers below 2^53, whose power sums
/// are exact for up to 2^43 numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Binade {
    /// The biased exponent, negative for negative numbers.
    key: i16,
    count: u64,
    first: u128,
    /// Sums of the second, third and fourth powers.
    powers: [U256; 3],
}

/// Count, mean and the central moments of second to fourth order.
#[derive(Clone, Copy, Debug, Default)]
struct Central {
    count: f64,
    mean: f64,
    sums: [f64; 3],
}

/// The first four moments of finite numbers, from exact power sums: any order and any division of the numbers
/// gives the same bits, and merging is exact.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Moments {
    /// Ascending by key.
    binades: Vec<Binade>,
}

impl Moments {
    /// Adds a number. Non-finite numbers are ignored.
    pub fn push(&mut self, x: f64) {
        if !x.is_finite() {
            return;
        }
        let bits = x.to_bits();
        let exponent = ((bits >> MANTISSA) & 0x7ff) as i16;
        let low = bits & ((1 << MANTISSA) - 1);
        // Numbers below the smallest normal one share its scale.
        let (exponent, mantissa) = match exponent {
            0 => (1, low),
            _ => (exponent, low | (1 << MANTISSA)),
        };
        let key = if x < 0.0 { -exponent } else { exponent };
        let binade = self.binade(key);
        let square = u128::from(mantissa) * u128::from(mantissa);
        let square = U256::new(square);
        let powers = [square, square * U256::from(mantissa), square * square];
        binade.count += 1;
        binade.first += u128::from(mantissa);
        for (sum, power) in binade.powers.iter_mut().zip(powers) {
            *sum = sum.wrapping_add(power);
        }
    }

    /// Merges another stream.
    pub fn merge(&mut self, other: &Self) {
        for theirs in &other.binades {
            let own = self.binade(theirs.key);
            own.count += theirs.count;
            own.first += theirs.first;
            for (sum, power) in own.powers.iter_mut().zip(theirs.powers) {
                *sum = sum.wrapping_add(power);
            }
        }
    }

    fn binade(&mut self, key: i16) -> &mut Binade {
        let place = self.binades.binary_search_by_key(&key, |binade| binade.key);
        let place = place.unwrap_or_else(|place| {
            let empty = Binade {
                key,
                count: 0,
                first: 0,
                powers: [U256::ZERO; 3],
            };
            self.binades.insert(place, empty);
            place
        });
        &mut self.binades[place]
    }

    /// The count of numbers.
    pub fn count(&self) -> u64 {
        self.binades.iter().map(|binade| binade.count).sum()
    }

    /// The largest biased exponent: that of the unit in which moments are taken, so that nothing
    /// overflows.
    fn unit(&self) -> i32 {
        let exponents = self.binades.iter().map(|b| i32::from(b.key.unsigned_abs()));
        exponents.max().unwrap_or(BIAS)
    }

    /// The mean; `None` if empty.
    pub fn mean(&self) -> Option<f64> {
        let count = self.count();
        let unit = self.unit();
        // Summing from small to large magnitudes loses the least.
        let mut order: Vec<&Binade> = self.binades.iter().collect();
        order.sort_by_key(|binade| (binade.key.unsigned_abs(), binade.key));
        let sum: f64 = order
            .iter()
            .map(|binade| binade.mean(unit) * binade.count as f64)
            .sum();
        let mean = match &order[..] {
            // The mean of equal numbers is exact.
            [only] => only.mean(unit),
            _ => sum / count as f64,
        };
        (count > 0).then(|| scaled(mean, unit - BIAS))
    }

    /// The central moments in the unit's scale, binade by binade in the order of the numbers.
    fn central(&self) -> Central {
        let unit = self.unit();
        let mut all = Central::default();
        for binade in &self.binades {
            all.merge(&binade.central(unit));
        }
        all
    }

    /// The sum of the squared deviations from the mean.
    pub fn squares(&self) -> f64 {
        let half = self.unit() - BIAS;
        scaled(scaled(self.central().sums[0], half), half)
    }

    /// The sample standard deviation (divided by n - 1); `None` for fewer than two numbers.
    pub fn standard_deviation(&self) -> Option<f64> {
        let count = self.count();
        let variance = || self.central().sums[0] / (count - 1) as f64;
        (count > 1).then(|| scaled(variance().sqrt(), self.unit() - BIAS))
    }

    /// Skewness: the third central moment over the 1.5th power of the second. `None` where all
    /// numbers are equal.
    pub fn skewness(&self) -> Option<f64> {
        let Central { count, sums, .. } = self.central();
        let [m2, m3, _] = sums;
        (m2 > 0.0).then(|| count.sqrt() * m3 / (m2 * m2.sqrt()))
    }

    /// Excess kurtosis: the fourth central moment over the square of the second, less 3. `None` where
    /// all numbers are equal.
    pub fn excess_kurtosis(&self) -> Option<f64> {
        let Central { count, sums, .. } = self.central();
        let [m2, _, m4] = sums;
        (m2 > 0.0).then(|| count * m4 / (m2 * m2) - 3.0)
    }
}

impl FromIterator<f64> for Moments {
    fn from_iter<I: IntoIterator<Item = f64>>(numbers: I) -> Self {
        let mut moments = Self::default();
        numbers.into_iter().for_each(|x| moments.push(x));
        moments
    }
}

impl Binade {
    /// The integer below the mean mantissa, and the remainder of the sum.
    fn middle(&self) -> (u64, f64) {
        let count = u128::from(self.count);
        ((self.first / count) as u64, (self.first % count) as f64)
    }

    fn factor(&self, unit: i32) -> f64 {
        let factor = scaled(1.0, i32::from(self.key.unsigned_abs()) - unit);
        if self.key < 0 { -factor } else { factor }
    }

    fn mean(&self, unit: i32) -> f64 {
        let (middle, rest) = self.middle();
        (middle as f64 + rest / self.count as f64) * self.factor(unit)
    }

    /// Central moments, first about an integer, without rounding, then about the mean.
    fn central(&self, unit: i32) -> Central {
        let (middle, rest) = self.middle();
        let (n, c) = (I256::from(self.count), I256::from(middle));
        let s1 = U256::new(self.first).as_i256();
        let [s2, s3, s4] = self.powers.map(U256::as_i256);
        // What wraps on the way comes back: the results fit.
        let times = |a: I256, b: I256| a.wrapping_mul(b);
        let (c2, c3) = (times(c, c), times(times(c, c), c));
        let whole = |factor: i128| I256::new(factor);
        let d2 = s2
            .wrapping_sub(times(whole(2), times(c, s1)))
            .wrapping_add(times(n, c2));
        let d3 = s3
            .wrapping_sub(times(whole(3), times(c, s2)))
            .wrapping_add(times(whole(3), times(c2, s1)))
            .wrapping_sub(times(n, c3));
        let d4 = s4
            .wrapping_sub(times(whole(4), times(c, s3)))
            .wrapping_add(times(whole(6), times(c2, s2)))
            .wrapping_sub(times(whole(4), times(c3, s1)))
            .wrapping_add(times(n, times(c3, c)));
        let [d2, d3, d4] = [d2, d3, d4].map(I256::as_f64);
        let count = self.count as f64;
        let off = rest / count;
        let square = off * off;
        let m2 = d2 - count * square;
        let m3 = d3 - 3.0 * off * d2 + 2.0 * count * square * off;
        let m4 = d4 - 4.0 * off * d3 + 6.0 * square * d2 - 3.0 * count * square * square;
        let f = self.factor(unit);
        Central {
            count,
            mean: self.mean(unit),
            sums: [m2 * f * f, m3 * f * f * f, m4 * f * f * f * f],
        }
    }
}

impl Central {
    /// Pébay 2008, "Formulas for robust, one-pass parallel computation of covariances and
    /// arbitrary-order statistical moments", equation 2.1.
    fn merge(&mut self, other: &Self) {
        if self.count == 0.0 {
            *self = *other;
            return;
        }
        let (a, b) = (self.count, other.count);
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
        self.count = n;
    }
}

/// A number times a power of two, in two steps, each of which is a power that there is.
fn scaled(x: f64, power: i32) -> f64 {
    let half = power / 2;
    x * 2f64.powi(half) * 2f64.powi(power - half)
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
        numbers.iter().copied().collect()
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
    fn exact_sums_give_what_the_definitions_say() {
        close(&of(&numbers()), by_definition(&numbers()));
        let wide: Vec<f64> = (0..400)
            .map(|i| f64::from(i * 37 % 101 - 50) * 10f64.powi(i % 7 - 3))
            .collect();
        close(&of(&wide), by_definition(&wide));
        // Sizes whose powers f64 cannot hold.
        let far = |size: f64| wide.iter().map(|x| x * size).collect::<Vec<f64>>();
        for size in [1e280, 1e-280] {
            let [mean, deviation, skewness, kurtosis] = by_definition(&wide);
            let found = of(&far(size));
            close(&found, [mean * size, deviation * size, skewness, kurtosis]);
            let ratio = found.standard_deviation().unwrap() / (deviation * size);
            assert!((ratio - 1.0).abs() < 1e-9, "{ratio}");
        }
    }

    #[test]
    fn few_and_equal_numbers_say_what_they_can() {
        assert_eq!(Moments::default().mean(), None);
        assert_eq!(of(&[0.1]).mean(), Some(0.1));
        assert_eq!(of(&[f64::NAN, f64::INFINITY]).count(), 0);
        let equal = of(&[0.3; 7]);
        assert_eq!(
            (equal.mean(), equal.standard_deviation(), equal.skewness()),
            (Some(0.3), Some(0.0), None)
        );
        let zeros = of(&[0.0, -0.0, 0.0]);
        assert_eq!(
            (zeros.mean(), zeros.standard_deviation()),
            (Some(0.0), Some(0.0))
        );
        let signs = of(&[-1.0, 1.0, 5e-324]);
        assert_eq!(signs.standard_deviation(), Some(1.0));
        assert_eq!(of(&[0.5, 1.0]).mean(), Some(0.75));
    }

    #[test]
    fn neither_order_nor_cut_matters() {
        let all = numbers();
        let whole = of(&all);
        let reversed: Moments = all.iter().rev().copied().collect();
        assert_eq!(reversed, whole);
        for cut in [0, 1, 100, 256, 257] {
            let mut merged = of(&all[cut..]);
            merged.merge(&of(&all[..cut]));
            assert_eq!(merged, whole);
            assert_eq!(
                merged.mean().map(f64::to_bits),
                whole.mean().map(f64::to_bits)
            );
        }
    }
}
