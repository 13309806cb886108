//! The two halves of a step with a loss of one's own.

use ndarray::{Array2, ArrayView2};

use super::{Trainer, features_fit};
use crate::{Error, Samples, Scalar, Status, Targets, samples::block_columns};

impl<T: Scalar> Trainer<'_, T> {
    /// The outputs `[samples, outputs]` of the network as it stands, for inputs
    /// `[samples, inputs]`: the forward half of a loss of one's own.
    ///
    /// # Errors
    /// Another number of features than the network has inputs.
    pub fn forward(&self, inputs: ArrayView2<'_, T>) -> Result<Array2<T>, Error> {
        self.network().forward(inputs)
    }

    /// The gradient of any loss with respect to the parameters, from inputs `[samples, inputs]`
    /// and the loss's gradient `d_output` `[samples, outputs]` with respect to the outputs there.
    /// It is kept for [`Trainer::update`]: the backward half of a loss of one's own.
    ///
    /// # Errors
    /// Shapes that fit neither the network nor each other; an input that is not finite.
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
        features_fit(&self.spec.architecture, &carrier)?;
        let columns = block_columns(carrier.len(), self.program.block_limit(), T::LANES);
        self.make_room(columns);
        self.loss = f64::NAN;
        let blocks = carrier.blocks(columns);
        let Self {
            program,
            workspace,
            parameters,
            gradient,
            ..
        } = self;
        for index in 0..blocks.count() {
            let block = blocks.block(index);
            program.forward(parameters, block.x, block.columns, &mut workspace.pass);
            workspace.pass.delta[0][..block.values.len()].copy_from_slice(block.values);
            program.backward(
                parameters,
                block.x,
                block.columns,
                index > 0,
                &mut workspace.pass,
                gradient,
            );
        }
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
        if self.status == Status::Diverged {
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
}
