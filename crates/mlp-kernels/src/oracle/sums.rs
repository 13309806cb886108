//! Sums in `f64`, folded from partial sums.

use super::parts::fold;
use crate::Element;
use crate::element::canonical;

/// Sum of squares in `f64`: element i goes to partial sum `i mod LANES`, fused; the partial sums are folded.
pub fn sum_of_squares<T: Element>(values: &[T]) -> f64 {
    let mut partial = vec![0.0f64; T::LANES];
    for (i, &v) in values.iter().enumerate() {
        partial[i % T::LANES] = v.to_f64().mul_add(v.to_f64(), partial[i % T::LANES]);
    }
    canonical(fold(&partial))
}

/// Scalar product in `f64`, the order of [`sum_of_squares`].
pub fn dot<T: Element>(a: &[T], b: &[T]) -> f64 {
    let mut partial = vec![0.0f64; T::LANES];
    for (i, (a, b)) in a.iter().zip(b).enumerate() {
        partial[i % T::LANES] = a.to_f64().mul_add(b.to_f64(), partial[i % T::LANES]);
    }
    canonical(fold(&partial))
}
