//! How a network ended.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{journal::Parameters, record::Record};

/// How a network ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It made all its steps.
    Completed,
    /// An observer stopped it, or the run was interrupted.
    Stopped,
    /// Its loss or a parameter became infinite or NaN.
    Diverged,
}

impl Status {
    /// The spelling in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Stopped => "stopped",
            Self::Diverged => "diverged",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What is kept of a trained network: one row of `nets`, and its rows of `series`.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Its index in the experiment.
    pub network: u64,
    /// Its cell of the grid.
    pub cell: u64,
    /// Its seed.
    pub seed: u64,
    /// How it ended.
    pub status: Status,
    /// Updates made; of a diverged network those after which a number was not finite.
    pub last_step: u64,
    /// Training loss before the first update.
    pub initial_loss: f64,
    /// The records, ascending. All of their training losses are finite.
    pub records: Vec<Record>,
    /// The parameters that are kept, by recorded step.
    pub weights: Vec<(u64, Parameters)>,
}

impl Outcome {
    /// The last record.
    pub fn last(&self) -> Option<&Record> {
        self.records.last()
    }

    /// Whether the network ended well, with a loss below the one it started from.
    pub fn converged(&self) -> bool {
        self.status != Status::Diverged
            && self
                .last()
                .is_some_and(|record| record.train.loss < self.initial_loss)
    }

    /// Whether the final training loss is below `target`.
    pub fn solved(&self, target: f64) -> bool {
        self.status != Status::Diverged
            && self.last().is_some_and(|record| record.train.loss < target)
    }
}
