//! Decisions by a table's rarer class: what is warned of, and at which probability a class is taken.

use std::{fs, path::Path};

use crate::number_targets::{PRICED, prices};
use crate::running::{json, run};
use crate::{mlp, refused, succeeds};

/// 600 customers, of whom 60 leave; what tells them apart is noisy.
fn churn() -> String {
    let mut text = "tenure,calls,left\n".to_owned();
    let mut state = 1u64;
    let mut draw = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 40) as f64 / f64::from(1 << 24)
    };
    for row in 0..600 {
        let left = row % 10 == 3;
        let shift = if left { 0.35 } else { 0.0 };
        let (tenure, calls) = (draw() - shift, draw() + shift);
        text += &format!(
            "{tenure:.4},{calls:.4},{}\n",
            if left { "yes" } else { "no" }
        );
    }
    text
}

const WARNED: &str = "train churn.csv --target left --hidden 4 --steps 30 --lr 0.1 --figures none";

#[test]
fn a_classifier_no_better_than_the_majority_is_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("churn.csv"), churn()).unwrap();
    let text = run(folder, &format!("{WARNED} -o a"));
    let warnings: Vec<&str> = (text.lines())
        .filter(|line| line.starts_with("warning"))
        .collect();
    let [warning] = warnings[..] else {
        panic!("{text}");
    };
    assert!(
        warning.contains("test accuracy 0.9000 does not exceed 0.9000")
            && warning.contains("of the rarer class yes it found 0 of 15")
            && warning.contains("--class-weights balanced")
            && warning.contains("--threshold positive_f1 with --validation-fraction 0.2")
            && warning.contains("--metrics positive_f1,recall,average_precision"),
        "{warning}"
    );
    let told = json(folder, &format!("{WARNED} -o b --json"));
    assert_eq!(
        told["warning"].as_str().unwrap(),
        warning.trim_start_matches("warning").trim()
    );
    // What was done already is not advised.
    let weighted = json(
        folder,
        &format!("{WARNED} --class-weights balanced -o c --json"),
    );
    let warning = weighted["warning"].as_str().unwrap();
    assert!(!warning.contains("--class-weights"), "{warning}");
}

#[test]
fn a_regression_no_better_than_the_mean_is_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let rows = (0..60).map(|row| format!("{},{}.25\n", row * 37 % 60, row * 17 % 13));
    let table = std::iter::once("x,y\n".to_owned()).chain(rows);
    fs::write(folder.join("t.csv"), table.collect::<String>()).unwrap();
    let train = "train t.csv --target y --hidden 2 --scale none --steps 3 -o r --json";
    let told = json(folder, train);
    let warning = told["warning"].as_str().unwrap();
    assert!(
        warning.starts_with("test R2 ")
            && warning.contains("that of the training part's mean")
            && warning.contains("--scale standard,")
            && !warning.contains("--scale-target"),
        "{warning}"
    );
    let report = fs::read_to_string(folder.join("r/report.html")).unwrap();
    assert!(report.contains("Warning: test R2 "));
}

#[test]
fn a_network_that_learns_is_not_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for train in [
        "train iris --steps 300 --lr 0.5 --figures none -o a --json",
        "train sine --steps 2000 --lr 0.1 --figures none -o b --json",
        // Nothing judges it.
        "train moons --steps 1 --test-fraction 0 --figures none -o c --json",
    ] {
        let told = json(folder, train);
        assert!(told["warning"].is_null(), "{train}: {told}");
    }
}

const DECIDED: &str = "train churn.csv --target left --hidden 4 --steps 300 --lr 0.3 --validation-fraction 0.25 --format csv";

/// The predictions of a model and the probability of `yes`.
fn answers(folder: &Path, model: &str) -> Vec<(String, f64)> {
    let text = run(folder, &format!("predict {model} churn.csv -q"));
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        (cells[0].to_owned(), cells[2].parse().unwrap())
    };
    assert!(text.starts_with("prediction,p_no,p_yes\n"), "{text}");
    text.lines().skip(1).map(row).collect()
}

