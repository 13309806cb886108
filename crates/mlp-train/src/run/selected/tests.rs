use std::sync::Arc;

use mlp_data::{Dataset, Targets};
use ndarray::Array2;

use super::*;
use crate::{
    data::provider::DataInMemory,
    model::Prediction,
    run::{
        entry::{Options, RunResults, run, train_network},
        observer::Observer,
    },
    settings::{experiment::Experiment, kind::Kind, layers::SettingsLayer},
};

fn author(kind: Kind, settings: &[&str]) -> Experiment {
    let mut layer = SettingsLayer::new();
    settings.iter().for_each(|text| layer.set(text).unwrap());
    let mut experiment = Experiment::new(kind);
    layer.apply(&mut experiment).unwrap();
    experiment
}

fn results(kind: Kind, settings: &[&str]) -> RunResults {
    run(&author(kind, settings), &Options::default()).unwrap()
}

fn refusal(kind: Kind, settings: &[&str]) -> String {
    let error = run(&author(kind, settings), &Options::default()).unwrap_err();
    error.to_string()
}

const SEARCH: [&str; 7] = [
    "data=moons",
    "samples=120",
    "noise=0.3",
    "hidden=4",
    "steps=30",
    "validation_fraction=0.25",
    "nets=12",
];

fn search(settings: &[&str]) -> RunResults {
    results(Kind::Population, &[&SEARCH, settings].concat())
}

/// Moons, of which the last 40 of 160 rows are replaced by nonsense.
fn moons(garbage: bool) -> Dataset {
    let options = mlp_data::GeneratorOptions {
        samples: Some(160),
        noise: Some(0.3),
        ..Default::default()
    };
    let options = mlp_data::find("moons").unwrap().resolve(&options).unwrap();
    let moons = mlp_data::generate("moons", &options, 3).unwrap();
    let Targets::Classes { labels, names } = moons.targets() else {
        unreachable!()
    };
    let spoilt = |row: usize| garbage && row >= 120;
    let inputs = Array2::from_shape_fn((160, 2), |(row, column)| match spoilt(row) {
        true => 1e6 - (row * 31 % 17) as f64,
        false => moons.inputs()[[row, column]],
    });
    let labels = labels
        .iter()
        .enumerate()
        .map(|(row, &label)| match spoilt(row) {
            true => u32::from(row % 3 == 0),
            false => label,
        });
    let targets = Targets::Classes {
        labels: labels.collect(),
        names: names.clone(),
    };
    Dataset::new("mine", moons.feature_names().to_vec(), inputs, targets).unwrap()
}

fn with_garbage(garbage: bool) -> Arc<DataInMemory> {
    Arc::new(DataInMemory::default().with("mine", moons(garbage)))
}

/// Fails where a network is asked of its test part before one is selected.
struct NoTest;

impl Observer for NoTest {
    fn on_record(
        &self,
        network: u64,
        record: &crate::metrics::record::Record,
    ) -> std::ops::ControlFlow<()> {
        assert!(record.test.is_none(), "net {network} saw the test part");
        std::ops::ControlFlow::Continue(())
    }
}

#[test]
fn the_test_part_decides_nothing() {
    for ensemble in ["ensemble=1", "ensemble=3"] {
        let settings = [
            "data=mine",
            "split=80:40:40",
            "hidden=4",
            "steps=40",
            "nets=16",
            "select=loss",
            "metrics=auroc",
            ensemble,
        ];
        let of = |garbage: bool| {
            let options = Options {
                data: Some(with_garbage(garbage)),
                observer: &NoTest,
                ..Options::default()
            };
            run(&author(Kind::Population, &settings), &options).unwrap()
        };
        let (sound, spoilt) = (of(false), of(true));
        let chosen = |results: &RunResults| results.selection.as_ref().unwrap().networks.clone();
        assert_eq!(chosen(&sound), chosen(&spoilt), "{ensemble}");
        assert_eq!(
            sound.model.as_ref().unwrap().tensors(),
            spoilt.model.as_ref().unwrap().tensors()
        );
        assert_eq!(sound.nets, spoilt.nets);
        assert_eq!(sound.series, spoilt.series);
        for (name, _) in sound
            .nets
            .columns()
            .filter(|(name, _)| name.starts_with("test_"))
        {
            let numbers = sound.nets.numbers(name).unwrap();
            assert!(numbers.iter().all(|number| number.is_nan()), "{name}");
        }
        // And it is told of the model alone.
        let test = |results: &RunResults| results.selection.as_ref().unwrap().test.unwrap();
        assert_eq!(test(&sound).rows, 40);
        assert!(test(&sound).value < test(&spoilt).value);
    }
}

