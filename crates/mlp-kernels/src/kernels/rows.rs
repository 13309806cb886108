//! The safe interface of the kernels on rows.

use super::checks::size;
use super::table::Kernels;
use crate::Element;
use crate::row_kernels::args;

impl<T: Element> Kernels<T> {
    /// `y = a + b`, flushed.
    pub fn sum(&self, a: &[T], b: &[T], y: &mut [T]) {
        assert!(a.len() == y.len() && b.len() == y.len(), "terms");
        // SAFETY: `new` found the level supported; equal lengths.
        unsafe { (self.table.sum)(args::Pairs { a, b, y }) }
    }

    /// `y = a * b`, element by element, flushed.
    pub fn product(&self, a: &[T], b: &[T], y: &mut [T]) {
        assert!(a.len() == y.len() && b.len() == y.len(), "factors");
        // SAFETY: `new` found the level supported; equal lengths.
        unsafe { (self.table.product)(args::Pairs { a, b, y }) }
    }

    /// Adds to `sums[row]` the sum over the first `valid` columns of that row of `x`, in `f64`: column i goes to partial sum
    /// `i mod LANES`, and the partial sums are folded.
    pub fn row_sums(&self, columns: usize, valid: usize, x: &[T], sums: &mut [f64]) {
        self.sum_rows(columns, valid, x, &[], sums);
    }

    /// Adds to `sums[row]` the sum over the first `valid` columns of that row of `x * y`; products are rounded to the type, then as in
    /// [`Kernels::row_sums`].
    pub fn row_dots(&self, columns: usize, valid: usize, x: &[T], y: &[T], sums: &mut [f64]) {
        assert_eq!(y.len(), x.len(), "factors");
        self.sum_rows(columns, valid, x, y, sums);
    }

    fn sum_rows(&self, columns: usize, valid: usize, x: &[T], y: &[T], sums: &mut [f64]) {
        assert!(valid <= columns, "at most `columns` samples");
        assert_eq!(x.len(), size(sums.len(), columns), "terms");
        // SAFETY: `new` found the level supported; the lengths fit.
        unsafe {
            (self.table.row_sums)(args::RowSums {
                columns,
                valid,
                x,
                y,
                sums,
            });
        }
    }

    /// `y = factor x + offset`, fused, with one factor and one offset per row.
    pub fn scale_rows(&self, columns: usize, factor: &[T], offset: &[T], x: &[T], y: &mut [T]) {
        assert_eq!(x.len(), y.len(), "rows");
        self.check_rows(columns, factor.len(), y.len());
        assert_eq!(offset.len(), factor.len(), "offsets");
        // SAFETY: `new` found the level supported; the lengths fit.
        unsafe {
            (self.table.scale_rows)(args::ScaleRows {
                columns,
                factor,
                offset,
                x: x.as_ptr(),
                y: y.as_mut_ptr(),
            });
        }
    }

    /// [`Kernels::scale_rows`] in place.
    pub fn scale_rows_in_place(&self, columns: usize, factor: &[T], offset: &[T], x: &mut [T]) {
        self.check_rows(columns, factor.len(), x.len());
        assert_eq!(offset.len(), factor.len(), "offsets");
        let p = x.as_mut_ptr();
        // SAFETY: `new` found the level supported; the kernel works in place.
        unsafe {
            (self.table.scale_rows)(args::ScaleRows {
                columns,
                factor,
                offset,
                x: p,
                y: p,
            });
        }
    }

    /// `out = a x + (b y + c)`, fused, of the terms `(a, x)` and `(b, y)` with an a, b and c per row; flushed, and +0 in the columns from `valid` on.
    pub fn combine_rows(
        &self,
        columns: usize,
        valid: usize,
        terms: [(&[T], &[T]); 2],
        c: &[T],
        out: &mut [T],
    ) {
        assert!(valid <= columns, "at most `columns` samples");
        self.check_rows(columns, c.len(), out.len());
        for (factor, x) in terms {
            assert_eq!(factor.len(), c.len(), "factors");
            assert_eq!(x.len(), out.len(), "rows of a term");
        }
        // SAFETY: `new` found the level supported; the lengths fit.
        unsafe {
            (self.table.combine_rows)(args::CombineRows {
                columns,
                valid,
                terms,
                c,
                out,
            });
        }
    }

    /// Layer normalization (Ba et al. 2016) of every column of `x` `[rows, columns]`: x becomes `(x - mean) * inverse` with
    /// `inverse = 1 / sqrt(variance + epsilon)`, and `y = scale * x + shift` (fused; without scale and shift y is x). Sums run over the rows in
    /// ascending order, in the type; the variance is that of the population.
    pub fn normalize_columns(
        &self,
        columns: usize,
        epsilon: T,
        affine: Option<(&[T], &[T])>,
        x: &mut [T],
        inverse: &mut [T],
        y: &mut [T],
    ) {
        assert_eq!(inverse.len(), columns, "inverse deviations");
        assert_eq!(x.len(), y.len(), "rows");
        let (scale, shift) = self.check_columns(columns, affine, y.len());
        // SAFETY: `new` found the level supported; the lengths fit.
        unsafe {
            (self.table.normalize_columns)(args::NormalizeColumns {
                columns,
                epsilon,
                scale,
                shift,
                x,
                inverse,
                y,
            });
        }
    }

    /// The gradient of [`Kernels::normalize_columns`] with respect to its inputs, flushed: with `g = scale * dy` and means over the rows,
    /// `dx = ((g - mean(g)) - x * mean(g x)) * inverse`, where `x` and `inverse` are those of the forward pass.
    pub fn normalize_columns_gradient(
        &self,
        columns: usize,
        scale: Option<&[T]>,
        x: &[T],
        inverse: &[T],
        dy: &[T],
        dx: &mut [T],
    ) {
        assert_eq!(inverse.len(), columns, "inverse deviations");
        assert!(x.len() == dx.len() && dy.len() == dx.len(), "rows");
        let (scale, _) = self.check_columns(columns, scale.map(|scale| (scale, scale)), dx.len());
        // SAFETY: `new` found the level supported; the lengths fit.
        unsafe {
            (self.table.normalize_columns_gradient)(args::NormalizeColumnsGradient {
                columns,
                scale,
                x,
                inverse,
                dy,
                dx,
            });
        }
    }

    /// `sums` rounded to the type, flushed.
    pub fn round_sums(&self, sums: &[f64], y: &mut [T]) {
        assert_eq!(sums.len(), y.len(), "sums");
        for (y, &sum) in y.iter_mut().zip(sums) {
            *y = crate::element::flush(T::from_f64(sum));
        }
    }

    fn check_rows(&self, columns: usize, rows: usize, length: usize) {
        assert!(
            columns.is_multiple_of(T::LANES),
            "columns are whole vectors"
        );
        assert_eq!(length, size(rows, columns), "rows");
    }

    fn check_columns<'a>(
        &self,
        columns: usize,
        affine: Option<(&'a [T], &'a [T])>,
        length: usize,
    ) -> (&'a [T], &'a [T]) {
        assert!(columns > 0, "at least one vector of samples");
        let rows = length / columns;
        self.check_rows(columns, rows, length);
        let (scale, shift) = affine.unwrap_or_default();
        assert!(
            affine.is_none() || (scale.len() == rows && shift.len() == rows),
            "scale and shift"
        );
        (scale, shift)
    }
}
