//! Which folder a run takes, and what it finds there.

use std::{
    collections::BTreeSet,
    fs,
    ops::ControlFlow,
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use mlp_store::Error;
use mlp_store::{DirectoryChoice, Execution, RunDirectory, RunStatus, execute};
use mlp_train::{Kind, Observer, Outcome, Record, ResolvedExperiment, Status};

use crate::{Scratch, results, run, run_with, short, threads};

fn forced(mut experiment: ResolvedExperiment, path: &Path) -> Result<mlp_store::Summary, Error> {
    let execution = Execution {
        place: DirectoryChoice::Folder { path, force: true },
        ..threads(1)
    };
    execute(&mut experiment, execution, &(), &AtomicBool::new(false))
}

#[test]
fn folders_are_numbered() {
    let scratch = Scratch::new();
    let root = scratch.path("runs");
    for number in ["001", "002"] {
        let mut resolved = short(Kind::Train, &[]);
        let execution = Execution {
            place: DirectoryChoice::Next {
                root: &root,
                name: "train-a/b c",
            },
            ..threads(1)
        };
        let summary = execute(&mut resolved, execution, &(), &AtomicBool::new(false)).unwrap();
        assert_eq!(
            summary.directory,
            root.join(format!("train-a-b-c-{number}"))
        );
        assert!(summary.directory.join("nets.parquet").is_file());
    }
}

#[test]
fn an_empty_folder_is_used_and_a_complete_run_found() {
    let scratch = Scratch::new();
    let path = scratch.path("run");
    fs::create_dir(&path).unwrap();
    assert!(!run(short(Kind::Train, &[]), &path).found_complete);
    let before = results(&path);
    let again = run(short(Kind::Train, &[]), &path);
    assert!(again.found_complete && again.manifest.status == RunStatus::Complete);
    // Other figures are the same experiment.
    assert!(run(short(Kind::Train, &["figures=none"]), &path).found_complete);
    assert_eq!(results(&path), before);
    // A result that was removed is made again.
    fs::remove_file(path.join("nets.parquet")).unwrap();
    assert!(!run(short(Kind::Train, &[]), &path).found_complete);
    assert_eq!(results(&path), before);
}

#[test]
fn another_experiment_is_refused_unless_it_may_be_moved() {
    let scratch = Scratch::new();
    let path = scratch.path("run");
    run(short(Kind::Train, &[]), &path);
    let before = results(&path);
    let error = run_with(short(Kind::Train, &["seed=1"]), &path, threads(1), &()).unwrap_err();
    assert!(
        matches!(error, Error::OtherExperiment { .. }) && error.to_string().contains("--force"),
        "{error}"
    );
    assert_eq!(results(&path), before);
    forced(short(Kind::Train, &["seed=1"]), &path).unwrap();
    assert_eq!(results(&scratch.path("run.old-1")), before);
    forced(short(Kind::Train, &["seed=2"]), &path).unwrap();
    assert!(scratch.path("run.old-2").is_dir());
    // Force does not move the same experiment.
    assert!(
        forced(short(Kind::Train, &["seed=2"]), &path)
            .unwrap()
            .found_complete
    );
}

#[test]
fn what_is_no_run_directory_is_always_refused() {
    let scratch = Scratch::new();
    let path = scratch.path("photos");
    fs::create_dir(&path).unwrap();
    fs::write(path.join("cat.jpg"), b"meow").unwrap();
    assert!(matches!(
        forced(short(Kind::Train, &[]), &path),
        Err(Error::NotARunDirectory { .. })
    ));
    assert_eq!(results(&path), [("cat.jpg".to_owned(), b"meow".to_vec())]);
    assert_eq!(
        fs::read_dir(&path).unwrap().count(),
        1,
        "not even a lock is left"
    );
    let file = scratch.path("file");
    fs::write(&file, b"text").unwrap();
    assert!(matches!(
        forced(short(Kind::Train, &[]), &file),
        Err(Error::NotARunDirectory { .. })
    ));
    assert_eq!(fs::read(&file).unwrap(), b"text");
}

#[test]
fn a_killed_run_is_done_again_to_the_same_bytes() {
    let scratch = Scratch::new();
    let (whole, killed) = (scratch.path("whole"), scratch.path("killed"));
    let population = || short(Kind::Population, &["nets=3"]);
    run(population(), &whole);
    run(population(), &killed);
    // What a killed process leaves: no manifest, no tables, a torn temporary file.
    for name in ["manifest.json", "nets.parquet"] {
        fs::remove_file(killed.join(name)).unwrap();
    }
    fs::write(killed.join(".mlp-unfinished-1-0-nets.parquet"), b"PAR1").unwrap();
    let directory = RunDirectory::open(&killed).unwrap();
    assert!(!directory.is_complete());
    let error = directory.nets().unwrap_err().to_string();
    assert!(
        error.contains("nets.parquet") && error.contains("did not finish"),
        "{error}"
    );
    assert!(!run(population(), &killed).found_complete);
    assert_eq!(results(&killed), results(&whole));
}

/// Tries a second run in the directory of the first while that is at work.
struct Second(Mutex<Option<Result<(), Error>>>, std::path::PathBuf);

impl Observer for Second {
    fn on_record(&self, _network: u64, _record: &Record) -> ControlFlow<()> {
        let second = run_with(short(Kind::Train, &[]), &self.1, threads(1), &());
        *self.0.lock().unwrap() = Some(second.map(drop));
        ControlFlow::Continue(())
    }
}

#[test]
fn a_second_process_is_refused() {
    let scratch = Scratch::new();
    let path = scratch.path("run");
    let second = Second(Mutex::new(None), path.clone());
    run_with(
        short(Kind::Train, &["record=last"]),
        &path,
        threads(1),
        &second,
    )
    .unwrap();
    let result = second.0.into_inner().unwrap().unwrap();
    // As another experiment it is refused for the lock before anything is compared.
    assert!(matches!(result, Err(Error::InUse { .. })), "{result:?}");
}

/// Raises the interrupt flag when some network has ended, and notes which ones ended by themselves.
struct InterruptAfter<'a> {
    flag: &'a AtomicBool,
    network: u64,
    completed: Mutex<BTreeSet<i64>>,
}