#[test]
fn the_best_by_validation_is_the_network_that_train_trains() {
    let all = search(&["select=accuracy"]);
    let selected = all.selection.as_ref().unwrap();
    let scores = all.nets.numbers("validation_accuracy").unwrap();
    let best = scores.iter().copied().fold(0.0, f64::max);
    // Of equals the first.
    let first = scores.iter().position(|score| *score == best).unwrap();
    assert_eq!(selected.networks.len(), 1);
    assert_eq!(selected.networks[0].network, first as u64);
    assert_eq!((selected.networks[0].score, selected.compared), (best, 12));
    let seed = format!("seed={first}");
    let record = "record=log:16";
    let one = [&SEARCH[..6], &[&seed, record]].concat();
    let alone = results(Kind::Train, &one);
    let (model, alone_model) = (all.model.as_ref().unwrap(), alone.model.as_ref().unwrap());
    assert_eq!(model, alone_model);
    let test = selected.test.unwrap();
    assert_eq!(
        Some(test.value),
        alone
            .nets
            .numbers("test_accuracy")
            .unwrap()
            .first()
            .copied()
    );
    let (low, high) = test.interval.unwrap();
    assert!(low < test.value && test.value < high && test.rows == 30);
    // Whatever the number of threads, and of several settings.
    let swept = ["sweep.learning_rate=0.01,0.5", "select=f1"];
    let one = std::num::NonZeroUsize::MIN;
    let settings = author(Kind::Population, &[&SEARCH[..], &swept].concat());
    let options = Options {
        threads: Some(one),
        ..Options::default()
    };
    let (a, b) = (run(&settings, &options).unwrap(), search(&swept));
    assert_eq!(a.model, b.model);
    assert_eq!(a.selection.unwrap().table(), b.selection.unwrap().table());
}

#[test]
fn folds_and_draws_select_and_keep_their_own_test_rows() {
    let folds = [
        &SEARCH[..5],
        &["folds=3", "validation_fraction=0.2", "select=loss"],
    ]
    .concat();
    let folds = results(Kind::Train, &folds);
    let selected = folds.selection.unwrap();
    assert_eq!(selected.compared, 3);
    assert_eq!(selected.test.unwrap().rows, 40);
    assert!(folds.out_of_fold.is_none());
    let drawn = [
        "draws=9",
        "nets=1",
        "sweep.learning_rate=log:1e-3:1",
        "select=auroc",
        "ensemble=2",
    ];
    let drawn = results(Kind::Population, &[&SEARCH[..6], &drawn].concat());
    assert_eq!(drawn.selection.unwrap().compared, 9);
    assert_eq!(drawn.model.unwrap().members(), 2);
}

