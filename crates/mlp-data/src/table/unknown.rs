//! What becomes of a row to predict whose category the model does not know.

use crate::names::words::words;

/// What becomes of a row to predict with a category that was not among the training data, in a column without a pool
/// of rare ones that takes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Unknown {
    /// It is refused by row and column.
    #[default]
    Refuse,
    /// The column's features are all 0.
    Zero,
    /// The row is not predicted.
    Row,
}

words!(Unknown, "the handling of unknown categories":
    Refuse = "refuse",
    Zero = "zero",
    Row = "row",
);

impl Unknown {
    /// What became of rows with such a category, as a note says it.
    pub(super) fn outcome(self) -> &'static str {
        match self {
            Self::Refuse => "they are refused",
            Self::Zero => "the column's features are all 0 there",
            Self::Row => "such rows have no prediction",
        }
    }
}
