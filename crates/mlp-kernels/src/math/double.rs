//! Elementary functions in `f64` on virtual vectors: additions, multiplications, divisions and fused
//! multiply-adds alone, so that every level gives the same bits. Coefficients: `tools/coefficients.py`.

use crate::simd::{Simd, Vector};

const ABS: f64 = f64::from_bits(0x7fff_ffff_ffff_ffff);
const LOG2_E: f64 = std::f64::consts::LOG2_E;
/// 1.5 * 2^52: adding it rounds to an integer, which the low bits then hold.
const ROUND: f64 = 6_755_399_441_055_744.0;
const LN2_HIGH: f64 = std::f64::consts::LN_2;
const LN2_LOW: f64 = 2.319_046_813_846_299_6e-17;
const EXP_MAX: f64 = 709.782_712_893_384;
const EXP_MIN: f64 = -708.396_418_532_264_1;
const EXPM1_MIN: f64 = -40.0;
const EXPM1_TINY: f64 = 1.1e-16;
const LOG1P_TINY: f64 = 1.1e-16;
const SQRT_HALF_BITS: u64 = 0x3fe6_a09e_667f_3bcd;
const BIAS: u64 = 1024;
const TWO_TO_MANTISSA: f64 = 4_503_599_627_370_496.0;
const SUBNORMAL_SCALE: f64 = 4_503_599_627_370_496.0;
const SUBNORMAL_SHIFT: f64 = 52.0;
const ERF_MAX: f64 = 5.93;
const TWO_OVER_PI: f64 = std::f64::consts::FRAC_2_PI;
const PIO2: [f64; 3] = [
    std::f64::consts::FRAC_PI_2,
    6.123_233_995_736_766e-17,
    -1.497_384_904_859_169_8e-33,
];
const SIN_TINY: f64 = 1e-8;
const REDUCTION_LIMIT: f64 = 1e8;
const TANH_MAX: f64 = 20.0;
const TWO_LOG2_E: f64 = 2.885_390_081_777_926_8;
const HALF_LN2: f64 = 0.346_573_590_279_972_64;
const TANH_P: [f64; 3] = [1.0, 0.111_099_186_405_427_43, 0.001_057_406_663_788_658];
const TANH_Q: [f64; 3] = [1.0, 0.444_432_519_738_754_14, 0.015_868_246_578_718_354];
const EXPM1: [f64; 11] = [
    0.5,
    0.166_666_666_666_666_82,
    0.041_666_666_666_666_72,
    0.008_333_333_333_317_573,
    0.001_388_888_888_885_423_4,
    0.000_198_412_698_953_902_5,
    2.4801587386096483e-05,
    2.7557235638426315e-06,
    2.7557221554949093e-07,
    2.5111817154686035e-08,
    2.093072495382795e-09,
];
const LOG: [f64; 8] = [
    0.666_666_666_666_666_6,
    0.400_000_000_000_048_76,
    0.285_714_285_694_294_47,
    0.222_222_226_042_812_78,
    0.181_817_785_513_003_2,
    0.153_869_812_698_796,
    0.132_522_969_632_535_85,
    0.132_336_116_659_866_28,
];
const ERF: [f64; 14] = [
    0.128_379_167_095_512_6,
    -0.376_126_389_031_839,
    0.112_837_916_709_602_55,
    -0.026_866_170_645_976_27,
    0.005_223_977_633_307_392,
    -0.000_854_832_748_092_555,
    0.000_120_553_506_088_567_52,
    -1.492611546572286e-05,
    1.6470645550187289e-06,
    -1.6474486365462024e-07,
    1.574854425997398e-08,
    -1.757421084752648e-09,
    2.6642946880596313e-10,
    -3.066670893220973e-11,
];
const ERFC: [f64; 20] = [
    1.849_605_509_933_248_2,
    2.638_967_514_234_792_6,
    0.843_107_256_358_443,
    0.041_561_098_047_077_62,
    -0.010_033_825_437_475_786,
    0.001_977_903_024_393_958_2,
    -0.000_237_324_645_167_245_68,
    -2.6270796236312697e-05,
    2.714254085715678e-05,
    -9.580443583389438e-06,
    2.0233236734326606e-06,
    -1.0770434573134821e-07,
    -1.232196062422508e-07,
    6.61842881484335e-08,
    -2.0743731766340685e-08,
    4.630670387454822e-09,
    -7.489637911091587e-10,
    8.395540065664307e-11,
    -5.841833180235606e-12,
    1.8980502319638153e-13,
];
const SIN: [f64; 7] = [
    -0.166_666_666_666_666_66,
    0.008_333_333_333_333_094,
    -0.000_198_412_698_410_464_87,
    2.7557319123285063e-06,
    -2.505208438444737e-08,
    1.6056049001917658e-10,
    -7.475202573215065e-13,
];
const COS: [f64; 7] = [
    0.041_666_666_666_666_664,
    -0.001_388_888_888_888_842_8,
    2.480158730123406e-05,
    -2.755731908813465e-07,
    2.0876728773231626e-09,
    -1.1467664865451184e-11,
    4.629660694895405e-14,
];

