//! Normalization between a dense layer and its activation, by name.

use std::{fmt, str::FromStr};

use crate::{
    Error,
    spelling::{Known, Spelling},
};

/// Normalization between a dense layer and its activation.
///
/// Spelt as on the command line: `none`, `batch`, `layer`, with settings after colons.
///
/// ```
/// use mlp_core::{BatchNorm, Normalization};
/// let batch: Normalization = "batch:1e-3".parse()?;
/// assert_eq!(batch, Normalization::Batch(BatchNorm { epsilon: 1e-3, ..BatchNorm::default() }));
/// assert_eq!(batch.to_string(), "batch:0.001:0.1");
/// # Ok::<(), mlp_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Normalization {
    /// Nothing.
    #[default]
    None,
    /// Over the samples of a batch, neuron by neuron.
    Batch(BatchNorm),
    /// Over the neurons of a layer, sample by sample.
    Layer(LayerNorm),
}

/// Batch normalization (Ioffe and Szegedy 2015) like PyTorch's `BatchNorm1d`. With the mean and the
/// variance of a neuron's z over the samples,
///
/// ```text
/// y = scale * (z - mean) / sqrt(variance + epsilon) + shift
/// ```
///
/// In training they are those of the batch (the variance divided by the samples n), and each update
/// moves the running statistics, whose variance is divided by n - 1:
/// running = (1 - momentum) * running + momentum * batch. They start at mean 0 and variance 1, and
/// are used in place of the batch's in evaluation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchNorm {
    /// Added to the variance; above 0.
    pub epsilon: f64,
    /// The weight of the batch in the running statistics, in `[0, 1]`.
    pub momentum: f64,
    /// Whether scale and shift are parameters; without them they are 1 and 0.
    pub affine: bool,
}

impl Default for BatchNorm {
    /// PyTorch's: epsilon 1e-5, momentum 0.1, with scale and shift.
    fn default() -> Self {
        Self {
            epsilon: 1e-5,
            momentum: 0.1,
            affine: true,
        }
    }
}

/// Layer normalization (Ba et al. 2016) like PyTorch's `LayerNorm`: as [`BatchNorm`], but mean and
/// variance are those of the layer's neurons in one sample, the same in training and evaluation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LayerNorm {
    /// Added to the variance; above 0.
    pub epsilon: f64,
    /// Whether scale and shift are parameters, one of each per neuron; without them they are 1 and 0.
    pub affine: bool,
}

impl Default for LayerNorm {
    /// PyTorch's: epsilon 1e-5, with scale and shift.
    fn default() -> Self {
        Self {
            epsilon: 1e-5,
            affine: true,
        }
    }
}

impl Normalization {
    /// The registry: every name with its description.
    pub const ALL: &'static [Known] = &[
        Known::new("none", "no normalization"),
        Known::new(
            "batch",
            "over the samples of a batch; batch:EPSILON:MOMENTUM, 1e-5, 0.1",
        ),
        Known::new("batch-plain", "batch without scale and shift"),
        Known::new("layer", "over the neurons of a layer; layer:EPSILON, 1e-5"),
        Known::new("layer-plain", "layer without scale and shift"),
    ];

    /// The name, without settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Batch(BatchNorm { affine: true, .. }) => "batch",
            Self::Batch(_) => "batch-plain",
            Self::Layer(LayerNorm { affine: true, .. }) => "layer",
            Self::Layer(_) => "layer-plain",
        }
    }

    /// Whether it has a scale and a shift for every neuron.
    pub fn is_affine(self) -> bool {
        match self {
            Self::None => false,
            Self::Batch(batch) => batch.affine,
            Self::Layer(layer) => layer.affine,
        }
    }

    /// Whether it is batch normalization, which has running statistics.
    pub fn is_batch(self) -> bool {
        matches!(self, Self::Batch(_))
    }

    /// Refuses invalid settings.
    pub(crate) fn validate(self) -> Result<(), Error> {
        let (epsilon, momentum) = match self {
            Self::None => return Ok(()),
            Self::Batch(batch) => (batch.epsilon, batch.momentum),
            Self::Layer(layer) => (layer.epsilon, 0.0),
        };
        // Below this, an f32 would round it to 0, and a constant neuron would divide 0 by 0.
        if !(epsilon.is_finite() && epsilon >= f64::from(f32::MIN_POSITIVE)) {
            return Err(Error::BadValue {
                what: format!("the epsilon of normalization {}", self.name()),
                value: epsilon,
                expected: "a positive number, at least 1.2e-38",
            });
        }
        if !(0.0..=1.0).contains(&momentum) {
            return Err(Error::BadValue {
                what: format!("the momentum of normalization {}", self.name()),
                value: momentum,
                expected: "at least 0 and at most 1",
            });
        }
        Ok(())
    }
}

impl FromStr for Normalization {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let spelling = Spelling::parse("normalization", text)?;
        let affine = !spelling.name.ends_with("-plain");
        let normalization = match spelling.name {
            "none" => spelling.plain(Self::None)?,
            "batch" | "batch-plain" => {
                spelling.at_most(2)?;
                let usual = BatchNorm::default();
                Self::Batch(BatchNorm {
                    epsilon: spelling.argument(0, usual.epsilon),
                    momentum: spelling.argument(1, usual.momentum),
                    affine,
                })
            }
            "layer" | "layer-plain" => {
                spelling.at_most(1)?;
                Self::Layer(LayerNorm {
                    epsilon: spelling.argument(0, LayerNorm::default().epsilon),
                    affine,
                })
            }
            _ => return Err(spelling.unknown(Self::ALL)),
        };
        normalization.validate()?;
        Ok(normalization)
    }
}

impl fmt::Display for Normalization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Self::Batch(batch)
                if (batch.epsilon, batch.momentum)
                    != (BatchNorm::default().epsilon, BatchNorm::default().momentum) =>
            {
                write!(f, ":{}:{}", batch.epsilon, batch.momentum)
            }
            Self::Layer(layer) if layer.epsilon != LayerNorm::default().epsilon => {
                write!(f, ":{}", layer.epsilon)
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_and_written_back() {
        for known in Normalization::ALL {
            let read: Normalization = known.name.parse().unwrap();
            assert_eq!(read.to_string(), known.name);
        }
        for text in ["batch:0.001:0.3", "batch-plain:0.00001:0", "layer:0.01"] {
            let read: Normalization = text.parse().unwrap();
            assert_eq!(read.to_string().parse::<Normalization>().unwrap(), read);
        }
    }

    #[test]
    fn nonsense_is_refused() {
        let error = "bach".parse::<Normalization>().unwrap_err().to_string();
        assert!(error.contains("none, batch"), "{error}");
        for text in [
            "none:1",
            "batch:0",
            "batch:-1",
            "batch:1e-5:1.5",
            "batch:1e-5:0.1:2",
            "layer:1e-5:0.1",
            "layer:x",
        ] {
            assert!(text.parse::<Normalization>().is_err(), "{text}");
        }
    }
}
