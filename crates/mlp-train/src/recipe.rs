//! A recipe: all that determines one network.

use std::sync::Arc;

use mlp_core::{Architecture, TrainSpec};
use mlp_data::{Dataset, Expansion, ScaleKind, Split, Task};

use crate::{continuation::Start, precision::Precision};

/// Data as a network meets them, before splitting and scaling are carried out. Shared between all
/// recipes with equal settings: compare [`DataRecipe::key`], or the pointers.
#[derive(Debug)]
pub struct DataRecipe {
    /// Equal for equal data: the settings spelled out in a fixed order.
    pub key: String,
    /// Name for titles and folders: `moons`, or a file's stem.
    pub name: String,
    /// All samples in original units; columns chosen, input features computed.
    pub dataset: Arc<Dataset>,
    /// Classification or regression.
    pub task: Task,
    /// Which rows belong to which part.
    pub split: Split,
    /// How features are scaled, fitted on the training part.
    pub scale: ScaleKind,
    /// How targets are scaled (regression), fitted on the training part.
    pub scale_target: ScaleKind,
    /// How the inputs were computed from two features, where they were.
    pub expansion: Option<Expansion>,
}

/// All that determines one network: data, training, seed.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// The data.
    pub data: Arc<DataRecipe>,
    /// How the network is trained.
    pub spec: Arc<TrainSpec>,
    /// Drives init and batch order.
    pub seed: u64,
    /// Updates to make; the last step.
    pub steps: u64,
    /// Steps at which a record is taken: ascending, none above `steps`, the last of them `steps`.
    pub record: Arc<[u64]>,
    /// f32 or f64.
    pub precision: Precision,
    /// Where the training goes on from, if it is not its beginning.
    pub(crate) start: Option<Arc<Start>>,
}

impl Recipe {
    /// The network's shape.
    pub fn architecture(&self) -> &Architecture {
        &self.spec.architecture
    }
}
