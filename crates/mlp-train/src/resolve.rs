//! From what an author writes to what is computed: every default spelled out, one cell at a time.

use std::sync::Arc;

use mlp_core::{
    Activation, Architecture, Batch, Clip, Horizon, Huber, Init, LayerSpec, Loss, Normalization,
    Optimizer, Outputs, Quantile, Schedule, ScheduleSetting, SettingValue, TrainSpec, WarmUp,
};
use mlp_data::{ScaleKind, Task, table::TaskChoice};

use crate::{
    diagnostic::{self, Group},
    error::Error,
    experiment::{Biases, Experiment, Figures, MapAxis, NetworkSpec, TableFormat, TrainingSpec},
    given::Given,
    kind::Kind,
    map::{EVENTS, SHADE},
    metric::{self, Measure},
    precision::Precision,
    recipe::{DataRecipe, Recipe},
    record::RECORDED,
    schedule::RecordSchedule,
    source::Sources,
    stopping::Stopping,
    value::Value,
};

/// One cell with every default spelled out, and the recipe of its first network.
#[derive(Clone, Debug)]
pub(crate) struct ResolvedCell {
    pub(crate) experiment: Experiment,
    pub(crate) recipe: Recipe,
}

/// Spells out one cell.
pub(crate) fn resolve_cell(author: &Experiment, sources: &Sources) -> Result<ResolvedCell, Error> {
    let mut experiment = author.clone();
    if counts(&experiment)? {
        // Counts stay counts.
        experiment.data.scale_target.get_or_insert(ScaleKind::None);
    }
    let data = sources.resolve(&mut experiment.data)?;
    let start = match &experiment.training.continue_from {
        Some(name) => Some(sources.start(name)?),
        None => None,
    };
    if let Some(start) = &start {
        start.spell_out(&mut experiment.training)?;
    }
    let given = match &experiment.network.init_from {
        Some(name) => Some(sources.given(name)?),
        None => None,
    };
    if let Some(given) = &given {
        given.spell_out(&mut experiment.network)?;
    }
    resolve_network(&mut experiment)?;
    let output = experiment
        .network
        .output_activation
        .unwrap_or(Activation::Identity);
    let loss = resolve_loss(&mut experiment.training, output, &data)?;
    let optimizer = resolve_optimizer(&mut experiment.training)?;
    resolve_training(&mut experiment, &data, &optimizer)?;
    let pace = resolve_schedule(&mut experiment, &data, &optimizer)?;
    let stopping = resolve_stopping(&mut experiment.training, &data)?;
    resolve_layers(&mut experiment)?;
    resolve_sizes_and_output(&mut experiment, &data)?;
    let shaded = experiment.map.metric.as_deref() == Some(SHADE);
    if shaded && stopping.is_some() {
        return Err(Error::Conflict(format!(
            "metric {SHADE} sums over all steps, and a stopping rule leaves some out; give one of them"
        )));
    }
    let given = given.as_deref();
    let spec = train_spec(&experiment, &data, loss, optimizer, pace, given)?;
    let diagnostics = diagnostics(&experiment, &spec)?;
    let training = &experiment.training;
    let steps = training.steps.unwrap_or(DEFAULT_STEPS);
    let record = training
        .record
        .as_ref()
        .unwrap_or(&RecordSchedule::Last)
        .steps(steps);
    let mut record = record.map_err(|reason| Error::Conflict(format!("record: {reason}")))?;
    if let Some(start) = &start {
        record.retain(|step| *step >= start.steps());
    }
    let recipe = Recipe {
        spec: Arc::new(spec),
        seed: training.seed.unwrap_or(0),
        steps,
        record: record.into(),
        precision: training.precision.unwrap_or_default(),
        measures: measures(&experiment, &data)?,
        shaded,
        diagnostics,
        stopping,
        data,
        start,
    };
    if let Some(start) = &recipe.start {
        start.check(&recipe)?;
    }
    Ok(ResolvedCell { experiment, recipe })
}

