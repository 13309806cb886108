//! Scores, stopping and data options as a user meets them.

use std::{fmt::Write, fs};

use crate::mlp;
use crate::running::{json, run};

#[test]
fn evaluation_tells_every_score_and_every_class() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    run(
        folder,
        "train iris --steps 200 --lr 0.5 --figures svg --out t -q",
    );
    for figure in ["confusion-matrix", "learning-curve"] {
        assert!(
            folder.join(format!("t/figures/{figure}.svg")).is_file(),
            "{figure}"
        );
    }
    let scores = json(folder, "evaluate t iris --json");
    for score in [
        "loss",
        "accuracy",
        "balanced_accuracy",
        "f1",
        "auroc",
        "log_loss",
        "brier",
        "ece",
    ] {
        assert!(scores[score].as_f64().is_some(), "{score}: {scores}");
    }
    // Without a penalty and a scale the loss trained on is the log loss.
    let apart = scores["loss"].as_f64().unwrap() - scores["log_loss"].as_f64().unwrap();
    assert!(apart.abs() < 1e-6, "{apart}");
    let confusion: Vec<f64> = scores["confusion"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|row| row.as_array().unwrap())
        .map(|count| count.as_f64().unwrap())
        .collect();
    let right = confusion[0] + confusion[4] + confusion[8];
    assert_eq!(confusion.iter().sum::<f64>(), 150.0);
    assert!((right / 150.0 - scores["accuracy"].as_f64().unwrap()).abs() < 1e-12);
    assert_eq!(scores["classes"][0]["name"], "setosa");
    let text = run(folder, "evaluate t iris");
    assert!(
        text.contains("balanced_accuracy 0.9") && text.contains("as virginica"),
        "{text}"
    );
    run(
        folder,
        "train diabetes --steps 20 --figures none --out r -q",
    );
    let scores = json(folder, "evaluate r diabetes --json");
    assert!(scores["mae"].as_f64() < scores["rmse"].as_f64() && scores["confusion"].is_null());
}

/// Numbers of a column of CSV.
fn numbers(text: &str, column: &str) -> Vec<f64> {
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let names = lines.next().unwrap();
    let place = names.iter().position(|name| *name == column).unwrap();
    lines.map(|cells| cells[place].parse().unwrap()).collect()
}

