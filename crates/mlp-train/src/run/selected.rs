//! From a search to a model: the best networks of many, trained again, and judged on rows that no other network was asked
//! of. A recipe gives the same bits again, so nothing but numbers has to be kept of them on the way.

use std::sync::atomic::AtomicBool;

use mlp_core::Level;
use mlp_data::Dataset;
use mlp_statistics::Mean;

use super::{
    job::{Job, Trained},
    outcome::Ending,
    selection::{Candidate, Selection},
    training::{CheckpointAccess, TrainingContext},
};
use crate::{
    clock::StoppedClock,
    data::part::Part,
    error::Error,
    metrics::{
        metric::Metric,
        score::{Confusion, Predicted, bootstrap_interval, score_interval},
    },
    model::{Model, ModelOrigin},
    resolve::resolved::ResolvedExperiment,
    results::{
        columns::{Cell, Column, ColumnKind, Table},
        in_memory::MemoryTable,
    },
    settings::experiment::KeptWeights,
};

/// The table of what was selected: one row a network, and one for the model.
pub const SELECTION: &str = "selection";

impl Selection {
    /// Trains the best again, as one model, and judges it; `None` where an interruption came between.
    ///
    /// # Errors
    /// No network that could be compared; one that does not come out as it did; what training returns.
    pub fn train(
        self,
        experiment: &ResolvedExperiment,
        level: Level,
        interrupt: &AtomicBool,
    ) -> Result<Option<Selected>, Error> {
        if let Some(refusal) = self.refusal() {
            return Err(refusal);
        }
        let mut models = Vec::new();
        let mut first = None;
        for candidate in &self.best {
            let alone = experiment.resolved_alone(candidate.network)?;
            let job = Job {
                experiment: &alone,
                level,
                threads: 1,
                packs: false,
                watch: TrainingContext {
                    observer: &(),
                    interrupt,
                    weights: KeptWeights::None,
                    clock: &StoppedClock,
                },
            };
            let Trained { outcome, model, .. } = job.single(0, CheckpointAccess::default())?;
            if outcome.ending == Ending::Interrupted {
                return Ok(None);
            }
            let again = outcome.last().and_then(|record| record.get(self.metric));
            if again.map(f64::to_bits) != Some(candidate.score.to_bits()) {
                return Err(Error::key(
                    "select",
                    format!(
                        "net {} came to {} {}, and trained again it comes to {}",
                        candidate.network,
                        self.metric,
                        candidate.score,
                        again.map_or_else(|| "none".to_owned(), |again| again.to_string())
                    ),
                ));
            }
            models.push(model);
            first.get_or_insert(alone);
        }
        let Some(first) = first else {
            return Ok(None);
        };
        let recipe = first.recipe(0)?;
        let data = &recipe.data;
        let mut model = Model::ensemble(models)?;
        if model.members() > 1 {
            let origin = ModelOrigin {
                experiment: experiment.made_by(None, None),
                ..model.origin().clone()
            };
            model = model
                .with_origin(origin)
                .with_threshold(recipe.threshold, data, level)?;
        }
        let judge = |part: Part| match part.rows(&data.split) {
            [] => Ok(None),
            rows => judge(&model, &data.dataset.select_rows(rows)?, self.metric, level).map(Some),
        };
        Ok(Some(Selected {
            metric: self.metric,
            compared: self.compared,
            networks: self.best,
            validation: judge(Part::Validation)?,
            test: judge(Part::Test)?,
            model,
        }))
    }
}

/// A score of rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    /// The score.
    pub value: f64,
    /// Its 95 % interval over the rows, where it has one: Wilson's of an accuracy, Student's of a mean loss of rows that count
    /// the same, of others that of bootstrap samples of the rows.
    pub interval: Option<(f64, f64)>,
    /// How many rows there are.
    pub rows: usize,
}

fn judge(model: &Model, rows: &Dataset, metric: Metric, level: Level) -> Result<Judged, Error> {
    let (value, interval) = match metric {
        Metric::Score(_, score) => {
            let judged: Predicted = model.judge_at(rows, level)?;
            // Among networks it counts as 0 without a row that is predicted as positive; of one it is unknown.
            let unknown = score.name == "precision"
                && Confusion::of(&judged)
                    .is_some_and(|of| of.classes() == 2 && of.known_precision(1).is_none());
            match (score.value)(&judged) {
                Some(value) if !unknown => (value, score_interval(score, &judged)),
                _ => (f64::NAN, None),
            }
        }
        _ => (
            model.evaluate(rows, level)?.loss,
            loss_interval(model, rows, level)?,
        ),
    };
    Ok(Judged {
        value,
        interval,
        rows: rows.samples(),
    })
}

