//! The elementary functions of the two types.

use super::elementary::Elementary;
use super::functions::{self, Constants};
use super::v_log1p_exp;
use crate::simd::{Scalar, Simd};

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

macro_rules! elementary {
    ($t:ident) => {
        impl Elementary for $t {
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
                v_log1p_exp::<$t, _>(Scalar, x)
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

elementary!(f32);
elementary!(f64);
