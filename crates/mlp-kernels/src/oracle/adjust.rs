//! What is done to a gradient and to weights beside the update.

use super::sums::sum_of_squares;
use crate::Element;
use crate::element::flush;

/// See [`Kernels::scale`](crate::Kernels::scale).
pub fn scale<T: Element>(factor: T, values: &mut [T]) {
    values.iter_mut().for_each(|v| *v = flush(*v * factor));
}

/// See [`Kernels::clip`](crate::Kernels::clip).
pub fn clip<T: Element>(limit: T, values: &mut [T]) {
    for v in values {
        *v = flush(match *v {
            v if v < -limit => -limit,
            v if v > limit => limit,
            v => v,
        });
    }
}

/// See [`Kernels::add_sign`](crate::Kernels::add_sign).
pub fn add_sign<T: Element>(strength: T, params: &[T], grad: &mut [T]) {
    for (g, &w) in grad.iter_mut().zip(params) {
        *g = flush(match w {
            w if w < T::ZERO => *g - strength,
            w if w > T::ZERO => *g + strength,
            _ => *g,
        });
    }
}

/// See [`Kernels::limit_rows`](crate::Kernels::limit_rows).
pub fn limit_rows<T: Element>(limit: f64, columns: usize, values: &mut [T]) {
    for row in values.chunks_exact_mut(columns) {
        let norm = sum_of_squares(row).sqrt();
        if norm > limit {
            scale(T::from_f64(limit / norm), row);
        }
    }
}
