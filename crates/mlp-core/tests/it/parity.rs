//! Trajectories and losses of PyTorch, element by element (`xtask/parity` made the fixtures).

use mlp_core::{
    Activation, Architecture, Batch, Hinge, Huber, Init, LayerSpec, Level, Loss, Optimizer,
    Poisson, Quantile, Samples, Schedule, ScheduleContext, ScheduleSetting, Setting, SettingForm,
    SettingValue, SquaredHinge, Status, Targets, TrainSpec, Trainer,
};
use ndarray::Array2;
use serde_json::Value;

use crate::differences::{assert_within, publish};

pub(crate) fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

pub(crate) fn cases(file: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let cases = file["cases"].as_array().unwrap();
    cases.iter().map(|case| (text(&case["name"]), case))
}

pub(crate) fn numbers(list: &Value) -> Vec<f64> {
    let list = list.as_array().unwrap();
    list.iter().map(|number| number.as_f64().unwrap()).collect()
}

fn indices(list: &Value) -> Vec<usize> {
    let list = list.as_array().unwrap();
    list.iter()
        .map(|index| index.as_u64().unwrap() as usize)
        .collect()
}

pub(crate) fn matrix(rows: &Value) -> Array2<f64> {
    let rows: Vec<Vec<f64>> = rows.as_array().unwrap().iter().map(numbers).collect();
    Array2::from_shape_fn((rows.len(), rows[0].len()), |(row, column)| {
        rows[row][column]
    })
}

/// Targets as the fixtures have them: rows of values, or classes.
pub(crate) fn targets(value: &Value, classes: usize) -> Targets<f64> {
    match &value[0] {
        Value::Array(_) => Targets::Values(matrix(value)),
        _ => Targets::Classes {
            labels: indices(value).iter().map(|&class| class as u32).collect(),
            classes,
        },
    }
}

pub(crate) fn assert_close(found: f64, expected: f64, what: &str) {
    assert_within(found, expected, 1e-9, what);
}

/// A setting's value as the fixtures have it. Their null is PyTorch's `None`.
fn setting(known: &Setting, value: &Value) -> Option<SettingValue> {
    Some(match (known.form, value) {
        (SettingForm::Number(_), Value::Null) => SettingValue::Number(0.0),
        (SettingForm::Word(_), Value::Null) => SettingValue::Word("none".to_owned()),
        (SettingForm::Number(_), value) => SettingValue::Number(value.as_f64()?),
        (SettingForm::Whole(_), value) => SettingValue::Whole(value.as_u64()?),
        (SettingForm::Flag, value) => SettingValue::Flag(value.as_bool()?),
        (SettingForm::Numbers(_), value) => SettingValue::Numbers(numbers(value)),
        (SettingForm::Layers, value) => SettingValue::Layers(indices(value)),
        (_, value) => SettingValue::Word(value.as_str()?.to_owned()),
    })
}

/// The optimizer, its rate and its decay, every key read; `None` where a key or a value does not
/// exist.
fn optimizer(
    settings: &Value,
    others: &mut dyn FnMut(&str, &Value) -> Option<()>,
) -> Option<Optimizer> {
    let mut optimizer: Optimizer = text(&settings["optimizer"]).parse().unwrap();
    let known = optimizer.settings();
    for (key, value) in settings.as_object().unwrap() {
        match key.as_str() {
            "optimizer" => {}
            // One iteration a step is what a step is here.
            "max_iter" if value == 1 => {}
            "max_eval" if value.is_null() || value == 26 => {}
            "rest" => {
                let (mut rate, mut decay) = (None, None);
                let rest = self::optimizer(value, &mut |key, value| {
                    match key {
                        "learning_rate" => rate = value.as_f64(),
                        "weight_decay" => decay = value.as_f64(),
                        _ => return None,
                    }
                    Some(())
                })?;
                let Optimizer::Muon(muon) = &mut optimizer else {
                    return None;
                };
                *muon.rest = rest;
                (muon.rest_rate, muon.rest_decay) = (rate, decay);
            }
            key => match known.iter().find(|(known, _)| known.name == key) {
                Some((known, _)) => optimizer.set(key, &setting(known, value)?).unwrap(),
                None => others(key, value)?,
            },
        }
    }
    Some(optimizer)
}

