//! Networks side by side leave what each leaves alone: tables, arrays, parameters and journal, however their
//! trainings end, and through an interruption.

use std::{
    fs,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
};

use mlp_core::Level;
use mlp_store::{DirectoryChoice, Execution, RunStatus, execute};
use mlp_train::{Experiment, Kind, Observer, Options, Outcome, SettingsLayer, run};
use proptest::{prelude::*, sample::select, test_runner::RngSeed};

use crate::{Scratch, experiment, results, run_with, threads};

/// Everything that came of an experiment in memory, as text that tells all numbers apart.
fn everything(author: &Experiment, packs: bool, count: usize, level: Level) -> String {
    let options = Options {
        packs,
        level,
        threads: threads(count).threads,
        ..Options::default()
    };
    let all = run(author, &options).unwrap();
    assert!(!all.interrupted);
    let tables = (&all.nets, &all.series, &all.statistics);
    let others = (&all.map, &all.best, &all.parameters, &all.counts);
    format!("{tables:?} {others:?}")
}

fn author(kind: Kind, settings: &[&str]) -> Experiment {
    let mut layer = SettingsLayer::new();
    settings
        .iter()
        .flat_map(|several| several.split(' '))
        .for_each(|setting| layer.set(setting).unwrap());
    let mut author = Experiment::new(kind);
    layer.apply(&mut author).unwrap();
    author
}

/// Networks of which some are alike, some end early and some explode.
const KINDS: [(Kind, &str); 7] = [
    // Those of the highest rate explode, each at a step of its own.
    (
        Kind::Population,
        "nets=9 loss=squared-error sweep.learning_rate=0.1,2,40",
    ),
    (
        Kind::Population,
        "nets=19 until=train_loss<0.6 check_every=5 sweep.weight_decay=0,1e-3",
    ),
    (
        Kind::Population,
        "nets=7 validation_fraction=0.25 patience=2 check_every=4 sweep.hidden=3,4x2",
    ),
    (
        Kind::Population,
        "draws=21 sweep.learning_rate=log:0.01:10:3 sweep.init_gain=lin:0.5:2:3",
    ),
    (
        Kind::Population,
        "nets=18 schedule=adaptive schedule_patience=1 sweep.steps=11,40",
    ),
    (
        Kind::Map,
        "x=learning_rate=log:0.01:1e3:6 y=weight_decay=log:1e-4:1:6 loss=squared-error",
    ),
    (
        Kind::Map,
        "x=learning_rate=log:0.1:1e2:5 y=step map.seeds=4",
    ),
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_networks_beside_it_change_nothing(
        (kind, networks) in select(&KINDS[..]),
        data in select(vec!["xor", "moons samples=20", "moons samples=41 test_fraction=0.4"]),
        hidden in select(vec!["2", "4", "5,3"]),
        activation in select(vec!["tanh", "relu", "sigmoid"]),
        optimizer in select(vec!["sgd", "sgd momentum=0.9", "adam learning_rate=0.05", "rprop"]),
        batch in select(vec!["full", "4", "7"]),
        record in select(vec!["last", "log:5", "every:9", "0,3,4,5,31", "every:1"]),
        weights in select(vec!["none", "last", "recorded"]),
        precision in select(vec!["f32", "f64"]),
        count in 1usize..4,
        seed in 0u64..1000,
    ) {
        let batch = match data {
            "xor" => "batch=full".to_owned(),
            _ => format!("batch={batch}"),
        };
        let own = [
            format!("data={data} hidden={hidden} activation={activation} optimizer={optimizer}"),
            format!("steps=40 {batch} save_weights={weights} precision={precision} seed={seed}"),
        ];
        let mut settings = own.iter().map(String::as_str).collect::<Vec<_>>();
        let record = format!("record={record}");
        settings.extend([&*record, networks]);
        let author = author(kind, &settings);
        // Settings that do not go together are refused with and without packs.
        if mlp_train::ResolvedExperiment::new(&author, None).is_ok() {
            let alone = everything(&author, false, 1, Level::best());
            prop_assert_eq!(&everything(&author, true, count, Level::best()), &alone);
        }
    }
}

