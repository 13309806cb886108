//! Sums, products and normalization of rows: the operations between dense layers, lanes over samples.

use crate::Element;
use crate::element::sealed::Float;
use crate::math::{v_canonical, v_flush};
use crate::simd::{Simd, Vector};
use crate::slices::{load, store};

/// Arguments, as the methods of [`Kernels`](crate::Kernels) have checked them.
pub(crate) mod args {
    /// `y = a + b` or `y = a * b`.
    pub struct Pairs<'a, T> {
        pub a: &'a [T],
        pub b: &'a [T],
        pub y: &'a mut [T],
    }

    /// Sums of the first `valid` columns of each row of `x`, or of its products with `y` where y is not empty.
    pub struct RowSums<'a, T> {
        pub columns: usize,
        pub valid: usize,
        pub x: &'a [T],
        pub y: &'a [T],
        pub sums: &'a mut [f64],
    }

    /// `x` and `y` are valid for a row of `columns` numbers for each factor; they may be the same.
    pub struct ScaleRows<'a, T> {
        pub columns: usize,
        pub factor: &'a [T],
        pub offset: &'a [T],
        pub x: *const T,
        pub y: *mut T,
    }

    /// `out = a x + b y + c` with an a, b and c per row.
    pub struct CombineRows<'a, T> {
        pub columns: usize,
        pub valid: usize,
        pub terms: [(&'a [T], &'a [T]); 2],
        pub c: &'a [T],
        pub out: &'a mut [T],
    }

    /// `scale` and `shift` are empty, or have a number per row.
    pub struct NormalizeColumns<'a, T> {
        pub columns: usize,
        pub epsilon: T,
        pub scale: &'a [T],
        pub shift: &'a [T],
        pub x: &'a mut [T],
        pub inverse: &'a mut [T],
        pub y: &'a mut [T],
    }

    pub struct NormalizeColumnsGradient<'a, T> {
        pub columns: usize,
        pub scale: &'a [T],
        pub x: &'a [T],
        pub inverse: &'a [T],
        pub dy: &'a [T],
        pub dx: &'a mut [T],
    }
}

/// One loop an operation; a macro, because function values are not inlined into functions with more target features.
macro_rules! pairwise {
    ($s:ident, $args:ident, $a:ident, $b:ident, $value:expr) => {{
        let (a, b, y, n) = (
            $args.a.as_ptr(),
            $args.b.as_ptr(),
            $args.y.as_mut_ptr(),
            $args.y.len(),
        );
        let mut i = 0;
        while i < n {
            // SAFETY: equal lengths, as `Kernels` asserts.
            unsafe {
                let ($a, $b) = (load($s, a.add(i), n - i), load($s, b.add(i), n - i));
                store($s, y.add(i), n - i, v_flush::<T, S>($s, $value));
            }
            i += S::LANES;
        }
    }};
}

#[inline(always)]
pub(crate) fn sum<T: Element, S: Simd<T>>(s: S, args: args::Pairs<'_, T>) {
    pairwise!(s, args, a, b, a + b);
}

#[inline(always)]
pub(crate) fn product<T: Element, S: Simd<T>>(s: S, args: args::Pairs<'_, T>) {
    pairwise!(s, args, a, b, a * b);
}

#[inline(always)]
pub(crate) fn row_sums<T: Element, S: Simd<T>>(s: S, args: args::RowSums<'_, T>) {
    for (row, sum) in args.sums.iter_mut().enumerate() {
        let mut partial = s.sum_zero();
        let mut i = 0;
        while i < args.valid {
            let (at, left) = (row * args.columns + i, args.valid - i);
            // SAFETY: `valid` columns of a row of x, and of y where it is not empty, as `Kernels` asserts.
            let term = unsafe {
                let x = load(s, args.x.as_ptr().add(at), left);
                if args.y.is_empty() {
                    x
                } else {
                    x * load(s, args.y.as_ptr().add(at), left)
                }
            };
            partial = s.sum_add(partial, term);
            i += S::LANES;
        }
        let total = *sum + s.sum_total(partial);
        *sum = if total.is_nan() {
            f64::CANONICAL_NAN
        } else {
            total
        };
    }
}

#[inline(always)]
pub(crate) fn scale_rows<T: Element, S: Simd<T>>(s: S, args: args::ScaleRows<'_, T>) {
    for (row, (&factor, &offset)) in args.factor.iter().zip(args.offset).enumerate() {
        let (factor, offset) = (s.splat(factor), s.splat(offset));
        let mut i = 0;
        while i < args.columns {
            let at = row * args.columns + i;
            // SAFETY: whole vectors of a row for each factor, as `Kernels` asserts.
            unsafe {
                let y = factor.fma(s.load(args.x.add(at)), offset);
                s.store(args.y.add(at), v_canonical::<T, S>(s, y));
            }
            i += S::LANES;
        }
    }
}

