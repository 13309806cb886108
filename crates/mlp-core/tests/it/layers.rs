//! Normalization, dropout and shortcuts of PyTorch, element by element (`xtask/parity` made the
//! fixture).

use mlp_core::{
    Activation, Architecture, BatchNorm, Init, LayerNorm, LayerSpec, Level, Loss, Normalization,
    Samples, Targets, TrainSpec, Trainer, reference,
};
use ndarray::{Array1, Array2};
use serde_json::Value;

use crate::differences::publish;
use crate::parity::{assert_close, cases, matrix, numbers, read, spec, targets, text, trajectory};

fn fixture() -> Value {
    read(include_str!("../fixtures/layers.json"))
}

fn close(found: &Array2<f64>, expected: &Value, what: &str) {
    let expected = matrix(expected);
    assert_eq!(found.dim(), expected.dim(), "{what}");
    for (at, &expected) in expected.indexed_iter() {
        // Sums that cancel have no relative precision below that of their terms.
        if expected.abs() > 1e-9 || (found[at] - expected).abs() > 1e-15 {
            assert_close(found[at], expected, &format!("{what} {at:?}"));
        }
    }
}

fn close_row(found: &[f64], expected: &Value, what: &str) {
    close(
        &Array2::from_shape_vec((1, found.len()), found.to_vec()).unwrap(),
        &Value::Array(vec![expected.clone()]),
        what,
    );
}

/// The normalization that a case's settings ask for.
fn normalization(settings: &Value) -> Normalization {
    let epsilon = settings["epsilon"].as_f64().unwrap();
    let affine = settings["affine"].as_bool().unwrap();
    match text(&settings["layer"]) {
        "batch-norm" => Normalization::Batch(BatchNorm {
            epsilon,
            momentum: settings["momentum"].as_f64().unwrap(),
            affine,
        }),
        "layer-norm" => Normalization::Layer(LayerNorm { epsilon, affine }),
        other => panic!("{other} is not a normalization"),
    }
}

/// One pass of a fixture through a network whose dense layer has an input for every sample, 1 for
/// that sample alone: its weights are what is normalized, and their gradient is dx.
#[test]
fn normalisations_have_pytorchs_values_and_gradients() {
    let file = fixture();
    let mut passes = 0;
    for (name, case) in cases(&file) {
        let settings = &case["settings"];
        if !matches!(
            settings["layer"].as_str(),
            Some("batch-norm" | "layer-norm")
        ) {
            continue;
        }
        let normalization = normalization(settings);
        let mut statistics = Vec::new();
        for pass in case["passes"].as_array().unwrap() {
            let (x, dy) = (matrix(&pass["x"]), matrix(&pass["dy"]));
            let (count, width) = x.dim();
            let net = Architecture::new(count).with(LayerSpec {
                bias: false,
                normalization,
                ..LayerSpec::new(width, Activation::Identity)
            });
            let mut parameters: Vec<f64> = x.t().iter().copied().collect();
            if normalization.is_affine() {
                parameters.extend(numbers(&case["weight"]));
                parameters.extend(numbers(&case["bias"]));
            }
            if statistics.is_empty() {
                statistics = net.initial_statistics();
            }
            let one_hot = Array2::eye(count);
            let mut spec = TrainSpec {
                learning_rate: 0.0,
                init: Init::Given(parameters.into()),
                ..TrainSpec::new(net, Loss::SquaredError)
            };
            let training = pass["training"].as_bool().unwrap();
            let (y, gradient) = if training {
                let samples = Samples::new(one_hot.view(), &Targets::Values(dy.clone())).unwrap();
                let mut trainer = Trainer::new(&spec, &samples, 0, Level::best()).unwrap();
                let mut state = trainer.state();
                state.statistics.clone_from(&statistics);
                trainer.restore(&state).unwrap();
                let y = trainer.forward(one_hot.view()).unwrap();
                let gradient = trainer
                    .backward(one_hot.view(), dy.view())
                    .unwrap()
                    .to_vec();
                trainer.update();
                statistics = trainer.statistics().to_vec();
                (y, gradient)
            } else {
                let network =
                    mlp_core::Network::new(spec.architecture.clone(), given(&spec)).unwrap();
                let network = network.with_statistics(statistics.clone()).unwrap();
                let y = network.forward(one_hot.view()).unwrap();
                // The targets that make dL/dy what the fixture has.
                spec.loss_scale = (count * width) as f64 / 2.0;
                let wanted = Targets::Values(&y - &dy);
                let samples = Samples::new(one_hot.view(), &wanted).unwrap();
                let mut trainer = Trainer::new(&spec, &samples, 0, Level::best()).unwrap();
                let mut state = trainer.state();
                state.statistics.clone_from(&statistics);
                trainer.restore(&state).unwrap();
                (y, trainer.gradient().to_vec())
            };
            let what = format!("{name}, training {training}:");
            close(&y, &pass["y"], &format!("{what} y"));
            let (dx, affine) = gradient.split_at(count * width);
            let dx = Array2::from_shape_vec((width, count), dx.to_vec()).unwrap();
            close(&dx.reversed_axes(), &pass["dx"], &format!("{what} dx"));
            if normalization.is_affine() {
                let (scale, shift) = affine.split_at(width);
                close_row(scale, &pass["d_weight"], &format!("{what} scale"));
                close_row(shift, &pass["d_bias"], &format!("{what} shift"));
            }
            if normalization.is_batch() {
                let (means, variances) = statistics.split_at(width);
                close_row(means, &pass["running_mean"], &format!("{what} mean"));
                close_row(
                    variances,
                    &pass["running_variance"],
                    &format!("{what} variance"),
                );
            }
            passes += 1;
        }
    }
    assert_eq!(passes, 12);
    publish("layers", "normalization");
}

