//! What is kept of a trained network, ready for the tables.

use mlp_core::Scalar;
use serde::{Deserialize, Serialize};

use crate::{
    outcome::{Outcome, Status},
    record::Reading,
};

/// One row of `nets`, its rows of `series`, and the parameters that are kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct NetworkRows {
    /// Its index in the experiment.
    pub(crate) network: u64,
    /// Its seed.
    pub(crate) seed: u64,
    /// How it ended.
    pub(crate) status: Status,
    /// Updates made.
    pub(crate) last_step: u64,
    /// The rule that stopped it, where one did.
    pub(crate) stopped_by: Option<String>,
    /// The step whose parameters were kept as the best, where that was asked for.
    pub(crate) best_step: Option<u64>,
    /// Whether its last loss is finite and below the one it started from, or its shade says so.
    pub(crate) converged: bool,
    /// How fast it converged or diverged, where that was asked for.
    pub(crate) shade: Option<f64>,
    /// The recorded steps, ascending.
    pub(crate) steps: Vec<u64>,
    /// The metrics `[records, columns]`; `None` where one does not apply.
    #[serde(with = "super::values")]
    pub(crate) values: Vec<Option<f64>>,
    /// Parameters that are kept, by step.
    pub(crate) weights: Vec<(u64, Parameters)>,
}

/// The flat parameter slice of a network in the number type of its training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Parameters {
    /// f32.
    Single(Vec<f32>),
    /// f64.
    Double(Vec<f64>),
}

impl Parameters {
    /// A copy of a slice.
    pub fn of<T: Scalar>(values: &[T]) -> Self {
        if size_of::<T>() == size_of::<f32>() {
            Self::Single(values.iter().map(|value| value.to_f64() as f32).collect())
        } else {
            Self::Double(values.iter().map(|value| value.to_f64()).collect())
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Single(values) => values.len(),
            Self::Double(values) => values.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl NetworkRows {
    /// The metrics of an outcome in the order of `columns`.
    pub(crate) fn new(outcome: Outcome, columns: &[String]) -> Self {
        let readings: Vec<Reading<'_>> = columns.iter().map(|name| Reading::of(name)).collect();
        let mut values = Vec::with_capacity(outcome.records.len() * columns.len());
        for record in &outcome.records {
            values.extend(readings.iter().map(|reading| record.read(reading)));
        }
        Self {
            network: outcome.network,
            seed: outcome.seed,
            status: outcome.status,
            last_step: outcome.last_step,
            stopped_by: outcome.stopped_by.map(str::to_owned),
            best_step: outcome.best_step,
            converged: outcome.converged(),
            shade: outcome.shade,
            steps: outcome.records.iter().map(|record| record.step).collect(),
            values,
            weights: outcome.weights,
        }
    }

    /// The records: step and metrics.
    pub(crate) fn records(&self) -> impl Iterator<Item = (u64, &[Option<f64>])> {
        let columns = self.values.len() / self.steps.len().max(1);
        let rows = self.values.chunks_exact(columns.max(1));
        self.steps.iter().copied().zip(rows)
    }

    /// The record of the parameters that the network ends with: the last, or that of the best step.
    pub(crate) fn last_record(&self) -> Option<usize> {
        match self.best_step {
            Some(best) => self.steps.binary_search(&best).ok(),
            None => self.steps.len().checked_sub(1),
        }
    }

    /// The metrics of that record.
    pub(crate) fn last(&self) -> Option<&[Option<f64>]> {
        let columns = self.values.len().checked_div(self.steps.len())?;
        let record = self.last_record()?;
        self.values.get(record * columns..(record + 1) * columns)
    }

    /// Bytes in memory, roughly.
    pub(crate) fn bytes(&self) -> usize {
        let weights = self
            .weights
            .iter()
            .map(|(_, parameters)| 8 * parameters.len());
        64 + 8 * self.steps.len() + 16 * self.values.len() + weights.sum::<usize>()
    }
}
