//! Elementary functions on virtual vectors: additions, multiplications, divisions and fused multiply-adds alone, so that every level
//! gives the same bits.

use crate::Element;
use crate::simd::{Simd, Vector};

/// What differs between the types.
pub trait Constants: Element {
    /// Bits of the mantissa.
    const MANTISSA: u32;
    /// The place of the sign's bit.
    const TOP: u32;
    const HALF: Self;
    const TWO: Self;
    const INFINITY: Self;
    /// All bits but the sign's.
    const ABS: Self;
    const LOG2_E: Self;
    /// `1.5 * 2^MANTISSA`: adding it rounds to an integer, which the low bits then hold.
    const ROUND: Self;
    /// `ln 2` as a sum.
    const LN2_HIGH: Self;
    const LN2_LOW: Self;
    /// The range in which [`exp`] is finite and normal.
    const EXP_MAX: Self;
    const EXP_MIN: Self;
    /// Below it [`expm1`] is -1.
    const EXPM1_MIN: Self;
    /// Below these a number is its own result.
    const EXPM1_TINY: Self;
    const LOG1P_TINY: Self;
    const SIN_TINY: Self;
    /// Square roots of one half and of two, rounded to the same mantissa.
    const SQRT_HALF: Self;
    const SQRT_TWO: Self;
    /// What exponents are biased by in the logarithm: as integer bits, as bits of an exponent, and added to `2^MANTISSA`.
    const BIAS: Self;
    const BIAS_EXPONENT: Self;
    const BIASED_TWO_TO_MANTISSA: Self;
    /// `2^MANTISSA`, which makes subnormal numbers normal.
    const TWO_TO_MANTISSA: Self;
    /// `MANTISSA` as a number.
    const SUBNORMAL_SHIFT: Self;
    /// Above it [`erf`] is 1.
    const ERF_MAX: Self;
    const TWO_OVER_PI: Self;
    /// `pi / 2` as a sum.
    const PIO2: [Self; 3];
    /// Angles above it are reduced one by one.
    const REDUCTION_LIMIT: Self;
    /// The numbers with the integer bits 0 to 3.
    const QUARTER_TURNS: [Self; 4];
    /// Coefficients of polynomials, lowest power first.
    const EXPM1: &'static [Self];
    const LOG: &'static [Self];
    const ERF: &'static [Self];
    const ERFC: &'static [Self];
    const SIN: &'static [Self];
    const COS: &'static [Self];

    /// [`tanh`] of all but NaN.
    fn tanh_ordered<S: Simd<Self>>(s: S, x: S::V) -> S::V;
}

/// Hyperbolic tangent. At most 2 ULP in `f32` and 3 in `f64`, never beyond one, odd.
#[inline(always)]
pub fn tanh<T: Constants, S: Simd<T>>(s: S, x: S::V) -> S::V {
    S::V::select(x.is_nan(), x, T::tanh_ordered(s, x))
}

/// Exponential. At most 1.1 ULP for normal results; results below the smallest normal are +0.
#[inline(always)]
pub fn exp<T: Constants, S: Simd<T>>(s: S, x: S::V) -> S::V {
    let (high, low) = (s.splat(T::EXP_MAX), s.splat(T::EXP_MIN));
    // NaN passes through both selections.
    let clamped = S::V::select(high.lt(x), high, S::V::select(x.lt(low), low, x));
    let (p, shifted) = expm1_reduced(s, clamped);
    let y = (p + s.splat(T::ONE)).bits_add(shifted.shl(T::MANTISSA));
    // Infinity times x is infinity above the range and NaN for NaN.
    let y = S::V::select(x.le(high), y, x * s.splat(T::INFINITY));
    S::V::select(x.lt(low), s.splat(T::ZERO), y)
}

/// `exp(r) - 1` of the reduced argument r, and a number whose low bits are the exponent to scale by.
#[inline(always)]
fn expm1_reduced<T: Constants, S: Simd<T>>(s: S, x: S::V) -> (S::V, S::V) {
    let shifted = x.fma(s.splat(T::LOG2_E), s.splat(T::ROUND));
    let n = shifted - s.splat(T::ROUND);
    let r = n.fma(s.splat(-T::LN2_LOW), n.fma(s.splat(-T::LN2_HIGH), x));
    let q = polynomial(s, T::EXPM1, r);
    ((r * r).fma(q, r), shifted)
}

/// `exp(x) - 1`. At most 2 ULP.
#[inline(always)]
pub fn expm1<T: Constants, S: Simd<T>>(s: S, x: S::V) -> S::V {
    let (high, low) = (s.splat(T::EXP_MAX), s.splat(T::EXPM1_MIN));
    let clamped = S::V::select(high.lt(x), high, S::V::select(x.lt(low), low, x));
    let (p, shifted) = expm1_reduced(s, clamped);
    // Half the scale, because 2^128 has no representation where the result still has one.
    let scale = s.splat(T::HALF).bits_add(shifted.shl(T::MANTISSA));
    let half = scale.fma(p, scale - s.splat(T::HALF));
    let y = S::V::select(high.lt(x), s.splat(T::INFINITY), half + half);
    // Below half the precision x is its own result; this keeps subnormal numbers and the sign of zero.
    let small = x.and(s.splat(T::ABS)).lt(s.splat(T::EXPM1_TINY));
    S::V::select(small, x, y)
}

