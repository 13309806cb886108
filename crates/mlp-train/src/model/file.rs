//! The model file: safetensors with PyTorch's names, and all the rest as JSON in its metadata.

use std::{collections::HashMap, fs::File, io::Read, ops::Range, path::Path};

use mlp_core::{Architecture, LayerSpec, Network, Normalization, Scalar};
use mlp_data::{Expansion, Imputer, ScaleKind, Scaler, table::OneHot};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use serde::{Deserialize, Serialize};

use super::{Answers, AnyNetwork, Model, Origin};
use crate::{error::Error, precision::Precision, whole_file::WholeFile};

/// The only key of the metadata. One key, because a file's keys come in no fixed order.
const KEY: &str = "mlp";

/// The version of the metadata's layout.
const FORMAT: u32 = 1;

/// The longest header that is read.
const HEADER_LIMIT: u64 = 100_000_000;

#[derive(Serialize, Deserialize)]
struct Metadata {
    format: u32,
    engine: String,
    task: String,
    data: String,
    inputs: usize,
    layers: Vec<LayerDto>,
    precision: String,
    loss: String,
    loss_scale: f64,
    features: Vec<String>,
    expansion: Option<String>,
    /// What stands in for missing features; absent where none may be missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    imputation: Option<ImputationDto>,
    /// Columns of categories that are several features each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    categories: Vec<CategoriesDto>,
    feature_scaling: ScalingDto,
    classes: Option<Vec<String>>,
    outputs: Option<Vec<String>>,
    target_scaling: Option<ScalingDto>,
    target_columns: Vec<String>,
    recipe: RecipeDto,
    /// BLAKE3 of this JSON with an empty checksum, then of the tensors layer by layer.
    checksum: String,
}

#[derive(Serialize, Deserialize)]
struct LayerDto {
    outputs: usize,
    activation: String,
    bias: bool,
    scale: f64,
    /// Left out where there is none, as in files of before there was any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    normalization: Option<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    skip: bool,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn is_false(flag: &bool) -> bool {
    !flag
}

#[derive(Serialize, Deserialize)]
struct ScalingDto {
    kind: String,
    offset: Vec<f64>,
    factor: Vec<f64>,
}

#[derive(Serialize, Deserialize)]
struct ImputationDto {
    kind: String,
    fill: Vec<f64>,
}

