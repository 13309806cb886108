//! A network: an architecture with its parameters.

use mlp_kernels::Level;
use ndarray::{Array2, ArrayView1, ArrayView2};

use crate::{
    Architecture, Error, Evaluation, Loss, Norms, Samples, Scalar, TrainSpec,
    engine::{
        Draws, EvaluationSums, Forward, Layout, Numbers, Objective, Observe, Program, Source,
        Workspace,
    },
    level::kernels,
    samples::{block_columns, features_fit, width_fits},
};

/// An architecture with its parameters: plain data.
///
/// ```
/// use mlp_core::{Activation, Architecture, Network};
/// use ndarray::array;
/// let half = Architecture::new(2).layer(1, Activation::Identity);
/// let network = Network::new(half, vec![0.5, 0.5, 1.0])?;
/// assert_eq!(network.forward(array![[2.0, 4.0]].view())?, array![[4.0]]);
/// # Ok::<(), mlp_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Network<T> {
    architecture: Architecture,
    parameters: Vec<T>,
    statistics: Vec<T>,
}

impl<T: Scalar> Network<T> {
    /// Combines an architecture and the flat slice of its parameters: layer after layer, W row-major
    /// `[outputs, inputs]`, then b, then scale and shift of a normalization. Running statistics are
    /// those before the first update.
    ///
    /// # Errors
    /// An invalid architecture, or a slice of the wrong length.
    pub fn new(architecture: Architecture, parameters: Vec<T>) -> Result<Self, Error> {
        architecture.validate()?;
        let (found, expected) = (parameters.len(), architecture.parameter_count());
        if found != expected {
            let what = format!("the list of parameters for {architecture}");
            return Err(Error::BadLength {
                what,
                found,
                expected,
            });
        }
        Ok(Self {
            statistics: architecture.initial_statistics(),
            architecture,
            parameters,
        })
    }

    /// The network with these running statistics of its batch normalizations, as laid out by
    /// [`Architecture::statistics`].
    ///
    /// # Errors
    /// A slice of the wrong length.
    pub fn with_statistics(mut self, statistics: Vec<T>) -> Result<Self, Error> {
        let (found, expected) = (statistics.len(), self.statistics.len());
        if found != expected {
            let what = format!("the list of running statistics for {}", self.architecture);
            return Err(Error::BadLength {
                what,
                found,
                expected,
            });
        }
        self.statistics = statistics;
        Ok(self)
    }

    /// The shape.
    pub fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    /// The flat slice: layer after layer, W row-major `[outputs, inputs]`, then b, then scale and
    /// shift of a normalization.
    pub fn parameters(&self) -> &[T] {
        &self.parameters
    }

    /// The running statistics of its batch normalizations, as laid out by [`Architecture::statistics`];
    /// empty where there are none.
    pub fn statistics(&self) -> &[T] {
        &self.statistics
    }

