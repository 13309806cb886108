//! Dropout, noise, normalization and shortcuts, from keys to the model file.

use mlp_core::{Level, Normalization};
use mlp_store::RunDirectory;
use mlp_train::{AnyNetwork, Cell, Experiment, Kind, Prediction, SettingsLayer};
use ndarray::array;

use crate::{SHORT, Scratch, results, run, run_with, short, threads};

const ALL: [&str; 8] = [
    "normalization=batch,layer",
    "dropout=0.2,0.1",
    "input_dropout=0.05",
    "input_noise=0.1",
    "skip=true",
    "hidden=6,6",
    "batch=16",
    "seed=5",
];

#[test]
fn a_training_with_every_operation_leaves_a_model_that_evaluates_the_same() {
    let scratch = Scratch::new();
    let path = scratch.path("run");
    let resolved = short(Kind::Train, &ALL);
    let spec = resolved.recipe(0).unwrap().spec;
    assert_eq!(spec.dropout, [0.2, 0.1]);
    assert_eq!((spec.input_dropout, spec.input_noise), (0.05, 0.1));
    let layers = &spec.architecture.layers;
    assert!(layers[0].normalization.is_batch() && !layers[0].skip);
    assert!(matches!(layers[1].normalization, Normalization::Layer(_)) && layers[1].skip);
    assert!(layers[2].normalization == Normalization::None && !layers[2].skip);

    let summary = run(short(Kind::Train, &ALL), &path);
    let last = summary.outcome.unwrap().last().unwrap().clone();
    let model = mlp_store::model_file::open(&path).unwrap();
    let data = resolved.data().unwrap();
    let part = data.dataset.select_rows(&data.split.train).unwrap();
    assert_eq!(model.evaluate(&part, Level::best()).unwrap(), last.train);
    let AnyNetwork::F32(network) = model.network() else {
        panic!("the precision is f32");
    };
    assert_eq!(network.statistics().len(), 12);
    assert!(network.statistics().iter().any(|&s| s != 0.0 && s != 1.0));
    // A single row has no batch, and needs none.
    let Prediction::Classes { probabilities, .. } =
        model.predict(&array![[0.5, 0.25]].view()).unwrap()
    else {
        panic!("moons are classes");
    };
    assert!((probabilities.sum() - 1.0).abs() < 1e-12);
    let one = data.dataset.select_rows(&data.split.test[..1]).unwrap();
    assert!(
        model
            .evaluate(&one, Level::best())
            .unwrap()
            .loss
            .is_finite()
    );

    // Scale and shift are neither weights nor biases; what is learnt of them is in the gradient.
    let series = RunDirectory::open(&path).unwrap().series().unwrap();
    assert_ne!(series.column("weight_norm_2").unwrap().cell(0), Cell::Null);

    // The file that was written says all of it, and gives the same bytes again.
    let again = scratch.path("again");
    let file = std::fs::read_to_string(path.join("experiment.toml")).unwrap();
    for line in [
        "normalization = [\"batch\", \"layer\"]",
        "dropout = [0.2, 0.1]",
        "input_dropout = 0.05",
        "input_noise = 0.1",
        "skip = true",
    ] {
        assert!(file.contains(line), "{line} in\n{file}");
    }
    let read = mlp_train::experiment_file::parse(&file, &path.join("experiment.toml")).unwrap();
    let mut experiment = Experiment::new(Kind::Train);
    read.layer.apply(&mut experiment).unwrap();
    run(mlp_store::resolve(&experiment, None).unwrap(), &again);
    let (first, second) = (results(&path), results(&again));
    assert_eq!(first, second);
}

#[test]
fn operations_are_swept_and_given_by_layer() {
    let scratch = Scratch::new();
    let sweep = [
        "nets=2",
        "hidden=4,4",
        "sweep.normalization=none,batch,layer",
        "sweep.dropout=0,0.5",
        "sweep.skip=true,false",
    ];
    for (name, count) in [("one", 1), ("three", 3)] {
        let resolved = short(Kind::Population, &sweep);
        run_with(resolved, &scratch.path(name), threads(count), &()).unwrap();
    }
    assert_eq!(
        results(&scratch.path("one")),
        results(&scratch.path("three"))
    );
    let nets = RunDirectory::open(&scratch.path("one"))
        .unwrap()
        .nets()
        .unwrap();
    assert_eq!(nets.rows(), 24);
    assert_eq!(nets.texts("normalization").unwrap()[8], "batch");
    let loss = nets.numbers("train_loss").unwrap();
    for (a, b) in [(0, 2), (0, 4), (0, 8), (8, 16)] {
        assert_ne!(loss[a], loss[b], "cells of nets {a} and {b} differ");
    }
    let spec = short(Kind::Train, &["dropout=0.5", "dropout.1=0.25"])
        .recipe(0)
        .unwrap()
        .spec;
    assert_eq!(spec.dropout, [0.5, 0.25]);
}

