//! Trainings that end before their last step.

use std::{
    path::Path,
    sync::atomic::AtomicBool,
    time::{Duration, Instant},
};

use mlp_core::Level;
use mlp_store::{RunDirectory, RunStatus};
use mlp_train::{
    AnyNetwork, Cell, Experiment, Kind, Model, Outcome, Part, ResolvedExperiment, SettingsLayer,
    Status, experiment_file, train_network,
};

use crate::{Scratch, experiment, results, run, run_with, threads};

/// Few noisy points and many units: the validation loss falls, then rises.
const OVERFITTING: [&str; 9] = [
    "data=moons",
    "samples=60",
    "noise=0.4",
    "validation_fraction=0.3",
    "hidden=32",
    "optimizer=adam",
    "learning_rate=0.02",
    "steps=600",
    "record=every:100",
];

fn overfitting(kind: Kind, settings: &[&str]) -> ResolvedExperiment {
    experiment(kind, &[&OVERFITTING, settings].concat())
}

fn train(settings: &[&str]) -> (Outcome, Model) {
    let experiment = overfitting(Kind::Train, settings);
    train_network(&experiment, 0, Level::best(), &(), &AtomicBool::new(false)).unwrap()
}

fn parameters(model: &Model) -> &[f32] {
    match model.network() {
        AnyNetwork::F32(network) => network.parameters(),
        AnyNetwork::F64(_) => panic!("trained in f32"),
    }
}

/// The validation loss after every step.
fn validation_losses() -> Vec<f64> {
    let (outcome, _) = train(&["record=every:1"]);
    let losses = outcome
        .records
        .iter()
        .map(|record| record.validation.unwrap().loss);
    losses.collect()
}

#[test]
fn patience_stops_where_the_curve_says_and_keeps_the_best() {
    let curve = validation_losses();
    let (outcome, model) = train(&["patience=25"]);
    // By hand: the first step with 25 checks behind the least.
    let (mut best, mut stop) = (0, 0);
    for (step, loss) in curve.iter().enumerate() {
        if *loss < curve[best] {
            best = step;
        }
        if step - best == 25 {
            stop = step;
            break;
        }
    }
    assert!(best > 0 && stop > 0 && stop < 600);
    assert_eq!(
        (
            outcome.status(),
            outcome.last_step,
            outcome.stopped_by(),
            outcome.best_step
        ),
        (
            Status::Stopped,
            stop as u64,
            Some("patience"),
            Some(best as u64)
        )
    );
    assert_eq!(
        outcome.last().unwrap().validation.unwrap().loss,
        curve[best]
    );
    let steps: Vec<u64> = outcome.records.iter().map(|record| record.step).collect();
    assert!(steps.is_sorted() && steps.contains(&(best as u64)));
    assert_eq!(steps.last(), Some(&(stop as u64)));
    // The model is that of a training of so many steps.
    let (_, short) = train(&[&format!("steps={best}")[..], "record=last"]);
    assert_eq!(parameters(&model), parameters(&short));
    assert_eq!(model.origin().steps, best as u64);
}

#[test]
fn patience_that_is_not_used_up_lets_training_go_on() {
    let curve = validation_losses();
    let least = (0..curve.len()).rfind(|&step| curve.iter().all(|loss| curve[step] <= *loss));
    let (outcome, _) = train(&["patience=601"]);
    assert_eq!(
        (outcome.status(), outcome.last_step, outcome.stopped_by()),
        (Status::Completed, 600, None)
    );
    // The best parameters are kept all the same.
    assert_eq!(outcome.best_step, least.map(|step| step as u64));
    let (outcome, model) = train(&["patience=601", "restore_best=false"]);
    let (_, plain) = train(&[]);
    assert_eq!(
        (outcome.best_step, outcome.last().unwrap().step),
        (None, 600)
    );
    assert_eq!(parameters(&model), parameters(&plain));
}

