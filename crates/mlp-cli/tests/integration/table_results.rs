//! What results and later commands make of tables in the forms that people have them.

use std::{fs, path::Path};

use crate::refused;
use crate::running::answer as printed;
use crate::tables::{Outcome::Said, TABLES, holds};

/// Trains on a table of the first folder into a folder called `name`; gives that folder and the summary.
fn trained(folder: &Path, name: &str, file: &str, options: &[&str]) -> (String, String) {
    let out = folder.join(name).to_str().unwrap().to_owned();
    let path = format!("{TABLES}/{file}");
    let usual = ["--figures", "none", "--no-progress", "-o", &out];
    let text = printed(&[&["train", &path], options, &usual].concat());
    (out, text)
}

#[test]
fn a_category_of_no_training_row_is_unknown_to_the_model() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let row = |row: usize| match row {
        0..20 => format!("{},{},{row}.5\n", row % 7, ["Bonn", "Kiel"][row % 2]),
        _ => format!("{},Ulm,{row}.5\n", row % 7),
    };
    let text: String = (0..24).map(row).collect();
    fs::write(at("t.csv"), format!("a,city,y\n{text}")).unwrap();
    fs::write(at("new.csv"), "a,city\n1,Bonn\n1,Ulm\n").unwrap();
    let options = "--categories one-hot --split 20:0:4 --steps 20 --figures none --no-progress";
    let options: Vec<&str> = options.split(' ').collect();
    let (table, model) = (at("t.csv"), at("r"));
    let said = printed(&[&["train", &*table, "-o", &*model], &*options].concat());
    assert!(
        said.contains(
            "column `city`: `Ulm` is in no training row, so its weights stay as they were drawn, also where the 4 rows of other parts with it are scored; the model does not know it (--unknown of mlp predict)"
        ),
        "{said}"
    );
    let message = refused(&["predict", &at("r"), &at("new.csv")], 2);
    assert!(message.contains("category `Ulm` is unknown"), "{message}");
    let left = printed(&["predict", &at("r"), &at("new.csv"), "--unknown", "row"]);
    assert!(left.ends_with("\n\"\"\n"), "{left:?}");
    let message = refused(&["evaluate", &at("r"), &at("t.csv")], 2);
    assert!(message.contains("`Ulm`"), "{message}");
    printed(&[
        "export",
        &at("r"),
        "--to",
        "c",
        "--unknown",
        "zero",
        "--out",
        &at("m.h"),
    ]);
    assert!(!fs::read_to_string(at("m.h")).unwrap().contains("\"Ulm\""));
}

#[test]
fn an_index_of_pandas_is_left_out_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = "pandas_filtered.parquet";
    let (run, text) = trained(folder.path(), "run", file, &["--steps", "20"]);
    for word in [
        "target `price` (last column)",
        "left out: `__index_level_0__` (index of pandas)",
    ] {
        assert!(text.contains(word), "{text}");
    }
    let path = format!("{TABLES}/{file}");
    let predictions = printed(&["predict", &run, &path]);
    assert_eq!(predictions.lines().count(), 1 + 33);
    assert!(predictions.starts_with("prediction\n"));
    // A column kept is written as it stands in the file.
    let kept = printed(&["predict", &run, &path, "--keep", "__index_level_0__"]);
    assert!(kept.starts_with("__index_level_0__,prediction\n"), "{kept}");
    // By name it may be used.
    holds(
        TABLES,
        file,
        &["--target", "__index_level_0__"],
        &Said(&["target `__index_level_0__` (named)"]),
    );
}

#[test]
fn classes_that_do_not_occur_do_not_count() {
    let folder = tempfile::tempdir().unwrap();
    let (run, _) = trained(folder.path(), "run", "f1_train.csv", &[]);
    let scores = printed(&[
        "evaluate",
        &run,
        &format!("{TABLES}/f1_one_class.csv"),
        "--json",
    ]);
    let scores: serde_json::Value = serde_json::from_str(&scores).unwrap();
    assert_eq!(scores["f1"], 1.0);
    assert_eq!(scores["balanced_accuracy"], 1.0);
    assert!(scores["classes"][1]["f1"].is_null());
}

#[test]
fn an_index_that_does_not_occur_is_zero() {
    let folder = tempfile::tempdir().unwrap();
    let test = format!("{TABLES}/test2.svm");
    let (run, text) = trained(folder.path(), "run", "train3.svm", &["--test-file", &test]);
    assert!(text.contains("test file test2.svm: 10 rows"), "{text}");
    let scores = printed(&["evaluate", &run, &test]);
    assert!(scores.contains("samples           10\n"), "{scores}");
    let predictions = printed(&["predict", &run, &test]);
    assert_eq!(predictions.lines().count(), 1 + 10);
    // Without labels, and packed, the same rows have the same predictions.
    let text = fs::read_to_string(&test).unwrap();
    let bare: String = text
        .lines()
        .map(|line| format!("{}\n", line.split_once(' ').unwrap().1))
        .collect();
    let unlabelled = folder.path().join("bare.svm");
    fs::write(&unlabelled, bare).unwrap();
    assert_eq!(
        printed(&["predict", &run, unlabelled.to_str().unwrap()]),
        predictions
    );
}

