//! AVX2 with FMA: two registers a virtual vector.

use super::{Lanes, Simd, Vector};
use core::arch::x86_64::*;
use std::ops::{Add, Div, Mul, Sub};

/// Proof that AVX2 and FMA are supported.
#[derive(Clone, Copy, Debug)]
pub struct Avx2(());

impl Avx2 {
    /// # Safety
    /// The processor supports the level.
    #[inline(always)]
    pub unsafe fn assume() -> Self {
        Avx2(())
    }
}

/// Safe methods over intrinsics, on values that only a token makes.
macro_rules! intrinsics {
    ($(fn $name:ident($($arg:ident: $t:ty),*) -> $r:ty = $e:expr;)*) => {$(
        #[inline(always)]
        fn $name($($arg: $t),*) -> $r {
            // SAFETY: a vector or a token exists only where the level is supported.
            unsafe { $e }
        }
    )*};
}

macro_rules! operators {
    ($name:ident, $($trait:ident $method:ident $f:ident)*) => {$(
        impl $trait for $name {
            type Output = Self;
            intrinsics! { fn $method(self: Self, other: Self) -> Self = $name($f(self.0, other.0), $f(self.1, other.1)); }
        }
    )*};
}

/// 16 lanes of `f32`.
#[derive(Clone, Copy, Debug)]
pub struct F32x16(__m256, __m256);

/// 8 lanes of `f64`.
#[derive(Clone, Copy, Debug)]
pub struct F64x8(__m256d, __m256d);

operators!(F32x16, Add add _mm256_add_ps Sub sub _mm256_sub_ps Mul mul _mm256_mul_ps Div div _mm256_div_ps);
operators!(F64x8, Add add _mm256_add_pd Sub sub _mm256_sub_pd Mul mul _mm256_mul_pd Div div _mm256_div_pd);

#[inline(always)]
fn count(n: u32) -> __m128i {
    // SAFETY: SSE2 belongs to x86-64.
    unsafe { _mm_cvtsi32_si128(n as i32) }
}

impl F32x16 {
    intrinsics! {
        fn int(self: Self) -> [__m256i; 2] = [_mm256_castps_si256(self.0), _mm256_castps_si256(self.1)];
        fn from_int(low: __m256i, high: __m256i) -> Self = F32x16(_mm256_castsi256_ps(low), _mm256_castsi256_ps(high));
    }
}

impl F64x8 {
    intrinsics! {
        fn int(self: Self) -> [__m256i; 2] = [_mm256_castpd_si256(self.0), _mm256_castpd_si256(self.1)];
        fn from_int(low: __m256i, high: __m256i) -> Self = F64x8(_mm256_castsi256_pd(low), _mm256_castsi256_pd(high));
    }
}

