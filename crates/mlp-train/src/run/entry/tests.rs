use std::{
    ops::ControlFlow,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use super::*;
use crate::{
    data::provider::DataInMemory, metrics::record::Record, model::Model,
    settings::layers::SettingsLayer,
};

fn author(kind: Kind, settings: &[&str]) -> Experiment {
    let mut layer = SettingsLayer::new();
    settings.iter().for_each(|text| layer.set(text).unwrap());
    let mut experiment = Experiment::new(kind);
    layer.apply(&mut experiment).unwrap();
    experiment
}

fn in_memory(kind: Kind, settings: &[&str]) -> RunResults {
    run(&author(kind, settings), &Options::default()).unwrap()
}

#[test]
fn folds_are_averaged_in_memory() {
    let settings = ["data=iris", "hidden=none", "steps=20", "folds=3"];
    let results = in_memory(Kind::Train, &settings);
    assert!(cross_validation::is_cross_validation(&results.experiment));
    let folds = results.folds.unwrap();
    assert_eq!(folds.integers("folds").unwrap()[0], 3);
}

#[test]
fn data_sets_are_given_in_memory_and_columns_of_them_chosen() {
    let iris = mlp_data::load_embedded("iris").unwrap();
    let options = Options {
        data: Some(Arc::new(DataInMemory::default().with("mine", iris))),
        ..Options::default()
    };
    let author = |settings: &[&str]| author(Kind::Train, settings);
    let settings = ["data=mine", "steps=5", "hidden=3"];
    let mine = run(&author(&settings), &options).unwrap();
    let embedded = in_memory(Kind::Train, &["data=iris", "steps=5", "hidden=3"]);
    assert_eq!(mine.series, embedded.series);
    let refused = |settings: &[&str]| {
        let error = run(&author(settings), &options).unwrap_err();
        error.to_string()
    };
    let third = format!("exclude={}", mine.model.unwrap().features()[2]);
    let fewer = run(&author(&[&settings[..], &[&third]].concat()), &options).unwrap();
    assert_eq!(fewer.model.unwrap().features().len(), 3);
    assert!(refused(&["data=mine", "noise=0.1"]).contains("passed by the program"));
    assert!(refused(&["data=mine", "target=species"]).contains("target is for files"));
    assert!(refused(&["data=mine", "init_from=a.npz"]).contains("nothing called a.npz"));
    assert!(refused(&["data=yours"]).contains("`yours`"));
}

struct RaiseAfter<'a> {
    flag: &'a AtomicBool,
    left: AtomicU64,
}

impl Observer for RaiseAfter<'_> {
    fn on_network(&self, _outcome: &Outcome) {
        if self.left.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.flag.store(true, Ordering::Relaxed);
        }
    }
}

#[test]
fn what_is_finished_when_a_run_is_interrupted_is_in_the_results() {
    let flag = AtomicBool::new(false);
    let observer = RaiseAfter {
        flag: &flag,
        left: AtomicU64::new(3),
    };
    let options = Options {
        observer: &observer,
        interrupt: &flag,
        threads: Some(NonZeroUsize::MIN),
        ..Options::default()
    };
    let settings = ["data=xor", "nets=50", "steps=20", "hidden=2"];
    let results = run(&author(Kind::Population, &settings), &options).unwrap();
    assert!(results.interrupted);
    assert!((3..50).contains(&results.nets.rows()));
    assert_eq!(results.counts.networks, 50);
}

/// The parts of networks that are in training, and the most they were together.
#[derive(Default)]
struct Parts(Mutex<[f64; 2]>);

impl Observer for Parts {
    fn on_part(&self, networks: f64) {
        let mut parts = self.0.lock().unwrap();
        let sum = parts[0] + networks;
        *parts = [sum, parts[1].max(sum)];
    }
}

