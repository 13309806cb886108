//! What a network becomes depends on its recipe alone.

use std::{ops::ControlFlow, path::Path, sync::atomic::AtomicBool};

use mlp_core::{Level, Trainer};
use mlp_data::{GeneratorOptions, generate};
use mlp_store::{Execution, RunDirectory, RunStatus};
use mlp_train::{
    Cell, Kind, Observer, Outcome, Part, Prepared, Record, Status, Table, Values, train_network,
};

use crate::{Scratch, experiment, results, run, run_with, short, threads};

fn column_names(table: &Table) -> Vec<&str> {
    table.columns().map(|(name, _)| name).collect()
}

#[test]
fn a_training_leaves_tables_and_a_model() {
    let scratch = Scratch::new();
    let path = scratch.path("run");
    let summary = run(short(Kind::Train, &["seed=3"]), &path);
    assert_eq!(
        (summary.manifest.status, summary.manifest.counts.completed),
        (RunStatus::Complete, 1)
    );
    let directory = RunDirectory::open(&path).unwrap();
    assert!(directory.is_complete());
    let nets = directory.nets().unwrap();
    let metrics = [
        "train_loss",
        "test_loss",
        "train_accuracy",
        "test_accuracy",
        "train_r2",
        "test_r2",
        "train_rmse",
        "test_rmse",
        "weight_norm",
        "bias_norm",
        "weight_norm_0",
        "weight_norm_1",
        "weight_norm_2",
        "bias_norm_0",
        "bias_norm_1",
        "bias_norm_2",
        "grad_norm",
    ];
    assert_eq!(
        column_names(&nets),
        [
            &[
                "net",
                "seed",
                "status",
                "last_step",
                "exploded",
                "best_train_loss"
            ],
            &metrics[..]
        ]
        .concat()
    );
    let series = directory.series().unwrap();
    assert_eq!(
        column_names(&series),
        [&["net", "step"], &metrics[..]].concat()
    );
    assert_eq!(nets.column("seed").unwrap().cell(0), Cell::Integer(3));
    assert_eq!(
        nets.column("status").unwrap().cell(0),
        Cell::Text("completed".to_owned())
    );
    assert_eq!(nets.column("last_step").unwrap().cell(0), Cell::Integer(20));
    assert_eq!(nets.column("train_r2").unwrap().cell(0), Cell::Null);
    // log:64 of 20 steps is every step.
    assert_eq!(
        series.integers("step").unwrap(),
        (0..=20).collect::<Vec<i64>>()
    );
    let outcome = summary.outcome.unwrap();
    let last = outcome.last().unwrap();
    assert_eq!(
        series.column("test_loss").unwrap().cell(20),
        Cell::Number(last.test.unwrap().loss)
    );
    assert_eq!(
        nets.column("grad_norm").unwrap().cell(0),
        Cell::Number(last.grad_norm)
    );

    // The model evaluates to the very numbers that were recorded.
    let model = mlp_store::model_file::open(&path).unwrap();
    let resolved = short(Kind::Train, &["seed=3"]);
    let data = resolved.data().unwrap();
    for (rows, recorded) in [
        (&data.split.train, last.train),
        (&data.split.test, last.test.unwrap()),
    ] {
        let part = data.dataset.select_rows(rows).unwrap();
        assert_eq!(model.evaluate(&part, Level::best()).unwrap(), recorded);
    }
    assert_eq!((model.origin().seed, model.origin().steps), (3, 20));
}

