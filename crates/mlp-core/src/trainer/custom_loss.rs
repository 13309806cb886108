//! The two halves of a step with a custom loss.

use ndarray::{Array2, ArrayView2, ArrayViewMut2};

use super::{Trainer, custom_loss_buffers::CustomLossBuffers};
use crate::{
    Error, Scalar, Status,
    engine::{Draws, Numbers, Pass, Program, Source, Workspace, transpose_columns},
    samples::{Block, block_columns, check_finite, width_fits},
};

/// Writes the gradient with respect to the outputs and returns the value.
type CustomLoss<'a, T> =
    dyn FnMut(ArrayView2<'_, T>, ArrayViewMut2<'_, T>) -> Result<f64, Error> + 'a;

impl<T: Scalar> Trainer<'_, T> {
    /// The outputs `[samples, outputs]` of the network as in the next update, for inputs
    /// `[samples, inputs]`: the forward half of a custom loss. Dropout, noise and batch
    /// normalization act as in training; [`Trainer::network`] evaluates without them.
    ///
    /// ```
    /// use mlp_core::{Activation, Architecture, Level, Loss, Samples, Targets, TrainSpec, Trainer};
    /// let inputs = ndarray::array![[0.0f64], [1.0], [2.0]];
    /// let samples = Samples::new(inputs.view(), &Targets::Values(inputs.clone()))?;
    /// let net = Architecture::new(1).layer(1, Activation::Identity);
    /// let spec = TrainSpec::new(net, Loss::SquaredError);
    /// let mut trainer = Trainer::new(&spec, &samples, 0, Level::best())?;
    /// for _ in 0..300 {
    ///     // The squared distance from 3 x + 1.
    ///     let error = trainer.forward(inputs.view())? - inputs.mapv(|x| 3.0 * x + 1.0);
    ///     trainer.backward(inputs.view(), (2.0 * error).view())?;
    ///     trainer.update();
    /// }
    /// assert!((trainer.parameters()[0] - 3.0).abs() < 1e-6);
    /// # Ok::<(), mlp_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// A number of features that differs from the network's inputs; with batch normalization a single
    /// sample.
    pub fn forward(&self, inputs: ArrayView2<'_, T>) -> Result<Array2<T>, Error> {
        self.check_batch(inputs)?;
        let count = inputs.nrows();
        let mut outputs = Array2::from_elem((count, self.program.outputs), T::ZERO);
        if count == 0 {
            return Ok(outputs);
        }
        let columns = block_columns(count, self.program.block_limit(), T::LANES);
        let mut workspace = Workspace::new(&self.program, columns, count);
        let mut draws = self.draws.clone();
        draws.at_step(self.steps);
        let numbers = Numbers {
            parameters: &self.parameters,
            statistics: &self.statistics,
        };
        let source = Source::inputs(inputs, columns);
        let outputs_of = outputs.view_mut();
        forward_into(
            &self.program,
            numbers,
            source,
            &mut workspace,
            &mut draws,
            outputs_of,
        );
        Ok(outputs)
    }

    /// The gradient of any loss with respect to the parameters, from inputs `[samples, inputs]`
    /// and the loss's gradient `d_output` `[samples, outputs]` with respect to the outputs that
    /// [`Trainer::forward`] returned. It is kept for [`Trainer::update`]: the backward half of a
    /// custom loss.
    ///
    /// # Errors
    /// Shapes that do not match the network or each other; no samples; a number that is not finite;
    /// with batch normalization a single sample.
    pub fn backward(
        &mut self,
        inputs: ArrayView2<'_, T>,
        d_output: ArrayView2<'_, T>,
    ) -> Result<&[T], Error> {
        let columns = self.prepare(inputs)?;
        check_gradient((inputs.nrows(), self.program.outputs), d_output)?;
        let source = Source::Arrays {
            inputs,
            values: d_output,
            columns,
        };
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
        program.gradient(numbers, source, workspace, draws, gradient, take_values);
        Ok(&self.gradient)
    }

    /// One update on any loss: `loss` returns its value and its gradient with respect to the outputs
    /// `[samples, outputs]` of the network for `inputs`. Optimizers with a line search
    /// call it more than once. [`Trainer::step_with_into`] does the same without allocating.
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
    /// As [`Trainer::backward`].
    pub fn step_with(
        &mut self,
        inputs: ArrayView2<'_, T>,
        mut loss: impl FnMut(&Array2<T>) -> (f64, Array2<T>),
    ) -> Result<Status, Error> {
        let shape = (inputs.nrows(), self.program.outputs);
        let mut own = Array2::from_elem(shape, T::ZERO);
        self.step_by(inputs, &mut |outputs, mut d_output| {
            own.assign(&outputs);
            let (value, gradient) = loss(&own);
            check_gradient(shape, gradient.view())?;
            d_output.assign(&gradient);
            Ok(value)
        })
    }

    /// One update on any loss, in buffers that the trainer keeps: `loss` is given the outputs
    /// `[samples, outputs]` of the network for `inputs`, writes its gradient with respect to
    /// them over zeros, and returns its value. Optimizers with a line search call it more than once.
    /// Once the trainer has processed as many samples, a step allocates nothing.
    ///
    /// ```
    /// use mlp_core::{Activation, Architecture, Level, Loss, Samples, Targets, TrainSpec, Trainer};
    /// let inputs = ndarray::array![[0.0f64], [1.0], [2.0]];
    /// let samples = Samples::new(inputs.view(), &Targets::Values(inputs.clone()))?;
    /// let net = Architecture::new(1).layer(1, Activation::Identity);
    /// let spec = TrainSpec::new(net, Loss::SquaredError);
    /// let mut trainer = Trainer::new(&spec, &samples, 0, Level::best())?;
    /// for _ in 0..300 {
    ///     // The squared distance from 3 x + 1.
    ///     trainer.step_with_into(inputs.view(), |outputs, mut d_output| {
    ///         let mut sum = 0.0;
    ///         for ((x, y), d) in inputs.iter().zip(outputs).zip(&mut d_output) {
    ///             let error = y - (3.0 * x + 1.0);
    ///             sum += error * error;
    ///             *d = 2.0 * error;
    ///         }
    ///         sum
    ///     })?;
    /// }
    /// assert!((trainer.parameters()[0] - 3.0).abs() < 1e-6);
    /// # Ok::<(), mlp_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Trainer::backward`].
    pub fn step_with_into(
        &mut self,
        inputs: ArrayView2<'_, T>,
        mut loss: impl FnMut(ArrayView2<'_, T>, ArrayViewMut2<'_, T>) -> f64,
    ) -> Result<Status, Error> {
        self.step_by(inputs, &mut |outputs, d_output| Ok(loss(outputs, d_output)))
    }

    fn step_by(
        &mut self,
        inputs: ArrayView2<'_, T>,
        loss: &mut CustomLoss<'_, T>,
    ) -> Result<Status, Error> {
        if self.status != Status::Running {
            return Ok(self.status);
        }
        let mut kept = std::mem::take(&mut self.own);
        let mut failed = None;
        let first = self.custom_gradient(inputs, &mut kept, loss);
        let status = first.map(|value| {
            self.loss = value;
            self.answer(&mut |trainer| {
                trainer.loss = match trainer.custom_gradient(inputs, &mut kept, loss) {
                    Ok(value) => value,
                    Err(error) => {
                        failed.get_or_insert(error);
                        f64::NAN
                    }
                };
            })
        });
        self.own = kept;
        failed.map_or(status, Err)
    }

    /// The gradient of a custom loss, and its value.
    fn custom_gradient(
        &mut self,
        inputs: ArrayView2<'_, T>,
        kept: &mut CustomLossBuffers<T>,
        loss: &mut CustomLoss<'_, T>,
    ) -> Result<f64, Error> {
        let columns = self.prepare(inputs)?;
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
        let shape = (inputs.nrows(), program.outputs);
        let size = shape.0 * shape.1;
        let CustomLossBuffers { outputs, d_output } = kept;
        outputs.resize(size, T::ZERO);
        d_output.clear();
        d_output.resize(size, T::ZERO);
        let fits = "as many numbers as the shape says";
        let mut outputs = ArrayViewMut2::from_shape(shape, outputs).expect(fits);
        let mut d_output = ArrayViewMut2::from_shape(shape, d_output).expect(fits);
        let source = Source::inputs(inputs, columns);
        forward_into(
            program,
            numbers,
            source,
            workspace,
            draws,
            outputs.view_mut(),
        );
        let value = loss(outputs.view(), d_output.view_mut())?;
        check_gradient(shape, d_output.view())?;
        let source = Source::Arrays {
            inputs,
            values: d_output.view(),
            columns,
        };
        if shape.0 <= columns && !program.normalizes_batches() {
            // The forward pass of the only block is still there.
            program.back(numbers, source, workspace, gradient, take_values);
        } else {
            program.gradient(numbers, source, workspace, draws, gradient, take_values);
        }
        Ok(value)
    }

    /// Prepares a forward and backward pass over a batch; returns the columns of its blocks.
    fn prepare(&mut self, inputs: ArrayView2<'_, T>) -> Result<usize, Error> {
        self.check_batch(inputs)?;
        let count = inputs.nrows();
        if count == 0 {
            return Err(Error::NoSamples);
        }
        check_finite("input", &inputs)?;
        let columns = block_columns(count, self.program.block_limit(), T::LANES);
        self.workspace.make_room(&self.program, columns, count);
        self.draws.at_step(self.steps);
        Ok(columns)
    }

    fn check_batch(&self, inputs: ArrayView2<'_, T>) -> Result<(), Error> {
        width_fits(&self.spec.architecture, inputs.ncols())?;
        match inputs.nrows() {
            1 if self.program.normalizes_batches() => Err(Error::SingleSampleBatch {
                samples: 1,
                size: 1,
            }),
            _ => Ok(()),
        }
    }
}