#[test]
fn evaluation_counts_samples_as_the_training_did() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut table = String::from("a,b,kind,amount,w\n");
    for row in 0..60 {
        let (a, b, w) = (row % 7, row % 11, [0.0, 0.5, 1.0, 4.0][row % 4]);
        let kind = usize::from((3 * a + 2 * b + 5 * (row % 3)) % 13 > 6);
        let _ = writeln!(table, "{a},{b},{kind},{},{w}", a * b + 3 * (row % 3));
    }
    fs::write(folder.join("t.csv"), &table).unwrap();
    let weights = numbers(&table, "w");
    let sum: f64 = weights.iter().sum();
    let mean = |of: &dyn Fn(usize) -> f64| {
        let terms = weights.iter().enumerate();
        terms.map(|(row, w)| w * of(row)).sum::<f64>() / sum
    };
    let near = |found: &serde_json::Value, by_hand: f64| {
        let found = found.as_f64().unwrap();
        assert!(
            (found - by_hand).abs() < 1e-5 * by_hand.abs().max(1.0),
            "{found} {by_hand}"
        );
    };
    let options = "--sample-weight w --steps 60 --figures none -q";
    // The sums of scikit-learn's accuracy_score, log_loss and recall, each with sample_weight.
    run(
        folder,
        &format!("train t.csv --target kind --exclude amount {options} --test-file t.csv --out c"),
    );
    let answers = run(folder, "predict c t.csv");
    let (labels, said) = (numbers(&table, "kind"), numbers(&answers, "prediction"));
    let ones = numbers(&answers, "p_1");
    let right = |row: usize| f64::from(u8::from(labels[row] == said[row]));
    let surprise = |row: usize| {
        -(if labels[row] == 1.0 {
            ones[row]
        } else {
            1.0 - ones[row]
        })
        .ln()
    };
    let scores = json(folder, "evaluate c t.csv --json");
    assert_eq!(scores["sample_weight"], "w");
    near(&scores["sum_of_weights"], sum);
    near(&scores["loss"], mean(&surprise));
    near(&scores["weighted"]["log_loss"], mean(&surprise));
    near(&scores["weighted"]["accuracy"], mean(&right));
    let recall = |class: f64| {
        let of = |row: usize| f64::from(u8::from(labels[row] == class));
        mean(&|row| of(row) * right(row)) / mean(&of)
    };
    near(
        &scores["weighted"]["balanced_accuracy"],
        f64::midpoint(recall(0.0), recall(1.0)),
    );
    // All else is what the training recorded of its test part: the same rows.
    let plain = (0..60).map(right).sum::<f64>() / 60.0;
    near(&scores["accuracy"], plain);
    assert!((plain - mean(&right)).abs() > 1e-3);
    let nets = run(folder, "replay c 0 --json --figures none --out again");
    let recorded: serde_json::Value = serde_json::from_str(&nets).unwrap();
    for (score, column) in [("loss", "test_loss"), ("accuracy", "test_accuracy")] {
        near(
            &scores[score],
            recorded["metrics"][column].as_f64().unwrap(),
        );
    }
    let text = run(folder, "evaluate c t.csv");
    assert!(
        text.contains("sample weight     w (sum 82.50)") && text.contains("weighted 0."),
        "{text}"
    );

    // r2_score, mean_absolute_error and root_mean_squared_error with sample_weight.
    run(
        folder,
        &format!("train t.csv --target amount --exclude kind --task regression {options} --out r"),
    );
    let (truth, said) = (
        numbers(&table, "amount"),
        numbers(&run(folder, "predict r t.csv"), "prediction"),
    );
    let scores = json(folder, "evaluate r t.csv --json");
    let square = mean(&|row| (truth[row] - said[row]).powi(2));
    let middle = mean(&|row| truth[row]);
    let variance = mean(&|row| (truth[row] - middle).powi(2));
    near(&scores["weighted"]["rmse"], square.sqrt());
    near(
        &scores["weighted"]["mae"],
        mean(&|row| (truth[row] - said[row]).abs()),
    );
    near(&scores["weighted"]["r2"], 1.0 - square / variance);

    // Data without the column: each row counts once, which is said; one that is asked for must be there.
    let without: String = table
        .lines()
        .map(|line| line.rsplit_once(',').unwrap().0.to_owned() + "\n")
        .collect();
    fs::write(folder.join("plain.csv"), without).unwrap();
    let scores = json(folder, "evaluate c plain.csv --json");
    assert_eq!(
        (&scores["trained_with_weights"], &scores["weighted"]),
        (&"w".into(), &serde_json::Value::Null)
    );
    near(&scores["loss"], (0..60).map(surprise).sum::<f64>() / 60.0);
    let text = run(folder, "evaluate c plain.csv");
    assert!(
        text.contains("trained with the column w, which these data lack"),
        "{text}"
    );
    let refused = mlp()
        .current_dir(folder)
        .args(["evaluate", "c", "plain.csv", "--sample-weight", "v"])
        .output()
        .unwrap();
    let message = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        !refused.status.success()
            && message.contains("there is no column `v`, named as the sample weight"),
        "{message}"
    );
    assert_eq!(
        json(folder, "evaluate c t.csv --sample-weight amount --json")["sample_weight"],
        "amount"
    );
}

