//! How far the tables of an experiment reach: which columns they need.

use super::resolved::ResolvedExperiment;
use crate::{
    error::Error,
    measures::{columns::metric_columns, diagnostic::group::Group, metric::measure::Measure},
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
    /// The measures that any records beside the usual.
    measures: Vec<&'static Measure>,
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
                if extent.groups.iter().all(|known| known.name != group.name) {
                    extent.groups.push(group);
                }
            }
            for measure in recipe.measures.iter() {
                if extent
                    .measures
                    .iter()
                    .all(|known| known.name != measure.name)
                {
                    extent.measures.push(measure);
                }
            }
        }
        Ok(extent)
    }

    /// The metrics' columns.
    pub fn columns(&self) -> Vec<String> {
        metric_columns(self.layers, self.validation, &self.measures, &self.groups)
    }
}
