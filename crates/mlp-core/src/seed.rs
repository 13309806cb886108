//! Random streams: ChaCha8 keyed by a seed, one stream per purpose.
//!
//! Bits become numbers by the rules written here, not by a library's distributions, so that a
//! dependency's minor release cannot change a result. Every rule is pinned by a value test.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::math;

/// What a stream of random numbers is for. Each purpose has a stream of its own under one seed, so
/// that drawing more numbers for one never moves another.
///
/// `Init`, `Batches`, `Dropout` and `InputNoise` are keyed by a recipe's `seed`; `Generator`,
/// `Noise`, `Split` and `Labels` by its `data_seed`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u64)]
pub enum Purpose {
    /// Initial weights.
    Init = 0,
    /// The order of samples in mini-batches.
    Batches = 1,
    /// Dropout masks.
    Dropout = 2,
    /// Noise added to the inputs while training.
    InputNoise = 3,
    /// Where a generator puts its points.
    Generator = 16,
    /// Noise that a generator adds to its points.
    Noise = 17,
    /// Which samples go to which part.
    Split = 18,
    /// Labels that a generator flips or draws.
    Labels = 19,
    /// Which networks or rows a tool looks at (a sample to verify, say).
    Sampling = 32,
}

/// A stream of random numbers that depends on `(seed, purpose)` alone.
///
/// ```
/// use mlp_core::seed::{Purpose, Stream};
/// let mut a = Stream::new(7, Purpose::Init);
/// let mut b = Stream::new(7, Purpose::Init);
/// assert_eq!(a.uniform().to_bits(), b.uniform().to_bits());
/// ```
#[derive(Clone, Debug)]
pub struct Stream {
    rng: ChaCha8Rng,
}

impl Stream {
    /// The stream of `purpose` under `seed`. The key is the seed's eight little-endian bytes
    /// followed by zeros; the purpose is ChaCha's stream number.
    pub fn new(seed: u64, purpose: Purpose) -> Self {
        let mut key = [0u8; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        let mut rng = ChaCha8Rng::from_seed(key);
        rng.set_stream(purpose as u64);
        Self { rng }
    }

    /// 64 uniform bits.
    pub fn bits(&mut self) -> u64 {
        self.rng.next_u64()
    }

    /// A number in `[0, 1)`: the top 53 bits times 2^-53.
    pub fn uniform(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// A number in `[low, high)`, as `low + (high - low) * uniform`.
    pub fn uniform_in(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    /// A standard normal number (Box and Muller 1958, the cosine half; two uniforms a number, none
    /// kept back, so that the stream's position tells all).
    pub fn normal(&mut self) -> f64 {
        // 1 - u lies in (0, 1], where the logarithm is finite.
        let radius = (-2.0 * math::ln(1.0 - self.uniform())).sqrt();
        radius * math::cos(std::f64::consts::TAU * self.uniform())
    }

    /// A standard normal number inside `[-limit, limit]`, by rejection.
    ///
    /// # Panics
    /// If `limit` is not a positive number.
    pub fn truncated_normal(&mut self, limit: f64) -> f64 {
        assert!(limit > 0.0, "the limit of a truncated normal is positive");
        loop {
            let x = self.normal();
            if x.abs() <= limit {
                return x;
            }
        }
    }

    /// A whole number in `0..n`, without bias (Lemire 2019, multiply and reject).
    ///
    /// # Panics
    /// If `n` is zero.
    pub fn below(&mut self, n: u64) -> u64 {
        assert!(n > 0, "no number lies below zero");
        let reject_under = n.wrapping_neg() % n;
        loop {
            let wide = u128::from(self.bits()) * u128::from(n);
            if wide as u64 >= reject_under {
                return (wide >> 64) as u64;
            }
        }
    }

    /// Shuffles in place (Fisher and Yates, from the end).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.below(last as u64 + 1) as usize;
            items.swap(last, other);
        }
    }

    /// Where the stream stands, in 32-bit words from its start.
    pub fn position(&self) -> u128 {
        self.rng.get_word_pos()
    }

    /// Moves the stream to a position that [`Stream::position`] gave.
    pub fn set_position(&mut self, words: u128) {
        self.rng.set_word_pos(words);
    }
}
