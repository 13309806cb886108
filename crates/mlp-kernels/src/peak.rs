//! The processor's peak rate of fused multiply-adds.

use crate::peak_chains::{CHAINS, CHAINS_WIDE};
use crate::{Element, Kernels, Level, UnsupportedLevel};

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