/// Hyperbolic tangent. At most 3 ULP, never beyond one, odd.
#[inline(always)]
pub fn tanh<S: Simd<f64>>(s: S, x: S::V) -> S::V {
    S::V::select(x.is_nan(), x, tanh_ordered(s, x))
}

/// [`tanh`] of all but NaN.
///
/// With `|x| = n ln(2) / 2 + r`, `s = 2^n` and `tanh r = r P / Q` in `r^2`, it is
/// `((s - 1) Q + (s + 1) r P) / ((s + 1) Q + (s - 1) r P)`: one division, and fewer multiply-adds than an exponential.
/// For n = 0 the first terms vanish, so that small arguments keep their relative precision.
#[inline(always)]
pub fn tanh_ordered<S: Simd<f64>>(s: S, x: S::V) -> S::V {
    let a = x.clamp_abs(s.splat(TANH_MAX));
    let (round, one) = (s.splat(ROUND), s.splat(1.0));
    let shifted = a.fma(s.splat(TWO_LOG2_E), round);
    // What the rounded constant loses is below half a unit of the result.
    let r = (shifted - round).fma(s.splat(-HALF_LN2), a);
    let square = r * r;
    let p = r * polynomial(s, &TANH_P, square);
    let q = polynomial(s, &TANH_Q, square);
    let scale = one.bits_add(shifted.shl(52));
    let (less, more) = (scale - one, scale + one);
    let y = less.fma(q, more * p) / more.fma(q, less * p);
    y.or(x.and(s.splat(-0.0)))
}

/// Exponential. At most 1.1 ULP for normal results; results below the smallest normal are +0.
#[inline(always)]
pub fn exp<S: Simd<f64>>(s: S, x: S::V) -> S::V {
    let (high, low) = (s.splat(EXP_MAX), s.splat(EXP_MIN));
    // NaN passes through both selections.
    let clamped = S::V::select(high.lt(x), high, S::V::select(x.lt(low), low, x));
    let (p, shifted) = expm1_reduced(s, clamped);
    let y = (p + s.splat(1.0)).bits_add(shifted.shl(52));
    // Infinity times x is infinity above the range and NaN for NaN.
    let y = S::V::select(x.le(high), y, x * s.splat(f64::INFINITY));
    S::V::select(x.lt(low), s.splat(0.0), y)
}

/// `exp(r) - 1` of the reduced argument r, and a number whose low bits are the exponent to scale by.
#[inline(always)]
fn expm1_reduced<S: Simd<f64>>(s: S, x: S::V) -> (S::V, S::V) {
    let shifted = x.fma(s.splat(LOG2_E), s.splat(ROUND));
    let n = shifted - s.splat(ROUND);
    let r = n.fma(s.splat(-LN2_LOW), n.fma(s.splat(-LN2_HIGH), x));
    let q = polynomial(s, &EXPM1, r);
    ((r * r).fma(q, r), shifted)
}

/// `exp(x) - 1`. At most 2 ULP.
#[inline(always)]
pub fn expm1<S: Simd<f64>>(s: S, x: S::V) -> S::V {
    let (high, low) = (s.splat(EXP_MAX), s.splat(EXPM1_MIN));
    let clamped = S::V::select(high.lt(x), high, S::V::select(x.lt(low), low, x));
    let (p, shifted) = expm1_reduced(s, clamped);
    // Half the scale, because 2^128 has no representation where the result still has one.
    let scale = s.splat(0.5).bits_add(shifted.shl(52));
    let half = scale.fma(p, scale - s.splat(0.5));
    let y = S::V::select(high.lt(x), s.splat(f64::INFINITY), half + half);
    // Below half the precision x is its own result; this keeps subnormal numbers and the sign of zero.
    let small = x.and(s.splat(ABS)).lt(s.splat(EXPM1_TINY));
    S::V::select(small, x, y)
}

