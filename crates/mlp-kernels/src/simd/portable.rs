//! Arrays of lanes in plain Rust, which the compiler vectorises for whatever the target has.

use super::{Lanes, Simd, Vector};
use std::ops::{Add, Div, Mul, Sub};

/// The level that every processor supports.
#[derive(Clone, Copy, Debug)]
pub struct Portable;

/// `f32::mul_add` where the target lacks the instruction: the product is exact in `f64`, the sum is rounded to odd there, and rounding that to `f32`
/// rounds once (Boldo and Melquiond 2008).
#[inline(always)]
fn fma_f32(a: f32, b: f32, c: f32) -> f32 {
    if cfg!(any(target_feature = "fma", target_arch = "aarch64")) {
        return a.mul_add(b, c);
    }
    let (product, c) = (f64::from(a) * f64::from(b), f64::from(c));
    let sum = product + c;
    // Knuth's exact error of the sum; NaN where an addend is infinite, which then counts as exact.
    let virtual_c = sum - product;
    let error = (product - (sum - virtual_c)) + (c - virtual_c);
    let bits = sum.to_bits();
    let inexact = (error < 0.0) | (error > 0.0);
    let toward = u64::from((error > 0.0) == (sum > 0.0));
    // An inexact even sum moves one unit to the side of the exact value and is odd then.
    let moved = bits.wrapping_add(toward.wrapping_mul(2)).wrapping_sub(1);
    let odd = if inexact & (bits & 1 == 0) {
        moved
    } else {
        bits
    };
    f64::from_bits(odd) as f32
}

#[inline(always)]
fn fma_f64(a: f64, b: f64, c: f64) -> f64 {
    a.mul_add(b, c)
}