#[derive(Serialize, Deserialize)]
struct CategoriesDto {
    column: String,
    categories: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct RecipeDto {
    seed: u64,
    steps: u64,
    experiment: String,
}

impl From<&Scaler> for ScalingDto {
    fn from(scaler: &Scaler) -> Self {
        Self {
            kind: scaler.kind().to_string(),
            offset: scaler.offset().to_vec(),
            factor: scaler.factor().to_vec(),
        }
    }
}

impl ScalingDto {
    fn scaler(self, columns: usize) -> Result<Scaler, String> {
        let kind: ScaleKind = self.kind.parse().map_err(text)?;
        let scaler = Scaler::from_parts(kind, self.offset, self.factor).map_err(text)?;
        match scaler.columns() == columns {
            true => Ok(scaler),
            false => Err(format!(
                "it scales {} columns, and there are {columns}",
                scaler.columns()
            )),
        }
    }
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

impl Model {
    /// The model as the bytes of a safetensors file: tensors `layers.0.weight` `[out, in]`,
    /// `layers.0.bias` and so on, as PyTorch names them in a list `layers`; those of a normalisation
    /// after layer 0 are `norms.0.weight`, `norms.0.bias`, `norms.0.running_mean` and
    /// `norms.0.running_var`.
    pub fn to_bytes(&self) -> Vec<u8> {
        let (classes, outputs, target_scaling) = match &self.answers {
            Answers::Classes(names) => (Some(names.clone()), None, None),
            Answers::Values { names, scaler } => (None, Some(names.clone()), Some(scaler.into())),
        };
        let architecture = self.network.architecture();
        let mut metadata = Metadata {
            format: FORMAT,
            engine: self.origin.engine.clone(),
            task: if classes.is_some() {
                "classification"
            } else {
                "regression"
            }
            .to_owned(),
            data: self.data.clone(),
            inputs: architecture.inputs,
            layers: architecture
                .layers
                .iter()
                .map(|layer| LayerDto {
                    outputs: layer.outputs,
                    activation: layer.activation.to_string(),
                    bias: layer.bias,
                    scale: layer.scale,
                    normalization: (layer.normalization != Normalization::None)
                        .then(|| layer.normalization.to_string()),
                    skip: layer.skip,
                })
                .collect(),
            precision: self.network.precision().to_string(),
            loss: self.loss.to_string(),
            loss_scale: self.loss_scale,
            features: self.features.clone(),
            expansion: self.expansion.as_ref().map(ToString::to_string),
            imputation: self.imputer.as_ref().map(|imputer| ImputationDto {
                kind: imputer.kind().to_string(),
                fill: imputer.fill().to_vec(),
            }),
            categories: self
                .one_hot
                .iter()
                .map(|known| CategoriesDto {
                    column: known.column.clone(),
                    categories: known.categories.clone(),
                })
                .collect(),
            feature_scaling: (&self.feature_scaler).into(),
            classes,
            outputs,
            target_scaling,
            target_columns: self.target_columns.clone(),
            recipe: RecipeDto {
                seed: self.origin.seed,
                steps: self.origin.steps,
                experiment: self.origin.experiment.clone(),
            },
            checksum: String::new(),
        };
        let bytes = tensors_of(&self.network);
        let views = bytes.iter().map(|(name, dtype, shape, bytes)| {
            let view =
                TensorView::new(*dtype, shape.clone(), bytes).expect("shape and bytes agree");
            (name.as_str(), view)
        });
        let to_json = |metadata: &Metadata| {
            serde_json::to_string(metadata).expect("numbers and words are JSON")
        };
        metadata.checksum = checksum(&to_json(&metadata), &bytes);
        let json = to_json(&metadata);
        let metadata = HashMap::from([(KEY.to_owned(), json)]);
        safetensors::serialize(views, Some(metadata)).expect("a model's header is short")
    }

    /// Writes the model file, whole or not at all.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        WholeFile::write(path, &self.to_bytes())
    }

    /// Reads a model file.
    ///
    /// # Errors
    /// [`Error::Read`]; [`Error::Corrupt`] where it is damaged, or is no model of this program.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let read = |source| Error::Read {
            path: path.to_owned(),
            source,
        };
        let corrupt = |reason| Error::Corrupt {
            path: path.to_owned(),
            what: "model file",
            reason,
        };
        let mut file = File::open(path).map_err(read)?;
        let length = file.metadata().map_err(read)?.len();
        // A foreign file is turned away by its first bytes, however long it is.
        let mut start = Vec::new();
        (&mut file).take(8).read_to_end(&mut start).map_err(read)?;
        let Ok(header) = <[u8; 8]>::try_from(start.as_slice()).map(u64::from_le_bytes) else {
            return Err(corrupt(format!(
                "it has {length} bytes, too few for a header"
            )));
        };
        if header > HEADER_LIMIT || header > length.saturating_sub(8) {
            return Err(corrupt(
                "its header does not fit in it, so it is cut short or no safetensors file"
                    .to_owned(),
            ));
        }
        let mut bytes = start;
        file.read_to_end(&mut bytes).map_err(read)?;
        Self::from_bytes(&bytes).map_err(corrupt)
    }

    /// Reads the bytes of a model file.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(text)?;
        let tensors = SafeTensors::deserialize(bytes).map_err(text)?;
        let json = header
            .metadata()
            .as_ref()
            .and_then(|metadata| metadata.get(KEY));
        let json = json.ok_or(
            "it has tensors but no metadata of this program; was it written by another one?",
        )?;
        // The layout is checked before the rest is believed.
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
        let metadata: Metadata = serde_json::from_str(json).map_err(text)?;
        let written = metadata.checksum.clone();
        let model = metadata.model(&tensors)?;
        let unsigned = json.replacen(
            &format!("\"checksum\":\"{written}\""),
            "\"checksum\":\"\"",
            1,
        );
        if checksum(&unsigned, &tensors_of(&model.network)) != written {
            return Err("it is damaged: its checksum is not that of what it holds".to_owned());
        }
        Ok(model)
    }
}

