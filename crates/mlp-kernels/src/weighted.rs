//! Every loss with weights and smoothed targets, lanes over samples.
//!
//! `loss_kernels` has the plain forms of the three losses that most networks are trained with; weights of one give the
//! same bits here.

mod column;
mod cross_entropy;
mod margin;
mod pointwise;

use self::column::SampleVector;
use crate::kernels::args;
use crate::loss_kernels::{equal, keep_valid};
use crate::math::v_flush;
use crate::simd::{Simd, Vector};
use crate::{Element, Loss, Target};

impl<T: Element> args::WeightedLosses<'_, T> {
    /// The weight of output k; 1 where there are none.
    #[inline(always)]
    fn output_weight(&self, k: usize) -> T {
        self.by.outputs.map_or(T::ONE, |weights| weights[k])
    }

    /// The weights of the samples from `column` on; `None` where all are 1.
    #[inline(always)]
    fn sample_weights<S: Simd<T>>(&self, s: S, column: usize) -> Option<S::V> {
        // SAFETY: there are `columns` weights, whole vectors; callers stay within.
        self.by
            .samples
            .map(|weights| unsafe { s.load(weights.as_ptr().add(column)) })
    }
}

/// Adds terms, weighted, to the partial sums; those from `valid` on do not count.
#[inline(always)]
fn add<T: Element, S: Simd<T>>(
    s: S,
    a: &args::WeightedLosses<'_, T>,
    total: S::Sum,
    column: usize,
    term: S::V,
) -> S::Sum {
    let term = keep_valid(s, term, a.of.valid - column);
    match a.sample_weights(s, column) {
        None => s.sum_add(total, term),
        Some(weights) => s.sum_add_product(total, weights, term),
    }
}

#[inline(always)]
pub(crate) fn gradient<T: Element, S: Simd<T>>(s: S, a: args::WeightedGradient<'_, T>) {
    let (weighted, of) = (&a.of, &a.of.of);
    let dz = a.dz.as_mut_ptr();
    let rows = of.loss.compares_outputs(of.has_classes(), of.outputs);
    let scale = s.splat(match of.loss {
        Loss::SquaredError => a.scale + a.scale,
        _ => a.scale,
    });
    let mut c = 0;
    while c < of.columns {
        // SAFETY: dz is as long as the logits.
        let store = |k: usize, v: S::V| unsafe { s.store(dz.add(k * of.columns + c), v) };
        if c >= of.valid {
            for k in 0..of.outputs {
                store(k, s.splat(T::ZERO));
            }
            c += S::LANES;
            continue;
        }
        let column = SampleVector {
            at: c,
            classes: of.column_classes(s, c),
            factor: match weighted.sample_weights(s, c) {
                None => scale,
                Some(weights) => scale * weights,
            },
        };
        if rows {
            // SAFETY: dz is as long as the logits.
            unsafe {
                match of.loss {
                    Loss::Hinge { squared, margin } => {
                        margin::gradient(s, of, squared, margin, column, dz);
                    }
                    _ => cross_entropy::softmax_gradient(s, weighted, column, dz),
                }
            }
        }
        for k in 0..of.outputs {
            let g = if rows {
                // SAFETY: dz is as long as the logits.
                unsafe { s.load(dz.add(k * of.columns + c)) }
            } else {
                let (z, t) = (of.logits(s, k, c), of.target(s, column.classes, k, c));
                let slope = match of.loss {
                    Loss::BinaryCrossEntropy => cross_entropy::binary_slope(s, weighted, k, z, t),
                    Loss::Hinge { squared, .. } => margin::slope(s, squared, z, t),
                    loss => pointwise::slope(s, loss, z, t),
                };
                slope * column.factor
            };
            store(k, keep_valid(s, v_flush::<T, S>(s, g), of.valid - c));
        }
        c += S::LANES;
    }
}

#[inline(always)]
pub(crate) fn sum<T: Element, S: Simd<T>>(s: S, a: args::WeightedLosses<'_, T>) -> f64 {
    let of = &a.of;
    let mut total = s.sum_zero();
    if of.loss.compares_outputs(of.has_classes(), of.outputs) {
        let mut c = 0;
        while c < of.valid {
            let classes = of.column_classes(s, c);
            let term = match of.loss {
                Loss::Hinge { squared, margin } => {
                    margin::term_of(s, of, squared, margin, classes, c)
                }
                _ => cross_entropy::softmax_term(s, &a, classes, c),
            };
            total = add(s, &a, total, c, term);
            c += S::LANES;
        }
        return s.sum_total(total);
    }
    for k in 0..of.outputs {
        let mut c = 0;
        while c < of.valid {
            let classes = of.column_classes(s, c);
            let (z, t) = (of.logits(s, k, c), of.target(s, classes, k, c));
            if of.loss == Loss::SquaredError {
                let difference = keep_valid(s, z - t, of.valid - c);
                total = match a.sample_weights(s, c) {
                    None => s.sum_add_square(total, difference),
                    Some(weights) => s.sum_add_weighted_square(total, weights, difference),
                };
            } else {
                let term = match of.loss {
                    Loss::BinaryCrossEntropy => cross_entropy::binary_term(s, &a, k, z, t),
                    Loss::Hinge { squared, .. } => margin::term(s, squared, z, t),
                    loss => pointwise::term(s, loss, z, t),
                };
                total = add(s, &a, total, c, term);
            }
            c += S::LANES;
        }
    }
    s.sum_total(total)
}

/// Number of samples with every output on the correct side of zero.
#[inline(always)]
pub(crate) fn all_right<T: Element, S: Simd<T>>(s: S, a: args::Losses<'_, T>) -> usize {
    let (zero, one, half) = (s.splat(T::ZERO), s.splat(T::ONE), s.splat(T::from_f64(0.5)));
    let mut wrong = s.sum_zero();
    let mut c = 0;
    while c < a.valid {
        let classes = a.column_classes(s, c);
        let mut miss = zero;
        for k in 0..a.outputs {
            let said = S::V::select(zero.lt(a.logits(s, k, c)), one, zero);
            let truth = S::V::select(half.lt(a.target(s, classes, k, c)), one, zero);
            miss = S::V::select(equal::<T, S>(s, said, truth), miss, one);
        }
        wrong = s.sum_add(wrong, keep_valid(s, miss, a.valid - c));
        c += S::LANES;
    }
    a.valid - s.sum_total(wrong) as usize
}

impl<T: Element> args::Losses<'_, T> {
    fn has_classes(&self) -> bool {
        matches!(self.target, Target::Classes(_))
    }
}