/// `ln(2^k (1 + f))` for f in [sqrt(1/2) - 1, sqrt(2) - 1]; `correction` is added to the logarithm of the mantissa.
#[inline(always)]
fn log_reduced<T: Constants, S: Simd<T>>(s: S, f: S::V, k: S::V, correction: S::V) -> S::V {
    // s = f / (2 + f); ln(1 + f) = f - (h - s (h + R)) with h = f^2 / 2 (the form of fdlibm).
    let quotient = f / (f + s.splat(T::TWO));
    let square = quotient * quotient;
    let rest = square * polynomial(s, T::LOG, square);
    let h = s.splat(T::HALF) * f * f;
    let tail = quotient.fma(h + rest, k.fma(s.splat(T::LN2_LOW), correction));
    let mantissa = f - (h - tail);
    k.fma(s.splat(T::LN2_HIGH), mantissa)
}

/// The mantissa of a positive normal number in [sqrt(1/2), sqrt(2)) and its exponent.
#[inline(always)]
fn split<T: Constants, S: Simd<T>>(s: S, x: S::V) -> (S::V, S::V) {
    // An exponent biased so far that it is positive, read by the magic addition's inverse.
    let biased = x
        .bits_sub(s.splat(T::SQRT_HALF))
        .bits_add(s.splat(T::BIAS_EXPONENT));
    let field = biased.shr(T::MANTISSA);
    let k = field.or(s.splat(T::TWO_TO_MANTISSA)) - s.splat(T::BIASED_TWO_TO_MANTISSA);
    let mantissa = x.bits_sub(field.bits_sub(s.splat(T::BIAS)).shl(T::MANTISSA));
    (mantissa, k)
}

/// Natural logarithm. At most 1 ULP.
#[inline(always)]
pub fn ln<T: Constants, S: Simd<T>>(s: S, x: S::V) -> S::V {
    let tiny = x.lt(s.splat(T::MIN_NORMAL));
    let scaled = S::V::select(tiny, x * s.splat(T::TWO_TO_MANTISSA), x);
    let (mantissa, k) = split(s, scaled);
    let k = S::V::select(tiny, k - s.splat(T::SUBNORMAL_SHIFT), k);
    let y = log_reduced(s, mantissa - s.splat(T::ONE), k, s.splat(T::ZERO));
    log_edges(s, x, y)
}

/// The results of a logarithm outside the positive finite numbers.
#[inline(always)]
fn log_edges<T: Constants, S: Simd<T>>(s: S, x: S::V, y: S::V) -> S::V {
    let zero = s.splat(T::ZERO);
    let y = S::V::select(x.lt(s.splat(T::INFINITY)), y, x);
    let y = S::V::select(x.le(zero), s.splat(-T::INFINITY), y);
    S::V::select(x.lt(zero), s.splat(T::CANONICAL_NAN), y)
}

/// `ln(1 + x)`. At most 2 ULP.
#[inline(always)]
pub fn log1p<T: Constants, S: Simd<T>>(s: S, x: S::V) -> S::V {
    let one = s.splat(T::ONE);
    let u = x + one;
    // What the sum lost; only where u is near one does it count, and there it is exact.
    let large = one.lt(x);
    let lost = S::V::select(large, one - (u - x), x - (u - one));
    let (mantissa, k) = split(s, S::V::select(u.lt(s.splat(T::MIN_NORMAL)), one, u));
    let y = log_reduced(s, mantissa - one, k, lost / u);
    let y = log_edges(s, u, y);
    let small = x.and(s.splat(T::ABS)).lt(s.splat(T::LOG1P_TINY));
    S::V::select(small, x, y)
}

/// [`log1p`] with its bits for x in [0, 1] and NaN, where less can happen: 1 + x is above the square root
/// of two or not, and nothing is negative, subnormal or infinite.
#[inline(always)]
pub fn log1p_unit<T: Constants, S: Simd<T>>(s: S, x: S::V) -> S::V {
    let (zero, one) = (s.splat(T::ZERO), s.splat(T::ONE));
    let u = x + one;
    let lower = u.lt(s.splat(T::SQRT_TWO));
    let mantissa = S::V::select(lower, u, u * s.splat(T::HALF));
    let k = S::V::select(lower, zero, one);
    log_reduced(s, mantissa - one, k, (x - (u - one)) / u)
}

