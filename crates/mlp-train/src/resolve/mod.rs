//! Resolving: from what an author writes to what is computed, with every default filled in, one cell at a time.

mod applies;
pub mod data_recipe;
mod layers;
mod loss;
pub mod recipe;
pub mod required_columns;
pub mod resolved;
mod selecting;
mod steps;
mod train_spec;
mod training;

use std::sync::Arc;

use mlp_core::{Activation, Batch, Loss, Normalization, TrainSpec};
use mlp_data::{ScaleKind, Task};

use self::{data_recipe::DataRecipe, recipe::Recipe};
use self::{
    layers::{resolve_layers, resolve_network},
    loss::{check_loss_of_numbers, counts, resolve_loss},
    steps::{DEFAULT_STEPS, steps_per_epoch},
    train_spec::train_spec,
    training::{DEFAULT_TARGET_LOSS, resolve_optimizer, resolve_schedule, resolve_training},
};
use crate::{
    data::part::Part,
    data::source::Sources,
    error::Error,
    metrics::{
        diagnostic::{self, group::Group},
        event::SHADE,
        event_tracker::FollowedLosses,
        metric::{Metric, RECORDED},
        score::definition::{Score, Subject},
    },
    settings::{
        experiment::{Experiment, Figures, MapAxis, TableFormat, TrainingSpec},
        kind::Kind,
        schedule::RecordSchedule,
    },
    stopping::{Target, rules::Stopping},
};

/// One cell with every default filled in, and the recipe of its first network.
#[derive(Clone, Debug)]
pub(crate) struct ResolvedCell {
    pub(crate) experiment: Experiment,
    pub(crate) recipe: Recipe,
}

/// Resolves one cell.
pub(crate) fn resolve_cell(
    mut experiment: Experiment,
    sources: &Sources,
) -> Result<ResolvedCell, Error> {
    if counts(&experiment) {
        // Counts stay counts.
        experiment.data.scale_target.get_or_insert(ScaleKind::None);
    }
    let task = experiment.data.task;
    let data = sources.resolve(&mut experiment.data)?;
    let start = sources.start(&experiment.training)?;
    if let Some(start) = &start {
        start.spell_out(&mut experiment.training)?;
    }
    let given = sources.given(&experiment.network)?;
    if let Some(given) = &given {
        given.check_classes(&data.dataset)?;
        given.spell_out(&mut experiment.network)?;
    }
    let order = sources.batch_order(&experiment.training)?;
    if let Some(order) = &order {
        order.spell_out(&mut experiment.training)?;
    }
    resolve_network(&mut experiment)?;
    let output = experiment
        .network
        .output_activation
        .unwrap_or(Activation::Identity);
    check_loss_of_numbers(&experiment.training, task, &data)?;
    let loss = resolve_loss(&mut experiment.training, output, &data)?;
    selecting::check(&experiment, &data, loss)?;
    let optimizer = resolve_optimizer(&mut experiment.training)?;
    resolve_training(&mut experiment, &data, &optimizer)?;
    let pace = resolve_schedule(&mut experiment, &data, &optimizer)?;
    let stopping = resolve_stopping(&mut experiment.training, &data)?;
    resolve_layers(&mut experiment)?;
    resolve_sizes_and_output(&mut experiment, &data)?;
    let event = match experiment.map.metric {
        Some(Metric::Event(event)) => Some(event),
        _ => None,
    };
    let shaded = event.is_some_and(|event| event.name == SHADE);
    if shaded && stopping.is_some() {
        return Err(Error::keys(
            "metric",
            "stopping",
            format!(
                "{SHADE} sums over all steps, and a stopping rule ends a training early; give one of them"
            ),
        ));
    }
    let given = given.as_deref();
    let order = order.map(|order| order.samples());
    let spec = train_spec(&experiment, &data, loss, optimizer, pace, given, order)?;
    let diagnostics = diagnostics(&experiment, &data, &spec)?;
    let scores = scores(&experiment, &data, loss)?;
    let until = experiment.training.stopping.until.as_ref();
    if let Some((_, score)) = until.and_then(Target::further) {
        check_probabilities("until", score, loss)?;
    }
    if let Some(threshold) = experiment.training.threshold {
        threshold.check(&data, loss)?;
    }
    check_interval_folds(&experiment.training, &data)?;
    let training = &experiment.training;
    let steps = training.steps.unwrap_or(DEFAULT_STEPS);
    let record = training
        .record
        .as_ref()
        .unwrap_or(&RecordSchedule::Last)
        .steps(steps);
    let mut record = record.map_err(|reason| Error::key("record", reason))?;
    if let Some(start) = &start {
        record.retain(|step| *step >= start.steps());
    }
    let recipe = Recipe {
        spec: Arc::new(spec),
        seed: training.seed.unwrap_or(0),
        steps,
        record: record.into(),
        precision: training.precision.unwrap_or_default(),
        scores,
        threshold: training.threshold,
        interval_folds: training.interval_folds,
        shaded,
        follow: event.map_or(FollowedLosses::Nothing, |event| event.follow),
        target_loss: training.target_loss.unwrap_or(DEFAULT_TARGET_LOSS),
        diagnostics,
        rows: experiment.population.rows == Some(true),
        out_of_fold: experiment.kind == Kind::Population && experiment.data.fold.is_some(),
        stopping,
        data,
        start,
    };
    if let Some(start) = &recipe.start {
        start.check(&recipe)?;
    }
    Ok(ResolvedCell { experiment, recipe })
}