/// The settings that exist here, every key read; `None` where a key or a value does not exist.
pub(crate) fn spec(settings: &Value, network: &Value) -> Option<TrainSpec> {
    let sizes = indices(&network["sizes"]);
    let (inputs, hidden, outputs) = (sizes[0], &sizes[1..sizes.len() - 1], sizes[sizes.len() - 1]);
    let activation: Activation = text(&network["activation"]).parse().unwrap();
    let loss: Loss = text(&network["loss"]).parse().unwrap();
    let net = Architecture::classical(inputs, hidden, activation, outputs);
    let mut spec = TrainSpec {
        init: Init::Given(numbers(&network["initial"]).into()),
        ..TrainSpec::new(net, loss)
    };
    let optimizer = optimizer(settings, &mut |key, value| {
        match key {
            "learning_rate" if value.is_array() => {
                spec.layer_learning_rates = Some(numbers(value));
            }
            "learning_rate" => spec.learning_rate = value.as_f64()?,
            "weight_decay" if value.is_array() => spec.layer_weight_decays = Some(numbers(value)),
            "weight_decay" => spec.weight_decay = value.as_f64()?,
            "alpha" => spec.alpha = value.as_f64()?,
            "l1" => spec.l1 = value.as_f64()?,
            "max_norm" => spec.max_norm = value.as_f64(),
            "clip_value" => spec.clip.value = value.as_f64(),
            "clip_norm" => spec.clip.norm = value.as_f64(),
            "decay_bias" => spec.decay_bias = value.as_bool()?,
            "loss_scale" => spec.loss_scale = value.as_f64()?,
            "schedule" => spec.schedule = schedule(settings),
            "schedule.warm_up" => spec.warm_up.updates = value.as_u64()?,
            "schedule.warm_up_from" => spec.warm_up.from = value.as_f64()?,
            key if key.starts_with("schedule.") => {}
            _ => return None,
        }
        Some(())
    })?;
    spec.optimizer = optimizer;
    Some(spec)
}

/// The schedule with all its settings; the fixtures tell a plateau the loss after every update.
fn schedule(settings: &Value) -> Schedule {
    let name = text(&settings["schedule"]);
    let mut given: Vec<(&str, ScheduleSetting)> = Vec::new();
    for (key, value) in settings.as_object().unwrap() {
        let Some(key) = key.strip_prefix("schedule.") else {
            continue;
        };
        if !key.starts_with("warm_up") {
            let setting = match value {
                Value::Bool(flag) => ScheduleSetting::Flag(*flag),
                Value::String(word) => ScheduleSetting::Word(word.clone()),
                number => number.as_u64().map_or_else(
                    || ScheduleSetting::Number(number.as_f64().unwrap()),
                    ScheduleSetting::Count,
                ),
            };
            given.push((key, setting));
        }
    }
    match name {
        "plateau" => given.push(("every", ScheduleSetting::Count(1))),
        "inverse-scaling" if settings["form"] == "sklearn" => {
            given.push(("counts", ScheduleSetting::Word("samples".to_owned())));
        }
        _ => {}
    }
    let horizon = ScheduleContext {
        updates: 200,
        epoch: 1,
        momentum: false,
    };
    Schedule::named(name, &given, &horizon).unwrap()
}

/// Compares the parameters after the steps that the case names, `next` making one update.
fn follow(case: &Value, mut next: impl FnMut(usize) -> Vec<f64>) {
    let steps = case["steps"].as_object().unwrap();
    let last = steps
        .keys()
        .map(|step| step.parse::<usize>().unwrap())
        .max();
    // Ten line searches amplify rounding more than 200 plain steps do.
    let bound = if case["settings"]["optimizer"] == "lbfgs" {
        1e-6
    } else {
        1e-9
    };
    let mut compared = 0;
    for step in 1..=last.unwrap() {
        let found = next(step);
        if let Some(expected) = steps.get(&step.to_string()) {
            let expected = numbers(expected);
            assert_eq!(found.len(), expected.len());
            for (at, (&found, &expected)) in found.iter().zip(&expected).enumerate() {
                let what = format!("{}, step {step}, parameter {at}", text(&case["name"]));
                assert_within(found, expected, bound, &what);
            }
            compared += 1;
        }
    }
    assert_eq!(compared, steps.len());
}

