//! What the elementary functions are made of in `f64`. Coefficients: `tools/coefficients.py`.

use super::functions::Constants;
use crate::simd::{Simd, Vector};

const TANH_MAX: f64 = 20.0;
const TWO_LOG2_E: f64 = 2.885_390_081_777_926_8;
const HALF_LN2: f64 = 0.346_573_590_279_972_64;
const TANH_P: [f64; 3] = [1.0, 0.111_099_186_405_427_43, 0.001_057_406_663_788_658];
const TANH_Q: [f64; 3] = [1.0, 0.444_432_519_738_754_14, 0.015_868_246_578_718_354];

impl Constants for f64 {
    const MANTISSA: u32 = 52;
    const TOP: u32 = 63;
    const HALF: Self = 0.5;
    const TWO: Self = 2.0;
    const INFINITY: Self = f64::INFINITY;
    const ABS: Self = f64::from_bits(0x7fff_ffff_ffff_ffff);
    const LOG2_E: Self = std::f64::consts::LOG2_E;
    const ROUND: Self = 6_755_399_441_055_744.0;
    const LN2_HIGH: Self = std::f64::consts::LN_2;
    const LN2_LOW: Self = 2.319_046_813_846_299_6e-17;
    const EXP_MAX: Self = 709.782_712_893_384;
    const EXP_MIN: Self = -708.396_418_532_264_1;
    const EXPM1_MIN: Self = -40.0;
    const EXPM1_TINY: Self = 1.1e-16;
    const LOG1P_TINY: Self = 1.1e-16;
    const TWO_TO_MANTISSA: Self = 4_503_599_627_370_496.0;
    const ERF_MAX: Self = 5.93;
    const TWO_OVER_PI: Self = std::f64::consts::FRAC_2_PI;
    const PIO2: [Self; 3] = [
        std::f64::consts::FRAC_PI_2,
        6.123_233_995_736_766e-17,
        -1.497_384_904_859_169_8e-33,
    ];
    const SIN_TINY: Self = 1e-8;
    const REDUCTION_LIMIT: Self = 1e8;
    const EXPM1: &'static [Self] = &[
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
    const LOG: &'static [Self] = &[
        0.666_666_666_666_666_6,
        0.400_000_000_000_048_76,
        0.285_714_285_694_294_47,
        0.222_222_226_042_812_78,
        0.181_817_785_513_003_2,
        0.153_869_812_698_796,
        0.132_522_969_632_535_85,
        0.132_336_116_659_866_28,
    ];
    const ERF: &'static [Self] = &[
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
    const ERFC: &'static [Self] = &[
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
    const SIN: &'static [Self] = &[
        -0.166_666_666_666_666_66,
        0.008_333_333_333_333_094,
        -0.000_198_412_698_410_464_87,
        2.7557319123285063e-06,
        -2.505208438444737e-08,
        1.6056049001917658e-10,
        -7.475202573215065e-13,
    ];
    const COS: &'static [Self] = &[
        0.041_666_666_666_666_664,
        -0.001_388_888_888_888_842_8,
        2.480158730123406e-05,
        -2.755731908813465e-07,
        2.0876728773231626e-09,
        -1.1467664865451184e-11,
        4.629660694895405e-14,
    ];
    const SUBNORMAL_SHIFT: Self = 52.0;
    const SQRT_HALF: Self = f64::from_bits(0x3fe6_a09e_667f_3bcd);
    const SQRT_TWO: Self = f64::from_bits(0x3fe6_a09e_667f_3bcd + (1 << 52));
    const BIAS: Self = f64::from_bits(1024);
    const BIAS_EXPONENT: Self = f64::from_bits(1024 << 52);
    const BIASED_TWO_TO_MANTISSA: Self = Self::TWO_TO_MANTISSA + 1024.0;
    const QUARTER_TURNS: [Self; 4] = [
        f64::from_bits(0),
        f64::from_bits(1),
        f64::from_bits(2),
        f64::from_bits(3),
    ];

    /// At most 3 ULP, never beyond one, odd.
    ///
    /// With `|x| = n ln(2) / 2 + r`, `s = 2^n` and `tanh r = r P / Q` in `r^2`, it is
    /// `((s - 1) Q + (s + 1) r P) / ((s + 1) Q + (s - 1) r P)`: one division, and fewer multiply-adds than an exponential.
    /// For n = 0 the first terms vanish, so that small arguments keep their relative precision.
    #[inline(always)]
    fn tanh_ordered<S: Simd<Self>>(s: S, x: S::V) -> S::V {
        let a = x.clamp_abs(s.splat(TANH_MAX));
        let (round, one) = (s.splat(Self::ROUND), s.splat(1.0));
        let shifted = a.fma(s.splat(TWO_LOG2_E), round);
        // What the rounded constant loses is below half a unit of the result.
        let r = (shifted - round).fma(s.splat(-HALF_LN2), a);
        let square = r * r;
        let p = r * super::functions::polynomial(s, &TANH_P, square);
        let q = super::functions::polynomial(s, &TANH_Q, square);
        let scale = one.bits_add(shifted.shl(Self::MANTISSA));
        let (less, more) = (scale - one, scale + one);
        let y = less.fma(q, more * p) / more.fma(q, less * p);
        y.or(x.and(s.splat(-0.0)))
    }
}
