//! The experiment of a single network of many.

use super::ResolvedExperiment;
use crate::{
    error::Error,
    metrics::metric::{Metric, RECORDED},
    settings::{experiment::Experiment, kind::Kind},
};

impl ResolvedExperiment {
    /// The experiment that trains only one network of this one: its recipe, bit for bit. Of one that selects a network,
    /// the test part stays withheld.
    ///
    /// # Errors
    /// As [`recipe`](Self::recipe).
    ///
    /// # Panics
    /// If there is no such network.
    pub fn alone(&self, network: u64) -> Result<Experiment, Error> {
        let mut alone = self.judged_alone(network)?;
        if self.selects() {
            alone.data.withhold_test = Some(true);
        }
        Ok(alone)
    }

    /// Whether it selects a network as a model.
    fn selects(&self) -> bool {
        self.spelled.population.select.is_some()
    }

    /// The experiment that trains only one network, with its test part.
    fn judged_alone(&self, network: u64) -> Result<Experiment, Error> {
        let seed = self.recipe(network)?.seed;
        let mut alone = self.resolve(self.cell_of(network))?.experiment;
        alone.kind = Kind::Train;
        // The score that it is selected by is recorded as it was.
        if let Some(Metric::Score(_, score)) = alone.population.select
            && !RECORDED.contains(&score.name)
        {
            let metrics = alone.training.metrics.get_or_insert_default();
            if !metrics.contains(&score) {
                metrics.push(score);
            }
        }
        alone.population = Default::default();
        alone.map = Default::default();
        alone.training.seed = Some(seed);
        Ok(alone)
    }

    /// The experiment that [trains one network alone](Self::alone), resolved with the same files. Of one that selects a
    /// network, it has the test part.
    ///
    /// # Errors
    /// As [`recipe`](Self::recipe).
    pub(crate) fn resolved_alone(&self, network: u64) -> Result<Self, Error> {
        Self::new(&self.judged_alone(network)?, Some(self.sources.provider()))
    }
}
