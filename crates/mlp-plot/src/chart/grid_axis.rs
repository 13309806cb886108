//! The axes of a performance map.

use crate::scale::Scale;
use crate::ticks::format_value;

/// The positions along one axis of a map.
#[derive(Debug, Clone, PartialEq)]
pub enum Places {
    /// Ascending numbers; every cell extends half way to its neighbours. A zero on a logarithmic axis
    /// gets a cell before the axis begins.
    Numbers {
        /// The numbers.
        values: Vec<f64>,
        /// How they are spaced.
        scale: Scale,
    },
    /// A list of names: cells of equal width.
    Names(Vec<String>),
}

/// One axis of a map.
#[derive(Debug, Clone, PartialEq)]
pub struct GridAxis {
    /// Label, such as `learning rate`.
    pub label: String,
    /// Its positions.
    pub places: Places,
}

impl GridAxis {
    /// A numeric axis, ascending.
    #[must_use]
    pub fn numbers(label: impl Into<String>, values: Vec<f64>, scale: Scale) -> Self {
        GridAxis {
            label: label.into(),
            places: Places::Numbers { values, scale },
        }
    }

    /// A categorical axis.
    #[must_use]
    pub fn names(label: impl Into<String>, names: Vec<String>) -> Self {
        GridAxis {
            label: label.into(),
            places: Places::Names(names),
        }
    }

    /// The number of positions.
    pub(super) fn len(&self) -> usize {
        match &self.places {
            Places::Numbers { values, .. } => values.len(),
            Places::Names(names) => names.len(),
        }
    }

    /// The name of position `i` in prose.
    pub(super) fn place_name(&self, i: usize) -> String {
        match &self.places {
            Places::Numbers { values, .. } => format_value(values[i]),
            Places::Names(names) => names[i].clone(),
        }
    }
}