#[test]
fn the_same_bytes_come_from_any_number_of_threads_and_any_run() {
    let scratch = Scratch::new();
    let resolved = || {
        short(
            Kind::Population,
            &["nets=7", "sweep.weight_decay=0,0.1", "sweep.hidden=3,4x2"],
        )
    };
    for (name, count) in [
        ("one", 1),
        ("two", 2),
        ("again", 2),
        ("three", 3),
        ("seven", 7),
    ] {
        run_with(resolved(), &scratch.path(name), threads(count), &()).unwrap();
    }
    for level in Level::supported() {
        let execution = Execution {
            level,
            ..threads(3)
        };
        run_with(
            resolved(),
            &scratch.path(&level.to_string()),
            execution,
            &(),
        )
        .unwrap();
    }
    let one = results(&scratch.path("one"));
    assert_eq!(one.len(), 4, "experiment, nets, series, stats");
    let levels = Level::supported()
        .into_iter()
        .map(|level| level.to_string());
    let others = ["two", "again", "three", "seven"].map(str::to_owned);
    for other in others.into_iter().chain(levels) {
        assert_eq!(one, results(&scratch.path(&other)), "{other}");
    }
    let nets = RunDirectory::open(&scratch.path("one"))
        .unwrap()
        .nets()
        .unwrap();
    assert_eq!(nets.rows(), 28);
    assert_eq!(
        column_names(&nets)[..5],
        ["net", "seed", "weight_decay", "hidden", "status"]
    );
    assert_eq!(
        nets.integers("seed").unwrap()[..8],
        [0, 1, 2, 3, 4, 5, 6, 0]
    );
    assert_eq!(nets.texts("hidden").unwrap()[6..8], ["3", "4x2"]);
    assert_eq!(nets.numbers("weight_decay").unwrap()[13..15], [0.0, 0.1]);
    // A network without a third layer has no norm there.
    assert_eq!(nets.column("weight_norm_2").unwrap().cell(0), Cell::Null);
    assert_ne!(nets.column("weight_norm_2").unwrap().cell(7), Cell::Null);
}

#[test]
fn a_schedule_ends_a_training_with_a_record() {
    let scratch = Scratch::new();
    // Every epoch after the first is without progress: 0.1 is divided by 5 eight times, and the
    // tenth epoch finds it below 1e-6.
    let settings = [
        "schedule=adaptive",
        "schedule.patience=0",
        "schedule.tolerance=100",
        "record=1,15",
    ];
    let alone = run(short(Kind::Train, &settings), &scratch.path("one"));
    let outcome = alone.outcome.unwrap();
    assert_eq!((outcome.status(), outcome.last_step), (Status::Stopped, 10));
    let steps: Vec<u64> = outcome.records.iter().map(|record| record.step).collect();
    assert_eq!(steps, [1, 10]);
    assert_eq!(alone.manifest.status, RunStatus::Complete);
    let sweep = [&settings[..], &["sweep.schedule.patience=0,2", "nets=2"]].concat();
    run(short(Kind::Population, &sweep), &scratch.path("many"));
    let nets = RunDirectory::open(&scratch.path("many"))
        .unwrap()
        .nets()
        .unwrap();
    assert_eq!(
        nets.texts("status").unwrap(),
        ["stopped", "stopped", "completed", "completed"]
    );
    assert_eq!(nets.integers("last_step").unwrap(), [10, 10, 20, 20]);
    assert_eq!(nets.integers("schedule.patience").unwrap(), [0, 0, 2, 2]);
}

#[test]
fn a_plateau_is_seen_on_the_validation_part() {
    let mut told_apart = 0;
    for threshold in ["0.01", "0.02", "0.03", "0.05", "0.1"] {
        let threshold = format!("schedule.threshold={threshold}");
        let settings = [
            "schedule=plateau",
            "schedule.patience=0",
            "learning_rate=0.5",
            "validation_fraction=0.2",
            "precision=f64",
            &threshold,
        ];
        let experiment = short(Kind::Train, &settings);
        let stop = AtomicBool::new(false);
        let (outcome, _) = train_network(&experiment, 0, Level::best(), &(), &stop).unwrap();
        let recipe = experiment.recipe(0).unwrap();
        let prepared = Prepared::<f64>::new(&recipe.data).unwrap();
        let train = || Trainer::new(&recipe.spec, prepared.train(), 0, Level::best()).unwrap();
        let validation = prepared.part(Part::Validation).unwrap();
        let norm = |mut trainer: Trainer<'_, f64>| {
            while trainer.steps_done() < 20 {
                trainer.step();
            }
            trainer.norms().weight
        };
        let followed = norm(train().with_validation(validation).unwrap());
        assert_eq!(outcome.last().unwrap().norms.weight, followed);
        told_apart += usize::from(norm(train()) != followed);
    }
    assert!(told_apart > 0, "both losses always tell the same");
}