/// Error function. At most 2 ULP.
#[inline(always)]
pub fn erf<T: Constants, S: Simd<T>>(s: S, x: S::V) -> S::V {
    let a = x.and(s.splat(T::ABS));
    let square = a * a;
    let small = x.fma(polynomial(s, T::ERF, square), x);
    let t = S::V::select(s.splat(T::ERF_MAX).lt(a), s.splat(T::ERF_MAX), a) - s.splat(T::ONE);
    let minus = s.splat(T::ZERO) - polynomial(s, T::ERFC, t);
    let large = s.splat(T::ONE) - exp(s, minus);
    let signed = large.or(x.and(s.splat(T::SIGN)));
    S::V::select(
        a.lt(s.splat(T::ONE)),
        small,
        S::V::select(x.is_nan(), x, signed),
    )
}

/// Sine, x in radians. At most 2 ULP for every finite x; NaN for infinities.
#[inline(always)]
pub fn sin<T: Constants, S: Simd<T>>(s: S, x: S::V) -> S::V {
    sine_of_quadrant(s, x, s.splat(T::ZERO))
}

/// Cosine, x in radians. At most 2 ULP for every finite x; NaN for infinities.
#[inline(always)]
pub fn cos<T: Constants, S: Simd<T>>(s: S, x: S::V) -> S::V {
    sine_of_quadrant(s, x, s.splat(T::QUARTER_TURNS[1]))
}

/// `sin(x + quarter turns)`, the turns given as integer bits.
#[inline(always)]
fn sine_of_quadrant<T: Constants, S: Simd<T>>(s: S, x: S::V, turns: S::V) -> S::V {
    // Cody and Waite's reduction in three fused steps.
    let shifted = x.fma(s.splat(T::TWO_OVER_PI), s.splat(T::ROUND));
    let n = shifted - s.splat(T::ROUND);
    let r = n.fma(s.splat(-T::PIO2[0]), x);
    let r = n.fma(s.splat(-T::PIO2[1]), r);
    let r = n.fma(s.splat(-T::PIO2[2]), r);
    let huge = s.splat(T::REDUCTION_LIMIT).lt(x.and(s.splat(T::ABS)));
    let (r, quadrant) = if S::V::any(huge) {
        reduce_huge(s, x, r, shifted)
    } else {
        (r, shifted)
    };
    let quadrant = quadrant.bits_add(turns);
    let square = r * r;
    let sine = (square * r).fma(polynomial(s, T::SIN, square), r);
    // Near zero x is its own sine; this keeps the sign of zero.
    let small = x.and(s.splat(T::ABS)).lt(s.splat(T::SIN_TINY));
    let sine = S::V::select(small, x, sine);
    let half = s.splat(T::HALF) * square;
    let cosine = s.splat(T::ONE) - (half - square * square * polynomial(s, T::COS, square));
    // Bit 0 of the quadrant picks the series, bit 1 the sign.
    let odd = quadrant
        .shl(T::TOP)
        .and(s.splat(T::SIGN))
        .or(s.splat(T::ONE))
        .lt(s.splat(T::ZERO));
    let sign = quadrant.shl(T::TOP - 1).and(s.splat(T::SIGN));
    S::V::select(odd, cosine, sine).xor(sign)
}

/// Reduces the lanes beyond the limit one by one, with as many bits of 2/pi as they need.
#[inline(always)]
fn reduce_huge<T: Constants, S: Simd<T>>(s: S, x: S::V, r: S::V, quadrant: S::V) -> (S::V, S::V) {
    let mut lanes = [[T::ZERO; 16]; 3];
    for (buffer, v) in lanes.iter_mut().zip([x, r, quadrant]) {
        // SAFETY: a buffer holds at least `LANES` numbers.
        unsafe { s.store(buffer.as_mut_ptr(), v) };
    }
    reduce_lanes(&mut lanes, S::LANES);
    // SAFETY: as above.
    unsafe { (s.load(lanes[1].as_ptr()), s.load(lanes[2].as_ptr())) }
}

#[inline(never)]
fn reduce_lanes<T: Constants>(lanes: &mut [[T; 16]; 3], count: usize) {
    let [x, r, quadrant] = lanes;
    for i in 0..count {
        let x = x[i].to_f64();
        if T::REDUCTION_LIMIT.to_f64() < x.abs() {
            let (rest, turns) = super::reduction::reduce(x);
            r[i] = T::from_f64(rest);
            quadrant[i] = T::QUARTER_TURNS[usize::from(turns)];
        }
    }
}

/// Horner's rule, lowest power first.
#[inline(always)]
pub(super) fn polynomial<T: Constants, S: Simd<T>>(s: S, coefficients: &[T], x: S::V) -> S::V {
    let mut k = coefficients.len() - 1;
    let mut sum = s.splat(coefficients[k]);
    while k > 0 {
        k -= 1;
        sum = sum.fma(x, s.splat(coefficients[k]));
    }
    sum
}
