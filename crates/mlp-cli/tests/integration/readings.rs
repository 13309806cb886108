//! Cells as people write them: numbers and dates in disguise, words for nothing, names of classes.

use std::{fmt::Write, fs, path::Path};

use crate::running::{answer, train};
use crate::{refused, succeeds};

/// A table of forty rows with two features and what `last` gives for each row.
fn table(folder: &Path, name: &str, columns: &str, last: impl Fn(usize) -> String) -> String {
    let mut text = format!("{columns}\n");
    for row in 0..40 {
        let (a, b) = (row % 7, (row * 5) % 11);
        writeln!(text, "{a},{b},{}", last(row)).unwrap();
    }
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_target_in_disguise_is_named_and_read_on_request() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    let out = out.to_str().unwrap();
    let number = |row: usize| row * 7 % 8 + 1;
    for (name, cell, what, options) in [
        (
            "comma.csv",
            &(|row: usize| format!("\"{},5\"", row * 7 % 8)) as &dyn Fn(usize) -> String,
            "is a number with a decimal comma; give --decimal ','",
            &["--decimal", ","][..],
        ),
        (
            "thousands.csv",
            &|row| format!("\"{},000\"", number(row)),
            "is 1 with a decimal comma, or 1000 with commas between the thousands; give --decimal ',' or --thousands ','",
            &["--thousands", ","],
        ),
        (
            "money.csv",
            &|row| format!("${}.50", number(row)),
            "is an amount of money; give --units '$'",
            &["--units", "$"],
        ),
        (
            "percent.csv",
            &|row| format!("{}%", number(row)),
            "is a percentage; give --units '%'",
            &["--units", "%"],
        ),
        (
            "dates.csv",
            &|row| format!("2020-0{}-15", number(row)),
            "is a date; give --dates ymd for numbers of days",
            &["--dates", "ymd"],
        ),
    ] {
        let file = table(folder.path(), name, "a,b,y", cell);
        let message = refused(&["train", &file, "-o", out], 2);
        assert!(
            message.contains("line 2, column `y`: `")
                && message.contains(what)
                && message.contains("or --task classification"),
            "{message}"
        );
        let printed = train(&file, &[options, &["-o", out, "--force"]].concat());
        assert!(printed.contains("(regression)"), "{name}: {printed}");
        // What is written alike is read alike, without a word.
        let answers = answer(&["predict", out, &file]);
        assert_eq!(answers.lines().count(), 41);
        assert!(answer(&["evaluate", out, &file]).contains("rmse"));
    }
    let file = folder.path().join("money.csv");
    let file = file.to_str().unwrap();
    let options = ["--task", "classification", "-o", out, "--force"];
    assert!(train(file, &options).contains("8 classes"));
    let header = answer(&["predict", out, file]);
    assert!(header.starts_with("prediction,p_$1.50,p_$2.50"), "{header}");
}

#[test]
fn words_for_nothing_are_no_class() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    let out = out.to_str().unwrap();
    for word in ["#NA", "-", "1.#QNAN", "n.a.", "NaN", "#DIV/0!"] {
        let label = |row: usize| match row {
            5 => word.to_owned(),
            row => (row % 2).to_string(),
        };
        let file = table(folder.path(), "words.csv", "a,b,y", label);
        let message = refused(&["train", &file, "-o", out], 2);
        let missing = format!("line 7, column `y`: the value is missing (`{word}`)");
        assert!(
            message.contains(&missing) && message.contains("--missing drop"),
            "{message}"
        );
        let printed = train(&file, &["--missing", "drop", "-o", out, "--force"]);
        assert!(printed.contains("2 classes"), "{word}: {printed}");
    }
}

