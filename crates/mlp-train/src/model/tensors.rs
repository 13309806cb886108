//! The parameters of a network as named tensors, as every model file holds them.

use mlp_core::{Architecture, Network, Scalar, TensorPlace};

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::AnyNetwork;
use crate::settings::precision::Precision;

/// The numbers of a tensor, row-major.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Numbers {
    /// f32.
    F32(Vec<f32>),
    /// f64.
    F64(Vec<f64>),
}

impl Numbers {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::F32(values) => values.len(),
            Self::F64(values) => values.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Their precision.
    pub fn precision(&self) -> Precision {
        match self {
            Self::F32(_) => Precision::F32,
            Self::F64(_) => Precision::F64,
        }
    }

    /// Values of that precision, exactly.
    pub fn of<T: Scalar>(precision: Precision, values: &[T]) -> Self {
        let values = values.iter().map(|value| value.to_f64());
        match precision {
            Precision::F32 => Self::F32(values.map(|value| value as f32).collect()),
            Precision::F64 => Self::F64(values.collect()),
        }
    }

    /// The values in a training's type.
    pub fn to_scalars<T: Scalar>(&self) -> Vec<T> {
        self.to_f64().into_iter().map(T::from_f64).collect()
    }

    /// Little-endian.
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::F32(values) => values.iter().flat_map(|v| v.to_le_bytes()).collect(),
            Self::F64(values) => values.iter().flat_map(|v| v.to_le_bytes()).collect(),
        }
    }

    /// Little-endian bytes; an incomplete number at the end is ignored.
    pub fn from_bytes(precision: Precision, bytes: &[u8]) -> Self {
        match precision {
            Precision::F32 => {
                let (numbers, _) = bytes.as_chunks();
                Self::F32(numbers.iter().map(|v| f32::from_le_bytes(*v)).collect())
            }
            Precision::F64 => {
                let (numbers, _) = bytes.as_chunks();
                Self::F64(numbers.iter().map(|v| f64::from_le_bytes(*v)).collect())
            }
        }
    }

    /// In f64, which holds every f32 exactly.
    pub fn to_f64(&self) -> Vec<f64> {
        match self {
            Self::F32(values) => values.iter().copied().map(f64::from).collect(),
            Self::F64(values) => values.clone(),
        }
    }
}

/// A tensor with its name in a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// The name.
    pub name: String,
    /// The length of each axis.
    pub shape: Vec<usize>,
    /// The numbers, row-major.
    pub numbers: Numbers,
}

/// What the names of the tensors of a network of an ensemble begin with.
pub fn member(index: usize) -> String {
    format!("members.{index}.")
}

/// The tensors of a network, layer by layer.
pub fn tensors_of(network: &AnyNetwork) -> Vec<Tensor> {
    network
        .architecture()
        .tensors()
        .into_iter()
        .map(|part| Tensor {
            numbers: network.numbers(&part.place),
            name: part.name,
            shape: part.shape,
        })
        .collect()
}

impl AnyNetwork {
    /// Some of the parameters or running statistics.
    pub fn numbers(&self, place: &TensorPlace) -> Numbers {
        fn part<T: Scalar>(network: &Network<T>, place: &TensorPlace) -> Vec<T> {
            match place {
                TensorPlace::Parameters(range) => network.parameters()[range.clone()].to_vec(),
                TensorPlace::Statistics(range) => network.statistics()[range.clone()].to_vec(),
            }
        }
        match self {
            Self::F32(network) => Numbers::F32(part(network, place)),
            Self::F64(network) => Numbers::F64(part(network, place)),
        }
    }

    /// The network of an architecture with these tensors, matched by name. Exactly the needed tensors must be
    /// present, with their shapes.
    ///
    /// # Errors
    /// A tensor that is missing, or has another shape or precision.
    pub fn from_tensors(
        architecture: Architecture,
        precision: Precision,
        tensors: &[Tensor],
    ) -> Result<Self, String> {
        Ok(match precision {
            Precision::F32 => {
                Self::F32(network(
                    architecture,
                    tensors,
                    precision,
                    |numbers| match numbers {
                        Numbers::F32(values) => Some(values),
                        Numbers::F64(_) => None,
                    },
                )?)
            }
            Precision::F64 => {
                Self::F64(network(
                    architecture,
                    tensors,
                    precision,
                    |numbers| match numbers {
                        Numbers::F64(values) => Some(values),
                        Numbers::F32(_) => None,
                    },
                )?)
            }
        })
    }
}

fn network<T: Scalar>(
    architecture: Architecture,
    tensors: &[Tensor],
    precision: Precision,
    of_type: impl Fn(&Numbers) -> Option<&Vec<T>>,
) -> Result<Network<T>, String> {
    let wanted = architecture.tensors();
    let names = tensors.iter().map(|tensor| tensor.name.as_str());
    let places: HashMap<&str, usize> = names.zip(0..).collect();
    // In the order of the list both slices fill from the front.
    let (mut parameters, mut statistics) = (Vec::new(), Vec::new());
    for part in &wanted {
        let name = &part.name;
        let place = places.get(name.as_str());
        let place = place.ok_or_else(|| format!("it has no tensor {name}"))?;
        let tensor = &tensors[*place];
        let values = of_type(&tensor.numbers).filter(|_| tensor.shape == part.shape);
        let Some(values) = values else {
            let (found, shape) = (tensor.numbers.precision(), &tensor.shape);
            return Err(format!(
                "tensor {name} is {found} {shape:?}, and the network needs {precision} {:?}",
                part.shape
            ));
        };
        match part.place {
            TensorPlace::Parameters(_) => parameters.extend_from_slice(values),
            TensorPlace::Statistics(_) => statistics.extend_from_slice(values),
        }
    }
    if wanted.len() != tensors.len() {
        return Err(format!(
            "it has {} tensors, and the network needs {}",
            tensors.len(),
            wanted.len()
        ));
    }
    Network::new(architecture, parameters)
        .and_then(|network| network.with_statistics(statistics))
        .map_err(|error| error.to_string())
}
