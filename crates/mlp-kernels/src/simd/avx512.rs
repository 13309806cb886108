//! AVX-512: one register a virtual vector.

use super::{Lanes, Simd, Vector};
use core::arch::x86_64::*;
use std::ops::{Add, Div, Mul, Sub};

/// Proof that AVX-512 F, DQ, BW, VL, AVX2 and FMA are supported.
#[derive(Clone, Copy, Debug)]
pub struct Avx512(());

impl Avx512 {
    /// # Safety
    /// The processor supports the level.
    #[inline(always)]
    pub unsafe fn assume() -> Self {
        Avx512(())
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
            intrinsics! { fn $method(self: Self, other: Self) -> Self = $name($f(self.0, other.0)); }
        }
    )*};
}

/// The range instruction's code for the lesser absolute value, without sign.
const MIN_OF_ABS: i32 = 0b1010;

/// 16 lanes of `f32`.
#[derive(Clone, Copy, Debug)]
pub struct F32x16(__m512);

/// 8 lanes of `f64`.
#[derive(Clone, Copy, Debug)]
pub struct F64x8(__m512d);

operators!(F32x16, Add add _mm512_add_ps Sub sub _mm512_sub_ps Mul mul _mm512_mul_ps Div div _mm512_div_ps);
operators!(F64x8, Add add _mm512_add_pd Sub sub _mm512_sub_pd Mul mul _mm512_mul_pd Div div _mm512_div_pd);

#[inline(always)]
fn count(n: u32) -> __m128i {
    // SAFETY: SSE2 belongs to x86-64.
    unsafe { _mm_cvtsi32_si128(n as i32) }
}

impl F32x16 {
    intrinsics! {
        fn int(self: Self) -> __m512i = _mm512_castps_si512(self.0);
        fn from_int(i: __m512i) -> Self = F32x16(_mm512_castsi512_ps(i));
    }
}

impl F64x8 {
    intrinsics! {
        fn int(self: Self) -> __m512i = _mm512_castpd_si512(self.0);
        fn from_int(i: __m512i) -> Self = F64x8(_mm512_castsi512_pd(i));
    }
}

impl Vector<f32> for F32x16 {
    type Mask = __mmask16;
    #[inline(always)]
    fn any(mask: __mmask16) -> bool {
        mask != 0
    }
    #[inline(always)]
    fn any_nan<const N: usize>(v: [Self; N]) -> bool {
        // A comparison tests two vectors for order.
        let mut ordered: __mmask16 = !0;
        let mut i = 0;
        while i < N {
            let (a, b) = (v[i], v[if i + 1 < N { i + 1 } else { i }]);
            // SAFETY: a vector exists only where the level is supported.
            ordered &= unsafe { _mm512_cmp_ps_mask::<_CMP_ORD_Q>(a.0, b.0) };
            i += 2;
        }
        ordered != !0
    }
    intrinsics! {
        fn fma(self: Self, b: Self, c: Self) -> Self = F32x16(_mm512_fmadd_ps(self.0, b.0, c.0));
        fn least(self: Self, other: Self) -> Self = F32x16(_mm512_min_ps(self.0, other.0));
        fn clamp_abs(self: Self, top: Self) -> Self = F32x16(_mm512_range_ps::<MIN_OF_ABS>(self.0, top.0));
        fn zero_small(self: Self) -> Self = F32x16({
            // An exponent field of zero belongs to zeros and subnormal numbers.
            let normal = _mm512_test_epi32_mask(self.int(), _mm512_set1_epi32(0x7f80_0000));
            _mm512_maskz_mov_ps(normal, self.0)
        });
        fn sqrt(self: Self) -> Self = F32x16(_mm512_sqrt_ps(self.0));
        fn and(self: Self, other: Self) -> Self = Self::from_int(_mm512_and_si512(self.int(), other.int()));
        fn or(self: Self, other: Self) -> Self = Self::from_int(_mm512_or_si512(self.int(), other.int()));
        fn xor(self: Self, other: Self) -> Self = Self::from_int(_mm512_xor_si512(self.int(), other.int()));
        fn bits_add(self: Self, other: Self) -> Self = Self::from_int(_mm512_add_epi32(self.int(), other.int()));
        fn bits_sub(self: Self, other: Self) -> Self = Self::from_int(_mm512_sub_epi32(self.int(), other.int()));
        fn shl(self: Self, n: u32) -> Self = Self::from_int(_mm512_sll_epi32(self.int(), count(n)));
        fn shr(self: Self, n: u32) -> Self = Self::from_int(_mm512_srl_epi32(self.int(), count(n)));
        fn lt(self: Self, other: Self) -> __mmask16 = _mm512_cmp_ps_mask::<_CMP_LT_OQ>(self.0, other.0);
        fn le(self: Self, other: Self) -> __mmask16 = _mm512_cmp_ps_mask::<_CMP_LE_OQ>(self.0, other.0);
        fn is_nan(self: Self) -> __mmask16 = _mm512_cmp_ps_mask::<_CMP_UNORD_Q>(self.0, self.0);
        fn select(mask: __mmask16, yes: Self, no: Self) -> Self = F32x16(_mm512_mask_blend_ps(mask, no.0, yes.0));
        fn lookup(self: Self, table: &[f32; 16]) -> Self = F32x16(_mm512_permutexvar_ps(self.int(), _mm512_loadu_ps(table.as_ptr())));
    }
}