impl Vector<f32> for F32x16 {
    type Mask = (__m256, __m256);
    #[inline(always)]
    fn any_nan<const N: usize>(v: [Self; N]) -> bool {
        // SAFETY: a vector exists only where the level is supported.
        unsafe {
            let mut unordered = _mm256_setzero_ps();
            for v in v {
                unordered = _mm256_or_ps(unordered, _mm256_cmp_ps::<_CMP_UNORD_Q>(v.0, v.1));
            }
            _mm256_movemask_ps(unordered) != 0
        }
    }
    intrinsics! {
        fn fma(self: Self, b: Self, c: Self) -> Self = F32x16(_mm256_fmadd_ps(self.0, b.0, c.0), _mm256_fmadd_ps(self.1, b.1, c.1));
        fn least(self: Self, o: Self) -> Self = F32x16(_mm256_min_ps(self.0, o.0), _mm256_min_ps(self.1, o.1));
        fn clamp_abs(self: Self, top: Self) -> Self = {
            let sign = _mm256_set1_ps(-0.0);
            F32x16(_mm256_min_ps(_mm256_andnot_ps(sign, self.0), top.0), _mm256_min_ps(_mm256_andnot_ps(sign, self.1), top.1))
        };
        fn zero_small(self: Self) -> Self = {
            let (sign, normal) = (_mm256_set1_ps(-0.0), _mm256_set1_ps(f32::MIN_POSITIVE));
            let low = _mm256_cmp_ps::<_CMP_NLT_UQ>(_mm256_andnot_ps(sign, self.0), normal);
            let high = _mm256_cmp_ps::<_CMP_NLT_UQ>(_mm256_andnot_ps(sign, self.1), normal);
            F32x16(_mm256_and_ps(self.0, low), _mm256_and_ps(self.1, high))
        };
        fn sqrt(self: Self) -> Self = F32x16(_mm256_sqrt_ps(self.0), _mm256_sqrt_ps(self.1));
        fn and(self: Self, o: Self) -> Self = F32x16(_mm256_and_ps(self.0, o.0), _mm256_and_ps(self.1, o.1));
        fn or(self: Self, o: Self) -> Self = F32x16(_mm256_or_ps(self.0, o.0), _mm256_or_ps(self.1, o.1));
        fn xor(self: Self, o: Self) -> Self = F32x16(_mm256_xor_ps(self.0, o.0), _mm256_xor_ps(self.1, o.1));
        fn bits_add(self: Self, o: Self) -> Self = {
            let ([a, b], [c, d]) = (self.int(), o.int());
            Self::from_int(_mm256_add_epi32(a, c), _mm256_add_epi32(b, d))
        };
        fn bits_sub(self: Self, o: Self) -> Self = {
            let ([a, b], [c, d]) = (self.int(), o.int());
            Self::from_int(_mm256_sub_epi32(a, c), _mm256_sub_epi32(b, d))
        };
        fn shl(self: Self, n: u32) -> Self = {
            let [a, b] = self.int();
            Self::from_int(_mm256_sll_epi32(a, count(n)), _mm256_sll_epi32(b, count(n)))
        };
        fn shr(self: Self, n: u32) -> Self = {
            let [a, b] = self.int();
            Self::from_int(_mm256_srl_epi32(a, count(n)), _mm256_srl_epi32(b, count(n)))
        };
        fn lt(self: Self, o: Self) -> (__m256, __m256) = (_mm256_cmp_ps::<_CMP_LT_OQ>(self.0, o.0), _mm256_cmp_ps::<_CMP_LT_OQ>(self.1, o.1));
        fn le(self: Self, o: Self) -> (__m256, __m256) = (_mm256_cmp_ps::<_CMP_LE_OQ>(self.0, o.0), _mm256_cmp_ps::<_CMP_LE_OQ>(self.1, o.1));
        fn is_nan(self: Self) -> (__m256, __m256) =
            (_mm256_cmp_ps::<_CMP_UNORD_Q>(self.0, self.0), _mm256_cmp_ps::<_CMP_UNORD_Q>(self.1, self.1));
        fn select(mask: (__m256, __m256), yes: Self, no: Self) -> Self =
            F32x16(_mm256_blendv_ps(no.0, yes.0, mask.0), _mm256_blendv_ps(no.1, yes.1, mask.1));
        fn any(mask: (__m256, __m256)) -> bool = _mm256_movemask_ps(_mm256_or_ps(mask.0, mask.1)) != 0;
        fn lookup(self: Self, table: &[f32; 16]) -> Self = {
            let (low, high) = (_mm256_loadu_ps(table.as_ptr()), _mm256_loadu_ps(table.as_ptr().add(8)));
            // The permutation reads three bits of the index; the fourth, moved to the sign, picks the half.
            let half = self.shl(28);
            let [a, b] = self.int();
            F32x16(
                _mm256_blendv_ps(_mm256_permutevar8x32_ps(low, a), _mm256_permutevar8x32_ps(high, a), half.0),
                _mm256_blendv_ps(_mm256_permutevar8x32_ps(low, b), _mm256_permutevar8x32_ps(high, b), half.1),
            )
        };
    }
}

