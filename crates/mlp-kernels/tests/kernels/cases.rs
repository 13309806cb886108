//! Cases for properties: numbers, sizes and levels, and the comparison by bits.

use mlp_kernels::{Activation, Element, Kernels, Level};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Deterministic numbers: mostly near one, sometimes extreme, zeros of both signs, subnormal, infinite or NaN.
pub(crate) struct Numbers {
    pub(crate) state: u64,
    /// One number in this many is special; 0 for none.
    pub(crate) special: u64,
}

impl Numbers {
    pub(crate) fn next(&mut self) -> u64 {
        // SplitMix64.
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn number<T: Element>(&mut self) -> T {
        if self.special > 0 && self.next().is_multiple_of(self.special) {
            let tiny = if T::LANES == 16 { 1e-42 } else { 1e-310 };
            let small = if T::LANES == 16 { 3e-38 } else { 4e-308 };
            let large = if T::LANES == 16 { 3e38 } else { 1e308 };
            let edges = [
                0.0,
                -0.0,
                tiny,
                -tiny,
                small,
                -small,
                large,
                -large,
                f64::INFINITY,
                f64::NEG_INFINITY,
                f64::NAN,
                -f64::NAN,
                20.0,
                -90.0,
                1e9,
            ];
            return T::from_f64(edges[(self.next() % edges.len() as u64) as usize]);
        }
        let unit = (self.next() >> 11) as f64 / (1u64 << 53) as f64;
        T::from_f64((unit - 0.5) * 4.0)
    }

    pub(crate) fn vector<T: Element>(&mut self, n: usize) -> Vec<T> {
        (0..n).map(|_| self.number()).collect()
    }

    pub(crate) fn activation(&mut self) -> Activation {
        let all: Vec<_> = Activation::DEFAULTS
            .iter()
            .chain(&[Activation::Elu(1.3)])
            .collect();
        *all[(self.next() % all.len() as u64) as usize]
    }

    pub(crate) fn scale<T: Element>(&mut self) -> T {
        T::from_f64(if self.next().is_multiple_of(2) {
            1.0
        } else {
            0.25 + 0.1
        })
    }
}

/// The bits as text, so that a failure names the place.
pub(crate) fn assert_bits<T: Element>(
    what: &str,
    level: Level,
    got: &[T],
    want: &[T],
) -> Result<(), TestCaseError> {
    prop_assert_eq!(got.len(), want.len());
    for (i, (&g, &w)) in got.iter().zip(want).enumerate() {
        // Widening keeps signs and values; NaN are told apart by being canonical.
        let same = g.to_f64().to_bits() == w.to_f64().to_bits();
        prop_assert!(
            same,
            "{} {} {}[{}]: {:e} is not {:e}",
            level,
            T::NAME,
            what,
            i,
            g.to_f64(),
            w.to_f64()
        );
    }
    Ok(())
}

pub(crate) fn run(
    cases: u32,
    test: impl Fn(u64, usize, usize, usize, u64) -> Result<(), TestCaseError>,
) {
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let mut runner =
        TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]));
    let size =
        prop_oneof![4 => 1usize..12, 2 => 12usize..40, 1 => Just(16usize), 1 => 90usize..120];
    let inputs = (
        any::<u64>(),
        size.clone(),
        size,
        1usize..7,
        prop_oneof![Just(0u64), Just(5), Just(60)],
    );
    runner
        .run(&inputs, |(seed, a, b, vectors, special)| {
            test(seed, a, b, vectors, special)
        })
        .unwrap();
}

pub(crate) fn each_level<T: Element>(
    mut test: impl FnMut(Level, Kernels<T>) -> Result<(), TestCaseError>,
) -> Result<(), TestCaseError> {
    for level in Level::supported() {
        test(level, Kernels::new(level).unwrap())?;
    }
    Ok(())
}
