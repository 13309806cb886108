//! What becomes of a row to predict whose category the model does not know.

use std::str::FromStr;

use crate::{Error, names};

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

impl Unknown {
    /// Every way.
    pub const ALL: [Self; 3] = [Self::Refuse, Self::Zero, Self::Row];

    /// The way's name, as options have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::Zero => "zero",
            Self::Row => "row",
        }
    }

    /// What became of rows with such a category, as a note says it.
    pub(super) fn outcome(self) -> &'static str {
        match self {
            Self::Refuse => "they are refused",
            Self::Zero => "the column's features are all 0 there",
            Self::Row => "such rows have no prediction",
        }
    }
}

impl FromStr for Unknown {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self, Error> {
        let named = Self::ALL.into_iter().find(|way| way.name() == word);
        named.ok_or_else(|| Error::UnknownWord {
            what: "the handling of unknown categories",
            word: word.to_owned(),
            expected: names::choice(Self::ALL.into_iter().map(Self::name)),
        })
    }
}
