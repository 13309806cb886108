//! A network in the middle of its training, and how it decides between classes as it stands.

use mlp_core::{Evaluation, Loss, Network, Scalar, Trainer};
use ndarray::ArrayView2;

use super::{Prediction, answer, threshold};
use crate::{
    data::{part::Part, prepare::Prepared},
    error::Error,
    metrics::score::{Confusion, Predicted},
    settings::threshold::Threshold,
};

/// A network as it stands, with the threshold that its model would have now.
pub(crate) struct CurrentNetwork<'a, T: Scalar> {
    network: Network<T>,
    prepared: &'a Prepared<T>,
    loss: Loss,
    level: mlp_core::Level,
    threshold: Option<f64>,
}

impl<'a, T: Scalar> CurrentNetwork<'a, T> {
    /// The network of a trainer. Where a score chooses the threshold, it does so on the validation part now.
    ///
    /// # Errors
    /// A network that does not match the data.
    pub(crate) fn of(
        trainer: &Trainer<'_, T>,
        prepared: &'a Prepared<T>,
        asked: Option<Threshold>,
    ) -> Result<Self, Error> {
        let mut current = Self {
            network: trainer.network(),
            prepared,
            loss: trainer.spec().loss,
            level: trainer.level(),
            threshold: None,
        };
        current.threshold = threshold::chosen(asked, || current.judge(Part::Validation))?;
        Ok(current)
    }

    /// The probability of the second of two classes above which it is predicted; `None` for the more likely class.
    pub(crate) fn threshold(&self) -> Option<f64> {
        self.threshold
    }

    /// Its predictions for scaled inputs `[rows, inputs]`.
    pub(crate) fn answer(&self, inputs: &ArrayView2<'_, T>) -> Result<Prediction, Error> {
        let meaning = self.prepared.meaning();
        let said = answer(&self.network, self.loss, inputs, meaning, self.level)?;
        Ok(said.decided(self.threshold))
    }

    /// Its predictions for a part, with the true targets; `None` where the part is empty.
    pub(crate) fn judge(&self, part: Part) -> Result<Option<Predicted>, Error> {
        let samples = self.prepared.part(part);
        let said = samples.map(|samples| self.answer(&samples.inputs()));
        Ok(said
            .transpose()?
            .map(|said| self.prepared.beside(part, said)))
    }

    /// Replaces the accuracy of the more likely class by that at the threshold.
    pub(crate) fn decide(&self, part: Part, evaluation: &mut Evaluation) -> Result<(), Error> {
        if self.threshold.is_some()
            && let Some(judged) = self.judge(part)?
        {
            evaluation.accuracy = Confusion::of(&judged).map(|confusion| confusion.accuracy());
        }
        Ok(())
    }
}