impl Vector<f64> for F64x8 {
    type Mask = (__m256d, __m256d);
    #[inline(always)]
    fn any_nan<const N: usize>(v: [Self; N]) -> bool {
        // SAFETY: a vector exists only where the level is supported.
        unsafe {
            let mut unordered = _mm256_setzero_pd();
            for v in v {
                unordered = _mm256_or_pd(unordered, _mm256_cmp_pd::<_CMP_UNORD_Q>(v.0, v.1));
            }
            _mm256_movemask_pd(unordered) != 0
        }
    }
    intrinsics! {
        fn fma(self: Self, b: Self, c: Self) -> Self = F64x8(_mm256_fmadd_pd(self.0, b.0, c.0), _mm256_fmadd_pd(self.1, b.1, c.1));
        fn least(self: Self, o: Self) -> Self = F64x8(_mm256_min_pd(self.0, o.0), _mm256_min_pd(self.1, o.1));
        fn clamp_abs(self: Self, top: Self) -> Self = {
            let sign = _mm256_set1_pd(-0.0);
            F64x8(_mm256_min_pd(_mm256_andnot_pd(sign, self.0), top.0), _mm256_min_pd(_mm256_andnot_pd(sign, self.1), top.1))
        };
        fn zero_small(self: Self) -> Self = {
            let (sign, normal) = (_mm256_set1_pd(-0.0), _mm256_set1_pd(f64::MIN_POSITIVE));
            let low = _mm256_cmp_pd::<_CMP_NLT_UQ>(_mm256_andnot_pd(sign, self.0), normal);
            let high = _mm256_cmp_pd::<_CMP_NLT_UQ>(_mm256_andnot_pd(sign, self.1), normal);
            F64x8(_mm256_and_pd(self.0, low), _mm256_and_pd(self.1, high))
        };
        fn sqrt(self: Self) -> Self = F64x8(_mm256_sqrt_pd(self.0), _mm256_sqrt_pd(self.1));
        fn and(self: Self, o: Self) -> Self = F64x8(_mm256_and_pd(self.0, o.0), _mm256_and_pd(self.1, o.1));
        fn or(self: Self, o: Self) -> Self = F64x8(_mm256_or_pd(self.0, o.0), _mm256_or_pd(self.1, o.1));
        fn xor(self: Self, o: Self) -> Self = F64x8(_mm256_xor_pd(self.0, o.0), _mm256_xor_pd(self.1, o.1));
        fn bits_add(self: Self, o: Self) -> Self = {
            let ([a, b], [c, d]) = (self.int(), o.int());
            Self::from_int(_mm256_add_epi64(a, c), _mm256_add_epi64(b, d))
        };
        fn bits_sub(self: Self, o: Self) -> Self = {
            let ([a, b], [c, d]) = (self.int(), o.int());
            Self::from_int(_mm256_sub_epi64(a, c), _mm256_sub_epi64(b, d))
        };
        fn shl(self: Self, n: u32) -> Self = {
            let [a, b] = self.int();
            Self::from_int(_mm256_sll_epi64(a, count(n)), _mm256_sll_epi64(b, count(n)))
        };
        fn shr(self: Self, n: u32) -> Self = {
            let [a, b] = self.int();
            Self::from_int(_mm256_srl_epi64(a, count(n)), _mm256_srl_epi64(b, count(n)))
        };
        fn lt(self: Self, o: Self) -> (__m256d, __m256d) = (_mm256_cmp_pd::<_CMP_LT_OQ>(self.0, o.0), _mm256_cmp_pd::<_CMP_LT_OQ>(self.1, o.1));
        fn le(self: Self, o: Self) -> (__m256d, __m256d) = (_mm256_cmp_pd::<_CMP_LE_OQ>(self.0, o.0), _mm256_cmp_pd::<_CMP_LE_OQ>(self.1, o.1));
        fn is_nan(self: Self) -> (__m256d, __m256d) =
            (_mm256_cmp_pd::<_CMP_UNORD_Q>(self.0, self.0), _mm256_cmp_pd::<_CMP_UNORD_Q>(self.1, self.1));
        fn select(mask: (__m256d, __m256d), yes: Self, no: Self) -> Self =
            F64x8(_mm256_blendv_pd(no.0, yes.0, mask.0), _mm256_blendv_pd(no.1, yes.1, mask.1));
        fn any(mask: (__m256d, __m256d)) -> bool = _mm256_movemask_pd(_mm256_or_pd(mask.0, mask.1)) != 0;
        fn lookup(self: Self, table: &[f64; 16]) -> Self = {
            let fifteen = _mm256_set1_epi64x(15);
            let [a, b] = self.int();
            let (a, b) = (_mm256_and_si256(a, fifteen), _mm256_and_si256(b, fifteen));
            F64x8(_mm256_i64gather_pd::<8>(table.as_ptr(), a), _mm256_i64gather_pd::<8>(table.as_ptr(), b))
        };
    }
}

/// Masks of the first n lanes are read from `LANES - n` on.
static MASK_F32: [i32; 32] = [
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0,
];
static MASK_F64: [i64; 16] = [-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0];

