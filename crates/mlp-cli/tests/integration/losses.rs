//! Losses, weights and labels from the command line: training, prediction, evaluation.

use std::{fmt::Write, fs, path::Path};

use crate::mlp;
use crate::running::answer_in as run;

fn refused(folder: &Path, arguments: &[&str]) -> String {
    let output = mlp().current_dir(folder).args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

/// Trains without figures into `one` and gives the summary.
fn train(folder: &Path, arguments: &[&str]) -> serde_json::Value {
    let mut all = vec!["train"];
    all.extend(arguments);
    all.extend(["--json", "--figures", "none", "--out", "one", "--force"]);
    serde_json::from_str(&run(folder, &all)).unwrap()
}

fn rows(csv: &str) -> Vec<Vec<String>> {
    csv.lines()
        .map(|line| line.split(',').map(str::to_owned).collect())
        .collect()
}

/// Points of a grid with two labels and how often something happened there.
fn grid() -> String {
    let mut text = "a,b,left,low,count,weight\n".to_owned();
    for i in 0..144 {
        let (a, b) = (f64::from(i % 12) / 6.0 - 0.9, f64::from(i / 12) / 6.0 - 0.9);
        let label = |yes: bool| u8::from(yes);
        let count = (2.0 * (a + 1.0) * (b + 1.2)).round();
        let weight = f64::from(i % 3);
        let (left, low) = (label(a < 0.0), label(b < 0.3 * a));
        writeln!(text, "{a},{b},{left},{low},{count},{weight}").unwrap();
    }
    text
}

#[test]
fn several_labels_are_trained_predicted_and_evaluated() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("grid.csv"), grid()).unwrap();
    let labels = [
        "grid.csv",
        "--target",
        "left,low",
        "--exclude",
        "count,weight",
    ];
    let mut arguments = labels.to_vec();
    arguments.extend(["--optimizer", "adam", "--lr", "0.02", "--steps", "400"]);
    let summary = train(folder, &arguments);
    let text = summary.to_string();
    assert!(text.contains("accuracy"), "{text}");
    let resolved = fs::read_to_string(folder.join("one/experiment.toml")).unwrap();
    assert!(resolved.contains("task = \"multilabel\""), "{resolved}");
    assert!(resolved.contains("loss = \"binary-cross-entropy\""));
    let answers = rows(&run(
        folder,
        &["predict", "one", "grid.csv", "--keep", "left,low"],
    ));
    assert_eq!(
        answers[0],
        [
            "left",
            "low",
            "prediction_left",
            "prediction_low",
            "p_left",
            "p_low"
        ]
    );
    let right = answers[1..]
        .iter()
        .filter(|row| row[0] == row[2] && row[1] == row[3])
        .count();
    assert!(right > 130, "{right} of 144");
    for row in &answers[1..] {
        assert_eq!(row[2] == "1", row[4].parse::<f64>().unwrap() > 0.5);
    }
    let mut evaluate = vec!["evaluate", "one", "grid.csv", "--json"];
    let found: serde_json::Value = serde_json::from_str(&run(folder, &evaluate)).unwrap();
    assert_eq!(found["accuracy"].as_f64(), Some(right as f64 / 144.0));
    evaluate.extend(["--target", "left,count"]);
    let error = refused(folder, &evaluate);
    assert!(error.contains("is not a label"), "{error}");
    // A single column of 0 and 1 is a label where the task says so.
    let arguments = [
        "grid.csv",
        "--target",
        "left",
        "--exclude",
        "low,count,weight",
    ];
    let arguments = [&arguments[..], &["--task", "multilabel", "--steps", "5"]].concat();
    train(folder, &arguments);
    let answers = rows(&run(folder, &["predict", "one", "grid.csv"]));
    assert_eq!(answers[0], ["prediction_left", "p_left"]);
    // Other losses than binary cross-entropy are refused.
    let mut arguments = vec!["train"];
    arguments.extend(labels);
    arguments.extend(["--loss", "hinge"]);
    let error = refused(folder, &arguments);
    assert!(error.contains("does not fit multilabel, 2 labels; use binary-cross-entropy"));
}

#[test]
fn margins_give_scores_and_no_probabilities() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    train(
        folder,
        &["moons", "--loss", "squared-hinge", "--steps", "300"],
    );
    let points = run(folder, &["data", "moons"]);
    fs::write(folder.join("moons.csv"), points).unwrap();
    let answers = rows(&run(folder, &["predict", "one", "moons.csv"]));
    assert_eq!(answers[0], ["prediction", "score_0", "score_1"]);
    for row in &answers[1..] {
        let score = |column: usize| row[column].parse::<f64>().unwrap();
        assert_eq!(score(1), -score(2));
        assert_eq!(row[0] == "1", score(2) > 0.0);
    }
    // Three classes have a score each; figures are drawn of classes alone.
    let arguments = [
        "train", "iris", "--loss", "hinge", "--steps", "200", "--out", "iris",
    ];
    run(folder, &arguments);
    assert!(folder.join("iris/report.html").is_file());
    let table = run(folder, &["data", "iris"]);
    fs::write(folder.join("iris.csv"), table).unwrap();
    let answers = rows(&run(folder, &["predict", "iris", "iris.csv"]));
    assert_eq!(answers[0].len(), 4);
    assert!(answers[0][3].starts_with("score_"), "{:?}", answers[0]);
}

