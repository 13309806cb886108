//! Elementary functions in `f32` on virtual vectors: additions, multiplications, divisions and fused
//! multiply-adds alone, so that every level gives the same bits. Coefficients: `tools/coefficients.py`.

use crate::simd::{Simd, Vector};

const ABS: f32 = f32::from_bits(0x7fff_ffff);
const LOG2_E: f32 = std::f32::consts::LOG2_E;
/// 1.5 * 2^23: adding it rounds to an integer, which the low bits then hold.
const ROUND: f32 = 12_582_912.0;
const LN2_HIGH: f32 = std::f32::consts::LN_2;
const LN2_LOW: f32 = -1.904_654_2e-9;
const EXP_MAX: f32 = 88.722_84;
const EXP_MIN: f32 = -87.336_54;
const EXPM1_MIN: f32 = -18.0;
const EXPM1_TINY: f32 = 5.9e-8;
const LOG1P_TINY: f32 = 5.9e-8;
const SQRT_HALF_BITS: u32 = 0x3f35_04f3;
const BIAS: u32 = 128;
const TWO_TO_MANTISSA: f32 = 8_388_608.0;
const SUBNORMAL_SCALE: f32 = 8_388_608.0;
const SUBNORMAL_SHIFT: f32 = 23.0;
const ERF_MAX: f32 = 3.93;
const TWO_OVER_PI: f32 = std::f32::consts::FRAC_2_PI;
const PIO2: [f32; 3] = [std::f32::consts::FRAC_PI_2, -4.371_139e-8, -1.715_124_5e-15];
const SIN_TINY: f32 = 1e-4;
const REDUCTION_LIMIT: f32 = 1e5;
const TANH_MAX: f32 = 9.1;
const EXPM1: [f32; 5] = [
    0.5,
    0.166_665_2,
    0.041_666_426,
    0.008_368_803,
    0.001_393_847_6,
];
const LOG: [f32; 4] = [0.666_666_6, 0.400_008_56, 0.285_096_2, 0.240_401_8];
const ERF: [f32; 7] = [
    0.128_379_17,
    -0.376_126_26,
    0.112_835_83,
    -0.026_853_694,
    0.005_188_082_3,
    -0.000_800_799_75,
    7.846652e-05,
];
const ERFC: [f32; 10] = [
    1.849_605_6,
    2.638_965_1,
    0.843_139_65,
    0.041_368_417,
    -0.009_438_046,
    0.000_940_766_3,
    0.000_806_775_7,
    -0.000_620_452,
    0.000_198_387_58,
    -2.4929588e-05,
];
const SIN: [f32; 3] = [-0.166_666_55, 0.008_332_192, -0.000_195_187_66];
const COS: [f32; 3] = [0.041_666_646, -0.001_388_731_4, 2.443316e-05];
const CENTER: [f32; 16] = [
    1.619_863_5,
    2.130_479_8,
    2.624_017_7,
    3.127_466_2,
    3.871_828,
    4.880_638,
    5.880_163,
    6.872_579_6,
    8.243_222,
    0.0,
    0.184_614_18,
    0.316_514_97,
    0.501_007_1,
    0.754_734_04,
    1.004_150_4,
    1.252_782_8,
];
const C0: [f32; 16] = [
    0.924_604_4,
    0.972_175_06,
    0.989_539_3,
    0.996_165_45,
    0.999_133_4,
    0.999_884_7,
    0.999_984_4,
    0.999_997_85,
    0.999_999_9,
    0.0,
    0.182_545_02,
    0.306_352_35,
    0.462_908_8,
    0.637_964_7,
    0.763_331_7,
    0.849_062_14,
];
const C1: [f32; 16] = [
    0.145_106_63,
    0.054_875_65,
    0.020_811_927,
    0.007_654_392_6,
    0.001_732_467_7,
    0.000_230_547_5,
    3.1233933e-05,
    4.291631e-06,
    2.7658567e-07,
    1.0,
    0.966_677_3,
    0.906_148_25,
    0.785_715_5,
    0.593_001,
    0.417_324_7,
    0.279_093_47,
];
const C2: [f32; 16] = [
    -0.134_173_42,
    -0.053_347_82,
    -0.020_593_144,
    -0.007_624_529_3,
    -0.001_728_868_2,
    -0.000_230_228_75,
    -3.119401e-05,
    -4.2862703e-06,
    -4.7495578e-07,
    3.192296e-07,
    -0.176_461_76,
    -0.277_600_26,
    -0.363_709_4,
    -0.378_313_66,
    -0.318_559_14,
    -0.236_969_29,
];
const C3: [f32; 16] = [
    0.075_687_736,
    0.033_572_614,
    0.013_441_202,
    0.005_043_765,
    0.001_150_883_6,
    0.000_153_355_93,
    2.0783371e-05,
    2.8579716e-06,
    1.8090911e-07,
    -0.333_355_9,
    -0.290_006_28,
    -0.217_022_06,
    -0.093_565_315,
    0.043_680_59,
    0.104_061_34,
    0.108_171_89,
];
const C4: [f32; 16] = [
    -0.024_884_544,
    -0.014_903_811,
    -0.006_491_617_8,
    -0.002_509_513,
    -0.000_600_514_8,
    -8.0406324e-05,
    -1.090138e-05,
    -1.4981147e-06,
    1.6340377e-07,
    0.000_475_870_62,
    0.111_447_655,
    0.158_661_47,
    0.163_454_65,
    0.098_224_88,
    0.027_163_342,
    -0.012_525_311,
];
const C5: [f32; 16] = [
    0.001_106_823_3,
    0.004_452_613_6,
    0.002_360_132_8,
    0.000_975_868_84,
    0.000_236_661_29,
    3.2469114e-05,
    4.4020235e-06,
    5.9590303e-07,
    4.896048e-08,
    0.129_974_84,
    0.096_040_02,
    0.047_409_635,
    -0.025_576_562,
    -0.063_507_82,
    -0.046_181_176,
    -0.019_240_843,
];