#[test]
fn every_rule_stops_and_lets_go_on() {
    for (stops, goes_on) in [
        ("patience=10", "patience=601"),
        ("generalization_loss=10", "generalization_loss=1e6"),
        ("progress_quotient=1", "progress_quotient=1e9"),
        ("min_progress=50", "min_progress=1e-9"),
        ("tolerance=0.01", "tolerance=0"),
        (
            "until=validation_accuracy>=0.7",
            "until=validation_accuracy>1",
        ),
        ("stop_after=123", "stop_after=600"),
    ] {
        let name = stops
            .split('=')
            .next()
            .unwrap()
            .replace("stop_after", "time_budget");
        let (outcome, model) = train(&[stops]);
        assert_eq!(outcome.status(), Status::Stopped, "{stops}");
        assert_eq!(outcome.stopped_by(), Some(&name[..]), "{stops}");
        assert!(0 < outcome.last_step && outcome.last_step < 600, "{stops}");
        let kept = outcome.best_step.unwrap_or(outcome.last_step);
        assert_eq!(
            (outcome.last().unwrap().step, model.origin().steps),
            (kept, kept)
        );
        let (outcome, _) = train(&[goes_on]);
        assert_eq!(
            (outcome.status(), outcome.last_step, outcome.stopped_by()),
            (Status::Completed, 600, None),
            "{goes_on}"
        );
    }
}

#[test]
fn mini_batches_are_checked_once_an_epoch() {
    let settings = ["batch=8", "epochs=40", "until=train_loss<0.45"];
    let (outcome, _) = train(&settings);
    assert_eq!(outcome.status(), Status::Stopped);
    // 27 samples for training are four batches.
    assert_eq!(outcome.last_step % 4, 0);
    let (often, _) = train(&[&settings[..], &["check_every=1"]].concat());
    assert!(often.last_step <= outcome.last_step && often.last_step + 4 > outcome.last_step);
}

#[test]
fn without_a_validation_part_the_test_part_chooses() {
    let resolved = overfitting(Kind::Train, &["validation_fraction=0", "patience=10"]);
    let stopping = resolved.recipe(0).unwrap().stopping.unwrap();
    assert_eq!(stopping.chosen_on, Some(Part::Test));
    let refused = |settings: &[&str]| {
        let mut author = Experiment::new(Kind::Train);
        for setting in ["data=moons"].iter().chain(settings) {
            let mut layer = SettingsLayer::new();
            layer.set(setting).unwrap();
            layer.apply(&mut author).unwrap();
        }
        mlp_store::resolve(&author, None).unwrap_err().to_string()
    };
    assert_eq!(
        refused(&["test_fraction=0", "patience=10"]),
        "patience chooses by a validation part, but there is none; give --validation-fraction"
    );
    assert!(refused(&["tolerance_checks=3"]).contains("give tolerance too"));
    assert!(refused(&["restore_best=false"]).contains("give patience too"));
    assert!(refused(&["until=validation_loss<1"]).contains("needs a validation part"));
    assert!(refused(&["until=test_r2>0"]).contains("is for numbers"));
}

#[test]
fn networks_of_a_population_stop_as_they_would_alone() {
    let scratch = Scratch::new();
    let population = || {
        overfitting(
            Kind::Population,
            &["nets=6", "sweep.patience=5,20", "record=last"],
        )
    };
    for (name, count) in [("one", 1), ("three", 3)] {
        run_with(population(), &scratch.path(name), threads(count), &()).unwrap();
    }
    assert_eq!(
        results(&scratch.path("one")),
        results(&scratch.path("three"))
    );
    let nets = RunDirectory::open(&scratch.path("one"))
        .unwrap()
        .nets()
        .unwrap();
    let (alone, _) = train(&["patience=20", "seed=4", "record=last"]);
    let cell = |column: &str| nets.column(column).unwrap().cell(10);
    assert_eq!(cell("status"), Cell::Text("stopped".to_owned()));
    assert_eq!(cell("stopped_by"), Cell::Text("patience".to_owned()));
    assert_eq!(cell("last_step"), Cell::Integer(alone.last_step as i64));
    assert_eq!(
        cell("best_step"),
        Cell::Integer(alone.best_step.unwrap() as i64)
    );
    let kept = alone.last().unwrap();
    assert_eq!(
        cell("validation_loss"),
        Cell::Number(kept.validation.unwrap().loss)
    );
    assert_eq!(cell("weight_norm"), Cell::Number(kept.norms.weight));
}

