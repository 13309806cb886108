//! `gw = scale * dz x^T` and the bias gradient.

use super::product::{Finish, Product, product};
use crate::kernels::args;
use crate::math::v_flush;
use crate::simd::{Lanes, Simd, Vector};
use crate::slices::{load, store};
use crate::{DenseShape, Element, WeightGradientOrder};
use std::mem::MaybeUninit;

/// What happens to a finished sum.
#[derive(Clone, Copy)]
pub(super) struct Finishing<T> {
    pub(super) scale: Option<T>,
    pub(super) accumulate: bool,
}

impl<T: Element> Finishing<T> {
    #[inline(always)]
    pub(super) fn apply<S: Simd<T>>(self, s: S, sum: S::V, old: S::V) -> S::V {
        let sum = match self.scale {
            None => sum,
            Some(scale) => sum * s.splat(scale),
        };
        v_flush::<T, S>(s, if self.accumulate { old + sum } else { sum })
    }
}

/// The slices of the right sizes as pointers.
#[derive(Clone, Copy)]
struct Operands<T> {
    shape: DenseShape,
    dz: *const T,
    x: *const T,
    gw: *mut T,
    gb: *mut T,
    finishing: Finishing<T>,
}

#[inline(always)]
pub(crate) fn weight_gradient<T: Element, S: Lanes<T, L>, const L: usize>(
    s: S,
    a: args::WeightGradient<'_, T>,
) {
    let scale = (a.scale != T::ONE).then_some(a.scale);
    let finishing = Finishing {
        scale,
        accumulate: a.gradient.accumulate,
    };
    let gb = match a.gradient.bias {
        Some(gb) => gb.as_mut_ptr(),
        None => std::ptr::null_mut(),
    };
    let operands = Operands {
        shape: a.shape,
        dz: a.dz.as_ptr(),
        x: a.x.as_ptr(),
        gw: a.gradient.w.as_mut_ptr(),
        gb,
        finishing,
    };
    // SAFETY: the slices have the sizes of the shape, as `Kernels` asserts, and the scratch suffices.
    unsafe {
        match a.shape.weight_gradient_order::<T>() {
            WeightGradientOrder::Lanes if gb.is_null() => {
                partial_sums::<T, S, L, false>(s, &operands);
            }
            WeightGradientOrder::Lanes => partial_sums::<T, S, L, true>(s, &operands),
            WeightGradientOrder::Chain => {
                chains(s, &operands, a.scratch.as_mut_ptr());
                if !gb.is_null() {
                    row_sums(s, &operands);
                }
            }
        }
    }
}

/// Sums of whole rows, L at a time.
///
/// # Safety
/// `dz` and `gb` have the sizes of the shape.
#[inline(always)]
unsafe fn row_sums<T: Element, S: Lanes<T, L>, const L: usize>(s: S, a: &Operands<T>) {
    let DenseShape {
        outputs, columns, ..
    } = a.shape;
    let mut j = 0;
    while j < outputs {
        let rows = L.min(outputs - j);
        let mut sums = [s.splat(T::ZERO); L];
        let mut r = 0;
        // SAFETY: rows and columns within dz; stores within gb.
        unsafe {
            while r < rows {
                let four = 4.min(rows - r);
                let mut sum = [s.splat(T::ZERO); 4];
                let mut c = 0;
                while c < columns {
                    for (q, sum) in sum.iter_mut().enumerate() {
                        // Rows beyond the last repeat it and are dropped.
                        let row = j + r + q.min(four - 1);
                        *sum = *sum + s.load(a.dz.add(row * columns + c));
                    }
                    c += S::LANES;
                }
                sums[r..r + four].copy_from_slice(&sum[..four]);
                r += 4;
            }
            finish_biases(s, a, j, rows, sums);
        }
        j += L;
    }
}

/// Folds the sums of the deltas of at most L rows from `j` on.
///
/// # Safety
/// `gb` has the rows.
#[inline(always)]
unsafe fn finish_biases<T: Element, S: Lanes<T, L>, const L: usize>(
    s: S,
    a: &Operands<T>,
    j: usize,
    rows: usize,
    sums: [S::V; L],
) {
    let finishing = Finishing {
        scale: None,
        ..a.finishing
    };
    // SAFETY: the caller's promise.
    unsafe {
        let p = a.gb.add(j);
        let old = load(s, p, rows);
        store(s, p, rows, finishing.apply(s, s.sum_rows(sums), old));
    }
}

