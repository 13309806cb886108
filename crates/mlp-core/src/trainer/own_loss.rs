//! The two halves of a step with a loss of one's own.

use ndarray::{Array2, ArrayView2};

use super::Trainer;
use crate::{
    Error, Samples, Scalar, Status, Targets,
    engine::{Layout, Numbers, Source, Workspace},
    samples::{block_columns, features_fit},
};

impl<T: Scalar> Trainer<'_, T> {
    /// The outputs `[samples, outputs]` of the network as the next update sees them, for inputs
    /// `[samples, inputs]`: the forward half of a loss of one's own. Dropout, noise and batch
    /// normalisation do what they do in training; [`Trainer::network`] evaluates without them.
    ///
    /// # Errors
    /// Another number of features than the network has inputs; with batch normalisation a single
    /// sample; where training differs from evaluation, an input that is not finite.
    pub fn forward(&self, inputs: ArrayView2<'_, T>) -> Result<Array2<T>, Error> {
        if self.evaluation.is_none() || inputs.nrows() == 0 {
            return self.network().forward(inputs);
        }
        let width = self.program.outputs;
        let mut outputs = Array2::from_elem((inputs.nrows(), width), T::ZERO);
        let carrier = Samples::new(inputs, &Targets::Values(outputs.clone()))?;
        self.check_batch(&carrier)?;
        let columns = block_columns(carrier.len(), self.program.block_limit(), T::LANES);
        let layout = Layout::new(&carrier, columns);
        let mut workspace = Workspace::new(&self.program, columns, carrier.len());
        let mut draws = self.draws.clone();
        draws.at_step(self.steps);
        self.program.evaluate(
            self.numbers(),
            Source::Part(&carrier, &layout, None),
            &mut workspace,
            &mut draws,
            |block, pass| {
                let y = self.program.outputs(pass, block.columns);
                let samples = outputs.rows_mut().into_iter().skip(pass.first);
                for (column, mut sample) in samples.take(block.valid).enumerate() {
                    for (output, value) in sample.iter_mut().enumerate() {
                        *value = y[output * block.columns + column];
                    }
                }
            },
        );
        Ok(outputs)
    }

    /// The gradient of any loss with respect to the parameters, from inputs `[samples, inputs]`
    /// and the loss's gradient `d_output` `[samples, outputs]` with respect to the outputs that
    /// [`Trainer::forward`] gave. It is kept for [`Trainer::update`]: the backward half of a loss of
    /// one's own.
    ///
    /// # Errors
    /// Shapes that fit neither the network nor each other; an input that is not finite; with batch
    /// normalisation a single sample.
    pub fn backward(
        &mut self,
        inputs: ArrayView2<'_, T>,
        d_output: ArrayView2<'_, T>,
    ) -> Result<&[T], Error> {
        let outputs = self.program.outputs;
        if d_output.ncols() != outputs {
            let what = "a row of output gradients".to_owned();
            return Err(Error::BadLength {
                what,
                found: d_output.ncols(),
                expected: outputs,
            });
        }
        // Output gradients take the same way into blocks as targets do.
        let carrier = Samples::new(inputs, &Targets::Values(d_output.to_owned()))?;
        self.check_batch(&carrier)?;
        let count = carrier.len();
        let columns = block_columns(count, self.program.block_limit(), T::LANES);
        self.workspace.make_room(&self.program, columns, count);
        let layout = Layout::new(&carrier, columns);
        self.draws.at_step(self.steps);
        self.loss = f64::NAN;
        let Self {
            program,
            workspace,
            parameters,
            statistics,
            gradient,
            draws,
            ..
        } = self;
        let numbers = Numbers {
            parameters,
            statistics,
        };
        let source = Source::Part(&carrier, &layout, None);
        program.gradient(
            numbers,
            source,
            workspace,
            draws,
            gradient,
            |block, pass| {
                pass.delta[0][..block.values.len()].copy_from_slice(block.values);
            },
        );
        Ok(&self.gradient)
    }

    /// One update on any loss: `loss` gives its value and its gradient with respect to the outputs
    /// `[samples, outputs]` that the network has for `inputs`. Optimizers that search along a line
    /// ask for it more than once.
    ///
    /// ```
    /// use mlp_core::{Activation, Architecture, Level, Loss, Samples, Targets, TrainSpec, Trainer};
    /// let inputs = ndarray::array![[0.0f64], [1.0], [2.0]];
    /// let samples = Samples::new(inputs.view(), &Targets::Values(inputs.clone()))?;
    /// let net = Architecture::new(1).layer(1, Activation::Identity);
    /// let spec = TrainSpec {
    ///     optimizer: "lbfgs".parse()?,
    ///     learning_rate: 1.0,
    ///     ..TrainSpec::new(net, Loss::SquaredError)
    /// };
    /// let mut trainer = Trainer::new(&spec, &samples, 0, Level::best())?;
    /// for _ in 0..20 {
    ///     // The squared distance from 3 x + 1.
    ///     trainer.step_with(inputs.view(), |outputs| {
    ///         let error = outputs - &inputs.mapv(|x| 3.0 * x + 1.0);
    ///         (error.mapv(|e| e * e).sum(), 2.0 * error)
    ///     })?;
    /// }
    /// assert!((trainer.parameters()[0] - 3.0).abs() < 1e-6);
    /// # Ok::<(), mlp_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Trainer::forward`] and [`Trainer::backward`].
    pub fn step_with(
        &mut self,
        inputs: ArrayView2<'_, T>,
        mut loss: impl FnMut(&Array2<T>) -> (f64, Array2<T>),
    ) -> Result<Status, Error> {
        if self.status != Status::Running {
            return Ok(self.status);
        }
        let mut evaluate = |trainer: &mut Self| -> Result<(), Error> {
            let (value, d_output) = loss(&trainer.forward(inputs)?);
            trainer.backward(inputs, d_output.view())?;
            trainer.loss = value;
            Ok(())
        };
        evaluate(self)?;
        let mut failed = None;
        let status = self.answer(&mut |trainer| {
            if let Err(error) = evaluate(trainer) {
                trainer.loss = f64::NAN;
                failed.get_or_insert(error);
            }
        });
        match failed {
            Some(error) => Err(error),
            None => Ok(status),
        }
    }

    fn check_batch(&self, batch: &Samples<T>) -> Result<(), Error> {
        features_fit(&self.spec.architecture, batch)?;
        match batch.len() {
            1 if self.program.normalizes_batches() => Err(Error::SingleSampleBatch {
                samples: 1,
                size: 1,
            }),
            _ => Ok(()),
        }
    }

    fn numbers(&self) -> Numbers<'_, T> {
        Numbers {
            parameters: &self.parameters,
            statistics: &self.statistics,
        }
    }
}