#[test]
fn a_threshold_decides_in_predictions_scores_and_exports() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("churn.csv"), churn()).unwrap();
    run(folder, &format!("{DECIDED} --figures none -o usual -q"));
    let text = run(folder, &format!("{DECIDED} --threshold 0.15 -o low"));
    let line = text.lines().find(|line| line.starts_with("threshold"));
    let line = line.unwrap_or_else(|| panic!("{text}"));
    assert!(
        line.contains("0.1500: test precision ") && line.contains("of yes"),
        "{line}"
    );
    let told = json(
        folder,
        &format!("{DECIDED} --threshold positive_f1 --figures none -o best --json"),
    );
    let best = told["decision"]["threshold"].as_f64().unwrap();
    assert_eq!(told["decision"]["chosen_by"], "positive_f1");
    assert!(best > 0.0 && best < 0.5, "{told}");
    // The network is the same; what is recorded of it is decided at the threshold.
    let nets = |run: &str| {
        let text = fs::read_to_string(folder.join(run).join("nets.csv")).unwrap();
        let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned));
        let (names, row) = (lines.next().unwrap(), lines.next().unwrap());
        names.zip(row).collect::<Vec<(String, String)>>()
    };
    let usual_nets = nets("usual");
    for run in ["low", "best"] {
        for (usual, (name, number)) in usual_nets.iter().zip(nets(run)) {
            let decided = name.ends_with("_accuracy");
            assert!(
                decided || usual.1 == number,
                "{run}: {name} {number} {}",
                usual.1
            );
        }
    }
    let recorded = nets("best")
        .into_iter()
        .find(|(name, _)| name == "test_accuracy");
    let shown = format!("{:.4}", recorded.unwrap().1.parse::<f64>().unwrap());
    let best_text = run(
        folder,
        "train --config best/experiment.toml --figures none -o again",
    );
    let line = best_text
        .lines()
        .find(|line| line.starts_with("test"))
        .unwrap();
    assert!(
        line.contains(&format!("accuracy {shown}")),
        "{line} {shown}"
    );
    for (model, threshold) in [("usual", 0.5), ("low", 0.15), ("best", best)] {
        for (answer, probability) in answers(folder, model) {
            let expected = if probability > threshold { "yes" } else { "no" };
            assert_eq!(answer, expected, "{model} at {probability}");
        }
    }
    let scores = |model: &str| json(folder, &format!("evaluate {model} churn.csv --json"));
    let (usual, low) = (scores("usual"), scores("low"));
    assert!(low["recall"].as_f64() > usual["recall"].as_f64());
    assert_eq!(
        (&low["threshold"], &usual["threshold"]),
        (&0.15.into(), &serde_json::Value::Null)
    );
    assert_eq!(low["auroc"], usual["auroc"]);
    // What was given away for it is told, too.
    let right: f64 = [0, 1]
        .map(|class: usize| low["confusion"][class][class].as_f64().unwrap())
        .iter()
        .sum();
    assert!(
        (low["accuracy"].as_f64().unwrap() - right / 600.0).abs() < 1e-12,
        "{low}"
    );
    for (file, holds) in [
        ("m.h", "#define M_THRESHOLD 0.15"),
        ("m.rs", "pub const THRESHOLD: f64 = 0.15;"),
        ("m.json", "\"threshold\": 0.15"),
        ("m.onnx", "where its probability is above 0.15"),
        ("m.npz", "threshold"),
        ("m.safetensors", "\\\"threshold\\\":0.15"),
    ] {
        run(folder, &format!("export low --out {file} -q"));
        let bytes = fs::read(folder.join(file)).unwrap();
        let held = String::from_utf8_lossy(&bytes).contains(holds);
        assert!(held, "{file}");
        if !file.ends_with(".h") && !file.ends_with(".rs") {
            assert_eq!(answers(folder, file), answers(folder, "low"), "{file}");
        }
    }
    run(folder, "verify best");
}

#[test]
fn a_threshold_that_cannot_be_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("r");
    let at = at.to_str().unwrap();
    for (arguments, reason) in [
        (
            "train moons --threshold positive_f1",
            "give --validation-fraction",
        ),
        ("train moons --threshold 1", "must be above 0 and below 1"),
        (
            "train moons --threshold auroc --validation-fraction 0.2",
            "auroc does not depend on it",
        ),
        ("train moons --threshold positiv_f1", "positive_f1"),
        ("train iris --threshold 0.3", "it needs two classes"),
        ("train diabetes --threshold 0.3", "it needs two classes"),
        (
            "train moons --loss hinge --threshold 0.3",
            "use a cross-entropy",
        ),
    ] {
        let arguments = format!("{arguments} -o {at}");
        let message = refused(&arguments.split(' ').collect::<Vec<_>>(), 2);
        assert!(
            message.contains("threshold") && message.contains(reason),
            "{message}"
        );
    }
}

