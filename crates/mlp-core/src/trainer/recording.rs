//! What a training tells about itself.

use super::{Trainer, fits};
use crate::{
    Error, Evaluation, Norms, Samples, Scalar, Status,
    engine::{Objective, Observe, Tally},
    samples::TargetKind,
};

impl<T: Scalar> Trainer<'_, T> {
    /// Evaluates the training part, takes the norm of the loss's gradient on it, and then makes an
    /// update: for recording every step. With full batches all this costs little more than
    /// [`Trainer::step`], since it shares the update's passes (unless dropout, noise or batch
    /// normalisation make them differ); the numbers are those of [`Trainer::evaluate`] and
    /// [`Trainer::gradient_norm`], bit for bit.
    pub fn record_and_step(&mut self) -> (Evaluation, f64, Status) {
        let norm = self.gradient_norm();
        let evaluation = self
            .tally
            .evaluation(self.samples, self.factor(self.samples.len()));
        if self.shares_passes() && self.status == Status::Running {
            self.advance(Some(evaluation.loss));
        } else {
            self.step();
        }
        (evaluation, norm, self.status)
    }

    /// The mean loss over the training part, and then an update: for recording the loss of every
    /// step. With full batches the loss comes from the update's own pass, at almost no cost; with
    /// mini-batches the whole part is evaluated first. The number is the loss of
    /// [`Trainer::evaluate`], bit for bit.
    pub fn loss_and_step(&mut self) -> (f64, Status) {
        let joint = self.shares_passes() && self.status == Status::Running;
        if joint {
            self.evaluation_gradient(Observe::Loss);
        } else {
            let mut tally = std::mem::take(&mut self.tally);
            self.observe(self.samples, self.objective, Observe::Loss, &mut tally);
            self.tally = tally;
        }
        let loss = self.tally.loss() * self.factor(self.samples.len());
        let status = match joint {
            true => self.advance(Some(loss)),
            false => self.step(),
        };
        (loss, status)
    }

    /// The gradient of the loss over the whole training part, without penalties, laid out like the
    /// parameters. It is that of the loss that [`Trainer::evaluate`] tells: without dropout and noise,
    /// and with the running statistics of batch normalisation.
    pub fn gradient(&mut self) -> &[T] {
        self.evaluation_gradient(Observe::Everything);
        &self.gradient
    }

    /// The L2 norm of [`Trainer::gradient`].
    pub fn gradient_norm(&mut self) -> f64 {
        self.evaluation_gradient(Observe::Everything);
        self.program.kernels.sum_of_squares(&self.gradient).sqrt()
    }

    /// How well the network does on `samples`. On the samples of the training, the loss is what
    /// full-batch steps make small.
    ///
    /// # Errors
    /// Samples that fit neither the network nor the loss.
    pub fn evaluate(&mut self, samples: &Samples<T>) -> Result<Evaluation, Error> {
        fits(&self.spec, samples)?;
        let objective = Objective {
            target: TargetKind::of(self.spec.loss, samples.targets()),
            ..self.objective
        };
        let outputs = self.spec.architecture.outputs();
        let mut sums = Tally::of(self.spec.loss, outputs, samples);
        self.observe(samples, objective, Observe::Everything, &mut sums);
        Ok(sums.evaluation(samples, self.factor(samples.len())))
    }

    /// L2 norms of the weights and biases as they stand.
    pub fn norms(&self) -> Norms {
        Norms::of(&self.spec.architecture, &self.parameters)
    }
}
