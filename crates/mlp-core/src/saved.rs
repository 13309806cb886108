//! Models from the bytes of safetensors files, including those that the `mlp` command trained, and
//! back into such bytes.
//!
//! With the feature `safetensors`. This crate opens no file: pass it the bytes, read at run time or
//! with `include_bytes!`.

mod layer;
mod writing;

use ndarray::{Array2, ArrayView2};
use safetensors::{Dtype, SafeTensors};
use serde::{Deserialize, Serialize};

pub use self::layer::SavedLayer;
use crate::{Architecture, Error, Loss, Network, Outputs, Scalar, TensorPlace};

/// A trained network with everything needed to use it on rows in original units.
///
/// ```no_run
/// use mlp_core::SavedModel;
/// let bytes = std::fs::read("runs/train-iris-001/model.safetensors")?;
/// let model = SavedModel::<f32>::from_bytes(&bytes)?;
/// let probabilities = model.predict(ndarray::array![[5.1, 3.5, 1.4, 0.2]].view())?;
/// println!("{:?}: {probabilities}", model.answers);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct SavedModel<T> {
    /// The network, which expects scaled inputs.
    pub network: Network<T>,
    /// The loss that it was trained with.
    pub loss: Loss,
    /// Names of the inputs, in order.
    pub features: Vec<String>,
    /// The scaling of the inputs.
    pub feature_scaling: Scaling,
    /// The meaning of the outputs.
    pub answers: SavedOutputs,
}

/// A scaling, column by column: `scaled = (value - offset) / factor`; of the value's logarithm where there is a transform.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Scaling {
    /// What is subtracted.
    pub offset: Vec<f64>,
    /// The divisor.
    pub factor: Vec<f64>,
    /// What was taken of targets before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transform: Option<TargetLogarithm>,
}

/// A logarithm that targets were trained on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum TargetLogarithm {
    /// `ln(y)`.
    #[serde(rename = "log")]
    Log,
    /// `ln(1 + y)`.
    #[serde(rename = "log1p")]
    Log1p,
}

/// The meaning of the outputs of a saved model.
#[derive(Clone, Debug, PartialEq)]
pub enum SavedOutputs {
    /// Classes, by name, in the order of their probabilities.
    Classes(Vec<String>),
    /// Labels, by name, each yes or no independently.
    Labels(Vec<String>),
    /// Numbers, by name, and their scaling.
    Values {
        /// The outputs' names.
        names: Vec<String>,
        /// The scaling of the targets.
        scaling: Scaling,
    },
}

/// The key of the metadata, and the part of its content that is needed here.
const KEY: &str = "mlp";

/// The version of the metadata's layout.
const FORMAT: u32 = 1;

#[derive(Deserialize)]
struct Metadata {
    inputs: usize,
    layers: Vec<SavedLayer>,
    loss: String,
    features: Vec<String>,
    feature_scaling: Scaling,
    classes: Option<Vec<String>>,
    outputs: Option<Vec<String>>,
    target_scaling: Option<Scaling>,
    checksum: String,
}

#[derive(Deserialize)]
struct Version {
    format: u32,
}

fn bad(reason: impl std::fmt::Display) -> Error {
    Error::BadModel {
        reason: reason.to_string(),
    }
}