/// The share of the best value within which cells are as good as the best.
const DEFAULT_TOLERANCE: f64 = 0.05;

/// Updates where neither steps nor epochs are given.
const DEFAULT_STEPS: u64 = 1000;

fn resolve_network(experiment: &mut Experiment) -> Result<(), Error> {
    let network = &mut experiment.network;
    if let Some(depth) = network.depth.take() {
        let hidden = network.hidden.get_or_insert_with(|| vec![16]);
        let [width] = hidden[..] else {
            return Err(Error::Conflict(format!(
                "depth repeats one width, and hidden names {}; give one, as in --hidden 16 --depth {depth}",
                hidden.len()
            )));
        };
        *hidden = vec![width; depth];
    }
    let layers = network.hidden.get_or_insert_with(|| vec![16, 16]).len();
    let activation = network
        .activation
        .get_or_insert_with(|| vec![Activation::Tanh]);
    if activation.len() > 1 && activation.len() != layers {
        return Err(Error::Conflict(format!(
            "activation names {} layers, but hidden has {layers}; give one, or one a hidden layer",
            activation.len()
        )));
    }
    network
        .output_activation
        .get_or_insert(Activation::Identity);
    network.bias.get_or_insert(Biases::All);
    if network.init_from.is_none() {
        network.bias_init.get_or_insert(0.0);
    }
    network
        .normalization
        .get_or_insert_with(|| vec![Normalization::None]);
    network.dropout.get_or_insert_with(|| vec![0.0]);
    network.input_dropout.get_or_insert(0.0);
    network.init_gain.get_or_insert(1.0);
    network.perturbation.get_or_insert(0.0);
    network.input_noise.get_or_insert(0.0);
    network.skip.get_or_insert(false);
    network.layer_scale.get_or_insert_with(|| vec![1.0]);
    Ok(())
}

/// Whether the loss takes its targets for counts.
fn counts(experiment: &Experiment) -> Result<bool, Error> {
    let loss = experiment.training.loss.as_deref();
    let loss = loss.map(str::parse::<Loss>).transpose()?;
    Ok(matches!(loss, Some(Loss::Poisson(_))))
}

/// The loss with its settings, which may stand in its name (`huber:0.5`) or in keys of their own.
/// Spelled out, they stand in keys.
fn resolve_loss(
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
        .get_or_insert_with(|| usual.to_string())
        .clone();
    let mut loss: Loss = spelled.parse()?;
    if !loss_fits(loss, output, task) {
        let fitting = Loss::ALL.iter().flat_map(|known| known.iter());
        let fitting = fitting.map(|known| known.name).filter(|name| {
            let loss = name.parse::<Loss>();
            loss.is_ok_and(|loss| loss_fits(loss, output, task))
        });
        let reason = match (loss, task) {
            (Loss::Poisson(poisson), Task::Regression { .. }) if poisson.rate => {
                format!(
                    "needs outputs that are positive, and output_activation is {output}; set it to softplus or sigmoid, or"
                )
            }
            (loss, task) if loss_fits(loss, Activation::Identity, task) => {
                format!(
                    "takes the outputs as they come, and output_activation is {output}; set it to identity, or"
                )
            }
            _ => format!("does not fit {task};"),
        };
        let classes = matches!(task, Task::Classification { .. });
        let hint = match loss.is_regression() && classes {
            true => " (or --task regression, if the targets are numbers)",
            false => "",
        };
        return Err(Error::Conflict(format!(
            "loss {} {reason} use {}{hint}",
            loss.name(),
            fitting.collect::<Vec<_>>().join(", ")
        )));
    }
    if matches!(loss, Loss::Poisson(_)) && data.scale_target != ScaleKind::None {
        return Err(Error::Conflict(format!(
            "scale_target is {}, and the loss {} takes its targets for counts; use none",
            data.scale_target,
            loss.name()
        )));
    }
    let refuse = |setting: &str| {
        Err(Error::Conflict(if spelled.contains(':') {
            format!(
                "{setting} is given beside \"{spelled}\", which has its setting in its name; choose one place"
            )
        } else {
            format!("{setting} is no setting of the loss {}", loss.name())
        }))
    };
    let in_name = spelled.contains(':');
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
    training.loss = Some(loss.name().to_owned());
    training.loss_scale.get_or_insert(1.0);
    if loss.smooths() {
        training.label_smoothing.get_or_insert(0.0);
    }
    Ok(loss)
}

