//! Trajectories and losses of PyTorch, element by element (`xtask/parity` made the fixtures).
//!
//! What does not exist here yet is listed by name; the tests fail when a name on the lists comes to
//! exist, so that the lists can only shrink.

use std::collections::BTreeSet;

use mlp_core::{
    Activation, Adam, Architecture, Batch, Error, Horizon, Init, LayerSpec, Level, Loss, Optimizer,
    Samples, Schedule, ScheduleSetting, Sgd, Status, Targets, TrainSpec, Trainer,
};
use ndarray::Array2;
use serde_json::Value;

use crate::differences::{assert_within, publish};

/// Optimizers of the fixtures that do not exist yet.
const MISSING_OPTIMIZERS: &[&str] = &[
    "adadelta",
    "adafactor",
    "adagrad",
    "adamax",
    "adamw",
    "asgd",
    "irprop+",
    "lbfgs",
    "lion",
    "muon",
    "nadam",
    "radam",
    "rmsprop",
    "rprop",
];

/// Cases of existing optimizers with settings that do not exist yet.
const MISSING_CASES: &[&str] = &["adam-amsgrad", "adam-amsgrad-decay"];

/// Cases of scikit-learn with forms that do not exist yet.
const MISSING_FORMS: &[&str] = &[
    "adam",
    "adam-alpha",
    "adam-betas",
    "adam-binary",
    "adam-epsilon",
    "adam-full-batch",
    "adam-regression",
    "adam-sample-weights",
    "momentum",
    "momentum-adaptive",
    "momentum-alpha",
    "momentum-inverse-scaling",
    "nesterov",
    "nesterov-adaptive",
    "nesterov-alpha",
    "nesterov-binary",
    "nesterov-full-batch",
    "nesterov-inverse-scaling",
    "nesterov-regression",
];

/// Losses of the fixtures that do not exist yet.
const MISSING_LOSSES: &[&str] = &[
    "absolute-error",
    "hinge",
    "huber",
    "log-cosh",
    "poisson",
    "quantile",
    "squared-hinge",
];

