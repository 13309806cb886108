//! How the networks of a run ended.

use serde::{Deserialize, Serialize};

/// How many networks ended in each way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Networks of the experiment.
    pub networks: u64,
    /// Networks that made all their steps.
    pub completed: u64,
    /// Networks stopped by an observer.
    pub stopped: u64,
    /// Networks that diverged.
    pub diverged: u64,
    /// Networks that exploded, which are completed or stopped ones; 0 in manifests without it.
    #[serde(default)]
    pub exploded: u64,
}

impl Counts {
    /// Networks that have ended in any way.
    pub fn finished(&self) -> u64 {
        self.completed + self.stopped + self.diverged
    }
}