impl Vector<f64> for F64x8 {
    type Mask = __mmask8;
    #[inline(always)]
    fn any(mask: __mmask8) -> bool {
        mask != 0
    }
    #[inline(always)]
    fn any_nan<const N: usize>(v: [Self; N]) -> bool {
        // A comparison tests two vectors for order.
        let mut ordered: __mmask8 = !0;
        let mut i = 0;
        while i < N {
            let (a, b) = (v[i], v[if i + 1 < N { i + 1 } else { i }]);
            // SAFETY: a vector exists only where the level is supported.
            ordered &= unsafe { _mm512_cmp_pd_mask::<_CMP_ORD_Q>(a.0, b.0) };
            i += 2;
        }
        ordered != !0
    }
    intrinsics! {
        fn fma(self: Self, b: Self, c: Self) -> Self = F64x8(_mm512_fmadd_pd(self.0, b.0, c.0));
        fn least(self: Self, other: Self) -> Self = F64x8(_mm512_min_pd(self.0, other.0));
        fn clamp_abs(self: Self, top: Self) -> Self = F64x8(_mm512_range_pd::<MIN_OF_ABS>(self.0, top.0));
        fn zero_small(self: Self) -> Self = F64x8({
            // An exponent field of zero belongs to zeros and subnormal numbers.
            let normal = _mm512_test_epi64_mask(self.int(), _mm512_set1_epi64(0x7ff0_0000_0000_0000));
            _mm512_maskz_mov_pd(normal, self.0)
        });
        fn sqrt(self: Self) -> Self = F64x8(_mm512_sqrt_pd(self.0));
        fn and(self: Self, other: Self) -> Self = Self::from_int(_mm512_and_si512(self.int(), other.int()));
        fn or(self: Self, other: Self) -> Self = Self::from_int(_mm512_or_si512(self.int(), other.int()));
        fn xor(self: Self, other: Self) -> Self = Self::from_int(_mm512_xor_si512(self.int(), other.int()));
        fn bits_add(self: Self, other: Self) -> Self = Self::from_int(_mm512_add_epi64(self.int(), other.int()));
        fn bits_sub(self: Self, other: Self) -> Self = Self::from_int(_mm512_sub_epi64(self.int(), other.int()));
        fn shl(self: Self, n: u32) -> Self = Self::from_int(_mm512_sll_epi64(self.int(), count(n)));
        fn shr(self: Self, n: u32) -> Self = Self::from_int(_mm512_srl_epi64(self.int(), count(n)));
        fn lt(self: Self, other: Self) -> __mmask8 = _mm512_cmp_pd_mask::<_CMP_LT_OQ>(self.0, other.0);
        fn le(self: Self, other: Self) -> __mmask8 = _mm512_cmp_pd_mask::<_CMP_LE_OQ>(self.0, other.0);
        fn is_nan(self: Self) -> __mmask8 = _mm512_cmp_pd_mask::<_CMP_UNORD_Q>(self.0, self.0);
        fn select(mask: __mmask8, yes: Self, no: Self) -> Self = F64x8(_mm512_mask_blend_pd(mask, no.0, yes.0));
        fn lookup(self: Self, table: &[f64; 16]) -> Self = F64x8(_mm512_permutex2var_pd(
            _mm512_loadu_pd(table.as_ptr()),
            self.int(),
            _mm512_loadu_pd(table.as_ptr().add(8))
        ));
    }
}