#[test]
fn an_ensemble_answers_with_the_mean_of_its_networks() {
    let all = search(&["select=loss", "ensemble=3"]);
    let selected = all.selection.unwrap();
    let model = all.model.unwrap();
    assert_eq!((model.members(), selected.networks.len()), (3, 3));
    let data = all.experiment.data().unwrap();
    let rows = data.dataset.select_rows(&data.withheld).unwrap();
    let level = Level::best();
    let each: Vec<Array2<f64>> = (selected.networks.iter())
        .map(|one| {
            let never = AtomicBool::new(false);
            let trained = train_network(&all.experiment, one.network, level, &(), &never);
            match trained.unwrap().1.predict(&rows.inputs()).unwrap() {
                Prediction::Classes { probabilities, .. } => probabilities,
                other => panic!("{other:?}"),
            }
        })
        .collect();
    let (said, spread) = model.predict_with_spread(&rows.inputs(), level).unwrap();
    let Prediction::Classes {
        labels,
        probabilities,
    } = said
    else {
        unreachable!()
    };
    let spread = spread.unwrap();
    let Targets::Classes { labels: truth, .. } = rows.targets() else {
        unreachable!()
    };
    let mut loss = 0.0;
    for row in 0..rows.samples() {
        let second = each.iter().map(|p| p[[row, 1]]);
        let mean = second.clone().sum::<f64>() / 3.0;
        assert!((probabilities[[row, 1]] - mean).abs() < 1e-15);
        assert_eq!(labels[row], u32::from(mean > 0.5));
        let squares: f64 = second.clone().map(|p| (p - mean) * (p - mean)).sum();
        assert!((spread.deviation[[row, 0]] - (squares / 2.0).sqrt()).abs() < 1e-12);
        let others = second.filter(|p| u32::from(*p > 0.5) != labels[row]);
        let share = others.count() as f64 / 3.0;
        assert_eq!(spread.otherwise.as_ref().unwrap()[row], share);
        loss -= probabilities[[row, truth[row] as usize]].ln() / rows.samples() as f64;
    }
    let test = selected.test.unwrap();
    assert!((test.value - loss).abs() < 1e-12, "{} {loss}", test.value);
    let (low, high) = test.interval.unwrap();
    assert!(low < loss && loss < high);
    let accuracy = model.evaluate(&rows, level).unwrap().accuracy.unwrap();
    let right = labels.iter().zip(truth).filter(|(a, b)| a == b).count();
    assert_eq!(accuracy, right as f64 / rows.samples() as f64);
}

#[test]
fn a_threshold_decides_wherever_classes_are_decided() {
    let level = Level::best();
    for threshold in ["threshold=0.2", "threshold=recall", "threshold=specificity"] {
        let settings = [
            "data=moons",
            "samples=160",
            "noise=0.5",
            "hidden=4",
            "steps=30",
            "validation_fraction=0.25",
            "nets=6",
            "metrics=f1",
            "select=f1",
            "diagnostics=function",
            "rows=true",
            threshold,
        ];
        let all = results(Kind::Population, &settings);
        let data = all.experiment.data().unwrap();
        let part = |part: Part| data.dataset.select_rows(part.rows(&data.split)).unwrap();
        let count = |labels: &[u32]| labels.iter().filter(|label| **label == 1).count() as f64;
        let numbers = |name: &str| all.nets.numbers(name).unwrap();
        let mut right = vec![0.0; data.split.train.len()];
        for net in 0..6 {
            let never = AtomicBool::new(false);
            let trained = train_network(&all.experiment, net, level, &(), &never).unwrap();
            let (model, net) = (trained.1, net as usize);
            for (part_of, name) in [(Part::Train, "train"), (Part::Validation, "validation")] {
                let rows = part(part_of);
                let judged = model.judge_at(&rows, level).unwrap();
                for score in ["accuracy", "f1"] {
                    let expected = (crate::score::find(score).unwrap().value)(&judged).unwrap();
                    assert_eq!(
                        numbers(&format!("{name}_{score}"))[net],
                        expected,
                        "{threshold}"
                    );
                }
                if part_of == Part::Train {
                    let classes = judged.as_classes().unwrap();
                    assert_eq!(numbers("positives")[net], count(classes.predicted));
                    for (row, right) in right.iter_mut().enumerate() {
                        let hit = classes.labels[row] == classes.predicted[row];
                        *right += f64::from(u8::from(hit)) / 6.0;
                    }
                }
            }
        }
        let rows = all.rows.unwrap();
        let shares = rows.numbers("share_right").unwrap();
        for (found, expected) in shares.iter().zip(right) {
            assert!((found - expected).abs() < 1e-12, "{threshold}");
        }
        // What chooses is what is told of the model.
        let selected = all.selection.unwrap();
        assert_eq!(
            selected.validation.unwrap().value,
            selected.networks[0].score
        );
    }
}