    /// Weights of layer `index`, `[outputs, inputs]`.
    ///
    /// ```
    /// # use mlp_core::{Activation, Architecture, Level, Loss, Network, Samples, Targets};
    /// # use mlp_core::ndarray::array;
    /// let line = Architecture::new(1).layer(1, Activation::Identity);
    /// let network = Network::new(line, vec![2.0, 1.0])?;
    /// assert_eq!(network.weights(0), array![[2.0]]);
    /// # Ok::<(), mlp_core::Error>(())
    /// ```
    ///
    /// # Panics
    /// If there is no such layer.
    pub fn weights(&self, index: usize) -> ArrayView2<'_, T> {
        let range = self.architecture.ranges().swap_remove(index);
        ArrayView2::from_shape(
            (range.outputs, range.inputs),
            &self.parameters[range.weights],
        )
        .expect("the range has the layer's size")
    }

    /// Biases of layer `index`, `[outputs]`; empty in a layer without biases.
    ///
    /// ```
    /// # use mlp_core::{Activation, Architecture, Level, Loss, Network, Samples, Targets};
    /// # use mlp_core::ndarray::array;
    /// let line = Architecture::new(1).layer(1, Activation::Identity);
    /// let network = Network::new(line, vec![2.0, 1.0])?;
    /// assert_eq!(network.biases(0), array![1.0]);
    /// # Ok::<(), mlp_core::Error>(())
    /// ```
    ///
    /// # Panics
    /// If there is no such layer.
    pub fn biases(&self, index: usize) -> ArrayView1<'_, T> {
        let range = self.architecture.ranges().swap_remove(index);
        ArrayView1::from(&self.parameters[range.biases])
    }

    /// Scale and shift of the normalization of layer `index`, `[outputs]` each; empty where there are
    /// none.
    ///
    /// # Panics
    /// If there is no such layer.
    pub fn scale_and_shift(&self, index: usize) -> (ArrayView1<'_, T>, ArrayView1<'_, T>) {
        let range = self.architecture.ranges().swap_remove(index);
        (
            ArrayView1::from(&self.parameters[range.scales]),
            ArrayView1::from(&self.parameters[range.shifts]),
        )
    }

    /// L2 norms of weights and biases.
    pub fn norms(&self) -> Norms {
        Norms::of(&self.architecture, &self.parameters)
    }

    /// The outputs `[samples, outputs]` (logits, for a classifier) for inputs `[samples, inputs]`, in
    /// evaluation mode: batch normalization uses the running statistics.
    ///
    /// ```
    /// # use mlp_core::{Activation, Architecture, Level, Loss, Network, Samples, Targets};
    /// # use mlp_core::ndarray::array;
    /// let line = Architecture::new(1).layer(1, Activation::Identity);
    /// let network = Network::new(line, vec![2.0, 1.0])?;
    /// assert_eq!(network.forward(array![[0.5], [1.0]].view())?, array![[2.0], [3.0]]);
    /// # Ok::<(), mlp_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// A number of features that differs from the network's inputs.
    pub fn forward(&self, inputs: ArrayView2<'_, T>) -> Result<Array2<T>, Error> {
        self.forward_at(inputs, Level::best())
    }

    /// [`Network::forward`] at a chosen instruction-set level, which changes no bit.
    ///
    /// ```
    /// # use mlp_core::{Activation, Architecture, Level, Loss, Network, Samples, Targets};
    /// # use mlp_core::ndarray::array;
    /// let line = Architecture::new(1).layer(1, Activation::Identity);
    /// let network = Network::new(line, vec![2.0, 1.0])?;
    /// let x = array![[0.5], [1.0]];
    /// for level in Level::supported() {
    ///     assert_eq!(network.forward_at(x.view(), level)?, network.forward(x.view())?);
    /// }
    /// # Ok::<(), mlp_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// A number of features that differs from the network's inputs; a level that this machine does not support.
    pub fn forward_at(&self, inputs: ArrayView2<'_, T>, level: Level) -> Result<Array2<T>, Error> {
        self.check_width(inputs)?;
        let samples = inputs.nrows();
        let mut outputs = Array2::from_elem((samples, self.architecture.outputs()), T::ZERO);
        let mut forward = Forward::new(&self.architecture, level, samples)?;
        forward.run(self.numbers(), inputs, outputs.view_mut());
        Ok(outputs)
    }

    /// Refuses inputs of another width.
    pub(crate) fn check_width(&self, inputs: ArrayView2<'_, T>) -> Result<(), Error> {
        width_fits(&self.architecture, inputs.ncols())
    }

    /// Estimates of the targets `[samples, outputs]` for inputs `[samples, inputs]`, by a network
    /// trained with `loss`: the outputs, or their exponentials where they are logarithms of rates.
    ///
    /// ```
    /// # use mlp_core::{Activation, Architecture, Level, Loss, Network, Samples, Targets};
    /// # use mlp_core::ndarray::array;
    /// let line = Architecture::new(1).layer(1, Activation::Identity);
    /// let network = Network::new(line, vec![2.0, 1.0])?;
    /// let values = network.predict_values(array![[0.5]].view(), Loss::SquaredError)?;
    /// assert_eq!(values, array![[2.0]]);
    /// # Ok::<(), mlp_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// A number of features that differs from the network's inputs, or a loss that does not estimate numbers.
    pub fn predict_values(
        &self,
        inputs: ArrayView2<'_, T>,
        loss: Loss,
    ) -> Result<Array2<f64>, Error> {
        loss.estimates(self.forward(inputs)?.view())
    }

    /// The performance of the network on `samples`: the result of [`Trainer::evaluate`](crate::Trainer::evaluate)
    /// for a training with this loss, times `loss_scale`.
    ///
    /// ```
    /// # use mlp_core::{Activation, Architecture, Level, Loss, Network, Samples, Targets};
    /// # use mlp_core::ndarray::array;
    /// let line = Architecture::new(1).layer(1, Activation::Identity);
    /// let network = Network::new(line, vec![2.0, 1.0])?;
    /// let targets = Targets::Values(array![[2.0], [4.0]]);
    /// let samples = Samples::new(array![[0.5], [1.0]].view(), &targets)?;
    /// let evaluation = network.evaluate(&samples, Loss::SquaredError, 1.0, Level::best())?;
    /// assert_eq!(evaluation.loss, 0.5);
    /// # Ok::<(), mlp_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Samples that do not match the network or the loss; a level that this machine does not support.
    pub fn evaluate(
        &self,
        samples: &Samples<T>,
        loss: Loss,
        loss_scale: f64,
        level: Level,
    ) -> Result<Evaluation, Error> {
        let spec = TrainSpec {
            loss_scale,
            ..TrainSpec::new(self.architecture.clone(), loss)
        };
        self.evaluate_as(&spec, samples, level)
    }

    /// The performance of the network on `samples`, by the loss of `spec`: with its label
    /// smoothing and its weights.
    ///
    /// # Errors
    /// As [`Network::evaluate`]; a spec with another architecture.
    pub fn evaluate_as(
        &self,
        spec: &TrainSpec,
        samples: &Samples<T>,
        level: Level,
    ) -> Result<Evaluation, Error> {
        let spec = TrainSpec {
            architecture: self.architecture.clone(),
            ..spec.clone()
        };
        let spec = spec.validate()?;
        features_fit(&self.architecture, samples)?;
        samples.check_loss(&spec)?;
        let program = Program::compile(&self.architecture, kernels(level)?);
        let columns = block_columns(samples.len(), program.block_limit(), T::LANES);
        let mut workspace = Workspace::new(&program, columns, samples.len());
        let layout = Layout::new(samples, columns);
        let objective = Objective::new(&spec, samples);
        let mut evaluation_sums = EvaluationSums::new(program.outputs, &objective);
        program.evaluate(
            self.numbers(),
            Source::Part(samples, &layout, Some(&objective)),
            &mut workspace,
            &mut Draws::default(),
            |block, pass| {
                evaluation_sums.add(Observe::Everything, &program, &objective, block, pass, None);
            },
        );
        Ok(evaluation_sums.evaluation(samples, &objective))
    }

    pub(crate) fn numbers(&self) -> Numbers<'_, T> {
        Numbers {
            parameters: &self.parameters,
            statistics: &self.statistics,
        }
    }

    /// Probabilities `[samples, classes]` for inputs `[samples, inputs]`: the softmax of the
    /// outputs, or for binary cross-entropy with one output the columns 1 - p and p (with several
    /// outputs, each output's own p).
    ///
    /// ```
    /// # use mlp_core::{Activation, Architecture, Level, Loss, Network, Samples, Targets};
    /// # use mlp_core::ndarray::array;
    /// let line = Architecture::new(1).layer(1, Activation::Identity);
    /// let network = Network::new(line, vec![2.0, 1.0])?;
    /// let halves = network.predict_probabilities(array![[-0.5]].view(), Loss::BinaryCrossEntropy)?;
    /// assert_eq!(halves, array![[0.5, 0.5]]);
    /// # Ok::<(), mlp_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// A number of features that differs from the network's inputs, or a loss without probabilities.
    pub fn predict_probabilities(
        &self,
        inputs: ArrayView2<'_, T>,
        loss: Loss,
    ) -> Result<Array2<f64>, Error> {
        loss.probabilities(self.forward(inputs)?.view())
    }
}