macro_rules! memory {
    ($t:ident, $name:ident, $lanes:literal, $load:ident, $store:ident, $maskload:ident, $maskstore:ident, $masks:ident) => {
        #[inline(always)]
        unsafe fn load(self, p: *const $t) -> $name {
            // SAFETY: the caller's promise, and the token.
            unsafe { $name($load(p), $load(p.add($lanes / 2))) }
        }
        #[inline(always)]
        unsafe fn load_part(self, p: *const $t, n: usize) -> $name {
            debug_assert!(n < $lanes);
            // SAFETY: the caller's promise, and the token; masked lanes are not read. The masks hold twice the lanes, n is below the lanes.
            unsafe {
                let mask = $masks.as_ptr().add($lanes - n).cast::<__m256i>();
                let (low, high) = (_mm256_loadu_si256(mask), _mm256_loadu_si256(mask.add(1)));
                $name(
                    $maskload(p, low),
                    $maskload(p.wrapping_add($lanes / 2), high),
                )
            }
        }
        #[inline(always)]
        unsafe fn store(self, p: *mut $t, v: $name) {
            // SAFETY: the caller's promise, and the token.
            unsafe {
                $store(p, v.0);
                $store(p.add($lanes / 2), v.1);
            }
        }
        #[inline(always)]
        unsafe fn store_part(self, p: *mut $t, n: usize, v: $name) {
            debug_assert!(n < $lanes);
            // SAFETY: as for `load_part`.
            unsafe {
                let mask = $masks.as_ptr().add($lanes - n).cast::<__m256i>();
                let (low, high) = (_mm256_loadu_si256(mask), _mm256_loadu_si256(mask.add(1)));
                $maskstore(p, low, v.0);
                $maskstore(p.wrapping_add($lanes / 2), high, v.1);
            }
        }
    };
}

impl Simd<f32> for Avx2 {
    type V = F32x16;
    type Sum = [__m256d; 4];
    const LANES: usize = 16;
    const REGISTERS: usize = 16;

    intrinsics! {
        fn splat(self: Self, x: f32) -> F32x16 = F32x16(_mm256_set1_ps(x), _mm256_set1_ps(x));
        fn sum_zero(self: Self) -> [__m256d; 4] = [_mm256_setzero_pd(); 4];
        fn sum_add(self: Self, sum: [__m256d; 4], v: F32x16) -> [__m256d; 4] = {
            let x = widen(v);
            [_mm256_add_pd(sum[0], x[0]), _mm256_add_pd(sum[1], x[1]), _mm256_add_pd(sum[2], x[2]), _mm256_add_pd(sum[3], x[3])]
        };
        fn sum_add_square(self: Self, sum: [__m256d; 4], v: F32x16) -> [__m256d; 4] = {
            let x = widen(v);
            [
                _mm256_fmadd_pd(x[0], x[0], sum[0]),
                _mm256_fmadd_pd(x[1], x[1], sum[1]),
                _mm256_fmadd_pd(x[2], x[2], sum[2]),
                _mm256_fmadd_pd(x[3], x[3], sum[3]),
            ]
        };
        fn sum_add_product(self: Self, sum: [__m256d; 4], a: F32x16, b: F32x16) -> [__m256d; 4] = {
            let (a, b) = (widen(a), widen(b));
            [
                _mm256_fmadd_pd(a[0], b[0], sum[0]),
                _mm256_fmadd_pd(a[1], b[1], sum[1]),
                _mm256_fmadd_pd(a[2], b[2], sum[2]),
                _mm256_fmadd_pd(a[3], b[3], sum[3]),
            ]
        };
        fn sum_add_weighted_square(self: Self, sum: [__m256d; 4], w: F32x16, v: F32x16) -> [__m256d; 4] = {
            let (w, v) = (widen(w), widen(v));
            [
                _mm256_fmadd_pd(_mm256_mul_pd(w[0], v[0]), v[0], sum[0]),
                _mm256_fmadd_pd(_mm256_mul_pd(w[1], v[1]), v[1], sum[1]),
                _mm256_fmadd_pd(_mm256_mul_pd(w[2], v[2]), v[2], sum[2]),
                _mm256_fmadd_pd(_mm256_mul_pd(w[3], v[3]), v[3], sum[3]),
            ]
        };
        fn sum_total(self: Self, sum: [__m256d; 4]) -> f64 = fold([_mm256_add_pd(sum[0], sum[2]), _mm256_add_pd(sum[1], sum[3])]);
    }
    memory!(
        f32,
        F32x16,
        16,
        _mm256_loadu_ps,
        _mm256_storeu_ps,
        _mm256_maskload_ps,
        _mm256_maskstore_ps,
        MASK_F32
    );
}