impl Simd<f32> for Avx512 {
    type V = F32x16;
    type Sum = [__m512d; 2];
    const LANES: usize = 16;
    const REGISTERS: usize = 32;

    intrinsics! {
        fn splat(self: Self, x: f32) -> F32x16 = F32x16(_mm512_set1_ps(x));
        fn sum_zero(self: Self) -> [__m512d; 2] = [_mm512_setzero_pd(); 2];
        fn sum_add(self: Self, sum: [__m512d; 2], v: F32x16) -> [__m512d; 2] = {
            let [low, high] = widen(v.0);
            [_mm512_add_pd(sum[0], low), _mm512_add_pd(sum[1], high)]
        };
        fn sum_add_square(self: Self, sum: [__m512d; 2], v: F32x16) -> [__m512d; 2] = {
            let [low, high] = widen(v.0);
            [_mm512_fmadd_pd(low, low, sum[0]), _mm512_fmadd_pd(high, high, sum[1])]
        };
        fn sum_add_product(self: Self, sum: [__m512d; 2], a: F32x16, b: F32x16) -> [__m512d; 2] = {
            let (a, b) = (widen(a.0), widen(b.0));
            [_mm512_fmadd_pd(a[0], b[0], sum[0]), _mm512_fmadd_pd(a[1], b[1], sum[1])]
        };
        fn sum_add_weighted_square(self: Self, sum: [__m512d; 2], w: F32x16, v: F32x16) -> [__m512d; 2] = {
            let (w, v) = (widen(w.0), widen(v.0));
            [
                _mm512_fmadd_pd(_mm512_mul_pd(w[0], v[0]), v[0], sum[0]),
                _mm512_fmadd_pd(_mm512_mul_pd(w[1], v[1]), v[1], sum[1]),
            ]
        };
        fn sum_total(self: Self, sum: [__m512d; 2]) -> f64 = fold(_mm512_add_pd(sum[0], sum[1]));
    }
    #[inline(always)]
    unsafe fn load(self, p: *const f32) -> F32x16 {
        // SAFETY: the caller's promise, and the token.
        F32x16(unsafe { _mm512_loadu_ps(p) })
    }
    #[inline(always)]
    unsafe fn load_part(self, p: *const f32, n: usize) -> F32x16 {
        // SAFETY: the caller's promise, and the token; masked lanes are not read.
        F32x16(unsafe { _mm512_maskz_loadu_ps((1 << n) - 1, p) })
    }
    #[inline(always)]
    unsafe fn store(self, p: *mut f32, v: F32x16) {
        // SAFETY: the caller's promise, and the token.
        unsafe { _mm512_storeu_ps(p, v.0) }
    }
    #[inline(always)]
    unsafe fn store_part(self, p: *mut f32, n: usize, v: F32x16) {
        // SAFETY: the caller's promise, and the token; masked lanes are not written.
        unsafe { _mm512_mask_storeu_ps(p, (1 << n) - 1, v.0) }
    }
}

impl Simd<f64> for Avx512 {
    type V = F64x8;
    type Sum = __m512d;
    const LANES: usize = 8;
    const REGISTERS: usize = 32;

