//! Sizes of the records of an experiment's networks.

use mlp_data::Task;

use crate::Error;
use mlp_train::{Kind, ResolvedExperiment, Statistics, storing::RequiredColumns};

/// The numbers of one record, and of the summaries.
#[derive(Debug)]
pub(super) struct Records {
    /// Columns of the metrics, some of which stay empty.
    pub(super) columns: f64,
    /// Columns with mostly distinct numbers: losses, norms, diagnostics.
    pub(super) continuous: f64,
    /// Columns with few distinct numbers: accuracies.
    pub(super) shares: f64,
    /// Whether there are both losses, so that a map has their difference.
    pub(super) gap: bool,
    /// Summaries of each column of a population.
    pub(super) summaries: f64,
    /// Networks in the average summary.
    pub(super) summed: f64,
}

impl Records {
    pub(super) fn of(experiment: &ResolvedExperiment) -> Result<Self, Error> {
        let columns = RequiredColumns::of(experiment)?.columns();
        let first = experiment.recipe(0)?;
        let split = &first.data.split;
        let held = [&split.train, &split.validation, &split.test];
        let parts = held.iter().filter(|rows| !rows.is_empty()).count();
        let layers = first.architecture().layers.len();
        let regression = matches!(first.data.task, Task::Regression { .. });
        // Loss, R2 and RMSE, or loss; the norms in total and by layer, and that of the gradient.
        let usual = parts * if regression { 3 } else { 1 } + 3 + 2 * layers;
        let scores = parts * first.scores.len();
        let diagnostics = mlp_train::diagnostic::columns(&first.diagnostics, layers).count();
        let (summaries, summed) = match experiment.kind() {
            Kind::Population => {
                Statistics::new(experiment, &columns)?.extent(experiment.networks())
            }
            Kind::Train | Kind::Map => (0.0, 0.0),
        };
        Ok(Self {
            columns: columns.len() as f64,
            continuous: (usual + scores + diagnostics) as f64,
            shares: if regression { 0.0 } else { parts as f64 },
            gap: !split.test.is_empty(),
            summaries,
            summed,
        })
    }

    /// Numbers of a record.
    pub(super) fn numbers(&self) -> f64 {
        self.continuous + self.shares
    }
}
