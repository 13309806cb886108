//! How far the tables of an experiment reach: which columns they need.

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
pub struct Extent {
    /// The most layers of any network.
    layers: usize,
    /// Whether any has a validation part.
    validation: bool,
    /// Whether any has a stopping rule.
    pub rules: bool,
    /// The scores that any records beside the usual.
    scores: Vec<&'static Score>,
    /// The groups of diagnostics that any records.
    groups: Vec<&'static Group>,
}

impl Extent {
    /// Of an experiment, all its cells considered.
    ///
    /// # Errors
    /// Cells that cannot be trained.
    pub fn of(experiment: &ResolvedExperiment) -> Result<Self, Error> {
        let mut extent = Self::default();
        // What is asked for depends on one key alone, so cells along the axes have it all.
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
