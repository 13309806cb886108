//! Resolving the loss, and the outputs that it needs.

use mlp_core::{Activation, Huber, Loss, Outputs, Quantile};
use mlp_data::{
    Origin, ReadSummary, ScaleKind, TargetBy, TargetTransform, Task, table::TaskChoice,
};

use super::data_recipe::DataRecipe;
use crate::{
    error::Error,
    settings::{
        experiment::{Experiment, TrainingSpec},
        spelled::Spelled,
    },
};

/// Whether the loss needs counts as targets.
pub(super) fn counts(experiment: &Experiment) -> bool {
    let loss = experiment.training.loss.as_ref().map(Spelled::choice);
    matches!(loss, Some(Loss::Poisson(_)))
}

/// Refuses a regression loss on whole numbers that were read as classes where nothing says which they
/// are: a rating and a class look alike.
pub(super) fn check_loss_of_numbers(
    training: &TrainingSpec,
    task: Option<TaskChoice>,
    data: &DataRecipe,
) -> Result<(), Error> {
    let asked = matches!(task, None | Some(TaskChoice::Auto));
    let by_the_author = |read: &ReadSummary| {
        data.dataset.provenance().origin == Origin::File
            && matches!(read.target_by, TargetBy::Last | TargetBy::Named)
    };
    let numbers = |names: &[String]| names.iter().all(|name| name.parse::<f64>().is_ok());
    if let Some(loss) = training.loss.as_ref().map(Spelled::choice)
        && loss.is_regression()
        && asked
        && data.dataset.class_names().is_some_and(numbers)
        && data.dataset.read().first().is_some_and(by_the_author)
    {
        return Err(Error::keys(
            "loss",
            "task",
            format!(
                "{} on targets that may be classes or numbers; say which with --task regression or --task classification",
                loss.name()
            ),
        ));
    }
    Ok(())
}

/// The loss with its settings, which may be in its name (`huber:0.5`) or in separate keys.
/// Resolved, they are in keys.
pub(super) fn resolve_loss(
    training: &mut TrainingSpec,
    output: Activation,
    data: &DataRecipe,
) -> Result<Loss, Error> {
    let task = data.task;
    let usual = match task {
        Task::Classification { classes: 2 } | Task::Multilabel { .. } => Loss::BinaryCrossEntropy,
        Task::Classification { .. } => Loss::SoftmaxCrossEntropy,
        Task::Regression { .. } => Loss::SquaredError,
    };
    let spelled = training
        .loss
        .get_or_insert_with(|| Spelled::new(usual.name(), usual))
        .clone();
    let mut loss = *spelled.choice();
    if !loss_fits(loss, output, task) {
        let fitting = Loss::ALL.iter().flat_map(|known| known.iter());
        let fitting = fitting.map(|known| known.name).filter(|name| {
            let loss = name.parse::<Loss>();
            loss.is_ok_and(|loss| loss_fits(loss, output, task))
        });
        let mut fitting: Vec<&str> = fitting.collect();
        // The usual one first.
        fitting.sort_by_key(|name| *name != usual.name());
        let (other, reason) = match (loss, task) {
            (Loss::Poisson(poisson), Task::Regression { .. }) if poisson.rate => (
                "output_activation",
                format!(
                    "needs positive outputs, and output_activation is {output}; set it to softplus or sigmoid, or"
                ),
            ),
            (loss, task) if loss_fits(loss, Activation::Identity, task) => (
                "output_activation",
                format!(
                    "needs unbounded outputs, and output_activation is {output}; set it to identity, or"
                ),
            ),
            _ => ("task", format!("does not fit {task};")),
        };
        let classes = matches!(task, Task::Classification { .. });
        let hint = match loss.is_regression() && classes {
            true => " (or --task regression, if the targets are numbers)",
            false => "",
        };
        return Err(Error::keys(
            "loss",
            other,
            format!("{} {reason} use {}{hint}", loss.name(), fitting.join(", ")),
        ));
    }
    if matches!(loss, Loss::Poisson(_)) && data.scale_target != ScaleKind::None {
        return Err(Error::keys(
            "scale_target",
            "loss",
            format!(
                "is {}, but the loss {} needs counts as targets; use none",
                data.scale_target,
                loss.name()
            ),
        ));
    }
    if !matches!(loss.outputs(), Outputs::Estimates)
        && data.target_transform != TargetTransform::None
    {
        return Err(Error::keys(
            "target_transform",
            "loss",
            format!(
                "is {}, and the loss {} has a function of its own between outputs and targets; use none",
                data.target_transform,
                loss.name()
            ),
        ));
    }
    let refuse = |setting: &str| {
        let reason = match spelled.has_settings() {
            true => format!(
                "is given with \"{spelled}\", which already contains its setting; give it in one place"
            ),
            false => format!("is not a setting of the loss {}", loss.name()),
        };
        Err(Error::keys(setting, "loss", reason))
    };
    let in_name = spelled.has_settings();
    let huber = matches!(loss, Loss::Huber(_)) && !in_name;
    let quantile = matches!(loss, Loss::Quantile(_)) && !in_name;
    if training.huber_delta.is_some() && !huber {
        return refuse("huber_delta");
    }
    if training.quantile.is_some() && !quantile {
        return refuse("quantile");
    }
    if training.label_smoothing.is_some_and(|share| share > 0.0) && !loss.smooths() {
        return refuse("label_smoothing");
    }
    if training.positive_weight.is_some() && loss != Loss::BinaryCrossEntropy {
        return refuse("positive_weight");
    }
    match &mut loss {
        Loss::Huber(Huber { delta }) => {
            *delta = *training.huber_delta.get_or_insert(*delta);
        }
        Loss::Quantile(Quantile { level }) => {
            *level = *training.quantile.get_or_insert(*level);
        }
        _ => {}
    }
    training.loss = Some(Spelled::new(loss.name(), loss));
    training.loss_scale.get_or_insert(1.0);
    if loss.smooths() {
        training.label_smoothing.get_or_insert(0.0);
    }
    Ok(loss)
}

/// Whether the loss can train a network of the task with that output activation.
fn loss_fits(loss: Loss, output: Activation, task: Task) -> bool {
    let fits = match task {
        Task::Classification { classes } => match loss.outputs() {
            Outputs::Logits => classes == 2,
            Outputs::ClassLogits | Outputs::Scores => true,
            // One output per class, with the targets 0 and 1.
            Outputs::Estimates => loss == Loss::SquaredError,
            Outputs::LogEstimates => false,
        },
        Task::Multilabel { .. } => loss == Loss::BinaryCrossEntropy,
        Task::Regression { .. } => loss.is_regression() || loss == Loss::BinaryCrossEntropy,
    };
    let suits = match loss {
        Loss::Poisson(poisson) if poisson.rate => output.is_positive(),
        // What the loss itself turns to probabilities or rates comes as it is.
        _ => {
            output == Activation::Identity
                || matches!(loss.outputs(), Outputs::Estimates | Outputs::Scores)
        }
    };
    fits && suits
}

/// The number of outputs of a network of the task.
pub(super) fn outputs(loss: Loss, task: Task) -> usize {
    match (task, loss.outputs()) {
        (Task::Classification { classes: 2 }, Outputs::Logits | Outputs::Scores) => 1,
        (Task::Classification { classes }, _) => classes,
        (Task::Multilabel { labels }, _) => labels,
        (Task::Regression { outputs }, _) => outputs,
    }
}
