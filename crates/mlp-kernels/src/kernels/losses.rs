//! The safe interface of the losses' kernels.

use super::args;
use super::checks::{canonical_sum, size};
use super::table::Kernels;
use crate::{Element, Loss, Target, Weighting};

#[expect(
    clippy::too_many_arguments,
    reason = "plain slices and shapes, as in BLAS; a struct per kernel would only rename them"
)]
impl<T: Element> Kernels<T> {
    /// `dz = scale * dL/dlogit` of the first `valid` samples, flushed; +0 in the padding.
    pub fn loss_gradient(
        &self,
        loss: Loss,
        outputs: usize,
        columns: usize,
        valid: usize,
        scale: T,
        logits: &[T],
        target: Target<'_, T>,
        dz: &mut [T],
    ) {
        if !has_plain_form(loss, target) {
            let weighting = Weighting::NONE;
            return self.weighted_loss_gradient(
                loss, weighting, outputs, columns, valid, scale, logits, target, dz,
            );
        }
        assert_eq!(dz.len(), logits.len(), "gradients");
        let of = losses(loss, outputs, columns, valid, logits, target);
        // SAFETY: `new` found the level supported.
        unsafe { (self.table.loss_gradient)(args::LossGradient { of, scale, dz }) }
    }

    /// Sum of the loss over the first `valid` samples, in `f64`, order as in [`oracle::loss_sum`](crate::oracle::loss_sum).
    #[must_use]
    pub fn loss_sum(
        &self,
        loss: Loss,
        outputs: usize,
        columns: usize,
        valid: usize,
        logits: &[T],
        target: Target<'_, T>,
    ) -> f64 {
        if !has_plain_form(loss, target) {
            let weighting = Weighting::NONE;
            return self
                .weighted_loss_sum(loss, weighting, outputs, columns, valid, logits, target);
        }
        let of = losses(loss, outputs, columns, valid, logits, target);
        // SAFETY: `new` found the level supported.
        canonical_sum(unsafe { (self.table.loss_sum)(of) })
    }

    /// [`loss_gradient`](Self::loss_gradient) with weights and smoothed targets. With [`Weighting::NONE`], and with weights
    /// of one, the bits are the same.
    pub fn weighted_loss_gradient(
        &self,
        loss: Loss,
        weighting: Weighting<'_, T>,
        outputs: usize,
        columns: usize,
        valid: usize,
        scale: T,
        logits: &[T],
        target: Target<'_, T>,
        dz: &mut [T],
    ) {
        assert_eq!(dz.len(), logits.len(), "gradients");
        let of = weighted_losses(
            losses(loss, outputs, columns, valid, logits, target),
            weighting,
        );
        // SAFETY: `new` found the level supported.
        unsafe { (self.table.weighted_loss_gradient)(args::WeightedGradient { of, scale, dz }) }
    }

    /// [`loss_sum`](Self::loss_sum) with weights and smoothed targets. With [`Weighting::NONE`], and with weights of one, the
    /// bits are the same.
    #[must_use]
    pub fn weighted_loss_sum(
        &self,
        loss: Loss,
        weighting: Weighting<'_, T>,
        outputs: usize,
        columns: usize,
        valid: usize,
        logits: &[T],
        target: Target<'_, T>,
    ) -> f64 {
        let of = weighted_losses(
            losses(loss, outputs, columns, valid, logits, target),
            weighting,
        );
        // SAFETY: `new` found the level supported.
        canonical_sum(unsafe { (self.table.weighted_loss_sum)(of) })
    }

    /// The number of the first `valid` samples that are classified correctly: by the largest output (the first of equal ones), or with a single output by its sign.
    #[must_use]
    pub fn correct(
        &self,
        outputs: usize,
        columns: usize,
        valid: usize,
        logits: &[T],
        target: Target<'_, T>,
    ) -> usize {
        let of = losses(
            Loss::BinaryCrossEntropy,
            outputs,
            columns,
            valid,
            logits,
            target,
        );
        // SAFETY: `new` found the level supported.
        unsafe { (self.table.correct)(of) }
    }

    /// The number of the first `valid` samples of which every output is on its target's side: above zero where the target is above 1/2.
    #[must_use]
    pub fn all_right(
        &self,
        outputs: usize,
        columns: usize,
        valid: usize,
        logits: &[T],
        target: Target<'_, T>,
    ) -> usize {
        let loss = Loss::BinaryCrossEntropy;
        let of = losses(loss, outputs, columns, valid, logits, target);
        // SAFETY: `new` found the level supported.
        unsafe { (self.table.all_right)(of) }
    }
}

/// Whether `loss_kernels` supports it.
fn has_plain_form<T>(loss: Loss, target: Target<'_, T>) -> bool {
    match loss {
        Loss::SquaredError | Loss::BinaryCrossEntropy => true,
        Loss::SoftmaxCrossEntropy => matches!(target, Target::Classes(_)),
        _ => false,
    }
}

fn weighted_losses<'a, T: Element>(
    of: args::Losses<'a, T>,
    weighting: Weighting<'a, T>,
) -> args::WeightedLosses<'a, T> {
    let Weighting {
        samples,
        outputs,
        smoothing,
    } = weighting;
    assert!(
        samples.is_none_or(|weights| weights.len() == of.columns),
        "a weight for each column"
    );
    assert!(
        outputs.is_none_or(|weights| weights.len() == of.outputs),
        "a weight for each output"
    );
    args::WeightedLosses {
        of,
        samples,
        outputs,
        smoothing,
    }
}

pub(super) fn losses<'a, T: Element>(
    loss: Loss,
    outputs: usize,
    columns: usize,
    valid: usize,
    logits: &'a [T],
    target: Target<'a, T>,
) -> args::Losses<'a, T> {
    assert!(
        columns.is_multiple_of(T::LANES),
        "columns are whole vectors"
    );
    assert!(
        outputs > 0 && valid <= columns,
        "at least one output, at most `columns` samples"
    );
    assert_eq!(logits.len(), size(outputs, columns), "logits");
    match target {
        Target::Values(values) => {
            assert_eq!(values.len(), logits.len(), "targets");
        }
        Target::Classes(classes) => {
            assert!(classes.len() >= valid, "a class for each sample");
            assert!(
                classes[..valid]
                    .iter()
                    .all(|&c| (c as usize) < outputs.max(2)),
                "classes below the number of outputs"
            );
        }
    }
    args::Losses {
        loss,
        outputs,
        columns,
        valid,
        logits,
        target,
    }
}