#[test]
fn parts_of_networks_side_by_side_are_told_and_taken_back() {
    let told = |packs| {
        let observer = Parts::default();
        let options = Options {
            observer: &observer,
            threads: Some(NonZeroUsize::MIN),
            packs,
            ..Options::default()
        };
        let settings = [
            "data=xor",
            "nets=40",
            "steps=9000",
            "hidden=2",
            "record=last",
        ];
        run(&author(Kind::Population, &settings), &options).unwrap();
        observer.0.into_inner().unwrap()
    };
    let [left, most] = told(true);
    // Packs are told of every 4000 updates, before their last ones, too.
    // Sums of parts, which are rounded.
    let whole = 7.0..=16.0 + 1e-9;
    assert!(left.abs() < 1e-9 && whole.contains(&most), "{most}");
    assert_eq!(told(false), [0.0, 0.0]);
}

#[test]
fn a_budget_needs_a_clock() {
    for (kind, settings) in [
        (Kind::Train, &["data=xor", "time_budget=1s"][..]),
        (
            Kind::Map,
            &[
                "data=xor",
                "x=learning_rate=log:0.1:1:4",
                "y=weight_decay=log:1e-3:1:4",
                "budget=1s",
            ],
        ),
    ] {
        let error = run(&author(kind, settings), &Options::default()).unwrap_err();
        assert!(matches!(error, Error::Conflict(_)));
        assert!(error.to_string().contains("needs a clock"), "{error}");
    }
}

#[test]
fn an_experiment_comes_out_of_text_keys_or_types() {
    let text = "kind = \"train\"\n[data]\nname = \"xor\"\n[training]\nsteps = 7\n";
    let written = Experiment::from_toml(text).unwrap();
    let keys = [("data", "xor"), ("steps", "7")];
    assert_eq!(written, Experiment::from_keys(Kind::Train, keys).unwrap());
    let mut typed = Experiment::new(Kind::Train);
    typed.data.name = Some("xor".to_owned());
    typed.training.steps = Some(7);
    assert_eq!(written, typed);
    let error = Experiment::from_toml("[data]\nname = \"xor\"\n").unwrap_err();
    assert!(error.to_string().contains("kind"), "{error}");
    assert!(Experiment::from_toml("kind = \"train\"\nstep = 7\n").is_err());
}

/// Stops every network at its second record if `stops`, and raises a flag once one has ended: an interruption
/// while the last results are written.
struct RaiseAtEnd {
    flag: AtomicBool,
    stops: bool,
}

impl Observer for RaiseAtEnd {
    fn on_record(&self, _network: u64, record: &Record) -> ControlFlow<()> {
        match self.stops && record.step > 0 {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }

    fn on_network(&self, _outcome: &Outcome) {
        self.flag.store(true, Ordering::Relaxed);
    }
}

#[test]
fn what_ended_early_before_an_interruption_is_finished() {
    let settings = ["data=moons", "hidden=2", "steps=50", "record=every:10"];
    let rule = ["until=train_loss<100", "check_every=20"];
    for (stops, ending) in [(true, Ending::Observer), (false, Ending::Rule("until"))] {
        let settings = match stops {
            true => settings.to_vec(),
            false => [&settings[..], &rule].concat(),
        };
        let raising = || RaiseAtEnd {
            flag: AtomicBool::new(false),
            stops,
        };
        let ended = |observer: &RaiseAtEnd, kind, settings: &[&str], packs| {
            let options = Options {
                observer,
                interrupt: &observer.flag,
                threads: NonZeroUsize::new(1),
                packs,
                ..Options::default()
            };
            run(&author(kind, settings), &options).unwrap()
        };
        let single = ended(&raising(), Kind::Train, &settings, true);
        assert_eq!(single.outcome.unwrap().ending, ending);
        assert!(!single.interrupted, "{ending:?}");
        let several = [&settings[..], &["nets=3"]].concat();
        let population = ended(&raising(), Kind::Population, &several, false);
        assert_eq!(population.counts.stopped, 1, "{ending:?}");
        assert!(population.interrupted);
        // Those side by side with it may end at the same step.
        let population = ended(&raising(), Kind::Population, &several, true);
        let stopped = population.counts.stopped;
        assert!((1..=3).contains(&stopped), "{ending:?}");
        assert_eq!(population.interrupted, stopped < 3);
    }
}

#[test]
fn a_training_that_is_cut_short_is_interrupted() {
    let flag = AtomicBool::new(true);
    let options = Options {
        interrupt: &flag,
        ..Options::default()
    };
    let results = run(&author(Kind::Train, &["data=xor", "steps=5"]), &options).unwrap();
    assert_eq!(results.outcome.unwrap().ending, Ending::Interrupted);
    assert!(results.interrupted && results.model.unwrap().origin().unfinished);
}

/// Takes a model at every record of every network, and the loss that is recorded there.
#[derive(Default)]
struct TakeModels {
    models: Mutex<Vec<(u64, u64, Model)>>,
    losses: Mutex<Vec<(u64, u64, f64)>>,
}

impl Observer for TakeModels {
    fn on_model(&self, network: u64, step: u64, model: &dyn Fn() -> Model) {
        self.models.lock().unwrap().push((network, step, model()));
    }

