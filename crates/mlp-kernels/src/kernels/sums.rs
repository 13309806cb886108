//! The safe interface of sums over slices, and of the peak rate.

use super::args;
use super::checks::canonical_sum;
use super::table::Kernels;
use crate::Element;

impl<T: Element> Kernels<T> {
    /// Sum of squares in `f64`: element i goes to partial sum `i mod LANES`, fused; the partial sums are folded.
    #[must_use]
    pub fn sum_of_squares(&self, values: &[T]) -> f64 {
        // SAFETY: `new` found the level supported.
        canonical_sum(unsafe { (self.table.sum_of_squares)(args::Values { values }) })
    }

    /// Scalar product in `f64`, the order of [`Kernels::sum_of_squares`].
    #[must_use]
    pub fn dot(&self, a: &[T], b: &[T]) -> f64 {
        assert_eq!(a.len(), b.len(), "vectors");
        // SAFETY: `new` found the level supported.
        canonical_sum(unsafe { (self.table.dot)(args::Pair { a, b }) })
    }

    /// Whether every number is finite.
    #[must_use]
    pub fn is_finite(&self, values: &[T]) -> bool {
        // SAFETY: `new` found the level supported.
        unsafe { (self.table.is_finite)(args::Values { values }) }
    }

    pub(crate) fn peak(&self, iterations: u64, seed: &[T; 2]) -> f64 {
        // SAFETY: `new` found the level supported.
        unsafe { (self.table.peak)(args::Peak { iterations, seed }) }
    }
}
