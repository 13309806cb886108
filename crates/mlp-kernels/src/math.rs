//! Elementary functions: scalar ones in `f64`, and the vector code behind every activation and loss.
//!
//! A scalar function is one lane of the vector code. Bounds in units in the last place hold for
//! normal results.

mod double;
pub(crate) mod elementary;
pub(crate) mod functions;
mod reduction;
mod single;
mod types;

use crate::Element;
use crate::simd::{Scalar, Simd, Vector};

/// An elementary function as a kernel on slices, [`Kernels::function`](crate::Kernels::function).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Function {
    /// Exponential.
    Exp,
    /// `exp(x) - 1`.
    Expm1,
    /// Natural logarithm.
    Ln,
    /// `ln(1 + x)`.
    Log1p,
    /// Hyperbolic tangent.
    Tanh,
    /// `1 / (1 + exp(-x))`.
    Sigmoid,
    /// `ln(1 + exp(x))`.
    Softplus,
    /// Error function.
    Erf,
    /// Sine, radians.
    Sin,
    /// Cosine, radians.
    Cos,
}

impl Function {
    /// Every function.
    pub const ALL: [Function; 10] = [
        Function::Exp,
        Function::Expm1,
        Function::Ln,
        Function::Log1p,
        Function::Tanh,
        Function::Sigmoid,
        Function::Softplus,
        Function::Erf,
        Function::Sin,
        Function::Cos,
    ];
}

macro_rules! scalar {
    ($($(#[$doc:meta])* $name:ident = $path:expr;)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $name(x: f64) -> f64 {
            $path(Scalar, x)
        }
    )*};
}

scalar! {
    /// Exponential, at most 1.1 ULP; results below the smallest normal number are +0.
    exp = functions::exp::<f64, _>;
    /// `exp(x) - 1`, at most 2 ULP.
    expm1 = functions::expm1::<f64, _>;
    /// Natural logarithm, at most 1 ULP.
    ln = functions::ln::<f64, _>;
    /// `ln(1 + x)`, at most 2 ULP.
    log1p = functions::log1p::<f64, _>;
    /// Hyperbolic tangent, at most 3 ULP.
    tanh = functions::tanh::<f64, _>;
    /// Logistic function `1 / (1 + exp(-x))`, at most 3 ULP.
    sigmoid = v_sigmoid::<f64, _>;
    /// `ln(1 + exp(x))`, at most 3 ULP.
    softplus = v_softplus::<f64, _>;
    /// Error function, at most 2 ULP.
    erf = functions::erf::<f64, _>;
    /// Sine, radians, at most 2 ULP for every finite argument.
    sin = functions::sin::<f64, _>;
    /// Cosine, radians, at most 2 ULP for every finite argument.
    cos = functions::cos::<f64, _>;
}

/// Absolute value by the sign bit.
#[inline(always)]
pub(crate) fn v_abs<T: Element, S: Simd<T>>(s: S, x: S::V) -> S::V {
    let sign = x.and(s.splat(T::SIGN));
    x.xor(sign)
}

/// Logistic function without overflow.
#[inline(always)]
pub(crate) fn v_sigmoid<T: Element, S: Simd<T>>(s: S, x: S::V) -> S::V {
    let e = T::v_exp(s, v_abs::<T, S>(s, x).or(s.splat(T::SIGN)));
    let one = s.splat(T::ONE);
    let numerator = S::V::select(x.lt(s.splat(T::ZERO)), e, one);
    numerator / (e + one)
}

/// `ln(1 + exp(x))` as `max(x, 0) + ln(1 + exp(-|x|))`.
#[inline(always)]
pub(crate) fn v_softplus<T: Element, S: Simd<T>>(s: S, x: S::V) -> S::V {
    let zero = s.splat(T::ZERO);
    S::V::select(x.le(zero), zero, x) + v_log1p_exp::<T, S>(s, x)
}

/// `ln(1 + exp(-|x|))`, the smooth part of logistic losses.
#[inline(always)]
pub(crate) fn v_log1p_exp<T: Element, S: Simd<T>>(s: S, x: S::V) -> S::V {
    T::v_log1p_unit(s, T::v_exp(s, v_abs::<T, S>(s, x).or(s.splat(T::SIGN))))
}