/// Hyperbolic tangent. At most 2 ULP, never beyond one, odd.
///
/// 15 segments of |x|, found by the exponent and two mantissa bits of |x| + 5/8; in each a polynomial
/// of degree five about a centre where the function is nearly a representable number. The tables'
/// entries are one permute each, the division that a rational form needs is saved.
#[inline(always)]
pub fn tanh<S: Simd<f32>>(s: S, x: S::V) -> S::V {
    S::V::select(x.is_nan(), x, tanh_ordered(s, x))
}

/// [`tanh`] of all but NaN.
#[inline(always)]
pub fn tanh_ordered<S: Simd<f32>>(s: S, x: S::V) -> S::V {
    let a = x.clamp_abs(s.splat(TANH_MAX));
    let index = (a + s.splat(0.625)).shr(21);
    let t = a - index.lookup(&CENTER);
    let p = index.lookup(&C5);
    let p = p.fma(t, index.lookup(&C4));
    let p = p.fma(t, index.lookup(&C3));
    let p = p.fma(t, index.lookup(&C2));
    let p = p.fma(t, index.lookup(&C1));
    let p = p.fma(t, index.lookup(&C0));
    p.or(x.and(s.splat(-0.0)))
}

/// Exponential. At most 1.1 ULP for normal results; results below the smallest normal are +0.
#[inline(always)]
pub fn exp<S: Simd<f32>>(s: S, x: S::V) -> S::V {
    let (high, low) = (s.splat(EXP_MAX), s.splat(EXP_MIN));
    // NaN passes through both selections.
    let clamped = S::V::select(high.lt(x), high, S::V::select(x.lt(low), low, x));
    let (p, shifted) = expm1_reduced(s, clamped);
    let y = (p + s.splat(1.0)).bits_add(shifted.shl(23));
    // Infinity times x is infinity above the range and NaN for NaN.
    let y = S::V::select(x.le(high), y, x * s.splat(f32::INFINITY));
    S::V::select(x.lt(low), s.splat(0.0), y)
}

/// `exp(r) - 1` of the reduced argument r, and a number whose low bits are the exponent to scale by.
#[inline(always)]
fn expm1_reduced<S: Simd<f32>>(s: S, x: S::V) -> (S::V, S::V) {
    let shifted = x.fma(s.splat(LOG2_E), s.splat(ROUND));
    let n = shifted - s.splat(ROUND);
    let r = n.fma(s.splat(-LN2_LOW), n.fma(s.splat(-LN2_HIGH), x));
    let q = polynomial(s, &EXPM1, r);
    ((r * r).fma(q, r), shifted)
}

/// `exp(x) - 1`. At most 2 ULP.
#[inline(always)]
pub fn expm1<S: Simd<f32>>(s: S, x: S::V) -> S::V {
    let (high, low) = (s.splat(EXP_MAX), s.splat(EXPM1_MIN));
    let clamped = S::V::select(high.lt(x), high, S::V::select(x.lt(low), low, x));
    let (p, shifted) = expm1_reduced(s, clamped);
    // Half the scale, because 2^128 has no representation where the result still has one.
    let scale = s.splat(0.5).bits_add(shifted.shl(23));
    let half = scale.fma(p, scale - s.splat(0.5));
    let y = S::V::select(high.lt(x), s.splat(f32::INFINITY), half + half);
    // Below half the precision x is its own result; this keeps subnormal numbers and the sign of zero.
    let small = x.and(s.splat(ABS)).lt(s.splat(EXPM1_TINY));
    S::V::select(small, x, y)
}