/// The 95 % interval of a mean loss over rows: Student's, or where they count differently that of bootstrap samples.
fn loss_interval(model: &Model, rows: &Dataset, level: Level) -> Result<Option<(f64, f64)>, Error> {
    let weights = weights(model, rows, level)?;
    let each = (0..rows.samples()).map(|row| {
        // A row that does not count has no loss of its own.
        if weights.as_ref().is_some_and(|weights| weights[row] == 0.0) {
            return Ok(0.0);
        }
        Ok(model.evaluate(&rows.select_rows(&[row])?, level)?.loss)
    });
    let each = each.collect::<Result<Vec<f64>, Error>>()?;
    let Some(weights) = weights else {
        // Rows that all have the same loss say nothing of others.
        let interval = Mean::of(&each).and_then(|mean| mean.interval);
        return Ok(interval.filter(|(low, high)| low < high));
    };
    Ok(bootstrap_interval(each.len(), |drawn| {
        let (sum, total) = drawn.iter().fold((0.0, 0.0), |(sum, total), &row| {
            (sum + weights[row] * each[row], total + weights[row])
        });
        (total > 0.0).then(|| sum / total)
    }))
}

/// How much each row counts in a mean loss, by its own weight and that of its class; `None` where all count the same.
fn weights(model: &Model, rows: &Dataset, level: Level) -> Result<Option<Vec<f64>>, Error> {
    let of_classes = model.parts().weighting.class_weights.as_ref();
    if rows.weights().is_none() && of_classes.is_none() {
        return Ok(None);
    }
    let mut weights = match rows.weights() {
        Some(weights) => weights.to_vec(),
        None => vec![1.0; rows.samples()],
    };
    if let Some(of_classes) = of_classes {
        let judged = model.judge_at(rows, level)?;
        let labels = judged
            .as_classes()
            .map_or(&[][..], |classes| classes.labels);
        for (weight, &label) in weights.iter_mut().zip(labels) {
            *weight *= of_classes[label as usize];
        }
    }
    Ok(Some(weights))
}

/// What was selected.
#[derive(Clone, Debug)]
pub struct Selected {
    /// By which loss or score of the validation part.
    pub metric: Metric,
    /// How many networks were compared.
    pub compared: u64,
    /// The networks, the best first.
    pub networks: Vec<Candidate>,
    /// The one network, or all of them as one.
    pub model: Model,
    /// The score of the model on the rows by which it was chosen: the best of many, and so too good.
    pub validation: Option<Judged>,
    /// Its score on the test part, which no other network saw; `None` without one.
    pub test: Option<Judged>,
}

impl Selected {
    /// The table `selection`: the networks by rank, then the model.
    pub fn table(&self) -> Table {
        let judged = [self.validation, self.test];
        table(self.metric, self.compared, &self.networks, judged)
    }
}

impl Selection {
    /// The table `selection` where no network can be selected: the row of the model alone, without a score.
    pub fn table_of_none(&self) -> Table {
        table(self.metric, self.compared, &[], [None, None])
    }
}

/// The table `selection`, with the scores of the model on the validation part and the test part.
fn table(
    metric: Metric,
    compared: u64,
    networks: &[Candidate],
    [validation, test]: [Option<Judged>; 2],
) -> Table {
    let columns = [
        ("what", ColumnKind::Text),
        ("net", ColumnKind::Integer),
        ("seed", ColumnKind::Integer),
        ("score", ColumnKind::Text),
        ("validation", ColumnKind::Number),
        ("test", ColumnKind::Number),
        ("test_low", ColumnKind::Number),
        ("test_high", ColumnKind::Number),
        ("test_rows", ColumnKind::Integer),
        ("compared", ColumnKind::Integer),
    ];
    let columns = columns.map(|(name, kind)| Column::new(name, kind));
    let mut table = MemoryTable::new(columns.to_vec());
    let whole = |number: u64| i64::try_from(number).map_or(Cell::Null, Cell::Integer);
    let name = metric.to_string();
    let name = name.split_once('_').map_or(&*name, |(_, name)| name);
    let nothing = || [Cell::Null, Cell::Null, Cell::Null, Cell::Null];
    let mut row = |what: &str, net: [Cell; 2], validation: f64, test: [Cell; 4]| {
        let ids = [Cell::Text(what.to_owned())].into_iter().chain(net);
        let scores = [Cell::Text(name.to_owned()), Cell::Number(validation)];
        let row = ids.chain(scores).chain(test);
        table.add(row.chain([whole(compared)]));
    };
    for one in networks {
        let ids = [whole(one.network), whole(one.seed)];
        row("network", ids, one.score, nothing());
    }
    let test = test.map_or_else(nothing, |test| {
        let [low, high] = match test.interval {
            Some((low, high)) => [Cell::Number(low), Cell::Number(high)],
            None => [Cell::Null, Cell::Null],
        };
        [Cell::Number(test.value), low, high, whole(test.rows as u64)]
    });
    let validation = validation.map_or(f64::NAN, |judged| judged.value);
    row("model", [Cell::Null, Cell::Null], validation, test);
    table.finish()
}

#[cfg(test)]
mod tests;
