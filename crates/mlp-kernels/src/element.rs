//! The two element types.

use crate::math::functions::{self, Constants};
use crate::simd::{Scalar, Simd};
use crate::{Activation, Kernels, Level, UnsupportedLevel, activation};
use std::fmt::{Debug, Display};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// What the kernels compute in: `f32` or `f64` (sealed).
pub trait Element:
    sealed::Float
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
    use super::{Activation, Kernels, Level, Simd, UnsupportedLevel};

    /// The elementary functions of a type, on any level, and its tables of kernels.
    pub trait Float: Copy {
        const MIN_NORMAL: Self;
        const CANONICAL_NAN: Self;
        const SIGN: Self;

        fn sqrt_value(self) -> Self;
        fn phi(activation: Activation, z: Self) -> Self;
        fn phi_gradient(activation: Activation, z: Self, y: Self, dy: Self) -> Self;
        fn exp_value(x: Self) -> Self;
        fn expm1_value(x: Self) -> Self;
        fn ln_value(x: Self) -> Self;
        fn log1p_value(x: Self) -> Self;
        fn log1p_exp_value(x: Self) -> Self;
        fn kernels(level: Level) -> Result<Kernels<Self>, UnsupportedLevel>
        where
            Self: super::Element;

        fn v_exp<S: Simd<Self>>(s: S, x: S::V) -> S::V;
        fn v_expm1<S: Simd<Self>>(s: S, x: S::V) -> S::V;
        fn v_ln<S: Simd<Self>>(s: S, x: S::V) -> S::V;
        fn v_log1p<S: Simd<Self>>(s: S, x: S::V) -> S::V;
        fn v_log1p_unit<S: Simd<Self>>(s: S, x: S::V) -> S::V;
        fn v_tanh<S: Simd<Self>>(s: S, x: S::V) -> S::V;
        /// As `v_tanh`; any number for NaN.
        fn v_tanh_ordered<S: Simd<Self>>(s: S, x: S::V) -> S::V;
        fn v_erf<S: Simd<Self>>(s: S, x: S::V) -> S::V;
        fn v_sin<S: Simd<Self>>(s: S, x: S::V) -> S::V;
        fn v_cos<S: Simd<Self>>(s: S, x: S::V) -> S::V;
    }
}

/// Without vector registers of its own a level calls the function: inlined everywhere, the emulation would only cost build time.
macro_rules! out_of_line {
    ($level:ident, $t:ident, $f:expr, $s:ident, $x:ident) => {{
        #[inline(never)]
        fn call<S: Simd<$t>>(s: S, x: S::V) -> S::V {
            $f(s, x)
        }
        if $level::REGISTERS < 16 {
            call($s, $x)
        } else {
            $f($s, $x)
        }
    }};
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
                crate::flush::flush(self)
            }
        }

        impl sealed::Float for $t {
            const MIN_NORMAL: Self = $t::MIN_POSITIVE;
            const CANONICAL_NAN: Self = $nan;
            const SIGN: Self = -0.0;

            #[inline(always)]
            fn sqrt_value(self) -> Self {
                self.sqrt()
            }
            fn phi(activation: Activation, z: Self) -> Self {
                activation::value::<$t, _>(Scalar, activation, z)
            }
            fn phi_gradient(activation: Activation, z: Self, y: Self, dy: Self) -> Self {
                activation::gradient::<$t, _>(Scalar, activation, z, y, dy)
            }
            fn exp_value(x: Self) -> Self {
                functions::exp::<$t, _>(Scalar, x)
            }
            fn expm1_value(x: Self) -> Self {
                functions::expm1::<$t, _>(Scalar, x)
            }
            fn ln_value(x: Self) -> Self {
                functions::ln::<$t, _>(Scalar, x)
            }
            fn log1p_value(x: Self) -> Self {
                functions::log1p::<$t, _>(Scalar, x)
            }
            fn log1p_exp_value(x: Self) -> Self {
                crate::math::v_log1p_exp::<$t, _>(Scalar, x)
            }
            fn kernels(level: Level) -> Result<Kernels<$t>, UnsupportedLevel> {
                crate::kernels::$t::kernels(level)
            }

            #[inline(always)]
            fn v_exp<S: Simd<$t>>(s: S, x: S::V) -> S::V {
                out_of_line!(S, $t, functions::exp::<$t, S>, s, x)
            }
            #[inline(always)]
            fn v_expm1<S: Simd<$t>>(s: S, x: S::V) -> S::V {
                out_of_line!(S, $t, functions::expm1::<$t, S>, s, x)
            }
            #[inline(always)]
            fn v_ln<S: Simd<$t>>(s: S, x: S::V) -> S::V {
                out_of_line!(S, $t, functions::ln::<$t, S>, s, x)
            }
            #[inline(always)]
            fn v_log1p_unit<S: Simd<$t>>(s: S, x: S::V) -> S::V {
                out_of_line!(S, $t, functions::log1p_unit::<$t, S>, s, x)
            }
            #[inline(always)]
            fn v_log1p<S: Simd<$t>>(s: S, x: S::V) -> S::V {
                out_of_line!(S, $t, functions::log1p::<$t, S>, s, x)
            }
            #[inline(always)]
            fn v_tanh<S: Simd<$t>>(s: S, x: S::V) -> S::V {
                out_of_line!(S, $t, functions::tanh::<$t, S>, s, x)
            }
            #[inline(always)]
            fn v_tanh_ordered<S: Simd<$t>>(s: S, x: S::V) -> S::V {
                out_of_line!(S, $t, <$t as Constants>::tanh_ordered, s, x)
            }
            #[inline(always)]
            fn v_erf<S: Simd<$t>>(s: S, x: S::V) -> S::V {
                out_of_line!(S, $t, functions::erf::<$t, S>, s, x)
            }
            #[inline(always)]
            fn v_sin<S: Simd<$t>>(s: S, x: S::V) -> S::V {
                out_of_line!(S, $t, functions::sin::<$t, S>, s, x)
            }
            #[inline(always)]
            fn v_cos<S: Simd<$t>>(s: S, x: S::V) -> S::V {
                out_of_line!(S, $t, functions::cos::<$t, S>, s, x)
            }
        }
    };
}

element!(f32, 16, f32::from_bits(0x7fc0_0000));
element!(f64, 8, f64::from_bits(0x7ff8_0000_0000_0000));