/// Refuses a gradient with respect to the outputs of the wrong shape, or that is not finite.
fn check_gradient<T: Scalar>(
    (samples, outputs): (usize, usize),
    d_output: ArrayView2<'_, T>,
) -> Result<(), Error> {
    for (what, found, expected) in [
        ("a row of output gradients", d_output.ncols(), outputs),
        ("the array of output gradients", d_output.nrows(), samples),
    ] {
        if found != expected {
            let what = what.to_owned();
            return Err(Error::BadLength {
                what,
                found,
                expected,
            });
        }
    }
    check_finite("output gradient", &d_output)
}

/// The outputs of a batch, as in an update.
fn forward_into<T: Scalar>(
    program: &Program<T>,
    numbers: Numbers<'_, T>,
    source: Source<'_, T>,
    workspace: &mut Workspace<T>,
    draws: &mut Draws,
    mut outputs: ArrayViewMut2<'_, T>,
) {
    program.evaluate(numbers, source, workspace, draws, |block, pass| {
        let y = program.outputs(pass, block.columns);
        let rows = pass.first..pass.first + block.valid;
        transpose_columns(y, block.columns, rows, &mut outputs);
    });
}

/// The gradient with respect to the outputs, for the backward pass.
fn take_values<T: Scalar>(block: &Block<'_, T>, pass: &mut Pass<T>) {
    pass.delta[0][..block.values.len()].copy_from_slice(block.values);
}
