//! Several networks as one model: it answers with the mean of what they say, and tells how far they are apart
//! (Lakshminarayanan, Pritzel and Blundell 2017, "Simple and scalable predictive uncertainty estimation using deep
//! ensembles").
//!
//! The mean is that of probabilities, of scores, or of numbers in original units; the class is the one with the largest
//! mean, the first of equals. The loss of an ensemble is the loss of that mean.

use mlp_core::{
    Activation, Architecture, Evaluation, LayerSpec, Level, Loss, Network, Outputs, Samples,
    Scalar, TrainSpec, math,
};
use mlp_data::{Dataset, Targets};
use mlp_statistics::Moments;
use ndarray::{Array2, ArrayView1, ArrayView2, Axis};

use super::{
    AnyNetwork, Model, ModelOrigin, ModelParts, OutputMeaning, Prediction, Tensor, answer, mean,
    member, prediction::numbers, tensors::tensors_of,
};
use crate::{data::original_units::ScaledTargets, error::Error};

/// How far the networks of an ensemble are apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    /// Of classes, the share of the networks that take each row for another class than the ensemble, all by its threshold.
    pub otherwise: Option<Vec<f64>>,
    /// The standard deviation over the networks (divided by n - 1): of the probability or score of the class that each row
    /// is taken for, `[rows, 1]`; of the probability of every label; of every number in original units.
    pub deviation: Array2<f64>,
}

impl Model {
    /// One model of several that differ in their networks alone; of one model it is that one. A threshold that they had is
    /// none of the ensemble's.
    ///
    /// # Errors
    /// No model; models that do not take the same rows to the same answers.
    pub fn ensemble(models: Vec<Self>) -> Result<Self, Error> {
        let mut models = models.into_iter();
        let Some(mut first) = models.next() else {
            return Err(Error::Model("needs a network".to_owned()));
        };
        for model in models {
            let alike = ModelParts {
                network: first.parts.network.clone(),
                members: first.parts.members.clone(),
                threshold: first.parts.threshold,
                origin: first.parts.origin.clone(),
                ..model.parts.clone()
            };
            let precision = model.network().precision();
            if alike != first.parts || precision != first.network().precision() {
                return Err(Error::Model(
                    "cannot be one of an ensemble: its data, scaling, loss or precision are not those of the others"
                        .to_owned(),
                ));
            }
            first.parts.members.push(model.parts.network);
            first.parts.members.extend(model.parts.members);
            first.parts.threshold = None;
        }
        Ok(first)
    }

    /// Its networks: one, or those of an ensemble.
    pub fn networks(&self) -> impl Iterator<Item = &AnyNetwork> {
        std::iter::once(&self.parts.network).chain(&self.parts.members)
    }

    /// How many networks it has: one, unless it is an ensemble.
    pub fn members(&self) -> usize {
        1 + self.parts.members.len()
    }

    /// The same model, with another word of where it comes from.
    pub(crate) fn with_origin(mut self, origin: ModelOrigin) -> Self {
        self.parts.origin = origin;
        self
    }

    /// The tensors of its network, layer by layer. Those of an ensemble have [names](member) of their networks.
    pub fn tensors(&self) -> Vec<Tensor> {
        if self.members() == 1 {
            return tensors_of(self.network());
        }
        let each = self.networks().enumerate();
        let named = each.flat_map(|(index, network)| {
            let tensors = tensors_of(network).into_iter();
            tensors.map(move |tensor| Tensor {
                name: format!("{}{}", member(index), tensor.name),
                ..tensor
            })
        });
        named.collect()
    }

    /// Each of its networks as a model of its own; the threshold of an ensemble is none of theirs.
    pub fn each_alone(&self) -> Vec<Self> {
        if self.members() == 1 {
            return vec![self.clone()];
        }
        let alone = self.networks().map(|network| {
            Self::from_parts(ModelParts {
                network: network.clone(),
                members: Vec::new(),
                threshold: None,
                ..self.parts.clone()
            })
        });
        alone.collect()
    }

    /// What each network says of scaled inputs.
    pub(super) fn each_says<T: Scalar>(
        &self,
        inputs: &Array2<T>,
        level: Level,
    ) -> Result<Vec<Prediction>, Error> {
        let networks = self.networks().filter_map(|network| network.of_type::<T>());
        let says = |network| answer(network, self.loss(), &inputs.view(), self.meaning(), level);
        networks.map(says).collect()
    }

    /// What it says of `rows` in original units, and how far its networks are apart, if it has several.
    ///
    /// # Errors
    /// As [`predict`](Self::predict); a level that this machine lacks.
    pub fn predict_with_spread(
        &self,
        rows: &ArrayView2<'_, f64>,
        level: Level,
    ) -> Result<(Prediction, Option<Spread>), Error> {
        if self.members() == 1 {
            return Ok((self.predict_at(rows, level)?, None));
        }
        let each = match self.network() {
            AnyNetwork::F32(_) => self.each_says(&self.inputs::<f32>(rows)?, level)?,
            AnyNetwork::F64(_) => self.each_says(&self.inputs::<f64>(rows)?, level)?,
        };
        let prediction = mean(&each).decided(self.parts.threshold);
        // Whether they agree is asked of what they decide, which is by the ensemble's threshold.
        let each: Vec<Prediction> = (each.into_iter())
            .map(|one| one.decided(self.parts.threshold))
            .collect();
        let spread = spread(&prediction, &each);
        Ok((prediction, Some(spread)))
    }

