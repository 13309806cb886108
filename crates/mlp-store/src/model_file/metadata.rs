//! Everything of a model but its parameters, as the JSON in model files.

use mlp_core::{Architecture, Loss, Outputs, SavedLayer};
use mlp_data::{
    Expansion,
    table::{OneHot, TableFormat},
};
use serde::{Deserialize, Serialize};

use super::{
    fold::FoldDto,
    scaling::{ImputationDto, ScalingDto},
};
use mlp_train::Precision;
use mlp_train::{
    AnyNetwork, Intervals, Model, ModelOrigin, ModelParts, OutputMeaning, Weighting,
    storing::{Tensor, member},
};

/// The version of the metadata's layout.
const FORMAT: u32 = 1;

/// The task of multilabel models.
const MULTILABEL: &str = "multilabel";

/// The error for a file whose checksum does not match.
pub(crate) const DAMAGED: &str = "it is damaged: its checksum does not match its content";

/// Everything of a model but its parameters.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Metadata {
    format: u32,
    engine: String,
    task: String,
    data: String,
    inputs: usize,
    layers: Vec<SavedLayer>,
    /// The layers of the further networks of an ensemble.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    members: Vec<Vec<SavedLayer>>,
    precision: String,
    loss: String,
    loss_scale: f64,
    #[serde(default, skip_serializing_if = "is_zero")]
    label_smoothing: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    class_weights: Option<Vec<f64>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    positive_weights: Option<Vec<f64>>,
    features: Vec<String>,
    expansion: Option<String>,
    /// Fill values of missing features; absent where none may be missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    imputation: Option<ImputationDto>,
    /// Columns of categories that became several features each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    categories: Vec<CategoriesDto>,
    feature_scaling: ScalingDto,
    classes: Option<Vec<String>>,
    outputs: Option<Vec<String>>,
    target_scaling: Option<ScalingDto>,
    /// The probability above which the second of two classes is predicted; absent for the more likely one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    threshold: Option<f64>,
    /// What prediction intervals come from: a network for each fold of the training rows; absent where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    interval_folds: Vec<FoldDto>,
    target_columns: Vec<String>,
    /// The format of the text table; absent for other data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    table: Option<TableDto>,
    /// Columns of the table that were left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    left_out: Vec<String>,
    recipe: RecipeDto,
    /// BLAKE3 of this JSON with an empty checksum, then of the tensors layer by layer.
    pub(crate) checksum: String,
}

#[derive(Clone, Serialize, Deserialize)]
struct CategoriesDto {
    column: String,
    categories: Vec<String>,
    /// Whether rare ones became one of these.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pooled: bool,
    /// Those that no training row has; absent in files of earlier versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    untrained: Vec<String>,
}

#[derive(Clone, Serialize, Deserialize)]
struct RecipeDto {
    seed: u64,
    steps: u64,
    /// Absent where the training has ended, as in files of earlier versions.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    unfinished: bool,
    experiment: String,
}

/// The format of a text table, in the words of options.
#[derive(Clone, Serialize, Deserialize)]
struct TableDto {
    header: Option<bool>,
    delimiter: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    decimal: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    thousands: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dates: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    missing_words: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    units: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    text: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    date_columns: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    boolean_columns: Vec<String>,
    unit_columns: Vec<(String, Vec<String>)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    whole_columns: Vec<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    date_marks: String,
}

impl From<&TableFormat> for TableDto {
    fn from(format: &TableFormat) -> Self {
        Self {
            header: format.header,
            delimiter: word(format.delimiter),
            comment: format.comment.clone(),
            decimal: word(format.decimal),
            thousands: word(format.thousands),
            dates: word(format.dates),
            missing_words: format.missing_words.clone(),
            units: format.units.clone(),
            text: format.text.clone(),
            date_columns: format.date_columns.clone(),
            boolean_columns: format.boolean_columns.clone(),
            unit_columns: format.unit_columns.clone(),
            whole_columns: format.whole_columns.clone(),
            date_marks: format.date_marks.clone(),
        }
    }
}

impl TableDto {
    fn format(self) -> Result<TableFormat, String> {
        Ok(TableFormat {
            header: self.header,
            delimiter: parsed(self.delimiter)?,
            comment: self.comment,
            decimal: parsed(self.decimal)?,
            thousands: parsed(self.thousands)?,
            dates: parsed(self.dates)?,
            missing_words: self.missing_words,
            units: self.units,
            text: self.text,
            date_columns: self.date_columns,
            boolean_columns: self.boolean_columns,
            unit_columns: self.unit_columns,
            whole_columns: self.whole_columns,
            date_marks: self.date_marks,
        })
    }
}

fn word(what: Option<impl std::fmt::Display>) -> Option<String> {
    what.map(|what| what.to_string())
}

