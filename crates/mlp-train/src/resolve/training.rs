//! Resolving the optimizer, the schedule of its rate, and the other keys of `[training]`.

use mlp_core::{
    Batch, Optimizer, Schedule, ScheduleContext, ScheduleSetting, SettingValue, Sgd, WarmUp,
};

use super::data_recipe::DataRecipe;
use super::steps::{DEFAULT_STEPS, steps_per_epoch};
use crate::{
    error::Error,
    settings::{
        experiment::{Experiment, TrainingSpec},
        kind::Kind,
        precision::Precision,
        schedule::RecordSchedule,
        spelled::Spelled,
        value::Value,
    },
    stopping::Prechelt,
};

/// The default training loss below which a network is solved.
pub(super) const DEFAULT_TARGET_LOSS: f64 = 0.01;

/// The optimizer with its settings, which may be in its name (`momentum:0.9`) or in separate keys.
/// Resolved, they are in keys.
pub(super) fn resolve_optimizer(training: &mut TrainingSpec) -> Result<Optimizer, Error> {
    let spelled = training
        .optimizer
        .get_or_insert_with(|| Spelled::new("sgd", Optimizer::Sgd(Sgd::default())))
        .clone();
    let mut optimizer = spelled.choice().clone();
    let named = optimizer.settings();
    for (name, value) in &training.settings {
        let same = named
            .iter()
            .any(|(setting, named)| setting.name == *name && named == value);
        if spelled.has_settings() && !same {
            return Err(Error::keys(
                name,
                "optimizer",
                format!(
                    "is given with \"{spelled}\", which already contains its settings; give them in one place"
                ),
            ));
        }
        optimizer.set(name, value)?;
    }
    training.optimizer = Some(Spelled::new(optimizer.name(), optimizer.clone()));
    training.settings = optimizer
        .settings()
        .into_iter()
        .map(|(setting, value)| (setting.name, value))
        .collect();
    Ok(optimizer)
}

pub(super) fn resolve_training(
    experiment: &mut Experiment,
    data: &DataRecipe,
    optimizer: &Optimizer,
) -> Result<(), Error> {
    let training = &mut experiment.training;
    training
        .learning_rate
        .get_or_insert_with(|| vec![optimizer.default_learning_rate()]);
    training
        .weight_decay
        .get_or_insert_with(|| vec![optimizer.default_weight_decay()]);
    training.alpha.get_or_insert(0.0);
    training.l1.get_or_insert_with(|| vec![0.0]);
    training.decay_bias.get_or_insert(false);
    for limit in [
        &mut training.max_norm,
        &mut training.clip_value,
        &mut training.clip_norm,
    ] {
        limit.get_or_insert(f64::INFINITY);
    }
    let batch = *training.batch.get_or_insert(Batch::Full);
    if training.batch_order.is_none() {
        training.shuffle.get_or_insert(true);
    }
    if training.stopping.protocol.is_some() && training.steps.is_none() {
        training.epochs.get_or_insert(Prechelt::EPOCHS);
    }
    if let Some(epochs) = training.epochs.take() {
        if training.steps.is_some() {
            return Err(Error::keys(
                "steps",
                "epochs",
                "and epochs are both given; give one of them",
            ));
        }
        let steps = epochs.checked_mul(steps_per_epoch(data.split.train.len(), batch));
        training.steps =
            Some(steps.ok_or_else(|| Error::key("epochs", format!("{epochs} are too many")))?);
    }
    training.steps.get_or_insert(DEFAULT_STEPS);
    training.seed.get_or_insert(0);
    training.precision.get_or_insert(Precision::F32);
    training.record.get_or_insert(RecordSchedule::Log(
        if experiment.kind == Kind::Population {
            16
        } else {
            64
        },
    ));
    training.target_loss.get_or_insert(DEFAULT_TARGET_LOSS);
    Ok(())
}

/// The schedule with its settings filled in, and the warm-up before it.
pub(super) fn resolve_schedule(
    experiment: &mut Experiment,
    data: &DataRecipe,
    optimizer: &Optimizer,
) -> Result<(Schedule, WarmUp), Error> {
    let training = &mut experiment.training;
    let settings = &mut experiment.schedule.settings;
    let name = training.schedule.get_or_insert("constant");
    let warm_up = WarmUp {
        updates: settings
            .get("warm_up")
            .and_then(Value::as_whole)
            .unwrap_or(0),
        from: settings
            .get("warm_up_from")
            .and_then(Value::as_f64)
            .unwrap_or(WarmUp::DEFAULT_FROM),
    };
    if warm_up.updates > 0 {
        settings.insert("warm_up_from", Value::Number(warm_up.from));
    }
    let sklearn = SettingValue::Word("sklearn".to_owned());
    if *name == "inverse-scaling" && training.settings.get("form") == Some(&sklearn) {
        settings
            .entry("counts")
            .or_insert_with(|| Value::Text("samples".to_owned()));
    }
    let given: Vec<(&str, ScheduleSetting)> = settings
        .iter()
        .filter(|(name, _)| !name.starts_with("warm_up"))
        .map(|(name, value)| (*name, schedule_setting(value)))
        .collect();
    let batch = training.batch.unwrap_or(Batch::Full);
    let horizon = ScheduleContext {
        updates: training
            .steps
            .unwrap_or(DEFAULT_STEPS)
            .saturating_sub(warm_up.updates),
        epoch: steps_per_epoch(data.split.train.len(), batch),
        momentum: optimizer.has_momentum(),
    };
    let schedule = Schedule::named(name, &given, &horizon)?;
    for (name, setting) in schedule.settings() {
        settings.insert(name, setting_value(setting));
    }
    Ok((schedule, warm_up))
}

fn schedule_setting(value: &Value) -> ScheduleSetting {
    match value {
        Value::Flag(flag) => ScheduleSetting::Flag(*flag),
        Value::Text(word) => ScheduleSetting::Word(word.clone()),
        value => match (value.as_whole(), value.as_f64()) {
            (Some(count), _) => ScheduleSetting::Count(count),
            (None, number) => ScheduleSetting::Number(number.unwrap_or(f64::NAN)),
        },
    }
}

fn setting_value(setting: ScheduleSetting) -> Value {
    match setting {
        ScheduleSetting::Flag(flag) => Value::Flag(flag),
        ScheduleSetting::Word(word) => Value::Text(word),
        ScheduleSetting::Number(number) => Value::Number(number),
        ScheduleSetting::Count(count) => {
            i64::try_from(count).map_or(Value::Number(count as f64), Value::Integer)
        }
    }
}
