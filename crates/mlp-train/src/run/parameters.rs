//! The saved parameters of a network.

use mlp_core::Scalar;
use serde::{Deserialize, Serialize};

/// The flat parameter slice of a network in the precision of its training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Parameters {
    /// f32.
    Single(Vec<f32>),
    /// f64.
    Double(Vec<f64>),
}

impl Parameters {
    /// A copy of a slice.
    pub fn of<T: Scalar>(values: &[T]) -> Self {
        if size_of::<T>() == size_of::<f32>() {
            Self::Single(values.iter().map(|value| value.to_f64() as f32).collect())
        } else {
            Self::Double(values.iter().map(|value| value.to_f64()).collect())
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Single(values) => values.len(),
            Self::Double(values) => values.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