    /// How well the mean does on a data set, of which these are the scaled inputs.
    pub(super) fn evaluate_mean<T: Scalar>(
        &self,
        spec: &TrainSpec,
        inputs: &Array2<T>,
        dataset: &Dataset,
        level: Level,
    ) -> Result<Evaluation, Error> {
        let said = mean(&self.each_says(inputs, level)?).decided(self.parts.threshold);
        let outputs = self.outputs_of(&said)?;
        // A network that hands its inputs on has the mean for its outputs, and so its loss.
        let width = outputs.ncols();
        let handing_on = Architecture {
            inputs: width,
            layers: vec![LayerSpec {
                bias: false,
                ..LayerSpec::new(width, Activation::Identity)
            }],
        };
        let parameters = Array2::<f64>::eye(width).into_iter().collect();
        let network = Network::new(handing_on, parameters)?;
        let targets = self.targets::<f64>(dataset)?;
        let samples = Samples::new(outputs.view(), &targets)?;
        let samples = match dataset.weights() {
            Some(weights) => samples.with_weights(weights)?,
            None => samples,
        };
        let mut evaluation = network.evaluate_as(spec, &samples, level)?;
        if let (OutputMeaning::Values { scaler, .. }, Targets::Values { values, .. }) =
            (self.answers(), dataset.targets())
        {
            let truth = || values.clone();
            let again = || network.clone();
            ScaledTargets::new(scaler, &samples).original_errors(
                &mut evaluation,
                truth,
                level,
                again,
            )?;
        }
        if evaluation.accuracy.is_some() && matches!(dataset.targets(), Targets::Classes { .. }) {
            let judged = self.beside(said, dataset)?;
            let confusion = crate::metrics::score::Confusion::of(&judged);
            evaluation.accuracy = confusion.map(|confusion| confusion.accuracy());
        }
        Ok(evaluation)
    }

    /// The outputs `[rows, outputs]` of a network that would say this.
    fn outputs_of(&self, said: &Prediction) -> Result<Array2<f64>, Error> {
        let loss = self.loss();
        let single = self.network().architecture().outputs() == 1;
        let last = |columns: &Array2<f64>| columns.slice_axis(Axis(1), (1..).into()).to_owned();
        Ok(match said {
            Prediction::Classes { probabilities, .. } if single => {
                let odds = |row: ArrayView1<'_, f64>| math::ln(row[1]) - math::ln(row[0]);
                let logits = probabilities.rows().into_iter().map(odds);
                Array2::from_shape_vec((probabilities.nrows(), 1), logits.collect())
                    .expect("a logit a row")
            }
            Prediction::Classes { probabilities, .. } => probabilities.mapv(math::ln),
            Prediction::Labels { probabilities, .. } => probabilities.mapv(logit),
            Prediction::Scores { scores, .. } if single => last(scores),
            Prediction::Scores { scores, .. } => scores.clone(),
            Prediction::Values(values) => {
                let scaled = match self.answers() {
                    OutputMeaning::Values { scaler, .. } => scaler.transform(&values.view())?,
                    OutputMeaning::Classes(_) | OutputMeaning::Labels(_) => values.clone(),
                };
                outputs_of_estimates(loss, scaled)
            }
        })
    }
}

/// What a network's outputs are where these are its estimates.
fn outputs_of_estimates(loss: Loss, estimates: Array2<f64>) -> Array2<f64> {
    match loss.outputs() {
        Outputs::Logits => estimates.mapv(logit),
        Outputs::LogEstimates => estimates.mapv(math::ln),
        Outputs::Estimates | Outputs::ClassLogits | Outputs::Scores => estimates,
    }
}

fn logit(p: f64) -> f64 {
    math::ln(p) - math::ln(1.0 - p)
}

/// How far answers are apart from each other, and from their mean in the class that is taken.
fn spread(mean: &Prediction, each: &[Prediction]) -> Spread {
    let deviation = |row: usize, column: usize| {
        let all: Moments = each.iter().map(|one| numbers(one)[[row, column]]).collect();
        all.standard_deviation().unwrap_or(0.0)
    };
    let (rows, columns) = numbers(mean).dim();
    match mean {
        Prediction::Classes { labels, .. } | Prediction::Scores { labels, .. } => {
            let others = |row: usize| {
                let other = |one: &&Prediction| match one {
                    Prediction::Classes { labels: own, .. }
                    | Prediction::Scores { labels: own, .. } => own[row] != labels[row],
                    Prediction::Labels { .. } | Prediction::Values(_) => false,
                };
                each.iter().filter(other).count() as f64 / each.len() as f64
            };
            Spread {
                otherwise: Some((0..rows).map(others).collect()),
                deviation: Array2::from_shape_fn((rows, 1), |(row, _)| {
                    deviation(row, labels[row] as usize)
                }),
            }
        }
        Prediction::Labels { .. } | Prediction::Values(_) => Spread {
            otherwise: None,
            deviation: Array2::from_shape_fn((rows, columns), |(row, column)| {
                deviation(row, column)
            }),
        },
    }
}