#[test]
fn labels_keep_their_spelling() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    let out = out.to_str().unwrap();
    let names = ["1.10", "1.1", "007", "7", "9007199254740993"];
    let file = table(folder.path(), "labels.csv", "a,b,y", |row| {
        names[row % 5].to_owned()
    });
    let printed = train(&file, &["--task", "classification", "-o", out]);
    assert!(printed.contains("5 classes"), "{printed}");
    let answers = answer(&["predict", out, &file]);
    assert!(
        answers.starts_with("prediction,p_1.1,p_1.10,p_007,p_7,p_9007199254740993\n"),
        "{answers}"
    );
    assert!(answer(&["evaluate", out, &file]).contains("samples           40"));
    // Classes that were found by their value are found so again.
    let file = table(folder.path(), "values.csv", "a,b,y", |row| {
        ["1.0", "2"][row % 2].to_owned()
    });
    let first = train(&file, &["-o", out, "--force"]);
    assert!(first.contains("2 classes"));
    assert!(answer(&["predict", out, &file]).starts_with("prediction,p_1,p_2\n"));
    let experiment = format!("{out}/experiment.toml");
    let text = fs::read_to_string(&experiment).unwrap();
    assert!(text.contains("task = \"auto\""), "{text}");
    let again = folder.path().join("again");
    let again = again.to_str().unwrap();
    succeeds(&["run", &experiment, "-o", again]);
    assert_eq!(
        fs::read(format!("{out}/model.safetensors")).unwrap(),
        fs::read(format!("{again}/model.safetensors")).unwrap()
    );
}

#[test]
fn categories_that_name_the_rows_are_refused_and_rare_ones_pooled() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    let out = out.to_str().unwrap();
    let path = folder.path().join("ids.csv");
    let mut text = "id,a,y\n".to_owned();
    for row in 0..40 {
        let id = if row % 2 == 0 {
            "big".to_owned()
        } else {
            format!("C{row}")
        };
        writeln!(text, "{id},{row}.5,{}", ["no", "yes"][row % 2]).unwrap();
    }
    fs::write(&path, text).unwrap();
    let file = path.to_str().unwrap();
    let message = refused(&["train", file, "--categories", "one-hot", "-o", out], 2);
    assert!(
        message.contains("column `id`: the column has 21 distinct texts in 40 rows")
            && message.contains("--exclude"),
        "{message}"
    );
    let options = ["--categories", "one-hot", "--rare", "2", "-o", out];
    assert!(train(file, &options).contains("3-16-16-1"));
    let new = folder.path().join("new.csv");
    fs::write(&new, "id,a\nnever seen,1.5\nbig,2\n").unwrap();
    assert_eq!(
        answer(&["predict", out, new.to_str().unwrap()])
            .lines()
            .count(),
        3
    );
}

#[test]
fn a_missing_category_is_filled_in_by_the_most_frequent() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("k.csv");
    let mut text = String::from("k,y\n");
    for row in 0..110 {
        let (k, y) = [("A", 1), ("B", 5), ("C", 9), ("", 1)][match row {
            0..40 => 0,
            40..70 => 1,
            70..100 => 2,
            _ => 3,
        }];
        writeln!(text, "{k},{y}.{}", row % 10).unwrap();
    }
    fs::write(&file, text).unwrap();
    let out = folder.path().join("run");
    let out = out.to_str().unwrap();
    let options = ["--missing", "most-frequent", "--categories", "one-hot"];
    let said = train(
        file.to_str().unwrap(),
        &[&options[..], &["--test-fraction", "0", "--out", out]].concat(),
    );
    assert!(
        said.contains("10 missing values filled in (most-frequent)"),
        "{said}"
    );
    let rows = folder.path().join("rows.csv");
    fs::write(&rows, "k\nA\n\"\"\nB\n").unwrap();
    let model = format!("{out}/model.safetensors");
    let answers = answer(&["predict", &model, rows.to_str().unwrap()]);
    let lines: Vec<&str> = answers.lines().collect();
    assert!(lines[1] == lines[2] && lines[1] != lines[3], "{answers}");
}
