//! Networks and models as the bytes of safetensors files.

use std::collections::HashMap;

use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use serde::Serialize;

use super::{
    FORMAT, KEY, SavedLayer, SavedModel, SavedOutputs, Scaling, TargetLogarithm, bad, checksum_of,
    numbers,
};
use crate::{Architecture, ENGINE, Error, Loss, Network, Outputs, Scalar, TensorPlace};

/// The metadata: everything that the `mlp` command needs to use the model.
#[derive(Serialize)]
struct Written<'a> {
    format: u32,
    engine: &'a str,
    task: &'a str,
    data: &'a str,
    inputs: usize,
    layers: Vec<SavedLayer>,
    precision: &'a str,
    loss: String,
    loss_scale: f64,
    features: &'a [String],
    feature_scaling: WrittenScaling<'a>,
    classes: Option<&'a [String]>,
    outputs: Option<&'a [String]>,
    target_scaling: Option<WrittenScaling<'a>>,
    target_columns: &'a [String],
    recipe: Recipe<'a>,
    checksum: String,
}

#[derive(Serialize)]
struct WrittenScaling<'a> {
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    transform: Option<TargetLogarithm>,
    offset: &'a [f64],
    factor: &'a [f64],
}

#[derive(Serialize)]
struct Recipe<'a> {
    seed: u64,
    steps: u64,
    experiment: &'a str,
}

impl<'a> WrittenScaling<'a> {
    fn of(scaling: &'a Scaling) -> Self {
        let none = scaling.offset.iter().all(|&offset| offset == 0.0)
            && scaling.factor.iter().all(|&factor| factor == 1.0);
        Self {
            kind: if none { "none" } else { "standard" },
            transform: scaling.transform,
            offset: &scaling.offset,
            factor: &scaling.factor,
        }
    }
}

impl<T: Scalar> SavedModel<T> {
    /// A model that takes unscaled rows, and interprets the network's outputs by `loss`: as numbers `y1`,
    /// `y2`, ..., as labels of these names, or as the classes `0`, `1`, .... The features are `x1`, `x2`,
    /// ....
    ///
    /// ```
    /// use mlp_core::{Activation, Architecture, Loss, Network, SavedModel, ndarray::array};
    /// let line = Architecture::new(1).layer(1, Activation::Identity);
    /// let network = Network::new(line, vec![2.0, 1.0])?;
    /// let model = SavedModel::new(network, Loss::SquaredError);
    /// let bytes = model.to_bytes()?;
    /// let again = SavedModel::<f64>::from_bytes(&bytes)?;
    /// assert_eq!(again.predict(array![[0.5]].view())?, array![[2.0]]);
    /// # Ok::<(), mlp_core::Error>(())
    /// ```
    pub fn new(network: Network<T>, loss: Loss) -> Self {
        let architecture = network.architecture();
        let (inputs, outputs) = (architecture.inputs, architecture.outputs());
        let names = |letter: &str, count: usize| -> Vec<String> {
            (1..=count).map(|n| format!("{letter}{n}")).collect()
        };
        let none = |columns: usize| Scaling {
            offset: vec![0.0; columns],
            factor: vec![1.0; columns],
            transform: None,
        };
        let classes = |count: usize| (0..count).map(|class| class.to_string()).collect();
        let answers = match loss.outputs() {
            Outputs::Estimates | Outputs::LogEstimates => SavedOutputs::Values {
                names: names("y", outputs),
                scaling: none(outputs),
            },
            Outputs::Logits | Outputs::Scores if outputs == 1 => SavedOutputs::Classes(classes(2)),
            Outputs::Logits => SavedOutputs::Labels(names("y", outputs)),
            Outputs::ClassLogits | Outputs::Scores => SavedOutputs::Classes(classes(outputs)),
        };
        Self {
            features: names("x", inputs),
            feature_scaling: none(inputs),
            loss,
            answers,
            network,
        }
    }

    /// The bytes of a model file, for [`SavedModel::from_bytes`] and the `mlp` command.
    ///
    /// # Errors
    /// [`Error::BadModel`] where names and scalings do not match the network.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        self.check()?;
        let architecture = self.network.architecture();
        let (task, classes, outputs, target_scaling) = match &self.answers {
            SavedOutputs::Classes(names) => ("classification", Some(&names[..]), None, None),
            SavedOutputs::Labels(names) => ("multilabel", None, Some(&names[..]), None),
            SavedOutputs::Values { names, scaling } => {
                ("regression", None, Some(&names[..]), Some(scaling))
            }
        };
        let mut written = Written {
            format: FORMAT,
            engine: ENGINE,
            task,
            data: "",
            inputs: architecture.inputs,
            layers: SavedLayer::of(architecture),
            precision: T::NAME,
            loss: self.loss.to_string(),
            loss_scale: 1.0,
            features: &self.features,
            feature_scaling: WrittenScaling::of(&self.feature_scaling),
            classes,
            outputs,
            target_scaling: target_scaling.map(WrittenScaling::of),
            target_columns: outputs.unwrap_or_default(),
            recipe: Recipe {
                seed: 0,
                steps: 0,
                experiment: "",
            },
            checksum: String::new(),
        };
        let tensors = Tensors::of(&self.network);
        let numbers = tensors.parts.iter().map(|part| &part.bytes[..]);
        written.checksum = checksum_of(&json(&written)?, numbers);
        tensors.serialize(Some(json(&written)?))
    }
}

