//! Every optimizer learns two moons and fits the diabetes data, at a rate that suits it.

use mlp_core::Optimizer;
use mlp_store::RunDirectory;
use mlp_train::{Cell, Kind};

use crate::{Scratch, experiment, run};

/// Optimizer, rate for moons, rate for diabetes.
const TABLE: &[(&str, f64, f64)] = &[
    ("sgd", 0.5, 0.1),
    ("momentum", 0.1, 0.02),
    ("nesterov", 0.1, 0.02),
    ("adam", 0.01, 0.005),
    ("adamw", 0.01, 0.005),
    ("nadam", 0.01, 0.005),
    ("radam", 0.01, 0.005),
    ("adamax", 0.02, 0.01),
    ("adagrad", 0.05, 0.05),
    ("adadelta", 1.0, 1.0),
    ("rmsprop", 0.005, 0.002),
    ("adafactor", 0.02, 0.01),
    ("lion", 0.002, 0.001),
    ("asgd", 0.5, 0.1),
    ("rprop", 0.01, 0.001),
    ("irprop+", 0.01, 0.001),
    ("rprop+", 0.01, 0.001),
    ("muon", 0.01, 0.005),
    ("lbfgs", 1.0, 1.0),
];

#[test]
fn the_table_names_every_optimizer() {
    let named: Vec<&str> = TABLE.iter().map(|(name, ..)| *name).collect();
    let known: Vec<&str> = Optimizer::ALL.concat().iter().map(|k| k.name).collect();
    assert_eq!(named, known);
}

fn last(settings: &[&str], metric: &str) -> f64 {
    let scratch = Scratch::new();
    let path = scratch.path("run");
    run(experiment(Kind::Train, settings), &path);
    let nets = RunDirectory::open(&path).unwrap().nets().unwrap();
    match nets.column(metric).unwrap().cell(0) {
        Cell::Number(number) => number,
        other => panic!("{metric} is {other:?}"),
    }
}

#[test]
fn every_optimizer_parts_the_moons() {
    for (name, rate, _) in TABLE {
        let settings = [
            "data=moons",
            "steps=500",
            "record=last",
            &format!("optimizer={name}"),
            &format!("lr={rate}"),
        ];
        let accuracy = last(&settings, "train_accuracy");
        assert!(accuracy > 0.95, "{name}: {accuracy}");
    }
}

/// A linear model explains 0.52 of the variance of the whole data set.
#[test]
fn every_optimizer_fits_diabetes() {
    for (name, _, rate) in TABLE {
        let settings = [
            "data=diabetes",
            "hidden=8",
            "steps=500",
            "record=last",
            &format!("optimizer={name}"),
            &format!("lr={rate}"),
        ];
        let explained = last(&settings, "train_r2");
        assert!(explained > 0.5, "{name}: {explained}");
    }
}
