//! The parts of data.

use mlp_data::Split;

/// A part of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// What is trained on.
    Train,
    /// What is judged by.
    Test,
    /// What is chosen by.
    Validation,
}

impl Part {
    /// Every part.
    pub const ALL: [Self; 3] = [Self::Train, Self::Validation, Self::Test];

    /// Its rows.
    pub fn rows(self, split: &Split) -> &[usize] {
        match self {
            Self::Train => &split.train,
            Self::Test => &split.test,
            Self::Validation => &split.validation,
        }
    }

    /// The spelling, which begins the names of its metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Test => "test",
            Self::Validation => "validation",
        }
    }
}
