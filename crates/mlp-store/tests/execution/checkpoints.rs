//! Single trainings that are interrupted leave checkpoints, and go on to the bytes of undisturbed ones.

use std::{
    fs,
    ops::ControlFlow,
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use mlp_store::{DirectoryChoice, Execution, RunStatus, Summary, execute};
use mlp_train::{Kind, Observer, Record, ResolvedExperiment};

use crate::{Scratch, results, run, short, threads};

/// Raises the flag at the first record at or behind a step, and notes where a training went on.
struct Until<'a> {
    flag: &'a AtomicBool,
    step: u64,
    went_on: Mutex<Option<u64>>,
}

impl Observer for Until<'_> {
    fn on_continue(&self, step: u64) {
        *self.went_on.lock().unwrap() = Some(step);
    }

    fn on_record(&self, _network: u64, record: &Record) -> ControlFlow<()> {
        if record.step >= self.step {
            self.flag.store(true, Ordering::Relaxed);
        }
        ControlFlow::Continue(())
    }
}

/// Trains until a step; where it went on, and what came of it.
fn until(mut experiment: ResolvedExperiment, path: &Path, step: u64) -> (Option<u64>, Summary) {
    let flag = AtomicBool::new(false);
    let observer = Until {
        flag: &flag,
        step,
        went_on: Mutex::default(),
    };
    let place = DirectoryChoice::Folder { path, force: false };
    let execution = Execution {
        place,
        ..threads(1)
    };
    let summary = execute(&mut experiment, execution, &observer, &flag).unwrap();
    (observer.went_on.into_inner().unwrap(), summary)
}

/// Interrupts a training again and again, and compares what it comes to with an undisturbed one.
fn same_bytes(settings: &[&str]) {
    let all = [&["steps=60", "samples=60", "record=every:7"], settings].concat();
    let experiment = || short(Kind::Train, &all);
    let scratch = Scratch::new();
    let [whole, cut] = ["whole", "cut"].map(|name| scratch.path(name));
    run(experiment(), &whole);
    let mut interruptions = 0;
    let mut last = 0;
    for step in [0, 1, 14, 15, 30, 49] {
        let (went_on, summary) = until(experiment(), &cut, step);
        assert_eq!(
            went_on.unwrap_or(0) > 0,
            interruptions > 0 && last > 0,
            "{settings:?}"
        );
        if summary.manifest.status == RunStatus::Complete {
            break;
        }
        assert!(cut.join("state.bin").is_file());
        assert!(went_on.unwrap_or(0) >= last, "{settings:?}");
        last = summary.outcome.unwrap().last_step;
        interruptions += 1;
    }
    assert!(interruptions > 1, "{settings:?}");
    run(experiment(), &cut);
    let (found, expected) = (results(&cut), results(&whole));
    let names = |files: &[(String, Vec<u8>)]| {
        files
            .iter()
            .map(|(name, _)| name.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&found), names(&expected), "{settings:?}");
    for ((name, found), (_, expected)) in found.iter().zip(&expected) {
        assert!(found == expected, "{settings:?}: {name} differs");
    }
    assert!(!cut.join("journal/records.bin").exists());
}

#[test]
fn descent_goes_on_to_the_same_bytes() {
    same_bytes(&[]);
    same_bytes(&["record=every:1"]);
    same_bytes(&["record=0,3,20,60", "precision=f64"]);
    same_bytes(&["batch=1", "precision=f64"]);
}

#[test]
fn optimizers_and_schedules_go_on_to_the_same_bytes() {
    let adam = ["optimizer=adam", "batch=7", "dropout=0.2"];
    same_bytes(&adam);
    same_bytes(
        &[
            &adam[..],
            &["precision=f64", "record=every:1", "test_fraction=0.4"],
        ]
        .concat(),
    );
    same_bytes(&["optimizer=lbfgs", "record=every:2"]);
    same_bytes(&["optimizer=lbfgs", "precision=f64", "data=friedman1"]);
    same_bytes(&[
        "optimizer=sgd",
        "momentum=0.9",
        "schedule=cosine",
        "diagnostics=gradient",
        "batch=16",
    ]);
    same_bytes(&[
        "schedule=plateau",
        "schedule_patience=2",
        "validation_fraction=0.3",
        "diagnostics=gradient",
        "record=every:5",
    ]);
}