#[test]
fn the_summary_says_what_stopped_a_training_and_by_which_part() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let noisy = "train moons --samples 60 --noise 0.4 --hidden 32 --optimizer adam --lr 0.02 --figures none";
    let text = run(folder, &format!("{noisy} --patience 20 --out a"));
    assert!(
        text.contains("by patience") && text.contains("chosen on test"),
        "{text}"
    );
    let more = "--patience 20 --validation-fraction 0.3 --no-restore-best --out b";
    let text = run(folder, &format!("{noisy} {more}"));
    assert!(
        text.contains("by patience, chosen on validation") && !text.contains("kept"),
        "{text}"
    );
    // A full batch is an epoch, so patience is short; the rate is not to blame.
    let hasty = "train moons --samples 60 --noise 0.4 --lr 3 --figures none --patience 5 --out h";
    let text = run(folder, hasty);
    assert!(
        text.contains("by patience")
            && text.contains(
                "patience ran out after 5 updates, since with a full batch each update is an epoch"
            ),
        "{text}"
    );
    assert!(!text.contains("smaller rate"), "{text}");
    let batches =
        "train moons --samples 60 --noise 0.4 --batch 8 --lr 3 --patience 5 --figures none";
    let text = run(folder, &format!("{batches} --out i"));
    assert!(!text.contains("patience ran out"), "{text}");
    // What another rule stopped was chosen on no part.
    let more =
        "--patience 2000 --until train_accuracy>=0.8 --validation-fraction 0.3 --no-restore-best";
    let text = run(folder, &format!("{noisy} {more} --out d"));
    assert!(
        text.contains("by until\n") && !text.contains("chosen"),
        "{text}"
    );
    let many = noisy.replace("train moons", "population moons --nets 3");
    let text = run(folder, &format!("{many} {more} --out e"));
    assert!(
        text.contains("stopped     3 before the last step\n"),
        "{text}"
    );
    let text = run(
        folder,
        &format!(
            "{many} --patience 5000 --validation-fraction 0.3 --no-restore-best --steps 20 --out f"
        ),
    );
    assert!(
        text.contains("stopped     0 before the last step\n"),
        "{text}"
    );
    let text = run(
        folder,
        &format!("{many} --patience 20 --validation-fraction 0.3 --no-restore-best --out g"),
    );
    assert!(
        text.contains("3 before the last step; stops chosen on validation"),
        "{text}"
    );
    let told = json(
        folder,
        &format!("{noisy} --until train_accuracy>=0.8 --json --out c"),
    );
    assert_eq!(
        (&told["outcome"], &told["stopped_by"]),
        (&"stopped".into(), &"until".into())
    );
    assert!(told["metrics"]["train_accuracy"].as_f64() >= Some(0.8));
}

#[test]
fn gaps_and_categories_go_from_the_table_to_the_answers() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut table = String::from("size,colour,kind\n");
    for row in 0..40 {
        let size = if row % 7 == 3 {
            "NA".to_owned()
        } else {
            (row % 10).to_string()
        };
        let colour = ["red", "green", "blue"][row % 3];
        let _ = writeln!(
            table,
            "{size},{colour},{}",
            ["no", "yes"][usize::from(row % 3 == 1)]
        );
    }
    fs::write(folder.join("my.csv"), &table).unwrap();
    run(
        folder,
        "train my.csv --missing median --categories one-hot --steps 300 --lr 0.5 --figures svg --out t -q",
    );
    fs::write(folder.join("new.csv"), "colour,size\ngreen,\nred,3\n").unwrap();
    let answers = run(folder, "predict t new.csv");
    let answers: Vec<&str> = answers
        .lines()
        .map(|line| line.split(',').next().unwrap())
        .collect();
    assert_eq!(answers, ["prediction", "yes", "no"]);
    assert_eq!(json(folder, "evaluate t my.csv --json")["accuracy"], 1.0);
    // Fewer categories, and one that looks like none the model knows.
    fs::write(
        folder.join("few.csv"),
        "kind,colour,size\nyes,green,1\nyes,green,2\n",
    )
    .unwrap();
    assert_eq!(json(folder, "evaluate t few.csv --json")["samples"], 2);
    fs::write(folder.join("new.csv"), "colour,size\npink,3\n").unwrap();
    let refused = |arguments: &str| {
        let output = mlp()
            .current_dir(folder)
            .args(arguments.split(' '))
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments}");
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(refused("predict t new.csv").contains("category `pink` is unknown"));
    assert!(refused("train my.csv --categories one-hot").contains("--missing drop, mean"));
    assert!(refused("train my.csv --missing drop").contains("--categories one-hot"));
    assert!(refused("train my.csv --missing men").contains("median"));
    assert!(refused("train moons --metrics f2").contains("did you mean \"f1\"?"));
    assert!(refused("train diabetes --metrics f1").contains("metrics f1 is for classes"));
}

