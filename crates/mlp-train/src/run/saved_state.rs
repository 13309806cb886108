//! The final state of a training.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::state_numbers::StateNumbers;

/// Everything that a training needs to continue, and what it must match.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SavedState {
    /// The version of the numerics.
    pub(super) engine: String,
    /// As `2-16-16-1`.
    pub(super) architecture: String,
    /// The optimizer with its settings.
    pub(super) optimizer: String,
    /// Samples per update; `None` for all.
    pub(super) batch: Option<u64>,
    /// Identifies the batches of a file.
    pub(super) batch_order: Option<String>,
    /// Samples of the training part.
    pub(super) samples: u64,
    pub(super) state: StateNumbers,
}

impl SavedState {
    /// Number of updates so far.
    pub fn steps(&self) -> u64 {
        self.state.steps
    }

    /// The version of the numerics.
    pub fn engine(&self) -> &str {
        &self.engine
    }

    /// The training itself.
    pub fn numbers(&self) -> &StateNumbers {
        &self.state
    }
}

/// A state that was read for an experiment.
#[derive(Debug)]
pub struct Start {
    /// The file, as an absolute path.
    pub(super) path: PathBuf,
    pub(super) sha256: String,
    pub(super) state: SavedState,
    /// The classes of the network in their order, where they are known.
    pub(super) classes: Option<Vec<String>>,
}

impl Start {
    /// The state that `path` holds, whose bytes have this sha256.
    pub fn new(path: PathBuf, sha256: String, state: SavedState) -> Self {
        Self {
            path,
            sha256,
            state,
            classes: None,
        }
    }

    /// The file, as an absolute path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The same with the classes of the network, in their order.
    #[must_use]
    pub fn with_classes(mut self, classes: Option<Vec<String>>) -> Self {
        self.classes = classes;
        self
    }

    /// Number of updates so far.
    pub fn steps(&self) -> u64 {
        self.state.steps()
    }
}