#[test]
fn the_networks_of_an_ensemble_disagree_at_its_threshold() {
    let all = search(&["select=loss", "ensemble=5", "threshold=0.2"]);
    let model = all.model.unwrap();
    let inputs = all.experiment.data().unwrap().dataset.inputs().to_owned();
    let (said, spread) = model
        .predict_with_spread(&inputs.view(), Level::best())
        .unwrap();
    let Prediction::Classes { labels, .. } = said else {
        unreachable!()
    };
    let shares = spread.unwrap().otherwise.unwrap();
    let mut others = vec![0.0; labels.len()];
    for one in model.each_alone() {
        let Prediction::Classes { probabilities, .. } = one.predict(&inputs.view()).unwrap() else {
            unreachable!()
        };
        for (row, p) in probabilities.column(1).iter().enumerate() {
            others[row] += f64::from(u8::from(u32::from(*p > 0.2) != labels[row]));
        }
    }
    others.iter_mut().for_each(|count| *count /= 5.0);
    assert_eq!(shares, others);
    assert!(shares.iter().any(|share| *share > 0.0));
}

#[test]
fn an_ensemble_of_numbers_answers_in_original_units() {
    let settings = [
        "data=diabetes",
        "hidden=3",
        "steps=30",
        "nets=4",
        "validation_fraction=0.2",
        "select=rmse",
        "ensemble=2",
    ];
    let all = results(Kind::Population, &settings);
    let selected = all.selection.unwrap();
    let data = all.experiment.data().unwrap();
    let rows = data.dataset.select_rows(&data.withheld).unwrap();
    let model = all.model.unwrap();
    let Prediction::Values(values) = model.predict(&rows.inputs()).unwrap() else {
        unreachable!()
    };
    let Targets::Values { values: truth, .. } = rows.targets() else {
        unreachable!()
    };
    let squares: f64 = (&values - truth).mapv(|error| error * error).sum();
    let rmse = (squares / rows.samples() as f64).sqrt();
    let evaluation = model.evaluate(&rows, Level::best()).unwrap();
    assert!((evaluation.rmse.unwrap() - rmse).abs() < 1e-9 * rmse);
    assert!((selected.test.unwrap().value - rmse).abs() < 1e-9 * rmse);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let population =
        |settings: &[&str]| refusal(Kind::Population, &[&SEARCH[..], settings].concat());
    for (settings, word) in [
        (&["ensemble=3"][..], "--select accuracy"),
        (&["select=loss", "ensemble=13"], "there are 12 networks"),
        (
            &["select=loss", "ensemble=2", "sweep.noise=0.1,0.2"],
            "noise is swept",
        ),
        (
            &["select=loss", "ensemble=2", "sweep.precision=f32,f64"],
            "precision is swept",
        ),
        (&["select=r2"], "r2"),
        (
            &["select=loss", "until=test_loss<0.1"],
            "kept for the network that is selected",
        ),
        (
            &["rows=true", "draws=3", "sweep.noise=lin:0:1"],
            "share their data",
        ),
        (&["rows=true", "loss=hinge"], "use a cross-entropy"),
    ] {
        let message = population(settings);
        assert!(message.contains(word), "{settings:?}: {message}");
    }
    let message = refusal(Kind::Population, &["data=moons", "select=loss"]);
    assert!(message.contains("--validation-fraction"), "{message}");
    let message = refusal(Kind::Train, &["data=moons", "select=loss"]);
    assert!(message.contains("--folds"), "{message}");
    let message = refusal(Kind::Population, &["data=diabetes", "rows=true"]);
    assert!(message.contains("right or wrong"), "{message}");
    let mut layer = SettingsLayer::new();
    let error = layer.set("select=acuracy").map(|()| {
        let mut experiment = Experiment::new(Kind::Population);
        layer.apply(&mut experiment).unwrap_err()
    });
    let message = error.map_or_else(|error| error.to_string(), |error| error.to_string());
    assert!(message.contains("accuracy"), "{message}");
}

