//! The two element types.

use crate::math::elementary::Elementary;
use crate::simd::{Scalar, Simd};
use std::fmt::{Debug, Display};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// What the kernels compute in: `f32` or `f64` (sealed).
pub trait Element:
    sealed::Float
    + Elementary
    + Debug
    + Display
    + Default
    + PartialEq
    + PartialOrd
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + Send
    + Sync
    + 'static
{
    /// Lanes of a virtual vector: 16 for `f32`, 8 for `f64`. Rows of samples are padded to a multiple of it.
    const LANES: usize;
    /// The positive zero.
    const ZERO: Self;
    /// One.
    const ONE: Self;
    /// The type's name, `f32` or `f64`.
    const NAME: &'static str;

    /// Rounds to the type.
    fn from_f64(x: f64) -> Self;
    /// Widens, exactly.
    fn to_f64(self) -> f64;
    /// `self * b + c`, rounded once.
    fn mul_add(self, b: Self, c: Self) -> Self;
    /// Whether the number is neither infinite nor NaN.
    fn is_finite(self) -> bool;
    /// How gradients and moments are stored: +0 below the smallest normal number, and one NaN.
    fn flush(self) -> Self;
}

pub(crate) mod sealed {
    use super::Simd;

    /// Constants and conversions that the kernels need beside arithmetic.
    pub trait Float: Copy {
        const MIN_NORMAL: Self;
        const CANONICAL_NAN: Self;
        const SIGN: Self;
        /// One lane: a number as a vector.
        type One: Simd<Self, V = Self>;

        fn one() -> Self::One;
        fn sqrt_value(self) -> Self;
    }
}

/// One NaN for all.
pub(crate) fn canonical<T: Element>(x: T) -> T {
    if x.partial_cmp(&x).is_none() {
        T::CANONICAL_NAN
    } else {
        x
    }
}

/// One NaN for all, and +0 for everything below the smallest normal number.
pub(crate) fn flush<T: Element>(x: T) -> T {
    if x > -T::MIN_NORMAL && x < T::MIN_NORMAL {
        T::ZERO
    } else {
        canonical(x)
    }
}

macro_rules! element {
    ($t:ident, $lanes:literal, $nan:expr) => {
        impl Element for $t {
            const LANES: usize = $lanes;
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;
            const NAME: &'static str = stringify!($t);

            #[inline(always)]
            fn from_f64(x: f64) -> Self {
                x as $t
            }
            #[inline(always)]
            fn to_f64(self) -> f64 {
                f64::from(self)
            }
            #[inline(always)]
            fn mul_add(self, b: Self, c: Self) -> Self {
                $t::mul_add(self, b, c)
            }
            #[inline(always)]
            fn is_finite(self) -> bool {
                $t::is_finite(self)
            }
            #[inline(always)]
            fn flush(self) -> Self {
                flush(self)
            }
        }

        impl sealed::Float for $t {
            const MIN_NORMAL: Self = $t::MIN_POSITIVE;
            const CANONICAL_NAN: Self = $nan;
            const SIGN: Self = -0.0;
            type One = Scalar;

            #[inline(always)]
            fn one() -> Scalar {
                Scalar
            }
            #[inline(always)]
            fn sqrt_value(self) -> Self {
                self.sqrt()
            }
        }
    };
}

element!(f32, 16, f32::from_bits(0x7fc0_0000));
element!(f64, 8, f64::from_bits(0x7ff8_0000_0000_0000));
