//! What several kernels are made of: the order of a folded sum, targets as numbers, the greatest output.

use crate::{Element, LossBlock, Target};

/// Sum of the partial sums: each of the lower half takes one of the upper half, until one is left.
pub fn fold<T: Copy + std::ops::Add<Output = T>>(partial: &[T]) -> T {
    let mut partial = partial.to_vec();
    while partial.len() > 1 {
        let half = partial.len() / 2;
        for i in 0..half {
            partial[i] = partial[i] + partial[i + half];
        }
        partial.truncate(half);
    }
    partial[0]
}

/// The target of output k for sample s.
pub fn target_value<T: Element>(of: &LossBlock<'_, T>, k: usize, s: usize) -> T {
    match of.target {
        Target::Values(values) => values[k * of.columns + s],
        Target::Classes(classes) if of.outputs == 1 => T::from_f64(f64::from(classes[s])),
        Target::Classes(classes) => {
            if classes[s] as usize == k {
                T::ONE
            } else {
                T::ZERO
            }
        }
    }
}

/// The greatest of the outputs and the first index that has it; NaN is never greater.
pub fn greatest<T: Element>(of: &LossBlock<'_, T>, values: &[T], s: usize) -> (T, usize) {
    let mut best = (values[s], 0);
    for k in 1..of.outputs {
        if values[k * of.columns + s] > best.0 {
            best = (values[k * of.columns + s], k);
        }
    }
    best
}