#[test]
fn an_experiment_file_gives_the_same_bytes_again() {
    let scratch = Scratch::new();
    run(
        short(
            Kind::Population,
            &["nets=3", "batch=7", "optimizer=adam", "precision=f64"],
        ),
        &scratch.path("a"),
    );
    let file = RunDirectory::open(&scratch.path("a"))
        .unwrap()
        .experiment()
        .unwrap();
    let mut author = mlp_train::Experiment::new(file.kind.unwrap());
    file.layer.apply(&mut author).unwrap();
    run(
        mlp_store::resolve(&author, None).unwrap(),
        &scratch.path("b"),
    );
    assert_eq!(results(&scratch.path("a")), results(&scratch.path("b")));
}

#[test]
fn network_17_of_a_population_is_the_training_with_seed_17() {
    let scratch = Scratch::new();
    let settings = ["record=log:64", "batch=10"];
    run(
        short(Kind::Population, &[&settings[..], &["nets=20"]].concat()),
        &scratch.path("population"),
    );
    run(
        short(Kind::Train, &[&settings[..], &["seed=17"]].concat()),
        &scratch.path("train"),
    );
    let rows = |name: &str, net: i64| -> Vec<Vec<Cell>> {
        let series = RunDirectory::open(&scratch.path(name))
            .unwrap()
            .series()
            .unwrap();
        let nets = series.integers("net").unwrap();
        let row = |row: usize| {
            series
                .columns()
                .skip(1)
                .map(|(_, values)| values.cell(row))
                .collect()
        };
        (0..series.rows())
            .filter(|&at| nets[at] == net)
            .map(row)
            .collect()
    };
    let (many, one) = (rows("population", 17), rows("train", 0));
    assert_eq!(one.len(), 21);
    assert_eq!(many, one);
    let (_, model) = train_network(
        &short(Kind::Population, &[&settings[..], &["nets=20"]].concat()),
        17,
        Level::best(),
        &(),
        &AtomicBool::new(false),
    )
    .unwrap();
    assert_eq!(
        model.network(),
        mlp_store::model_file::open(&scratch.path("train"))
            .unwrap()
            .network()
    );
}

#[test]
fn a_diverged_network_disturbs_no_other() {
    let scratch = Scratch::new();
    let regression = [
        "data=sine",
        "samples=40",
        "hidden=4",
        "activation=relu",
        "steps=300",
        "nets=4",
    ];
    let both = experiment(
        Kind::Population,
        &[&regression[..], &["sweep.learning_rate=0.01,1e20"]].concat(),
    );
    let calm = experiment(
        Kind::Population,
        &[&regression[..], &["sweep.learning_rate=0.01"]].concat(),
    );
    run(both, &scratch.path("both"));
    run(calm, &scratch.path("calm"));
    let nets = |name: &str| {
        RunDirectory::open(&scratch.path(name))
            .unwrap()
            .nets()
            .unwrap()
    };
    let (both, calm) = (nets("both"), nets("calm"));
    let status = both.texts("status").unwrap();
    assert_eq!(status, [["completed"; 4], ["diverged"; 4]].concat());
    let last = both.integers("last_step").unwrap();
    assert!(
        last[..4].iter().all(|&step| step == 300) && last[4..].iter().all(|&step| step < 300),
        "{last:?}"
    );
    for (name, values) in calm.columns() {
        for row in 0..4 {
            assert_eq!(
                values.cell(row),
                both.column(name).unwrap().cell(row),
                "{name}"
            );
        }
    }
    // What is recorded of a diverged network is finite in its training loss.
    let Values::Number(losses) = both.column("train_loss").unwrap() else {
        unreachable!()
    };
    assert!(losses.iter().all(|loss| loss.is_none_or(f64::is_finite)));
}

struct StopAt(u64);

