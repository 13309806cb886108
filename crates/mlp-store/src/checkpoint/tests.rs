use std::{
    ops::ControlFlow,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use mlp_core::Level;

use super::*;
use mlp_train::{
    Experiment, Kind, Outcome, Prepared, Record, ResolvedExperiment, SettingsLayer, StoppedClock,
    storing::{CheckpointAccess, TrainingContext, train},
};

/// Raises the flag at the record of one step, and takes warnings down.
struct Until<'a> {
    flag: &'a AtomicBool,
    step: u64,
    warnings: Mutex<Vec<String>>,
}

impl Observer for Until<'_> {
    fn on_record(&self, _network: u64, record: &Record) -> ControlFlow<()> {
        if record.step == self.step {
            self.flag.store(true, Ordering::Relaxed);
        }
        ControlFlow::Continue(())
    }

    fn on_warning(&self, text: &str) {
        self.warnings.lock().unwrap().push(text.to_owned());
    }
}

/// One attempt at a training: where it began, its outcome, and what it warned of.
struct Attempt {
    began: u64,
    outcome: Outcome,
    warnings: Vec<String>,
}

/// Trains, with a checkpoint at every update, until a step.
fn attempt(directory: &Path, settings: &[&str], until: u64) -> Attempt {
    let base = [
        "data=moons",
        "samples=40",
        "hidden=3",
        "steps=30",
        "record=every:4",
    ];
    let mut experiment = Experiment::new(Kind::Train);
    for setting in base.iter().chain(settings) {
        let mut layer = SettingsLayer::new();
        layer.set(setting).unwrap();
        layer.apply(&mut experiment).unwrap();
    }
    let experiment = ResolvedExperiment::new(&experiment, None).unwrap();
    let recipe = experiment.recipe(0).unwrap();
    let prepared = Prepared::<f32>::new(&recipe.data).unwrap();
    let mut trainer = prepared
        .trainer(&recipe.spec, recipe.seed, Level::best())
        .unwrap();
    let flag = AtomicBool::new(false);
    let observer = Until {
        flag: &flag,
        step: until,
        warnings: Mutex::default(),
    };
    let weights = KeptWeights::Recorded;
    let identity = experiment.identity();
    let (mut checkpoints, kept) = CheckpointFiles::open(&Purpose {
        directory,
        identity: &identity,
        weights,
        observer: &observer,
        begun: false,
    })
    .unwrap();
    checkpoints.clock = Clock::always();
    let began = kept.as_ref().map_or(0, |kept| kept.state.steps());
    let watch = TrainingContext {
        observer: &observer,
        interrupt: &flag,
        weights,
        clock: &StoppedClock,
    };
    let keeping = CheckpointAccess {
        checkpoints: Some(&mut checkpoints),
        kept,
    };
    let outcome = train(
        &mut trainer,
        &prepared,
        &recipe,
        (0, 0),
        watch,
        Vec::new(),
        keeping,
    );
    Attempt {
        began,
        outcome: outcome.unwrap(),
        warnings: observer.warnings.into_inner().unwrap(),
    }
}

fn steps_in(path: &Path) -> u64 {
    state_file::read(path).unwrap().0.steps()
}

#[test]
fn a_damaged_checkpoint_is_set_aside_and_the_one_before_gone_on_from() {
    let whole = tempfile::tempdir().unwrap();
    let expected = attempt(whole.path(), &[], u64::MAX).outcome;
    for name in [STATE, PREVIOUS_STATE] {
        let folder = tempfile::tempdir().unwrap();
        let directory = folder.path();
        attempt(directory, &[], 12);
        let path = directory.join(name);
        let other = directory.join(if name == STATE { PREVIOUS_STATE } else { STATE });
        let left = steps_in(&other);
        assert!((11..=12).contains(&left), "{left}");
        let mut bytes = fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 4;
        fs::write(&path, &bytes).unwrap();
        let second = attempt(directory, &[], u64::MAX);
        assert_eq!(
            (second.began, second.warnings.len()),
            (left, 1),
            "{:?}",
            second.warnings
        );
        let aside = directory.join(name.replace(".bin", ".unreadable-1.bin"));
        assert_eq!(fs::read(aside).unwrap(), bytes);
        assert_eq!(second.outcome, expected);
    }
}

#[test]
fn checkpoints_whose_records_are_lost_do_not_hide_what_is_later() {
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path();
    attempt(directory, &[], 20);
    let state = directory.join(STATE);
    let late = steps_in(&state);
    let bytes = fs::read(&state).unwrap();
    let records = Records::path(directory);
    let mut damaged = fs::read(&records).unwrap();
    damaged[90] ^= 1;
    fs::write(&records, &damaged).unwrap();
    // An attempt that begins anew and does not come as far leaves the later state where it is,
    let second = attempt(directory, &[], 8);
    assert_eq!(second.began, 0);
    assert!(
        second
            .warnings
            .iter()
            .any(|text| text.contains("starts afresh")),
        "{:?}",
        second.warnings
    );
    assert_eq!(fs::read(&state).unwrap(), bytes);
    assert_eq!(
        fs::read(records.with_file_name("records.unreadable-1.bin")).unwrap(),
        damaged
    );
    // goes on from its own checkpoints, and takes the place once it is further.
    let third = attempt(directory, &[], 16);
    assert!(third.began >= 8 && third.began < 12, "{}", third.began);
    assert_eq!(fs::read(&state).unwrap(), bytes);
    let fourth = attempt(directory, &[], 24);
    assert!(fourth.began >= 16 && steps_in(&state) > late);
    let whole = tempfile::tempdir().unwrap();
    let expected = attempt(whole.path(), &[], u64::MAX).outcome;
    assert_eq!(attempt(directory, &[], u64::MAX).outcome, expected);
}

#[test]
fn a_checkpoint_of_another_experiment_is_set_aside() {
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path();
    attempt(directory, &[], 12);
    let second = attempt(directory, &["seed=5"], 4);
    assert_eq!(second.began, 0);
    assert!(directory.join("state.other-1.bin").is_file());
    assert!(directory.join("state.previous.other-1.bin").is_file());
    assert!(
        second
            .warnings
            .iter()
            .any(|text| text.contains("another experiment"))
    );
}

#[test]
fn a_checkpoint_that_cannot_be_written_is_told_once_and_training_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path();
    // A folder stands where the file should.
    fs::create_dir_all(directory.join(STATE)).unwrap();
    let done = attempt(directory, &[], u64::MAX);
    assert_eq!(done.outcome.last_step, 30);
    assert_eq!(done.warnings.len(), 1, "{:?}", done.warnings);
}
