//! Trajectories and losses of PyTorch, element by element (`xtask/parity` made the fixtures).
//!
//! What does not exist here yet is listed by name; the tests fail when a name on the lists comes to
//! exist, so that the lists can only shrink.

use std::collections::BTreeSet;

use mlp_core::{
    Activation, Adam, Architecture, Batch, Hinge, Huber, Init, LayerSpec, Level, Loss, Optimizer,
    Poisson, Quantile, Samples, Sgd, SquaredHinge, Targets, TrainSpec, Trainer,
};
use ndarray::Array2;
use serde_json::Value;

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
const MISSING_CASES: &[&str] = &[
    "adam-amsgrad",
    "adam-amsgrad-decay",
    "adam-clip-norm",
    "adam-clip-norm-decay",
    "adam-clip-value",
    "adam-rate-and-decay-a-layer",
    "adam-schedule",
    "sgd-clip-norm",
    "sgd-clip-norm-decay",
    "sgd-clip-value",
    "sgd-rate-and-decay-a-layer",
    "sgd-schedule",
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
    assert!(
        (found - expected).abs() <= 1e-9 * expected.abs(),
        "{what}: {found:e} for {expected:e}"
    );
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
            "weight_decay" => spec.weight_decay = number?,
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
    let mut trainers: Vec<_> = parts
        .iter()
        .map(|part| Trainer::new(&full, part, 0, Level::best()).unwrap())
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
        let samples = Samples::new(inputs.view(), &all).unwrap();
        let natural = TrainSpec {
            batch: Batch::Size(batches[0].len()),
            shuffle: false,
            ..spec.clone()
        };
        let mut trainer = Trainer::new(&natural, &samples, 0, Level::best()).unwrap();
        follow(case, |_| {
            trainer.step();
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
    assert_eq!(followed, 23);
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
}