#[test]
fn the_end_of_a_map_is_where_each_network_stopped() {
    let scratch = Scratch::new();
    let path = scratch.path("map");
    let settings = ["x=learning_rate=0.01,0.02", "y=seed=0,1", "patience=10"];
    run(overfitting(Kind::Map, &settings), &path);
    let npz = RunDirectory::open(&path).unwrap().map().unwrap();
    let losses = npz.get("validation_loss").unwrap().numbers().unwrap();
    let last = &losses[losses.len() - 4..];
    let (alone, _) = train(&["patience=10"]);
    assert_eq!(last[1], alone.last().unwrap().validation.unwrap().loss);
}

#[test]
fn a_time_budget_is_stored_as_its_step() {
    let scratch = Scratch::new();
    let (first, second) = (scratch.path("first"), scratch.path("second"));
    let settings = ["steps=1000000000", "record=log:64", "time_budget=50ms"];
    let started = Instant::now();
    let summary = run(overfitting(Kind::Train, &settings), &first);
    assert!(started.elapsed() < Duration::from_secs(60));
    let outcome = summary.outcome.unwrap();
    assert_eq!(
        (
            outcome.status(),
            outcome.stopped_by(),
            summary.manifest.status
        ),
        (Status::Stopped, Some("time_budget"), RunStatus::Complete)
    );
    assert!(outcome.last_step > 0);
    let file = first.join("experiment.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(
        text.contains(&format!("stop_after = {}", outcome.last_step)),
        "{text}"
    );
    // The stored experiment gives the same bytes, its own file included, without a clock.
    run(read(&file), &second);
    assert_eq!(results(&first), results(&second));
    // Asked for again, the budget finds its run complete.
    let again = run(overfitting(Kind::Train, &settings), &first);
    assert!(again.found_complete);
    // The model knows the step.
    let origin = mlp_store::model_file::open(&first)
        .unwrap()
        .origin()
        .clone();
    assert_eq!(origin.steps, outcome.last_step);
    assert!(origin.experiment.contains("stop_after"));
}

fn read(path: &Path) -> ResolvedExperiment {
    let file = mlp_store::read_experiment(path).unwrap();
    let mut author = Experiment::new(file.kind.unwrap());
    file.layer.apply(&mut author).unwrap();
    let resolved: Result<_, mlp_store::Error> = mlp_store::resolve(&author, None);
    resolved.unwrap()
}

/// scikit-learn's adaptive schedule ends a training whose rate is spent, and says so.
#[test]
fn a_spent_schedule_stops() {
    let scratch = Scratch::new();
    let settings = [
        "data=moons",
        "batch=32",
        "epochs=3000",
        "schedule=adaptive",
        "schedule.tolerance=0.01",
    ];
    let path = scratch.path("run");
    run(experiment(Kind::Train, &settings), &path);
    let nets = RunDirectory::open(&path).unwrap().nets().unwrap();
    let cell = |name: &str| nets.column(name).unwrap().cell(0);
    assert_eq!(cell("stopped_by"), Cell::Text("schedule".into()));
    assert_eq!(cell("status"), Cell::Text("stopped".into()));
}

/// Where Prechelt's protocol stops and what it keeps, by hand from the losses after every step:
/// `(stop, rule, best)`, where rows hold the training and the validation loss.
fn by_prechelt(losses: &[(f64, f64)], epoch: usize, strip: usize) -> (usize, &'static str, usize) {
    let mut best: Option<(usize, f64)> = None;
    for end in (strip..).step_by(strip).map(|end| end * epoch) {
        let validation = losses[end].1;
        if best.is_none_or(|(_, least)| validation < least) {
            best = Some((end, validation));
        }
        let (step, least) = best.unwrap();
        let train: Vec<f64> = (1..=strip)
            .map(|at| losses[end - (strip - at) * epoch].0)
            .collect();
        let mean = train.iter().sum::<f64>() / strip as f64;
        let smallest = train.iter().copied().fold(f64::INFINITY, f64::min);
        if 100.0 * (validation / least - 1.0) > 5.0 {
            return (end, "generalization_loss", step);
        }
        if 1000.0 * (mean / smallest - 1.0) < 0.1 {
            return (end, "min_progress", step);
        }
    }
    unreachable!("the losses end before the training does")
}

