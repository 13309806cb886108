//! `gw = scale * dz x^T` and the bias gradient of networks side by side: a network a lane, a vector a number of each of them.
//!
//! Element by element the kernels of one network serve them, and its products take their weights as vectors
//! ([`product`](super::product)). What is here sums over samples, which lie one vector after the other, in the order of one network alone.

use std::mem::MaybeUninit;

use super::folds::Folds;
use super::weight_gradient::Finishing;
use crate::kernels::args;
use crate::simd::{Lanes, Simd, Vector};
use crate::{DenseShape, Element, WeightGradientOrder};

/// Rows of a tile.
const ROWS: usize = 4;

/// The most tiles of sums that wait for their other half.
const WAITING: usize = 4;

/// What is done for each row of a tile, written out, because loops would take the sums through memory.
macro_rules! each_row {
    ($r:ident => $of:expr) => {{
        macro_rules! at {
            ($index:literal) => {{
                let $r = $index;
                $of
            }};
        }
        [at!(0), at!(1), at!(2), at!(3)]
    }};
}
/// What a tile sums: [`ROWS`] rows by I columns, each a row of vectors, one a sample.
#[derive(Clone, Copy)]
struct Tile<'t, T, const I: usize> {
    rows: [*const T; ROWS],
    columns: [*const T; I],
    /// Numbers from one sample of a column to the next; 0 for a column of ones.
    step: usize,
    samples: usize,
    order: Order<'t>,
}

/// The order of a sum over samples.
#[derive(Clone, Copy)]
struct Order<'o> {
    /// From one sample of a partial sum to the next.
    stride: usize,
    /// The partial sums with the folds after each.
    folds: &'o [(u8, u8)],
}

/// Where the sums of a product go: the first, and how far apart rows and columns are in numbers.
#[derive(Clone, Copy)]
struct Target<T> {
    first: *mut T,
    row: usize,
    column: usize,
    finishing: Finishing<T>,
}

#[inline(always)]
pub(crate) fn weight_gradient<T: Element, S: Lanes<T, L>, const L: usize>(
    s: S,
    a: args::WeightGradient<'_, T>,
) {
    let DenseShape {
        inputs,
        outputs,
        columns,
    } = a.shape;
    let samples = columns / L;
    if samples == 0 {
        return;
    }
    // One network alone pads its samples to whole vectors.
    let alone = DenseShape {
        columns: samples.next_multiple_of(L),
        ..a.shape
    };
    let present = if samples < L { samples } else { L };
    let by_position = Order {
        stride: L,
        folds: &Folds::<L>::OF[present - 1][..present],
    };
    let order = match alone.weight_gradient_order::<T>() {
        WeightGradientOrder::Lanes => by_position,
        WeightGradientOrder::Chain => Order {
            stride: 1,
            folds: &[(0, 0)],
        },
    };
    let weights = Finishing {
        scale: (a.scale != T::ONE).then_some(a.scale),
        accumulate: a.gradient.accumulate,
    };
    let biases = Finishing {
        scale: None,
        ..weights
    };
    let (dz, x, gw) = (a.dz.as_ptr(), a.x.as_ptr(), a.gradient.w.as_mut_ptr());
    // SAFETY: the slices have the sizes of the shape, as `Kernels` asserts.
    unsafe {
        if let Some(gb) = a.gradient.bias {
            // A bias is the weight of an input of one.
            let ones = [T::ONE; L];
            let target = Target {
                first: gb.as_mut_ptr(),
                row: L,
                column: 0,
                finishing: biases,
            };
            let one = (ones.as_ptr(), 1, 0);
            product(s, (dz, outputs, columns), one, samples, by_position, target);
        }
        let (deltas, values) = ((dz, outputs, columns), (x, inputs, columns));
        let target = |row, column| Target {
            first: gw,
            row,
            column,
            finishing: weights,
        };
        // Whichever has more rows is cut into tiles.
        if outputs >= inputs {
            let target = target(inputs * L, L);
            product(s, deltas, values, samples, order, target);
        } else {
            let target = target(L, inputs * L);
            product(s, values, deltas, samples, order, target);
        }
    }
}

/// [`weight_gradient`] where every partial sum is one product and there are 4, 8 or 16 of them, as for the tiniest networks: without tiles and
/// tables. Other gradients are handed back.
///
/// # Safety
/// The slices have the sizes of the shape.
#[inline(always)]
pub(crate) unsafe fn straight_weight_gradient<'a, T: Element, S: Lanes<T, L>, const L: usize>(
    s: S,
    a: args::WeightGradient<'a, T>,
) -> Option<args::WeightGradient<'a, T>> {
    let alone = DenseShape {
        columns: L,
        ..a.shape
    };
    if alone.weight_gradient_order::<T>() == WeightGradientOrder::Chain || a.gradient.accumulate {
        return Some(a);
    }
    // SAFETY: the caller's promise.
    unsafe {
        match a.shape.columns / L {
            4 => straight::<T, S, L, 4>(s, a),
            8 => straight::<T, S, L, 8>(s, a),
            16 if L == 16 => straight::<T, S, L, 16>(s, a),
            _ => return Some(a),
        }
    }
    None
}