    intrinsics! {
        fn splat(self: Self, x: f64) -> F64x8 = F64x8(_mm512_set1_pd(x));
        fn sum_zero(self: Self) -> __m512d = _mm512_setzero_pd();
        fn sum_add(self: Self, sum: __m512d, v: F64x8) -> __m512d = _mm512_add_pd(sum, v.0);
        fn sum_add_square(self: Self, sum: __m512d, v: F64x8) -> __m512d = _mm512_fmadd_pd(v.0, v.0, sum);
        fn sum_add_product(self: Self, sum: __m512d, a: F64x8, b: F64x8) -> __m512d = _mm512_fmadd_pd(a.0, b.0, sum);
        fn sum_add_weighted_square(self: Self, sum: __m512d, w: F64x8, v: F64x8) -> __m512d =
            _mm512_fmadd_pd(_mm512_mul_pd(w.0, v.0), v.0, sum);
        fn sum_total(self: Self, sum: __m512d) -> f64 = fold(sum);
    }
    #[inline(always)]
    unsafe fn load(self, p: *const f64) -> F64x8 {
        // SAFETY: the caller's promise, and the token.
        F64x8(unsafe { _mm512_loadu_pd(p) })
    }
    #[inline(always)]
    unsafe fn load_part(self, p: *const f64, n: usize) -> F64x8 {
        // SAFETY: the caller's promise, and the token; masked lanes are not read.
        F64x8(unsafe { _mm512_maskz_loadu_pd((1 << n) - 1, p) })
    }
    #[inline(always)]
    unsafe fn store(self, p: *mut f64, v: F64x8) {
        // SAFETY: the caller's promise, and the token.
        unsafe { _mm512_storeu_pd(p, v.0) }
    }
    #[inline(always)]
    unsafe fn store_part(self, p: *mut f64, n: usize, v: F64x8) {
        // SAFETY: the caller's promise, and the token; masked lanes are not written.
        unsafe { _mm512_mask_storeu_pd(p, (1 << n) - 1, v.0) }
    }
}

/// # Safety
/// AVX-512 F and DQ are supported.
#[inline(always)]
unsafe fn widen(v: __m512) -> [__m512d; 2] {
    // SAFETY: the caller's promise.
    unsafe {
        [
            _mm512_cvtps_pd(_mm512_castps512_ps256(v)),
            _mm512_cvtps_pd(_mm512_extractf32x8_ps::<1>(v)),
        ]
    }
}

