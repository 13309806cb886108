//! What populations leave beside their tables, and how they go on after an end before their time.

use std::{
    fs,
    ops::ControlFlow,
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use mlp_core::Level;
use mlp_store::{RunDirectory, RunStatus, Verifying, verify};
use mlp_train::{
    AnyNetwork, Data, Kind, Observer, Outcome, Record, Table, experiment_file, train_network,
};

use crate::{Scratch, experiment, results, run, run_with, short, threads};

/// Counts what is trained, found and warned of.
#[derive(Default)]
struct Counting {
    trained: AtomicU64,
    found: AtomicU64,
    warnings: Mutex<Vec<String>>,
}

impl Observer for Counting {
    fn on_resume(&self, finished: u64) {
        self.found.store(finished, Ordering::Relaxed);
    }

    fn on_warning(&self, text: &str) {
        self.warnings.lock().unwrap().push(text.to_owned());
    }

    fn on_network(&self, _outcome: &Outcome) {
        self.trained.fetch_add(1, Ordering::Relaxed);
    }
}

fn journal(path: &Path) -> std::path::PathBuf {
    path.join("journal").join("000001.bin")
}

#[test]
fn finished_networks_are_not_trained_again_and_torn_ones_are() {
    let scratch = Scratch::new();
    let path = scratch.path("run");
    let population = || short(Kind::Population, &["nets=9", "sweep.hidden=3,none"]);
    run(population(), &path);
    let expected = results(&path);
    // All is in the journal: tables that were removed are written again from it.
    for name in ["nets.parquet", "stats.parquet", "manifest.json"] {
        fs::remove_file(path.join(name)).unwrap();
    }
    let counting = Counting::default();
    run_with(population(), &path, threads(2), &counting).unwrap();
    assert_eq!(results(&path), expected);
    let counts = || {
        let trained = counting.trained.load(Ordering::Relaxed);
        (trained, counting.found.load(Ordering::Relaxed))
    };
    assert_eq!(counts(), (0, 18));
    // A torn last chunk is dropped, told of, and trained again.
    let whole = fs::read(journal(&path)).unwrap();
    fs::write(journal(&path), &whole[..whole.len() - 1]).unwrap();
    fs::remove_file(path.join("manifest.json")).unwrap();
    run_with(population(), &path, threads(2), &counting).unwrap();
    assert_eq!(results(&path), expected);
    let (trained, found) = counts();
    assert!(trained > 0, "{trained} {found}");
    let warnings = counting.warnings.lock().unwrap();
    assert!(
        warnings.len() == 1 && warnings[0].contains("their networks are retrained"),
        "{warnings:?}"
    );
}

#[test]
fn kept_parameters_are_those_of_the_records() {
    let scratch = Scratch::new();
    let path = scratch.path("run");
    let settings = [
        "nets=3",
        "sweep.hidden=3,4x2",
        "record=0,7,20",
        "save_weights=recorded",
    ];
    let population = || short(Kind::Population, &settings);
    run(population(), &path);
    for (file, widths, first) in [(0, &[2, 3, 1][..], 0), (1, &[2, 4, 2, 1], 3)] {
        let npz = mlp_store::npz::read(&path.join(format!("weights-{file}.npz"))).unwrap();
        let whole = |name: &str| match &npz.get(name).unwrap().data {
            Data::I64(values) => values.clone(),
            other => panic!("{name} holds {other:?}"),
        };
        assert_eq!(whole("widths"), widths);
        let nets = [first; 3].into_iter().chain([first + 1; 3]);
        assert_eq!(
            whole("net"),
            nets.chain([first + 2; 3]).collect::<Vec<i64>>()
        );
        assert_eq!(whole("step"), [0, 7, 20, 0, 7, 20, 0, 7, 20]);
        let theta = npz.get("theta").unwrap();
        let Data::F32(values) = &theta.data else {
            panic!("the training is in f32");
        };
        // The rows of the second network end with what its training alone ends with.
        let network = first as u64 + 1;
        let (_, model) = train_network(
            &population(),
            network,
            Level::best(),
            &(),
            &Default::default(),
        )
        .unwrap();
        let AnyNetwork::F32(alone) = model.network() else {
            panic!("the training is in f32");
        };
        let parameters = alone.parameters();
        assert_eq!(theta.shape, [9, parameters.len()]);
        assert_eq!(
            values[5 * parameters.len()..][..parameters.len()],
            *parameters
        );
        assert_ne!(
            values[4 * parameters.len()..][..parameters.len()],
            *parameters
        );
    }
    let last = scratch.path("last");
    run(
        short(Kind::Population, &["nets=3", "save_weights=last"]),
        &last,
    );
    let npz = mlp_store::npz::read(&last.join("weights-0.npz")).unwrap();
    assert_eq!(npz.get("net").unwrap().shape, [3]);
    assert!(!last.join("weights-1.npz").exists());
}

/// The rows of a table where these text columns have these values.
fn rows(table: &Table, wanted: &[(&str, &str)]) -> Vec<usize> {
    let columns: Vec<(Vec<String>, &str)> = wanted
        .iter()
        .map(|(name, value)| (table.texts(name).unwrap(), *value))
        .collect();
    (0..table.rows())
        .filter(|&row| columns.iter().all(|(texts, value)| texts[row] == *value))
        .collect()
}

#[test]
fn statistics_are_those_of_the_tables() {
    let scratch = Scratch::new();
    let path = scratch.path("run");
    // With the last rate a network diverges, or it explodes where all of its units die at once.
    let settings = [
        "nets=20",
        "sweep.learning_rate=0.1,0.5,1e30",
        "activation=relu",
        "record=0,5,20",
        "target_loss=0.5",
    ];
    run(short(Kind::Population, &settings), &path);
    let directory = RunDirectory::open(&path).unwrap();
    let (nets, series) = (directory.nets().unwrap(), directory.series().unwrap());
    let statistics = directory.statistics().unwrap();
    let count = |outcome: &str, value: &str| {
        let row = rows(
            &statistics,
            &[
                ("metric", "networks"),
                ("outcome", outcome),
                ("value", value),
            ],
        );
        statistics.integers("count").unwrap()[row[0]]
    };
    let statuses = nets.texts("status").unwrap();
    let exploded: Vec<bool> = nets
        .texts("exploded")
        .unwrap()
        .iter()
        .map(|flag| flag == "true")
        .collect();
    let finite = statuses.iter().map(|status| status != "diverged");
    let sound: Vec<bool> = finite
        .zip(&exploded)
        .map(|(finite, exploded)| finite && !exploded)
        .collect();
    let diverged = statuses
        .iter()
        .filter(|status| *status == "diverged")
        .count() as i64;
    let exploded = exploded.into_iter().filter(|exploded| *exploded).count() as i64;
    assert!(diverged > 10 && exploded > 0, "{statuses:?}");
    assert_eq!(
        (
            count("finite", ""),
            count("diverged", ""),
            count("exploded", "")
        ),
        (60 - diverged - exploded, diverged, exploded)
    );
    assert_eq!(
        (count("finite", "0.5"), count("diverged", "1e30")),
        (20, diverged)
    );
    let losses = nets.numbers("train_loss").unwrap();
    let solved = losses
        .iter()
        .zip(&sound)
        .filter(|(loss, sound)| **sound && **loss < 0.5);
    assert_eq!(count("solved", ""), solved.count() as i64);
    // Weight norms at step 5 of the networks with the second rate.
    let steps = series.integers("step").unwrap();
    let owners = series.integers("net").unwrap();
    let norms = series.numbers("weight_norm").unwrap();
    let mut chosen: Vec<f64> = (0..series.rows())
        .filter(|&row| steps[row] == 5 && (20..40).contains(&owners[row]))
        .map(|row| norms[row])
        .collect();
    chosen.sort_by(f64::total_cmp);
    let row = rows(
        &statistics,
        &[
            ("metric", "weight_norm"),
            ("outcome", "finite"),
            ("key", "learning_rate"),
            ("value", "0.5"),
            ("step", "5"),
        ],
    );
    let number = |name: &str| statistics.numbers(name).unwrap()[row[0]];
    assert_eq!(row.len(), 1);
    assert_eq!((chosen.len(), number("count")), (20, 20.0));
    assert_eq!((number("min"), number("max")), (chosen[0], chosen[19]));
    let mean = chosen.iter().sum::<f64>() / 20.0;
    let variance = chosen.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 19.0;
    assert!((number("mean") - mean).abs() < 1e-12);
    assert!((number("std") - variance.sqrt()).abs() < 1e-12);
    // numpy.quantile, as the terminal and the figures have it.
    let linear = |share: f64| mlp_statistics::quantile(&chosen, share).unwrap();
    assert_eq!(number("q50"), f64::midpoint(chosen[9], chosen[10]));
    assert_eq!((number("q05"), number("q90")), (linear(0.05), linear(0.9)));
    assert_eq!(number("quantile_error"), 0.0);
}

#[test]
fn drawn_settings_stand_in_the_table() {
    let scratch = Scratch::new();
    let path = scratch.path("run");
    let settings = [
        "draws=12",
        "seed=100",
        "sweep.learning_rate=log:1e-3:1",
        "sweep.hidden=3,none",
        "sweep.batch=lin:1:40",
    ];
    let drawn = short(Kind::Population, &settings);
    let cells: Vec<Vec<String>> = (0..12)
        .map(|cell| {
            drawn
                .cell(cell)
                .iter()
                .map(|(_, v)| v.to_string())
                .collect()
        })
        .collect();
    run(drawn, &path);
    let directory = RunDirectory::open(&path).unwrap();
    let nets = directory.nets().unwrap();
    assert_eq!(
        nets.integers("seed").unwrap(),
        (100..112).collect::<Vec<i64>>()
    );
    for (column, name) in ["learning_rate", "hidden", "batch"].into_iter().enumerate() {
        let expected: Vec<&str> = cells.iter().map(|cell| cell[column].as_str()).collect();
        assert_eq!(nets.texts(name).unwrap(), expected);
    }
    assert!(nets.numbers("learning_rate").is_some() && nets.integers("batch").is_some());
    // The written file draws the same again.
    let text = fs::read_to_string(path.join("experiment.toml")).unwrap();
    let file = experiment_file::parse(&text, Path::new("e.toml")).unwrap();
    let mut author = mlp_train::Experiment::new(Kind::Population);
    file.layer.apply(&mut author).unwrap();
    let again = mlp_store::resolve(&author, None).unwrap();
    assert_eq!(again.identity(), text.replace("figures = \"all\"\n", ""));
    run(again, &scratch.path("again"));
    assert_eq!(results(&scratch.path("again")), results(&path));
}

#[test]
fn every_kind_of_run_is_verified() {
    let scratch = Scratch::new();
    let how = Verifying {
        networks: 5,
        seed: 1,
        only: None,
        level: Level::Portable,
        threads: None,
    };
    for (kind, settings, files) in [
        (Kind::Train, &["save_weights=last"][..], 5),
        (
            Kind::Population,
            &["nets=6", "precision=f64", "save_weights=recorded"],
            3,
        ),
        (
            Kind::Map,
            &["x=learning_rate=0.1,1,1e30", "seeds=2", "activation=relu"],
            3,
        ),
    ] {
        let path = scratch.path(kind.name());
        run(short(kind, settings), &path);
        let directory = RunDirectory::open(&path).unwrap();
        let resolved = short(kind, settings);
        let found = verify(&directory, &resolved, how, &(), &Default::default()).unwrap();
        assert!(found.passed(), "{kind}: {:?}", found.differences);
        assert_eq!(found.compared.len(), files, "{kind}: {:?}", found.compared);
    }
    // The table of another experiment in the place of this one's.
    let other = experiment(
        Kind::Map,
        &[
            "data=moons",
            "samples=64",
            "steps=20",
            "seed=9",
            "x=lr=0.1,1,2",
        ],
    );
    run(other, &scratch.path("other"));
    let path = scratch.path("map");
    fs::copy(scratch.path("other").join("map.npz"), path.join("map.npz")).unwrap();
    let directory = RunDirectory::open(&path).unwrap();
    let resolved = short(
        Kind::Map,
        &["x=learning_rate=0.1,1,1e30", "seeds=2", "activation=relu"],
    );
    let found = verify(&directory, &resolved, how, &(), &Default::default()).unwrap();
    assert!(!found.passed());
    assert!(
        found
            .differences
            .iter()
            .any(|text| text.contains("map.npz: it has changed"))
    );
}

/// Panics where one network is recorded.
#[derive(Default)]
struct Faulty(Mutex<Vec<(u64, String)>>);

impl Observer for Faulty {
    fn on_record(&self, network: u64, _record: &Record) -> ControlFlow<()> {
        assert!(network != 3, "no such thing");
        ControlFlow::Continue(())
    }

    fn on_fault(&self, network: u64, text: &str) {
        self.0.lock().unwrap().push((network, text.to_owned()));
    }
}

#[test]
fn a_fault_in_one_network_leaves_the_others() {
    let scratch = Scratch::new();
    let [path, whole] = ["faulty", "whole"].map(|name| scratch.path(name));
    let settings = ["nets=4", "sweep.weight_decay=0,0.1"];
    let experiment = || short(Kind::Population, &settings);
    let faulty = Faulty::default();
    let summary = run_with(experiment(), &path, threads(2), &faulty).unwrap();
    assert_eq!(summary.manifest.status, RunStatus::Interrupted);
    assert_eq!(summary.manifest.counts.finished(), 7);
    let told = faulty.0.into_inner().unwrap();
    assert_eq!(
        told,
        [(
            3,
            "network 3 (seed 3, weight_decay = 0) met a fault of this program: no such thing"
                .to_owned()
        )]
    );
    let nets = RunDirectory::open(&path).unwrap().nets().unwrap();
    assert_eq!(nets.integers("net").unwrap(), [0, 1, 2, 4, 5, 6, 7]);
    // Without the fault the run comes to the bytes that it would have had.
    run(experiment(), &path);
    run(experiment(), &whole);
    assert_eq!(results(&path), results(&whole));
}
