//! Virtual vectors: 16 lanes of `f32` or 8 lanes of `f64` on every level.
//!
//! A kernel is one generic body over a level's token `S: Simd<T>`. Only a token creates vectors, and a
//! token of a level exists only where the processor is known to support it, so that arithmetic on
//! vectors is safe. [`Scalar`] is the same interface with one lane: it serves the scalar functions
//! and the oracle.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod portable;
mod scalar;

pub use portable::Portable;
pub use scalar::Scalar;
#[cfg(target_arch = "x86_64")]
pub use {avx2::Avx2, avx512::Avx512};

use std::ops::{Add, Div, Mul, Sub};

/// Arithmetic on one virtual vector. Comparisons with NaN are false.
pub trait Vector<T>:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self>
{
    /// One truth value per lane.
    type Mask: Copy;

    /// `self * b + c`, rounded once.
    fn fma(self, b: Self, c: Self) -> Self;
    /// Square root, correctly rounded.
    fn sqrt(self) -> Self;
    /// Bitwise and.
    fn and(self, other: Self) -> Self;
    /// Bitwise or.
    fn or(self, other: Self) -> Self;
    /// Bitwise exclusive or.
    fn xor(self, other: Self) -> Self;
    /// Integer sum of the bits, wrapping.
    fn bits_add(self, other: Self) -> Self;
    /// Integer difference of the bits, wrapping.
    fn bits_sub(self, other: Self) -> Self;
    /// Bits shifted left.
    fn shl(self, count: u32) -> Self;
    /// Bits shifted right, zeros entering.
    fn shr(self, count: u32) -> Self;
    /// `self < other`.
    fn lt(self, other: Self) -> Self::Mask;
    /// `self <= other`.
    fn le(self, other: Self) -> Self::Mask;
    /// `self` where it is less, else `other`: `other` where either is NaN.
    fn least(self, other: Self) -> Self;
    /// The lesser of `|self|` and a positive `top`; any number where `self` is NaN.
    fn clamp_abs(self, top: Self) -> Self;
    /// +0 where `|self|` is below the smallest normal number; NaN stays.
    fn zero_small(self) -> Self;
    /// Whether any lane of the vectors is NaN.
    fn any_nan<const N: usize>(vectors: [Self; N]) -> bool;
    /// Whether every lane of the vectors is a normal number; may deny it. True only where finding out is cheaper than
    /// [`Vector::zero_small`] and [`Vector::any_nan`].
    #[inline(always)]
    fn all_normal<const N: usize>(_: [Self; N]) -> bool {
        false
    }
    /// Whether a lane is NaN.
    fn is_nan(self) -> Self::Mask;
    /// `yes` where the mask holds, else `no`.
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self;
    /// Whether any lane of the mask holds.
    fn any(mask: Self::Mask) -> bool;
    /// `table[bits & 15]` in each lane.
    fn lookup(self, table: &[T; 16]) -> Self;
}

/// A level's token: proof that the level is supported, and maker of its vectors.
pub trait Simd<T: Copy>: Copy {
    /// The virtual vector.
    type V: Vector<T>;
    /// [`Simd::LANES`] partial sums in `f64`.
    type Sum: Copy;
    /// Lanes of a vector.
    const LANES: usize;
    /// Vector registers, which pick the tiles, never an order of sums.
    const REGISTERS: usize;
    /// Whether a register holds a whole virtual vector, and there are 32.
    const WIDE: bool = Self::REGISTERS >= 32;

    /// All lanes `x`.
    fn splat(self, x: T) -> Self::V;
    /// Loads `LANES` numbers.
    ///
    /// # Safety
    /// `p` is valid for reading `LANES` numbers.
    unsafe fn load(self, p: *const T) -> Self::V;
    /// Loads `n < LANES` numbers; the other lanes are +0.
    ///
    /// # Safety
    /// `p` is valid for reading `n` numbers.
    unsafe fn load_part(self, p: *const T, n: usize) -> Self::V;
    /// Stores `LANES` numbers.
    ///
    /// # Safety
    /// `p` is valid for writing `LANES` numbers.
    unsafe fn store(self, p: *mut T, v: Self::V);
    /// Stores the first `n < LANES` lanes.
    ///
    /// # Safety
    /// `p` is valid for writing `n` numbers.
    unsafe fn store_part(self, p: *mut T, n: usize, v: Self::V);

    /// Partial sums of +0.
    fn sum_zero(self) -> Self::Sum;
    /// Adds each lane, widened, to its partial sum.
    fn sum_add(self, sum: Self::Sum, v: Self::V) -> Self::Sum;
    /// Adds each lane's square to its partial sum, fused in `f64`.
    fn sum_add_square(self, sum: Self::Sum, v: Self::V) -> Self::Sum;
    /// Adds the products of lanes, widened, to the partial sums, fused in `f64`.
    fn sum_add_product(self, sum: Self::Sum, a: Self::V, b: Self::V) -> Self::Sum;
    /// Adds each lane's square, times its weight, to its partial sum: `(w v) v`, the last product fused in `f64`.
    fn sum_add_weighted_square(self, sum: Self::Sum, w: Self::V, v: Self::V) -> Self::Sum;
    /// Folds the partial sums by halves: lane i takes lane i + LANES/2, then i + LANES/4, and so on.
    fn sum_total(self, sum: Self::Sum) -> f64;
}

/// Operations across lanes; [`Scalar`] has none.
pub trait Lanes<T: Copy, const L: usize>: Simd<T> {
    /// Lane k of the result is the sum over the lanes of `rows[k]`, folded by halves as in [`Simd::sum_total`].
    fn sum_rows(self, rows: [Self::V; L]) -> Self::V;
    /// Lane i of row k becomes lane k of row i.
    fn transpose(self, rows: [Self::V; L]) -> [Self::V; L];
}