impl Simd<f64> for Avx2 {
    type V = F64x8;
    type Sum = [__m256d; 2];
    const LANES: usize = 8;
    const REGISTERS: usize = 16;

    intrinsics! {
        fn splat(self: Self, x: f64) -> F64x8 = F64x8(_mm256_set1_pd(x), _mm256_set1_pd(x));
        fn sum_zero(self: Self) -> [__m256d; 2] = [_mm256_setzero_pd(); 2];
        fn sum_add(self: Self, sum: [__m256d; 2], v: F64x8) -> [__m256d; 2] = [_mm256_add_pd(sum[0], v.0), _mm256_add_pd(sum[1], v.1)];
        fn sum_add_square(self: Self, sum: [__m256d; 2], v: F64x8) -> [__m256d; 2] =
            [_mm256_fmadd_pd(v.0, v.0, sum[0]), _mm256_fmadd_pd(v.1, v.1, sum[1])];
        fn sum_add_product(self: Self, sum: [__m256d; 2], a: F64x8, b: F64x8) -> [__m256d; 2] =
            [_mm256_fmadd_pd(a.0, b.0, sum[0]), _mm256_fmadd_pd(a.1, b.1, sum[1])];
        fn sum_add_weighted_square(self: Self, sum: [__m256d; 2], w: F64x8, v: F64x8) -> [__m256d; 2] = [
            _mm256_fmadd_pd(_mm256_mul_pd(w.0, v.0), v.0, sum[0]),
            _mm256_fmadd_pd(_mm256_mul_pd(w.1, v.1), v.1, sum[1]),
        ];
        fn sum_total(self: Self, sum: [__m256d; 2]) -> f64 = fold(sum);
    }
    memory!(
        f64,
        F64x8,
        8,
        _mm256_loadu_pd,
        _mm256_storeu_pd,
        _mm256_maskload_pd,
        _mm256_maskstore_pd,
        MASK_F64
    );
}

/// # Safety
/// AVX is supported.
#[inline(always)]
unsafe fn widen(v: F32x16) -> [__m256d; 4] {
    // SAFETY: the caller's promise.
    unsafe {
        [
            _mm256_cvtps_pd(_mm256_castps256_ps128(v.0)),
            _mm256_cvtps_pd(_mm256_extractf128_ps::<1>(v.0)),
            _mm256_cvtps_pd(_mm256_castps256_ps128(v.1)),
            _mm256_cvtps_pd(_mm256_extractf128_ps::<1>(v.1)),
        ]
    }
}

/// # Safety
/// AVX is supported.
#[inline(always)]
unsafe fn fold(sum: [__m256d; 2]) -> f64 {
    // SAFETY: the caller's promise.
    unsafe {
        let four = _mm256_add_pd(sum[0], sum[1]);
        let two = _mm_add_pd(
            _mm256_castpd256_pd128(four),
            _mm256_extractf128_pd::<1>(four),
        );
        _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)))
    }
}

/// The sum of two shuffles of the same two registers: a step of a transposed horizontal sum. A macro, because the compiler does not inline closures
/// into functions with more target features than they have.
macro_rules! fold_pair {
    ($add:ident, $shuffle:ident, $low:literal, $high:literal, $a:expr, $b:expr) => {{
        let (a, b) = ($a, $b);
        $add($shuffle::<$low>(a, b), $shuffle::<$high>(a, b))
    }};
}

impl Lanes<f32, 16> for Avx2 {
    #[inline(always)]
    fn sum_rows(self, r: [F32x16; 16]) -> F32x16 {
        // SAFETY: the token.
        unsafe {
            let mut out = [_mm256_setzero_ps(); 2];
            for (h, out) in out.iter_mut().enumerate() {
                let mut fours = [_mm256_setzero_ps(); 4];
                for (k, four) in fours.iter_mut().enumerate() {
                    let (a, b) = (r[8 * h + k], r[8 * h + k + 4]);
                    let (a, b) = (_mm256_add_ps(a.0, a.1), _mm256_add_ps(b.0, b.1));
                    *four = fold_pair!(_mm256_add_ps, _mm256_permute2f128_ps, 0x20, 0x31, a, b);
                }
                let a = fold_pair!(
                    _mm256_add_ps,
                    _mm256_shuffle_ps,
                    0x44,
                    0xee,
                    fours[0],
                    fours[1]
                );
                let b = fold_pair!(
                    _mm256_add_ps,
                    _mm256_shuffle_ps,
                    0x44,
                    0xee,
                    fours[2],
                    fours[3]
                );
                *out = fold_pair!(_mm256_add_ps, _mm256_shuffle_ps, 0x88, 0xdd, a, b);
            }
            F32x16(out[0], out[1])
        }
    }

