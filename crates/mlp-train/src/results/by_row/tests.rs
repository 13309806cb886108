use std::sync::{Arc, atomic::AtomicBool};

use mlp_core::Level;
use mlp_data::{Dataset, Targets};

use crate::{
    data::{part::Part, provider::DataInMemory},
    model::Model,
    results::columns::Table,
    run::entry::{NetworkParameters, Options, RunResults, run, train_network},
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

/// Of each record its step, and of each row whether it is right and the probability of its class.
type History = Vec<(u64, Vec<(bool, f64)>)>;

/// Whether each row of a part is right, and the probability of its class.
fn judged(model: &Model, data: &Dataset, rows: &[usize]) -> Vec<(bool, f64)> {
    let judged = model.judge(&data.select_rows(rows).unwrap()).unwrap();
    let (classes, probabilities) = judged.as_probabilities().unwrap();
    let answers = classes.labels.iter().zip(classes.predicted).enumerate();
    answers
        .map(|(row, (&label, &answer))| (label == answer, probabilities[[row, label as usize]]))
        .collect()
}

#[test]
fn rows_are_those_of_a_recount_from_saved_weights() {
    let settings = [
        "data=iris",
        "hidden=3",
        "steps=60",
        "learning_rate=0.5",
        "batch=16",
        "nets=5",
        "record=every:6",
        "validation_fraction=0.2",
        "patience=4",
        "sweep.init_gain=0.5,1.5",
        "rows=true",
        "save_weights=recorded",
    ];
    let all = results(Kind::Population, &settings);
    let table = all.rows.unwrap();
    let data = all.experiment.data().unwrap();
    let split = &data.split;
    let rows = |part: Part| part.rows(split);
    let count: usize = Part::ALL.iter().map(|part| rows(*part).len()).sum();
    assert_eq!((count, table.rows()), (150, 300));
    let gains = table.numbers("init_gain").unwrap();
    let numbers = |name: &str| table.numbers(name).unwrap();
    let (shares, means) = (numbers("share_right"), numbers("probability"));
    let (spreads, confidences) = (numbers("probability_spread"), numbers("confidence"));
    let (learned, steps) = (numbers("learned"), numbers("learned_step"));
    let (forgotten, networks) = (numbers("forgotten"), numbers("networks"));
    let mut differ = 0;
    for cell in 0..2u64 {
        // Every record of every network, read back from its parameters.
        let histories: Vec<History> = (cell * 5..cell * 5 + 5)
            .map(|net| {
                let never = AtomicBool::new(false);
                let trained = train_network(&all.experiment, net, Level::best(), &(), &never);
                let (outcome, model) = trained.unwrap();
                let own = |kept: &&NetworkParameters| kept.network == net;
                let mut kept: Vec<_> = all.parameters.iter().filter(own).collect();
                // Training ends with the best parameters.
                let best = outcome.best_step.unwrap();
                let at = kept.iter().position(|kept| kept.step == best).unwrap();
                let ends_with = kept[at];
                let planned = |step: u64| step.is_multiple_of(6) || step == outcome.last_step;
                kept.retain(|kept| planned(kept.step));
                kept.push(ends_with);
                let at_step = |kept: &NetworkParameters| {
                    let model = model.at_step(kept.step, kept.parameters.clone()).unwrap();
                    let parts = Part::ALL.iter().map(|part| rows(*part));
                    let judged = parts.flat_map(|rows| judged(&model, &data.dataset, rows));
                    (kept.step, judged.collect())
                };
                kept.into_iter().map(at_step).collect()
            })
            .collect();
        let places: Vec<(Part, usize)> = Part::ALL
            .into_iter()
            .flat_map(|part| rows(part).iter().map(move |row| (part, *row)))
            .collect();
        for (place, (part, row)) in places.into_iter().enumerate() {
            let at = cell as usize * count + place;
            assert_eq!(gains[at], [0.5, 1.5][cell as usize]);
            assert_eq!(table.integers("row").unwrap()[at], row as i64);
            assert_eq!(table.texts("part").unwrap()[at], part.name());
            assert_eq!(networks[at], 5.0);
            let (mut right, mut ends, mut means_of) = (0.0, Vec::new(), Vec::new());
            let (mut first, mut lost) = (Vec::new(), 0.0);
            for history in &histories {
                let (end, recorded) = history.split_last().unwrap();
                right += f64::from(u8::from(end.1[place].0));
                ends.push(end.1[place].1);
                let behind: Vec<_> = recorded.iter().filter(|(step, _)| *step > 0).collect();
                let sum: f64 = behind.iter().map(|(_, rows)| rows[place].1).sum();
                means_of.push(sum / behind.len() as f64);
                let hit = behind.iter().find(|(_, rows)| rows[place].0);
                first.extend(hit.map(|(step, _)| *step as f64));
                let pairs = behind.windows(2);
                lost += pairs
                    .filter(|pair| pair[0].1[place].0 && !pair[1].1[place].0)
                    .count() as f64;
            }
            let near = |found: f64, expected: f64| {
                assert!((found - expected).abs() < 2e-7, "{found} {expected}");
            };
            assert_eq!(shares[at], right / 5.0);
            let mean = ends.iter().sum::<f64>() / 5.0;
            near(means[at], mean);
            let squares: f64 = ends.iter().map(|p| (p - mean) * (p - mean)).sum();
            near(spreads[at], (squares / 4.0).sqrt());
            near(confidences[at], means_of.iter().sum::<f64>() / 5.0);
            near(learned[at], first.len() as f64 / 5.0);
            match first.is_empty() {
                true => assert!(steps[at].is_nan()),
                false => near(steps[at], first.iter().sum::<f64>() / first.len() as f64),
            }
            near(forgotten[at], lost / 5.0);
            differ += usize::from(lost > 0.0);
        }
    }
    assert!(
        differ > 5,
        "a training in which nothing is forgotten shows nothing"
    );
}

/// The training rows by ascending confidence.
fn suspects(table: &Table) -> Vec<usize> {
    let confidence = table.numbers("confidence").unwrap();
    let parts = table.texts("part").unwrap();
    let mut rows: Vec<(f64, i64)> = (table.integers("row").unwrap().into_iter().enumerate())
        .filter(|(at, _)| parts[*at] == "train")
        .map(|(at, row)| (confidence[at], row))
        .collect();
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    rows.into_iter().map(|(_, row)| row as usize).collect()
}

#[test]
fn planted_wrong_labels_are_the_most_doubtful_rows() {
    let options = mlp_data::GeneratorOptions {
        samples: Some(200),
        noise: Some(0.1),
        ..Default::default()
    };
    let options = mlp_data::find("moons").unwrap().resolve(&options).unwrap();
    let moons = mlp_data::generate("moons", &options, 0).unwrap();
    let Targets::Classes { labels, names } = moons.targets() else {
        unreachable!()
    };
    // One in twenty.
    let planted: Vec<usize> = (0..10).map(|i| 20 * i + 7).collect();
    let labels = labels.iter().enumerate();
    let wrong = labels.map(|(row, &label)| match planted.contains(&row) {
        true => 1 - label,
        false => label,
    });
    let targets = Targets::Classes {
        labels: wrong.collect(),
        names: names.clone(),
    };
    let names = moons.feature_names().to_vec();
    let set = Dataset::new("mine", names, moons.inputs().to_owned(), targets).unwrap();
    let options = Options {
        data: Some(Arc::new(DataInMemory::default().with("mine", set))),
        ..Options::default()
    };
    let settings = [
        "data=mine",
        "test_fraction=0",
        "hidden=16,16",
        "optimizer=adam",
        "learning_rate=0.01",
        "steps=400",
        "record=every:20",
        "nets=8",
        "rows=true",
    ];
    let table = run(&author(Kind::Population, &settings), &options);
    let suspects = suspects(&table.unwrap().rows.unwrap());
    let top = &suspects[..20];
    let found = planted.iter().filter(|row| top.contains(row)).count();
    assert_eq!(found, 10, "{top:?}");
}

#[test]
fn every_row_is_answered_once_by_a_network_that_was_not_trained_on_it() {
    for (data, classes) in [("iris", 3), ("diabetes", 0)] {
        let name = format!("data={data}");
        let settings = [&*name, "hidden=3", "steps=20", "folds=4", "seed=2"];
        let all = results(Kind::Train, &settings);
        let table = all.out_of_fold.unwrap();
        let dataset = Arc::clone(&all.experiment.data().unwrap().dataset);
        let mut rows = table.integers("row").unwrap();
        let folds = table.integers("fold").unwrap();
        assert_eq!(table.integers("net").unwrap(), folds);
        let scores = match classes {
            0 => all.nets.numbers("test_rmse").unwrap(),
            _ => all.nets.numbers("test_accuracy").unwrap(),
        };
        let (truth, said) = (
            table.texts("truth").unwrap(),
            table.texts("prediction").unwrap(),
        );
        for fold in 0..4 {
            let own = (0..rows.len()).filter(|at| folds[*at] == fold);
            let own: Vec<usize> = own.collect();
            let score = match classes {
                0 => {
                    let error = |at: &usize| {
                        let of = |text: &String| text.parse::<f64>().unwrap();
                        let error = of(&truth[*at]) - of(&said[*at]);
                        error * error
                    };
                    (own.iter().map(error).sum::<f64>() / own.len() as f64).sqrt()
                }
                _ => {
                    let right = own.iter().filter(|at| truth[**at] == said[**at]);
                    right.count() as f64 / own.len() as f64
                }
            };
            assert!((score - scores[fold as usize]).abs() < 1e-6 * score);
        }
        if let Targets::Classes { labels, names } = dataset.targets() {
            let named = rows
                .iter()
                .map(|row| &names[labels[*row as usize] as usize]);
            assert!(named.eq(truth.iter()));
            let p = names
                .iter()
                .map(|name| table.numbers(&format!("p_{name}")).unwrap());
            let sums = p.fold(vec![0.0; rows.len()], |sums: Vec<f64>, p| {
                sums.iter().zip(p).map(|(sum, p)| sum + p).collect()
            });
            assert!(sums.iter().all(|sum| (sum - 1.0).abs() < 1e-6));
        }
        rows.sort_unstable();
        assert!(rows.into_iter().eq(0..dataset.samples() as i64));
    }
}

#[test]
fn draws_are_told_together_and_settings_apart() {
    let usual = [
        "data=moons",
        "samples=24",
        "hidden=2",
        "steps=4",
        "rows=true",
    ];
    let grid = [
        &usual[..],
        &["nets=2", "sweep.learning_rate=0.1,1", "sweep.seed=0,5"],
    ]
    .concat();
    let grid = results(Kind::Population, &grid).rows.unwrap();
    assert_eq!(grid.rows(), 4 * 24);
    assert_eq!(grid.numbers("learning_rate").unwrap()[24 * 2], 1.0);
    assert_eq!(grid.integers("seed").unwrap()[24], 5);
    let drawn = [&usual[..], &["draws=6", "sweep.learning_rate=log:0.1:1"]].concat();
    let drawn = results(Kind::Population, &drawn).rows.unwrap();
    assert_eq!(drawn.rows(), 24);
    assert_eq!(drawn.integers("networks").unwrap()[0], 6);
    assert!(drawn.column("learning_rate").is_none());
}
