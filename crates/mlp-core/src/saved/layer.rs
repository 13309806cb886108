//! Layers as model files describe them.

use serde::{Deserialize, Serialize};

use crate::{Architecture, Error, LayerSpec, Normalization};

/// A layer as a model file describes it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct SavedLayer {
    outputs: usize,
    activation: String,
    bias: bool,
    scale: f64,
    /// Absent where there is none, as in files of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    normalization: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    skip: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    shortcuts: bool,
}

impl SavedLayer {
    /// The layers of an architecture.
    pub fn of(architecture: &Architecture) -> Vec<Self> {
        let layers = architecture.layers.iter().map(|layer| Self {
            outputs: layer.outputs,
            activation: layer.activation.to_string(),
            bias: layer.bias,
            scale: layer.scale,
            normalization: (layer.normalization != Normalization::None)
                .then(|| layer.normalization.to_string()),
            skip: layer.skip,
            shortcuts: layer.shortcuts,
        });
        layers.collect()
    }

    /// The architecture of these layers after so many inputs.
    ///
    /// # Errors
    /// An unknown activation or normalization; an architecture that [`Architecture::validate`] refuses.
    pub fn architecture(inputs: usize, layers: &[Self]) -> Result<Architecture, Error> {
        let layers = layers.iter().map(|layer| {
            Ok(LayerSpec {
                outputs: layer.outputs,
                activation: layer.activation.parse()?,
                bias: layer.bias,
                scale: layer.scale,
                normalization: match &layer.normalization {
                    Some(name) => name.parse()?,
                    None => Normalization::None,
                },
                skip: layer.skip,
                shortcuts: layer.shortcuts,
            })
        });
        let architecture = Architecture {
            inputs,
            layers: layers.collect::<Result<_, Error>>()?,
        };
        architecture.validate()?;
        Ok(architecture)
    }
}
