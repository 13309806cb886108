//! Arguments of the kernels of losses.

use super::args;
use super::checks::size;
use crate::{Element, Loss, OutputShape, Target, Weighting};

/// A loss and the targets of a block of samples.
#[derive(Clone, Copy, Debug)]
pub struct LossBlock<'a, T> {
    pub(crate) loss: Loss,
    pub(crate) outputs: usize,
    pub(crate) columns: usize,
    pub(crate) valid: usize,
    pub(crate) target: Target<'a, T>,
    pub(crate) weighting: Option<Weighting<'a, T>>,
}

impl<'a, T: Element> LossBlock<'a, T> {
    /// Without weights.
    ///
    /// # Panics
    /// Where the columns are not whole vectors, there is no output, or the targets do not fit the shape.
    #[inline(always)]
    #[must_use]
    pub fn new(loss: Loss, shape: OutputShape, target: Target<'a, T>) -> Self {
        let OutputShape {
            outputs,
            columns,
            valid,
        } = shape;
        assert!(
            columns.is_multiple_of(T::LANES),
            "columns are whole vectors"
        );
        assert!(
            outputs > 0 && valid <= columns,
            "at least one output, at most `columns` samples"
        );
        match target {
            Target::Values(values) => assert_eq!(values.len(), size(outputs, columns), "targets"),
            Target::Classes(classes) => {
                assert!(classes.len() >= valid, "a class for each sample");
                let count = u32::try_from(outputs).unwrap_or(u32::MAX).max(2);
                // Without a way out the loop takes whole vectors.
                let beyond =
                    (classes[..valid].iter()).fold(false, |beyond, &c| beyond | (c >= count));
                assert!(!beyond, "classes below the number of outputs");
            }
        }
        Self {
            loss,
            outputs,
            columns,
            valid,
            target,
            weighting: None,
        }
    }

    /// With weights and smoothed targets. With [`Weighting::NONE`], and with weights of one, the bits are those without weights.
    ///
    /// # Panics
    /// Where there is no weight for each column or for each output.
    #[must_use]
    pub fn weighted(self, weighting: Weighting<'a, T>) -> Self {
        let Weighting {
            samples, outputs, ..
        } = weighting;
        assert!(
            samples.is_none_or(|weights| weights.len() == self.columns),
            "a weight for each column"
        );
        assert!(
            outputs.is_none_or(|weights| weights.len() == self.outputs),
            "a weight for each output"
        );
        Self {
            weighting: Some(weighting),
            ..self
        }
    }

    /// Whether the weighted kernels compute it: where there are weights, and for losses that `loss_kernels` does not have.
    pub(crate) fn needs_weighting(&self) -> Option<Weighting<'a, T>> {
        let plain = match self.loss {
            Loss::SquaredError | Loss::BinaryCrossEntropy => true,
            Loss::SoftmaxCrossEntropy => matches!(self.target, Target::Classes(_)),
            _ => false,
        };
        self.weighting.or((!plain).then_some(Weighting::NONE))
    }

    pub(crate) fn with(&self, logits: &'a [T]) -> args::Losses<'a, T> {
        assert_eq!(logits.len(), size(self.outputs, self.columns), "logits");
        args::Losses {
            logits,
            ..self.without_logits()
        }
    }

    pub(crate) fn without_logits(&self) -> args::Losses<'a, T> {
        args::Losses {
            loss: self.loss,
            outputs: self.outputs,
            columns: self.columns,
            valid: self.valid,
            logits: &[],
            target: self.target,
        }
    }
}