#[test]
fn folds_take_a_threshold_and_scores_of_two_classes_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("r");
    let at = at.to_str().unwrap();
    for command in [
        "train moons --folds 3",
        "population moons --nets 1 --folds 3",
    ] {
        succeeds(
            &format!("{command} --threshold 0.3 --steps 5 --figures none -o {at} --force")
                .split(' ')
                .collect::<Vec<_>>(),
        );
    }
    for option in [
        "--metrics positive_f1",
        "--select positive_f1 --validation-fraction 0.2",
    ] {
        let command = format!("population iris --nets 2 --steps 5 {option} -o {at}");
        let message = refused(&command.split(' ').collect::<Vec<_>>(), 2);
        assert!(
            message.contains("positive_f1 is for two classes, but iris has more; take f1"),
            "{message}"
        );
    }
}

#[test]
fn a_threshold_is_chosen_where_both_classes_are() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("churn.csv"), churn()).unwrap();
    let rows = (0..9).map(|row| format!("0.{row},0.5,no\n"));
    let table = std::iter::once("tenure,calls,left\n".to_owned()).chain(rows);
    fs::write(folder.join("v.csv"), table.collect::<String>()).unwrap();
    let at = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let (data, validation, out) = (at("churn.csv"), at("v.csv"), at("r"));
    let message = refused(
        &[
            "train",
            &data,
            "--target",
            "left",
            "--validation-file",
            &validation,
            "--threshold",
            "positive_f1",
            "-o",
            &out,
        ],
        2,
    );
    assert!(
        message.contains("the validation part has 9 rows, all of class no")
            && message.contains("rows of both classes"),
        "{message}"
    );
}

#[test]
fn a_threshold_that_parts_nothing_is_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("churn.csv"), churn()).unwrap();
    let warnings = |text: &str| {
        let lines = text.lines().filter(|line| line.starts_with("warning"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let none = run(folder, &format!("{DECIDED} --threshold 0.999999 -o a"));
    assert!(
        none.contains("threshold   0.999999: test precision n/a"),
        "{none}"
    );
    let [warning] = &warnings(&none)[..] else {
        panic!("{none}");
    };
    assert!(
        warning.contains("at the threshold 0.999999 no row of the test part is predicted as yes")
            && warning.contains("--threshold positive_f1"),
        "{warning}"
    );
    let report = fs::read_to_string(folder.join("a/report.html")).unwrap();
    assert!(report.contains("Warning: at the threshold 0.999999 no row"));
    let told = json(
        folder,
        &format!("{DECIDED} --threshold 0.000001 --figures none -o b --json"),
    );
    let warning = told["decision"]["warning"].as_str().unwrap();
    assert!(
        warning.contains("every row of the test part is predicted as yes; try a larger threshold")
            && warning.starts_with("at the threshold 1.000e-6 "),
        "{warning}"
    );
    let some = run(
        folder,
        &format!("{DECIDED} --threshold 0.15 --figures none -o c"),
    );
    assert!(warnings(&some).is_empty(), "{some}");
    let shown = run(folder, "evaluate a churn.csv");
    assert!(shown.contains("0.999999"), "{shown}");
}

#[test]
fn none_takes_back_what_a_file_sets() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("churn.csv"), churn()).unwrap();
    let decided = DECIDED.replace(" --format csv", " --figures none");
    run(
        folder,
        &format!("{decided} --positive no --threshold 0.2 -o a -q"),
    );
    let told = json(
        folder,
        "train --config a/experiment.toml --positive none --threshold none -o b --json",
    );
    assert!(told["decision"].is_null(), "{told}");
    run(folder, &format!("{decided} -o c -q"));
    let answers = |model: &str| run(folder, &format!("predict {model} churn.csv -q"));
    assert_eq!(answers("b"), answers("c"));
    fs::write(folder.join("prices.csv"), prices()).unwrap();
    run(folder, &format!("{PRICED} none --interval-folds 3 -o d -q"));
    let told = json(
        folder,
        "train --config d/experiment.toml --interval-folds none -o e --json",
    );
    assert!(told["intervals"].is_null(), "{told}");
    let many = "population moons --nets 3 --steps 5 --validation-fraction 0.2 --figures none --select loss --ensemble 2";
    run(folder, &format!("{many} -o f -q"));
    let told = json(
        folder,
        "run f/experiment.toml --set select=none --set ensemble=none -o g --json",
    );
    assert!(told["selection"].is_null(), "{told}");
    // A class may be called so.
    fs::write(folder.join("n.csv"), churn().replace(",no\n", ",none\n")).unwrap();
    let named = decided.replace("churn.csv", "n.csv");
    run(folder, &format!("{named} --positive none -o h -q"));
    assert!(run(folder, "predict h n.csv -q").starts_with("prediction,p_yes,p_none\n"));
}

