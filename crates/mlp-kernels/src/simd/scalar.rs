//! One lane: the scalar functions and the oracle.

use super::{Simd, Vector};

/// One lane on any processor.
#[derive(Clone, Copy, Debug)]
pub struct Scalar;

macro_rules! scalar {
    ($t:ident, $bits:ident) => {
        impl Vector<$t> for $t {
            type Mask = bool;

            #[inline(always)]
            fn fma(self, b: Self, c: Self) -> Self {
                self.mul_add(b, c)
            }
            #[inline(always)]
            fn sqrt(self) -> Self {
                $t::sqrt(self)
            }
            #[inline(always)]
            fn and(self, other: Self) -> Self {
                $t::from_bits(self.to_bits() & other.to_bits())
            }
            #[inline(always)]
            fn or(self, other: Self) -> Self {
                $t::from_bits(self.to_bits() | other.to_bits())
            }
            #[inline(always)]
            fn xor(self, other: Self) -> Self {
                $t::from_bits(self.to_bits() ^ other.to_bits())
            }
            #[inline(always)]
            fn bits_add(self, other: Self) -> Self {
                $t::from_bits(self.to_bits().wrapping_add(other.to_bits()))
            }
            #[inline(always)]
            fn bits_sub(self, other: Self) -> Self {
                $t::from_bits(self.to_bits().wrapping_sub(other.to_bits()))
            }
            #[inline(always)]
            fn shl(self, count: u32) -> Self {
                $t::from_bits(self.to_bits() << count)
            }
            #[inline(always)]
            fn shr(self, count: u32) -> Self {
                $t::from_bits(self.to_bits() >> count)
            }
            #[inline(always)]
            fn lt(self, other: Self) -> bool {
                self < other
            }
            #[inline(always)]
            fn le(self, other: Self) -> bool {
                self <= other
            }
            #[inline(always)]
            fn least(self, other: Self) -> Self {
                if self < other { self } else { other }
            }
            #[inline(always)]
            fn clamp_abs(self, top: Self) -> Self {
                if self.abs() < top { self.abs() } else { top }
            }
            #[inline(always)]
            fn zero_small(self) -> Self {
                if self.abs() < $t::MIN_POSITIVE {
                    0.0
                } else {
                    self
                }
            }
            #[inline(always)]
            fn any_nan<const N: usize>(vectors: [Self; N]) -> bool {
                vectors.iter().any(|v| v.is_nan())
            }
            #[inline(always)]
            fn is_nan(self) -> bool {
                $t::is_nan(self)
            }
            #[inline(always)]
            fn select(mask: bool, yes: Self, no: Self) -> Self {
                if mask { yes } else { no }
            }
            #[inline(always)]
            fn any(mask: bool) -> bool {
                mask
            }
            #[inline(always)]
            fn lookup(self, table: &[$t; 16]) -> Self {
                table[(self.to_bits() & 15) as usize]
            }
        }

        impl Simd<$t> for Scalar {
            type V = $t;
            type Sum = f64;
            const LANES: usize = 1;
            const REGISTERS: usize = 8;

            #[inline(always)]
            fn splat(self, x: $t) -> $t {
                x
            }
            #[inline(always)]
            unsafe fn load(self, p: *const $t) -> $t {
                // SAFETY: the caller's promise.
                unsafe { p.read() }
            }
            #[inline(always)]
            unsafe fn load_part(self, _: *const $t, _: usize) -> $t {
                0.0
            }
            #[inline(always)]
            unsafe fn store(self, p: *mut $t, v: $t) {
                // SAFETY: the caller's promise.
                unsafe { p.write(v) }
            }
            #[inline(always)]
            unsafe fn store_part(self, _: *mut $t, _: usize, _: $t) {}
            #[inline(always)]
            fn sum_zero(self) -> f64 {
                0.0
            }
            #[inline(always)]
            fn sum_add(self, sum: f64, v: $t) -> f64 {
                sum + f64::from(v)
            }
            #[inline(always)]
            fn sum_add_square(self, sum: f64, v: $t) -> f64 {
                f64::from(v).mul_add(f64::from(v), sum)
            }
            #[inline(always)]
            fn sum_add_product(self, sum: f64, a: $t, b: $t) -> f64 {
                f64::from(a).mul_add(f64::from(b), sum)
            }
            #[inline(always)]
            fn sum_add_weighted_square(self, sum: f64, w: $t, v: $t) -> f64 {
                (f64::from(w) * f64::from(v)).mul_add(f64::from(v), sum)
            }
            #[inline(always)]
            fn sum_total(self, sum: f64) -> f64 {
                sum
            }
        }
    };
}

scalar!(f32, u32);
scalar!(f64, u64);