fn parsed<T: std::str::FromStr<Err = mlp_data::Error>>(
    word: Option<String>,
) -> Result<Option<T>, String> {
    word.map(|word| word.parse().map_err(text)).transpose()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_zero(number: &f64) -> bool {
    *number == 0.0
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// The networks of an ensemble, whose tensors have names of their own.
fn members_of(
    architectures: Vec<Architecture>,
    precision: Precision,
    tensors: &[Tensor],
) -> Result<Vec<AnyNetwork>, String> {
    let mut taken = 0;
    let mut networks = Vec::with_capacity(architectures.len());
    let outputs = architectures.first().map(Architecture::outputs);
    for (index, architecture) in architectures.into_iter().enumerate() {
        if Some(architecture.outputs()) != outputs {
            return Err("its networks have different numbers of outputs".to_owned());
        }
        let prefix = member(index);
        let own = tensors.iter().filter_map(|tensor| {
            let name = tensor.name.strip_prefix(&prefix)?;
            Some(Tensor {
                name: name.to_owned(),
                ..tensor.clone()
            })
        });
        let own: Vec<Tensor> = own.collect();
        taken += own.len();
        networks.push(AnyNetwork::from_tensors(architecture, precision, &own)?);
    }
    match taken == tensors.len() {
        true => Ok(networks),
        false => Err(format!(
            "it has {} tensors, and its networks need {taken}",
            tensors.len()
        )),
    }
}

impl Metadata {
    /// The metadata of a model.
    pub(crate) fn of(model: &Model) -> Self {
        let model = model.parts();
        let (classes, outputs, target_scaling) = match &model.answers {
            OutputMeaning::Classes(names) => (Some(names.clone()), None, None),
            OutputMeaning::Labels(names) => (None, Some(names.clone()), None),
            OutputMeaning::Values { names, scaler } => {
                (None, Some(names.clone()), Some(scaler.into()))
            }
        };
        let architecture = model.network.architecture();
        Self {
            format: FORMAT,
            engine: model.origin.engine.clone(),
            task: match &model.answers {
                OutputMeaning::Classes(_) => "classification",
                OutputMeaning::Labels(_) => MULTILABEL,
                OutputMeaning::Values { .. } => "regression",
            }
            .to_owned(),
            data: model.data.clone(),
            inputs: architecture.inputs,
            layers: SavedLayer::of(architecture),
            members: (model.members.iter())
                .map(|network| SavedLayer::of(network.architecture()))
                .collect(),
            precision: model.network.precision().to_string(),
            loss: model.loss.to_string(),
            loss_scale: model.loss_scale,
            label_smoothing: model.weighting.label_smoothing,
            class_weights: model.weighting.class_weights.clone(),
            positive_weights: model.weighting.positive_weights.clone(),
            features: model.features.clone(),
            expansion: model.expansion.as_ref().map(ToString::to_string),
            imputation: model.imputer.as_ref().map(ImputationDto::from),
            categories: model
                .one_hot
                .iter()
                .map(|known| CategoriesDto {
                    column: known.column.clone(),
                    categories: known.categories.clone(),
                    pooled: known.pooled,
                    untrained: known.untrained.clone(),
                })
                .collect(),
            feature_scaling: (&model.feature_scaler).into(),
            classes,
            outputs,
            target_scaling,
            threshold: model.threshold,
            interval_folds: (model.intervals.iter())
                .flat_map(|intervals| intervals.folds.iter().map(FoldDto::of))
                .collect(),
            target_columns: model.target_columns.clone(),
            table: model.table_format.as_ref().map(TableDto::from),
            left_out: model.left_out.clone(),
            recipe: RecipeDto {
                seed: model.origin.seed,
                steps: model.origin.steps,
                unfinished: model.origin.unfinished,
                experiment: model.origin.experiment.clone(),
            },
            checksum: String::new(),
        }
    }

    /// With the checksum of itself and these tensors.
    pub(crate) fn signed(mut self, tensors: &[Tensor]) -> Self {
        self.checksum = String::new();
        self.checksum = checksum(&self.to_json(), tensors);
        self
    }

    /// As the JSON in a file.
    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("numbers and words are JSON")
    }

    /// Reads the JSON.
    ///
    /// # Errors
    /// What is wrong with it, for instance another layout.
    pub(crate) fn from_json(json: &str) -> Result<Self, String> {
        // The layout is checked first.
        #[derive(Deserialize)]
        struct Version {
            format: u32,
        }
        let version: Version = serde_json::from_str(json).map_err(text)?;
        if version.format != FORMAT {
            return Err(format!(
                "its format is {}, and this program reads format {FORMAT}",
                version.format
            ));
        }
        serde_json::from_str(json).map_err(text)
    }

    /// The precision of the parameters.
    ///
    /// # Errors
    /// A word other than `f32` or `f64`.
    pub(crate) fn precision(&self) -> Result<Precision, String> {
        self.precision.parse().map_err(|()| {
            format!(
                "its precision \"{}\" is neither f32 nor f64",
                self.precision
            )
        })
    }
}

/// The model from a file's metadata and tensors, with its checksum verified.
///
/// # Errors
/// What is wrong with them.
pub(crate) fn assemble(json: &str, tensors: &[Tensor]) -> Result<Model, String> {
    let metadata = Metadata::from_json(json)?;
    let written = metadata.checksum.clone();
    let model = metadata.model(tensors)?;
    let unsigned = json.replacen(
        &format!("\"checksum\":\"{written}\""),
        "\"checksum\":\"\"",
        1,
    );
    if checksum(&unsigned, &model.tensors()) != written {
        return Err(DAMAGED.to_owned());
    }
    Ok(model)
}

/// The checksum that detects a damaged file: one flipped bit of a weight is still a number.
/// BLAKE3 of `text`, then of the tensors' bytes.
pub(super) fn checksum(text: &str, tensors: &[Tensor]) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(text.as_bytes());
    for tensor in tensors {
        hasher.update(&tensor.numbers.to_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

impl Metadata {
    /// The model with these tensors.
    ///
    /// # Errors
    /// What does not match.
    pub(crate) fn model(self, tensors: &[Tensor]) -> Result<Model, String> {
        let precision = self.precision()?;
        let first = SavedLayer::architecture(self.inputs, &self.layers).map_err(text)?;
        let (network, members) = match self.members.is_empty() {
            true => (
                AnyNetwork::from_tensors(first, precision, tensors)?,
                Vec::new(),
            ),
            false => {
                let others = self.members.iter();
                let others = others
                    .map(|layers| SavedLayer::architecture(self.inputs, layers).map_err(text));
                let others = others.collect::<Result<Vec<_>, _>>()?;
                let all = std::iter::once(first).chain(others).collect();
                let mut networks = members_of(all, precision, tensors)?;
                let others = networks.split_off(1);
                let first = networks.pop().ok_or("it has no network")?;
                (first, others)
            }
        };
        let outputs = network.architecture().outputs();
        let agree = |what: &str, found: usize, expected: usize| match found == expected {
            true => Ok(()),
            false => Err(format!(
                "it names {found} {what}, but the network has {expected}"
            )),
        };
        agree("features", self.features.len(), self.inputs)?;
        let loss: Loss = self.loss.parse().map_err(text)?;
        let answers = match (self.classes, self.outputs, self.target_scaling) {
            (Some(classes), None, None) => {
                let single =
                    outputs == 1 && matches!(loss.outputs(), Outputs::Logits | Outputs::Scores);
                agree("classes", classes.len(), if single { 2 } else { outputs })?;
                OutputMeaning::Classes(classes)
            }
            (None, Some(names), None) if self.task == MULTILABEL => {
                agree("labels", names.len(), outputs)?;
                OutputMeaning::Labels(names)
            }
            (None, Some(names), Some(scaling)) => {
                agree("outputs", names.len(), outputs)?;
                OutputMeaning::Values {
                    names,
                    scaler: scaling.scaler(outputs)?,
                }
            }
            _ => return Err("it must name either classes or outputs".to_owned()),
        };
        if let Some(threshold) = self.threshold {
            let two = matches!(&answers, OutputMeaning::Classes(names) if names.len() == 2);
            if !(two && loss.gives_probabilities() && threshold > 0.0 && threshold < 1.0) {
                return Err(format!(
                    "its threshold is {threshold}; it must be above 0 and below 1, and only a model of two classes with probabilities has one"
                ));
            }
        }
        if !(self.loss_scale.is_finite() && self.loss_scale > 0.0) {
            return Err(format!("its loss scale is {}", self.loss_scale));
        }
        let imputer = (self.imputation.map(|stored| stored.imputer(self.inputs))).transpose()?;
        let folds = self.interval_folds.into_iter();
        let folds = folds
            .map(|stored| stored.fold(&network, self.inputs))
            .collect::<Result<Vec<_>, String>>()?;
        if !folds.is_empty() && !matches!(answers, OutputMeaning::Values { .. }) {
            return Err("it has prediction intervals, and predicts no numbers".to_owned());
        }
        let one_hot = self.categories.into_iter().map(|stored| OneHot {
            column: stored.column,
            categories: stored.categories,
            pooled: stored.pooled,
            untrained: stored.untrained,
        });
        Ok(Model::from_parts(ModelParts {
            one_hot: one_hot.collect(),
            imputer,
            network,
            members,
            loss,
            loss_scale: self.loss_scale,
            weighting: Weighting {
                label_smoothing: self.label_smoothing,
                class_weights: self.class_weights,
                positive_weights: self.positive_weights,
            },
            data: self.data,
            feature_scaler: self.feature_scaling.scaler(self.features.len())?,
            features: self.features,
            expansion: self
                .expansion
                .map(|names| names.parse::<Expansion>().map_err(text))
                .transpose()?,
            answers,
            threshold: self.threshold,
            intervals: (!folds.is_empty()).then_some(Intervals { folds }),
            target_columns: self.target_columns,
            table_format: self.table.map(TableDto::format).transpose()?,
            left_out: self.left_out,
            origin: ModelOrigin {
                engine: self.engine,
                seed: self.recipe.seed,
                steps: self.recipe.steps,
                unfinished: self.recipe.unfinished,
                experiment: self.recipe.experiment,
            },
        }))
    }
}
