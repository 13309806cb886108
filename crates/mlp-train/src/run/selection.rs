//! The best networks of many by the validation part.
//!
//! Kept of a network that comes is its number and its score, if it is among the best so far. So memory stays flat, and the
//! order in which networks finish decides nothing.

use super::{network_rows::NetworkRows, outcome::Status};
use crate::{error::Error, metrics::metric::Metric, resolve::resolved::ResolvedExperiment};

/// Why no network can be selected by a score, where it is `undefined` for so many that neither diverged nor exploded.
pub fn why_none(metric: &str, undefined: u64) -> String {
    match undefined {
        0 => format!(
            "no network has a {metric} to compare, for all diverged or exploded; try a smaller --learning-rate"
        ),
        networks => format!(
            "{metric} is undefined on this validation part for {networks} of the networks, and no other can be \
             compared; select by another score, such as loss, or give another validation part"
        ),
    }
}

/// A network that may be selected.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// Its index.
    pub network: u64,
    /// Its seed.
    pub seed: u64,
    /// Its score on the validation part, by its last record.
    pub score: f64,
}

/// The best networks so far.
#[derive(Clone, Debug)]
pub struct Selection {
    pub(super) metric: Metric,
    /// The place of the metric among the columns of a record.
    place: usize,
    most: usize,
    pub(super) best: Vec<Candidate>,
    pub(super) compared: u64,
    /// Networks that neither diverged nor exploded, of which the score is undefined.
    pub(super) undefined: u64,
}

impl Selection {
    /// Before the first network of an experiment whose records have these metrics; `None` where it selects none.
    pub fn of(experiment: &ResolvedExperiment, metrics: &[Metric]) -> Option<Self> {
        let population = &experiment.experiment().population;
        let metric = population.select?;
        Some(Self {
            metric,
            place: metrics.iter().position(|known| *known == metric)?,
            most: usize::try_from(population.ensemble.unwrap_or(1)).unwrap_or(usize::MAX),
            best: Vec::new(),
            compared: 0,
            undefined: 0,
        })
    }

    /// Takes the next network in, in the order of their indices. One that diverged or exploded is not compared.
    pub fn push(&mut self, rows: &NetworkRows) {
        let sound = rows.status != Status::Diverged && !rows.exploded;
        let record = rows.last_record().filter(|_| sound);
        if let Some(record) = record {
            let score = rows.metrics.row(record).nth(self.place).flatten();
            self.consider(Candidate {
                network: rows.network,
                seed: rows.seed,
                score: score.unwrap_or(f64::NAN),
            });
        }
    }

    /// The loss or score by which networks are selected.
    pub fn metric(&self) -> Metric {
        self.metric
    }

    /// Why none of the networks can be selected; `None` where one can.
    pub fn refusal(&self) -> Option<Error> {
        let why = || why_none(&self.metric.to_string(), self.undefined);
        (self.best.is_empty()).then(|| Error::key("select", why()))
    }

    /// Takes in the next network that neither diverged nor exploded, in the order of their indices.
    pub fn consider(&mut self, candidate: Candidate) {
        let score = candidate.score;
        if !score.is_finite() {
            self.undefined += 1;
            return;
        }
        self.compared += 1;
        let larger = self.metric.larger_is_better() == Some(true);
        // Behind those that are as good: of equals the first counts.
        let as_good = |known: &Candidate| match larger {
            true => known.score >= score,
            false => known.score <= score,
        };
        let place = self.best.partition_point(as_good);
        if place < self.most {
            self.best.insert(place, candidate);
            self.best.truncate(self.most);
        }
    }
}