/// The relative tolerance within which cells are as good as the best.
const DEFAULT_TOLERANCE: f64 = 0.05;

/// The additional scores of records: those requested, and the one that a map shows or networks are selected by.
fn scores(
    experiment: &Experiment,
    data: &DataRecipe,
    loss: Loss,
) -> Result<Arc<[&'static Score]>, Error> {
    let named = experiment.training.metrics.as_deref().unwrap_or_default();
    for score in named {
        data.check_subject("metrics", score.name, score)?;
    }
    let shown = [
        ("metric", experiment.map.metric),
        ("select", experiment.population.select),
    ];
    let shown = shown.into_iter().filter_map(|(key, metric)| match metric {
        Some(Metric::Score(_, score)) => Some((key, score)),
        _ => None,
    });
    let named = named.iter().map(|score| ("metrics", *score));
    let mut further: Vec<&'static Score> = Vec::new();
    for (key, score) in named.chain(shown) {
        if !RECORDED.contains(&score.name) && !further.contains(&score) {
            check_probabilities(key, score, loss)?;
            further.push(score);
        }
    }
    Ok(further.into())
}

/// Refuses a score of probabilities for a network that provides none.
fn check_probabilities(key: &str, score: &Score, loss: Loss) -> Result<(), Error> {
    if score.subject != Subject::Probabilities || loss.gives_probabilities() {
        return Ok(());
    }
    let (score, loss) = (score.name, loss.name());
    let reason = format!(
        "{score} needs probabilities, but the outputs of a network trained with {loss} are scores; leave it out, or use a cross-entropy"
    );
    Err(Error::keys(key, "loss", reason))
}

