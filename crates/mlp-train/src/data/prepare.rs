//! Data prepared for training: split, scaled on the training part, in the engine's layout.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use mlp_core::{Evaluation, Level, Network, Samples, Scalar, Trainer, ValidSpec};
use mlp_data::{Imputer, Scaler, Targets, Task};
use ndarray::{Array2, ArrayView2, Axis};

use super::{original_units::ScaledTargets, row_place::place};
use crate::{
    data::part::Part,
    error::Error,
    metrics::score::Predicted,
    model::{Meaning, Prediction},
    resolve::data_recipe::DataRecipe,
    settings::value::shortest,
};

/// Data in the engine's layout, shared read-only by all trainings with equal data settings.
#[derive(Debug)]
pub struct Prepared<T> {
    recipe: Arc<DataRecipe>,
    imputer: Option<Imputer>,
    feature_scaler: Scaler,
    target_scaler: Option<Scaler>,
    train: Samples<T>,
    /// The same in f64, once requested.
    double: OnceLock<Samples<f64>>,
    test: Option<Samples<T>>,
    validation: Option<Samples<T>>,
    /// Of each part, whether its scaled targets are coarse, once requested: this is asked at every record.
    coarse: [OnceLock<bool>; 3],
    /// Points at which networks are asked, scaled.
    points: Option<Array2<T>>,
}

impl<T: Scalar> Prepared<T> {
    /// Fits the scaling on the training part and converts every part.
    ///
    /// # Errors
    /// Columns that cannot be scaled; numbers that are too large for the precision.
    pub fn new(recipe: &Arc<DataRecipe>) -> Result<Self, Error> {
        let dataset = &recipe.dataset;
        let split = &recipe.split;
        let imputer = match recipe.impute {
            Some(kind) => {
                let imputer = Imputer::fit(kind, &dataset.inputs(), &split.train)?;
                let categories = dataset.category_features();
                Some(imputer.with_categories(&categories, &dataset.inputs(), &split.train))
            }
            None => None,
        };
        // Converted cell by cell as needed: a filled-in or scaled copy of everything would be held in addition to the data.
        let raw = dataset.inputs();
        let filled = |row: usize, column: usize| match &imputer {
            Some(imputer) => imputer.filled(column, raw[[row, column]]),
            None => raw[[row, column]],
        };
        let feature_scaler = Scaler::fit_with(recipe.scale, raw.ncols(), &split.train, filled)?;
        let scaled = |row: usize, column: usize| feature_scaler.scale(column, filled(row, column));
        let target_scaler = match dataset.targets() {
            Targets::Classes { .. } => None,
            Targets::Values { .. } if matches!(recipe.task, Task::Multilabel { .. }) => None,
            Targets::Values { values, .. } => Some(Scaler::fit_targets(
                recipe.scale_target,
                recipe.target_transform,
                &values.view(),
                &split.train,
            )?),
        };
        let too_large = |&(row, column): &(usize, usize)| {
            !T::from_f64(scaled(row, column)).to_f64().is_finite()
        };
        let mut cells = (0..raw.nrows()).flat_map(|row| (0..raw.ncols()).map(move |c| (row, c)));
        if let Some((row, column)) = cells.find(too_large) {
            return Err(Error::Conflict(format!(
                "{}: `{}` is {}, which is too large for the precision; use --precision f64 or another --scale",
                place(recipe, row),
                dataset.feature_names()[column],
                with_scaled(filled(row, column), scaled(row, column))
            )));
        }
        let values = match (dataset.targets(), &target_scaler) {
            (Targets::Values { values, .. }, Some(scaler)) => {
                Some(scaler.transform(&values.view())?)
            }
            _ => None,
        };
        if let (Some(values), Targets::Values { values: raw, names }) = (&values, dataset.targets())
            && let Some(((row, column), value)) = values
                .indexed_iter()
                .find(|(_, value)| !T::from_f64(**value).to_f64().is_finite())
        {
            return Err(Error::Conflict(format!(
                "{}: `{}` is {}, which is too large for the precision; use --precision f64 or another --scale-target",
                place(recipe, row),
                names[column],
                with_scaled(raw[[row, column]], *value)
            )));
        }
        let part = |rows: &[usize]| -> Result<Option<Samples<T>>, Error> {
            if rows.is_empty() {
                return Ok(None);
            }
            let targets = match (dataset.targets(), &values) {
                (Targets::Classes { labels, names }, _) => mlp_core::Targets::Classes {
                    labels: rows.iter().map(|&row| labels[row]).collect(),
                    classes: names.len(),
                },
                (Targets::Values { values, .. }, None) => {
                    mlp_core::Targets::Values(convert(&values.select(Axis(0), rows)))
                }
                (_, Some(values)) => {
                    mlp_core::Targets::Values(convert(&values.select(Axis(0), rows)))
                }
            };
            let shape = (rows.len(), raw.ncols());
            let inputs = Array2::from_shape_fn(shape, |(index, column)| {
                T::from_f64(scaled(rows[index], column))
            });
            let samples = Samples::new(inputs, &targets)?;
            let Some(weights) = dataset.weights() else {
                return Ok(Some(samples));
            };
            let weights: Vec<f64> = rows.iter().map(|&row| weights[row]).collect();
            if weights.iter().all(|&weight| weight == 0.0) {
                return Err(Error::Conflict(format!(
                    "{}: every sample of one part has weight 0; split the data differently",
                    recipe.name
                )));
            }
            Ok(Some(samples.with_weights(&weights)?))
        };
        let points = match &recipe.points {
            None => None,
            Some(points) => {
                let filled = match &imputer {
                    Some(imputer) => imputer.transform(&points.inputs.view())?,
                    None => points.inputs.clone(),
                };
                let scaled = scaled_inputs::<T>(&feature_scaler, &filled.view())?;
                if let Some(((row, column), value)) =
                    scaled.indexed_iter().find(|(_, value)| !value.is_finite())
                {
                    return Err(Error::key(
                        "predict_on",
                        format!(
                            "`{}` of point {} is {:e} once it is scaled, which is too large for the precision; use --precision f64",
                            dataset.feature_names()[column],
                            row + 1,
                            value.to_f64()
                        ),
                    ));
                }
                Some(scaled)
            }
        };
        let Some(train) = part(&split.train)? else {
            return Err(Error::Conflict(format!(
                "no sample of {} is left to train on",
                recipe.name
            )));
        };
        Ok(Self {
            train,
            double: OnceLock::new(),
            coarse: Default::default(),
            test: part(&split.test)?,
            validation: part(&split.validation)?,
            points,
            recipe: Arc::clone(recipe),
            imputer,
            feature_scaler,
            target_scaler,
        })
    }