impl<T: Scalar> SavedModel<T> {
    /// Reads the bytes of a model file. Parameters of the other precision are widened exactly
    /// or rounded.
    ///
    /// # Errors
    /// [`Error::BadModel`] where they are damaged, or not a model of the `mlp` command.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(bad)?;
        let tensors = SafeTensors::deserialize(bytes).map_err(bad)?;
        let metadata = header.metadata().as_ref();
        let json = metadata
            .and_then(|metadata| metadata.get(KEY))
            .ok_or_else(|| bad("it has no metadata written by the mlp command"))?;
        let version: Version = serde_json::from_str(json).map_err(bad)?;
        if version.format != FORMAT {
            return Err(bad(format!(
                "its format is {}, not {FORMAT}",
                version.format
            )));
        }
        let metadata: Metadata = serde_json::from_str(json).map_err(bad)?;
        let architecture = SavedLayer::architecture(metadata.inputs, &metadata.layers)?;
        let (parameters, statistics) = numbers(&architecture, &tensors)?;
        if checksum(json, &metadata.checksum, &architecture, &tensors) != metadata.checksum {
            return Err(bad("its checksum does not match its content"));
        }
        let network = Network::new(architecture, parameters)?.with_statistics(statistics)?;
        let loss: Loss = metadata.loss.parse()?;
        let answers = match (metadata.classes, metadata.outputs, metadata.target_scaling) {
            (Some(classes), None, None) => SavedOutputs::Classes(classes),
            (None, Some(names), None) => SavedOutputs::Labels(names),
            (None, Some(names), Some(scaling)) => SavedOutputs::Values { names, scaling },
            _ => return Err(bad("it must name either classes or outputs")),
        };
        let model = Self {
            network,
            loss,
            features: metadata.features,
            feature_scaling: metadata.feature_scaling,
            answers,
        };
        model.check()?;
        Ok(model)
    }

    /// Refuses names and scalings whose numbers differ from the network's.
    fn check(&self) -> Result<(), Error> {
        let architecture = self.network.architecture();
        let (inputs, outputs) = (architecture.inputs, architecture.outputs());
        let count = |scaling: &Scaling, columns| {
            scaling.offset.len() == columns && scaling.factor.len() == columns
        };
        let fit = count(&self.feature_scaling, inputs)
            && self.features.len() == inputs
            && match &self.answers {
                SavedOutputs::Classes(names) if outputs == 1 => names.len() == 2,
                SavedOutputs::Classes(names) | SavedOutputs::Labels(names) => {
                    names.len() == outputs
                }
                SavedOutputs::Values { names, scaling } => {
                    names.len() == outputs && count(scaling, outputs)
                }
            };
        match fit {
            true => Ok(()),
            false => Err(bad("its names and scalings do not match its network")),
        }
    }

    /// The model's predictions for `rows` in original units, `[samples, features]`: the probabilities of
    /// the classes, `[samples, classes]` (with a loss without probabilities, their scores), those of the labels,
    /// `[samples, labels]`, or numbers in original units, `[samples, outputs]`.
    ///
    /// Where the inputs were computed from two features, the rows must contain the computed ones.
    ///
    /// # Errors
    /// [`Error::FeatureMismatch`].
    pub fn predict(&self, rows: ArrayView2<'_, f64>) -> Result<Array2<f64>, Error> {
        let architecture = self.network.architecture();
        if rows.ncols() != architecture.inputs {
            return Err(Error::FeatureMismatch {
                found: rows.ncols(),
                expected: architecture.inputs,
                architecture: architecture.to_string(),
            });
        }
        let Scaling { offset, factor, .. } = &self.feature_scaling;
        let inputs = Array2::from_shape_fn(rows.dim(), |(row, column)| {
            T::from_f64((rows[[row, column]] - offset[column]) / factor[column])
        });
        let kind = self.loss.outputs();
        let single = architecture.outputs() == 1;
        match &self.answers {
            SavedOutputs::Classes(_) if !self.loss.gives_probabilities() => {
                let scores = self.network.forward(inputs.view())?.mapv(T::to_f64);
                Ok(match single {
                    true => ndarray::concatenate![ndarray::Axis(1), -&scores, scores],
                    false => scores,
                })
            }
            SavedOutputs::Classes(_) => {
                self.network.predict_probabilities(inputs.view(), self.loss)
            }
            SavedOutputs::Labels(_) => {
                let logits = self.network.forward(inputs.view())?.mapv(T::to_f64);
                Ok(logits.mapv(crate::math::sigmoid))
            }
            SavedOutputs::Values { scaling, .. } => {
                let mut outputs = match kind {
                    // Such a network outputs the logit of a fraction.
                    Outputs::Logits => {
                        let logits = self.network.forward(inputs.view())?.mapv(T::to_f64);
                        logits.mapv(crate::math::sigmoid)
                    }
                    _ => self.network.predict_values(inputs.view(), self.loss)?,
                };
                for mut row in outputs.rows_mut() {
                    for (column, value) in row.iter_mut().enumerate() {
                        *value = *value * scaling.factor[column] + scaling.offset[column];
                        *value = match scaling.transform {
                            None => *value,
                            Some(TargetLogarithm::Log) => crate::math::exp(*value),
                            Some(TargetLogarithm::Log1p) => crate::math::expm1(*value),
                        };
                    }
                }
                Ok(outputs)
            }
        }
    }
}

/// The parameters and the running statistics; exactly the needed tensors must be present, with their shapes.
fn numbers<T: Scalar>(
    architecture: &Architecture,
    tensors: &SafeTensors<'_>,
) -> Result<(Vec<T>, Vec<T>), Error> {
    let wanted = architecture.tensors();
    if wanted.len() != tensors.len() {
        return Err(bad(format!(
            "it has {} tensors, and the network needs {}",
            tensors.len(),
            wanted.len()
        )));
    }
    let (mut parameters, mut statistics) = (Vec::new(), Vec::new());
    for part in wanted {
        let into = match part.place {
            TensorPlace::Parameters(_) => &mut parameters,
            TensorPlace::Statistics(_) => &mut statistics,
        };
        let tensor = tensors.tensor(&part.name).map_err(bad)?;
        if tensor.shape() != part.shape {
            return Err(bad(format!(
                "tensor {} is {:?}, and the network needs {:?}",
                part.name,
                tensor.shape(),
                part.shape
            )));
        }
        match tensor.dtype() {
            Dtype::F32 => {
                let (numbers, _) = tensor.data().as_chunks();
                let numbers = numbers
                    .iter()
                    .map(|bytes| f32::from_le_bytes(*bytes).into());
                into.extend(numbers.map(T::from_f64));
            }
            Dtype::F64 => {
                let (numbers, _) = tensor.data().as_chunks();
                let numbers = numbers.iter().map(|bytes| f64::from_le_bytes(*bytes));
                into.extend(numbers.map(T::from_f64));
            }
            other => return Err(bad(format!("tensor {} is {other:?}", part.name))),
        }
    }
    Ok((parameters, statistics))
}

/// BLAKE3 of the metadata with an empty checksum, then of the tensors layer by layer.
fn checksum(
    json: &str,
    written: &str,
    architecture: &Architecture,
    tensors: &SafeTensors<'_>,
) -> String {
    let field = |checksum: &str| format!("\"checksum\":\"{checksum}\"");
    let unsigned = json.replacen(&field(written), &field(""), 1);
    let parts = architecture.tensors().into_iter();
    let parts = parts.filter_map(|part| Some(tensors.tensor(&part.name).ok()?.data()));
    checksum_of(&unsigned, parts)
}

fn checksum_of<'a>(unsigned: &str, tensors: impl Iterator<Item = &'a [u8]>) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(unsigned.as_bytes());
    for bytes in tensors {
        hasher.update(bytes);
    }
    hasher.finalize().to_hex().to_string()
}
