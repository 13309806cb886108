//! Chains of fused multiply-adds on registers, for the peak rate.

use crate::Element;
use crate::kernels::args;
use crate::simd::{Simd, Vector};

/// Independent chains: enough to hide a latency of five cycles on two pipes, and with two constants within 16 registers of half a vector.
pub const CHAINS: usize = 6;
pub const CHAINS_WIDE: usize = 12;

#[inline(always)]
pub fn run<T: Element, S: Simd<T>>(s: S, a: args::Peak<'_, T>) -> f64 {
    if S::WIDE {
        chains::<T, S, CHAINS_WIDE>(s, &a)
    } else {
        chains::<T, S, CHAINS>(s, &a)
    }
}

#[inline(always)]
fn chains<T: Element, S: Simd<T>, const N: usize>(s: S, a: &args::Peak<'_, T>) -> f64 {
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