pub(crate) fn trajectory(file: &Value, case: &Value, spec: &TrainSpec) {
    let network = &file["networks"][text(&case["network"])];
    let batches = &file["batches"][text(&case["batches"])];
    let batches: Vec<Vec<usize>> = batches.as_array().unwrap().iter().map(indices).collect();
    let inputs = matrix(&network["inputs"]);
    let all = targets(&network["targets"], spec.architecture.outputs());

    // The batches one after the other, each by a trainer of its own that hands its state on.
    let parts: Vec<Samples<f64>> = batches
        .iter()
        .map(|rows| {
            let (x, t) = crate::agreement::pick(inputs.view(), &all, rows);
            Samples::new(x.view(), &t).unwrap()
        })
        .collect();
    let full = TrainSpec {
        batch: Batch::Full,
        ..spec.clone()
    };
    let samples = Samples::new(inputs.view(), &all).unwrap();
    let mut trainers: Vec<_> = parts
        .iter()
        .map(|part| {
            let trainer = Trainer::new(&full, part, 0, Level::best()).unwrap();
            trainer.with_validation(&samples).unwrap()
        })
        .collect();
    let mut state = trainers[0].state();
    follow(case, |step| {
        let trainer = &mut trainers[(step - 1) % batches.len()];
        trainer.restore(&state).unwrap();
        trainer.step();
        state = trainer.state();
        state.parameters.clone()
    });

    // The batches of one trainer, where the order is the natural one.
    if batches.concat().iter().copied().eq(0..inputs.nrows()) {
        let batch = match batches.len() {
            1 => Batch::Full,
            _ => Batch::Size(batches[0].len()),
        };
        let natural = TrainSpec {
            batch,
            shuffle: false,
            ..spec.clone()
        };
        let mut trainer = Trainer::new(&natural, &samples, 0, Level::best()).unwrap();
        follow(case, |step| {
            trainer.step();
            if let Some(rate) = case["rates"].get(step.to_string()) {
                let what = format!("{}, rate {step}", text(&case["name"]));
                assert_close(trainer.learning_rate(), rate.as_f64().unwrap(), &what);
            }
            trainer.parameters().to_vec()
        });
        if let Some(expected) = case.get("averaged") {
            let averages = trainer.averaged().unwrap().iter().zip(numbers(expected));
            for (&found, expected) in averages {
                assert_close(
                    found,
                    expected,
                    &format!("{}, averaged", text(&case["name"])),
                );
            }
        }
    }
}

/// Follows the cases of a file whose names begin with one of these. Says how many there were.
fn follow_all(file: &Value, prefixes: &[&str]) -> usize {
    let mut followed = 0;
    for (name, case) in cases(file) {
        if !prefixes.iter().any(|prefix| name.starts_with(prefix)) {
            continue;
        }
        let network = &file["networks"][text(&case["network"])];
        let spec = spec(&case["settings"], network)
            .unwrap_or_else(|| panic!("{name}: a setting does not exist"));
        trajectory(file, case, &spec);
        followed += 1;
    }
    followed
}

#[test]
fn optimizers_take_pytorchs_steps() {
    let file = read(include_str!("../fixtures/optimizers.json"));
    assert_eq!(follow_all(&file, &[""]), 133);
    publish("optimizers", "trajectories");
}

#[test]
fn schedules_move_the_rate_as_pytorchs() {
    let file = read(include_str!("../fixtures/schedules.json"));
    assert_eq!(follow_all(&file, &[""]), 36);
    publish("schedules", "trajectories");
}

#[test]
fn penalties_and_limits_of_weights_are_pytorchs() {
    let file = read(include_str!("../fixtures/layers.json"));
    assert_eq!(follow_all(&file, &["l1-", "max-norm-"]), 6);
    publish("layers", "penalties");
}

#[test]
fn scikit_learns_fit_takes_the_same_steps() {
    let file = read(include_str!("../fixtures/sklearn.json"));
    let mut followed = 0;
    for (name, case) in cases(&file) {
        let network = &file["networks"][text(&case["network"])];
        let spec = spec(&case["settings"], network)
            .unwrap_or_else(|| panic!("{name}: a setting does not exist"));
        let inputs = matrix(&network["inputs"]);
        let all = targets(&network["targets"], spec.architecture.outputs());
        let mut samples = Samples::new(inputs.view(), &all).unwrap();
        if let Some(weights) = case.get("sample_weights") {
            samples = samples.with_weights(&numbers(weights)).unwrap();
        }
        let batches = file["batches"][text(&case["batches"])].as_array().unwrap();
        let spec = TrainSpec {
            batch: Batch::Size(indices(&batches[0]).len()),
            shuffle: false,
            ..spec
        };
        let mut trainer = Trainer::new(&spec, &samples, 0, Level::best()).unwrap();
        follow(case, |step| {
            trainer.step();
            if let Some(rates) = case["rates"].as_array() {
                let rate = rates[(step - 1) / batches.len()].as_f64().unwrap();
                let what = format!("{name}, rate {step}");
                assert_close(trainer.learning_rate(), rate, &what);
            }
            trainer.parameters().to_vec()
        });
        // It stops by itself exactly where scikit-learn does.
        let last = case["last_step"].as_u64().unwrap();
        let early = last < 200;
        assert_eq!(trainer.status() == Status::Stopped, early, "{name}");
        if early {
            assert_eq!(trainer.steps_done(), last, "{name}");
        }
        followed += 1;
    }
    assert_eq!(followed, 21);
    publish("sklearn", "trajectories");
}

