//! Recording a training.

use super::{Trainer, fits};
use crate::{
    Error, Evaluation, Norms, Samples, Scalar, Status,
    engine::{EvaluationSums, Objective, Observe},
};

impl<T: Scalar> Trainer<'_, T> {
    /// Evaluates the training part, computes the norm of the loss's gradient on it, and then makes an
    /// update: for recording every step. With full batches this costs little more than
    /// [`Trainer::step`], since it shares the update's passes (unless dropout, noise or batch
    /// normalization make them differ); the numbers are those of [`Trainer::evaluate`] and
    /// [`Trainer::gradient_norm`], bit for bit.
    ///
    /// ```
    /// # use mlp_core::{Activation, Architecture, Level, Loss, Samples, Targets, TrainSpec, Trainer};
    /// # let inputs = mlp_core::ndarray::array![[0.0f64], [1.0], [2.0]];
    /// # let samples = Samples::new(inputs.view(), &Targets::Values(inputs.clone()))?;
    /// # let net = Architecture::new(1).layer(1, Activation::Identity);
    /// # let spec = TrainSpec::new(net, Loss::SquaredError);
    /// let mut trainer = Trainer::new(&spec, &samples, 0, Level::best())?;
    /// let (before, _, _) = trainer.record_and_step();
    /// let (after, _, _) = trainer.record_and_step();
    /// assert!(after.loss < before.loss);
    /// # Ok::<(), mlp_core::Error>(())
    /// ```
    pub fn record_and_step(&mut self) -> (Evaluation, f64, Status) {
        let (evaluation, norm) = self.record();
        if self.shares_passes() && self.status == Status::Running {
            self.update_by_all();
        } else {
            self.step();
        }
        (evaluation, norm, self.status)
    }

    /// Evaluates the training part and computes the norm of the loss's gradient on it, in one pass: the
    /// numbers of [`Trainer::evaluate`] and [`Trainer::gradient_norm`], bit for bit.
    ///
    /// ```
    /// # use mlp_core::{Activation, Architecture, Level, Loss, Samples, Targets, TrainSpec, Trainer};
    /// # let inputs = mlp_core::ndarray::array![[0.0f64], [1.0], [2.0]];
    /// # let samples = Samples::new(inputs.view(), &Targets::Values(inputs.clone()))?;
    /// # let net = Architecture::new(1).layer(1, Activation::Identity);
    /// # let spec = TrainSpec::new(net, Loss::SquaredError);
    /// let mut trainer = Trainer::new(&spec, &samples, 0, Level::best())?;
    /// let (evaluation, norm) = trainer.record();
    /// assert_eq!(evaluation, trainer.evaluate(&samples)?);
    /// assert_eq!(norm, trainer.gradient_norm());
    /// # Ok::<(), mlp_core::Error>(())
    /// ```
    pub fn record(&mut self) -> (Evaluation, f64) {
        let norm = self.gradient_norm();
        (
            self.evaluation_sums
                .evaluation(&self.samples, &self.objective),
            norm,
        )
    }

    /// The mean loss over the training part, followed by an update: for recording the loss of every
    /// step. With full batches the loss is a by-product of the update, at almost no cost; with
    /// mini-batches the whole part is evaluated first. The number is the loss of
    /// [`Trainer::evaluate`], bit for bit.
    ///
    /// ```
    /// # use mlp_core::{Activation, Architecture, Level, Loss, Samples, Targets, TrainSpec, Trainer};
    /// # let inputs = mlp_core::ndarray::array![[0.0f64], [1.0], [2.0]];
    /// # let samples = Samples::new(inputs.view(), &Targets::Values(inputs.clone()))?;
    /// # let net = Architecture::new(1).layer(1, Activation::Identity);
    /// # let spec = TrainSpec::new(net, Loss::SquaredError);
    /// let mut trainer = Trainer::new(&spec, &samples, 0, Level::best())?;
    /// let expected = trainer.evaluate(&samples)?.loss;
    /// let (loss, _) = trainer.loss_and_step();
    /// assert_eq!(loss, expected);
    /// # Ok::<(), mlp_core::Error>(())
    /// ```
    pub fn loss_and_step(&mut self) -> (f64, Status) {
        let factor = self.objective.factor();
        if self.shares_passes() && self.status == Status::Running {
            self.evaluation_gradient(Observe::Loss);
            let loss = self.evaluation_sums.loss() * factor;
            self.update_by_all();
            return (loss, self.status);
        }
        let mut evaluation_sums = std::mem::take(&mut self.evaluation_sums);
        self.observe(None, Observe::Loss, &mut evaluation_sums);
        let loss = evaluation_sums.loss() * factor;
        self.evaluation_sums = evaluation_sums;
        (loss, self.step())
    }

    /// The gradient of the loss over the whole training part, without penalties, laid out like the
    /// parameters. It is the gradient of the loss in [`Trainer::evaluate`]: without dropout and noise,
    /// and with the running statistics of batch normalization.
    ///
    /// ```
    /// # use mlp_core::{Activation, Architecture, Level, Loss, Samples, Targets, TrainSpec, Trainer};
    /// # let inputs = mlp_core::ndarray::array![[0.0f64], [1.0], [2.0]];
    /// # let samples = Samples::new(inputs.view(), &Targets::Values(inputs.clone()))?;
    /// # let net = Architecture::new(1).layer(1, Activation::Identity);
    /// # let spec = TrainSpec::new(net, Loss::SquaredError);
    /// let mut trainer = Trainer::new(&spec, &samples, 0, Level::best())?;
    /// let before = trainer.parameters().to_vec();
    /// let gradient = trainer.gradient().to_vec();
    /// trainer.step();
    /// let rate = spec.learning_rate;
    /// for ((after, before), g) in trainer.parameters().iter().zip(before).zip(gradient) {
    ///     assert!((after - (before - rate * g)).abs() < 1e-12);
    /// }
    /// # Ok::<(), mlp_core::Error>(())
    /// ```
    pub fn gradient(&mut self) -> &[T] {
        self.evaluation_gradient(Observe::Everything);
        &self.gradient
    }

    /// The L2 norm of [`Trainer::gradient`].
    ///
    /// ```
    /// # use mlp_core::{Activation, Architecture, Level, Loss, Samples, Targets, TrainSpec, Trainer};
    /// # let inputs = mlp_core::ndarray::array![[0.0f64], [1.0], [2.0]];
    /// # let samples = Samples::new(inputs.view(), &Targets::Values(inputs.clone()))?;
    /// # let net = Architecture::new(1).layer(1, Activation::Identity);
    /// # let spec = TrainSpec::new(net, Loss::SquaredError);
    /// let mut trainer = Trainer::new(&spec, &samples, 0, Level::best())?;
    /// let squares: f64 = trainer.gradient().iter().map(|g| g * g).sum();
    /// assert!((trainer.gradient_norm() - squares.sqrt()).abs() < 1e-12);
    /// # Ok::<(), mlp_core::Error>(())
    /// ```
    pub fn gradient_norm(&mut self) -> f64 {
        self.evaluation_gradient(Observe::Everything);
        self.program.kernels.sum_of_squares(&self.gradient).sqrt()
    }

    /// The performance of the network on `samples`. On the samples of the training, the loss is what
    /// full-batch steps minimise: it includes the weights of samples and classes and label
    /// smoothing. Accuracy, R2 and RMSE count every sample once.
    ///
    /// ```
    /// # use mlp_core::{Activation, Architecture, Level, Loss, Samples, Targets, TrainSpec, Trainer};
    /// # let inputs = mlp_core::ndarray::array![[0.0f64], [1.0], [2.0]];
    /// # let samples = Samples::new(inputs.view(), &Targets::Values(inputs.clone()))?;
    /// # let net = Architecture::new(1).layer(1, Activation::Identity);
    /// # let spec = TrainSpec::new(net, Loss::SquaredError);
    /// let mut trainer = Trainer::new(&spec, &samples, 0, Level::best())?;
    /// let held_out = samples.clone();
    /// for _ in 0..500 {
    ///     trainer.step();
    /// }
    /// assert!(trainer.evaluate(&held_out)?.r2.is_some_and(|r2| r2 > 0.999));
    /// # Ok::<(), mlp_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Samples that do not match the network or the loss.
    pub fn evaluate(&mut self, samples: &Samples<T>) -> Result<Evaluation, Error> {
        fits(&self.spec, samples)?;
        let objective = Objective::new(&self.spec, samples);
        let mut sums = EvaluationSums::new(self.program.outputs, &objective);
        let part = Some((samples, &objective));
        self.observe(part, Observe::Everything, &mut sums);
        Ok(sums.evaluation(samples, &objective))
    }

    /// L2 norms of the current weights and biases.
    ///
    /// ```
    /// # use mlp_core::{Activation, Architecture, Level, Loss, Samples, Targets, TrainSpec, Trainer};
    /// # let inputs = mlp_core::ndarray::array![[0.0f64], [1.0], [2.0]];
    /// # let samples = Samples::new(inputs.view(), &Targets::Values(inputs.clone()))?;
    /// # let net = Architecture::new(1).layer(1, Activation::Identity);
    /// # let spec = TrainSpec::new(net, Loss::SquaredError);
    /// let mut trainer = Trainer::new(&spec, &samples, 0, Level::best())?;
    /// let norms = trainer.norms();
    /// assert_eq!(norms, trainer.network().norms());
    /// # Ok::<(), mlp_core::Error>(())
    /// ```
    pub fn norms(&self) -> Norms {
        Norms::of(&self.spec.architecture, &self.parameters)
    }

    /// The same as [`norms`](Self::norms) in existing memory: for recording often.
    pub fn norms_into(&self, norms: &mut Norms) {
        norms.measure(&self.spec.architecture, &self.parameters);
    }
}