/// # Safety
/// AVX-512 F is supported.
#[inline(always)]
unsafe fn fold(v: __m512d) -> f64 {
    // SAFETY: the caller's promise.
    unsafe {
        let four = _mm256_add_pd(_mm512_castpd512_pd256(v), _mm512_extractf64x4_pd::<1>(v));
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

/// Transposes blocks of 128 bits: four registers to four.
macro_rules! transpose_blocks {
    ($shuffle:ident, $a:expr, $b:expr, $c:expr, $d:expr) => {{
        let (a, b, c, d) = ($a, $b, $c, $d);
        let (x0, x1) = ($shuffle::<0x88>(a, b), $shuffle::<0xdd>(a, b));
        let (y0, y1) = ($shuffle::<0x88>(c, d), $shuffle::<0xdd>(c, d));
        [
            $shuffle::<0x88>(x0, y0),
            $shuffle::<0x88>(x1, y1),
            $shuffle::<0xdd>(x0, y0),
            $shuffle::<0xdd>(x1, y1),
        ]
    }};
}

impl Lanes<f32, 16> for Avx512 {
    #[inline(always)]
    fn sum_rows(self, r: [F32x16; 16]) -> F32x16 {
        // SAFETY: the token.
        unsafe {
            let mut halves = [_mm512_setzero_ps(); 8];
            for (k, half) in halves.iter_mut().enumerate() {
                let k = k % 4 + k / 4 * 8;
                *half = fold_pair!(
                    _mm512_add_ps,
                    _mm512_shuffle_f32x4,
                    0x44,
                    0xee,
                    r[k].0,
                    r[k + 4].0
                );
            }
            let mut quarters = [_mm512_setzero_ps(); 4];
            for (k, quarter) in quarters.iter_mut().enumerate() {
                *quarter = fold_pair!(
                    _mm512_add_ps,
                    _mm512_shuffle_f32x4,
                    0x88,
                    0xdd,
                    halves[k],
                    halves[k + 4]
                );
            }
            let a = fold_pair!(
                _mm512_add_ps,
                _mm512_shuffle_ps,
                0x44,
                0xee,
                quarters[0],
                quarters[1]
            );
            let b = fold_pair!(
                _mm512_add_ps,
                _mm512_shuffle_ps,
                0x44,
                0xee,
                quarters[2],
                quarters[3]
            );
            F32x16(fold_pair!(
                _mm512_add_ps,
                _mm512_shuffle_ps,
                0x88,
                0xdd,
                a,
                b
            ))
        }
    }

    #[inline(always)]
    fn transpose(self, r: [F32x16; 16]) -> [F32x16; 16] {
        // SAFETY: the token.
        unsafe {
            let mut fours = [_mm512_setzero_ps(); 16];
            for g in 0..4 {
                let (a, b, c, d) = (r[4 * g].0, r[4 * g + 1].0, r[4 * g + 2].0, r[4 * g + 3].0);
                let (ab_low, ab_high) = (_mm512_unpacklo_ps(a, b), _mm512_unpackhi_ps(a, b));
                let (cd_low, cd_high) = (_mm512_unpacklo_ps(c, d), _mm512_unpackhi_ps(c, d));
                fours[4 * g] = _mm512_shuffle_ps::<0x44>(ab_low, cd_low);
                fours[4 * g + 1] = _mm512_shuffle_ps::<0xee>(ab_low, cd_low);
                fours[4 * g + 2] = _mm512_shuffle_ps::<0x44>(ab_high, cd_high);
                fours[4 * g + 3] = _mm512_shuffle_ps::<0xee>(ab_high, cd_high);
            }
            let mut out = r;
            for c in 0..4 {
                let blocks = transpose_blocks!(
                    _mm512_shuffle_f32x4,
                    fours[c],
                    fours[4 + c],
                    fours[8 + c],
                    fours[12 + c]
                );
                for (b, block) in blocks.into_iter().enumerate() {
                    out[4 * b + c] = F32x16(block);
                }
            }
            out
        }
    }
}

impl Lanes<f64, 8> for Avx512 {
    #[inline(always)]
    fn sum_rows(self, r: [F64x8; 8]) -> F64x8 {
        // SAFETY: the token.
        unsafe {
            let mut halves = [_mm512_setzero_pd(); 4];
            for (k, half) in halves.iter_mut().enumerate() {
                let k = k % 2 + k / 2 * 4;
                *half = fold_pair!(
                    _mm512_add_pd,
                    _mm512_shuffle_f64x2,
                    0x44,
                    0xee,
                    r[k].0,
                    r[k + 2].0
                );
            }
            let a = fold_pair!(
                _mm512_add_pd,
                _mm512_shuffle_f64x2,
                0x88,
                0xdd,
                halves[0],
                halves[2]
            );
            let b = fold_pair!(
                _mm512_add_pd,
                _mm512_shuffle_f64x2,
                0x88,
                0xdd,
                halves[1],
                halves[3]
            );
            F64x8(_mm512_add_pd(
                _mm512_unpacklo_pd(a, b),
                _mm512_unpackhi_pd(a, b),
            ))
        }
    }

    #[inline(always)]
    fn transpose(self, r: [F64x8; 8]) -> [F64x8; 8] {
        // SAFETY: the token.
        unsafe {
            let (mut low, mut high) = ([_mm512_setzero_pd(); 4], [_mm512_setzero_pd(); 4]);
            for g in 0..4 {
                low[g] = _mm512_unpacklo_pd(r[2 * g].0, r[2 * g + 1].0);
                high[g] = _mm512_unpackhi_pd(r[2 * g].0, r[2 * g + 1].0);
            }
            let mut out = r;
            for (c, pairs) in [low, high].into_iter().enumerate() {
                let blocks =
                    transpose_blocks!(_mm512_shuffle_f64x2, pairs[0], pairs[1], pairs[2], pairs[3]);
                for (b, block) in blocks.into_iter().enumerate() {
                    out[2 * b + c] = F64x8(block);
                }
            }
            out
        }
    }
}
