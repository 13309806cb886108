//! Maps of events are exact to the step, however few steps are recorded.

use mlp_store::RunDirectory;
use mlp_train::{Kind, ResolvedExperiment};

use crate::{Scratch, results, run, run_with, short, threads};

fn map(metric: &str, settings: &[&str]) -> ResolvedExperiment {
    let metric = format!("map.metric={metric}");
    let all = [
        "map.x=learning_rate=0.01,2,20,1e25",
        "map.y=init_gain=1,3",
        "target_loss=0.5",
        "activation=relu",
        "steps=60",
        &metric,
    ];
    short(Kind::Map, &[&all, settings].concat())
}

const EVENTS: [&str; 4] = [
    "steps_to_target",
    "divergence_step",
    "best_step",
    "best_train_loss",
];

#[test]
fn a_map_of_an_event_is_that_of_every_step() {
    let scratch = Scratch::new();
    for (case, more) in [&[][..], &["batch=16"], &["test_fraction=0"]]
        .into_iter()
        .enumerate()
    {
        for metric in EVENTS {
            let bits = |record: &str| -> Vec<u64> {
                let path = scratch.path(&format!("{case}-{metric}-{}", record.replace(':', "-")));
                run(map(metric, &[more, &[record]].concat()), &path);
                let npz = RunDirectory::open(&path).unwrap().map().unwrap();
                let numbers = npz.get(metric).unwrap().numbers().unwrap();
                numbers.iter().map(|number| number.to_bits()).collect()
            };
            let every = bits("record=every:1");
            assert_eq!(bits("record=log:3"), every, "{metric} {more:?}");
            assert_eq!(bits("record=last"), every, "{metric} {more:?}");
        }
    }
}

#[test]
fn following_changes_no_training() {
    let scratch = Scratch::new();
    let numbers = |metric: &str| {
        let path = scratch.path(metric);
        run(map(metric, &["record=log:6"]), &path);
        let nets = RunDirectory::open(&path).unwrap().nets().unwrap();
        // One diverges on the way, and where that is noticed follows from the losses that are seen.
        let fine: Vec<bool> = nets
            .texts("status")
            .unwrap()
            .iter()
            .map(|status| status == "completed")
            .collect();
        assert!(fine.iter().any(|fine| *fine));
        ["train_loss", "test_loss", "weight_norm"].map(|column| {
            let values = nets.numbers(column).unwrap().into_iter().zip(&fine);
            let kept = values.filter(|(_, fine)| **fine);
            kept.map(|(value, _)| value.to_bits()).collect::<Vec<_>>()
        })
    };
    let plain = numbers("test_loss");
    for metric in EVENTS {
        assert_eq!(numbers(metric), plain, "{metric}");
    }
}

#[test]
fn threads_change_no_event() {
    let scratch = Scratch::new();
    for (name, count) in [("one", 1), ("three", 3)] {
        let experiment = map("best_step", &["record=last"]);
        run_with(experiment, &scratch.path(name), threads(count), &()).unwrap();
    }
    assert_eq!(
        results(&scratch.path("one")),
        results(&scratch.path("three"))
    );
}

#[test]
fn the_least_training_loss_is_a_column() {
    let scratch = Scratch::new();
    // A rate at which the loss swings.
    let settings = ["learning_rate=20", "record=every:1", "nets=3"];
    run(short(Kind::Population, &settings), &scratch.path("run"));
    let directory = RunDirectory::open(&scratch.path("run")).unwrap();
    let (nets, series) = (directory.nets().unwrap(), directory.series().unwrap());
    let found = nets.numbers("best_train_loss").unwrap();
    let (net, loss) = (
        series.integers("net").unwrap(),
        series.numbers("train_loss").unwrap(),
    );
    for (index, found) in found.iter().enumerate() {
        let own = net
            .iter()
            .zip(&loss)
            .filter(|(net, _)| **net == index as i64);
        let least = own.fold(
            f64::INFINITY,
            |least, (_, &loss)| {
                if loss < least { loss } else { least }
            },
        );
        assert_eq!(*found, least);
    }
    let last = nets.numbers("train_loss").unwrap();
    assert!(found.iter().zip(&last).any(|(best, last)| best < last));
}
