//! The matrix product behind forward, input gradient and chained weight gradient.
//!
//! `out[r][c] = sum over k of a[r][k] b[k][c]`, each sum one fused chain over ascending k. A tile of rows and column vectors stays in registers;
//! neither the tile's size nor the cut of k into blocks, whose partial sums are kept in memory, changes a bit.

use crate::Element;
use crate::simd::{Simd, Vector};

/// Rows of b that a column tile keeps in the first-level cache.
const DEPTH_BLOCK: usize = 96;

/// The operands. `a[r][k]` is at `r * row_stride + k * step`, `b[k][c]` at `k * b_stride + c`. Of packed networks `a[r][k]` is a vector, a number
/// a network, and a vector of b is one sample of each.
pub(crate) struct Product<T> {
    pub rows: usize,
    pub depth: usize,
    pub columns: usize,
    pub a: *const T,
    pub row_stride: usize,
    pub step: usize,
    pub b: *const T,
    pub b_stride: usize,
}

/// What a sum starts from and where it goes.
pub(crate) trait Finish<T: Element, S: Simd<T>> {
    /// Whether `save` and `resume` work, so that k may be cut into blocks.
    const BLOCKS: bool;
    /// Whether the columns may end in a partial vector.
    const TAIL: bool;
    /// Whether `a` holds vectors, a network a lane.
    const PACKED: bool;

    /// The start of the sums of a row.
    fn start(&self, s: S, row: usize) -> S::V;
    /// Takes the sums of C vectors of columns from `column` on, or of `left` columns if that is less than a vector.
    ///
    /// # Safety
    /// The row and the columns are within the product.
    unsafe fn finish<const C: usize>(
        &self,
        s: S,
        row: usize,
        column: usize,
        left: usize,
        sums: [S::V; C],
    );
    /// Keeps partial sums.
    ///
    /// # Safety
    /// As for `finish`.
    unsafe fn save(&self, s: S, row: usize, column: usize, left: usize, sum: S::V);
    /// Returns the partial sums kept.
    ///
    /// # Safety
    /// As for `finish`, and `save` was called for them.
    unsafe fn resume(&self, s: S, row: usize, column: usize, left: usize) -> S::V;
}

/// # Safety
/// `a` and `b` are valid for reading everything that the sizes and strides reach, and `finish` accepts every row and column.
#[inline(always)]
pub(crate) unsafe fn product<T: Element, S: Simd<T>, F: Finish<T, S>>(s: S, p: &Product<T>, f: &F) {
    let block = if F::BLOCKS { DEPTH_BLOCK } else { usize::MAX };
    let mut k = 0usize;
    loop {
        let end = p.depth.min(k.saturating_add(block));
        let mut c = 0;
        // SAFETY: tiles stay within rows and columns; the rest is the caller's promise.
        unsafe {
            if S::WIDE {
                while c + 4 * S::LANES <= p.columns {
                    column_tile::<T, S, F, 4, false>(s, p, f, c, k, end);
                    c += 4 * S::LANES;
                }
                if c + 2 * S::LANES <= p.columns {
                    column_tile::<T, S, F, 2, false>(s, p, f, c, k, end);
                    c += 2 * S::LANES;
                }
            }
            while c + S::LANES <= p.columns {
                column_tile::<T, S, F, 1, false>(s, p, f, c, k, end);
                c += S::LANES;
            }
            if F::TAIL && c < p.columns {
                column_tile::<T, S, F, 1, true>(s, p, f, c, k, end);
            }
        }
        k = end;
        if k >= p.depth {
            return;
        }
    }
}

/// [`product`] with tiles of few kinds and without blocks: choosing among many takes longer than a product of a tiny network.
///
/// # Safety
/// As for [`product`].
#[inline(always)]
pub(crate) unsafe fn small_product<T: Element, S: Simd<T>, F: Finish<T, S>>(
    s: S,
    p: &Product<T>,
    f: &F,
) {
    let mut c = 0;
    // SAFETY: tiles stay within rows and columns; the rest is the caller's promise.
    unsafe {
        if S::WIDE {
            while c + 4 * S::LANES <= p.columns {
                small_tiles::<T, S, F, 4>(s, p, f, c);
                c += 4 * S::LANES;
            }
        }
        while c < p.columns {
            small_tiles::<T, S, F, 1>(s, p, f, c);
            c += S::LANES;
        }
    }
}

