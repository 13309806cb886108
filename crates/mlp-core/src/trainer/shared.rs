//! Trainers that share their samples instead of borrowing them.

use std::sync::Arc;

use mlp_kernels::Level;

use super::Trainer;
use crate::{Error, Samples, Scalar, TrainSpec, samples::SamplesRef};

impl<T: Scalar> Trainer<'static, T> {
    /// [`Trainer::new`] with samples that are shared instead of borrowed: for a trainer that is kept in
    /// a struct, a Python class or GUI state, or sent to a thread.
    ///
    /// ```
    /// use std::{sync::Arc, thread};
    /// use mlp_core::{Activation, Architecture, Level, Loss, Samples, Targets, TrainSpec, Trainer};
    ///
    /// struct Session {
    ///     trainer: Trainer<'static, f32>,
    ///     losses: Vec<f64>,
    /// }
    ///
    /// let inputs = ndarray::array![[0.0f32], [1.0], [2.0]];
    /// let samples = Arc::new(Samples::new(inputs.view(), &Targets::Values(inputs.clone()))?);
    /// let net = Architecture::new(1).layer(1, Activation::Identity);
    /// let spec = TrainSpec::new(net, Loss::SquaredError);
    /// let trainer = Trainer::from_shared(&spec, Arc::clone(&samples), 0, Level::best())?;
    /// let mut session = Session { trainer, losses: Vec::new() };
    /// drop(samples);
    /// let session = thread::spawn(move || {
    ///     for _ in 0..100 {
    ///         let (loss, _) = session.trainer.loss_and_step();
    ///         session.losses.push(loss);
    ///     }
    ///     session
    /// })
    /// .join()
    /// .unwrap();
    /// assert!(session.losses[99] < 1e-3 * session.losses[0]);
    /// # Ok::<(), mlp_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Trainer::new`].
    pub fn from_shared(
        spec: &TrainSpec,
        samples: Arc<Samples<T>>,
        seed: u64,
        level: Level,
    ) -> Result<Self, Error> {
        Self::holding(spec.validate()?, SamplesRef::Shared(samples), seed, level)
    }
}

impl<T: Scalar> Trainer<'_, T> {
    /// [`Trainer::with_validation`] with samples that are shared instead of borrowed.
    ///
    /// # Errors
    /// As [`Trainer::with_validation`].
    pub fn with_shared_validation(self, samples: Arc<Samples<T>>) -> Result<Self, Error> {
        self.holding_validation(SamplesRef::Shared(samples))
    }
}