#[inline(always)]
pub(crate) fn combine_rows<T: Element, S: Simd<T>>(s: S, args: args::CombineRows<'_, T>) {
    let [(a, x), (b, y)] = args.terms;
    let (x, y, out) = (x.as_ptr(), y.as_ptr(), args.out.as_mut_ptr());
    for row in 0..args.c.len() {
        let (a, b, c) = (s.splat(a[row]), s.splat(b[row]), s.splat(args.c[row]));
        let mut i = 0;
        while i < args.columns {
            let at = row * args.columns + i;
            // SAFETY: whole vectors of a row for each factor, as `Kernels` asserts.
            unsafe {
                let v = a.fma(s.load(x.add(at)), b.fma(s.load(y.add(at)), c));
                let v = v_flush::<T, S>(s, v);
                s.store(out.add(at), v);
            }
            i += S::LANES;
        }
        args.out[row * args.columns + args.valid..(row + 1) * args.columns].fill(T::ZERO);
    }
}

#[inline(always)]
pub(crate) fn normalize_columns<T: Element, S: Simd<T>>(s: S, args: args::NormalizeColumns<'_, T>) {
    let columns = args.columns;
    let rows = args.x.len() / columns;
    let (x, y) = (args.x.as_mut_ptr(), args.y.as_mut_ptr());
    let count = s.splat(T::from_f64(rows as f64));
    let mut i = 0;
    while i < columns {
        // SAFETY: whole vectors of the rows, of the inverse deviations, and a number per row of scale and shift where they are not empty,
        // as `Kernels` asserts.
        unsafe {
            let mut sum = s.splat(T::ZERO);
            for row in 0..rows {
                sum = sum + s.load(x.add(row * columns + i));
            }
            let mean = sum / count;
            let mut squares = s.splat(T::ZERO);
            for row in 0..rows {
                let p = x.add(row * columns + i);
                let d = s.load(p) - mean;
                squares = d.fma(d, squares);
                s.store(p, d);
            }
            let variance = squares / count + s.splat(args.epsilon);
            let inverse = v_canonical::<T, S>(s, s.splat(T::ONE) / variance.sqrt());
            s.store(args.inverse.as_mut_ptr().add(i), inverse);
            for row in 0..rows {
                let at = row * columns + i;
                let normal = v_canonical::<T, S>(s, s.load(x.add(at)) * inverse);
                s.store(x.add(at), normal);
                let v = if args.scale.is_empty() {
                    normal
                } else {
                    let (scale, shift) = (s.splat(args.scale[row]), s.splat(args.shift[row]));
                    v_canonical::<T, S>(s, scale.fma(normal, shift))
                };
                s.store(y.add(at), v);
            }
        }
        i += S::LANES;
    }
}

#[inline(always)]
pub(crate) fn normalize_columns_gradient<T: Element, S: Simd<T>>(
    s: S,
    args: args::NormalizeColumnsGradient<'_, T>,
) {
    let columns = args.columns;
    let rows = args.x.len() / columns;
    let (x, dy, dx) = (args.x.as_ptr(), args.dy.as_ptr(), args.dx.as_mut_ptr());
    let count = s.splat(T::from_f64(rows as f64));
    let mut i = 0;
    while i < columns {
        // SAFETY: as in `normalize_columns`.
        unsafe {
            let scaled = |row: usize| {
                let dy = s.load(dy.add(row * columns + i));
                if args.scale.is_empty() {
                    dy
                } else {
                    dy * s.splat(args.scale[row])
                }
            };
            let (mut sum, mut dots) = (s.splat(T::ZERO), s.splat(T::ZERO));
            for row in 0..rows {
                let g = scaled(row);
                sum = sum + g;
                dots = g.fma(s.load(x.add(row * columns + i)), dots);
            }
            let (mean, share) = (sum / count, dots / count);
            let inverse = s.load(args.inverse.as_ptr().add(i));
            for row in 0..rows {
                let at = row * columns + i;
                let part = s.load(x.add(at)) * share;
                let d = ((scaled(row) - mean) - part) * inverse;
                s.store(dx.add(at), v_flush::<T, S>(s, d));
            }
        }
        i += S::LANES;
    }
}
