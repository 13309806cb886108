//! The safe interface of the losses' kernels.

use super::args;
use super::checks::canonical_sum;
use super::table::Kernels;
use crate::{Element, LossBlock};

impl<T: Element> Kernels<T> {
    /// `dz = scale * dL/dlogit` of the valid samples, flushed; +0 in the padding.
    #[inline(always)]
    pub fn loss_gradient(&self, of: LossBlock<'_, T>, scale: T, logits: &[T], dz: &mut [T]) {
        assert_eq!(dz.len(), logits.len(), "gradients");
        let weighting = of.needs_weighting();
        let of = of.with(logits);
        // SAFETY: `new` found the level supported.
        unsafe {
            match weighting {
                None => (self.table.loss_gradient)(args::LossGradient { of, scale, dz }),
                Some(by) => {
                    let of = args::WeightedLosses { of, by };
                    (self.table.weighted_loss_gradient)(args::WeightedGradient { of, scale, dz });
                }
            }
        }
    }

    /// Sum of the loss over the valid samples, in `f64`, order as in [`oracle::loss_sum`](crate::oracle::loss_sum).
    #[must_use]
    pub fn loss_sum(&self, of: LossBlock<'_, T>, logits: &[T]) -> f64 {
        let weighting = of.needs_weighting();
        let of = of.with(logits);
        // SAFETY: `new` found the level supported.
        canonical_sum(unsafe {
            match weighting {
                None => (self.table.loss_sum)(of),
                Some(by) => (self.table.weighted_loss_sum)(args::WeightedLosses { of, by }),
            }
        })
    }

    /// How many of the valid samples are classified correctly: by the first largest output, or with a single output by whether it is above zero.
    #[must_use]
    pub fn correct(&self, of: LossBlock<'_, T>, logits: &[T]) -> usize {
        // SAFETY: `new` found the level supported.
        unsafe { (self.table.correct)(of.with(logits)) }
    }

    /// How many of the valid samples have every output on the side of its target: above zero where the target is above 1/2.
    #[must_use]
    pub fn all_right(&self, of: LossBlock<'_, T>, logits: &[T]) -> usize {
        // SAFETY: `new` found the level supported.
        unsafe { (self.table.all_right)(of.with(logits)) }
    }
}
