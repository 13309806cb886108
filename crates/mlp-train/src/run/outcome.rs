//! How a network ended.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::parameters::Parameters;
use crate::metrics::{followed::Followed, record::Record};

/// How a network ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It made all its steps.
    Completed,
    /// A stopping rule or an observer stopped it, or the run was interrupted.
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
    /// The rule that stopped it, where one did.
    pub stopped_by: Option<&'static str>,
    /// The step whose parameters were kept as the best, where that was asked for.
    pub best_step: Option<u64>,
    /// Whether its norms at the end are out of all proportion; see [`exploded`](crate::exploded).
    pub exploded: bool,
    /// Training loss before the first update.
    pub initial_loss: f64,
    /// How fast it converged (negative) or diverged (positive), where every step was asked for that.
    pub shade: Option<f64>,
    /// The events of every step, where they were asked for.
    pub followed: Option<Followed>,
    /// The records, ascending. All of their training losses are finite.
    pub records: Vec<Record>,
    /// The parameters that are kept, by recorded step.
    pub weights: Vec<(u64, Parameters)>,
}

impl Outcome {
    /// The record of the parameters that the network ends with: the last, or that of the best step.
    pub fn last(&self) -> Option<&Record> {
        match self.best_step {
            Some(best) => self.records.iter().rfind(|record| record.step == best),
            None => self.records.last(),
        }
    }

    /// Whether the network ended well, with a loss below the one it started from; by the sign of its
    /// shade, where it has one.
    pub fn converged(&self) -> bool {
        if let Some(shade) = self.shade {
            return shade < 0.0;
        }
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