impl Metadata {
    fn model(self, tensors: &SafeTensors<'_>) -> Result<Model, String> {
        let layers = self.layers.into_iter().map(|layer| {
            let activation = layer.activation.parse().map_err(text)?;
            let normalization = layer.normalization.as_deref().unwrap_or("none");
            Ok(LayerSpec {
                outputs: layer.outputs,
                activation,
                bias: layer.bias,
                scale: layer.scale,
                normalization: normalization.parse().map_err(text)?,
                skip: layer.skip,
            })
        });
        let architecture = Architecture {
            inputs: self.inputs,
            layers: layers.collect::<Result<_, String>>()?,
        };
        architecture.validate().map_err(text)?;
        let precision: Precision = self.precision.parse().map_err(|()| {
            format!(
                "its precision \"{}\" is neither f32 nor f64",
                self.precision
            )
        })?;
        let network = match precision {
            Precision::F32 => AnyNetwork::F32(network(
                architecture,
                tensors,
                Dtype::F32,
                f32::from_le_bytes,
            )?),
            Precision::F64 => AnyNetwork::F64(network(
                architecture,
                tensors,
                Dtype::F64,
                f64::from_le_bytes,
            )?),
        };
        let outputs = network.architecture().outputs();
        let agree = |what: &str, found: usize, expected: usize| match found == expected {
            true => Ok(()),
            false => Err(format!(
                "it names {found} {what}, and the network has {expected}"
            )),
        };
        agree("features", self.features.len(), self.inputs)?;
        let loss = self.loss.parse().map_err(text)?;
        let answers = match (self.classes, self.outputs, self.target_scaling) {
            (Some(classes), None, None) => {
                let binary = loss == mlp_core::Loss::BinaryCrossEntropy;
                agree(
                    "classes",
                    classes.len(),
                    if binary { outputs + 1 } else { outputs },
                )?;
                Answers::Classes(classes)
            }
            (None, Some(names), Some(scaling)) => {
                agree("outputs", names.len(), outputs)?;
                Answers::Values {
                    names,
                    scaler: scaling.scaler(outputs)?,
                }
            }
            _ => return Err("it names neither classes nor outputs, or both".to_owned()),
        };
        if !(self.loss_scale.is_finite() && self.loss_scale > 0.0) {
            return Err(format!("its loss scale is {}", self.loss_scale));
        }
        let imputer = match self.imputation {
            None => None,
            Some(stored) => {
                let kind = stored.kind.parse().map_err(text)?;
                let imputer = Imputer::from_parts(kind, stored.fill).map_err(text)?;
                agree(
                    "stand-ins for missing features",
                    imputer.columns(),
                    self.inputs,
                )?;
                Some(imputer)
            }
        };
        let one_hot = self.categories.into_iter().map(|stored| OneHot {
            column: stored.column,
            categories: stored.categories,
        });
        Ok(Model {
            one_hot: one_hot.collect(),
            imputer,
            network,
            loss,
            loss_scale: self.loss_scale,
            data: self.data,
            feature_scaler: self.feature_scaling.scaler(self.features.len())?,
            features: self.features,
            expansion: self
                .expansion
                .map(|names| names.parse::<Expansion>().map_err(text))
                .transpose()?,
            answers,
            target_columns: self.target_columns,
            origin: Origin {
                engine: self.engine,
                seed: self.recipe.seed,
                steps: self.recipe.steps,
                experiment: self.recipe.experiment,
            },
        })
    }
}

type Tensor = (String, Dtype, Vec<usize>, Vec<u8>);

/// The tensors of a network, layer by layer.
fn tensors_of(network: &AnyNetwork) -> Vec<Tensor> {
    match network {
        AnyNetwork::F32(network) => tensors(network, Dtype::F32, |v| v.to_le_bytes()),
        AnyNetwork::F64(network) => tensors(network, Dtype::F64, |v| v.to_le_bytes()),
    }
}

