//! Points at which networks are asked.

use ndarray::Array2;

/// Points at which networks are asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Points {
    /// The row of each point in its file, counted from 0; rows that are left out have none.
    pub rows: Vec<usize>,
    /// `[points, features]`, in original units.
    pub inputs: Array2<f64>,
}
