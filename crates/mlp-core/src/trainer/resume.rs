//! Saving and restoring the state of a training.

use super::{BatchSource, Trainer};
use crate::{Error, Scalar, State};

impl<T: Scalar> Trainer<'_, T> {
    /// The state from which the training can be resumed.
    ///
    /// ```
    /// # use mlp_core::{Activation, Architecture, Level, Loss, Samples, Targets, TrainSpec, Trainer};
    /// # let inputs = mlp_core::ndarray::array![[0.0f64], [1.0], [2.0]];
    /// # let samples = Samples::new(inputs.view(), &Targets::Values(inputs.clone()))?;
    /// # let net = Architecture::new(1).layer(1, Activation::Identity);
    /// # let spec = TrainSpec::new(net, Loss::SquaredError);
    /// let mut trainer = Trainer::new(&spec, &samples, 0, Level::best())?;
    /// trainer.step();
    /// let halfway = trainer.state();
    /// trainer.step();
    /// let end = trainer.parameters().to_vec();
    /// trainer.restore(&halfway)?;
    /// trainer.step();
    /// assert_eq!(trainer.parameters(), end);
    /// # Ok::<(), mlp_core::Error>(())
    /// ```
    pub fn state(&self) -> State<T> {
        State {
            seed: self.seed,
            steps: self.steps,
            parameters: self.parameters.to_vec(),
            moments: self.moments.to_vec(),
            scalars: self.scalars.clone(),
            statistics: self.statistics.clone(),
            batches: match &self.feed {
                BatchSource::Full(_) => 0,
                BatchSource::Batches(order) | BatchSource::Single(order) => {
                    order.position(self.steps)
                }
            },
            schedule: self.rate_schedule.state,
            status: self.status,
        }
    }

    /// Resumes from a state of a training with this spec and these samples.
    ///
    /// ```
    /// # use mlp_core::{Activation, Architecture, Level, Loss, Samples, Targets, TrainSpec, Trainer};
    /// # let inputs = mlp_core::ndarray::array![[0.0f64], [1.0], [2.0]];
    /// # let samples = Samples::new(inputs.view(), &Targets::Values(inputs.clone()))?;
    /// # let net = Architecture::new(1).layer(1, Activation::Identity);
    /// # let spec = TrainSpec::new(net, Loss::SquaredError);
    /// let mut trainer = Trainer::new(&spec, &samples, 0, Level::best())?;
    /// trainer.step();
    /// let mut other = Trainer::new(&spec, &samples, 7, Level::best())?;
    /// other.restore(&trainer.state())?;
    /// assert_eq!((other.seed(), other.parameters()), (0, trainer.parameters()));
    /// # Ok::<(), mlp_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// A state with other numbers of parameters, moments or running statistics.
    pub fn restore(&mut self, state: &State<T>) -> Result<(), Error> {
        let mismatch = |what: &str, found: usize, expected: usize| {
            Err(Error::StateMismatch {
                what: format!("it has {found} {what}, but {expected} are needed"),
            })
        };
        if state.parameters.len() != self.parameters.len() {
            return mismatch("parameters", state.parameters.len(), self.parameters.len());
        }
        if state.moments.len() != self.moments.len() {
            return mismatch("moments", state.moments.len(), self.moments.len());
        }
        if state.scalars.len() != self.scalars.len() {
            let what = "numbers of the optimizer";
            return mismatch(what, state.scalars.len(), self.scalars.len());
        }
        if state.statistics.len() != self.statistics.len() {
            let (found, expected) = (state.statistics.len(), self.statistics.len());
            return mismatch("running statistics", found, expected);
        }
        self.seed = state.seed;
        self.steps = state.steps;
        self.status = state.status;
        self.rate_schedule.state = state.schedule;
        self.parameters.copy_from_slice(&state.parameters);
        self.moments.copy_from_slice(&state.moments);
        self.scalars.copy_from_slice(&state.scalars);
        self.statistics.copy_from_slice(&state.statistics);
        self.draws.reseed(state.seed);
        self.workspace.pass.fresh = None;
        match &mut self.feed {
            BatchSource::Full(_) => {}
            BatchSource::Batches(order) | BatchSource::Single(order) => {
                order.resume(state.seed, state.batches, state.steps);
            }
        }
        Ok(())
    }
}