/// Sums waiting for the horizontal sum, and where their totals go: room for less than a vector's worth and the sums of one tile.
struct Waiting<T, V> {
    sums: [MaybeUninit<V>; 32],
    targets: [MaybeUninit<*mut T>; 32],
    count: usize,
    /// The targets are neighbours in memory, in order.
    neighbours: bool,
}

impl<T: Element, V: Vector<T>> Waiting<T, V> {
    /// Nothing waits; the arrays are left as they are, since clearing them would cost a small layer a tenth of its time.
    #[inline(always)]
    fn new() -> Self {
        Waiting {
            sums: [MaybeUninit::uninit(); 32],
            targets: [MaybeUninit::uninit(); 32],
            count: 0,
            neighbours: true,
        }
    }

    /// Adds a tile of J rows of I sums, whose first total goes to `first` and whose rows are `stride` apart there.
    ///
    /// # Safety
    /// There is room, and the tile lies within one allocation.
    #[inline(always)]
    unsafe fn push<const J: usize, const I: usize>(
        &mut self,
        sums: [[V; I]; J],
        first: *mut T,
        stride: usize,
    ) {
        let whole = J == 1 || stride == I;
        self.neighbours = if self.count == 0 {
            whole
        } else {
            // SAFETY: what waits has a target each.
            let last = unsafe { self.targets[self.count - 1].assume_init() };
            self.neighbours && whole && last.wrapping_add(1) == first
        };
        let free = self.count..self.count + J * I;
        for (to, &from) in self.sums[free.clone()].iter_mut().zip(sums.as_flattened()) {
            to.write(from);
        }
        for (q, to) in self.targets[free].iter_mut().enumerate() {
            // SAFETY: the caller's promise.
            to.write(unsafe { first.add(q / I * stride + q % I) });
        }
        self.count += J * I;
    }

    /// Folds the first L sums together, or all where there are fewer, and moves the others to the front.
    ///
    /// # Safety
    /// Every target is valid.
    #[inline(always)]
    unsafe fn flush<S: Lanes<T, L, V = V>, const L: usize>(
        &mut self,
        s: S,
        finishing: Finishing<T>,
    ) {
        let count = self.count.min(L);
        let mut sums = [s.splat(T::ZERO); L];
        for row in &mut self.sums[count..L] {
            row.write(s.splat(T::ZERO));
        }
        for (sum, row) in sums.iter_mut().zip(&self.sums[..L]) {
            // SAFETY: what waits is written, and the rows after it are now.
            *sum = unsafe { row.assume_init() };
        }
        // SAFETY: the buffer holds a vector; the targets are the caller's promise, and as many as the sums.
        unsafe {
            let total = s.sum_rows(sums);
            if self.neighbours {
                let p = self.targets[0].assume_init();
                let old = if finishing.accumulate {
                    load(s, p, count)
                } else {
                    total
                };
                store(s, p, count, finishing.apply(s, total, old));
            } else {
                let mut buffer = [T::ZERO; L];
                if finishing.accumulate {
                    for (old, target) in buffer.iter_mut().zip(&self.targets[..count]) {
                        *old = target.assume_init().read();
                    }
                }
                let old = s.load(buffer.as_ptr());
                s.store(buffer.as_mut_ptr(), finishing.apply(s, total, old));
                for (&new, target) in buffer.iter().zip(&self.targets[..count]) {
                    target.assume_init().write(new);
                }
            }
        }
        for from in count..self.count {
            self.sums[from - count] = self.sums[from];
            self.targets[from - count] = self.targets[from];
        }
        self.count -= count;
    }
}

