//! Transposition from one sample per row to one sample per column, and back.

use std::ops::Range;

use ndarray::{ArrayView2, ArrayViewMut2, Axis, Slice};

use crate::{Scalar, samples::transpose};

/// Transposes `rows` of an array, one sample each, into the first columns of a feature-major slice; the
/// others become 0.
pub(super) fn transpose_rows<T: Scalar>(
    source: ArrayView2<'_, T>,
    rows: Range<usize>,
    columns: usize,
    target: &mut [T],
) {
    if let Some(flat) = source.as_slice() {
        return transpose(flat, source.ncols(), rows, columns, target);
    }
    let source = source.slice_axis(Axis(0), Slice::from(rows));
    for (feature, row) in source
        .columns()
        .into_iter()
        .zip(target.chunks_exact_mut(columns))
    {
        for (value, &x) in row.iter_mut().zip(feature) {
            *value = x;
        }
        row[source.nrows()..].fill(T::ZERO);
    }
}

/// Transposes the first columns of a feature-major slice into `rows` of an array, one sample each.
pub(crate) fn transpose_columns<T: Scalar>(
    source: &[T],
    columns: usize,
    rows: Range<usize>,
    target: &mut ArrayViewMut2<'_, T>,
) {
    let mut target = target.slice_axis_mut(Axis(0), Slice::from(rows));
    for (row, mut output) in source.chunks_exact(columns).zip(target.columns_mut()) {
        for (value, &y) in output.iter_mut().zip(row) {
            *value = y;
        }
    }
}