#[test]
fn rows_with_a_gap_end_no_file_where_they_need_not() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let rows = (0..40).map(|row| match row {
        7 => ",1.5,a\n".to_owned(),
        row => format!(
            "{row}.5,{}.25,{}\n",
            row % 3,
            if row % 2 == 0 { "a" } else { "b" }
        ),
    });
    let table = std::iter::once("x,z,y\n".to_owned()).chain(rows);
    fs::write(folder.join("t.csv"), table.collect::<String>()).unwrap();
    fs::write(
        folder.join("new.csv"),
        "id,x,z\nA,1,2\nB,,3\nC,2,NA\nD,3,1\n",
    )
    .unwrap();
    for (policy, run_name) in [("drop", "d"), ("mean", "m")] {
        let train = format!(
            "train t.csv --target y --missing {policy} --hidden 2 --steps 5 --figures none -o {run_name} -q"
        );
        run(folder, &train);
    }
    let predict = |arguments: &str| {
        let output = mlp()
            .current_dir(folder)
            .args(format!("predict {arguments}").split(' '))
            .output()
            .unwrap();
        let [out, err] =
            [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
        (output.status.code(), out, err)
    };
    let (code, _, message) = predict("d new.csv");
    assert_eq!(code, Some(2));
    assert!(
        message.contains("line 3, column `x`")
            && message.contains("--missing row leaves such rows without a prediction"),
        "{message}"
    );
    let (code, out, note) = predict("d new.csv --keep id --missing row");
    assert_eq!(code, Some(0), "{note}");
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!((lines.len(), lines[2], lines[3]), (5, "B,,,", "C,,,"));
    assert!(lines[1].starts_with("A,a,") || lines[1].starts_with("A,b,"));
    assert!(
        note.contains(
            "2 rows have a missing value that the model does not fill in (the first in column `x`)"
        ),
        "{note}"
    );
    // Where the model fills in, it does unless told otherwise.
    let (_, filled, _) = predict("m new.csv --keep id");
    assert!(!filled.contains("B,,"), "{filled}");
    assert!(
        predict("m new.csv --keep id --missing row")
            .1
            .contains("\nB,,,\n")
    );
    assert_eq!(predict("m new.csv --missing refuse").0, Some(2));
}

#[test]
fn unknown_categories_end_no_file_where_they_need_not() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut text = "city,x,y\n".to_owned();
    for row in 0..60 {
        text += &format!(
            "{},{}.5,{}.25\n",
            ["Bonn", "Rom"][row % 2],
            row % 7,
            row % 5
        );
    }
    fs::write(folder.join("t.csv"), text).unwrap();
    fs::write(
        folder.join("new.csv"),
        "id,city,x\n=1+1,Rom,1.5\n-7,Oslo,2.5\n-7,Bonn,3.5\n",
    )
    .unwrap();
    run(
        folder,
        "train t.csv --target y --categories one-hot --hidden 2 --steps 5 --figures none -o r -q",
    );
    let output = mlp()
        .current_dir(folder)
        .args(["predict", "r", "new.csv"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(
        message.contains("category `Oslo` is unknown") && message.contains("--unknown row"),
        "{message}"
    );
    let predict = |options: &str| {
        let arguments = format!("predict r new.csv --keep id {options}");
        let output = mlp()
            .current_dir(folder)
            .args(arguments.split(' '))
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0));
        let lines = String::from_utf8(output.stdout).unwrap();
        let lines: Vec<String> = lines.lines().map(str::to_owned).collect();
        (lines, String::from_utf8(output.stderr).unwrap())
    };
    let (zero, note) = predict("--unknown zero");
    assert!(
        note.contains("in 1 row that the model does not know by name (`Oslo`)"),
        "{note}"
    );
    let (row, note) = predict("--unknown row --csv-safe");
    assert!(note.contains("such rows have no prediction"), "{note}");
    assert_eq!((zero.len(), row.len()), (4, 4));
    assert!(zero[1].starts_with("=1+1,") && row[1].starts_with("'=1+1,"));
    assert_eq!(row[2], "-7,");
    assert_eq!((&zero[3], zero[2].len() > 3), (&row[3], true));
}

