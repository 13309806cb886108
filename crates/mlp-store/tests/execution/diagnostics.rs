//! Groups of columns about the inside of networks.

use mlp_store::RunDirectory;
use mlp_train::{Cell, Kind};

use crate::{Scratch, experiment, results, run, run_with, short, threads};

const EVERY: &str = "diagnostics=norms,distance,spectral,gradient,balance,margin,units,patterns,function,sharpness,lyapunov";

/// The last record of a column.
fn last(settings: &[&str], column: &str) -> f64 {
    let scratch = Scratch::new();
    let path = scratch.path("run");
    run(experiment(Kind::Train, settings), &path);
    let nets = RunDirectory::open(&path).unwrap().nets().unwrap();
    match nets.column(column).unwrap().cell(0) {
        Cell::Number(number) => number,
        other => panic!("{column} is {other:?}"),
    }
}

/// Du, Hu and Lee 2018: plain descent on a network of ReLU conserves the balance of each hidden
/// neuron but for terms that are known.
#[test]
fn plain_descent_keeps_the_balance_of_relu() {
    let base = [
        "data=moons",
        "hidden=8,6",
        "activation=relu",
        "bias_init=0.1",
        "steps=2000",
        "diagnostics=balance",
        "record=last",
    ];
    for variant in [
        &["lr=0.1"][..],
        &["lr=0.1", "batch=16"],
        &[
            "lr=0.05",
            "batch=16",
            "weight_decay=0.01",
            "decay_bias=true",
        ],
        &["lr=0.05", "weight_decay=0.01"],
        &["lr=0.05", "batch=1", "steps=2000"],
        &["lr=0.1", "loss=squared-hinge", "schedule=cosine"],
    ] {
        for (precision, bound) in [("precision=f64", 1e-12), ("precision=f32", 1e-4)] {
            let settings = [&base[..], variant, &[precision]].concat();
            let drift = last(&settings, "balance_drift");
            let (sum, predicted) = (
                last(&settings, "balance_sum"),
                last(&settings, "balance_predicted"),
            );
            // Fourteen hidden neurons, none further off than the drift.
            assert!((sum - predicted).abs() <= 14.0 * drift, "{sum} {predicted}");
            assert!(
                drift > 0.0 && drift < bound,
                "{variant:?} {precision}: {drift:e}"
            );
        }
    }
    // No such law for tanh, and none for Adam.
    let tanh = [&base[..], &["activation=tanh", "precision=f64"]].concat();
    assert!(last(&tanh, "balance_drift") > 1e-3);
    let adam = [&base[..], &["optimizer=adam", "precision=f64"]].concat();
    assert!(last(&adam, "balance_drift") > 1e-3);
}

/// Kunin et al. 2021: softmax cross-entropy never changes the sums over classes.
#[test]
fn softmax_keeps_the_sums_over_classes() {
    for decay in ["weight_decay=0", "weight_decay=0.01"] {
        let settings = [
            "data=iris",
            "hidden=6",
            "steps=2000",
            "batch=20",
            "precision=f64",
            "diagnostics=balance",
            "record=last",
            decay,
        ];
        let drift = last(&settings, "class_sum_drift");
        assert!(drift < 1e-12, "{decay}: {drift:e}");
        // Biases begin at 0 and are not decayed, so their sum stays there.
        let biases = last(&settings, "class_bias_sum");
        assert!(biases.abs() < 1e-12, "{decay}: {biases:e}");
    }
}

#[test]
fn diagnostics_do_not_touch_the_training() {
    for settings in [
        &[
            "data=iris",
            "steps=60",
            "batch=16",
            "optimizer=adam",
            "dropout=0.1",
        ][..],
        &["data=moons", "steps=60", "record=every:1"],
        &[
            "data=diabetes",
            "steps=60",
            "batch=1",
            "patience=3",
            "validation_fraction=0.2",
        ],
    ] {
        let scratch = Scratch::new();
        let (plain, measured) = (scratch.path("plain"), scratch.path("measured"));
        run(experiment(Kind::Train, settings), &plain);
        let all = [settings, &[EVERY]].concat();
        run(experiment(Kind::Train, &all), &measured);
        let model = |path| RunDirectory::open(path).unwrap().model().unwrap();
        assert_eq!(
            model(&plain).network(),
            model(&measured).network(),
            "{settings:?}"
        );
    }
}

#[test]
fn every_column_has_numbers() {
    let scratch = Scratch::new();
    let path = scratch.path("run");
    let settings = [
        "data=iris",
        "hidden=5,4",
        "steps=30",
        "record=every:1",
        EVERY,
    ];
    run(experiment(Kind::Train, &settings), &path);
    let series = RunDirectory::open(&path).unwrap().series().unwrap();
    let all: Vec<&mlp_train::diagnostic::Group> = mlp_train::diagnostic::GROUPS.iter().collect();
    // One more looks at points of --predict-on, which this run has none of.
    assert_eq!(all.len(), 11 + 1);
    let number = |column: &str, row: usize| match series.column(column).unwrap().cell(row) {
        Cell::Number(number) => number,
        other => panic!("{column} is {other:?}"),
    };
    for column in [
        "weight_square_2",
        "hidden_bias_square",
        "distance_1",
        "spectral_norm_0",
        "stable_rank_2",
        "grad_norm_1",
        "update_ratio",
        "theta_grad",
        "balance_max",
        "balance_predicted",
        "class_weight_sum",
        "class_bias_sum",
        "class_sum_drift",
        "margin",
        "normalized_margin",
        "dead_1",
        "saturated_0",
        "pattern",
        "sharpness",
        "sharpness_eta_half",
    ] {
        assert!(number(column, 30).is_finite(), "{column}");
    }
    // What can be told from the columns that every record has.
    for row in [1, 17, 30] {
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-5 * (1.0 + b.abs()), "{a} {b}");
        near(
            number("weight_square", row),
            number("weight_norm", row).powi(2),
        );
        let layers = (0..3).map(|layer| number(&format!("grad_norm_{layer}"), row).powi(2));
        near(layers.sum::<f64>().sqrt(), number("grad_norm", row));
        near(
            number("sharpness_eta_half", row),
            number("sharpness", row) * 0.05,
        );
    }
    assert_eq!(series.column("update_ratio").unwrap().cell(0), Cell::Null);
    assert!((number("distance", 0)).abs() < 1e-300);
}

