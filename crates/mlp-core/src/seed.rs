//! Random streams: ChaCha8 keyed by a seed, one stream per purpose.
//!
//! Bits become numbers by the rules written here, not by a library's distributions, so that a
//! dependency's minor release cannot change a result. Every rule is pinned by a value test.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::math;

/// The purpose of a stream of random numbers. Each purpose has its own stream under one seed, so
/// that drawing more numbers for one never changes another.
///
/// `Init`, `Batches`, `Dropout`, `InputNoise`, `Perturbation` and `BiasInit` are keyed by a recipe's `seed`, `Draws` by that of the first;
/// `Generator`, `Noise`, `Split` and `Labels` by its `data_seed`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u64)]
pub enum Purpose {
    /// Initial weights.
    Init = 0,
    /// The order of samples in mini-batches.
    Batches = 1,
    /// Dropout masks: number 0 for the inputs, a layer's index plus 1 for its outputs.
    Dropout = 2,
    /// Noise added to the inputs while training.
    InputNoise = 3,
    /// The direction of the perturbation of the initial weights.
    Perturbation = 4,
    /// Initial biases.
    BiasInit = 5,
    /// The points of a generator.
    Generator = 16,
    /// Noise that a generator adds to its points.
    Noise = 17,
    /// The assignment of samples to parts.
    Split = 18,
    /// Labels that a generator flips or draws.
    Labels = 19,
    /// Sampling of networks or rows by a tool (for instance to verify).
    Sampling = 32,
    /// Values of swept keys that are drawn at random.
    Draws = 33,
    /// The start of the search for an eigenvalue.
    Lanczos = 34,
}

/// A stream of random numbers that depends only on `(seed, purpose)`.
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
        Self::numbered(seed, purpose, 0)
    }

    /// One of several streams of a purpose: ChaCha's stream number is purpose + number * 2^32.
    pub fn numbered(seed: u64, purpose: Purpose, number: u32) -> Self {
        let mut key = [0u8; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        let mut rng = ChaCha8Rng::from_seed(key);
        rng.set_stream(purpose as u64 + (u64::from(number) << 32));
        Self { rng }
    }

    /// 64 uniform bits.
    pub fn bits(&mut self) -> u64 {
        self.rng.next_u64()
    }

    /// 32 uniform bits: one word of the stream.
    pub fn word(&mut self) -> u32 {
        self.rng.next_u32()
    }

    /// A number in `[0, 1)`: the top 53 bits times 2^-53.
    pub fn uniform(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// A number in `[low, high)`, as `low + (high - low) * uniform`.
    pub fn uniform_in(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    /// A standard normal number (Box and Muller 1958, the cosine half; two uniforms per number, none
    /// kept, so that the stream's position is its whole state).
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

    /// The position of the stream, in 32-bit words from its start.
    pub fn position(&self) -> u128 {
        self.rng.get_word_pos()
    }

    /// Moves the stream to a position from [`Stream::position`].
    pub fn set_position(&mut self, words: u128) {
        self.rng.set_word_pos(words);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw<V>(purpose: Purpose, count: usize, mut next: impl FnMut(&mut Stream) -> V) -> Vec<V> {
        let mut stream = Stream::new(7, purpose);
        (0..count).map(|_| next(&mut stream)).collect()
    }

    /// From an implementation of ChaCha8 and of these rules in Python.
    #[test]
    fn values_never_change() {
        let init = Purpose::Init;
        let bits = draw(init, 3, Stream::bits);
        assert_eq!(
            bits,
            [
                0xc39c_a672_2c44_ba73,
                0x7747_b002_ea9d_9d65,
                0x0173_e28d_72a7_fcae
            ]
        );
        let uniform = draw(init, 3, Stream::uniform);
        assert_eq!(
            uniform,
            [
                0.764_109_042_047_738,
                0.465_937_615_119_960_9,
                0.005_674_514_325_306_634
            ]
        );
        let between = draw(init, 1, |stream| stream.uniform_in(-1.0, 3.0));
        assert_eq!(between, [-1.0 + 4.0 * 0.764_109_042_047_738]);
        assert_eq!(
            draw(init, 10, |stream| stream.below(10)),
            [7, 4, 0, 3, 3, 3, 3, 1, 6, 9]
        );
        let mut items: Vec<u32> = (0..10).collect();
        Stream::new(7, Purpose::Batches).shuffle(&mut items);
        assert_eq!(items, [3, 1, 0, 6, 8, 4, 5, 7, 2, 9]);
    }

    /// As above, but for the last bits of Python's logarithm and cosine.
    #[test]
    fn normal_values_never_change() {
        let close = |found: Vec<f64>, expected: [f64; 3]| {
            assert!(
                found
                    .iter()
                    .zip(expected)
                    .all(|(a, b)| (a - b).abs() < 1e-14),
                "{found:?}"
            );
        };
        let normal = draw(Purpose::Init, 3, Stream::normal);
        close(
            normal,
            [
                -1.660_861_219_352_636_4,
                -0.033_841_487_741_571_24,
                -0.511_738_778_667_588_1,
            ],
        );
        let truncated = draw(Purpose::Init, 3, |stream| stream.truncated_normal(0.5));
        close(
            truncated,
            [
                -0.033_841_487_741_571_24,
                0.323_551_287_688_439_16,
                0.283_653_805_860_648_26,
            ],
        );
    }

    #[test]
    fn a_stream_goes_on_from_its_position() {
        let mut stream = Stream::new(1, Purpose::Noise);
        for _ in 0..37 {
            stream.bits();
        }
        let position = stream.position();
        let expected = [stream.bits(), stream.bits()];
        let mut other = Stream::new(1, Purpose::Noise);
        other.set_position(position);
        assert_eq!([other.bits(), other.bits()], expected);
    }

    #[test]
    fn purposes_and_seeds_are_independent() {
        let first = |seed, purpose| Stream::new(seed, purpose).bits();
        let draws = [
            first(0, Purpose::Init),
            first(0, Purpose::Batches),
            first(1, Purpose::Init),
            first(1 << 32, Purpose::Init),
            first(0, Purpose::Sampling),
        ];
        for (index, draw) in draws.iter().enumerate() {
            assert!(!draws[..index].contains(draw));
        }
    }
}