    /// The settings that it was prepared with.
    pub fn recipe(&self) -> &Arc<DataRecipe> {
        &self.recipe
    }

    /// The scaled training samples.
    pub fn train(&self) -> &Samples<T> {
        &self.train
    }

    /// The scaled training part in f64.
    pub fn train_in_f64(&self) -> &Samples<f64> {
        self.double.get_or_init(|| {
            use mlp_core::Targets;
            let targets = match self.train.targets() {
                Targets::Values(values) => Targets::Values(values.mapv(T::to_f64)),
                Targets::Classes { labels, classes } => Targets::Classes {
                    labels: labels.clone(),
                    classes: *classes,
                },
            };
            let inputs = self.train.inputs().mapv(T::to_f64);
            let samples = Samples::new(inputs.view(), &targets);
            let samples = match self.train.weights() {
                Some(weights) => samples.and_then(|samples| samples.with_weights(weights)),
                None => samples,
            };
            samples.expect("samples that were checked are as good in f64")
        })
    }

    /// The scaled samples of a part; `None` where it is empty.
    pub fn part(&self, part: Part) -> Option<&Samples<T>> {
        match part {
            Part::Train => Some(&self.train),
            Part::Test => self.test.as_ref(),
            Part::Validation => self.validation.as_ref(),
        }
    }

