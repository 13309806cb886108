//! The columns that the tables of an experiment need.

use super::resolved::ResolvedExperiment;
use crate::{
    error::Error,
    metrics::{
        columns::recorded_metrics, diagnostic::group::Group, metric::Metric,
        score::definition::Score,
    },
};

/// What the tables of an experiment must hold.
#[derive(Default)]
pub struct RequiredColumns {
    /// The largest number of layers of any network.
    layers: usize,
    /// Whether any network has a validation part.
    validation: bool,
    /// Whether any network has a stopping rule.
    pub rules: bool,
    /// The additional scores that any network records.
    scores: Vec<&'static Score>,
    /// The groups of diagnostics that any network records.
    groups: Vec<&'static Group>,
}

impl RequiredColumns {
    /// For an experiment, all its cells considered.
    ///
    /// # Errors
    /// Cells that cannot be trained.
    pub fn of(experiment: &ResolvedExperiment) -> Result<Self, Error> {
        let mut extent = Self::default();
        // What is requested depends only on one key at a time, so the cells along the axes cover it.
        for cell in experiment.representative_cells() {
            let recipe = experiment.recipe(cell * experiment.seeds_per_cell())?;
            extent.layers = extent.layers.max(recipe.architecture().layers.len());
            extent.validation |= !recipe.data.split.validation.is_empty();
            extent.rules |= recipe.stopping.is_some() || recipe.spec.schedule.may_end();
            for group in recipe.diagnostics.iter() {
                if !extent.groups.contains(group) {
                    extent.groups.push(group);
                }
            }
            for score in recipe.scores.iter() {
                if !extent.scores.contains(score) {
                    extent.scores.push(score);
                }
            }
        }
        Ok(extent)
    }

    /// The metrics' columns.
    pub fn columns(&self) -> Vec<String> {
        self.metrics().iter().map(Metric::to_string).collect()
    }

    /// The metrics, in the order of their columns.
    pub fn metrics(&self) -> Vec<Metric> {
        recorded_metrics(self.layers, self.validation, &self.scores, &self.groups)
    }
}
