//! The kinds of experiment.

use std::{fmt, str::FromStr};

/// The kind of an experiment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// One network.
    Train,
    /// Many networks of fixed hyperparameters, or of every cell of a sweep.
    Population,
    /// A grid over two keys, or over one key and the steps.
    Map,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Train, Self::Population, Self::Map];

    /// The spelling, which is also the command.
    pub fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Population => "population",
            Self::Map => "map",
        }
    }
}

impl FromStr for Kind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == text)
            .ok_or(())
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