    /// A trainer on the training part, whose schedule uses the validation part, if there is one.
    ///
    /// # Errors
    /// Parts that do not match the network, a level that this machine does not support.
    pub fn trainer(
        &self,
        spec: &ValidSpec,
        seed: u64,
        level: Level,
    ) -> Result<Trainer<'_, T>, Error> {
        let trainer = Trainer::with_valid_spec(spec, &self.train, seed, level)?;
        Ok(match &self.validation {
            Some(validation) => trainer.with_validation(validation)?,
            None => trainer,
        })
    }

    /// The fill values for missing features, where they may be missing.
    pub fn imputer(&self) -> Option<&Imputer> {
        self.imputer.as_ref()
    }

    /// The scaling of the features.
    pub fn feature_scaler(&self) -> &Scaler {
        &self.feature_scaler
    }

    /// The scaling of the targets; `None` for classes.
    pub fn target_scaler(&self) -> Option<&Scaler> {
        self.target_scaler.as_ref()
    }

    /// Predictions for a part with its true targets.
    pub(crate) fn beside(&self, part: Part, prediction: Prediction) -> Predicted {
        let rows = part.rows(&self.recipe.split);
        match self.recipe.dataset.targets() {
            Targets::Classes { labels, .. } => {
                prediction.beside_classes(rows.iter().map(|&row| labels[row]).collect())
            }
            Targets::Values { values, .. } => {
                prediction.beside_numbers(values.select(Axis(0), rows))
            }
        }
    }

    /// What the outputs of networks on these data mean.
    pub(crate) fn meaning(&self) -> Meaning<'_> {
        match (self.target_scaler(), self.recipe.task) {
            (Some(scaler), _) => Meaning::Values(scaler),
            (None, Task::Multilabel { .. }) => Meaning::Labels,
            (None, _) => Meaning::Classes,
        }
    }

    /// The scaled points at which networks are asked, `[points, features]`.
    pub fn points(&self) -> Option<&Array2<T>> {
        self.points.as_ref()
    }

    /// An evaluation with errors and R2 in the units of the data. The loss stays the one that is trained.
    ///
    /// # Errors
    /// None that an evaluation of the same samples has not already returned.
    pub fn in_original_units(
        &self,
        part: Part,
        mut evaluation: Evaluation,
        level: Level,
        network: impl FnOnce() -> Network<T>,
    ) -> Result<Evaluation, Error> {
        let Some(targets) = self.scaled_targets(part) else {
            return Ok(evaluation);
        };
        let truth = || match self.recipe.dataset.targets() {
            Targets::Values { values, .. } => values.select(Axis(0), part.rows(&self.recipe.split)),
            Targets::Classes { .. } => Array2::zeros((0, 0)),
        };
        targets.original_errors(&mut evaluation, truth, level, network)?;
        Ok(evaluation)
    }

    /// The scaled targets of a part; `None` for classes and labels, and where the part is empty.
    pub(crate) fn scaled_targets(&self, part: Part) -> Option<ScaledTargets<'_, T>> {
        let (scaler, samples) = (self.target_scaler.as_ref()?, self.part(part)?);
        let coarse = &self.coarse[match part {
            Part::Train => 0,
            Part::Test => 1,
            Part::Validation => 2,
        }];
        let coarse = *coarse.get_or_init(|| ScaledTargets::new(scaler, samples).coarse);
        Some(ScaledTargets {
            scaler,
            samples,
            coarse,
        })
    }
}

/// f64 numbers in the training's precision.
pub fn convert<T: Scalar>(values: &Array2<f64>) -> Array2<T> {
    values.mapv(T::from_f64)
}

/// Scaled inputs of rows in original units, for boundaries and predictions.
pub fn scaled_inputs<T: Scalar>(
    scaler: &Scaler,
    rows: &ArrayView2<'_, f64>,
) -> Result<Array2<T>, Error> {
    Ok(convert(&scaler.transform(rows)?))
}

/// Number of data sets that are kept prepared at once; those in use are kept anyway by their users.
const KEPT: usize = 16;