#[test]
fn normalization_goes_on_to_the_same_bytes() {
    same_bytes(&["normalization=batch"]);
    same_bytes(&[
        "normalization=batch",
        "batch=9",
        "optimizer=adam",
        "record=every:1",
    ]);
    same_bytes(&["normalization=layer", "input_noise=0.1"]);
}

#[test]
fn rules_and_the_best_parameters_go_on_to_the_same_bytes() {
    let patience = [
        "patience=30",
        "validation_fraction=0.3",
        "noise=0.6",
        "learning_rate=2",
    ];
    same_bytes(&patience);
    same_bytes(
        &[
            &patience[..],
            &[
                "save_weights=last",
                "batch=8",
                "optimizer=adam",
                "learning_rate=0.05",
            ],
        ]
        .concat(),
    );
    same_bytes(&["tolerance=1e-9", "tolerance_checks=3"]);
    same_bytes(&[
        "generalization_loss=400",
        "progress_quotient=50",
        "min_progress=1e-9",
        "strip=4",
        "validation_fraction=0.3",
        "check_every=2",
        "until=test_accuracy>=2",
        "diagnostics=balance",
    ]);
    // Ends of strips are counted from the first epoch, whenever the training went on.
    same_bytes(&[
        "stopping=prechelt:4",
        "generalization_loss=400",
        "min_progress=1e-9",
        "validation_fraction=0.3",
        "noise=0.6",
        "learning_rate=2",
    ]);
}

#[test]
fn diagnostics_go_on_to_the_same_bytes() {
    let all = "diagnostics=norms,distance,spectral,gradient,balance,margin,units,patterns,function,sharpness,lyapunov";
    same_bytes(&[all, "activation=relu", "batch=20"]);
    same_bytes(&[all, "record=every:1"]);
    same_bytes(&[
        all,
        "precision=f64",
        "weight_decay=0.01",
        "metrics=f1,auroc",
        "data=blobs",
    ]);
}

#[test]
fn kept_weights_go_on_to_the_same_bytes() {
    same_bytes(&["save_weights=recorded"]);
    same_bytes(&["save_weights=last", "record=every:1"]);
    same_bytes(&[
        "save_weights=recorded",
        "record=every:1",
        "format=csv",
        "precision=f64",
    ]);
}

#[test]
fn a_training_that_stops_or_diverges_after_an_interruption_is_the_same() {
    // Stops by its rule, and diverges, behind the interruptions.
    same_bytes(&[
        "until=train_accuracy>=0.87",
        "learning_rate=0.05",
        "steps=400",
        "record=every:3",
    ]);
    same_bytes(&[
        "learning_rate=1e6",
        "loss=squared-error",
        "activation=relu",
        "data=friedman1",
        "scale=none",
        "steps=60",
        "record=every:1",
        "learning_rate=0.0009",
    ]);
}

#[test]
fn a_continued_training_goes_on_from_its_own_checkpoint() {
    let scratch = Scratch::new();
    let first = scratch.path("first");
    run(short(Kind::Train, &["optimizer=adam", "batch=10"]), &first);
    let from = format!("continue={}", first.display());
    same_bytes(&[
        "optimizer=adam",
        "batch=10",
        "samples=64",
        "steps=90",
        &from,
        "diagnostics=distance",
    ]);
}

/// The steps of the state that a run has.
fn steps(path: &Path) -> u64 {
    let error = mlp_train_state(path);
    error
        .split("is at step ")
        .nth(1)
        .and_then(|rest| rest.split(',').next())
        .and_then(|steps| steps.parse().ok())
        .unwrap_or_else(|| panic!("{error}"))
}

/// What is said of going on with no more steps than the state has.
fn mlp_train_state(path: &Path) -> String {
    let mut experiment = mlp_train::Experiment::new(Kind::Train);
    let from = format!("continue={}", path.display());
    for setting in ["data=moons", "samples=64", "hidden=4,3", "steps=1", &from] {
        let mut layer = mlp_train::SettingsLayer::new();
        layer.set(setting).unwrap();
        layer.apply(&mut experiment).unwrap();
    }
    mlp_store::resolve(&experiment, None)
        .unwrap_err()
        .to_string()
}