/// Whether a network of the task with that output activation can be trained on the loss.
fn loss_fits(loss: Loss, output: Activation, task: Task) -> bool {
    let fits = match task {
        Task::Classification { classes } => match loss.outputs() {
            Outputs::Logits => classes == 2,
            Outputs::ClassLogits | Outputs::Scores => true,
            _ => false,
        },
        Task::Multilabel { .. } => loss == Loss::BinaryCrossEntropy,
        Task::Regression { .. } => loss.is_regression() || loss == Loss::BinaryCrossEntropy,
    };
    let suits = match loss {
        Loss::Poisson(poisson) if poisson.rate => {
            matches!(output, Activation::Softplus | Activation::Sigmoid)
        }
        // What the loss itself turns to probabilities or rates comes as it is.
        _ => {
            output == Activation::Identity
                || matches!(loss.outputs(), Outputs::Estimates | Outputs::Scores)
        }
    };
    fits && suits
}

/// How many outputs a network of the task has.
fn outputs(loss: Loss, task: Task) -> usize {
    match (task, loss.outputs()) {
        (Task::Classification { classes: 2 }, Outputs::Logits | Outputs::Scores) => 1,
        (Task::Classification { classes }, _) => classes,
        (Task::Multilabel { labels }, _) => labels,
        (Task::Regression { outputs }, _) => outputs,
    }
}

/// The optimizer with its settings, which may stand in its name (`momentum:0.9`) or in keys of
/// their own. Spelled out, they stand in keys.
fn resolve_optimizer(training: &mut TrainingSpec) -> Result<Optimizer, Error> {
    let spelled = training
        .optimizer
        .get_or_insert_with(|| "sgd".to_owned())
        .clone();
    let mut optimizer: Optimizer = spelled.parse()?;
    let named = optimizer.settings();
    for (name, value) in &training.settings {
        let same = named
            .iter()
            .any(|(setting, named)| setting.name == *name && named == value);
        if spelled.contains(':') && !same {
            return Err(Error::Conflict(format!(
                "{name} is given beside \"{spelled}\", which has its settings in its name; choose one place"
            )));
        }
        optimizer.set(name, value)?;
    }
    training.optimizer = Some(optimizer.name().to_owned());
    training.settings = optimizer
        .settings()
        .into_iter()
        .map(|(setting, value)| (setting.name, value))
        .collect();
    Ok(optimizer)
}

