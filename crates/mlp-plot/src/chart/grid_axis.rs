//! The axes of a performance map.

use crate::scale::Scale;
use crate::ticks::format_value;

/// The places of one axis of a map.
#[derive(Debug, Clone, PartialEq)]
pub enum Places {
    /// Ascending numbers; every cell reaches half way to its neighbours. A zero on a logarithmic axis
    /// gets a cell before the axis begins.
    Numbers {
        /// The numbers.
        values: Vec<f64>,
        /// How they are spaced.
        scale: Scale,
    },
    /// A list: cells of equal width with these names.
    Names(Vec<String>),
}

/// One axis of a map.
#[derive(Debug, Clone, PartialEq)]
pub struct GridAxis {
    /// Label, such as `learning rate`.
    pub label: String,
    /// Its places.
    pub places: Places,
}

impl GridAxis {
    /// An axis of ascending numbers.
    #[must_use]
    pub fn numbers(label: impl Into<String>, values: Vec<f64>, scale: Scale) -> Self {
        GridAxis {
            label: label.into(),
            places: Places::Numbers { values, scale },
        }
    }

    /// An axis of names.
    #[must_use]
    pub fn names(label: impl Into<String>, names: Vec<String>) -> Self {
        GridAxis {
            label: label.into(),
            places: Places::Names(names),
        }
    }

    /// How many places there are.
    pub(super) fn len(&self) -> usize {
        match &self.places {
            Places::Numbers { values, .. } => values.len(),
            Places::Names(names) => names.len(),
        }
    }

    /// The name of place `i` in prose.
    pub(super) fn place_name(&self, i: usize) -> String {
        match &self.places {
            Places::Numbers { values, .. } => format_value(values[i]),
            Places::Names(names) => names[i].clone(),
        }
    }
}