/// One NaN for all.
#[inline(always)]
pub(crate) fn v_canonical<T: Element, S: Simd<T>>(s: S, x: S::V) -> S::V {
    S::V::select(x.is_nan(), s.splat(T::CANONICAL_NAN), x)
}

/// One NaN for all, and +0 for everything below the smallest normal number.
#[inline(always)]
pub(crate) fn v_flush<T: Element, S: Simd<T>>(s: S, x: S::V) -> S::V {
    v_canonical::<T, S>(s, x.zero_small())
}

/// [`v_canonical`] of several vectors; they are searched for NaN together.
#[inline(always)]
pub(crate) fn canonical_all<T: Element, S: Simd<T>, const N: usize>(
    s: S,
    mut x: [S::V; N],
) -> [S::V; N] {
    if S::V::any_nan(x) {
        for x in &mut x {
            *x = v_canonical::<T, S>(s, *x);
        }
    }
    x
}

/// [`v_flush`] of several vectors; they are searched for NaN together.
#[inline(always)]
pub(crate) fn flush_all<T: Element, S: Simd<T>, const N: usize>(
    s: S,
    mut x: [S::V; N],
) -> [S::V; N] {
    let nan = S::V::any_nan(x);
    for x in &mut x {
        *x = x.zero_small();
    }
    if nan {
        for x in &mut x {
            *x = v_canonical::<T, S>(s, *x);
        }
    }
    x
}

/// Hyperbolic tangents with canonical NaN.
#[inline(always)]
pub(crate) fn tanh_all<T: Element, S: Simd<T>, const N: usize>(s: S, x: [S::V; N]) -> [S::V; N] {
    let nan = S::V::any_nan(x);
    let mut y = x;
    for y in &mut y {
        *y = T::v_tanh_ordered(s, *y);
    }
    if nan {
        for (y, x) in y.iter_mut().zip(x) {
            *y = S::V::select(x.is_nan(), s.splat(T::CANONICAL_NAN), *y);
        }
    }
    y
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A step through the bit patterns of [0, 1]; 1 is exhaustive, and takes half a minute in f32.
    const STEP: usize = 4093;

    #[test]
    fn the_short_log1p_has_the_bits_of_the_long_one() {
        for bits in (0..=1f32.to_bits())
            .step_by(STEP)
            .chain([1f32.to_bits(), f32::NAN.to_bits()])
        {
            let x = f32::from_bits(bits);
            let (short, long) = (
                functions::log1p_unit::<f32, _>(Scalar, x),
                functions::log1p::<f32, _>(Scalar, x),
            );
            assert!(
                short.to_bits() == long.to_bits() || x.is_nan() && short.is_nan(),
                "{x:e}"
            );
        }
        let steps = usize::MAX / (STEP << 12);
        for bits in (0..=1f64.to_bits())
            .step_by(steps)
            .chain([1f64.to_bits(), f64::NAN.to_bits()])
        {
            let x = f64::from_bits(bits);
            let (short, long) = (
                functions::log1p_unit::<f64, _>(Scalar, x),
                functions::log1p::<f64, _>(Scalar, x),
            );
            assert!(
                short.to_bits() == long.to_bits() || x.is_nan() && short.is_nan(),
                "{x:e}"
            );
        }
        // Around the square root of two, where the exponent changes.
        for near in 0..2000 {
            let x = f64::from_bits((std::f64::consts::SQRT_2 - 1.0).to_bits() - 1000 + near);
            assert_eq!(
                functions::log1p_unit::<f64, _>(Scalar, x).to_bits(),
                functions::log1p::<f64, _>(Scalar, x).to_bits()
            );
            let x = f32::from_bits((std::f32::consts::SQRT_2 - 1.0).to_bits() - 1000 + near as u32);
            assert_eq!(
                functions::log1p_unit::<f32, _>(Scalar, x).to_bits(),
                functions::log1p::<f32, _>(Scalar, x).to_bits()
            );
        }
    }
}