fn given(spec: &TrainSpec) -> Vec<f64> {
    match &spec.init {
        Init::Given(parameters) => parameters.to_vec(),
        other => panic!("{other} parameters are not given"),
    }
}

/// The textbook's, which the engine is tested against with masks of its own.
#[test]
fn dropout_has_pytorchs_values_and_gradients() {
    let file = fixture();
    let mut passes = 0;
    for (name, case) in cases(&file) {
        let settings = &case["settings"];
        if settings["layer"] != "dropout" {
            continue;
        }
        let rate = settings["rate"].as_f64().unwrap();
        for pass in case["passes"].as_array().unwrap() {
            let (x, dy) = (matrix(&pass["x"]), matrix(&pass["dy"]));
            let mask = pass["training"]
                .as_bool()
                .unwrap()
                .then(|| matrix(&pass["mask"]).mapv(|kept| kept / (1.0 - rate)));
            let layers = [reference::Layer {
                weights: x.t().to_owned(),
                biases: Array1::zeros(x.ncols()),
                scale: 1.0,
                normalize: None,
                activation: Activation::Identity,
                mask,
                shortcuts: false,
                skip: false,
            }];
            let traces = reference::forward(&layers, Array2::eye(x.nrows()).view());
            let gradients = reference::backward(&layers, &traces, dy);
            close(
                reference::outputs(&traces),
                &pass["y"],
                &format!("{name} y"),
            );
            let dx = gradients[0].weights.t().to_owned();
            close(&dx, &pass["dx"], &format!("{name} dx"));
            passes += 1;
        }
    }
    assert_eq!(passes, 4);
    publish("layers", "dropout");
}

#[test]
fn networks_with_operations_take_pytorchs_steps() {
    let file = fixture();
    let mut followed = 0;
    for (name, case) in cases(&file) {
        let mut settings = case["settings"].clone();
        let settings = settings.as_object_mut().unwrap();
        let Some(hidden) = settings.remove("hidden") else {
            continue;
        };
        let mut network = file["networks"][text(&case["network"])].clone();
        network["sizes"] = settings.remove("sizes").unwrap();
        network["initial"] = case["initial"].clone();
        let mut spec = spec(&Value::Object(settings.clone()), &network)
            .unwrap_or_else(|| panic!("{name}: a setting does not exist"));
        let layers = &mut spec.architecture.layers;
        match text(&hidden) {
            "batch-norm" => layers[0].normalization = Normalization::Batch(BatchNorm::default()),
            "batch-norm-no-bias" => {
                layers[0] = LayerSpec {
                    bias: false,
                    normalization: Normalization::Batch(BatchNorm::default()),
                    ..LayerSpec::new(layers[0].outputs, Activation::Relu)
                };
            }
            "layer-norm" => layers[0].normalization = Normalization::Layer(LayerNorm::default()),
            "skip" => layers[1].skip = true,
            other => panic!("say here what {other} is"),
        }
        trajectory(&file, case, &spec);

        // Where it ends: running statistics, and what evaluation says.
        let inputs = matrix(&network["inputs"]);
        let all = targets(&network["targets"], spec.architecture.outputs());
        let samples = Samples::new(inputs.view(), &all).unwrap();
        spec.batch = mlp_core::Batch::Size(8);
        spec.shuffle = false;
        let mut trainer = Trainer::new(&spec, &samples, 0, Level::best()).unwrap();
        for _ in 0..200 {
            trainer.step();
        }
        let outputs = trainer.network().forward(inputs.view()).unwrap();
        close(
            &outputs,
            &case["evaluation"],
            &format!("{name}, evaluation"),
        );
        let running = case["running"].as_object();
        assert_eq!(running.is_some(), !trainer.statistics().is_empty());
        if let Some(running) = running {
            let (means, variances) = trainer
                .statistics()
                .split_at(trainer.statistics().len() / 2);
            close_row(means, &running["1.running_mean"], name);
            close_row(variances, &running["1.running_var"], name);
        }
        followed += 1;
    }
    assert_eq!(followed, 7);
    publish("layers", "operations");
}
