//! Data as trainings meet them: parts by rows, files and folds; gaps and categories.

use std::{fmt::Write, path::Path, sync::atomic::AtomicBool};

use mlp_core::Level;
use mlp_store::Error;
use mlp_store::RunDirectory;
use mlp_train::{
    Cell, Experiment, Kind, Prediction, ResolvedExperiment, SettingsLayer, cross_validation,
    train_network,
};
use ndarray::array;

use crate::{Scratch, experiment, results, run, run_with, threads};

fn author(kind: Kind, settings: &[&str]) -> Experiment {
    let mut experiment = Experiment::new(kind);
    for setting in settings {
        let mut layer = SettingsLayer::new();
        layer.set(setting).unwrap();
        layer.apply(&mut experiment).unwrap();
    }
    experiment
}

fn refused(kind: Kind, settings: &[&str]) -> String {
    let error = mlp_store::resolve(&author(kind, settings), None).unwrap_err();
    error.to_string()
}

#[test]
fn ranges_take_rows_in_the_order_of_the_data() {
    let data = experiment(Kind::Train, &["data=moons", "samples=40", "split=20:8:12"]);
    let split = &data.data().unwrap().split;
    assert!(split.train.iter().copied().eq(0..20));
    assert!(split.validation.iter().copied().eq(20..28));
    assert!(split.test.iter().copied().eq(28..40));
    assert!(data.to_toml().contains("split = \"20:8:12\"") && !data.to_toml().contains("fraction"));
    let all = ["data=moons", "samples=40"];
    let with = |more: &[&str]| refused(Kind::Train, &[&all[..], more].concat());
    assert!(with(&["split=20:8:11"]).contains("40 samples, and 20:8:11 are 39"));
    assert_eq!(
        with(&["split=20:8:12", "test_fraction=0.5"]),
        "split and test_fraction both define a part of the data; give one of them"
    );
    assert!(with(&["folds=4", "test_fraction=0.5"]).contains("folds and test_fraction"));
    assert!(with(&["fold=1"]).contains("give their number with folds"));
    assert!(refused(Kind::Map, &["data=moons", "folds=4", "x=lr=1,2"]).contains("with fold"));
    for bad in ["20:20", "a:b:c", "1:2:3:4", "-1:2:3", ""] {
        let mut layer = SettingsLayer::new();
        let error = layer
            .set(&format!("split={bad}"))
            .and_then(|()| layer.apply(&mut Experiment::new(Kind::Train)));
        assert!(error.is_err(), "{bad}");
    }
}