/// # Safety
/// As for [`product`].
#[inline(always)]
unsafe fn small_tiles<T: Element, S: Simd<T>, F: Finish<T, S>, const C: usize>(
    s: S,
    p: &Product<T>,
    f: &F,
    c: usize,
) {
    let mut r = 0;
    // SAFETY: the caller's promise.
    unsafe {
        while r + 2 <= p.rows {
            tile::<T, S, F, 2, C, false>(s, p, f, r, c, 0, p.depth);
            r += 2;
        }
        if r < p.rows {
            tile::<T, S, F, 1, C, false>(s, p, f, r, c, 0, p.depth);
        }
    }
}

/// # Safety
/// As for [`product`].
#[inline(always)]
unsafe fn column_tile<T: Element, S: Simd<T>, F: Finish<T, S>, const C: usize, const TAIL: bool>(
    s: S,
    p: &Product<T>,
    f: &F,
    c: usize,
    k: usize,
    end: usize,
) {
    let mut r = 0;
    // SAFETY: the caller's promise.
    unsafe {
        // Packed products have many columns: tiles for a rest of few would be code for nothing.
        if S::WIDE && C < 4 && !F::PACKED {
            while r + 8 <= p.rows {
                tile::<T, S, F, 8, C, TAIL>(s, p, f, r, c, k, end);
                r += 8;
            }
        }
        if S::REGISTERS >= 16 {
            while r + 4 <= p.rows {
                tile::<T, S, F, 4, C, TAIL>(s, p, f, r, c, k, end);
                r += 4;
            }
        }
        while r + 2 <= p.rows {
            tile::<T, S, F, 2, C, TAIL>(s, p, f, r, c, k, end);
            r += 2;
        }
        if r < p.rows {
            tile::<T, S, F, 1, C, TAIL>(s, p, f, r, c, k, end);
        }
    }
}

/// R rows by C vectors of columns; with TAIL the single vector is partial.
///
/// # Safety
/// As for [`product`].
#[inline(always)]
unsafe fn tile<
    T: Element,
    S: Simd<T>,
    F: Finish<T, S>,
    const R: usize,
    const C: usize,
    const TAIL: bool,
>(
    s: S,
    p: &Product<T>,
    f: &F,
    row: usize,
    column: usize,
    k: usize,
    end: usize,
) {
    let left = p.columns - column;
    let mut sums = [[s.splat(T::ZERO); C]; R];
    // SAFETY: the caller's promise.
    unsafe {
        for (r, sums) in sums.iter_mut().enumerate() {
            for (c, sum) in sums.iter_mut().enumerate() {
                let at = column + c * S::LANES;
                *sum = if k == 0 {
                    f.start(s, row + r)
                } else {
                    f.resume(s, row + r, at, left)
                };
            }
        }
        let mut a = p.a.add(row * p.row_stride + k * p.step);
        let mut b = p.b.add(k * p.b_stride + column);
        for _ in k..end {
            let mut x = [s.splat(T::ZERO); C];
            for (c, x) in x.iter_mut().enumerate() {
                *x = if TAIL {
                    s.load_part(b, left)
                } else {
                    s.load(b.add(c * S::LANES))
                };
            }
            for (r, sums) in sums.iter_mut().enumerate() {
                let w = if F::PACKED {
                    s.load(a.add(r * p.row_stride))
                } else {
                    s.splat(a.add(r * p.row_stride).read())
                };
                for (sum, x) in sums.iter_mut().zip(x) {
                    *sum = w.fma(x, *sum);
                }
            }
            a = a.wrapping_add(p.step);
            b = b.wrapping_add(p.b_stride);
        }
        let left = if TAIL { left } else { S::LANES };
        if end < p.depth {
            for (r, sums) in sums.iter().enumerate() {
                for (c, &sum) in sums.iter().enumerate() {
                    f.save(s, row + r, column + c * S::LANES, left, sum);
                }
            }
            return;
        }
        // Written out, because a loop of this size is not unrolled and would take the sums through memory.
        macro_rules! rows {
            ($($r:literal)*) => {$(
                if R > $r {
                    f.finish(s, row + $r, column, left, sums[$r]);
                }
            )*};
        }
        rows!(0 1 2 3 4 5 6 7);
    }
}