#[test]
fn prechelts_protocol_judges_at_the_ends_of_strips() {
    let losses = |settings: &[&str]| -> Vec<(f64, f64)> {
        let (outcome, _) = train(&[&["record=every:1"], settings].concat());
        let losses =
            |record: &mlp_train::Record| (record.train.loss, record.validation.unwrap().loss);
        outcome.records.iter().map(losses).collect()
    };
    let mut ends = Vec::new();
    // Full batches; three batches per epoch; a rate at which the training loss settles first.
    for (epoch, strip, settings) in [
        (1, 5, &["steps=600"][..]),
        (
            1,
            7,
            &["steps=600", "optimizer=rprop", "learning_rate=0.0125"],
        ),
        (3, 5, &["steps=600", "batch=11"]),
        (
            1,
            5,
            &[
                "steps=600",
                "hidden=none",
                "optimizer=sgd",
                "learning_rate=2",
            ],
        ),
    ] {
        let (stop, rule, best) = by_prechelt(&losses(settings), epoch, strip);
        let protocol = format!("stopping=prechelt:{strip}");
        let (outcome, model) = train(&[settings, &[&protocol[..]]].concat());
        assert_eq!(
            (
                outcome.status(),
                outcome.last_step,
                outcome.stopped_by(),
                outcome.best_step
            ),
            (Status::Stopped, stop as u64, Some(rule), Some(best as u64)),
            "{settings:?}"
        );
        assert_eq!(model.origin().steps, best as u64);
        ends.push(rule);
    }
    assert!(
        ends.contains(&"generalization_loss") && ends.contains(&"min_progress"),
        "{ends:?}"
    );
}

#[test]
fn prechelts_protocol_is_spelled_out_in_keys() {
    let spelled = |settings: &[&str]| {
        let all = [&["data=moons", "validation_fraction=0.25"], settings].concat();
        let resolved = experiment(Kind::Train, &all);
        let text = experiment_file::write(resolved.experiment());
        // Spelled out once more, nothing changes.
        let again = experiment_file::parse(&text, Path::new("experiment.toml")).unwrap();
        let mut author = Experiment::new(Kind::Train);
        again.layer.apply(&mut author).unwrap();
        let again = mlp_store::resolve(&author, None).unwrap();
        assert_eq!(experiment_file::write(again.experiment()), text);
        text
    };
    let text = spelled(&["stopping=prechelt:4", "batch=48"]);
    for line in [
        "stopping = \"prechelt\"",
        "strip = 4",
        "generalization_loss = 5.0",
        "min_progress = 0.1",
        "check_every = 3",
        "steps = 9000",
        "restore_best = true",
    ] {
        assert!(text.contains(line), "{line} is not in {text}");
    }
    let text = spelled(&[
        "stopping=prechelt",
        "gl=7",
        "pk=0.2",
        "strip=6",
        "epochs=40",
    ]);
    for line in [
        "generalization_loss = 7.0",
        "min_progress = 0.2",
        "strip = 6",
        "steps = 40",
    ] {
        assert!(text.contains(line), "{line} is not in {text}");
    }
}

#[test]
fn prechelts_protocol_refuses_what_it_is_not() {
    for (settings, said) in [
        (
            &["validation_fraction=0.25", "check_every=7"][..],
            "leave check_every out",
        ),
        (&[], "give --validation-fraction"),
    ] {
        let all = [&["data=moons", "stopping=prechelt"], settings].concat();
        let mut author = Experiment::new(Kind::Train);
        for setting in all {
            let mut layer = SettingsLayer::new();
            layer.set(setting).unwrap();
            layer.apply(&mut author).unwrap();
        }
        let error = mlp_store::resolve(&author, None).unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
    }
}