/// One partial sum a lane, folded for L weights together; with BIASES also the sums of the deltas, which the first tile of a row loads anyway.
///
/// # Safety
/// The slices have the sizes of the shape.
#[inline(always)]
unsafe fn partial_sums<T: Element, S: Lanes<T, L>, const L: usize, const BIASES: bool>(
    s: S,
    a: &Operands<T>,
) {
    let (inputs, outputs) = (a.shape.inputs, a.shape.outputs);
    if BIASES && inputs == 0 {
        // SAFETY: the caller's promise.
        unsafe { row_sums(s, a) }
    }
    let mut waiting = Waiting::new();
    let mut biases = [MaybeUninit::<S::V>::uninit(); L];
    let mut j = 0;
    while j < outputs {
        let rows = match outputs - j {
            8.. if S::WIDE && inputs < 4 => 8,
            4.. if S::WIDE => 4,
            2.. => 2,
            _ => 1,
        };
        let mut i = 0;
        while i < inputs {
            let width = match inputs - i {
                8.. if S::WIDE && rows == 1 => 8,
                4.. if S::WIDE || rows == 1 => 4,
                2.. if rows > 1 => 2,
                _ => 1,
            };
            macro_rules! run {
                ($rows:literal, $width:literal) => {{
                    // The first tile of a row sums the deltas too.
                    if BIASES && i == 0 {
                        let sums = tile::<T, S, $rows, $width, true>(s, a, j, i);
                        for (q, &sum) in sums.1.iter().enumerate() {
                            biases[j % L + q].write(sum);
                        }
                        fold_or_wait::<T, S, L, $rows, $width>(s, a, j, i, sums.0, &mut waiting);
                    } else {
                        let sums = tile::<T, S, $rows, $width, false>(s, a, j, i);
                        fold_or_wait::<T, S, L, $rows, $width>(s, a, j, i, sums.0, &mut waiting);
                    }
                }};
            }
            // SAFETY: the tile is within rows and inputs, and so are the positions waiting.
            unsafe {
                match (rows, width) {
                    (8, 2) if S::WIDE => run!(8, 2),
                    (8, _) if S::WIDE => run!(8, 1),
                    (4, 4) if S::WIDE => run!(4, 4),
                    (4, 2) if S::WIDE => run!(4, 2),
                    (4, _) if S::WIDE => run!(4, 1),
                    (2, 4) if S::WIDE => run!(2, 4),
                    (2, 2) => run!(2, 2),
                    (2, _) => run!(2, 1),
                    (_, 8) if S::WIDE => run!(1, 8),
                    (_, 4) => run!(1, 4),
                    _ => run!(1, 1),
                }
                i += width;
                let last = j + rows == outputs && i == inputs;
                while waiting.count >= L || (last && waiting.count > 0) {
                    waiting.flush::<S, L>(s, a.finishing);
                }
            }
        }
        j += rows;
        if BIASES && inputs > 0 && (j % L == 0 || j == outputs) {
            let first = (j - 1) / L * L;
            for row in &mut biases[j - first..] {
                row.write(s.splat(T::ZERO));
            }
            let mut sums = [s.splat(T::ZERO); L];
            for (sum, row) in sums.iter_mut().zip(&biases) {
                // SAFETY: the first tile of each row wrote its sum, and the others are written now.
                *sum = unsafe { row.assume_init() };
            }
            // SAFETY: the rows from `first` to j are within gb.
            unsafe { finish_biases(s, a, first, j - first, sums) }
        }
    }
}

/// The sums of J outputs by I inputs over all columns, and with BIASES of the outputs' deltas.
///
/// # Safety
/// The tile is within the shape.
#[inline(always)]
unsafe fn tile<T: Element, S: Simd<T>, const J: usize, const I: usize, const BIASES: bool>(
    s: S,
    a: &Operands<T>,
    j: usize,
    i: usize,
) -> ([[S::V; I]; J], [S::V; J]) {
    let columns = a.shape.columns;
    let mut sums = [[s.splat(T::ZERO); I]; J];
    let mut biases = [s.splat(T::ZERO); J];
    // SAFETY: the caller's promise.
    unsafe {
        let (dz, x) = (a.dz.add(j * columns), a.x.add(i * columns));
        let mut c = 0;
        while c < columns {
            let mut xs = [s.splat(T::ZERO); I];
            for (q, v) in xs.iter_mut().enumerate() {
                *v = s.load(x.add(q * columns + c));
            }
            for (r, sums) in sums.iter_mut().enumerate() {
                let d = s.load(dz.add(r * columns + c));
                if BIASES {
                    biases[r] = biases[r] + d;
                }
                for (sum, x) in sums.iter_mut().zip(xs) {
                    *sum = d.fma(x, *sum);
                }
            }
            c += S::LANES;
        }
    }
    (sums, biases)
}

/// Folds the sums of a 4x4 tile at once, and those of a tile that is a vector's worth of neighbours; others when there is a vector's worth.
///
/// # Safety
/// The tile is within the shape.
#[inline(always)]
unsafe fn fold_or_wait<
    T: Element,
    S: Lanes<T, L>,
    const L: usize,
    const J: usize,
    const I: usize,
