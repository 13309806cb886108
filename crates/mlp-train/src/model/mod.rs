//! A trained network with everything needed to use it: scaling, names, task.

mod any_network;
mod current_network;
mod ensemble;
pub mod explain;
mod intervals;
mod parts;
mod predict_intervals;
mod prediction;
mod tensors;
mod threshold;

use mlp_core::{Evaluation, Level, Loss, Network, Samples, Scalar, TrainSpec};
use mlp_data::{
    Dataset, Expansion, Imputer, Scaler, Targets, Task,
    names::so_many,
    table::{OneHot, TableFormat},
};
use ndarray::{Array2, ArrayView2};

use self::prediction::mean;
pub use self::{
    any_network::AnyNetwork,
    ensemble::Spread,
    intervals::{Ends, FoldNetwork, Intervals},
    parts::{ModelOrigin, ModelParts, OutputMeaning, Weighting},
    prediction::Prediction,
    tensors::{Numbers, Tensor, member, tensors_of},
};
pub(crate) use self::{
    current_network::CurrentNetwork,
    prediction::{Meaning, answer},
};
use crate::{
    data::{
        data_read::left_out,
        original_units::ScaledTargets,
        prepare::{Prepared, convert, scaled_inputs},
    },
    error::Error,
    metrics::score::{Confusion, Predicted},
    resolve::recipe::Recipe,
    run::parameters::Parameters,
};

/// A trained network, ready to be used on rows in original units.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    parts: ModelParts,
}

impl Model {
    /// A model from matching parts: the numbers of features, scaled inputs and outputs agree with the network.
    pub fn from_parts(parts: ModelParts) -> Self {
        Self { parts }
    }

    /// All its parts.
    pub fn parts(&self) -> &ModelParts {
        &self.parts
    }

    /// This model in the form in which another version wrote `other`: with the experiment as that version's text, and
    /// with its table format where this model has none.
    pub fn in_the_words_of(mut self, other: &Self) -> Self {
        self.parts
            .origin
            .experiment
            .clone_from(&other.parts.origin.experiment);
        if self.parts.table_format.is_none() {
            self.parts
                .table_format
                .clone_from(&other.parts.table_format);
            self.parts.left_out.clone_from(&other.parts.left_out);
        }
        // Earlier versions did not say which categories no training row has.
        for (own, other) in self.parts.one_hot.iter_mut().zip(&other.parts.one_hot) {
            if own.untrained.is_empty() {
                own.untrained.clone_from(&other.untrained);
            }
        }
        self
    }

    /// The model of a network trained on `prepared` data.
    pub(crate) fn new<T: Scalar>(
        network: Network<T>,
        prepared: &Prepared<T>,
        recipe: &Recipe,
        origin: ModelOrigin,
    ) -> Self {
        let data = &recipe.data;
        let answers = match (data.dataset.targets(), prepared.target_scaler()) {
            (Targets::Values { names, .. }, _) if matches!(data.task, Task::Multilabel { .. }) => {
                OutputMeaning::Labels(names.clone())
            }
            (Targets::Values { names, .. }, Some(scaler)) => OutputMeaning::Values {
                names: names.clone(),
                scaler: scaler.clone(),
            },
            (Targets::Values { names, .. }, None) => OutputMeaning::Values {
                names: names.clone(),
                scaler: Scaler::identity(names.len()),
            },
            (Targets::Classes { names, .. }, _) => OutputMeaning::Classes(names.clone()),
        };
        Self::from_parts(ModelParts {
            network: AnyNetwork::of(network),
            members: Vec::new(),
            loss: recipe.spec.loss,
            loss_scale: recipe.spec.loss_scale,
            weighting: Weighting {
                label_smoothing: recipe.spec.label_smoothing,
                class_weights: recipe.spec.class_weights.clone(),
                positive_weights: recipe.spec.positive_weights.clone(),
            },
            data: data.name.clone(),
            features: data.dataset.feature_names().to_vec(),
            expansion: data.expansion.clone(),
            one_hot: data.dataset.one_hot_of(&data.split.train),
            imputer: prepared.imputer().cloned(),
            feature_scaler: prepared.feature_scaler().clone(),
            answers,
            threshold: None,
            intervals: None,
            target_columns: data
                .dataset
                .target_columns()
                .into_iter()
                .map(str::to_owned)
                .collect(),
            table_format: data.dataset.table_format().cloned(),
            left_out: left_out(&data.dataset),
            origin,
        })
    }

