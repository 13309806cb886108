//! What several interfaces check and mend.

use crate::element::sealed::Float;

/// One NaN for all.
pub fn canonical_sum(sum: f64) -> f64 {
    if sum.is_nan() {
        f64::CANONICAL_NAN
    } else {
        sum
    }
}

#[inline]
pub fn size(rows: usize, columns: usize) -> usize {
    rows.checked_mul(columns)
        .expect("the size of a matrix fits the address space")
}