/// Cases of existing losses with settings or targets that do not exist yet.
const MISSING_LOSS_CASES: &[&str] = &[
    "binary-class-weights",
    "binary-label-smoothing",
    "binary-sample-weights",
    "multilabel-positive-weight",
    "softmax-balanced",
    "softmax-class-weights",
    "softmax-class-weights-label-smoothing",
    "softmax-label-smoothing",
    "softmax-sample-and-class-weights",
    "softmax-sample-weights",
    "softmax-soft-targets",
    "squared-error-sample-weights",
];

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
    let (mut sgd, mut adam) = (Sgd::default(), Adam::default());
    for (key, value) in settings.as_object().unwrap() {
        let number = value.as_f64();
        match key.as_str() {
            "optimizer" => {}
            "learning_rate" if value.is_array() => {
                spec.layer_learning_rates = Some(numbers(value));
            }
            "learning_rate" => spec.learning_rate = number?,
            "weight_decay" if value.is_array() => spec.layer_weight_decays = Some(numbers(value)),
            "weight_decay" => spec.weight_decay = number?,
            "alpha" => spec.alpha = number?,
            "l1" => spec.l1 = number?,
            "max_norm" => spec.max_norm = number,
            "clip_value" => spec.clip.value = number,
            "clip_norm" => spec.clip.norm = number,
            "loss_scale" => spec.loss_scale = number?,
            "schedule" => spec.schedule = schedule(settings),
            "schedule.warm_up" => spec.warm_up.updates = value.as_u64()?,
            "schedule.warm_up_from" => spec.warm_up.from = number?,
            key if key.starts_with("schedule.") => {}
            // Without memory every form is the same.
            "form" if settings["momentum"].as_f64() == Some(0.0) => {}
            "decay_bias" => spec.decay_bias = value.as_bool()?,
            "momentum" => sgd.momentum = number?,
            "dampening" => sgd.dampening = number?,
            "nesterov" => sgd.nesterov = value.as_bool()?,
            "beta1" => adam.beta1 = number?,
            "beta2" => adam.beta2 = number?,
            "epsilon" => adam.epsilon = number?,
            "amsgrad" | "decoupled" if value == &Value::Bool(false) => {}
            _ => return None,
        }
    }
    spec.optimizer = match text(&settings["optimizer"]) {
        "sgd" => Optimizer::Sgd(sgd),
        "adam" => Optimizer::Adam(adam),
        name => panic!("say here how {name} reads its settings"),
    };
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
    let horizon = Horizon {
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
    let mut compared = 0;
    for step in 1..=last.unwrap() {
        let found = next(step);
        if let Some(expected) = steps.get(&step.to_string()) {
            let expected = numbers(expected);
            assert_eq!(found.len(), expected.len());
            for (at, (&found, &expected)) in found.iter().zip(&expected).enumerate() {
                let what = format!("{}, step {step}, parameter {at}", text(&case["name"]));
                assert_close(found, expected, &what);
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

    // The mini-batches of one trainer, where the order is the natural one.
    if batches.concat().iter().copied().eq(0..inputs.nrows()) {
        let natural = TrainSpec {
            batch: Batch::Size(batches[0].len()),
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
    }
}

#[test]
fn optimizers_take_pytorchs_steps() {
    let file = read(include_str!("../fixtures/optimizers.json"));
    let mut missing_optimizers = BTreeSet::new();
    let mut missing_cases = BTreeSet::new();
    let mut followed = 0;
    for (name, case) in cases(&file) {
        let settings = &case["settings"];
        let optimizer = text(&settings["optimizer"]);
        if optimizer.parse::<Optimizer>().is_err() {
            missing_optimizers.insert(optimizer);
            continue;
        }
        match spec(settings, &file["networks"][text(&case["network"])]) {
            Some(spec) => {
                trajectory(&file, case, &spec);
                followed += 1;
            }
            None => {
                missing_cases.insert(name);
            }
        }
    }
    assert!(missing_optimizers.iter().eq(MISSING_OPTIMIZERS));
    assert!(missing_cases.iter().eq(MISSING_CASES), "{missing_cases:?}");
    assert_eq!(followed, 33);
    publish("optimizers", "trajectories");
}

#[test]
fn schedules_move_the_rate_as_pytorchs() {
    let file = read(include_str!("../fixtures/schedules.json"));
    let mut followed = 0;
    for (name, case) in cases(&file) {
        let network = &file["networks"][text(&case["network"])];
        let spec = spec(&case["settings"], network).unwrap_or_else(|| panic!("{name}"));
        trajectory(&file, case, &spec);
        followed += 1;
    }
    assert_eq!(followed, 36);
    publish("schedules", "trajectories");
}

#[test]
fn penalties_and_limits_of_weights_are_pytorchs() {
    let file = read(include_str!("../fixtures/layers.json"));
    let mut followed = 0;
    for (name, case) in cases(&file) {
        if !name.starts_with("l1-") && !name.starts_with("max-norm-") {
            continue;
        }
        let network = &file["networks"][text(&case["network"])];
        let spec = spec(&case["settings"], network).unwrap_or_else(|| panic!("{name}"));
        trajectory(&file, case, &spec);
        followed += 1;
    }
    assert_eq!(followed, 6);
    publish("layers", "penalties");
}

#[test]
fn scikit_learns_fit_takes_the_same_steps() {
    let file = read(include_str!("../fixtures/sklearn.json"));
    let mut missing = BTreeSet::new();
    let mut followed = 0;
    for (name, case) in cases(&file) {
        let network = &file["networks"][text(&case["network"])];
        if !case["sample_weights"].is_null() {
            missing.insert(name);
            continue;
        }
        let Some(spec) = spec(&case["settings"], network) else {
            missing.insert(name);
            continue;
        };
        let inputs = matrix(&network["inputs"]);
        let all = targets(&network["targets"], spec.architecture.outputs());
        let samples = Samples::new(inputs.view(), &all).unwrap();
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
    assert!(missing.iter().eq(MISSING_FORMS), "{missing:?}");
    assert_eq!(followed + missing.len(), 21);
    publish("sklearn", "trajectories");
}

/// Value and gradient of a loss at given outputs. The network has an input for every sample, 1 for
/// that sample alone, so that its weights are the outputs, and their gradient the outputs'.
fn at_outputs(
    loss: Loss,
    outputs: &Array2<f64>,
    targets: &Targets<f64>,
) -> Result<(f64, Array2<f64>), Error> {
    let (count, width) = outputs.dim();
    let net = Architecture::new(count).with(LayerSpec {
        bias: false,
        ..LayerSpec::new(width, Activation::Identity)
    });
    let weights: Vec<f64> = outputs.t().iter().copied().collect();
    let spec = TrainSpec {
        init: Init::Given(weights.into()),
        ..TrainSpec::new(net, loss)
    };
    let samples = Samples::new(Array2::eye(count).view(), targets)?;
    let mut trainer = Trainer::new(&spec, &samples, 0, Level::best())?;
    let gradient = Array2::from_shape_vec((width, count), trainer.gradient().to_vec()).unwrap();
    Ok((trainer.evaluate(&samples)?.loss, gradient.reversed_axes()))
}

#[test]
fn losses_have_pytorchs_values_and_gradients() {
    let file = read(include_str!("../fixtures/losses.json"));
    let mut missing_losses = BTreeSet::new();
    let mut missing_cases = BTreeSet::new();
    let mut compared = 0;
    for (name, case) in cases(&file) {
        let settings = case["settings"].as_object().unwrap();
        let Ok(loss) = text(&settings["loss"]).parse::<Loss>() else {
            missing_losses.insert(text(&settings["loss"]));
            continue;
        };
        let outputs = matrix(&case["outputs"]);
        let targets = targets(&case["targets"], outputs.ncols());
        if settings.len() > 1 || !case["sample_weights"].is_null() {
            missing_cases.insert(name);
            continue;
        }
        let Ok((value, gradient)) = at_outputs(loss, &outputs, &targets) else {
            missing_cases.insert(name);
            continue;
        };
        assert_close(value, case["value"].as_f64().unwrap(), name);
        for (at, &expected) in matrix(&case["gradient"]).indexed_iter() {
            assert_close(gradient[at], expected, &format!("{name}, gradient {at:?}"));
        }
        compared += 1;
    }
    assert!(missing_losses.iter().eq(MISSING_LOSSES));
    assert!(
        missing_cases.iter().eq(MISSING_LOSS_CASES),
        "{missing_cases:?}"
    );
    assert_eq!(compared, 8);
    publish("losses", "values");
}