/// `ln(2^k (1 + f))` for f in [sqrt(1/2) - 1, sqrt(2) - 1]; `correction` is added to the logarithm of the mantissa.
#[inline(always)]
fn log_reduced<S: Simd<f64>>(s: S, f: S::V, k: S::V, correction: S::V) -> S::V {
    // s = f / (2 + f); ln(1 + f) = f - (h - s (h + R)) with h = f^2 / 2 (the form of fdlibm).
    let quotient = f / (f + s.splat(2.0));
    let square = quotient * quotient;
    let rest = square * polynomial(s, &LOG, square);
    let h = s.splat(0.5) * f * f;
    let tail = quotient.fma(h + rest, k.fma(s.splat(LN2_LOW), correction));
    let mantissa = f - (h - tail);
    k.fma(s.splat(LN2_HIGH), mantissa)
}

/// The mantissa of a positive normal number in [sqrt(1/2), sqrt(2)) and its exponent.
#[inline(always)]
fn split<S: Simd<f64>>(s: S, x: S::V) -> (S::V, S::V) {
    // An exponent biased so far that it is positive, read by the magic addition's inverse.
    let biased = x
        .bits_sub(s.splat(f64::from_bits(SQRT_HALF_BITS)))
        .bits_add(s.splat(f64::from_bits(BIAS << 52)));
    let field = biased.shr(52);
    let k = field.or(s.splat(TWO_TO_MANTISSA)) - s.splat(TWO_TO_MANTISSA + BIAS as f64);
    let mantissa = x.bits_sub(field.bits_sub(s.splat(f64::from_bits(BIAS))).shl(52));
    (mantissa, k)
}

/// Natural logarithm. At most 1 ULP.
#[inline(always)]
pub fn ln<S: Simd<f64>>(s: S, x: S::V) -> S::V {
    let tiny = x.lt(s.splat(f64::MIN_POSITIVE));
    let scaled = S::V::select(tiny, x * s.splat(SUBNORMAL_SCALE), x);
    let (mantissa, k) = split(s, scaled);
    let k = S::V::select(tiny, k - s.splat(SUBNORMAL_SHIFT), k);
    let y = log_reduced(s, mantissa - s.splat(1.0), k, s.splat(0.0));
    log_edges(s, x, y)
}

/// The results of a logarithm outside the positive finite numbers.
#[inline(always)]
fn log_edges<S: Simd<f64>>(s: S, x: S::V, y: S::V) -> S::V {
    let zero = s.splat(0.0);
    let y = S::V::select(x.lt(s.splat(f64::INFINITY)), y, x);
    let y = S::V::select(x.le(zero), s.splat(f64::NEG_INFINITY), y);
    S::V::select(x.lt(zero), s.splat(f64::NAN), y)
}

/// `ln(1 + x)`. At most 2 ULP.
#[inline(always)]
pub fn log1p<S: Simd<f64>>(s: S, x: S::V) -> S::V {
    let one = s.splat(1.0);
    let u = x + one;
    // What the sum lost; only where u is near one does it count, and there it is exact.
    let large = one.lt(x);
    let lost = S::V::select(large, one - (u - x), x - (u - one));
    let (mantissa, k) = split(s, S::V::select(u.lt(s.splat(f64::MIN_POSITIVE)), one, u));
    let y = log_reduced(s, mantissa - one, k, lost / u);
    let y = log_edges(s, u, y);
    let small = x.and(s.splat(ABS)).lt(s.splat(LOG1P_TINY));
    S::V::select(small, x, y)
}

/// [`log1p`] with its bits for x in [0, 1] and NaN, where less can happen: 1 + x is above the square root
/// of two or not, and nothing is negative, subnormal or infinite.
#[inline(always)]
pub fn log1p_unit<S: Simd<f64>>(s: S, x: S::V) -> S::V {
    let (zero, one) = (s.splat(0.0), s.splat(1.0));
    let u = x + one;
    let lower = u.lt(s.splat(f64::from_bits(SQRT_HALF_BITS + (1 << 52))));
    let mantissa = S::V::select(lower, u, u * s.splat(0.5));
    let k = S::V::select(lower, zero, one);
    log_reduced(s, mantissa - one, k, (x - (u - one)) / u)
}