#[test]
fn what_does_not_fit_is_refused_by_name() {
    let refuse = |settings: &[&str]| {
        let mut experiment = Experiment::new(Kind::Train);
        for setting in SHORT.iter().chain(settings) {
            let mut layer = SettingsLayer::new();
            if let Err(error) = layer.set(setting) {
                return error.to_string();
            }
            if let Err(error) = layer.apply(&mut experiment) {
                return error.to_string();
            }
        }
        let resolved = mlp_store::resolve(&experiment, None);
        resolved
            .err()
            .map_or(String::new(), |error| error.to_string())
    };
    let contains = |settings: &[&str], words: &[&str]| {
        let error = refuse(settings);
        assert!(words.iter().all(|word| error.contains(word)), "{error}");
    };
    contains(&["skip=true"], &["skip", "2 features", "hidden is 4,3"]);
    contains(&["skip=true", "hidden=none"], &["skip", "hidden is none"]);
    contains(&["shortcuts=true", "skip=true"], &["skip and shortcuts"]);
    contains(
        &["shortcuts=true", "hidden=none"],
        &["shortcuts", "hidden is none"],
    );
    contains(
        &["shortcuts=true", "diagnostics=balance"],
        &["diagnostics balance", "with shortcuts several are next"],
    );
    contains(
        &["dropout=0.1,0.2,0.3"],
        &["dropout has 3 values", "2 layers"],
    );
    contains(&["dropout=1"], &["dropout", "below 1"]);
    contains(&["input_dropout=-0.1"], &["input_dropout", "-0.1"]);
    contains(&["input_noise=-1"], &["input_noise", "0 or more"]);
    contains(&["normalization=bach"], &["did you mean \"batch\""]);
    contains(&["normalization=batch:0"], &["epsilon"]);
    contains(
        &["hidden=none", "normalization=layer"],
        &["normalization", "hidden is none"],
    );
    contains(&["hidden=none", "dropout=0.5"], &["use input_dropout"]);
    // 48 training samples.
    contains(
        &["normalization=batch", "batch=47"],
        &["batch size 47", "48 samples"],
    );
    contains(&["droput=0.5"], &["did you mean \"dropout\""]);
    assert_eq!(refuse(&["normalization=batch", "batch=16"]), "");
    assert_eq!(refuse(&["normalization=layer", "batch=1"]), "");
}

/// Rates that a softplus keeps positive, fitted to counts; the model keeps the activation.
#[test]
fn an_output_activation_makes_rates_of_counts() {
    let scratch = Scratch::new();
    let file = scratch.path("counts.csv");
    let rows: String = (0..60)
        .map(|row| format!("{},{}\n", f64::from(row) / 60.0, 1 + row / 6))
        .collect();
    std::fs::write(&file, format!("x,count\n{rows}")).unwrap();
    let data = format!("data={}", file.display());
    let settings = [
        data.as_str(),
        "task=regression",
        "loss=poisson-rate",
        "output_activation=softplus",
        "hidden=8",
        "optimizer=adam",
        "lr=0.02",
        "steps=1500",
    ];
    let path = scratch.path("run");
    let summary = run(crate::experiment(Kind::Train, &settings), &path);
    let last = summary.outcome.unwrap().last().unwrap().clone();
    assert!(last.train.r2.unwrap() > 0.95, "{last:?}");
    let model = mlp_store::model_file::open(&path).unwrap();
    let rows = array![[0.1], [0.9]];
    let Prediction::Values(rates) = model.predict(&rows.view()).unwrap() else {
        panic!("counts are numbers");
    };
    assert!((rates[[0, 0]] - 2.0).abs() < 0.6, "{rates}");
    assert!((rates[[1, 0]] - 10.0).abs() < 1.5, "{rates}");
    let from = format!("init_from={}", path.display());
    let next = crate::experiment(
        Kind::Train,
        &[&data, "loss=poisson-rate", "task=regression", &from],
    );
    let layers = &next.recipe(0).unwrap().spec.architecture.layers;
    assert_eq!(layers[1].activation, mlp_core::Activation::Softplus);
}

#[test]
fn layers_with_shortcuts_see_everything_before_them() {
    let scratch = Scratch::new();
    let settings = [
        "shortcuts=true",
        "hidden=5,3",
        "normalization=batch,none",
        "dropout=0,0.2",
        "batch=16",
    ];
    let resolved = short(Kind::Train, &settings);
    let architecture = resolved.recipe(0).unwrap().spec.architecture.clone();
    let inputs: Vec<usize> = architecture.ranges().iter().map(|r| r.inputs).collect();
    assert_eq!(inputs, [2, 7, 10]);
    let path = scratch.path("run");
    let last = run(resolved, &path).outcome.unwrap();
    let last = last.last().unwrap().clone();
    let file = std::fs::read_to_string(path.join("experiment.toml")).unwrap();
    assert!(file.contains("shortcuts = true"), "{file}");
    let model = mlp_store::model_file::open(&path).unwrap();
    assert_eq!(model.network().architecture(), &architecture);
    let data = short(Kind::Train, &settings).data().unwrap();
    let part = data.dataset.select_rows(&data.split.train).unwrap();
    assert_eq!(model.evaluate(&part, Level::best()).unwrap(), last.train);
    // Its parameters say that they are those of such a network.
    let from = format!("init_from={}", path.display());
    let on = run(
        crate::experiment(
            Kind::Train,
            &["data=moons", "samples=64", "steps=5", settings[2], &from],
        ),
        &scratch.path("on"),
    );
    assert!(on.outcome.is_some());
    let model = mlp_store::model_file::open(&scratch.path("on")).unwrap();
    assert!(model.network().architecture().has_shortcuts());
}
