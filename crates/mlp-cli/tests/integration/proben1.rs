//! PROBEN1's way: its files, squared error on classes, Prechelt's protocol.

use std::{fmt::Write, fs};

use crate::refused;
use crate::running::answer_in as run;

/// A made-up `.dt` file of noisy points on a plane in so many classes.
fn made_up(classes: usize) -> String {
    let mut text = format!(
        "bool_in=0\nreal_in=2\nbool_out={classes}\nreal_out=0\ntraining_examples=60\n\
         validation_examples=30\ntest_examples=30\n"
    );
    let mut state = 1u64;
    let mut uniform = || {
        state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (state >> 33) as f64 / (1u64 << 31) as f64
    };
    for _ in 0..120 {
        let (a, b) = (uniform(), uniform());
        let class = ((a + 0.3 * (b - 0.5) + 0.2 * (uniform() - 0.5)) * classes as f64) as usize;
        write!(text, "{a:.6} {b:.6}").unwrap();
        for output in 0..classes {
            let one = output == class.min(classes - 1);
            write!(text, " {}", u8::from(one)).unwrap();
        }
        text.push('\n');
    }
    text
}

/// How PROBEN1 trains.
const SETTINGS: [&str; 19] = [
    "--hidden",
    "6",
    "--activation",
    "softsign",
    "--loss",
    "squared-error",
    "--init",
    "uniform:0.01",
    "--optimizer",
    "rprop",
    "--lr",
    "0.0125",
    "--step-min",
    "0",
    "--scale",
    "none",
    "--stopping",
    "prechelt:5",
    "-q",
];

#[test]
fn a_population_stops_at_ends_of_strips_and_comes_out_again() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("made.dt"), made_up(3)).unwrap();
    let mut arguments = vec!["population", "made.dt", "--nets", "6"];
    arguments.extend(SETTINGS);
    arguments.extend(["--format", "csv", "--figures", "none", "-o", "pop"]);
    run(folder, &arguments);
    let resolved = fs::read_to_string(folder.join("pop/experiment.toml")).unwrap();
    for line in [
        "split = \"60:30:30\"",
        "stopping = \"prechelt\"",
        "steps = 3000",
    ] {
        assert!(resolved.contains(line), "{line} is not in {resolved}");
    }
    let nets = fs::read_to_string(folder.join("pop/nets.csv")).unwrap();
    let mut lines = nets.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = lines.next().unwrap();
    let column = |name: &str| header.iter().position(|column| *column == name).unwrap();
    let mut seen = 0;
    for row in lines {
        for step in ["last_step", "best_step"] {
            let step: u64 = row[column(step)].parse().unwrap();
            assert!(step > 0 && step.is_multiple_of(5), "{row:?}");
        }
        assert!(["generalization_loss", "min_progress"].contains(&row[column("stopped_by")]));
        seen += 1;
    }
    assert_eq!(seen, 6);
    let verified = run(folder, &["verify", "pop"]);
    assert!(
        verified.contains("6 of 6 retrained") && verified.contains("the same bits"),
        "{verified}"
    );
    // The experiment that was spelled out gives the same again.
    run(folder, &["run", "pop/experiment.toml", "-o", "again", "-q"]);
    assert_eq!(
        fs::read_to_string(folder.join("again/nets.csv")).unwrap(),
        nets
    );
    // A map of it, and another split on request.
    let mut arguments = vec!["map", "made.dt", "--x", "lr=0.01,0.1", "--y", "hidden=2,4"];
    arguments.extend(
        SETTINGS
            .into_iter()
            .skip(2)
            .filter(|word| !["--lr", "0.0125"].contains(word)),
    );
    arguments.extend(["--test-fraction", "0.2", "--validation-fraction", "0.2"]);
    arguments.extend(["--figures", "none", "-o", "map"]);
    run(folder, &arguments);
    let resolved = fs::read_to_string(folder.join("map/experiment.toml")).unwrap();
    assert!(resolved.contains("test_fraction = 0.2") && !resolved.contains("split ="));
}

#[test]
fn two_classes_have_two_outputs_whose_numbers_are_scores() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("made.dt"), made_up(2)).unwrap();
    let mut arguments = vec!["train", "made.dt"];
    arguments.extend(SETTINGS);
    arguments.extend(["-o", "one"]);
    run(folder, &arguments);
    assert!(folder.join("one/report.html").exists());
    fs::write(folder.join("new.csv"), "x1,x2\n0.05,0.5\n0.95,0.5\n").unwrap();
    let predicted = run(folder, &["predict", "one", "new.csv"]);
    let rows: Vec<Vec<&str>> = predicted
        .lines()
        .map(|line| line.split(',').collect())
        .collect();
    assert_eq!(rows[0], ["prediction", "score_1", "score_2"]);
    assert_eq!((rows[1][0], rows[2][0]), ("1", "2"));
    for row in &rows[1..] {
        let scores = [row[1].parse::<f64>().unwrap(), row[2].parse().unwrap()];
        assert_eq!(row[0] == "2", scores[1] > scores[0]);
    }
    for format in mlp_store::FORMATS {
        let file = format!("m.{}", format.endings[0]);
        run(folder, &["export", "one", "--out", &file]);
        if format.is_readable() {
            assert_eq!(
                run(folder, &["predict", &file, "new.csv"]),
                predicted,
                "{file}"
            );
        }
    }
    // All 120 rows are judged, by what needs no probabilities.
    let text = run(folder, &["evaluate", "one", "made.dt"]);
    assert!(
        text.contains("auroc, average_precision, log_loss, brier, ece: the outputs of a network trained with squared-error are scores, not probabilities"),
        "{text}"
    );
    let scores = run(folder, &["evaluate", "one", "made.dt", "--json"]);
    let scores: serde_json::Value = serde_json::from_str(&scores).unwrap();
    assert_eq!(scores["samples"], 120);
    assert!(scores["accuracy"].as_f64() > Some(0.8) && scores["auroc"].is_null());
    let mut arguments = vec!["train", "made.dt", "--metrics", "f1,auroc"];
    arguments.extend(SETTINGS);
    let data = folder.join("made.dt").to_str().unwrap().to_owned();
    arguments[1] = &data;
    let error = refused(&arguments, 2);
    assert!(error.contains("auroc needs probabilities"), "{error}");
}
