//! Loss functions, by name.

use std::{fmt, str::FromStr};

use crate::{
    Error,
    spelling::{Known, Spelling},
};

/// What training makes small. All are means over the samples (and over the outputs, where each
/// output has a loss of its own), times the `loss_scale` of the
/// [`TrainSpec`](crate::TrainSpec).
///
/// ```
/// use mlp_core::Loss;
/// assert_eq!("mse".parse::<Loss>()?, Loss::SquaredError);
/// assert_eq!(Loss::SquaredError.to_string(), "squared-error");
/// # Ok::<(), mlp_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Loss {
    /// The mean over samples and outputs of (y - t)^2, without 1/2. Targets are values, or classes
    /// with one output each, whose targets are then 1 for the right class and 0 for the others.
    SquaredError,
    /// The mean over samples and outputs of -t ln p - (1 - t) ln(1 - p), p = sigmoid(y), computed
    /// from the logit y. Targets are values in `[0, 1]`, or two classes with one output.
    BinaryCrossEntropy,
    /// The mean over samples of -ln of the softmax probability of the right class, computed from
    /// the logits. Targets are classes, one output each.
    SoftmaxCrossEntropy,
}

impl Loss {
    /// The registry: every name with a line on it.
    pub const ALL: &'static [Known] = &[
        Known::new(
            "squared-error",
            "mean of (y - t)^2 over samples and outputs (alias mse)",
        ),
        Known::new(
            "binary-cross-entropy",
            "on one logit an output, targets in [0, 1] (alias bce)",
        ),
        Known::new(
            "softmax-cross-entropy",
            "on one logit a class (alias cross-entropy)",
        ),
    ];

    /// Every loss, in the order of [`Loss::ALL`].
    pub const DEFAULTS: &'static [Self] = &[
        Self::SquaredError,
        Self::BinaryCrossEntropy,
        Self::SoftmaxCrossEntropy,
    ];

    /// The name.
    pub fn name(self) -> &'static str {
        match self {
            Self::SquaredError => "squared-error",
            Self::BinaryCrossEntropy => "binary-cross-entropy",
            Self::SoftmaxCrossEntropy => "softmax-cross-entropy",
        }
    }

    /// Whether the outputs are estimates of the targets, so that R2 and RMSE mean something.
    pub(crate) fn is_regression(self) -> bool {
        self == Self::SquaredError
    }

    pub(crate) fn kernel(self) -> mlp_kernels::Loss {
        match self {
            Self::SquaredError => mlp_kernels::Loss::SquaredError,
            Self::BinaryCrossEntropy => mlp_kernels::Loss::BinaryCrossEntropy,
            Self::SoftmaxCrossEntropy => mlp_kernels::Loss::SoftmaxCrossEntropy,
        }
    }

    /// How many numbers a sum over `samples` samples with `outputs` outputs is divided by.
    pub(crate) fn terms(self, samples: usize, outputs: usize) -> f64 {
        match self {
            Self::SquaredError | Self::BinaryCrossEntropy => samples as f64 * outputs as f64,
            Self::SoftmaxCrossEntropy => samples as f64,
        }
    }
}

impl FromStr for Loss {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let spelling = Spelling::parse("loss", text)?;
        let loss = match spelling.name {
            "squared-error" | "mse" => Self::SquaredError,
            "binary-cross-entropy" | "bce" => Self::BinaryCrossEntropy,
            "softmax-cross-entropy" | "cross-entropy" => Self::SoftmaxCrossEntropy,
            _ => return Err(spelling.unknown(Self::ALL)),
        };
        spelling.plain(loss)
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_and_written_back() {
        for (known, loss) in Loss::ALL.iter().zip(Loss::DEFAULTS) {
            assert_eq!(known.name.parse::<Loss>(), Ok(*loss));
            assert_eq!(loss.to_string(), known.name);
        }
        assert_eq!(Loss::ALL.len(), Loss::DEFAULTS.len());
        assert!("mse:2".parse::<Loss>().is_err());
        assert!(
            "hinge"
                .parse::<Loss>()
                .unwrap_err()
                .to_string()
                .contains("softmax-cross-entropy")
        );
    }
}