/// The loss of a case with its settings, every key read. The network has an input for every sample,
/// 1 for that sample alone, so that its weights are the outputs, and their gradient the outputs'.
fn loss_spec(settings: &Value, outputs: &Array2<f64>, samples: &Samples<f64>) -> TrainSpec {
    let (count, width) = outputs.dim();
    let net = Architecture::new(count).with(LayerSpec {
        bias: false,
        ..LayerSpec::new(width, Activation::Identity)
    });
    let weights: Vec<f64> = outputs.t().iter().copied().collect();
    let loss: Loss = text(&settings["loss"]).parse().unwrap();
    let mut spec = TrainSpec {
        init: Init::Given(weights.into()),
        ..TrainSpec::new(net, loss)
    };
    let is = |value: &Value, text: &str| value.as_str() == Some(text);
    for (key, value) in settings.as_object().unwrap() {
        let mut set = |loss: Loss| spec.loss = loss;
        match (key.as_str(), loss) {
            ("loss", _) => {}
            ("loss.delta", Loss::Huber(_)) => set(Loss::Huber(Huber {
                delta: value.as_f64().unwrap(),
            })),
            ("loss.quantile", Loss::Quantile(_)) => set(Loss::Quantile(Quantile {
                level: value.as_f64().unwrap(),
            })),
            ("loss.log_input" | "loss.full", Loss::Poisson(_)) => set(Loss::Poisson(Poisson {
                rate: settings["loss.log_input"] == false,
                full: settings["loss.full"] == true,
            })),
            ("loss.form", Loss::Hinge(_)) if is(value, "all-pairs") => {
                set(Loss::Hinge(Hinge { all_pairs: true }));
            }
            ("loss.form", Loss::SquaredHinge(_)) if is(value, "all-pairs") => {
                set(Loss::SquaredHinge(SquaredHinge { all_pairs: true }));
            }
            ("label_smoothing", _) => spec.label_smoothing = value.as_f64().unwrap(),
            ("class_weights", _) if is(value, "balanced") => {
                let weights = samples.balanced_class_weights().unwrap();
                assert_eq!(weights, numbers(&settings["class_weights.values"]));
                spec.class_weights = Some(weights);
            }
            ("class_weights", _) => spec.class_weights = Some(numbers(value)),
            ("class_weights.values", _) => {}
            ("positive_weight", _) => spec.positive_weights = Some(numbers(value)),
            // What class weights always mean here.
            ("reduction", _) if is(value, "weighted-mean") => {}
            _ => panic!("say here what {key} = {value} means"),
        }
    }
    spec
}

/// Two classes given as numbers.
fn labels(values: &Targets<f64>) -> Targets<f64> {
    match values {
        Targets::Values(values) => Targets::Classes {
            labels: values.iter().map(|&value| value as u32).collect(),
            classes: 2,
        },
        classes => classes.clone(),
    }
}

#[test]
fn losses_have_pytorchs_values_and_gradients() {
    let file = read(include_str!("../fixtures/losses.json"));
    let mut compared = 0;
    for (name, case) in cases(&file) {
        let settings = &case["settings"];
        let outputs = matrix(&case["outputs"]);
        let (count, width) = outputs.dim();
        let mut targets = targets(&case["targets"], width);
        if settings.get("class_weights").is_some() {
            targets = labels(&targets);
        }
        let mut samples = Samples::new(Array2::eye(count).view(), &targets).unwrap();
        if !case["sample_weights"].is_null() {
            samples = samples
                .with_weights(&numbers(&case["sample_weights"]))
                .unwrap();
        }
        let spec = loss_spec(settings, &outputs, &samples);
        let mut trainer = Trainer::new(&spec, &samples, 0, Level::best()).unwrap();
        let found = trainer.gradient().to_vec();
        let gradient = Array2::from_shape_vec((width, count), found).unwrap();
        let value = trainer.evaluate(&samples).unwrap().loss;
        assert_close(value, case["value"].as_f64().unwrap(), name);
        for ((sample, output), &expected) in matrix(&case["gradient"]).indexed_iter() {
            let what = format!("{name}, gradient of sample {sample}, output {output}");
            assert_close(gradient[[output, sample]], expected, &what);
        }
        compared += 1;
    }
    assert_eq!(compared, file["cases"].as_array().unwrap().len());
    publish("losses", "values");
}