#[test]
fn lanes_that_end_in_every_way_leave_the_same_on_every_level() {
    // Lanes take other networks in where records are far apart, and else wait for the last of them.
    for record in ["record=last", "record=every:20"] {
        let settings = [
            "data=moons samples=24 test_fraction=0.25 hidden=3 steps=60",
            record,
            "loss=squared-error until=train_loss<0.1 check_every=15 nets=11 sweep.learning_rate=0.05,0.6,1e3",
        ];
        let author = author(Kind::Population, &settings);
        let alone = everything(&author, false, 1, Level::best());
        for ending in ["completed", "stopped", "diverged"] {
            assert!(alone.contains(ending), "no network is {ending}");
        }
        for level in Level::supported() {
            assert!(
                everything(&author, true, 2, level) == alone,
                "{level} {record}"
            );
        }
    }
}

/// Raises a flag once so many networks have ended.
struct RaiseAfter<'a> {
    flag: &'a AtomicBool,
    left: AtomicU64,
    trained: AtomicU64,
}

impl Observer for RaiseAfter<'_> {
    fn on_network(&self, outcome: &Outcome) {
        if outcome.ending != mlp_train::Ending::Interrupted {
            self.trained.fetch_add(1, Ordering::Relaxed);
        }
        if self.left.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.flag.store(true, Ordering::Relaxed);
        }
    }
}

#[test]
fn a_run_directory_is_the_same_packed_alone_and_interrupted() {
    let scratch = Scratch::new();
    let population = || {
        let settings = [
            "data=moons",
            "samples=24",
            "hidden=3",
            "steps=50",
            "record=every:10",
            "nets=45",
            "save_weights=recorded",
            "sweep.learning_rate=0.1,1e3",
        ];
        experiment(Kind::Population, &settings)
    };
    let alone = Execution {
        packs: false,
        ..threads(1)
    };
    let path = scratch.path("alone");
    run_with(population(), &path, alone, &()).unwrap();
    let expected = results(&path);
    for count in 1..=3 {
        let path = scratch.path(&format!("packed-{count}"));
        run_with(population(), &path, threads(count), &()).unwrap();
        assert!(results(&path) == expected, "{count} threads");
    }
    // Whatever was finished when it was interrupted is not trained again; the rest goes on either way.
    for packs in [true, false] {
        let path = scratch.path(&format!("interrupted-{packs}"));
        let flag = AtomicBool::new(false);
        let observer = RaiseAfter {
            flag: &flag,
            left: AtomicU64::new(20),
            trained: AtomicU64::new(0),
        };
        let execution = Execution {
            place: DirectoryChoice::Folder {
                path: &path,
                force: false,
            },
            ..threads(2)
        };
        let done = execute(&mut population(), execution, &observer, &flag).unwrap();
        assert_eq!(done.manifest.status, RunStatus::Interrupted);
        let first = observer.trained.load(Ordering::Relaxed);
        assert!((20..90).contains(&first), "{first}");
        let rest = Execution {
            packs,
            ..threads(2)
        };
        run_with(population(), &path, rest, &observer).unwrap();
        assert_eq!(observer.trained.load(Ordering::Relaxed), 90);
        assert!(results(&path) == expected, "{packs}");
        // All of it is in the journal.
        for name in [
            "nets.parquet",
            "series.parquet",
            "stats.parquet",
            "weights-0.npz",
        ] {
            fs::remove_file(path.join(name)).unwrap();
        }
        run_with(population(), &path, rest, &observer).unwrap();
        assert_eq!(observer.trained.load(Ordering::Relaxed), 90);
        assert!(results(&path) == expected, "{packs}");
    }
}
