//! The targets of samples.

use ndarray::Array2;

use crate::Scalar;

/// The targets, one row per sample.
#[derive(Clone, Debug, PartialEq)]
pub enum Targets<T> {
    /// Numbers, `[samples, outputs]`: for regression losses; for binary cross-entropy where
    /// they are in `[0, 1]` and for hinge losses where they are 0 or 1, one label per output; for
    /// softmax cross-entropy where they are the probabilities of the classes.
    Values(Array2<T>),
    /// Classes: for softmax cross-entropy and hinge losses with one output per class, and with a single
    /// output for binary cross-entropy and hinge losses where there are two.
    Classes {
        /// The class of every sample, below `classes`.
        labels: Vec<u32>,
        /// How many classes there are.
        classes: usize,
    },
}

impl<T: Scalar> Targets<T> {
    /// How many samples there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Values(values) => values.nrows(),
            Self::Classes { labels, .. } => labels.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// For messages: `values with 2 outputs`, `3 classes`.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Values(values) if values.ncols() == 1 => "values with 1 output".to_owned(),
            Self::Values(values) => format!("values with {} outputs", values.ncols()),
            Self::Classes { classes, .. } => format!("{classes} classes"),
        }
    }
}