/// Error function. At most 2 ULP.
#[inline(always)]
pub fn erf<S: Simd<f64>>(s: S, x: S::V) -> S::V {
    let a = x.and(s.splat(ABS));
    let square = a * a;
    let small = x.fma(polynomial(s, &ERF, square), x);
    let t = S::V::select(s.splat(ERF_MAX).lt(a), s.splat(ERF_MAX), a) - s.splat(1.0);
    let minus = s.splat(0.0) - polynomial(s, &ERFC, t);
    let large = s.splat(1.0) - exp(s, minus);
    let signed = large.or(x.and(s.splat(-0.0)));
    S::V::select(
        a.lt(s.splat(1.0)),
        small,
        S::V::select(x.is_nan(), x, signed),
    )
}

/// Sine, x in radians. At most 2 ULP for every finite x; NaN for infinities.
#[inline(always)]
pub fn sin<S: Simd<f64>>(s: S, x: S::V) -> S::V {
    sine_of_quadrant(s, x, s.splat(0.0))
}

/// Cosine, x in radians. At most 2 ULP for every finite x; NaN for infinities.
#[inline(always)]
pub fn cos<S: Simd<f64>>(s: S, x: S::V) -> S::V {
    sine_of_quadrant(s, x, s.splat(f64::from_bits(1)))
}

/// `sin(x + quarter turns)`, the turns given as integer bits.
#[inline(always)]
fn sine_of_quadrant<S: Simd<f64>>(s: S, x: S::V, turns: S::V) -> S::V {
    // Cody and Waite's reduction in three fused steps.
    let shifted = x.fma(s.splat(TWO_OVER_PI), s.splat(ROUND));
    let n = shifted - s.splat(ROUND);
    let r = n.fma(s.splat(-PIO2[0]), x);
    let r = n.fma(s.splat(-PIO2[1]), r);
    let r = n.fma(s.splat(-PIO2[2]), r);
    let huge = s.splat(REDUCTION_LIMIT).lt(x.and(s.splat(ABS)));
    let (r, quadrant) = if S::V::any(huge) {
        reduce_huge(s, x, r, shifted)
    } else {
        (r, shifted)
    };
    let quadrant = quadrant.bits_add(turns);
    let square = r * r;
    let sine = (square * r).fma(polynomial(s, &SIN, square), r);
    // Near zero x is its own sine; this keeps the sign of zero.
    let small = x.and(s.splat(ABS)).lt(s.splat(SIN_TINY));
    let sine = S::V::select(small, x, sine);
    let half = s.splat(0.5) * square;
    let cosine = s.splat(1.0) - (half - square * square * polynomial(s, &COS, square));
    // Bit 0 of the quadrant picks the series, bit 1 the sign.
    let odd = quadrant
        .shl(63)
        .and(s.splat(-0.0))
        .or(s.splat(1.0))
        .lt(s.splat(0.0));
    let sign = quadrant.shl(63 - 1).and(s.splat(-0.0));
    S::V::select(odd, cosine, sine).xor(sign)
}

/// Reduces the lanes beyond the limit one by one, with as many bits of 2/pi as they need.
#[inline(always)]
fn reduce_huge<S: Simd<f64>>(s: S, x: S::V, r: S::V, quadrant: S::V) -> (S::V, S::V) {
    let mut lanes = [[0.0; 16]; 3];
    for (buffer, v) in lanes.iter_mut().zip([x, r, quadrant]) {
        // SAFETY: a buffer holds at least `LANES` numbers.
        unsafe { s.store(buffer.as_mut_ptr(), v) };
    }
    reduce_lanes(&mut lanes, S::LANES);
    // SAFETY: as above.
    unsafe { (s.load(lanes[1].as_ptr()), s.load(lanes[2].as_ptr())) }
}

#[inline(never)]
fn reduce_lanes(lanes: &mut [[f64; 16]; 3], count: usize) {
    let [x, r, quadrant] = lanes;
    for i in 0..count {
        if REDUCTION_LIMIT < x[i].abs() {
            let (rest, turns) = super::reduction::reduce(x[i]);
            r[i] = rest;
            quadrant[i] = f64::from_bits(turns.into());
        }
    }
}

/// Horner's rule, lowest power first in the array.
#[inline(always)]
fn polynomial<S: Simd<f64>, const N: usize>(s: S, coefficients: &[f64; N], x: S::V) -> S::V {
    let mut sum = s.splat(coefficients[N - 1]);
    let mut k = N - 1;
    while k > 0 {
        k -= 1;
        sum = sum.fma(x, s.splat(coefficients[k]));
    }
    sum
}