fn resolve_training(
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
    training.shuffle.get_or_insert(true);
    if let Some(epochs) = training.epochs.take() {
        if training.steps.is_some() {
            return Err(Error::Conflict(
                "steps and epochs are both given; give one of them".to_owned(),
            ));
        }
        let steps = epochs.checked_mul(steps_per_epoch(data.split.train.len(), batch));
        training.steps =
            Some(steps.ok_or_else(|| Error::Conflict(format!("{epochs} epochs are too many")))?);
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
    training.target_loss.get_or_insert(0.01);
    Ok(())
}

/// The schedule with its settings spelled out, and the warm-up before it.
fn resolve_schedule(
    experiment: &mut Experiment,
    data: &DataRecipe,
    optimizer: &Optimizer,
) -> Result<(Schedule, WarmUp), Error> {
    let training = &mut experiment.training;
    let settings = &mut experiment.schedule.settings;
    let name = training
        .schedule
        .get_or_insert_with(|| "constant".to_owned());
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
    if name == "inverse-scaling" && training.settings.get("form") == Some(&sklearn) {
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
    let horizon = Horizon {
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

/// The measures that records have beside the usual: those asked for, and the one that a map shows.
fn measures(experiment: &Experiment, data: &DataRecipe) -> Result<Arc<[&'static Measure]>, Error> {
    let named = experiment.training.metrics.as_deref().unwrap_or_default();
    let mut measures: Vec<&'static Measure> = Vec::new();
    for measure in named.iter().filter_map(|name| metric::measure(name)) {
        data.check_subject("metrics", measure.name, measure)?;
        measures.push(measure);
    }
    let shown = experiment
        .map
        .metric
        .as_deref()
        .and_then(metric::measure_of);
    measures.extend(shown.map(|(_, measure)| measure));
    let mut seen = RECORDED.to_vec();
    measures.retain(|measure| {
        let new = !seen.contains(&measure.name);
        seen.push(measure.name);
        new
    });
    Ok(measures.into())
}

/// The groups of diagnostics that records have: those asked for, and that of a map's metric.
fn diagnostics(experiment: &Experiment, spec: &TrainSpec) -> Result<Arc<[&'static Group]>, Error> {
    let named = experiment.training.measure.as_deref().unwrap_or_default();
    let shown = experiment.map.metric.as_deref();
    let shown = shown.and_then(diagnostic::group_of);
    let asked = |group: &Group| {
        named.iter().any(|name| name == group.name)
            || shown.is_some_and(|shown| shown.name == group.name)
    };
    let groups: Vec<&Group> = diagnostic::GROUPS
        .iter()
        .filter(|group| asked(group))
        .collect();
    let layers = &spec.architecture.layers;
    let normalized = layers
        .iter()
        .any(|layer| layer.normalization != Normalization::None);
    match groups.iter().find(|group| group.traces && normalized) {
        Some(group) => Err(Error::Conflict(format!(
            "measure {} looks into the layers, which normalization forbids; leave out one of them",
            group.name
        ))),
        None => Ok(groups.into()),
    }
}

/// The rules that end a training early, checked once an epoch unless said otherwise.
fn resolve_stopping(
    training: &mut TrainingSpec,
    data: &DataRecipe,
) -> Result<Option<Arc<Stopping>>, Error> {
    let batch = training.batch.unwrap_or(Batch::Full);
    let epoch = steps_per_epoch(data.split.train.len(), batch);
    Ok(training.stopping.resolve(data, epoch)?.map(Arc::new))
}

/// Updates in one pass over `samples` training samples; a short last batch counts.
pub(crate) fn steps_per_epoch(samples: usize, batch: Batch) -> u64 {
    match batch {
        Batch::Full => 1,
        Batch::Size(size) => samples.div_ceil(size.max(1)).max(1) as u64,
    }
}

/// Puts the values for single layers into their lists.
fn resolve_layers(experiment: &mut Experiment) -> Result<(), Error> {
    for (key, value) in std::mem::take(&mut experiment.layers) {
        let hidden = experiment.network.hidden.as_ref().map_or(0, Vec::len);
        // Rates and scales are for every layer, activations for the hidden ones.
        let every = key.info().section() == "training" || key.info().path == "network.layer_scale";
        let layers = if every { hidden + 1 } else { hidden };
        let layer = key.layer().unwrap_or(0);
        if layer >= layers {
            return Err(Error::Conflict(format!(
                "{key}: there is no layer {layer}; they are counted from 0 to {}",
                layers.saturating_sub(1)
            )));
        }
        let mut values: Vec<Value> =
            (key.info().get)(experiment).map_or(Vec::new(), |value| value.entries().to_vec());
        if values.len() == 1 {
            values = vec![values[0].clone(); layers];
        }
        if values.len() != layers {
            return Err(Error::Conflict(format!(
                "{key}: {} values for {layers} layers",
                values.len()
            )));
        }
        values[layer] = value;
        let list = if values.len() == 1 {
            values.remove(0)
        } else {
            Value::List(values)
        };
        let set = (key.info().set)(experiment, &list);
        set.map_err(|reason| Error::Conflict(format!("{key}: {reason}")))?;
    }
    let network = &mut experiment.network;
    let relu = network
        .activation
        .as_ref()
        .is_some_and(|list| list.iter().all(|phi| phi.is_relu_family()));
    let hidden = network
        .hidden
        .as_ref()
        .is_some_and(|hidden| !hidden.is_empty());
    if network.init_from.is_none() {
        network.init.get_or_insert(if relu && hidden {
            Init::HeNormal
        } else {
            Init::GlorotUniform
        });
    }
    let layers = network.hidden.as_ref().map_or(0, Vec::len) + 1;
    let training = &experiment.training;
    for (name, list) in [
        ("learning_rate", &training.learning_rate),
        ("weight_decay", &training.weight_decay),
        ("l1", &training.l1),
        ("layer_scale", &experiment.network.layer_scale),
    ] {
        let values = list.as_ref().map_or(1, Vec::len);
        if values != 1 && values != layers {
            return Err(Error::Conflict(format!(
                "{name} has {values} values, but the network has {layers} layers; give one, or one a layer"
            )));
        }
    }
    Ok(())
}

/// What hidden layers are given must fit the hidden layers that there are.
fn check_hidden(network: &NetworkSpec, features: usize) -> Result<(), Error> {
    let hidden = network.hidden.as_deref().unwrap_or_default();
    let normalization = network.normalization.as_deref().unwrap_or_default();
    let dropout = network.dropout.as_deref().unwrap_or_default();
    let normalizes = normalization
        .iter()
        .any(|&name| name != Normalization::None);
    let drops = dropout.iter().any(|&rate| rate > 0.0);
    for (key, count, acts, instead) in [
        ("normalization", normalization.len(), normalizes, ""),
        ("dropout", dropout.len(), drops, "; use input_dropout"),
    ] {
        if count > 1 && count != hidden.len() {
            return Err(Error::Conflict(format!(
                "{key} has {count} values, but hidden has {} layers; give one, or one a hidden layer",
                hidden.len()
            )));
        }
        if acts && hidden.is_empty() {
            return Err(Error::Conflict(format!(
                "{key} is for hidden layers, and hidden is none{instead}"
            )));
        }
    }
    let inputs = std::iter::once(&features).chain(hidden);
    if network.skip == Some(true) && !inputs.zip(hidden).any(|(inputs, width)| inputs == width) {
        let widths: Vec<String> = hidden.iter().map(ToString::to_string).collect();
        return Err(Error::Conflict(format!(
            "skip needs a hidden layer that is as wide as its inputs; there are {features} features, and hidden is {}",
            if widths.is_empty() {
                "none".to_owned()
            } else {
                widths.join(",")
            }
        )));
    }
    Ok(())
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
            let usual = if data.split.test.is_empty() {
                "train_loss"
            } else {
                "test_loss"
            };
            let metric = experiment
                .map
                .metric
                .get_or_insert_with(|| usual.to_owned());
            data.check_metric("metric", metric)?;
            let event = EVENTS.iter().any(|event| event.name == *metric);
            if event && experiment.map.y == Some(MapAxis::Step) {
                return Err(Error::Conflict(format!(
                    "metric {metric} is one number a training, and the steps are the y axis; give --y a key"
                )));
            }
        }
    }
    experiment.output.format.get_or_insert(TableFormat::Parquet);
    experiment.output.figures.get_or_insert(Figures::All);
    experiment.output.save_weights.get_or_insert_default();
    Ok(())
}

fn train_spec(
    experiment: &Experiment,
    data: &DataRecipe,
    loss: Loss,
    optimizer: Optimizer,
    (schedule, warm_up): (Schedule, WarmUp),
    given: Option<&Given>,
) -> Result<TrainSpec, Error> {
    let network = &experiment.network;
    let training = &experiment.training;
    let outputs = outputs(loss, data.task);
    let hidden = network.hidden.as_deref().unwrap_or_default();
    let activation = network.activation.as_deref().unwrap_or(&[Activation::Tanh]);
    let output_activation = network.output_activation.unwrap_or(Activation::Identity);
    let bias = network.bias.unwrap_or(Biases::All);
    check_hidden(network, data.dataset.features())?;
    let normalization = network
        .normalization
        .as_deref()
        .unwrap_or(&[Normalization::None]);
    let dropout = network.dropout.as_deref().unwrap_or(&[0.0]);
    let scale = network.layer_scale.as_deref().unwrap_or(&[1.0]);
    let mut architecture = Architecture::new(data.dataset.features());
    for (layer, &width) in hidden.iter().enumerate() {
        let inputs = architecture.outputs();
        architecture = architecture.with(LayerSpec {
            bias: bias != Biases::None,
            normalization: *of_layer(normalization, layer),
            skip: network.skip == Some(true) && width == inputs,
            scale: *of_layer(scale, layer),
            ..LayerSpec::new(width, *of_layer(activation, layer))
        });
    }
    let output = LayerSpec {
        bias: bias == Biases::All,
        scale: *of_layer(scale, hidden.len()),
        ..LayerSpec::new(outputs, output_activation)
    };
    let architecture = architecture.with(output);
    let rates = training.learning_rate.as_deref().unwrap_or(&[0.1]);
    let decays = training.weight_decay.as_deref().unwrap_or(&[0.0]);
    let l1 = training.l1.as_deref().unwrap_or(&[0.0]);
    let each = |list: &[f64]| (list.len() > 1).then(|| list.to_vec());
    let limit = |limit: Option<f64>| limit.filter(|limit| limit.is_finite());
    let init = match given {
        Some(given) => Init::Given(given.parameters(&architecture)?.into()),
        None => network.init.clone().unwrap_or(Init::GlorotUniform),
    };
    let class_weights = match &training.class_weights {
        Some(weights) => weights.of(data)?,
        None => None,
    };
    let spec = TrainSpec {
        loss,
        loss_scale: training.loss_scale.unwrap_or(1.0),
        init,
        label_smoothing: training.label_smoothing.unwrap_or(0.0),
        class_weights,
        positive_weights: match training.positive_weight.as_deref() {
            Some(&[weight]) => Some(vec![weight; outputs]),
            weights => weights.map(<[f64]>::to_vec),
        },
        bias_init: network.bias_init.unwrap_or(0.0),
        init_gain: network.init_gain.unwrap_or(1.0),
        perturbation: network.perturbation.unwrap_or(0.0),
        optimizer,
        learning_rate: rates[0],
        layer_learning_rates: each(rates),
        schedule,
        warm_up,
        weight_decay: decays[0],
        layer_weight_decays: each(decays),
        alpha: training.alpha.unwrap_or(0.0),
        l1: l1[0],
        layer_l1: each(l1),
        max_norm: limit(training.max_norm),
        clip: Clip {
            value: limit(training.clip_value),
            norm: limit(training.clip_norm),
        },
        decay_bias: training.decay_bias.unwrap_or(false),
        batch: training.batch.unwrap_or(Batch::Full),
        shuffle: training.shuffle.unwrap_or(true),
        dropout: (0..hidden.len())
            .map(|layer| *of_layer(dropout, layer))
            .collect(),
        input_dropout: network.input_dropout.unwrap_or(0.0),
        input_noise: network.input_noise.unwrap_or(0.0),
        ..TrainSpec::new(architecture, loss)
    };
    spec.validate()?.check_batches(data.split.train.len())?;
    Ok(spec)
}

/// The entry of a layer in a list of one for all, or of one a layer.
fn of_layer<T>(list: &[T], layer: usize) -> &T {
    if list.len() == 1 {
        &list[0]
    } else {
        &list[layer]
    }
}

/// The task as its key spells it.
pub(crate) fn task_choice(task: Task) -> TaskChoice {
    match task {
        Task::Classification { .. } => TaskChoice::Classification,
        Task::Multilabel { .. } => TaskChoice::Multilabel,
        Task::Regression { .. } => TaskChoice::Regression,
    }
}