/// The advice of a warning in which each option stands that is to be tried.
fn advice(told: &serde_json::Value) -> String {
    let warning = told["warning"].as_str();
    warning.unwrap_or_else(|| panic!("{told}")).to_owned()
}

#[test]
fn what_a_warning_advises_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("churn.csv"), churn()).unwrap();
    // Folds keep no model that a threshold would be of.
    let folds = format!("{WARNED} --folds 3");
    let said = advice(&json(folder, &format!("{folds} -o a --json")));
    assert!(
        !said.contains("--threshold") && said.contains("--class-weights balanced"),
        "{said}"
    );
    run(folder, &format!("{folds} --class-weights balanced -o b"));
    // A split by numbers has its validation part by numbers, too.
    let split = format!("{WARNED} --split 450:0:150");
    let said = advice(&json(folder, &format!("{split} -o c --json")));
    let advised = "--threshold positive_f1 with --split 360:90:150";
    assert!(said.contains(advised), "{said}");
    let taken = "--threshold positive_f1 --split 360:90:150";
    run(folder, &format!("{WARNED} {taken} -o d"));
    // With a validation part there is nothing to add, at a number that parts nothing, too.
    let split = format!("{WARNED} --split 360:90:150");
    let said = advice(&json(folder, &format!("{split} -o e --json")));
    assert!(said.contains("--threshold positive_f1,"), "{said}");
    let told = json(folder, &format!("{split} --threshold 0.999999 -o f --json"));
    let said = told["decision"]["warning"].as_str().unwrap();
    assert!(said.contains("--threshold positive_f1, or"), "{said}");
    // A validation part of one class chooses none.
    let rows = (0..9).map(|row| format!("0.{row},0.5,no\n"));
    let table = std::iter::once("tenure,calls,left\n".to_owned()).chain(rows);
    fs::write(folder.join("v.csv"), table.collect::<String>()).unwrap();
    let search = WARNED.replace("train", "population");
    let search = format!("{search} --validation-file v.csv --nets 2 --select loss");
    let said = advice(&json(folder, &format!("{search} -o g --json")));
    assert!(
        !said.contains("--threshold") && said.contains("--class-weights balanced"),
        "{said}"
    );
}

#[test]
fn a_test_part_of_one_class_or_number_tells_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("churn.csv"), churn()).unwrap();
    let one = "tenure,calls,left\n0.5,0.5,no\n0.6,0.5,no\n";
    fs::write(folder.join("one.csv"), one).unwrap();
    let said = advice(&json(
        folder,
        &format!("{WARNED} --test-file one.csv -o a --json"),
    ));
    assert!(
        said.contains("judged on 2 rows, all of class no; give a larger test part")
            && !said.contains("--class-weights"),
        "{said}"
    );
    let rows = (0..60).map(|row| format!("{},{}.25\n", row * 37 % 60, row * 17 % 13));
    let table = std::iter::once("x,y\n".to_owned()).chain(rows);
    fs::write(folder.join("t.csv"), table.collect::<String>()).unwrap();
    fs::write(folder.join("same.csv"), "x,y\n1,2.25\n2,2.25\n").unwrap();
    let train = "train t.csv --target y --hidden 2 --steps 3 --test-file same.csv -o r --json";
    let said = advice(&json(folder, train));
    assert!(
        said.contains("judged on 2 rows, all with the same target"),
        "{said}"
    );
}
