//! What the elementary functions are made of in `f32`. Coefficients: `tools/coefficients.py`.

use super::functions::Constants;
use crate::simd::{Simd, Vector};

const TANH_MAX: f32 = 9.1;
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

impl Constants for f32 {
    const MANTISSA: u32 = 23;
    const TOP: u32 = 31;
    const HALF: Self = 0.5;
    const TWO: Self = 2.0;
    const INFINITY: Self = f32::INFINITY;
    const ABS: Self = f32::from_bits(0x7fff_ffff);
    const LOG2_E: Self = std::f32::consts::LOG2_E;
    const ROUND: Self = 12_582_912.0;
    const LN2_HIGH: Self = std::f32::consts::LN_2;
    const LN2_LOW: Self = -1.904_654_2e-9;
    const EXP_MAX: Self = 88.722_84;
    const EXP_MIN: Self = -87.336_54;
    const EXPM1_MIN: Self = -18.0;
    const EXPM1_TINY: Self = 5.9e-8;
    const LOG1P_TINY: Self = 5.9e-8;
    const TWO_TO_MANTISSA: Self = 8_388_608.0;
    const ERF_MAX: Self = 3.93;
    const TWO_OVER_PI: Self = std::f32::consts::FRAC_2_PI;
    const PIO2: [Self; 3] = [std::f32::consts::FRAC_PI_2, -4.371_139e-8, -1.715_124_5e-15];
    const SIN_TINY: Self = 1e-4;
    const REDUCTION_LIMIT: Self = 1e5;
    const EXPM1: &'static [Self] = &[
        0.5,
        0.166_665_2,
        0.041_666_426,
        0.008_368_803,
        0.001_393_847_6,
    ];
    const LOG: &'static [Self] = &[0.666_666_6, 0.400_008_56, 0.285_096_2, 0.240_401_8];
    const ERF: &'static [Self] = &[
        0.128_379_17,
        -0.376_126_26,
        0.112_835_83,
        -0.026_853_694,
        0.005_188_082_3,
        -0.000_800_799_75,
        7.846652e-05,
    ];
    const ERFC: &'static [Self] = &[
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
    const SIN: &'static [Self] = &[-0.166_666_55, 0.008_332_192, -0.000_195_187_66];
    const COS: &'static [Self] = &[0.041_666_646, -0.001_388_731_4, 2.443316e-05];
    const SUBNORMAL_SHIFT: Self = 23.0;
    const SQRT_HALF: Self = f32::from_bits(0x3f35_04f3);
    const SQRT_TWO: Self = f32::from_bits(0x3f35_04f3 + (1 << 23));
    const BIAS: Self = f32::from_bits(128);
    const BIAS_EXPONENT: Self = f32::from_bits(128 << 23);
    const BIASED_TWO_TO_MANTISSA: Self = Self::TWO_TO_MANTISSA + 128.0;
    const QUARTER_TURNS: [Self; 4] = [
        f32::from_bits(0),
        f32::from_bits(1),
        f32::from_bits(2),
        f32::from_bits(3),
    ];

    /// At most 2 ULP, never beyond one, odd.
    ///
    /// 15 segments of |x|, found by the exponent and two mantissa bits of |x| + 5/8; in each a polynomial
    /// of degree five about a centre where the function is nearly a representable number. The tables'
    /// entries are one permute each, the division that a rational form needs is saved.
    #[inline(always)]
    fn tanh_ordered<S: Simd<Self>>(s: S, x: S::V) -> S::V {
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
}