#[test]
fn counts_are_predicted_as_rates() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("grid.csv"), grid()).unwrap();
    let arguments = [
        "grid.csv",
        "--target",
        "count",
        "--exclude",
        "left,low,weight",
    ];
    let poisson = ["--task", "regression", "--loss", "poisson", "--lr", "0.02"];
    let summary = train(
        folder,
        &[&arguments[..], &poisson, &["--steps", "800"]].concat(),
    );
    assert!(!summary.to_string().contains("accuracy"));
    let resolved = fs::read_to_string(folder.join("one/experiment.toml")).unwrap();
    assert!(resolved.contains("scale_target = \"none\""), "{resolved}");
    let answers = rows(&run(
        folder,
        &["predict", "one", "grid.csv", "--keep", "count"],
    ));
    let mut error = 0.0;
    for row in &answers[1..] {
        let (count, rate): (f64, f64) = (row[0].parse().unwrap(), row[1].parse().unwrap());
        assert!(rate > 0.0);
        error += (rate - count) * (rate - count) / 144.0;
    }
    assert!(error < 0.3, "{error}");
    let found = run(folder, &["evaluate", "one", "grid.csv", "--json"]);
    let found: serde_json::Value = serde_json::from_str(&found).unwrap();
    let rmse = found["rmse"].as_f64().unwrap();
    assert!(
        (rmse * rmse - error).abs() < 1e-4 * error,
        "{rmse} for {error}"
    );
    // Few whole numbers look like classes; the message says what to do.
    let error = refused(
        folder,
        &[&["train"], &arguments[..], &["--loss", "poisson"]].concat(),
    );
    assert!(error.contains("--task regression"), "{error}");
}

#[test]
fn samples_and_classes_count_what_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("grid.csv"), grid()).unwrap();
    let arguments = ["grid.csv", "--target", "left", "--exclude", "low,count"];
    let weighted = [
        &arguments[..],
        &["--sample-weight", "weight", "--steps", "20"],
    ]
    .concat();
    let summary = train(folder, &weighted);
    let resolved = fs::read_to_string(folder.join("one/experiment.toml")).unwrap();
    assert!(
        resolved.contains("sample_weight = \"weight\""),
        "{resolved}"
    );
    let header = rows(&run(folder, &["predict", "one", "grid.csv"]));
    assert_eq!(header[0], ["prediction", "p_0", "p_1"]);
    // The loss of the whole grid by the model's own evaluation: weights enter where they are named.
    let plain = ["grid.csv", "--target", "left", "--steps", "20"];
    let plain = [&plain[..], &["--exclude", "low,count,weight"]].concat();
    let other = train(folder, &plain);
    assert_ne!(summary["metrics"], other["metrics"]);
    // As many are on the left as on the right, but not as many low as high.
    let balanced = [&plain[..], &["--class-weights", "balanced"]].concat();
    assert_eq!(train(folder, &balanced)["metrics"], other["metrics"]);
    let low = ["grid.csv", "--target", "low", "--steps", "20"];
    let low = [&low[..], &["--exclude", "left,count,weight"]].concat();
    let balanced = [&low[..], &["--class-weights", "balanced"]].concat();
    let unbalanced = train(folder, &low);
    assert_ne!(train(folder, &balanced)["metrics"], unbalanced["metrics"]);
    let named = [&plain[..], &["--class-weights", "0=1,1=1"]].concat();
    assert_eq!(train(folder, &named)["metrics"], other["metrics"]);
    // The written experiment gives the same bytes.
    let model = fs::read(folder.join("one/model.safetensors")).unwrap();
    let again = [
        "run",
        "one/experiment.toml",
        "--figures",
        "none",
        "--out",
        "two",
    ];
    run(folder, &again);
    assert_eq!(
        fs::read(folder.join("two/model.safetensors")).unwrap(),
        model
    );
    let bad = grid().replace(",2\n", ",-2\n");
    fs::write(folder.join("bad.csv"), bad).unwrap();
    let error = refused(folder, &["train", "bad.csv", "--sample-weight", "weight"]);
    assert!(
        error.contains("line 4, column `weight`: `-2` is not a sample weight"),
        "{error}"
    );
}

#[test]
fn settings_of_losses_are_swept() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let sweep = [
        "population",
        "diabetes",
        "--loss",
        "huber",
        "--sweep",
        "huber_delta=0.1,1,10",
    ];
    let more = [
        "--nets",
        "2",
        "--steps",
        "5",
        "--format",
        "csv",
        "--figures",
        "none",
    ];
    run(folder, &[&sweep[..], &more, &["--out", "many"]].concat());
    let nets = rows(&fs::read_to_string(folder.join("many/nets.csv")).unwrap());
    assert_eq!(nets.len(), 7);
    assert!(nets[0].contains(&"huber_delta".to_owned()), "{:?}", nets[0]);
}

#[test]
fn squared_error_of_whole_numbers_asks_what_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let rows: String = (0..40).map(|i| format!("{i},{}\n", i % 5 + 1)).collect();
    fs::write(folder.join("ratings.csv"), format!("x,stars\n{rows}")).unwrap();
    let asked = ["ratings.csv", "--loss", "squared-error", "--steps", "5"];
    let message = refused(folder, &[&["train"], &asked[..]].concat());
    assert!(
        message.contains("--task regression or --task classification"),
        "{message}"
    );
    for (task, told) in [
        ("regression", "regression"),
        ("classification", "classification"),
    ] {
        let summary = train(folder, &[&asked[..], &["--task", task]].concat());
        let read = summary["read"].to_string();
        assert_eq!(
            read.contains("5 classes"),
            told == "classification",
            "{read}"
        );
    }
}