macro_rules! portable {
    ($name:ident, $t:ident, $bits:ident, $lanes:literal, $fma:ident) => {
        #[derive(Clone, Copy, Debug)]
        #[repr(align(64))]
        pub struct $name([$t; $lanes]);

        impl $name {
            #[inline(always)]
            fn zip(self, other: Self, f: impl Fn($t, $t) -> $t) -> Self {
                let mut out = self;
                for i in 0..$lanes {
                    out.0[i] = f(self.0[i], other.0[i]);
                }
                out
            }
            #[inline(always)]
            fn zip_bits(self, other: Self, f: impl Fn($bits, $bits) -> $bits) -> Self {
                self.zip(other, |a, b| $t::from_bits(f(a.to_bits(), b.to_bits())))
            }
            #[inline(always)]
            fn test(self, other: Self, f: impl Fn($t, $t) -> bool) -> [bool; $lanes] {
                let mut out = [false; $lanes];
                for i in 0..$lanes {
                    out[i] = f(self.0[i], other.0[i]);
                }
                out
            }
        }

        portable!(@operator $name, Add, add, +);
        portable!(@operator $name, Sub, sub, -);
        portable!(@operator $name, Mul, mul, *);
        portable!(@operator $name, Div, div, /);

        impl Vector<$t> for $name {
            type Mask = [bool; $lanes];

            // The emulation is long; inlined into every kernel it would only cost build time.
            #[cfg_attr(any(target_feature = "fma", target_arch = "aarch64"), inline(always))]
            #[cfg_attr(not(any(target_feature = "fma", target_arch = "aarch64")), inline(never))]
            fn fma(self, b: Self, c: Self) -> Self {
                let mut out = self;
                for i in 0..$lanes {
                    out.0[i] = $fma(self.0[i], b.0[i], c.0[i]);
                }
                out
            }
            #[inline(always)]
            fn sqrt(self) -> Self {
                self.zip(self, |a, _| a.sqrt())
            }
            #[inline(always)]
            fn and(self, other: Self) -> Self {
                self.zip_bits(other, |a, b| a & b)
            }
            #[inline(always)]
            fn or(self, other: Self) -> Self {
                self.zip_bits(other, |a, b| a | b)
            }
            #[inline(always)]
            fn xor(self, other: Self) -> Self {
                self.zip_bits(other, |a, b| a ^ b)
            }
            #[inline(always)]
            fn bits_add(self, other: Self) -> Self {
                self.zip_bits(other, $bits::wrapping_add)
            }
            #[inline(always)]
            fn bits_sub(self, other: Self) -> Self {
                self.zip_bits(other, $bits::wrapping_sub)
            }
            #[inline(always)]
            fn shl(self, count: u32) -> Self {
                self.zip_bits(self, |a, _| a << count)
            }
            #[inline(always)]
            fn shr(self, count: u32) -> Self {
                self.zip_bits(self, |a, _| a >> count)
            }
            #[inline(always)]
            fn lt(self, other: Self) -> Self::Mask {
                self.test(other, |a, b| a < b)
            }
            #[inline(always)]
            fn le(self, other: Self) -> Self::Mask {
                self.test(other, |a, b| a <= b)
            }
            #[inline(always)]
            fn least(self, other: Self) -> Self {
                self.zip(other, |a, b| if a < b { a } else { b })
            }
            #[inline(always)]
            fn clamp_abs(self, top: Self) -> Self {
                self.zip(top, |a, b| if a.abs() < b { a.abs() } else { b })
            }
            #[inline(always)]
            fn zero_small(self) -> Self {
                self.zip(self, |a, _| if a.abs() < $t::MIN_POSITIVE { 0.0 } else { a })
            }
            #[inline(always)]
            fn any_nan<const N: usize>(vectors: [Self; N]) -> bool {
                vectors.iter().any(|v| Self::any(v.is_nan()))
            }
            #[inline(always)]
            fn is_nan(self) -> Self::Mask {
                self.test(self, |a, _| a.is_nan())
            }
            #[inline(always)]
            fn select(mask: Self::Mask, yes: Self, no: Self) -> Self {
                let mut out = no;
                for i in 0..$lanes {
                    out.0[i] = if mask[i] { yes.0[i] } else { no.0[i] };
                }
                out
            }
            #[inline(always)]
            fn any(mask: Self::Mask) -> bool {
                mask.into_iter().fold(false, |any, m| any | m)
            }
            #[inline(always)]
            fn lookup(self, table: &[$t; 16]) -> Self {
                self.zip(self, |a, _| table[(a.to_bits() & 15) as usize])
            }
        }

        impl Simd<$t> for Portable {
            type V = $name;
            type Sum = [f64; $lanes];
            const LANES: usize = $lanes;
            const REGISTERS: usize = 8;

            #[inline(always)]
            fn splat(self, x: $t) -> $name {
                $name([x; $lanes])
            }
            #[inline(always)]
            unsafe fn load(self, p: *const $t) -> $name {
                // SAFETY: the caller's promise; an array needs no more alignment than its elements.
                $name(unsafe { p.cast::<[$t; $lanes]>().read() })
            }
            #[inline(always)]
            unsafe fn load_part(self, p: *const $t, n: usize) -> $name {
                let mut out = [0.0; $lanes];
                for (i, x) in out.iter_mut().enumerate().take(n) {
                    // SAFETY: the caller's promise.
                    *x = unsafe { p.add(i).read() };
                }
                $name(out)
            }
            #[inline(always)]
            unsafe fn store(self, p: *mut $t, v: $name) {
                // SAFETY: as for `load`.
                unsafe { p.cast::<[$t; $lanes]>().write(v.0) }
            }
            #[inline(always)]
            unsafe fn store_part(self, p: *mut $t, n: usize, v: $name) {
                for (i, x) in v.0.into_iter().enumerate().take(n) {
                    // SAFETY: the caller's promise.
                    unsafe { p.add(i).write(x) }
                }
            }
            #[inline(always)]
            fn sum_zero(self) -> Self::Sum {
                [0.0; $lanes]
            }
            #[inline(always)]
            fn sum_add(self, mut sum: Self::Sum, v: $name) -> Self::Sum {
                for i in 0..$lanes {
                    sum[i] += f64::from(v.0[i]);
                }
                sum
            }
            #[inline(always)]
            fn sum_add_square(self, mut sum: Self::Sum, v: $name) -> Self::Sum {
                for i in 0..$lanes {
                    let x = f64::from(v.0[i]);
                    sum[i] = x.mul_add(x, sum[i]);
                }
                sum
            }
            #[inline(always)]
            fn sum_add_product(self, mut sum: Self::Sum, a: $name, b: $name) -> Self::Sum {
                for i in 0..$lanes {
                    sum[i] = f64::from(a.0[i]).mul_add(f64::from(b.0[i]), sum[i]);
                }
                sum
            }
            #[inline(always)]
            fn sum_add_weighted_square(
                self,
                mut sum: Self::Sum,
                w: $name,
                v: $name,
            ) -> Self::Sum {
                for i in 0..$lanes {
                    let x = f64::from(v.0[i]);
                    sum[i] = (f64::from(w.0[i]) * x).mul_add(x, sum[i]);
                }
                sum
            }
            #[inline(always)]
            fn sum_total(self, mut sum: Self::Sum) -> f64 {
                let mut half = $lanes / 2;
                while half > 0 {
                    for i in 0..half {
                        sum[i] += sum[i + half];
                    }
                    half /= 2;
                }
                sum[0]
            }
        }

        impl Lanes<$t, $lanes> for Portable {
            #[inline(always)]
            fn sum_rows(self, rows: [$name; $lanes]) -> $name {
                let mut columns = self.transpose(rows);
                let mut half = $lanes / 2;
                while half > 0 {
                    for i in 0..half {
                        columns[i] = columns[i] + columns[i + half];
                    }
                    half /= 2;
                }
                columns[0]
            }
            #[inline(always)]
            fn transpose(self, rows: [$name; $lanes]) -> [$name; $lanes] {
                let mut out = rows;
                for (i, row) in rows.iter().enumerate() {
                    for (k, &x) in row.0.iter().enumerate() {
                        out[k].0[i] = x;
                    }
                }
                out
            }
        }
    };
    (@operator $name:ident, $trait:ident, $method:ident, $op:tt) => {
        impl $trait for $name {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                self.zip(other, |a, b| a $op b)
            }
        }
    };
}

portable!(F32x16, f32, u32, 16, fma_f32);
portable!(F64x8, f64, u64, 8, fma_f64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emulated_multiply_add_rounds_once() {
        let mut edges = vec![
            0.0,
            -0.0,
            1.0,
            -1.0,
            f32::MIN_POSITIVE,
            f32::MAX,
            f32::MIN,
            f32::INFINITY,
            f32::NEG_INFINITY,
            f32::NAN,
        ];
        edges.extend([
            f32::from_bits(1),
            f32::from_bits(0x007f_ffff),
            f32::from_bits(0x3f80_0001),
            1e-30,
            -1e-38,
            16_777_215.0,
            1.5e-23,
        ]);
        let mut state = 1u32;
        for _ in 0..60 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            edges.push(f32::from_bits(state));
        }
        for &a in &edges {
            for &b in &edges {
                let near = -(a * b);
                for &c in edges
                    .iter()
                    .chain(&[near, f32::from_bits(near.to_bits() ^ 1)])
                {
                    let (got, want) = (fma_f32(a, b, c), a.mul_add(b, c));
                    assert!(
                        got.to_bits() == want.to_bits() || (got.is_nan() && want.is_nan()),
                        "{a:e} * {b:e} + {c:e}: {got:e}, not {want:e}"
                    );
                }
            }
        }
    }
}