>(
    s: S,
    a: &Operands<T>,
    j: usize,
    i: usize,
    sums: [[S::V; I]; J],
    waiting: &mut Waiting<T, S::V>,
) {
    let inputs = a.shape.inputs;
    if J == 4 && I == 4 {
        let rows = L / 4;
        let mut from = 0;
        while from < J {
            // The lanes of the folded vector are `rows` rows of four weights.
            let mut part = [s.splat(T::ZERO); L];
            for (q, sum) in part.iter_mut().enumerate() {
                *sum = sums[from + q / I][q % I];
            }
            let mut buffer = [T::ZERO; L];
            // SAFETY: the buffer holds a vector; the tile is within gw.
            unsafe {
                let gw = a.gw.add((j + from) * inputs + i);
                if a.finishing.accumulate {
                    for r in 0..rows {
                        let row = gw.add(r * inputs).cast::<[T; 4]>();
                        buffer
                            .as_mut_ptr()
                            .cast::<[T; 4]>()
                            .add(r)
                            .write(row.read());
                    }
                }
                let old = s.load(buffer.as_ptr());
                let new = a.finishing.apply(s, s.sum_rows(part), old);
                s.store(buffer.as_mut_ptr(), new);
                for r in 0..rows {
                    let row = gw.add(r * inputs).cast::<[T; 4]>();
                    row.write(buffer.as_ptr().cast::<[T; 4]>().add(r).read());
                }
            }
            from += rows;
        }
        return;
    }
    if J * I == L && (J == 1 || I == inputs) && waiting.count == 0 {
        let mut part = [s.splat(T::ZERO); L];
        for (q, sum) in part.iter_mut().enumerate() {
            *sum = sums[q / I][q % I];
        }
        let total = s.sum_rows(part);
        // SAFETY: the tile is within gw, where it is L neighbours.
        unsafe {
            let p = a.gw.add(j * inputs + i);
            let old = if a.finishing.accumulate {
                s.load(p)
            } else {
                total
            };
            s.store(p, a.finishing.apply(s, total, old));
        }
        return;
    }
    // SAFETY: the tile is within gw, and less than a vector's worth waits.
    unsafe { waiting.push(sums, a.gw.add(j * inputs + i), inputs) }
}

/// Where chained sums go.
struct Chained<T> {
    inputs: usize,
    gw: *mut T,
    finishing: Finishing<T>,
}

impl<T: Element, S: Simd<T>> Finish<T, S> for Chained<T> {
    const BLOCKS: bool = false;
    const TAIL: bool = true;
    const PACKED: bool = false;

    #[inline(always)]
    fn start(&self, s: S, _: usize) -> S::V {
        s.splat(T::ZERO)
    }

    #[inline(always)]
    unsafe fn finish<const C: usize>(
        &self,
        s: S,
        row: usize,
        column: usize,
        left: usize,
        sums: [S::V; C],
    ) {
        for (c, sum) in sums.into_iter().enumerate() {
            // SAFETY: the caller's promise.
            unsafe {
                let p = self.gw.add(row * self.inputs + column + c * S::LANES);
                let old = if self.finishing.accumulate {
                    load(s, p, left)
                } else {
                    sum
                };
                store(s, p, left, self.finishing.apply(s, sum, old));
            }
        }
    }

    #[inline(always)]
    unsafe fn save(&self, _: S, _: usize, _: usize, _: usize, _: S::V) {
        unreachable!("the samples are not cut into blocks");
    }

    #[inline(always)]
    unsafe fn resume(&self, _: S, _: usize, _: usize, _: usize) -> S::V {
        unreachable!("the samples are not cut into blocks");
    }
}

/// Transposes x into the scratch, then multiplies: lanes run over inputs, one chain a weight over samples.
///
/// # Safety
/// The slices have the sizes of the shape.
#[inline(always)]
unsafe fn chains<T: Element, S: Lanes<T, L>, const L: usize>(
    s: S,
    a: &Operands<T>,
    scratch: *mut T,
) {
    let (inputs, columns) = (a.shape.inputs, a.shape.columns);
    let stride = inputs.next_multiple_of(L);
    // SAFETY: x has `inputs` rows, the scratch `columns` rows of `stride`.
    unsafe {
        for i in (0..inputs).step_by(L) {
            for c in (0..columns).step_by(L) {
                let mut block = [s.splat(T::ZERO); L];
                for (q, row) in block.iter_mut().enumerate().take(inputs - i) {
                    *row = s.load(a.x.add((i + q) * columns + c));
                }
                for (q, row) in s.transpose(block).into_iter().enumerate() {
                    s.store(scratch.add((c + q) * stride + i), row);
                }
            }
        }
    }
    let operands = Product {
        rows: a.shape.outputs,
        depth: columns,
        columns: inputs,
        a: a.dz,
        row_stride: columns,
        step: 1,
        b: scratch,
        b_stride: stride,
    };
    let target = Chained {
        inputs,
        gw: a.gw,
        finishing: a.finishing,
    };
    // SAFETY: as above.
    unsafe { product(s, &operands, &target) }
}
