//! Data as a network meets them.

use std::sync::Arc;

use mlp_data::{Dataset, Expansion, ImputeKind, ScaleKind, Split, Task};

use crate::{
    error::Error,
    map::GAP,
    measures::metric::{
        self,
        measure::{Measure, Subject},
    },
};

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

impl DataRecipe {
    /// Refuses a metric that the data do not have; `key` is the setting that names it.
    pub fn check_metric(&self, key: &str, metric: &str) -> Result<(), Error> {
        let missing = |reason: String| Err(Error::Conflict(format!("{key} {metric} {reason}")));
        if let Some((_, measure)) = metric::measure_of(metric) {
            self.check_subject(key, metric, measure)?;
        }
        for (part, rows) in [
            ("test", &self.split.test),
            ("validation", &self.split.validation),
        ] {
            let needs = metric.starts_with(part) || metric == GAP && part == "test";
            if needs && rows.is_empty() {
                return missing(format!("needs a {part} part; give --{part}-fraction"));
            }
        }
        Ok(())
    }

    /// Refuses a measure of classes for numbers, or of numbers for classes; `name` is how the
    /// setting names it.
    pub fn check_subject(&self, key: &str, name: &str, measure: &Measure) -> Result<(), Error> {
        let (wanted, found) = match (measure.subject, self.task) {
            (Subject::Classes | Subject::Probabilities, Task::Regression { .. }) => {
                ("classes", "numbers")
            }
            (Subject::Values, Task::Classification { .. }) => ("numbers", "classes"),
            (_, Task::Multilabel { .. }) if measure.name == "accuracy" => return Ok(()),
            (Subject::Classes | Subject::Probabilities, Task::Multilabel { .. }) => {
                ("classes", "labels (they have accuracy)")
            }
            (Subject::Values, Task::Multilabel { .. }) => {
                ("numbers", "labels (they have accuracy)")
            }
            _ => return Ok(()),
        };
        Err(Error::Conflict(format!(
            "{key} {name} is for {wanted}, and {} has {found}",
            self.name
        )))
    }
}
