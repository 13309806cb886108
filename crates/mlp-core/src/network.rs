//! A network: an architecture with its parameters.

use mlp_kernels::{Kernels, Level};
use ndarray::{Array2, ArrayView1, ArrayView2};

use crate::{
    Architecture, Error, Evaluation, Loss, Norms, Outputs, Samples, Scalar, TrainSpec,
    engine::{Draws, Layout, Numbers, Objective, Observe, Program, Source, Tally, Workspace},
    samples::{Block, block_columns, features_fit, transpose},
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
    /// Joins an architecture and the flat slice of its parameters: layer after layer, W row-major
    /// `[outputs, inputs]`, then b, then scale and shift of a normalisation. Running statistics are
    /// those before the first update.
    ///
    /// # Errors
    /// An impossible architecture, or another number of parameters than it has.
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

    /// The network with these running statistics of its batch normalisations, as
    /// [`Architecture::statistics`] lays them out.
    ///
    /// # Errors
    /// Another number of them than it has.
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
    /// shift of a normalisation.
    pub fn parameters(&self) -> &[T] {
        &self.parameters
    }

    /// The running statistics of its batch normalisations, as [`Architecture::statistics`] lays them
    /// out; empty where there are none.
    pub fn statistics(&self) -> &[T] {
        &self.statistics
    }

    /// Weights of layer `index`, `[outputs, inputs]`.
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
    /// # Panics
    /// If there is no such layer.
    pub fn biases(&self, index: usize) -> ArrayView1<'_, T> {
        let range = self.architecture.ranges().swap_remove(index);
        ArrayView1::from(&self.parameters[range.biases])
    }

    /// Scale and shift of the normalisation of layer `index`, `[outputs]` each; empty where there are
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
    /// evaluation: batch normalisation takes the running statistics.
    ///
    /// # Errors
    /// Another number of features than the network has inputs.
    pub fn forward(&self, inputs: ArrayView2<'_, T>) -> Result<Array2<T>, Error> {
        let architecture = &self.architecture;
        let (samples, features) = inputs.dim();
        if features != architecture.inputs {
            let architecture = architecture.to_string();
            return Err(Error::FeatureMismatch {
                found: features,
                expected: self.architecture.inputs,
                architecture,
            });
        }
        let mut outputs = Array2::from_elem((samples, architecture.outputs()), T::ZERO);
        if samples == 0 {
            return Ok(outputs);
        }
        let program = Program::compile(architecture, kernels(Level::best())?);
        let columns = block_columns(samples, program.block_limit(), T::LANES);
        let mut workspace = Workspace::new(&program, columns, samples);
        let inputs = inputs.as_standard_layout();
        let rows = inputs
            .as_slice()
            .expect("just brought into standard layout");
        let numbers = self.numbers();
        for start in (0..samples).step_by(columns) {
            let end = samples.min(start + columns);
            let width = (end - start).next_multiple_of(T::LANES);
            let x = &mut workspace.gather.x[..features * width];
            transpose(rows, features, start..end, width, x);
            let block = Block {
                columns: width,
                valid: end - start,
                x,
                values: &[],
                labels: &[],
                weights: &[],
            };
            let all = 0..program.ops.len();
            let pass = &mut workspace.pass;
            program.forward(all, numbers, &block, pass, &mut Draws::default());
            let y = program.outputs(pass, width);
            for (column, mut sample) in outputs
                .rows_mut()
                .into_iter()
                .skip(start)
                .take(end - start)
                .enumerate()
            {
                for (output, value) in sample.iter_mut().enumerate() {
                    *value = y[output * width + column];
                }
            }
        }
        Ok(outputs)
    }

    /// Estimates of the targets `[samples, outputs]` for inputs `[samples, inputs]`, by a network
    /// trained on `loss`: the outputs, or their exponentials where they are logarithms of rates.
    ///
    /// # Errors
    /// Another number of features than the network has inputs, or a loss that estimates no numbers.
    pub fn predict_values(
        &self,
        inputs: ArrayView2<'_, T>,
        loss: Loss,
    ) -> Result<Array2<f64>, Error> {
        let outputs = self.forward(inputs)?.mapv(T::to_f64);
        match loss.outputs() {
            Outputs::Estimates => Ok(outputs),
            Outputs::LogEstimates => Ok(outputs.mapv(crate::math::exp)),
            _ => Err(Error::TargetMismatch {
                loss: loss.to_string(),
                outputs: self.architecture.outputs(),
                targets: "numbers".to_owned(),
                expected: "a loss of regression",
            }),
        }
    }

    /// How well the network does on `samples`: what [`Trainer::evaluate`](crate::Trainer::evaluate)
    /// tells of a training with this loss, times `loss_scale`.
    ///
    /// # Errors
    /// Samples that fit neither the network nor the loss; a level that this machine lacks.
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

    /// How well the network does on `samples`, by the loss that `spec` makes small: with its label
    /// smoothing and its weights.
    ///
    /// # Errors
    /// As [`Network::evaluate`]; a spec of another architecture.
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
        let mut tally = Tally::new(program.outputs, &objective);
        program.evaluate(
            self.numbers(),
            Source::Part(samples, &layout, Some(&objective)),
            &mut workspace,
            &mut Draws::default(),
            |block, pass| {
                program.tally(Observe::Everything, &objective, block, pass, &mut tally);
            },
        );
        Ok(tally.evaluation(samples, &objective))
    }

    fn numbers(&self) -> Numbers<'_, T> {
        Numbers {
            parameters: &self.parameters,
            statistics: &self.statistics,
        }
    }

    /// Probabilities `[samples, classes]` for inputs `[samples, inputs]`: the softmax of the
    /// outputs, or for binary cross-entropy with one output the columns 1 - p and p (with several
    /// outputs, each output's own p).
    ///
    /// # Errors
    /// Another number of features than the network has inputs, or a loss without probabilities.
    pub fn predict_probabilities(
        &self,
        inputs: ArrayView2<'_, T>,
        loss: Loss,
    ) -> Result<Array2<f64>, Error> {
        let outputs = self.forward(inputs)?.mapv(T::to_f64);
        match loss.outputs() {
            Outputs::Estimates | Outputs::LogEstimates | Outputs::Scores => {
                Err(Error::TargetMismatch {
                    loss: loss.to_string(),
                    outputs: self.architecture.outputs(),
                    targets: "probabilities".to_owned(),
                    expected: "a cross-entropy loss",
                })
            }
            Outputs::Logits if outputs.ncols() == 1 => Ok(Array2::from_shape_fn(
                (outputs.nrows(), 2),
                |(row, class)| {
                    let logit = outputs[[row, 0]];
                    crate::math::sigmoid(if class == 1 { logit } else { -logit })
                },
            )),
            Outputs::Logits => Ok(outputs.mapv(crate::math::sigmoid)),
            Outputs::ClassLogits => {
                let mut probabilities = outputs;
                for mut row in probabilities.rows_mut() {
                    let top = row
                        .iter()
                        .fold(f64::NEG_INFINITY, |a, &b| if b > a { b } else { a });
                    row.mapv_inplace(|logit| crate::math::exp(logit - top));
                    let sum = row.iter().fold(0.0, |a, b| a + b);
                    row.mapv_inplace(|e| e / sum);
                }
                Ok(probabilities)
            }
        }
    }
}

/// The kernels of a level, or an error where the machine lacks it.
pub(crate) fn kernels<T: Scalar>(level: Level) -> Result<Kernels<T>, Error> {
    Kernels::new(level).map_err(|_| Error::UnsupportedLevel { level })
}