/// An untrained network of zeros has the same loss on every row.
#[test]
fn rows_that_all_have_the_same_loss_have_no_interval() {
    let settings = [
        &SEARCH[..4],
        &[
            "validation_fraction=0.25",
            "nets=2",
            "init=zeros",
            "steps=0",
            "select=loss",
        ],
    ];
    let author = author(Kind::Population, &settings.concat());
    let results = run(&author, &Options::default()).unwrap();
    let test = results.selection.unwrap().test.unwrap();
    assert!(
        (test.value - 2.0f64.ln()).abs() < 1e-6 && test.interval.is_none(),
        "{test:?}"
    );
}

#[test]
fn nothing_to_compare_is_told() {
    let settings = [
        &SEARCH[..6],
        &[
            "nets=2",
            "learning_rate=1e30",
            "activation=relu",
            "select=loss",
        ],
    ];
    let message = refusal(Kind::Population, &settings.concat());
    assert!(message.contains("smaller --learning-rate"), "{message}");
}

/// The bootstrap by its definition: means over drawn rows of losses that are computed here from the probabilities.
#[test]
fn a_weighted_loss_has_the_interval_of_its_bootstrap_samples() {
    let column: Vec<f64> = (0..160).map(|row| f64::from(row % 4)).collect();
    let weighted = moons(false).with_weights("w", column).unwrap();
    let data = Arc::new(DataInMemory::default().with("mine", weighted));
    for (of_rows, of_classes) in [(false, true), (true, false), (true, true)] {
        let settings = [
            "data=mine",
            "split=80:40:40",
            "hidden=4",
            "steps=40",
            "nets=4",
            "select=loss",
        ];
        let further: &[&str] = if of_classes {
            &["class_weights=0=1,1=3"]
        } else {
            &[]
        };
        let author = author(Kind::Population, &[&settings[..], further].concat());
        let options = Options {
            data: Some(if of_rows {
                data.clone()
            } else {
                with_garbage(false)
            }),
            ..Options::default()
        };
        let results = run(&author, &options).unwrap();
        let data = results.experiment.data().unwrap();
        let rows = data.dataset.select_rows(&data.withheld).unwrap();
        let model = results.model.unwrap();
        let Prediction::Classes { probabilities, .. } = model.predict(&rows.inputs()).unwrap()
        else {
            unreachable!()
        };
        let Targets::Classes { labels, .. } = rows.targets() else {
            unreachable!()
        };
        let each: Vec<[f64; 2]> = (0..40)
            .map(|row| {
                let label = labels[row] as usize;
                let own = rows.weights().map_or(1.0, |weights| weights[row]);
                let class = if of_classes { [1.0, 3.0][label] } else { 1.0 };
                [own * class, -probabilities[[row, label]].ln()]
            })
            .collect();
        let mean = |drawn: &mut dyn Iterator<Item = usize>| {
            let (mut sum, mut total) = (0.0, 0.0);
            for row in drawn {
                sum += each[row][0] * each[row][1];
                total += each[row][0];
            }
            sum / total
        };
        let test = results.selection.unwrap().test.unwrap();
        assert!((test.value - mean(&mut (0..40))).abs() < 1e-6, "{test:?}");
        let mut means: Vec<f64> = (0..1000)
            .map(|number| {
                let purpose = mlp_core::seed::Purpose::Sampling;
                let mut stream = mlp_core::seed::Stream::numbered(0, purpose, number);
                mean(&mut (0..40).map(|_| stream.below(40) as usize))
            })
            .collect();
        means.sort_by(f64::total_cmp);
        // Between the neighbours at 2.5 and 97.5 % of the way from the first to the last.
        let at = |place: f64| {
            let low = place.floor() as usize;
            means[low] + (place - place.floor()) * (means[low + 1] - means[low])
        };
        let (low, high) = test.interval.expect("one of bootstrap samples");
        assert!((low - at(24.975)).abs() < 1e-6, "{low}");
        assert!((high - at(974.025)).abs() < 1e-6, "{high}");
    }
}