impl Observer for InterruptAfter<'_> {
    fn on_network(&self, outcome: &Outcome) {
        if outcome.status() == Status::Completed {
            let mut completed = self.completed.lock().unwrap();
            completed.insert(outcome.network as i64);
        }
        if outcome.network == self.network {
            self.flag.store(true, Ordering::Relaxed);
        }
    }
}

#[test]
fn an_interruption_keeps_what_is_finished_and_can_be_gone_on_from() {
    let scratch = Scratch::new();
    let path = scratch.path("run");
    let population = || short(Kind::Population, &["nets=400"]);
    let flag = AtomicBool::new(false);
    let execution = Execution {
        place: DirectoryChoice::Folder {
            path: &path,
            force: false,
        },
        ..threads(2)
    };
    let observer = InterruptAfter {
        flag: &flag,
        network: 5,
        completed: Mutex::default(),
    };
    let summary = execute(&mut population(), execution, &observer, &flag).unwrap();
    assert_eq!(summary.manifest.status, RunStatus::Interrupted);
    let completed = observer.completed.into_inner().unwrap();
    assert!(completed.contains(&5) && completed.len() < 400);
    let nets = RunDirectory::open(&path).unwrap().nets().unwrap();
    assert!(
        nets.integers("net")
            .unwrap()
            .into_iter()
            .eq(completed.iter().copied())
    );
    let finished = completed.len() as u64;
    assert_eq!(summary.manifest.counts.finished(), finished);
    assert!(
        nets.texts("status")
            .unwrap()
            .iter()
            .all(|status| status == "completed")
    );
    run(population(), &path);
    run(population(), &scratch.path("whole"));
    assert_eq!(results(&path), results(&scratch.path("whole")));
}

/// Raises the interrupt flag in the middle of a training.
struct InterruptAt<'a>(&'a AtomicBool);

impl Observer for InterruptAt<'_> {
    fn on_record(&self, _network: u64, record: &Record) -> ControlFlow<()> {
        if record.step == 5 {
            self.0.store(true, Ordering::Relaxed);
        }
        ControlFlow::Continue(())
    }
}

#[test]
fn an_interrupted_training_leaves_what_it_has() {
    let scratch = Scratch::new();
    let path = scratch.path("run");
    let training = || short(Kind::Train, &["record=0,5,20"]);
    let flag = AtomicBool::new(false);
    let execution = Execution {
        place: DirectoryChoice::Folder {
            path: &path,
            force: false,
        },
        ..threads(1)
    };
    let summary = execute(&mut training(), execution, &InterruptAt(&flag), &flag).unwrap();
    assert_eq!(summary.manifest.status, RunStatus::Interrupted);
    let directory = RunDirectory::open(&path).unwrap();
    assert_eq!(
        directory.series().unwrap().integers("step").unwrap(),
        [0, 5]
    );
    assert_eq!(
        directory.nets().unwrap().texts("status").unwrap(),
        ["stopped"]
    );
    run(training(), &path);
    assert_eq!(
        RunDirectory::open(&path)
            .unwrap()
            .series()
            .unwrap()
            .integers("step")
            .unwrap(),
        [0, 5, 20]
    );
}

#[test]
fn data_from_standard_input_are_kept() {
    let scratch = Scratch::new();
    let path = scratch.path("run");
    let csv = "a,b,kind\n0,1,no\n1,0,yes\n0,2,no\n2,0,yes\n1,2,no\n2,1,yes\n0,3,no\n3,0,yes\n";
    let mut layer = mlp_train::SettingsLayer::new();
    for text in ["data=-", "steps=3"] {
        layer.set(text).unwrap();
    }
    let mut author = mlp_train::Experiment::new(Kind::Train);
    layer.apply(&mut author).unwrap();
    let resolved = || mlp_store::resolve(&author, Some(csv.as_bytes().to_vec())).unwrap();
    run(resolved(), &path);
    assert_eq!(fs::read_to_string(path.join("data.csv")).unwrap(), csv);
    // The same data into the same folder are the same experiment.
    assert!(run(resolved(), &path).found_complete);
    // The file of the experiment stands alone.
    let file = RunDirectory::open(&path).unwrap().experiment().unwrap();
    let mut again = mlp_train::Experiment::new(Kind::Train);
    file.layer.apply(&mut again).unwrap();
    run(
        mlp_store::resolve(&again, None).unwrap(),
        &scratch.path("again"),
    );
    let nets = |name: &str| fs::read(scratch.path(name).join("nets.parquet")).unwrap();
    assert_eq!(nets("run"), nets("again"));
}