/// Of N samples.
///
/// # Safety
/// As for [`straight_weight_gradient`].
#[inline(always)]
unsafe fn straight<T: Element, S: Simd<T>, const L: usize, const N: usize>(
    s: S,
    a: args::WeightGradient<'_, T>,
) {
    let DenseShape {
        inputs, outputs, ..
    } = a.shape;
    let weights = Finishing {
        scale: (a.scale != T::ONE).then_some(a.scale),
        accumulate: false,
    };
    let biases = Finishing {
        scale: None,
        ..weights
    };
    let mut gw = a.gradient.w.as_mut_ptr();
    let mut gb = a.gradient.bias.map(<[T]>::as_mut_ptr);
    let mut row = a.dz.as_ptr();
    // SAFETY: the caller's promise.
    unsafe {
        for _ in 0..outputs {
            if let Some(gb) = &mut gb {
                let sum = folded::<T, S, L, N, true>(s, row, row);
                s.store(*gb, biases.apply(s, sum, sum));
                *gb = gb.add(L);
            }
            let mut column = a.x.as_ptr();
            for _ in 0..inputs {
                let sum = folded::<T, S, L, N, false>(s, row, column);
                s.store(gw, weights.apply(s, sum, sum));
                gw = gw.add(L);
                column = column.add(N * L);
            }
            row = row.add(N * L);
        }
    }
}

/// The products of N samples, or with ONES the deltas alone, folded by halves.
///
/// # Safety
/// Both are valid for N vectors.
#[inline(always)]
unsafe fn folded<T: Element, S: Simd<T>, const L: usize, const N: usize, const ONES: bool>(
    s: S,
    row: *const T,
    column: *const T,
) -> S::V {
    // SAFETY: the caller's promise.
    unsafe {
        match N {
            4 => four::<T, S, L, ONES>(s, row, column, L),
            8 => eight::<T, S, L, ONES>(s, row, column, L),
            _ => sixteen::<T, S, L, ONES>(s, row, column, L),
        }
    }
}

/// Twice as many products as another fold, `step` numbers apart: those at even positions and those at odd ones.
macro_rules! twice {
    ($name:ident, $half:ident) => {
        /// # Safety
        /// As for [`folded`].
        #[inline(always)]
        unsafe fn $name<T: Element, S: Simd<T>, const L: usize, const ONES: bool>(
            s: S,
            row: *const T,
            column: *const T,
            step: usize,
        ) -> S::V {
            // SAFETY: the caller's promise.
            unsafe {
                let even = $half::<T, S, L, ONES>(s, row, column, 2 * step);
                even + $half::<T, S, L, ONES>(s, row.add(step), column.add(step), 2 * step)
            }
        }
    };
}

twice!(sixteen, eight);
twice!(eight, four);
twice!(four, two);
twice!(two, one);

/// # Safety
/// As for [`folded`].
#[inline(always)]
unsafe fn one<T: Element, S: Simd<T>, const L: usize, const ONES: bool>(
    s: S,
    row: *const T,
    column: *const T,
    _: usize,
) -> S::V {
    // SAFETY: the caller's promise.
    unsafe {
        match ONES {
            true => s.load(row),
            false => s.load(row) * s.load(column),
        }
    }
}

/// All sums of rows by columns; each is the first of them, how many there are, and how far apart they are in numbers (0 for a column of ones).
///
/// # Safety
/// Rows and columns are valid for so many samples, the target for all sums.
#[inline(always)]
unsafe fn product<T: Element, S: Lanes<T, L>, const L: usize>(
    s: S,
    (rows, row_count, row_stride): (*const T, usize, usize),
    (columns, column_count, column_stride): (*const T, usize, usize),
    samples: usize,
    order: Order<'_>,
    target: Target<T>,
) {
    let step = if column_stride == 0 { 0 } else { L };
    let mut r = 0;
    while r < row_count {
        // Rows beyond the last repeat it and are dropped.
        let row = |q: usize| {
            let index = if r + q < row_count {
                r + q
            } else {
                row_count - 1
            };
            rows.wrapping_add(index * row_stride)
        };
        let rows = [row(0), row(1), row(2), row(3)];
        let left = if row_count - r < ROWS {
            row_count - r
        } else {
            ROWS
        };
        let mut c = 0;
        while c < column_count {
            let first = columns.wrapping_add(c * column_stride);
            let to = target
                .first
                .wrapping_add(r * target.row + c * target.column);
            // SAFETY: the caller's promise.
            unsafe {
                if S::WIDE && c + 2 <= column_count {
                    let tile = Tile {
                        rows,
                        columns: [first, first.wrapping_add(column_stride)],
                        step,
                        samples,
                        order,
                    };
                    finish(s, sums::<T, S, L, 2>(s, &tile), to, left, target);
                    c += 2;
                } else {
                    let tile = Tile {
                        rows,
                        columns: [first],
                        step,
                        samples,
                        order,
                    };
                    finish(s, sums::<T, S, L, 1>(s, &tile), to, left, target);
                    c += 1;
                }
            }
        }
        r += ROWS;
    }
}

