//! What is to be predicted: classes or numbers.

use ndarray::Array2;

/// What is to be predicted.
#[derive(Clone, Debug, PartialEq)]
pub enum Targets {
    /// One class per sample.
    Classes {
        /// The class of each sample, an index into `names`.
        labels: Vec<u32>,
        /// The names of the classes, in the order of a network's outputs.
        names: Vec<String>,
    },
    /// Numbers.
    Values {
        /// `[samples, outputs]`.
        values: Array2<f64>,
        /// The names of the outputs.
        names: Vec<String>,
    },
}

/// What a network has to do with the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// To tell classes apart.
    Classification {
        /// How many there are.
        classes: usize,
    },
    /// To say yes or no to each of several labels.
    Multilabel {
        /// How many a sample.
        labels: usize,
    },
    /// To predict numbers.
    Regression {
        /// How many a sample.
        outputs: usize,
    },
}

impl std::fmt::Display for Task {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Classification { classes } => write!(f, "classification, {classes} classes"),
            Self::Multilabel { labels: 1 } => write!(f, "multilabel, 1 label"),
            Self::Multilabel { labels } => write!(f, "multilabel, {labels} labels"),
            Self::Regression { outputs: 1 } => write!(f, "regression"),
            Self::Regression { outputs } => write!(f, "regression, {outputs} outputs"),
        }
    }
}