/// Prepared data by their settings, so that networks with equal data share them.
#[derive(Debug)]
pub struct PreparedCache<T> {
    recent: Mutex<Vec<Arc<Prepared<T>>>>,
}

impl<T> Default for PreparedCache<T> {
    fn default() -> Self {
        Self {
            recent: Mutex::default(),
        }
    }
}

impl<T: Scalar> PreparedCache<T> {
    /// The prepared data of a recipe, prepared now if not cached.
    ///
    /// # Errors
    /// As [`Prepared::new`].
    pub fn get(&self, recipe: &Arc<DataRecipe>) -> Result<Arc<Prepared<T>>, Error> {
        // Preparing under the lock only delays others that need the same data.
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |held: &Arc<Prepared<T>>| {
            Arc::ptr_eq(held.recipe(), recipe) || held.recipe().key == recipe.key
        };
        if let Some(at) = recent.iter().position(same) {
            let found = recent.remove(at);
            recent.push(Arc::clone(&found));
            return Ok(found);
        }
        let made = Arc::new(Prepared::new(recipe)?);
        if recent.len() == KEPT {
            recent.remove(0);
        }
        recent.push(Arc::clone(&made));
        Ok(made)
    }
}

/// The baseline that a model that learns nothing reaches on a part: the majority class of the training
/// part, or its mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Baseline {
    /// Fraction of the part in the training part's most frequent class; with several labels, of samples that match the
    /// more frequent value of each label.
    pub accuracy: Option<f64>,
    /// Root mean squared error of the training part's mean, averaged over outputs.
    pub rmse: Option<f64>,
    /// R2 of the training part's mean, averaged over outputs: 0 on the training part itself.
    pub r2: Option<f64>,
}

/// The baseline on a part; `None` where it is empty.
pub fn baseline(recipe: &DataRecipe, part: Part) -> Option<Baseline> {
    baseline_of(recipe, part.rows(&recipe.split))
}

/// The baseline on these rows of the data, whatever part they are in; `None` without any.
pub fn baseline_of(recipe: &DataRecipe, rows: &[usize]) -> Option<Baseline> {
    let split = &recipe.split;
    if rows.is_empty() {
        return None;
    }
    let count = rows.len() as f64;
    match (recipe.dataset.targets(), recipe.task) {
        (Targets::Classes { labels, .. }, Task::Classification { classes }) => {
            let mut counts = vec![0usize; classes];
            for &row in &split.train {
                counts[labels[row] as usize] += 1;
            }
            let majority = (0..classes).rev().max_by_key(|&class| counts[class])?;
            let right = rows
                .iter()
                .filter(|&&row| labels[row] as usize == majority)
                .count();
            Some(Baseline {
                accuracy: Some(right as f64 / count),
                rmse: None,
                r2: None,
            })
        }
        (Targets::Values { values, .. }, Task::Multilabel { .. }) => {
            let train = split.train.len() as f64;
            let usual: Vec<bool> = (values.columns().into_iter())
                .map(|column| {
                    let yes = split.train.iter().filter(|&&row| column[row] > 0.5);
                    yes.count() as f64 > train / 2.0
                })
                .collect();
            let hit = |&&row: &&usize| {
                let truth = values.row(row);
                truth.iter().zip(&usual).all(|(&t, &yes)| (t > 0.5) == yes)
            };
            Some(Baseline {
                accuracy: Some(rows.iter().filter(hit).count() as f64 / count),
                rmse: None,
                r2: None,
            })
        }
        (Targets::Values { values, .. }, _) => {
            let (mut rmse, mut r2) = (0.0, 0.0);
            for column in values.columns() {
                let mean = |rows: &[usize]| {
                    rows.iter().fold(0.0, |sum, &row| sum + column[row]) / rows.len() as f64
                };
                let squares = |centre: f64| {
                    rows.iter().fold(0.0, |sum, &row| {
                        sum + (column[row] - centre) * (column[row] - centre)
                    })
                };
                let error = squares(mean(&split.train));
                let spread = squares(mean(rows));
                rmse += (error / count).sqrt();
                r2 += match spread > 0.0 {
                    true => 1.0 - error / spread,
                    false => f64::from(u8::from(error == 0.0)),
                };
            }
            let outputs = values.ncols() as f64;
            Some(Baseline {
                accuracy: None,
                rmse: Some(rmse / outputs),
                r2: Some(r2 / outputs),
            })
        }
        _ => None,
    }
}

