//! The elementary functions that a type has.

use crate::simd::Simd;

/// The elementary functions of a type: of a number, and of vectors on any level.
pub trait Elementary: Copy {
    fn exp_value(x: Self) -> Self;
    fn expm1_value(x: Self) -> Self;
    fn ln_value(x: Self) -> Self;
    fn log1p_value(x: Self) -> Self;
    fn log1p_exp_value(x: Self) -> Self;

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
