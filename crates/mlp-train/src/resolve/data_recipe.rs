//! Data as a network meets them.

use std::sync::Arc;

use mlp_data::{Dataset, Expansion, ImputeKind, ScaleKind, Split, Task};
use ndarray::Array2;

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
    /// Rows that no network sees until one is chosen: the test part of an experiment that selects a network, which is
    /// empty in `split` then.
    pub withheld: Vec<usize>,
    /// Points at which networks are asked, `[points, features]` in the units and order of the features; `None` where none
    /// are.
    pub points: Option<Arc<Array2<f64>>>,
    /// What is filled in for missing features, fitted on the training part; `None` where none may be
    /// missing.
    pub impute: Option<ImputeKind>,
    /// How features are scaled, fitted on the training part.
    pub scale: ScaleKind,
    /// How targets are scaled (regression), fitted on the training part.
    pub scale_target: ScaleKind,
    /// How the inputs were computed from two features, where they were.
    pub expansion: Option<Expansion>,
}