/// The sums of a tile.
///
/// # Safety
/// Rows and columns are valid for the samples.
#[inline(always)]
unsafe fn sums<T: Element, S: Simd<T>, const L: usize, const I: usize>(
    s: S,
    tile: &Tile<'_, T, I>,
) -> [[S::V; I]; ROWS] {
    let folds = tile.order.folds;
    let mut waiting = [MaybeUninit::<[[S::V; I]; ROWS]>::uninit(); WAITING];
    let mut count = 0;
    let mut k = 0;
    // SAFETY: positions of the order are samples; as many sums are taken as wait, which `Folds` tests.
    unsafe {
        loop {
            let (position, mut left) = folds[k];
            let mut sums = partial::<T, S, L, I>(s, tile, usize::from(position));
            k += 1;
            // The two halves of a fold at once: the first does not go through memory.
            if left == 0 && k < folds.len() && folds[k].1 > 0 {
                let other = partial::<T, S, L, I>(s, tile, usize::from(folds[k].0));
                sums = add::<T, S, I>(sums, other);
                left = folds[k].1 - 1;
                k += 1;
            }
            while left > 0 {
                count -= 1;
                let kept = waiting.get_unchecked(count).as_ptr().cast::<S::V>();
                let other = each_row!(r => kept.add(r * I).cast::<[S::V; I]>().read());
                sums = add::<T, S, I>(sums, other);
                left -= 1;
            }
            if k == folds.len() {
                return sums;
            }
            let kept = waiting.get_unchecked_mut(count).as_mut_ptr().cast::<S::V>();
            each_row!(r => kept.add(r * I).cast::<[S::V; I]>().write(sums[r]));
            count += 1;
        }
    }
}

/// The sums of two tiles.
#[inline(always)]
fn add<T: Element, S: Simd<T>, const I: usize>(
    a: [[S::V; I]; ROWS],
    b: [[S::V; I]; ROWS],
) -> [[S::V; I]; ROWS] {
    each_row!(r => {
        let mut sums = a[r];
        for (sum, &other) in sums.iter_mut().zip(&b[r]) {
            *sum = *sum + other;
        }
        sums
    })
}

/// One fused chain over the samples from `first` on. It begins with a product, which differs from a chain from +0 in the sign of zero alone.
///
/// # Safety
/// `first` is a sample; rows and columns are valid for the samples.
#[inline(always)]
unsafe fn partial<T: Element, S: Simd<T>, const L: usize, const I: usize>(
    s: S,
    tile: &Tile<'_, T, I>,
    first: usize,
) -> [[S::V; I]; ROWS] {
    let mut at = first;
    // SAFETY: the caller's promise.
    unsafe {
        let mut columns = [s.splat(T::ZERO); I];
        for (column, &p) in columns.iter_mut().zip(&tile.columns) {
            *column = s.load(p.add(at * tile.step));
        }
        let mut sums = each_row!(r => {
            let row = s.load(tile.rows[r].add(at * L));
            let mut sums = columns;
            for sum in &mut sums {
                *sum = row * *sum;
            }
            sums
        });
        at += tile.order.stride;
        while at < tile.samples {
            for (column, &p) in columns.iter_mut().zip(&tile.columns) {
                *column = s.load(p.add(at * tile.step));
            }
            sums = each_row!(r => {
                let row = s.load(tile.rows[r].add(at * L));
                let mut sums = sums[r];
                for (sum, &column) in sums.iter_mut().zip(&columns) {
                    *sum = row.fma(column, *sum);
                }
                sums
            });
            at += tile.order.stride;
        }
        sums
    }
}

/// Writes the first `left` rows of a tile.
///
/// # Safety
/// The target has them.
#[inline(always)]
unsafe fn finish<T: Element, S: Simd<T>, const I: usize>(
    s: S,
    sums: [[S::V; I]; ROWS],
    to: *mut T,
    left: usize,
    target: Target<T>,
) {
    let finishing = target.finishing;
    each_row!(r => if r < left {
        for (c, &sum) in sums[r].iter().enumerate() {
            // SAFETY: the caller's promise.
            unsafe {
                let p = to.add(r * target.row + c * target.column);
                let old = if finishing.accumulate { s.load(p) } else { sum };
                s.store(p, finishing.apply(s, sum, old));
            }
        }
    });
}