#[test]
fn folds_are_told_by_mean_and_standard_error() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let text = run(
        folder,
        "train iris --folds 3 --steps 50 --metrics auroc --figures none --out f",
    );
    assert!(
        text.contains("standard error") && text.contains("test_auroc"),
        "{text}"
    );
    assert!(folder.join("f/folds.parquet").is_file());
    let told = json(
        folder,
        "run f/experiment.toml --json --out g --figures none",
    );
    let rows = told["folds"].as_array().unwrap();
    let row = rows
        .iter()
        .find(|row| row["metric"] == "test_accuracy")
        .unwrap();
    assert!(row["mean"].as_f64() > Some(0.5) && row["standard_error"].as_f64() >= Some(0.0));
    assert_eq!(row["folds"], 3);
}

/// Beside 1e30 among the targets that scale them, all others are one number in single precision, and yet differ.
#[test]
fn r2_is_that_of_the_targets_and_not_of_their_rounding() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let target = |row: usize| match row {
        5 => 1e30,
        row => (row * 7 % 31) as f64 + 0.5,
    };
    let lines = (0..100).map(|row| format!("{},{:?}\n", row * 7 % 31, target(row)));
    let lines: Vec<String> = lines.collect();
    fs::write(at("t.csv"), format!("a,y\n{}", lines.concat())).unwrap();
    fs::write(at("test.csv"), format!("a,y\n{}", lines[70..].concat())).unwrap();
    for precision in ["f32", "f64"] {
        let run = at(precision);
        let train = ["train", &at("t.csv"), "-o", &run, "--precision", precision];
        let options = "--split 70:0:30 --steps 20 --figures none --format csv";
        let options: Vec<&str> = options.split(' ').collect();
        crate::succeeds(&[&train[..], &options].concat());
        let output = mlp().args(["predict", &run, &at("test.csv")]).output();
        let text = String::from_utf8(output.unwrap().stdout).unwrap();
        let said: Vec<f64> = (text.lines().skip(1))
            .map(|line| line.rsplit(',').next().unwrap().parse().unwrap())
            .collect();
        let truth: Vec<f64> = (70..100).map(target).collect();
        let mean = truth.iter().sum::<f64>() / 30.0;
        let squares = |from: &dyn Fn(usize) -> f64| -> f64 {
            (0..30).map(|row| (truth[row] - from(row)).powi(2)).sum()
        };
        let expected = 1.0 - squares(&|row| said[row]) / squares(&|_| mean);
        assert!(expected < -1e50);
        let output = mlp()
            .args(["evaluate", &run, &at("test.csv"), "--json"])
            .output();
        let told: serde_json::Value = serde_json::from_slice(&output.unwrap().stdout).unwrap();
        let nets = fs::read_to_string(format!("{run}/nets.csv")).unwrap();
        let mut nets = nets.lines().map(|line| line.split(',').collect::<Vec<_>>());
        let head = nets.next().unwrap();
        let place = head.iter().position(|name| *name == "test_r2").unwrap();
        let recorded: f64 = nets.next().unwrap()[place].parse().unwrap();
        for found in [recorded, told["r2"].as_f64().unwrap()] {
            assert!((found / expected - 1.0).abs() < 1e-4, "{found} {expected}");
        }
    }
}