/// `ln(2^k (1 + f))` for f in [sqrt(1/2) - 1, sqrt(2) - 1]; `correction` is added to the logarithm of the mantissa.
#[inline(always)]
fn log_reduced<S: Simd<f32>>(s: S, f: S::V, k: S::V, correction: S::V) -> S::V {
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
fn split<S: Simd<f32>>(s: S, x: S::V) -> (S::V, S::V) {
    // An exponent biased so far that it is positive, read by the magic addition's inverse.
    let biased = x
        .bits_sub(s.splat(f32::from_bits(SQRT_HALF_BITS)))
        .bits_add(s.splat(f32::from_bits(BIAS << 23)));
    let field = biased.shr(23);
    let k = field.or(s.splat(TWO_TO_MANTISSA)) - s.splat(TWO_TO_MANTISSA + BIAS as f32);
    let mantissa = x.bits_sub(field.bits_sub(s.splat(f32::from_bits(BIAS))).shl(23));
    (mantissa, k)
}

/// Natural logarithm. At most 1 ULP.
#[inline(always)]
pub fn ln<S: Simd<f32>>(s: S, x: S::V) -> S::V {
    let tiny = x.lt(s.splat(f32::MIN_POSITIVE));
    let scaled = S::V::select(tiny, x * s.splat(SUBNORMAL_SCALE), x);
    let (mantissa, k) = split(s, scaled);
    let k = S::V::select(tiny, k - s.splat(SUBNORMAL_SHIFT), k);
    let y = log_reduced(s, mantissa - s.splat(1.0), k, s.splat(0.0));
    log_edges(s, x, y)
}

/// The results of a logarithm outside the positive finite numbers.
#[inline(always)]
fn log_edges<S: Simd<f32>>(s: S, x: S::V, y: S::V) -> S::V {
    let zero = s.splat(0.0);
    let y = S::V::select(x.lt(s.splat(f32::INFINITY)), y, x);
    let y = S::V::select(x.le(zero), s.splat(f32::NEG_INFINITY), y);
    S::V::select(x.lt(zero), s.splat(f32::NAN), y)
}

/// `ln(1 + x)`. At most 2 ULP.
#[inline(always)]
pub fn log1p<S: Simd<f32>>(s: S, x: S::V) -> S::V {
    let one = s.splat(1.0);
    let u = x + one;
    // What the sum lost; only where u is near one does it count, and there it is exact.
    let large = one.lt(x);
    let lost = S::V::select(large, one - (u - x), x - (u - one));
    let (mantissa, k) = split(s, S::V::select(u.lt(s.splat(f32::MIN_POSITIVE)), one, u));
    let y = log_reduced(s, mantissa - one, k, lost / u);
    let y = log_edges(s, u, y);
    let small = x.and(s.splat(ABS)).lt(s.splat(LOG1P_TINY));
    S::V::select(small, x, y)
}

/// [`log1p`] with its bits for x in [0, 1] and NaN, where less can happen: 1 + x is above the square root
/// of two or not, and nothing is negative, subnormal or infinite.
#[inline(always)]
pub fn log1p_unit<S: Simd<f32>>(s: S, x: S::V) -> S::V {
    let (zero, one) = (s.splat(0.0), s.splat(1.0));
    let u = x + one;
    let lower = u.lt(s.splat(f32::from_bits(SQRT_HALF_BITS + (1 << 23))));
    let mantissa = S::V::select(lower, u, u * s.splat(0.5));
    let k = S::V::select(lower, zero, one);
    log_reduced(s, mantissa - one, k, (x - (u - one)) / u)
}

/// Error function. At most 2 ULP.
#[inline(always)]
pub fn erf<S: Simd<f32>>(s: S, x: S::V) -> S::V {
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
pub fn sin<S: Simd<f32>>(s: S, x: S::V) -> S::V {
    sine_of_quadrant(s, x, s.splat(0.0))
}

/// Cosine, x in radians. At most 2 ULP for every finite x; NaN for infinities.
#[inline(always)]
pub fn cos<S: Simd<f32>>(s: S, x: S::V) -> S::V {
    sine_of_quadrant(s, x, s.splat(f32::from_bits(1)))
}

/// `sin(x + quarter turns)`, the turns given as integer bits.
#[inline(always)]
fn sine_of_quadrant<S: Simd<f32>>(s: S, x: S::V, turns: S::V) -> S::V {
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
        .shl(31)
        .and(s.splat(-0.0))
        .or(s.splat(1.0))
        .lt(s.splat(0.0));
    let sign = quadrant.shl(31 - 1).and(s.splat(-0.0));
    S::V::select(odd, cosine, sine).xor(sign)
}

/// Reduces the lanes beyond the limit one by one, with as many bits of 2/pi as they need.
#[inline(always)]
fn reduce_huge<S: Simd<f32>>(s: S, x: S::V, r: S::V, quadrant: S::V) -> (S::V, S::V) {
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
fn reduce_lanes(lanes: &mut [[f32; 16]; 3], count: usize) {
    let [x, r, quadrant] = lanes;
    for i in 0..count {
        if REDUCTION_LIMIT < x[i].abs() {
            let (rest, turns) = super::reduction::reduce(f64::from(x[i]));
            r[i] = rest as f32;
            quadrant[i] = f32::from_bits(turns.into());
        }
    }
}

/// Horner's rule, lowest power first in the array.
#[inline(always)]
fn polynomial<S: Simd<f32>, const N: usize>(s: S, coefficients: &[f32; N], x: S::V) -> S::V {
    let mut sum = s.splat(coefficients[N - 1]);
    let mut k = N - 1;
    while k > 0 {
        k -= 1;
        sum = sum.fma(x, s.splat(coefficients[k]));
    }
    sum
}