    #[inline(always)]
    fn transpose(self, r: [F32x16; 16]) -> [F32x16; 16] {
        // SAFETY: the token.
        unsafe {
            let mut out = r;
            for rows in 0..2 {
                for columns in 0..2 {
                    let mut fours = [_mm256_setzero_ps(); 8];
                    for g in 0..2 {
                        let mut q = [_mm256_setzero_ps(); 4];
                        for (k, q) in q.iter_mut().enumerate() {
                            let row = r[8 * rows + 4 * g + k];
                            *q = if columns == 0 { row.0 } else { row.1 };
                        }
                        let (ab_low, ab_high) = (
                            _mm256_unpacklo_ps(q[0], q[1]),
                            _mm256_unpackhi_ps(q[0], q[1]),
                        );
                        let (cd_low, cd_high) = (
                            _mm256_unpacklo_ps(q[2], q[3]),
                            _mm256_unpackhi_ps(q[2], q[3]),
                        );
                        fours[4 * g] = _mm256_shuffle_ps::<0x44>(ab_low, cd_low);
                        fours[4 * g + 1] = _mm256_shuffle_ps::<0xee>(ab_low, cd_low);
                        fours[4 * g + 2] = _mm256_shuffle_ps::<0x44>(ab_high, cd_high);
                        fours[4 * g + 3] = _mm256_shuffle_ps::<0xee>(ab_high, cd_high);
                    }
                    for c in 0..4 {
                        let low = _mm256_permute2f128_ps::<0x20>(fours[c], fours[4 + c]);
                        let high = _mm256_permute2f128_ps::<0x31>(fours[c], fours[4 + c]);
                        let base = 8 * columns + c;
                        if rows == 0 {
                            (out[base].0, out[base + 4].0) = (low, high);
                        } else {
                            (out[base].1, out[base + 4].1) = (low, high);
                        }
                    }
                }
            }
            out
        }
    }
}

impl Lanes<f64, 8> for Avx2 {
    #[inline(always)]
    fn sum_rows(self, r: [F64x8; 8]) -> F64x8 {
        // SAFETY: the token.
        unsafe {
            let mut out = [_mm256_setzero_pd(); 2];
            for (h, out) in out.iter_mut().enumerate() {
                let mut twos = [_mm256_setzero_pd(); 2];
                for (k, two) in twos.iter_mut().enumerate() {
                    let (a, b) = (r[4 * h + k], r[4 * h + k + 2]);
                    let (a, b) = (_mm256_add_pd(a.0, a.1), _mm256_add_pd(b.0, b.1));
                    *two = fold_pair!(_mm256_add_pd, _mm256_permute2f128_pd, 0x20, 0x31, a, b);
                }
                *out = _mm256_add_pd(
                    _mm256_unpacklo_pd(twos[0], twos[1]),
                    _mm256_unpackhi_pd(twos[0], twos[1]),
                );
            }
            F64x8(out[0], out[1])
        }
    }

    #[inline(always)]
    fn transpose(self, r: [F64x8; 8]) -> [F64x8; 8] {
        // SAFETY: the token.
        unsafe {
            let mut out = r;
            for rows in 0..2 {
                for columns in 0..2 {
                    let mut q = [_mm256_setzero_pd(); 4];
                    for (k, q) in q.iter_mut().enumerate() {
                        let row = r[4 * rows + k];
                        *q = if columns == 0 { row.0 } else { row.1 };
                    }
                    let twos = [
                        _mm256_unpacklo_pd(q[0], q[1]),
                        _mm256_unpackhi_pd(q[0], q[1]),
                        _mm256_unpacklo_pd(q[2], q[3]),
                        _mm256_unpackhi_pd(q[2], q[3]),
                    ];
                    for c in 0..2 {
                        let low = _mm256_permute2f128_pd::<0x20>(twos[c], twos[2 + c]);
                        let high = _mm256_permute2f128_pd::<0x31>(twos[c], twos[2 + c]);
                        let base = 4 * columns + c;
                        if rows == 0 {
                            (out[base].0, out[base + 2].0) = (low, high);
                        } else {
                            (out[base].1, out[base + 2].1) = (low, high);
                        }
                    }
                }
            }
            out
        }
    }
}