    /// The same model with other parameters, as they were after `steps` updates.
    ///
    /// # Errors
    /// Another number of parameters, or another precision.
    pub fn at_step(&self, steps: u64, parameters: Parameters) -> Result<Self, Error> {
        let network = match (&self.parts.network, parameters) {
            (AnyNetwork::F32(network), Parameters::Single(values)) => {
                Network::new(network.architecture().clone(), values)?.into()
            }
            (AnyNetwork::F64(network), Parameters::Double(values)) => {
                Network::new(network.architecture().clone(), values)?.into()
            }
            _ => {
                let reason = "has another precision than these parameters".to_owned();
                return Err(Error::Model(reason));
            }
        };
        let mut model = self.clone();
        model.parts.network = network;
        // They belong to the parameters that were.
        model.parts.intervals = None;
        model.parts.origin.steps = steps;
        Ok(model)
    }

    /// The network, which expects scaled inputs; of an ensemble the first.
    pub fn network(&self) -> &AnyNetwork {
        &self.parts.network
    }

    /// The loss that it was trained with.
    pub fn loss(&self) -> Loss {
        self.parts.loss
    }

    /// Classification or regression.
    pub fn task(&self) -> Task {
        match &self.parts.answers {
            OutputMeaning::Classes(names) => Task::Classification {
                classes: names.len(),
            },
            OutputMeaning::Labels(names) => Task::Multilabel {
                labels: names.len(),
            },
            OutputMeaning::Values { names, .. } => Task::Regression {
                outputs: names.len(),
            },
        }
    }

    /// Name of the data that it was trained on.
    pub fn data(&self) -> &str {
        &self.parts.data
    }

    /// Names of the inputs, in order. Where they were [computed](Self::expansion) from two
    /// features, these are the computed ones.
    pub fn features(&self) -> &[String] {
        &self.parts.features
    }

    /// Names of the columns of a row in original units: the [features](Self::features), or x
    /// and y where the inputs are computed from those.
    pub fn columns(&self) -> Vec<String> {
        match self.parts.expansion {
            Some(_) => vec!["x".to_owned(), "y".to_owned()],
            None => self.parts.features.clone(),
        }
    }

    /// How the inputs are computed from two features, if they are.
    pub fn expansion(&self) -> Option<&Expansion> {
        self.parts.expansion.as_ref()
    }

    /// The columns of categories that became several features each.
    pub fn one_hot(&self) -> &[OneHot] {
        &self.parts.one_hot
    }

    /// The fill values of missing features (NaN), before scaling; `None` where none may be missing.
    pub fn imputer(&self) -> Option<&Imputer> {
        self.parts.imputer.as_ref()
    }

    /// The scaling of the inputs.
    pub fn feature_scaler(&self) -> &Scaler {
        &self.parts.feature_scaler
    }

    /// The meaning of the outputs.
    pub fn answers(&self) -> &OutputMeaning {
        &self.parts.answers
    }

    /// Names of the target columns in the training data.
    pub fn target_columns(&self) -> &[String] {
        &self.parts.target_columns
    }

    /// Names of the columns of its table that it was not trained on; none for models of earlier versions.
    pub fn left_out(&self) -> &[String] {
        &self.parts.left_out
    }

    /// The format of the text table that it was trained on; none for other data, and for models of earlier versions.
    pub fn table_format(&self) -> Option<&TableFormat> {
        self.parts.table_format.as_ref()
    }

    /// Where it comes from.
    pub fn origin(&self) -> &ModelOrigin {
        &self.parts.origin
    }

    /// Whether every parameter and running statistic is a finite number; after a training that
    /// diverged some are not.
    pub fn is_finite(&self) -> bool {
        fn all<T: Scalar>(network: &Network<T>) -> bool {
            let numbers = network.parameters().iter().chain(network.statistics());
            numbers.copied().all(T::is_finite)
        }
        self.networks().all(|network| match network {
            AnyNetwork::F32(network) => all(network),
            AnyNetwork::F64(network) => all(network),
        })
    }

    /// Its predictions for `rows` in original units: `[rows, features]`, or `[rows, 2]` where inputs
    /// are computed from two features.
    ///
    /// # Errors
    /// Another number of columns than the model has inputs.
    pub fn predict(&self, rows: &ArrayView2<'_, f64>) -> Result<Prediction, Error> {
        self.predict_at(rows, Level::best())
    }

    /// [`predict`](Self::predict) at a chosen instruction-set level, which changes no bit.
    ///
    /// # Errors
    /// As [`predict`](Self::predict); a level that this machine does not support.
    pub fn predict_at(
        &self,
        rows: &ArrayView2<'_, f64>,
        level: Level,
    ) -> Result<Prediction, Error> {
        match &self.parts.network {
            AnyNetwork::F32(network) => self.predict_with(network, rows, level),
            AnyNetwork::F64(network) => self.predict_with(network, rows, level),
        }
    }

