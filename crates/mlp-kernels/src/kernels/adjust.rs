//! The safe interface of what is done to gradients and weights beside the update.

use super::table::Kernels;
use crate::Element;
use crate::adjust::{AddSign, ByNumber};

impl<T: Element> Kernels<T> {
    /// `v = factor v`, flushed.
    pub fn scale(&self, factor: T, values: &mut [T]) {
        let number = factor;
        // SAFETY: `new` found the level supported.
        unsafe { (self.table.scale)(ByNumber { number, values }) }
    }

    /// Cuts every number to `[-limit, limit]`, flushed; NaN stays.
    pub fn clip(&self, limit: T, values: &mut [T]) {
        let number = limit;
        // SAFETY: `new` found the level supported.
        unsafe { (self.table.clip)(ByNumber { number, values }) }
    }

    /// `g += strength sign(w)`, flushed, with sign(0) = 0: the subgradient of `strength |w|`.
    pub fn add_sign(&self, strength: T, params: &[T], grad: &mut [T]) {
        assert_eq!(grad.len(), params.len(), "gradients");
        // SAFETY: `new` found the level supported.
        unsafe {
            (self.table.add_sign)(AddSign {
                strength,
                params,
                grad,
            });
        }
    }

    /// Makes every row of `columns` numbers that is longer than `limit` (in the L2 norm) that long.
    ///
    /// A row's norm is the root of [`Kernels::sum_of_squares`]; the factor `limit / norm` is rounded once.
    pub fn limit_rows(&self, limit: f64, columns: usize, values: &mut [T]) {
        for row in values.chunks_exact_mut(columns) {
            let norm = self.sum_of_squares(row).sqrt();
            if norm > limit {
                self.scale(T::from_f64(limit / norm), row);
            }
        }
    }
}