/// What tells a damaged file from a whole one: one flipped bit of a weight is still a number.
fn checksum(json: &str, tensors: &[Tensor]) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(json.as_bytes());
    for (_, _, _, bytes) in tensors {
        hasher.update(bytes);
    }
    hasher.finalize().to_hex().to_string()
}

/// Where a tensor of a network lies.
enum Place {
    Parameters(Range<usize>),
    Statistics(Range<usize>),
}

/// Name, shape and place of every tensor, layer by layer. A normalisation's are `norms.N.weight` (its
/// scale), `norms.N.bias` (its shift), `norms.N.running_mean` and `norms.N.running_var`, N being the
/// layer, so that a PyTorch module with the lists `layers` and `norms` loads them.
fn listed(architecture: &Architecture) -> Vec<(String, Vec<usize>, Place)> {
    let mut list = Vec::new();
    let mut statistics = architecture.statistics().into_iter().peekable();
    for (layer, range) in architecture.ranges().into_iter().enumerate() {
        let row = vec![range.outputs];
        let parameters = [
            (
                "layers",
                "weight",
                vec![range.outputs, range.inputs],
                range.weights,
            ),
            ("layers", "bias", row.clone(), range.biases),
            ("norms", "weight", row.clone(), range.scales),
            ("norms", "bias", row.clone(), range.shifts),
        ];
        for (kind, name, shape, range) in parameters {
            if !range.is_empty() {
                list.push((
                    format!("{kind}.{layer}.{name}"),
                    shape,
                    Place::Parameters(range),
                ));
            }
        }
        if let Some(running) = statistics.next_if(|running| running.layer == layer) {
            for (name, range) in [
                ("running_mean", running.means),
                ("running_var", running.variances),
            ] {
                let name = format!("norms.{layer}.{name}");
                list.push((name, row.clone(), Place::Statistics(range)));
            }
        }
    }
    list
}

fn tensors<T: Scalar, const N: usize>(
    network: &Network<T>,
    dtype: Dtype,
    bytes: impl Fn(T) -> [u8; N],
) -> Vec<Tensor> {
    let listed = listed(network.architecture()).into_iter();
    listed
        .map(|(name, shape, place)| {
            let numbers = match place {
                Place::Parameters(range) => &network.parameters()[range],
                Place::Statistics(range) => &network.statistics()[range],
            };
            let bytes = numbers.iter().flat_map(|&value| bytes(value)).collect();
            (name, dtype, shape, bytes)
        })
        .collect()
}

/// The network. Every tensor is there with its shape before memory is taken.
fn network<T: Scalar, const N: usize>(
    architecture: Architecture,
    tensors: &SafeTensors<'_>,
    dtype: Dtype,
    value: impl Fn([u8; N]) -> T,
) -> Result<Network<T>, String> {
    let mut views = Vec::new();
    for (name, shape, place) in listed(&architecture) {
        let view = tensors.tensor(&name).map_err(text)?;
        if view.shape() != shape || view.dtype() != dtype {
            let (found, has) = (view.shape().to_vec(), view.dtype());
            return Err(format!(
                "tensor {name} is {has:?} {found:?}, and the network needs {dtype:?} {shape:?}"
            ));
        }
        views.push((view, place));
    }
    if views.len() != tensors.len() {
        return Err(format!(
            "it has {} tensors, and the network needs {}",
            tensors.len(),
            views.len()
        ));
    }
    // In the order of the list both slices fill from the front.
    let (mut parameters, mut statistics) = (Vec::new(), Vec::new());
    for (view, place) in views {
        let (numbers, _) = view.data().as_chunks::<N>();
        let numbers = numbers.iter().map(|bytes| value(*bytes));
        match place {
            Place::Parameters(_) => parameters.extend(numbers),
            Place::Statistics(_) => statistics.extend(numbers),
        }
    }
    let network = Network::new(architecture, parameters).map_err(text)?;
    network.with_statistics(statistics).map_err(text)
}
