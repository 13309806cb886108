//! The processor's peak rate of fused multiply-adds.

use crate::kernels::args;
use crate::simd::{Simd, Vector};
use crate::{Element, Kernels, Level, UnsupportedLevel};

/// Independent chains: enough to hide a latency of five cycles on two pipes, and with two constants within 16 registers of half a vector.
const CHAINS: usize = 6;
const CHAINS_WIDE: usize = 12;

/// Runs `iterations` rounds of independent fused multiply-adds on registers and returns how many were done, lanes counted. The caller times it;
/// a multiply-add is two FLOP. For [`Level::Portable`] the number says little: the emulation is measured.
///
/// # Errors
/// The processor lacks the level.
pub fn fused_multiply_adds<T: Element>(
    level: Level,
    iterations: u64,
) -> Result<u64, UnsupportedLevel> {
    let kernels = Kernels::<T>::new(level)?;
    let seed = std::hint::black_box([T::from_f64(0.999), T::from_f64(0.001)]);
    std::hint::black_box(kernels.peak(iterations, &seed));
    let chains = if level == Level::Avx512 {
        CHAINS_WIDE
    } else {
        CHAINS
    };
    Ok(iterations * (chains * T::LANES) as u64)
}

#[inline(always)]
pub(crate) fn chains<T: Element, S: Simd<T>>(s: S, a: args::Peak<'_, T>) -> f64 {
    if S::WIDE {
        run::<T, S, CHAINS_WIDE>(s, &a)
    } else {
        run::<T, S, CHAINS>(s, &a)
    }
}

#[inline(always)]
fn run<T: Element, S: Simd<T>, const N: usize>(s: S, a: &args::Peak<'_, T>) -> f64 {
    let (factor, term) = (s.splat(a.seed[0]), s.splat(a.seed[1]));
    let mut sums = [s.splat(a.seed[0]); N];
    for _ in 0..a.iterations {
        for sum in &mut sums {
            *sum = sum.fma(factor, term);
        }
    }
    let total = sums
        .into_iter()
        .fold(s.sum_zero(), |total, v| s.sum_add(total, v));
    s.sum_total(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_lanes_and_rounds() {
        let per_round = fused_multiply_adds::<f32>(Level::Portable, 1).unwrap();
        assert_eq!(per_round, 6 * 16);
        assert_eq!(
            fused_multiply_adds::<f64>(Level::Portable, 10).unwrap(),
            10 * 6 * 8
        );
    }
}