#[test]
fn populations_have_the_columns_on_any_number_of_threads() {
    let settings = [
        "data=moons",
        "nets=6",
        "steps=40",
        "diagnostics=sharpness,patterns,balance",
    ];
    let scratch = Scratch::new();
    let (one, two) = (scratch.path("one"), scratch.path("two"));
    run_with(
        experiment(Kind::Population, &settings),
        &one,
        threads(1),
        &(),
    )
    .unwrap();
    run_with(
        experiment(Kind::Population, &settings),
        &two,
        threads(2),
        &(),
    )
    .unwrap();
    assert_eq!(results(&one), results(&two));
}

/// Two trainings from nearby starts, with their weights kept, against the column.
#[test]
fn the_lyapunov_exponent_is_how_fast_two_trainings_part() {
    let scratch = Scratch::new();
    let settings = [
        "precision=f64",
        "learning_rate=2",
        "batch=16",
        "optimizer=momentum:0.5",
        "record=0,1,10,20",
        "save_weights=recorded",
        "format=csv",
    ];
    let weights = |name: &str, further: &[&str]| {
        let all = [&settings[..], further].concat();
        run(short(Kind::Train, &all), &scratch.path(name));
        let directory = RunDirectory::open(&scratch.path(name)).unwrap();
        let npz = directory.weights().unwrap().remove(0);
        let theta = npz.get("theta").unwrap();
        let (rows, columns) = (theta.shape[0], theta.shape[1]);
        let numbers = theta.numbers().unwrap();
        let rows = (0..rows).map(|row| numbers[row * columns..(row + 1) * columns].to_vec());
        (rows.collect::<Vec<_>>(), directory.series().unwrap())
    };
    let (plain, series) = weights("plain", &["diagnostics=lyapunov"]);
    let norm = series.numbers("weight_norm").unwrap()[0];
    let far = format!("perturbation={:e}", 1e-8 * norm);
    let (near, _) = weights("near", &[&far]);
    let distance = |row: usize| {
        let pairs = plain[row].iter().zip(&near[row]);
        pairs.map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
    };
    assert!((distance(0) / norm / 1e-8 - 1.0).abs() < 1e-6);
    let found = series.numbers("lyapunov").unwrap();
    assert!(found[0].is_nan(), "no step was made");
    for (row, steps) in [(1, 1.0), (2, 10.0), (3, 20.0)] {
        let expected = (distance(row) / distance(0)).ln() / steps;
        assert!(
            (found[row] - expected).abs() < 1e-6,
            "{} {expected}",
            found[row]
        );
    }
}

/// Untrained perceptrons on the corners of a cube: without a bias, the number of corners answered with
/// yes is uniform over 0 to 7 (Mingard et al. 2019, theorem 4.1).
#[test]
fn functions_of_untrained_networks_are_named_and_counted() {
    let scratch = Scratch::new();
    let corners = scratch.path("corners.csv");
    let rows: String = (0..8)
        .map(|corner| {
            let bit = |at: i32| corner >> at & 1;
            format!("{},{},{},{}\n", bit(0), bit(1), bit(2), bit(0))
        })
        .collect();
    std::fs::write(&corners, format!("a,b,c,label\n{rows}")).unwrap();
    let data = format!("data={}", corners.display());
    let settings = [
        &data,
        "target=label",
        "task=classification",
        "test_fraction=0",
        "scale=none",
        "hidden=none",
        "init=normal:1",
        "bias=none",
        "steps=0",
        "nets=400",
        "diagnostics=function",
    ];
    let path = scratch.path("run");
    run(experiment(Kind::Population, &settings), &path);
    let nets = RunDirectory::open(&path).unwrap().nets().unwrap();
    let functions = nets.numbers("function").unwrap();
    let positives = nets.numbers("positives").unwrap();
    // Of 400, 50 each with a standard deviation of 6.6; five of those.
    let counts: Vec<usize> = (0..8)
        .map(|count| positives.iter().filter(|&&p| p == f64::from(count)).count())
        .collect();
    assert_eq!(counts.iter().sum::<usize>(), 400);
    assert!(
        counts.iter().all(|count| (17..=83).contains(count)),
        "{counts:?}"
    );
    // One number is one function, which says yes as often.
    let mut known: Vec<(u64, f64)> = Vec::new();
    for (function, positives) in functions.iter().zip(&positives) {
        match known.iter().find(|(name, _)| *name == function.to_bits()) {
            Some((_, often)) => assert_eq!(often, positives),
            None => known.push((function.to_bits(), *positives)),
        }
    }
    assert!(known.len() > 20 && known.len() < 105, "{}", known.len());
}