/// A value as it was read, and what scaling makes of it where that is another number.
fn with_scaled(raw: f64, scaled: f64) -> String {
    let text = shortest(raw);
    match raw == scaled {
        true => text,
        false => format!("{text}, and scaled {scaled:e}"),
    }
}

#[cfg(test)]
mod tests {
    use mlp_data::{Dataset, ScaleKind, Split, TargetTransform};
    use ndarray::array;

    use super::*;

    fn recipe(split: Split) -> Arc<DataRecipe> {
        let targets = Targets::Values {
            values: array![[10.0, 0.0], [20.0, 4.0], [30.0, 0.0], [1000.0, 8.0]],
            names: vec!["a".to_owned(), "b".to_owned()],
        };
        let inputs = array![[1.0], [2.0], [3.0], [100.0]];
        let dataset = Dataset::new("four", vec!["x".to_owned()], inputs, targets).unwrap();
        Arc::new(DataRecipe {
            key: "four".to_owned(),
            name: "four".to_owned(),
            task: dataset.task(),
            dataset: Arc::new(dataset),
            split,
            withheld: Vec::new(),
            points: None,
            impute: None,
            scale: ScaleKind::Standard,
            target_transform: TargetTransform::None,
            scale_target: ScaleKind::Standard,
            expansion: None,
        })
    }

    fn halves() -> Split {
        Split {
            train: vec![0, 1, 2],
            validation: vec![],
            test: vec![3],
        }
    }

    #[test]
    fn scaling_is_fitted_on_the_training_part_alone() {
        let prepared = Prepared::<f64>::new(&recipe(halves())).unwrap();
        assert_eq!(prepared.feature_scaler().offset(), [2.0]);
        assert_eq!(prepared.target_scaler().unwrap().offset()[0], 20.0);
        assert_eq!(prepared.train().inputs()[[1, 0]], 0.0);
        let test = prepared.part(Part::Test).unwrap();
        // (100 - 2) / sqrt(2/3)
        assert!((test.inputs()[[0, 0]] - 98.0 / (2.0f64 / 3.0).sqrt()).abs() < 1e-12);
        assert!(prepared.part(Part::Validation).is_none());
    }

    #[test]
    fn errors_of_several_outputs_are_in_their_own_units() {
        let prepared = Prepared::<f64>::new(&recipe(halves())).unwrap();
        // A network that answers the mean, 0 in scaled units, everywhere.
        let network = || {
            let net = mlp_core::Architecture::classical(1, &[], mlp_core::Activation::Tanh, 2);
            Network::new(net, vec![0.0; 4]).unwrap()
        };
        let train = Evaluation {
            loss: 1.0,
            accuracy: None,
            r2: Some(0.0),
            rmse: Some(1.0),
            samples: 3,
        };
        let rmse = prepared
            .in_original_units(Part::Train, train, Level::best(), network)
            .unwrap()
            .rmse
            .unwrap();
        let expected = baseline(prepared.recipe(), Part::Train).unwrap();
        assert!((rmse - expected.rmse.unwrap()).abs() < 1e-12);
        assert_eq!(expected.r2, Some(0.0));
        // Deviations of (10, 20, 30) and (0, 4, 0).
        let by_hand = ((200.0f64 / 3.0).sqrt() + (32.0f64 / 9.0).sqrt()) / 2.0;
        assert!((rmse - by_hand).abs() < 1e-12);
    }

    #[test]
    fn equal_settings_share_their_data() {
        let cache = PreparedCache::<f32>::default();
        let (a, b) = (
            cache.get(&recipe(halves())).unwrap(),
            cache.get(&recipe(halves())).unwrap(),
        );
        assert!(Arc::ptr_eq(&a, &b));
    }
}
