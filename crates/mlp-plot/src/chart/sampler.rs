//! Random data for charts where no run is at hand: in tests and in the gallery.

use crate::scale::Scale;

/// A source of numbers and texts. The same seed gives the same sequence.
#[derive(Debug, Clone)]
pub struct Sampler {
    state: u64,
    odd: bool,
    /// What every column of numbers is made of.
    given: Option<Vec<f64>>,
}

impl Sampler {
    /// Typical data of a run.
    #[must_use]
    pub fn usual(seed: u64) -> Self {
        Sampler {
            state: seed,
            odd: false,
            given: None,
        }
    }

    /// Unusual data, too: none at all, gaps, infinities, signed zeros, huge ranges, subnormals; texts that are
    /// empty, too long, or in any script.
    #[must_use]
    pub fn odd(seed: u64) -> Self {
        Sampler {
            state: seed,
            odd: true,
            given: None,
        }
    }

    /// Usual data but for the columns of numbers, which repeat these (and are gaps where there are none).
    #[must_use]
    pub fn repeating(numbers: &[f64], seed: u64) -> Self {
        Sampler {
            state: seed,
            odd: false,
            given: Some(numbers.to_vec()),
        }
    }

    /// Sixty-four random bits, by Steele, Lea and Flood's SplitMix (2014).
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A number in [0, 1).
    pub fn uniform(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Approximately standard normal: the sum of twelve uniform numbers minus six.
    pub fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }

    /// An integer below `end`, which is at least 1.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// A random boolean.
    pub fn flag(&mut self) -> bool {
        self.next() & 1 == 1
    }

    /// A count: at most `most`, and at least half of that unless unusual data are requested.
    pub fn count(&mut self, most: usize) -> usize {
        let least = if self.odd { 0 } else { most.div_ceil(2) };
        least + self.below(most - least + 1)
    }

    /// One number.
    pub fn number(&mut self) -> f64 {
        if !self.odd {
            return self.normal();
        }
        match self.below(12) {
            0..6 => 20.0 * self.uniform() - 10.0,
            6..9 => self.uniform(),
            9..11 => 10f64.powf(600.0 * self.uniform() - 300.0),
            _ => [
                f64::NAN,
                f64::INFINITY,
                f64::NEG_INFINITY,
                0.0,
                -0.0,
                f64::MAX,
                f64::MIN,
                f64::MIN_POSITIVE,
                5e-324,
            ][self.below(9)],
        }
    }

    /// A column of numbers: decreasing, or unusual, which may be random, constant, of one magnitude or like those of a
    /// population of which few networks exploded, and end early.
    pub fn numbers(&mut self, len: usize) -> Vec<f64> {
        if let Some(given) = &self.given {
            let mut numbers: Vec<f64> = given.iter().copied().cycle().take(len).collect();
            numbers.resize(len, f64::NAN);
            return numbers;
        }
        if !self.odd {
            let (rate, floor) = (0.2 * self.uniform(), 0.1 * self.uniform());
            let fall = |i: usize| 1.0 / (1.0 + rate * i as f64) + floor;
            return (0..len)
                .map(|i| fall(i) * (1.0 + 0.05 * self.normal()))
                .collect();
        }
        let known = self.below(len + 1);
        let mut values: Vec<f64> = match self.below(4) {
            0 => (0..known).map(|_| self.number()).collect(),
            1 => vec![self.number(); known],
            // Usual ones, and some that exploded.
            2 => {
                let exploded = |s: &mut Self| match s.below(20) {
                    0 => [1e34, -1e34, 1e144, f64::NAN][s.below(4)],
                    _ => 1.0 + 0.1 * s.normal(),
                };
                (0..known).map(|_| exploded(self)).collect()
            }
            _ => {
                let scale = self.number();
                (0..known)
                    .map(|_| scale * (0.9 + 0.2 * self.uniform()))
                    .collect()
            }
        };
        values.resize(len, f64::NAN);
        values
    }

    /// At most this many positions of an axis: finite and strictly ascending.
    pub fn places(&mut self, most: usize) -> Vec<f64> {
        let count = self.count(most);
        if !self.odd {
            let step = [0.5, 1.0, 10.0][self.below(3)];
            return (0..count).map(|i| step * i as f64).collect();
        }
        let mut places = self.numbers(count);
        places.retain(|place| place.is_finite());
        places.sort_by(f64::total_cmp);
        places.dedup();
        places
    }

    /// Any scale.
    pub fn scale(&mut self) -> Scale {
        [Scale::Auto, Scale::Linear, Scale::Log, Scale::Symlog][self.below(4)]
    }

    /// A text.
    pub fn text(&mut self) -> String {
        let usual = ["loss", "weight norm", "test accuracy", "learning rate"];
        let odd = [
            "loss",
            "",
            "a rather long name <of> & \"something\" that goes on and on and on",
            "中文 ü 🙂 \u{7}",
        ];
        let texts = if self.odd { odd } else { usual };
        texts[self.below(4)].to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_numbers_and_usual_ones_are_finite() {
        let take = |sampler: &mut Sampler| (sampler.numbers(50), sampler.text(), sampler.places(9));
        // Equal values that a closure takes over are one value to optimised rustc 1.95: rust-lang/rust#155241.
        let [mut one, mut other] = [Sampler::usual(3), Sampler::usual(3)];
        assert_eq!(take(&mut one), take(&mut other));
        let (numbers, _, places) = take(&mut Sampler::usual(4));
        assert!(
            numbers
                .iter()
                .chain(&places)
                .all(|number| number.is_finite())
        );
        assert!((25..=50).contains(&Sampler::usual(5).count(50)));
    }

    #[test]
    fn odd_numbers_have_gaps_and_every_magnitude() {
        let numbers: Vec<f64> = (0..200)
            .flat_map(|seed| Sampler::odd(seed).numbers(20))
            .collect();
        let any = |is: fn(&f64) -> bool| numbers.iter().any(is);
        assert!(any(|x| x.is_nan()) && any(|x| x.is_infinite()) && any(|x| *x == 0.0));
        assert!(any(|x| x.abs() > 1e100) && any(|x| *x != 0.0 && x.abs() < 1e-100));
    }
}