impl Observer for StopAt {
    fn on_record(&self, _network: u64, record: &Record) -> ControlFlow<()> {
        if record.step >= self.0 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }
}

#[test]
fn an_observer_stops_a_network_where_it_stands() {
    let scratch = Scratch::new();
    let path = scratch.path("run");
    let summary = run_with(
        short(Kind::Train, &["batch=16"]),
        &path,
        threads(1),
        &StopAt(5),
    )
    .unwrap();
    let outcome: Outcome = summary.outcome.unwrap();
    assert_eq!(
        (outcome.status(), outcome.last_step, summary.manifest.status),
        (Status::Stopped, 5, RunStatus::Complete)
    );
    // The model is the one of step 5, not of the update that shared the record's passes.
    let five = run(
        short(Kind::Train, &["batch=16", "steps=5"]),
        &scratch.path("five"),
    );
    assert_eq!(five.manifest.counts.completed, 1);
    assert_eq!(
        mlp_store::model_file::open(&path).unwrap().network(),
        mlp_store::model_file::open(&scratch.path("five"))
            .unwrap()
            .network()
    );
}

#[test]
fn regression_errors_are_in_original_units() {
    let scratch = Scratch::new();
    // A linear model of the training part's targets, trained to its end, reaches least squares.
    let resolved = experiment(
        Kind::Train,
        &[
            "data=diabetes",
            "hidden=none",
            "steps=3000",
            "precision=f64",
            "record=last",
        ],
    );
    let data = resolved.data().unwrap();
    let summary = run(resolved, &scratch.path("run"));
    let last = summary.outcome.unwrap().records.pop().unwrap();
    let baseline = mlp_train::baseline(&data, Part::Train)
        .unwrap()
        .rmse
        .unwrap();
    assert!(
        baseline > 50.0,
        "diabetes is measured in units, with a deviation of 77: {baseline}"
    );
    let (rmse, r2) = (last.train.rmse.unwrap(), last.train.r2.unwrap());
    assert!(
        (rmse * rmse / (baseline * baseline) - (1.0 - r2)).abs() < 1e-9,
        "{rmse} {r2}"
    );
    assert!(r2 > 0.45 && r2 < 0.6, "{r2}");
    let model = mlp_store::model_file::open(&scratch.path("run")).unwrap();
    let part = data.dataset.select_rows(&data.split.test).unwrap();
    assert_eq!(
        model.evaluate(&part, Level::best()).unwrap(),
        last.test.unwrap()
    );
}

#[test]
fn data_that_are_swept_are_each_their_own() {
    let scratch = Scratch::new();
    run(
        short(Kind::Population, &["nets=2", "sweep.noise=0.1,0.4"]),
        &scratch.path("swept"),
    );
    run(
        short(Kind::Population, &["nets=2", "noise=0.4"]),
        &scratch.path("alone"),
    );
    let loss = |name: &str| {
        RunDirectory::open(&scratch.path(name))
            .unwrap()
            .nets()
            .unwrap()
            .numbers("train_loss")
            .unwrap()
    };
    assert_eq!(loss("swept")[2..], loss("alone"));
    assert_ne!(loss("swept")[..2], loss("alone"));
    assert!(generate("moons", &GeneratorOptions::default(), 0).is_ok());
}

#[test]
fn csv_tables_hold_the_same_numbers() {
    let scratch = Scratch::new();
    run(
        short(Kind::Population, &["nets=2", "format=csv"]),
        &scratch.path("csv"),
    );
    run(
        short(Kind::Population, &["nets=2"]),
        &scratch.path("parquet"),
    );
    let read = |name: &str| {
        RunDirectory::open(&scratch.path(name))
            .unwrap()
            .series()
            .unwrap()
    };
    let (csv, parquet) = (read("csv"), read("parquet"));
    assert!(Path::new(&scratch.path("csv").join("nets.csv")).is_file());
    assert_eq!(csv.numbers("grad_norm"), parquet.numbers("grad_norm"));
    assert_eq!(column_names(&csv), column_names(&parquet));
}