fn json(written: &Written<'_>) -> Result<String, Error> {
    serde_json::to_string(written).map_err(bad)
}

impl<T: Scalar> Network<T> {
    /// Its tensors as the bytes of a safetensors file, with PyTorch's names: weights, biases, and
    /// scales, shifts and running statistics of normalizations. The architecture is not included; a
    /// [`SavedModel`] contains everything.
    ///
    /// ```
    /// use mlp_core::{Activation, Architecture, Network};
    /// let line = Architecture::new(1).layer(1, Activation::Identity);
    /// let network = Network::new(line.clone(), vec![2.0f32, 1.0])?;
    /// let bytes = network.to_safetensors()?;
    /// assert_eq!(Network::from_safetensors(line, &bytes)?, network);
    /// # Ok::<(), mlp_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::BadModel`] for a network with too many layers for the format's header.
    pub fn to_safetensors(&self) -> Result<Vec<u8>, Error> {
        Tensors::of(self).serialize(None)
    }

    /// A network of this architecture with the tensors of a safetensors file. Parameters of the other
    /// precision are widened exactly or rounded.
    ///
    /// # Errors
    /// [`Error::BadModel`] where the bytes are damaged, or a tensor is missing, not needed or of another
    /// shape; an invalid architecture.
    pub fn from_safetensors(architecture: Architecture, bytes: &[u8]) -> Result<Self, Error> {
        architecture.validate()?;
        let tensors = SafeTensors::deserialize(bytes).map_err(bad)?;
        let (parameters, statistics) = numbers(&architecture, &tensors)?;
        Self::new(architecture, parameters)?.with_statistics(statistics)
    }
}

/// The tensors of a network as bytes, layer by layer.
struct Tensors {
    dtype: Dtype,
    parts: Vec<Part>,
}

struct Part {
    name: String,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

impl Tensors {
    fn of<T: Scalar>(network: &Network<T>) -> Self {
        let single = size_of::<T>() == size_of::<f32>();
        let bytes = |numbers: &[T]| -> Vec<u8> {
            let numbers = numbers.iter().map(|number| number.to_f64());
            match single {
                // Of numbers that were f32: nothing is rounded.
                true => numbers.flat_map(|x| (x as f32).to_le_bytes()).collect(),
                false => numbers.flat_map(f64::to_le_bytes).collect(),
            }
        };
        let parts = network.architecture().tensors().into_iter();
        Self {
            dtype: if single { Dtype::F32 } else { Dtype::F64 },
            parts: parts
                .map(|part| Part {
                    bytes: match part.place {
                        TensorPlace::Parameters(range) => bytes(&network.parameters()[range]),
                        TensorPlace::Statistics(range) => bytes(&network.statistics()[range]),
                    },
                    name: part.name,
                    shape: part.shape,
                })
                .collect(),
        }
    }

    fn serialize(&self, json: Option<String>) -> Result<Vec<u8>, Error> {
        let views = self.parts.iter().map(|part| {
            let view = TensorView::new(self.dtype, part.shape.clone(), &part.bytes);
            Ok((part.name.as_str(), view.map_err(bad)?))
        });
        let views: Vec<_> = views.collect::<Result<_, Error>>()?;
        let metadata = json.map(|json| HashMap::from([(KEY.to_owned(), json)]));
        safetensors::serialize(views, metadata).map_err(bad)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Activation, BatchNorm, LayerSpec, Normalization};

    fn network<T: Scalar>() -> Network<T> {
        let architecture = Architecture::new(2)
            .with(LayerSpec {
                normalization: Normalization::Batch(BatchNorm::default()),
                ..LayerSpec::new(3, Activation::Gelu)
            })
            .with(LayerSpec {
                skip: true,
                bias: false,
                scale: 0.5,
                ..LayerSpec::new(3, Activation::Tanh)
            })
            .layer(2, Activation::Identity);
        let count = architecture.parameter_count();
        let statistics = architecture.initial_statistics::<T>().len();
        let numbers = |count: usize| {
            let number = |n: usize| T::from_f64(1.0 / (n as f64 + 3.0));
            (0..count).map(number).collect::<Vec<T>>()
        };
        Network::new(architecture, numbers(count))
            .and_then(|network| network.with_statistics(numbers(statistics)))
            .unwrap()
    }

    fn comes_back<T: Scalar>() {
        let network = network::<T>();
        let architecture = network.architecture().clone();
        let bytes = network.to_safetensors().unwrap();
        let again = Network::from_safetensors(architecture, &bytes).unwrap();
        assert_eq!(again, network);
        for loss in Loss::ALL.concat() {
            let loss: Loss = loss.name.parse().unwrap();
            let model = SavedModel::new(network.clone(), loss);
            let bytes = model.to_bytes().unwrap();
            assert_eq!(SavedModel::from_bytes(&bytes).unwrap(), model);
            let mut damaged = bytes.clone();
            *damaged.last_mut().unwrap() ^= 1;
            assert!(SavedModel::<T>::from_bytes(&damaged).is_err());
        }
    }

    #[test]
    fn networks_and_models_come_back() {
        comes_back::<f32>();
        comes_back::<f64>();
    }

    #[test]
    fn names_that_do_not_fit_are_refused() {
        let mut model = SavedModel::new(network::<f32>(), Loss::SquaredError);
        model.features.pop();
        assert_eq!(
            model.to_bytes().unwrap_err(),
            bad("its names and scalings do not match its network")
        );
    }
}