    fn on_record(&self, network: u64, record: &Record) -> ControlFlow<()> {
        let loss = record.train.loss;
        (self.losses.lock().unwrap()).push((network, record.step, loss));
        ControlFlow::Continue(())
    }
}

#[test]
fn models_on_the_way_have_the_recorded_losses() {
    // Alone, side by side, and where a record shares its passes with an update.
    let settings = [
        "data=moons",
        "hidden=3",
        "steps=30",
        "record=0,7,8,30",
        "precision=f64",
    ];
    for (kind, nets) in [(Kind::Train, None), (Kind::Population, Some("nets=9"))] {
        let taken = TakeModels::default();
        let options = Options {
            observer: &taken,
            ..Options::default()
        };
        let settings: Vec<&str> = settings.iter().copied().chain(nets).collect();
        let results = run(&author(kind, &settings), &options).unwrap();
        let recipe = results.experiment.recipe(0).unwrap();
        let train = recipe.data.dataset.select_rows(&recipe.data.split.train);
        let train = train.unwrap();
        let losses = taken.losses.into_inner().unwrap();
        let models = taken.models.into_inner().unwrap();
        assert_eq!(losses.len(), if nets.is_some() { 36 } else { 4 });
        assert_eq!(models.len(), losses.len());
        for (network, step, loss) in losses {
            let mut at = models.iter().filter(|m| (m.0, m.1) == (network, step));
            let (_, _, model) = at.next().unwrap();
            let own = model.evaluate(&train, Level::best()).unwrap();
            assert!((own.loss - loss).abs() < 1e-12, "{network} at {step}");
        }
    }
}

/// The updates that were counted when each record came.
#[derive(Default)]
struct Counted {
    steps: AtomicU64,
    at_records: Mutex<Vec<(u64, u64)>>,
}

impl Observer for Counted {
    fn on_record(&self, _: u64, record: &Record) -> ControlFlow<()> {
        let counted = self.steps.load(Ordering::Relaxed);
        self.at_records.lock().unwrap().push((record.step, counted));
        ControlFlow::Continue(())
    }

    fn step_counter(&self) -> Option<&AtomicU64> {
        Some(&self.steps)
    }
}

#[test]
fn updates_between_records_are_counted() {
    // With a stopping rule, too.
    for more in [&[][..], &["patience=50"]] {
        let counted = Counted::default();
        let options = Options {
            observer: &counted,
            ..Options::default()
        };
        let settings = ["data=moons", "hidden=3", "steps=40", "record=0,40"];
        run(&author(Kind::Train, &[&settings, more].concat()), &options).unwrap();
        let last = counted.at_records.lock().unwrap().last().copied();
        assert_eq!(last, Some((40, 40)), "{more:?}");
    }
}