    /// Its predictions for rows of its own features, including computed ones, in original units.
    fn predict_computed(
        &self,
        rows: &ArrayView2<'_, f64>,
        level: Level,
    ) -> Result<Prediction, Error> {
        match &self.parts.network {
            AnyNetwork::F32(network) => self.answer_to(network, &self.scaled(rows)?, level),
            AnyNetwork::F64(network) => self.answer_to(network, &self.scaled(rows)?, level),
        }
    }

    fn predict_with<T: Scalar>(
        &self,
        network: &Network<T>,
        rows: &ArrayView2<'_, f64>,
        level: Level,
    ) -> Result<Prediction, Error> {
        self.answer_to(network, &self.inputs::<T>(rows)?, level)
    }

    fn answer_to<T: Scalar>(
        &self,
        network: &Network<T>,
        inputs: &Array2<T>,
        level: Level,
    ) -> Result<Prediction, Error> {
        let said = match self.members() {
            1 => answer(network, self.loss(), &inputs.view(), self.meaning(), level)?,
            _ => mean(&self.each_says(inputs, level)?),
        };
        Ok(said.decided(self.parts.threshold))
    }

    /// The meaning of the network's outputs.
    fn meaning(&self) -> Meaning<'_> {
        match &self.parts.answers {
            OutputMeaning::Classes(_) => Meaning::Classes,
            OutputMeaning::Labels(_) => Meaning::Labels,
            OutputMeaning::Values { scaler, .. } => Meaning::Values(scaler),
        }
    }

    /// Its predictions for a data set with the true targets, from which [scores](crate::score::SCORES)
    /// are computed. Features and classes are matched by name.
    ///
    /// # Errors
    /// As [`evaluate`](Self::evaluate).
    pub fn judge(&self, dataset: &Dataset) -> Result<Predicted, Error> {
        self.judge_at(dataset, Level::best())
    }

    /// [`judge`](Self::judge) at a chosen instruction-set level, which changes no bit.
    ///
    /// # Errors
    /// As [`judge`](Self::judge); a level that this machine does not support.
    pub fn judge_at(&self, dataset: &Dataset, level: Level) -> Result<Predicted, Error> {
        match &self.parts.network {
            AnyNetwork::F32(network) => self.judge_with(network, dataset, level),
            AnyNetwork::F64(network) => self.judge_with(network, dataset, level),
        }
    }

    fn judge_with<T: Scalar>(
        &self,
        network: &Network<T>,
        dataset: &Dataset,
        level: Level,
    ) -> Result<Predicted, Error> {
        let prediction = self.answer_to(network, &self.known_inputs::<T>(dataset)?, level)?;
        self.beside(prediction, dataset)
    }

    /// Its predictions for the rows of a data set with the true targets.
    fn beside(&self, prediction: Prediction, dataset: &Dataset) -> Result<Predicted, Error> {
        Ok(match self.targets::<f64>(dataset)? {
            mlp_core::Targets::Classes { labels, .. } => prediction.beside_classes(labels),
            mlp_core::Targets::Values(scaled) => match dataset.targets() {
                Targets::Values { values, .. } => prediction.beside_numbers(values.clone()),
                Targets::Classes { .. } => prediction.beside_numbers(scaled),
            },
        })
    }

    /// Scaled inputs of rows in original units.
    fn inputs<T: Scalar>(&self, rows: &ArrayView2<'_, f64>) -> Result<Array2<T>, Error> {
        let expanded = match &self.parts.expansion {
            Some(expansion) => Some(expansion.apply(rows)?),
            None => None,
        };
        let rows = expanded.as_ref().map_or(*rows, |rows| rows.view());
        if rows.ncols() != self.parts.features.len() {
            return Err(Error::Model(format!(
                "has {}, but the rows have {}",
                so_many(self.parts.features.len() as u64, "input"),
                rows.ncols()
            )));
        }
        self.scaled(&rows)
    }

    /// Inputs in original units, filled in and scaled.
    fn scaled<T: Scalar>(&self, rows: &ArrayView2<'_, f64>) -> Result<Array2<T>, Error> {
        match &self.parts.imputer {
            Some(imputer) => {
                scaled_inputs(&self.parts.feature_scaler, &imputer.transform(rows)?.view())
            }
            None => scaled_inputs(&self.parts.feature_scaler, rows),
        }
    }

    /// Scaled inputs of a data set, whose features are matched by name.
    fn known_inputs<T: Scalar>(&self, dataset: &Dataset) -> Result<Array2<T>, Error> {
        let same = dataset.feature_names() == self.parts.features;
        if self.parts.expansion.is_some() && !same {
            return self.inputs(&dataset.inputs());
        }
        let known = dataset.aligned(&self.parts.features, &self.parts.one_hot)?;
        self.scaled(&known.inputs())
    }

    /// Its performance on a data set: the training loss function, accuracy or R2, and errors in original
    /// units. Features and classes are matched by name.
    ///
    /// # Errors
    /// A feature that the data do not have, a class that the model does not know, another task.
    pub fn evaluate(&self, dataset: &Dataset, level: Level) -> Result<Evaluation, Error> {
        match &self.parts.network {
            AnyNetwork::F32(network) => self.evaluate_with(network, dataset, level),
            AnyNetwork::F64(network) => self.evaluate_with(network, dataset, level),
        }
    }

    fn evaluate_with<T: Scalar>(
        &self,
        network: &Network<T>,
        dataset: &Dataset,
        level: Level,
    ) -> Result<Evaluation, Error> {
        let inputs = self.known_inputs::<T>(dataset)?;
        let targets = self.targets::<T>(dataset)?;
        let samples = Samples::new(inputs.view(), &targets)?;
        let samples = match dataset.weights() {
            Some(weights) => samples.with_weights(weights)?,
            None => samples,
        };
        let spec = TrainSpec {
            loss_scale: self.parts.loss_scale,
            label_smoothing: self.parts.weighting.label_smoothing,
            class_weights: self.parts.weighting.class_weights.clone(),
            positive_weights: self.parts.weighting.positive_weights.clone(),
            ..TrainSpec::new(network.architecture().clone(), self.parts.loss)
        };
        if self.members() > 1 {
            return self.evaluate_mean(&spec, &inputs, dataset, level);
        }
        let mut evaluation = network.evaluate_as(&spec, &samples, level)?;
        if let (OutputMeaning::Values { scaler, .. }, Targets::Values { values, .. }) =
            (&self.parts.answers, dataset.targets())
        {
            let truth = || values.clone();
            let own = || network.clone();
            ScaledTargets::new(scaler, &samples).original_errors(
                &mut evaluation,
                truth,
                level,
                own,
            )?;
        }
        if self.parts.threshold.is_some() {
            // The network's own accuracy is that of the more likely class.
            let judged = self.judge_with(network, dataset, level)?;
            evaluation.accuracy = Confusion::of(&judged).map(|confusion| confusion.accuracy());
        }
        Ok(evaluation)
    }

    fn targets<T: Scalar>(&self, dataset: &Dataset) -> Result<mlp_core::Targets<T>, Error> {
        match (&self.parts.answers, dataset.targets()) {
            (OutputMeaning::Classes(known), Targets::Classes { labels, names }) => {
                let place = names
                    .iter()
                    .map(|name| {
                        known
                            .iter()
                            .position(|class| class == name)
                            .map(|place| place as u32)
                    })
                    .collect::<Vec<_>>();
                let label = |&label: &u32| {
                    let name = &names[label as usize];
                    place[label as usize].ok_or_else(|| {
                        Error::Model(format!(
                            "has no class \"{name}\"; it has {}",
                            known.join(", ")
                        ))
                    })
                };
                let labels = labels
                    .iter()
                    .map(label)
                    .collect::<Result<Vec<u32>, Error>>()?;
                Ok(mlp_core::Targets::Classes {
                    labels,
                    classes: known.len(),
                })
            }
            (OutputMeaning::Labels(names), Targets::Values { values, .. }) => {
                if values.ncols() != names.len() {
                    return Err(Error::Model(format!(
                        "has {}, but the data have {}",
                        so_many(names.len() as u64, "label"),
                        so_many(values.ncols() as u64, "target column")
                    )));
                }
                Ok(mlp_core::Targets::Values(convert(values)))
            }
            (OutputMeaning::Labels(_), _) => Err(Error::Model(
                "predicts labels, but the data hold classes".to_owned(),
            )),
            (OutputMeaning::Values { names, scaler }, Targets::Values { values, .. }) => {
                if values.ncols() != names.len() {
                    return Err(Error::Model(format!(
                        "has {}, but the data have {}",
                        so_many(names.len() as u64, "output"),
                        so_many(values.ncols() as u64, "target column")
                    )));
                }
                Ok(mlp_core::Targets::Values(convert(
                    &scaler.transform(&values.view())?,
                )))
            }
            (OutputMeaning::Classes(_), _) => Err(Error::Model(
                "predicts classes, but the data hold numbers".to_owned(),
            )),
            (OutputMeaning::Values { .. }, _) => Err(Error::Model(
                "predicts numbers, but the data hold classes".to_owned(),
            )),
        }
    }
}
