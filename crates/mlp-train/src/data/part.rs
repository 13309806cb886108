//! The parts of the data.

use mlp_data::Split;

/// A part of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The training part.
    Train,
    /// The test part, for final scores.
    Test,
    /// The validation part, for stopping rules and other choices.
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

    /// The name, with which its metrics begin.
    pub fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Test => "test",
            Self::Validation => "validation",
        }
    }
}
