//! What is stored of a trained network, ready for the tables.

use serde::{Deserialize, Serialize};

use super::{
    answer_rows::KeptAnswers,
    number_columns::NumberColumns,
    outcome::{Outcome, Status},
    parameters::Parameters,
};
use crate::metrics::{
    event::least, event_tracker::EventTracker, metric::Metric, row_fate::RowFate,
};

/// One row of `nets`, its rows of `series`, and the saved parameters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NetworkRows {
    /// Its index in the experiment.
    pub network: u64,
    /// Its seed.
    pub seed: u64,
    /// How it ended.
    pub status: Status,
    /// Number of updates.
    pub last_step: u64,
    /// The rule that stopped it, if any.
    pub stopped_by: Option<String>,
    /// The step whose parameters were kept as the best, where requested.
    pub best_step: Option<u64>,
    /// Whether it exploded.
    pub exploded: bool,
    /// Whether its last loss is finite and below the first, or its shade is negative.
    pub converged: bool,
    /// How fast it converged or diverged, where requested.
    pub shade: Option<f64>,
    /// The events of every step, where requested.
    pub followed: Option<EventTracker>,
    /// The recorded steps, ascending.
    pub steps: Vec<u64>,
    /// The metrics, one row per record; missing where one does not apply.
    pub metrics: NumberColumns,
    /// Saved parameters, by step.
    pub weights: Vec<(u64, Parameters)>,
    /// The fates of the rows, where they are followed: those of the training, validation and test part.
    pub fates: Vec<RowFate>,
    /// What it says in the end of the rows that it is asked of.
    pub answers: Option<Box<KeptAnswers>>,
}

impl AsRef<NumberColumns> for NetworkRows {
    fn as_ref(&self) -> &NumberColumns {
        &self.metrics
    }
}

impl NetworkRows {
    /// The metrics of an outcome in the order of the columns, whose numbers are appended to others.
    /// Its parameters are moved out.
    pub fn written(outcome: &mut Outcome, metrics: &[Metric], numbers: &mut Vec<f64>) -> Self {
        let metrics = metrics.iter().map(|metric| {
            let records = outcome.records.iter();
            records.map(move |record| record.get(*metric))
        });
        let metrics = NumberColumns::written(outcome.records.len(), metrics, numbers);
        Self {
            network: outcome.network,
            seed: outcome.seed,
            status: outcome.status(),
            last_step: outcome.last_step,
            stopped_by: outcome.stopped_by().map(str::to_owned),
            best_step: outcome.best_step,
            exploded: outcome.exploded,
            converged: outcome.converged(),
            shade: outcome.shade,
            followed: outcome.followed.clone(),
            steps: outcome.records.iter().map(|record| record.step).collect(),
            metrics,
            weights: std::mem::take(&mut outcome.weights),
            fates: std::mem::take(&mut outcome.fates),
            answers: outcome.answers.take(),
        }
    }

    /// The records: step and metrics.
    pub fn records(&self) -> impl Iterator<Item = (u64, impl Iterator<Item = Option<f64>>)> {
        let steps = self.steps.iter().enumerate();
        steps.map(|(record, step)| (*step, self.metrics.row(record)))
    }

    /// The record of the network's final parameters: the last, or that of the best step.
    pub fn last_record(&self) -> Option<usize> {
        match self.best_step {
            Some(best) => self.steps.binary_search(&best).ok(),
            None => self.steps.len().checked_sub(1),
        }
    }

    /// The lowest training loss, of every step where events were followed, else of the records, in which
    /// column `place` is the training loss.
    pub fn best_train_loss(&self, place: usize) -> Option<f64> {
        if let Some(followed) = &self.followed {
            return followed.least;
        }
        least(self.metrics.column(place).iter().flatten())
    }

    /// Bytes in memory, approximately.
    pub fn bytes(&self) -> usize {
        let weights = self
            .weights
            .iter()
            .map(|(_, parameters)| 8 * parameters.len());
        let answers = self.answers.as_ref().map_or(0, |answers| answers.bytes());
        let fates = size_of_val(self.fates.as_slice());
        64 + 8 * self.steps.len() + self.metrics.bytes() + weights.sum::<usize>() + fates + answers
    }
}