#[test]
fn a_later_state_is_never_replaced_by_an_earlier_one() {
    let scratch = Scratch::new();
    let path = scratch.path("run");
    let experiment = || short(Kind::Train, &["steps=100", "record=every:1"]);
    until(experiment(), &path, 60);
    let late = steps(&path);
    assert!(late >= 60);
    // Interrupted again at once, it stands where it stood or further.
    until(experiment(), &path, 0);
    assert!(steps(&path) >= late);
    // The state of a complete run stays, though its results are made again, and so do its results.
    run(experiment(), &path);
    assert_eq!(steps(&path), 100);
    let model = fs::read(path.join("model.safetensors")).unwrap();
    fs::remove_file(path.join("nets.parquet")).unwrap();
    let (went_on, summary) = until(experiment(), &path, 20);
    assert_eq!(
        (went_on, summary.manifest.status),
        (None, RunStatus::Interrupted)
    );
    assert_eq!(steps(&path), 100);
    assert_eq!(fs::read(path.join("model.safetensors")).unwrap(), model);
    // What it did come to is not lost either.
    let (went_on, _) = until(experiment(), &path, 40);
    assert!(went_on.is_some_and(|step| step >= 20));
    let whole = scratch.path("whole");
    run(experiment(), &path);
    run(experiment(), &whole);
    assert_eq!(results(&path), results(&whole));
}

#[test]
fn a_run_that_is_interrupted_at_once_leaves_a_checkpoint_too() {
    let scratch = Scratch::new();
    let path = scratch.path("run");
    let flag = AtomicBool::new(true);
    let place = DirectoryChoice::Folder {
        path: &path,
        force: false,
    };
    let execution = Execution {
        place,
        ..threads(1)
    };
    let mut experiment = short(Kind::Train, &[]);
    let summary = execute(&mut experiment, execution, &(), &flag).unwrap();
    assert_eq!(summary.manifest.status, RunStatus::Interrupted);
    run(short(Kind::Train, &[]), &path);
    run(short(Kind::Train, &[]), &scratch.path("whole"));
    assert_eq!(results(&path), results(&scratch.path("whole")));
}

/// Stops a training at a step, and notes what is warned of.
struct Stops {
    step: u64,
    warned: Mutex<Vec<String>>,
}

impl Observer for Stops {
    fn on_warning(&self, text: &str) {
        self.warned.lock().unwrap().push(text.to_owned());
    }

    fn on_record(&self, _network: u64, record: &Record) -> ControlFlow<()> {
        match record.step >= self.step {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }
}

/// Where the checkpoints are lost and the clock, or whoever watches, ends the training earlier than it came before.
#[test]
fn a_model_of_more_steps_is_kept_under_another_name() {
    let scratch = Scratch::new();
    let path = scratch.path("run");
    let experiment = || short(Kind::Train, &["steps=60", "record=every:5"]);
    let (_, summary) = until(experiment(), &path, 40);
    let came = summary.outcome.unwrap().last_step;
    let later = fs::read(path.join("model.safetensors")).unwrap();
    for name in ["state.bin", "state.previous.bin"] {
        let _ = fs::remove_file(path.join(name));
    }
    let observer = Stops {
        step: 20,
        warned: Mutex::default(),
    };
    let place = DirectoryChoice::Folder {
        path: &path,
        force: false,
    };
    let execution = Execution {
        place,
        ..threads(1)
    };
    let flag = AtomicBool::new(false);
    let summary = execute(&mut experiment(), execution, &observer, &flag).unwrap();
    assert_eq!(summary.outcome.unwrap().last_step, 20);
    let kept = fs::read(path.join("model.earlier-1.safetensors")).unwrap();
    assert!(kept == later);
    let warned = observer.warned.into_inner().unwrap();
    assert!(
        warned[0].contains("holds no checkpoint")
            && warned[1].contains(&format!(
                "an earlier attempt came to step {came}, and this one ended at step 20"
            )),
        "{warned:?}"
    );
}
