//! The data of networks.

use std::sync::Arc;

use mlp_data::{Dataset, Expansion, ImputeKind, ScaleKind, Split, TargetTransform, Task};

use crate::data::points::Points;

/// The data of networks, before splitting and scaling are carried out. Shared between all
/// recipes with equal settings: compare [`DataRecipe::key`], or the pointers.
#[derive(Debug)]
pub struct DataRecipe {
    /// Equal for equal data: all settings in a fixed order.
    pub key: String,
    /// Name for titles and folders: `moons`, or a file's stem.
    pub name: String,
    /// All samples in original units; columns chosen, input features computed.
    pub dataset: Arc<Dataset>,
    /// Classification or regression.
    pub task: Task,
    /// Which rows belong to which part.
    pub split: Split,
    /// Rows that no network sees until one is chosen: the test part of an experiment that selects a network, which is
    /// empty in `split` then.
    pub withheld: Vec<usize>,
    /// Points at which networks are asked, in the units and order of the features; `None` where none are.
    pub points: Option<Arc<Points>>,
    /// The fill values for missing features, fitted on the training part; `None` where none may be
    /// missing.
    pub impute: Option<ImputeKind>,
    /// The scaling of the features, fitted on the training part.
    pub scale: ScaleKind,
    /// What is taken of targets before they are scaled (regression).
    pub target_transform: TargetTransform,
    /// The scaling of the targets (regression), fitted on the training part.
    pub scale_target: ScaleKind,
    /// How the inputs were computed from two features, if they were.
    pub expansion: Option<Expansion>,
}

impl DataRecipe {
    /// The same data split otherwise, which `name` tells.
    pub fn with_split(&self, split: Split, name: &str) -> Self {
        Self {
            key: format!("{} {name}", self.key),
            name: self.name.clone(),
            dataset: Arc::clone(&self.dataset),
            task: self.task,
            split,
            withheld: self.withheld.clone(),
            points: self.points.clone(),
            impute: self.impute,
            scale: self.scale,
            target_transform: self.target_transform,
            scale_target: self.scale_target,
            expansion: self.expansion.clone(),
        }
    }
}