/// The groups of diagnostics of records: those requested, and that of a map's metric.
fn diagnostics(
    experiment: &Experiment,
    data: &DataRecipe,
    spec: &TrainSpec,
) -> Result<Arc<[&'static Group]>, Error> {
    let named = experiment
        .training
        .diagnostics
        .as_deref()
        .unwrap_or_default();
    let shown = experiment.map.metric.and_then(|metric| metric.group());
    let function = named.iter().any(|group| group.name == "function") && data.points.is_some();
    let asked = |group: &&Group| {
        named.contains(group)
            || shown == Some(*group)
            || function && group.name == diagnostic::ON_POINTS
    };
    let groups: Vec<&Group> = diagnostic::GROUPS.iter().filter(asked).collect();
    if data.points.is_none()
        && groups
            .iter()
            .any(|group| group.name == diagnostic::ON_POINTS)
    {
        return Err(Error::keys(
            "diagnostics",
            "predict_on",
            format!(
                "{} needs points to look at; give --predict-on FILE",
                diagnostic::ON_POINTS
            ),
        ));
    }
    let layers = &spec.architecture.layers;
    let normalized = layers
        .iter()
        .any(|layer| layer.normalization != Normalization::None);
    if let Some(group) = groups.iter().find(|group| group.traces && normalized) {
        return Err(Error::keys(
            "diagnostics",
            "normalization",
            format!(
                "{} need a trace of the layers, which is not available with normalization; leave out one of them",
                group.name
            ),
        ));
    }
    let shortcuts = spec.architecture.has_shortcuts();
    if let Some(group) = groups.iter().find(|group| group.pairs && shortcuts) {
        return Err(Error::keys(
            "diagnostics",
            "shortcuts",
            format!(
                "{} compare each layer with the next one, and with shortcuts several are next; leave out one of them",
                group.name
            ),
        ));
    }
    Ok(groups.into())
}

/// The rules that end a training early, by default checked once per epoch.
fn resolve_stopping(
    training: &mut TrainingSpec,
    data: &DataRecipe,
) -> Result<Option<Arc<Stopping>>, Error> {
    let batch = training.batch.unwrap_or(Batch::Full);
    let epoch = steps_per_epoch(data.split.train.len(), batch);
    let stopping = training.stopping.resolve(data, epoch)?;
    Ok(stopping.map(|stopping| {
        Arc::new(Stopping {
            threshold: training.threshold,
            ..stopping
        })
    }))
}

fn resolve_sizes_and_output(experiment: &mut Experiment, data: &DataRecipe) -> Result<(), Error> {
    match experiment.kind {
        Kind::Train => {}
        Kind::Population => {
            experiment.population.nets = Some(experiment.population.nets_a_cell());
        }
        Kind::Map => {
            experiment.map.seeds.get_or_insert(1);
            experiment.map.tolerance.get_or_insert(DEFAULT_TOLERANCE);
            experiment.map.y.get_or_insert(MapAxis::Step);
            let usual = match data.split.test.is_empty() {
                true => Part::Train,
                false => Part::Test,
            };
            let metric = experiment.map.metric.get_or_insert(Metric::Loss(usual));
            data.check_metric("metric", *metric)?;
        }
    }
    experiment.output.format.get_or_insert(TableFormat::Parquet);
    experiment.output.figures.get_or_insert(Figures::All);
    experiment.output.save_weights.get_or_insert_default();
    Ok(())
}

/// Refuses folds for prediction intervals where there can be none.
fn check_interval_folds(training: &TrainingSpec, data: &DataRecipe) -> Result<(), Error> {
    let Some(folds) = training.interval_folds else {
        return Ok(());
    };
    let refuse = |reason: String| Err(Error::key("interval_folds", reason));
    if !matches!(data.task, Task::Regression { .. }) {
        return refuse(format!(
            "prediction intervals are of numbers, and {} is {}; its model gives probabilities",
            data.name, data.task
        ));
    }
    let rows = data.split.train.len();
    if !(2..=rows).contains(&folds) {
        return refuse(format!(
            "must be 2 or more and at most {rows}, the rows of the training part, not {folds}"
        ));
    }
    if training.continue_from.is_some() {
        return refuse(format!(
            "a training with {folds} more networks for prediction intervals cannot be continued; train it anew with more steps"
        ));
    }
    let other = match () {
        () if training.batch_order.is_some() => {
            Some("batch_order names samples, of which a fold lacks some")
        }
        () if training.stopping.time_budget.is_some() => {
            Some("time_budget is for one network, and folds train several")
        }
        () => None,
    };
    match other {
        Some(why) => refuse(format!("{why}; leave one of them out")),
        None => Ok(()),
    }
}