#[test]
fn files_can_be_parts() {
    let scratch = Scratch::new();
    let write = |name: &str, text: &str| {
        let path = scratch.path(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let mut rows = String::from("a,b,kind\n");
    for row in 0..20 {
        let _ = writeln!(rows, "{},{},{}", row, row * row % 7, ["x", "y"][row % 2]);
    }
    let train = write("train.csv", &rows);
    let test = write("test.csv", "kind,more,b,a\ny,9,1,100\nx,9,2,200\n");
    let validation = write("validation.csv", "b,a,kind\n3,300,y\n");
    let settings = [
        format!("data={train}"),
        format!("test_file={test}"),
        format!("validation_file={validation}"),
        "steps=5".to_owned(),
    ];
    let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
    let resolved = || experiment(Kind::Train, &settings);
    let data = resolved().data().unwrap();
    assert!(data.split.train.iter().copied().eq(0..20));
    assert_eq!(
        (&data.split.validation[..], &data.split.test[..]),
        (&[20][..], &[21, 22][..])
    );
    assert_eq!(data.dataset.inputs().row(20).to_vec(), [300.0, 3.0]);
    assert_eq!(data.dataset.inputs().row(21).to_vec(), [100.0, 1.0]);
    // The stored experiment names the files and gives the same bytes, until one of them changes.
    let (first, second) = (scratch.path("first"), scratch.path("second"));
    run(resolved(), &first);
    let text = std::fs::read_to_string(first.join("experiment.toml")).unwrap();
    assert!(
        text.contains("test_sha256 = ") && text.contains("validation_sha256 = "),
        "{text}"
    );
    run(again(&first).unwrap(), &second);
    assert_eq!(results(&first), results(&second));
    write("test.csv", "kind,b,a\ny,1,100\nx,2,201\n");
    assert!(matches!(
        again(&first),
        Err(Error::Train(mlp_train::Error::DataChanged { .. }))
    ));
    write("test.csv", "kind,b,a\nz,1,100\n");
    assert!(refused(Kind::Train, &settings).contains('z'));
    write("test.csv", "kind,c,a\nx,1,100\n");
    assert!(refused(Kind::Train, &settings).contains("column `b`"));
    assert!(
        refused(Kind::Train, &["data=moons", "test_file=t.csv"]).contains("test_file is for files")
    );
}

fn again(path: &Path) -> Result<ResolvedExperiment, Error> {
    let file = RunDirectory::open(path)?.experiment()?;
    let mut author = Experiment::new(file.kind.unwrap());
    file.layer.apply(&mut author)?;
    mlp_store::resolve(&author, None)
}

#[test]
fn gaps_and_categories_are_handled_as_asked_and_by_the_model() {
    let scratch = Scratch::new();
    let path = scratch.path("my.csv");
    let mut text = String::from("size,colour,kind\n");
    for row in 0..24 {
        let size = if row % 6 == 5 {
            String::new()
        } else {
            format!("{row}.5")
        };
        let colour = ["red", "green", "blue"][row % 3];
        let _ = writeln!(
            text,
            "{size},{colour},{}",
            ["no", "yes"][usize::from(row % 3 == 0)]
        );
    }
    std::fs::write(&path, text).unwrap();
    let data = format!("data={}", path.display());
    let error = refused(Kind::Train, &[&data]);
    assert!(error.contains("--categories one-hot"), "{error}");
    let error = refused(Kind::Train, &[&data, "categories=one-hot"]);
    assert!(error.contains("--missing drop, mean"), "{error}");
    let dropped = experiment(Kind::Train, &[&data, "categories=one-hot", "missing=drop"]);
    assert_eq!(dropped.data().unwrap().dataset.samples(), 20);
    let settings = [
        &data[..],
        "categories=one-hot",
        "missing=mean",
        "steps=200",
        "lr=0.5",
    ];
    let filled = experiment(Kind::Train, &settings);
    let data = filled.data().unwrap();
    assert_eq!(data.dataset.features(), 4);
    let (_, model) =
        train_network(&filled, 0, Level::best(), &(), &AtomicBool::new(false)).unwrap();
    // Fitted on the training part alone.
    let sizes: Vec<f64> = data
        .split
        .train
        .iter()
        .map(|&row| data.dataset.inputs()[[row, 0]])
        .collect();
    let known: Vec<f64> = sizes.into_iter().filter(|size| !size.is_nan()).collect();
    let mean = known.iter().sum::<f64>() / known.len() as f64;
    assert!((model.imputer().unwrap().fill()[0] - mean).abs() < 1e-12);
    assert_eq!(model.one_hot()[0].categories, ["blue", "green", "red"]);
    // Through its file the model keeps it all, and a gap is answered as the mean would be.
    let file = scratch.path("model.safetensors");
    mlp_store::model_file::write(&model, &file).unwrap();
    let read = mlp_store::model_file::read(&file).unwrap();
    assert_eq!(read, model);
    let answers = |rows| match read.predict(&ndarray::ArrayView2::from(&rows)).unwrap() {
        Prediction::Classes { probabilities, .. } => probabilities,
        other => panic!("probabilities of classes, not {other:?}"),
    };
    assert_eq!(
        answers([[f64::NAN, 0.0, 0.0, 1.0]]),
        answers([[mean, 0.0, 0.0, 1.0]])
    );
    let evaluation = model.evaluate(&data.dataset, Level::best()).unwrap();
    assert_eq!(evaluation.accuracy, Some(1.0));
}

#[test]
fn a_cross_validation_is_a_population_over_folds() {
    let scratch = Scratch::new();
    let settings = [
        "data=iris",
        "folds=5",
        "steps=60",
        "lr=0.5",
        "metrics=f1",
        "format=csv",
    ];
    let resolved = || experiment(Kind::Train, &settings);
    assert_eq!(
        (resolved().kind(), resolved().networks()),
        (Kind::Population, 5)
    );
    for (name, count) in [("one", 1), ("two", 2)] {
        run_with(resolved(), &scratch.path(name), threads(count), &()).unwrap();
    }
    let path = scratch.path("one");
    assert_eq!(results(&path), results(&scratch.path("two")));
    assert_eq!(again(&path).unwrap().to_toml(), resolved().to_toml());
    let nets = RunDirectory::open(&path).unwrap().nets().unwrap();
    assert_eq!(nets.integers("fold").unwrap(), [0, 1, 2, 3, 4]);
    let scores = nets.numbers("test_f1").unwrap();
    let mean = scores.iter().sum::<f64>() / 5.0;
    let squares: f64 = scores
        .iter()
        .map(|score| (score - mean) * (score - mean))
        .sum();
    let folds = mlp_store::table::read(&path.join("folds.csv")).unwrap();
    let metrics = folds.texts("metric").unwrap();
    let row = metrics
        .iter()
        .position(|metric| metric == "test_f1")
        .unwrap();
    let cell = |column: &str| folds.column(column).unwrap().cell(row);
    let close = |cell: Cell, expected: f64| match cell {
        Cell::Number(number) => assert!((number - expected).abs() < 1e-14, "{number} {expected}"),
        other => panic!("{other:?}"),
    };
    close(cell("mean"), mean);
    close(cell("standard_error"), (squares / 4.0 / 5.0).sqrt());
    assert_eq!(cell("folds"), Cell::Integer(5));
    assert!(mean > 0.8);
    // Each fold is the network that trains alone.
    let alone = experiment(Kind::Train, &[&settings[..], &["fold=3"]].concat());
    assert_eq!((alone.kind(), alone.networks()), (Kind::Train, 1));
    let (outcome, _) =
        train_network(&alone, 0, Level::best(), &(), &AtomicBool::new(false)).unwrap();
    assert_eq!(outcome.last().unwrap().metric("test_f1"), Some(scores[3]));
}

#[test]
fn settings_are_averaged_each_over_its_folds() {
    let scratch = Scratch::new();
    let path = scratch.path("run");
    let settings = [
        "data=moons",
        "samples=40",
        "steps=5",
        "nets=2",
        "sweep.fold=0,1",
        "sweep.hidden=2,3",
        "folds=2",
    ];
    let resolved = experiment(Kind::Population, &settings);
    run(experiment(Kind::Population, &settings), &path);
    let nets = RunDirectory::open(&path).unwrap().nets().unwrap();
    let norms = nets.numbers("weight_norm").unwrap();
    let found = cross_validation::summaries(&resolved, &nets, &["weight_norm"]);
    let settings: Vec<String> = found.iter().map(|row| row.setting[0].to_string()).collect();
    assert_eq!(settings, ["2", "3"]);
    // Networks 2 and 3, 6 and 7 are those of hidden = 3.
    let mean = array![norms[2], norms[3], norms[6], norms[7]]
        .mean()
        .unwrap();
    assert!((found[1].mean - mean).abs() < 1e-14);
    assert_eq!(found[1].folds, 2);
}
