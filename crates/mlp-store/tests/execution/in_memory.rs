//! A run in memory gives what a run directory holds.

use mlp_store::RunDirectory;
use mlp_train::{Kind, Options, RunResults, Table, Values, analysis};

use crate::{Scratch, experiment, run};

/// Every value of a table, numbers by their bits.
fn bits(table: &Table) -> Vec<(String, String)> {
    let column = |(name, values): (&str, &Values)| {
        let text = match values {
            Values::Number(numbers) => {
                let bits = numbers.iter().map(|number| number.map(f64::to_bits));
                format!("{:?}", Vec::from_iter(bits))
            }
            others => format!("{others:?}"),
        };
        (name.to_owned(), text)
    };
    table.columns().map(column).collect()
}

/// The same experiment in memory and in a run directory.
fn both(kind: Kind, settings: &[&str]) -> (RunResults, RunDirectory, Scratch) {
    let scratch = Scratch::new();
    let path = scratch.path("run");
    let experiment = experiment(kind, settings);
    let author = experiment.experiment().clone();
    run(experiment, &path);
    let results = mlp_train::run(&author, &Options::default()).unwrap();
    (results, RunDirectory::open(&path).unwrap(), scratch)
}

#[test]
fn a_population_in_memory_is_that_of_a_run_directory() {
    let settings = [
        "data=moons",
        "samples=60",
        "hidden=4",
        "steps=30",
        "nets=3",
        "sweep.weight_decay=0,1e-2",
        "save_weights=last",
    ];
    let (results, directory, _scratch) = both(Kind::Population, &settings);
    assert_eq!(bits(&results.nets), bits(&directory.nets().unwrap()));
    assert_eq!(bits(&results.series), bits(&directory.series().unwrap()));
    let statistics = results.statistics.as_ref().unwrap();
    assert_eq!(bits(statistics), bits(&directory.statistics().unwrap()));
    assert_eq!(results.parameters.len(), 6);
    assert_eq!((results.counts.networks, results.counts.completed), (6, 6));
    assert!(!results.interrupted);
    // Both are analysed alike.
    let request = analysis::Request::default();
    let kept = analysis::analyze(&directory, &results.experiment, &request).unwrap();
    let held = analysis::analyze(&results, &results.experiment, &request).unwrap();
    assert_eq!(kept, held);
}

#[test]
fn a_map_in_memory_is_that_of_a_run_directory() {
    for settings in [
        &["y=weight_decay=0,1e-3,1e-2,0.1", "map.seeds=2"][..],
        &["y=step", "facet=activation=tanh,relu"],
        &["y=weight_decay=log:1e-4:0.1:4", "record=every:5"],
    ] {
        let base = [
            "data=moons",
            "samples=40",
            "hidden=3",
            "steps=20",
            "x=learning_rate=log:0.1:1e3:4",
        ];
        let settings = [&base[..], settings].concat();
        let (results, directory, _scratch) = both(Kind::Map, &settings);
        let stored = directory.map().unwrap();
        let map = results.map.unwrap();
        let names = |arrays: &mlp_train::Arrays| -> Vec<String> {
            arrays.iter().map(|(name, _)| name.to_owned()).collect()
        };
        // A file says in the end what made it.
        let said = ["experiment", "engine", "version"].map(str::to_owned);
        assert_eq!([names(&map), said.to_vec()].concat(), names(&stored));
        for (name, array) in map.iter() {
            let other = stored.get(name).unwrap();
            assert_eq!(array.shape, other.shape, "{name}");
            match (array.numbers(), other.numbers()) {
                (Some(ours), Some(theirs)) => {
                    let same = ours.iter().zip(&theirs);
                    assert!(
                        same.into_iter().all(|(a, b)| a.to_bits() == b.to_bits()),
                        "{name}"
                    );
                }
                _ => assert_eq!(array.words(), other.words(), "{name}"),
            }
        }
        assert_eq!(bits(&results.nets), bits(&directory.nets().unwrap()));
    }
}

#[test]
fn a_training_in_memory_leaves_the_model_of_a_run_directory() {
    let settings = ["data=iris", "hidden=5", "epochs=4", "batch=16"];
    let (results, directory, _scratch) = both(Kind::Train, &settings);
    assert_eq!(results.model.as_ref(), Some(&directory.model().unwrap()));
    assert_eq!(bits(&results.series), bits(&directory.series().unwrap()));
    let outcome = results.outcome.unwrap();
    assert_eq!(outcome.records.len(), results.series.rows());
}