#[test]
fn rows_are_dropped_in_evaluation_as_in_training() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gaps.csv");
    let rows: String = (0..40)
        .map(|row| match row % 4 {
            0 => ",0,u\n".to_owned(),
            _ => format!("{row}.5,{},{}\n", row % 7, ["u", "v"][row % 2]),
        })
        .collect();
    fs::write(&path, format!("a,b,y\n{rows}")).unwrap();
    let path = path.to_str().unwrap();
    let output = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let train = |out: &str, file: &str, options: &[&str]| {
        let quick = [
            "--steps",
            "5",
            "--figures",
            "none",
            "--no-progress",
            "--out",
            out,
        ];
        printed(&[&["train", file], options, &quick].concat());
    };
    let run = output("dropped");
    train(&run, path, &["--missing", "drop"]);
    let scores = printed(&["evaluate", &run, path]);
    assert!(
        scores.contains("samples           30\nrows left out     10 (missing values)\n"),
        "{scores}"
    );
    let scores = printed(&["evaluate", &run, path, "--json"]);
    let scores: serde_json::Value = serde_json::from_str(&scores).unwrap();
    assert_eq!(scores["dropped"], 10);
    // A model that was not trained so has its gaps refused.
    let whole = folder.path().join("whole.csv");
    fs::write(
        &whole,
        format!("a,b,y\n{}", rows.replace(",0,u\n", "1,0,u\n")),
    )
    .unwrap();
    let run = output("whole");
    train(&run, whole.to_str().unwrap(), &[]);
    assert!(refused(&["evaluate", &run, path], 2).contains("the value is missing"));
}

#[test]
fn what_was_read_stands_in_every_result() {
    let folder = tempfile::tempdir().unwrap();
    let path = format!("{TABLES}/mostly_gaps.csv");
    let line = "mostly_gaps.csv: 10 of 40 rows (30 left out for missing values)";
    for (kind, options) in [
        ("train", &[][..]),
        ("population", &["--nets", "2"]),
        ("map", &["--x", "learning_rate=0.1,0.2", "--y", "step"]),
    ] {
        let run = folder.path().join(kind);
        let run = run.to_str().unwrap();
        let usual = [
            "--missing",
            "drop",
            "--steps",
            "3",
            "--figures",
            "svg",
            "--no-progress",
            "-o",
            run,
            "--json",
        ];
        let text = printed(&[&[kind, &path], options, &usual].concat());
        let summary: serde_json::Value = serde_json::from_str(&text).unwrap();
        let manifest = fs::read_to_string(format!("{run}/manifest.json")).unwrap();
        let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
        for object in [&summary, &manifest] {
            let read = &object["read"][0];
            assert!(read["line"].as_str().unwrap().starts_with(line), "{read}");
            assert_eq!(read["dropped"], 30);
            assert_eq!(read["source"], "mostly_gaps.csv");
        }
        let report = fs::read_to_string(format!("{run}/report.html")).unwrap();
        assert!(report.contains(line), "{kind}");
        // Found complete, it is said again.
        let again = [&[kind, &path][..], options, &usual[..usual.len() - 1]].concat();
        assert!(printed(&again).contains(line));
        let quiet = [&again[..], &["-q"]].concat();
        assert_eq!(printed(&quiet), "");
    }
    let line = "moons: 256 samples, generated; target `class`: 2 classes, `0` 128 (50.0 %)";
    assert!(printed(&["train", "moons", "--dry-run"]).contains(line));
}

#[test]
fn files_of_other_kinds_are_named() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes, what) in [
        (
            "book.xlsx",
            &b"PK\x03\x04\x14\0\x06\0[Content_Types].xml"[..],
            "an Excel workbook (xlsx)",
        ),
        (
            "old.xls",
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0",
            "an Excel workbook (xls)",
        ),
        ("table.pkl", b"\x80\x04\x95\x10\0\0", "a Python pickle"),
        ("table.feather", b"ARROW1\0\0", "a Feather or Arrow file"),
        ("table.csv.bz2", b"BZh91AY&SY\x01", "a bzip2 file"),
        ("table.csv.xz", b"\xFD7zXZ\0\0\x04", "an xz file"),
        ("table.h5", b"\x89HDF\r\n\x1A\n", "an HDF5 file"),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        let message = refused(&["train", path.to_str().unwrap()], 2);
        assert!(
            message.contains(what) && message.contains(name),
            "{message}"
        );
    }
}

#[test]
fn what_trains_can_be_planned() {
    let folder = tempfile::tempdir().unwrap();
    let gaps = &["--missing", "median"][..];
    let (run, _) = trained(
        folder.path(),
        "run",
        "gaps.csv",
        &["--missing", "median", "--steps", "4"],
    );
    let test = format!("{TABLES}/gaps.csv");
    for options in [
        &["--test-file", &test][..],
        &["--validation-fraction", "0.2", "--patience", "5"],
        &["--init-from", &run],
        &["--scale", "minmax", "--precision", "f64"],
        &["--batch", "8", "--class-weights", "balanced"],
        &["--optimizer", "lbfgs"],
        &["--dropout", "0.2", "--normalization", "batch"],
    ] {
        let all = [gaps, options].concat();
        holds(TABLES, "gaps.csv", &all, &Said(&["plan", "time"]));
    }
    for options in [
        &["--folds", "4", "--nets", "2"][..],
        &["--sweep", "scale=standard,none", "--nets", "1"],
    ] {
        let arguments = [&["population", &test][..], gaps, options, &["--dry-run"]].concat();
        assert!(printed(&arguments).contains("plan"));
    }
}
