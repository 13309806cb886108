//! What keeps one network or several of many as a model, and what tells of rows: whether it can be had.

use mlp_data::Task;

use super::{data_recipe::DataRecipe, resolved::Axis};
use crate::{
    data::part::Part,
    error::Error,
    metrics::metric::Metric,
    settings::{experiment::Experiment, kind::Kind},
};
use mlp_core::Loss;

/// Keys that members of an ensemble must agree in, besides those of the data: they answer together.
const SHARED: [&str; 5] = [
    "training.loss",
    "training.huber_delta",
    "training.quantile",
    "training.precision",
    "training.class_weights",
];

impl Experiment {
    /// Refuses what is for many networks where there is one, and ensembles that cannot be.
    pub(super) fn check_selecting(&self, axes: &[Axis], networks: u64) -> Result<(), Error> {
        let population = &self.population;
        let asked = [
            ("select", population.select.is_some()),
            ("ensemble", population.ensemble.is_some()),
            ("rows", population.rows == Some(true)),
        ];
        if self.kind != Kind::Population
            && let Some((key, _)) = asked.iter().find(|(_, asked)| *asked)
        {
            return Err(Error::keys(
                key,
                "folds",
                "is for many networks, and this trains one; use mlp population, or --folds",
            ));
        }
        let on_data = || {
            axes.iter()
                .find(|axis| axis.key.info().path.starts_with("data."))
        };
        if population.rows == Some(true)
            && population.draws.is_some()
            && let Some(axis) = on_data()
        {
            return Err(Error::keys(
                "rows",
                axis.key,
                "is told over all draws together, which must share their data; sweep a grid",
            ));
        }
        let Some(members) = population.ensemble else {
            return Ok(());
        };
        if population.select.is_none() {
            return Err(Error::keys(
                "ensemble",
                "select",
                "is of the best networks; say by which score, as in --select accuracy",
            ));
        }
        if members > networks {
            return Err(Error::key(
                "ensemble",
                format!("there are {networks} networks, and {members} of them are asked for"),
            ));
        }
        let apart = || {
            axes.iter()
                .find(|axis| SHARED.contains(&axis.key.info().path))
        };
        if members > 1
            && let Some(axis) = on_data().or_else(apart)
        {
            return Err(Error::keys(
                "ensemble",
                axis.key,
                format!(
                    "needs members with the same data, loss and precision, and {} is swept; leave one out",
                    axis.key
                ),
            ));
        }
        Ok(())
    }
}

/// Refuses a score that cannot choose among networks on these data, rules that look at the rows that are withheld, and
/// fates of rows that are neither right nor wrong.
pub(super) fn check(experiment: &Experiment, data: &DataRecipe, loss: Loss) -> Result<(), Error> {
    if let Some(metric) = experiment.population.select {
        let name = metric.to_string();
        let name = name.split_once('_').map_or(&*name, |(_, name)| name);
        if data.split.validation.is_empty() {
            return Err(Error::key(
                "select",
                format!(
                    "{name} is taken on a validation part; give --validation-fraction, as in 0.2"
                ),
            ));
        }
        match metric {
            Metric::Score(_, score) => data.check_subject("select", name, score)?,
            _ => data.check_metric("select", metric)?,
        }
        let until = experiment.training.stopping.until.as_ref();
        if until.is_some_and(|until| until.metric().part() == Some(Part::Test)) {
            return Err(Error::keys(
                "until",
                "select",
                "would look at the test part, which is kept for the network that is selected; take a validation score",
            ));
        }
    }
    if experiment.population.rows == Some(true) {
        if !matches!(data.task, Task::Classification { .. }) {
            return Err(Error::keys(
                "rows",
                "task",
                format!(
                    "are right or wrong where they have classes, and {} is {}",
                    data.name, data.task
                ),
            ));
        }
        if !loss.gives_probabilities() {
            return Err(Error::keys(
                "rows",
                "loss",
                format!(
                    "are told by the probability of their class, and a network trained on {} gives none; use a cross-entropy",
                    loss.name()
                ),
            ));
        }
    }
    Ok(())
}
