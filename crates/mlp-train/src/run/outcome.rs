//! How a training ended.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{answer_rows::KeptAnswers, parameters::Parameters};
use crate::metrics::{event_tracker::EventTracker, record::Record, row_fate::RowFate};

/// How a training ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ending {
    /// It made all its steps.
    Completed,
    /// A stopping rule with this name ended it early, or its schedule (`schedule`).
    Rule(&'static str),
    /// The observer stopped it.
    Observer,
    /// The whole run was interrupted.
    Interrupted,
    /// Its loss or a parameter became infinite or NaN.
    Diverged,
}

impl Ending {
    /// The status for tables.
    pub fn status(self) -> Status {
        match self {
            Self::Completed => Status::Completed,
            Self::Rule(_) | Self::Observer | Self::Interrupted => Status::Stopped,
            Self::Diverged => Status::Diverged,
        }
    }

    /// The rule that ended it, if any.
    pub fn rule(self) -> Option<&'static str> {
        match self {
            Self::Rule(name) => Some(name),
            _ => None,
        }
    }
}

/// How a training ended, for tables and manifests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It made all its steps.
    Completed,
    /// It ended before its last step.
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

/// The results of a trained network: one row of `nets`, and its rows of `series`.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Its index in the experiment.
    pub network: u64,
    /// Its cell of the grid.
    pub cell: u64,
    /// Its seed.
    pub seed: u64,
    /// How it ended.
    pub ending: Ending,
    /// Number of updates; for a diverged network those after which a value was not finite.
    pub last_step: u64,
    /// The step whose parameters were kept as the best, where requested.
    pub best_step: Option<u64>,
    /// Whether it exploded; see [`exploded`](crate::exploded).
    pub exploded: bool,
    /// Training loss before the first update.
    pub initial_loss: f64,
    /// How fast it converged (negative) or diverged (positive), where requested.
    pub shade: Option<f64>,
    /// The events of every step, where requested.
    pub followed: Option<EventTracker>,
    /// The records, ascending. All of their training losses are finite.
    pub records: Vec<Record>,
    /// The saved parameters, by recorded step.
    pub weights: Vec<(u64, Parameters)>,
    /// The fates of the rows, where they are followed: those of the training, validation and test part.
    pub fates: Vec<RowFate>,
    /// What it says in the end of the rows that it is asked of.
    pub answers: Option<Box<KeptAnswers>>,
}

impl Outcome {
    /// How it ended, for tables.
    pub fn status(&self) -> Status {
        self.ending.status()
    }

    /// The rule that ended it early, if any.
    pub fn stopped_by(&self) -> Option<&'static str> {
        self.ending.rule()
    }

    /// The record of the network's final parameters: the last, or that of the best step.
    pub fn last(&self) -> Option<&Record> {
        match self.best_step {
            Some(best) => self.records.iter().rfind(|record| record.step == best),
            None => self.records.last(),
        }
    }

    /// Whether the network's last loss is finite and below the first; by the sign of its
    /// shade, where it has one.
    pub fn converged(&self) -> bool {
        if let Some(shade) = self.shade {
            return shade < 0.0;
        }
        self.ending != Ending::Diverged
            && self
                .last()
                .is_some_and(|record| record.train.loss < self.initial_loss)
    }

    /// Whether the final training loss is below `target`.
    pub fn solved(&self, target: f64) -> bool {
        self.ending != Ending::Diverged
            && self.last().is_some_and(|record| record.train.loss < target)
    }
}
