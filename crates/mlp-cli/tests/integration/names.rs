//! Columns of names that look like something else: codes, versions, words for nothing, booleans.

use std::{fmt::Write, fs, path::Path};

use crate::running::{answer, train, write};
use crate::{mlp, refused};

/// A table of so many rows with a number, and what `cells` gives for each row.
fn table(folder: &Path, columns: &str, rows: usize, cells: impl Fn(usize) -> String) -> String {
    let mut text = format!("{columns}\n");
    for row in 0..rows {
        writeln!(text, "{}.5,{}", row * 7 % 11, cells(row)).unwrap();
    }
    write(folder, "t.csv", &text)
}

/// The names of the classes that a model predicts.
fn classes(model: &str, file: &str) -> String {
    let answers = answer(&["predict", model, file]);
    let header = answers.lines().next().unwrap();
    header.replace("prediction,", "").replace("p_", "")
}

struct Place {
    _folder: tempfile::TempDir,
    path: std::path::PathBuf,
    out: String,
}

fn place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    let out = path.join("run").to_str().unwrap().to_owned();
    Place {
        _folder: folder,
        path,
        out,
    }
}

#[test]
fn numbers_beside_text_are_names_as_they_are_written() {
    let Place { path, out, .. } = &place();
    let cells = ["01", "1", "A1"];
    let file = table(path, "a,y", 30, |row| cells[row % 3].to_owned());
    let said = train(&file, &["-o", out]);
    assert!(
        said.contains("3 classes, `01` 10 (33.3 %), `1` 10 (33.3 %), `A1` 10"),
        "{said}"
    );
    assert_eq!(classes(out, &file), "01,1,A1");
    assert!(answer(&["evaluate", out, &file]).contains("samples           30"));
    // As a feature.
    let file = table(path, "a,k,y", 30, |row| {
        format!("{},{}", cells[row % 3], ["u", "v"][row % 2])
    });
    let said = train(&file, &["--categories", "one-hot", "-o", out, "--force"]);
    assert!(said.contains("1 of 3 categories"), "{said}");
    let rows = write(path, "rows.csv", "a,k\n1,01\n1,1\n1,A1\n");
    let answers = answer(&["predict", out, &rows]);
    let lines: Vec<&str> = answers.lines().collect();
    assert!(lines[1] != lines[2] && lines[2] != lines[3], "{answers}");
}

#[test]
fn two_spellings_of_one_number_are_told() {
    let Place { path, out, .. } = &place();
    let file = table(path, "a,y", 30, |row| ["7", "007", "8"][row % 3].to_owned());
    let message = refused(&["train", &file, "-o", out], 2);
    assert!(
        message.contains("line 3, column `y`: `007` and `7` are the same number in two spellings")
            && message.contains("--task classification"),
        "{message}"
    );
    let said = train(&file, &["--task", "classification", "-o", out]);
    assert!(said.contains("3 classes"), "{said}");
    let file = table(path, "a,k,y", 30, |row| {
        format!("{},{}", ["7", "007", "8"][row % 3], ["u", "v"][row % 2])
    });
    let one_hot = ["--categories", "one-hot"];
    let message = refused(&[&["train", &file, "-o", out], &one_hot[..]].concat(), 2);
    assert!(
        message.contains("line 3, column `k`: `007` and `7`") && message.contains("--text k"),
        "{message}"
    );
    let options = [&one_hot[..], &["--text", "k", "-o", out, "--force"]].concat();
    let said = train(&file, &options);
    assert!(
        said.contains("`k` read as text") && said.contains("1 of 3 categories"),
        "{said}"
    );
    let file = table(path, "a,y", 30, |row| {
        ["1e5", "100000", "2"][row % 3].to_owned()
    });
    let message = refused(&["train", &file, "-o", out, "--force"], 2);
    assert!(
        message.contains("`1e5` and `100000` are the same number in two spellings"),
        "{message}"
    );
    // Numbers with leading zeros that are unlike are names, too.
    let file = table(path, "a,y", 30, |row| format!("0{}", row % 3));
    assert!(train(&file, &["-o", out, "--force"]).contains("3 classes, `00`"));
}

#[test]
fn one_class_says_what_makes_more() {
    let Place { path, out, .. } = &place();
    let file = table(path, "a,y", 30, |row| ["1", "1.0"][row % 2].to_owned());
    let message = refused(&["train", &file, "-o", out], 2);
    assert!(
        message.contains("column `y`: every row is of class `1`")
            && message.contains("`1` and `1.0`, and --task classification tells them apart"),
        "{message}"
    );
    let said = train(&file, &["--task", "classification", "-o", out]);
    assert!(said.contains("2 classes"), "{said}");
    let file = table(path, "a,y", 30, |_| "1".to_owned());
    let message = refused(&["train", &file, "-o", out, "--force"], 2);
    assert!(
        message.contains("name the column to learn with --target"),
        "{message}"
    );
    let file = table(path, "a,y", 30, |row| ["NA", "yes"][row % 2].to_owned());
    let message = refused(
        &["train", &file, "--missing", "drop", "-o", out, "--force"],
        2,
    );
    assert!(
        message.contains("if `NA` is a name, too") && message.contains("--text y"),
        "{message}"
    );
    let said = train(&file, &["--text", "y", "-o", out, "--force"]);
    assert!(said.contains("2 classes, `NA` 15"), "{said}");
}

#[test]
fn booleans_are_alike_in_text_and_in_parquet() {
    let Place { path, out, .. } = &place();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tables");
    let file = |ending: &str| {
        let path = folder.join(format!("pandas_booleans.{ending}"));
        path.to_str().unwrap().to_owned()
    };
    let (csv, parquet) = (file("csv"), file("parquet"));
    let one_hot = ["--categories", "one-hot"];
    for (of, other, options) in [
        (&csv, &parquet, &one_hot[..]),
        (&parquet, &csv, &[]),
        (&parquet, &csv, &one_hot),
    ] {
        let said = train(of, &[options, &["-o", out, "--force"]].concat());
        assert!(
            said.contains("target `y` (last column): 2 classes, `False` 18 (45.0 %), `True` 22"),
            "{said}"
        );
        assert_eq!(
            answer(&["predict", out, of]),
            answer(&["predict", out, other])
        );
        assert_eq!(
            answer(&["evaluate", out, of]).replace(of.as_str(), ""),
            answer(&["evaluate", out, other]).replace(other.as_str(), "")
        );
    }
    // As R writes them.
    let text = fs::read_to_string(&csv).unwrap();
    let text = text.replace("True", "TRUE").replace("False", "FALSE");
    let r = write(path, "r.csv", &text);
    assert_eq!(
        answer(&["predict", out, &parquet]),
        answer(&["predict", out, &r])
    );
    assert_eq!(
        answer(&["evaluate", out, &csv]).replace(csv.as_str(), ""),
        answer(&["evaluate", out, &r]).replace(r.as_str(), "")
    );
}

#[test]
fn a_model_of_names_predicts_tables_of_other_kinds() {
    let Place { path, out, .. } = &place();
    let version = |row: usize| ["1.10", "1.1", "2.0"][row % 3];
    let cells = |row: usize| format!("{},{}", version(row), ["a", "b"][row % 3 / 2]);
    let csv = table(path, "x,v,y", 30, cells);
    train(&csv, &["--text", "v", "--categories", "one-hot", "-o", out]);
    let text = fs::read_to_string(&csv).unwrap();
    let (_, rows) = text.split_once('\n').unwrap();
    let header =
        "@relation t\n@attribute x numeric\n@attribute v string\n@attribute y {a,b}\n@data\n";
    let arff = write(path, "t.arff", &format!("{header}{rows}"));
    assert_eq!(
        answer(&["predict", out, &csv]),
        answer(&["predict", out, &arff])
    );
}

#[test]
fn whole_numbers_that_floats_cannot_tell_apart_are_no_classes_by_value() {
    let Place { path, .. } = &place();
    let id = |row: usize| format!("7656119800000{:04}", [1, 3, 101][row % 3]);
    let csv = table(path, "x,id", 30, id);
    let message = refused(&["train", &csv, "--steps", "5"], 2);
    assert!(
        message.contains("a whole number beyond 2^53") && message.contains("--task classification"),
        "{message}"
    );
    let said = train(
        &csv,
        &[
            "--task",
            "classification",
            "-o",
            &format!("{}/r", path.display()),
        ],
    );
    assert!(said.contains("3 classes, `76561198000000001`"), "{said}");
}

#[test]
fn words_for_nothing_are_names_in_columns_of_text() {
    let Place { path, out, .. } = &place();
    let words = ["NA", "None", "nan", "inf", "null", "yes"];
    let target = table(path, "a,y", 60, |row| words[row % 6].to_owned());
    let classify = ["--task", "classification"];
    let message = refused(&[&["train", &target, "-o", out], &classify[..]].concat(), 2);
    assert!(
        message.contains("line 2, column `y`: the value is missing (`NA`)")
            && message.contains("if `NA` is a name here, give --text y"),
        "{message}"
    );
    let said = train(&target, &["--text", "y", "-o", out]);
    assert!(said.contains("6 classes"), "{said}");
    assert_eq!(classes(out, &target), "NA,None,inf,nan,null,yes");
    assert!(answer(&["evaluate", out, &target]).contains("samples           60"));
    let drop = ["--missing", "drop", "-o", out, "--force"];
    let drop = train(&target, &[&classify[..], &drop].concat());
    assert!(
        drop.contains("column `y` has `None` 10 times, which stands for a missing value; if it is a name, say so with --text y"),
        "{drop}"
    );
    // As a feature, filled in where it is empty.
    let feature = table(path, "a,k,y", 60, |row| {
        format!("{},{}", words[row % 6], ["u", "v"][row % 2])
    });
    let one_hot = ["--categories", "one-hot"];
    let message = refused(&[&["train", &feature, "-o", out], &one_hot[..]].concat(), 2);
    assert!(
        message.contains("column `k`: the value is missing (`NA`)")
            && message.contains("give --text k"),
        "{message}"
    );
    let message = refused(&["train", &feature, "--text", "k", "-o", out], 2);
    assert!(message.contains("give --categories one-hot"), "{message}");
    let options = [
        "--text",
        "k",
        "--missing",
        "most-frequent",
        "-o",
        out,
        "--force",
    ];
    let said = train(&feature, &[&one_hot[..], &options].concat());
    assert!(said.contains("1 of 6 categories"), "{said}");
    let rows = write(path, "rows.csv", "a,k\n1,None\n1,NA\n1,inf\n1,\n");
    assert_eq!(answer(&["predict", out, &rows]).lines().count(), 5);
    let rows = write(path, "rows.csv", "a,k\n1,N/A\n");
    let message = refused(&["predict", out, &rows], 2);
    assert!(message.contains("category `N/A` is unknown"), "{message}");
    // Words that the user gives are missing there, too.
    let said = train(
        &feature,
        &[&one_hot[..], &options, &["--missing-words", "null"]].concat(),
    );
    assert!(
        said.contains("1 of 5 categories") && said.contains("10 missing values filled in"),
        "{said}"
    );
}

#[test]
fn versions_seasons_and_ratios_are_names_by_request() {
    let Place { path, out, .. } = &place();
    let kinds: [[&str; 4]; 5] = [
        ["1.12.10", "1.2.3", "1.10.1", "2.3.4"],
        ["2018/19", "2019/20", "2020/21", "2021/22"],
        ["16:10", "16:9", "4:3", "21:9"],
        ["1.1", "1.10", "1.9", "1.10.1"],
        ["4,5", "3,0", "2,5", "1,5"],
    ];
    let one_hot = ["--categories", "one-hot"];
    for cells in kinds {
        let file = table(path, "a,k,y", 40, |row| {
            format!("\"{}\",{}", cells[row / 2 % 4], ["u", "v"][row % 2])
        });
        let arguments = [&["train", &file, "-o", out, "--dry-run"], &one_hot[..]].concat();
        let output = mlp().args(&arguments).output().unwrap();
        let message = String::from_utf8(output.stderr).unwrap();
        if output.status.code() != Some(0) {
            assert!(
                message.contains("column `k`: `") && message.contains("or give --text k if they"),
                "{message}"
            );
        }
        let options = ["--text", "k", "-o", out, "--force"];
        let said = train(&file, &[&one_hot[..], &options].concat());
        assert!(said.contains("1 of 4 categories"), "{said}");
        assert_eq!(answer(&["predict", out, &file]).lines().count(), 41);
        let rows = write(path, "rows.csv", "a,k\n1,1.100\n");
        let message = refused(&["predict", out, &rows], 2);
        assert!(message.contains("category `1.100` is unknown"), "{message}");
        // As classes.
        let file = table(path, "a,y", 40, |row| format!("\"{}\"", cells[row % 4]));
        let said = train(&file, &["--text", "y", "-o", out, "--force"]);
        assert!(said.contains("4 classes"), "{said}");
        let text = fs::read_to_string(format!("{out}/experiment.toml")).unwrap();
        assert!(
            text.contains("text = \"y\"") || text.contains("text = [\"y\"]"),
            "{text}"
        );
        assert!(answer(&["evaluate", out, &file]).contains("samples           40"));
    }
}

#[test]
fn text_is_for_columns_that_can_be_names() {
    let Place { path, out, .. } = &place();
    let file = table(path, "a,k,y", 40, |row| {
        format!("{},{}.5", row % 4, row % 9)
    });
    let refuse = |options: &[&str]| refused(&[&["train", &file, "-o", out], options].concat(), 2);
    let message = refuse(&["--text", "z"]);
    assert!(
        message.contains("there is no column `z`, named as read as text"),
        "{message}"
    );
    let message = refuse(&["--text", "y", "--task", "regression"]);
    assert!(
        message.contains("column `y`: the column is the target of a regression"),
        "{message}"
    );
    let message = refuse(&["--text", "a", "--sample-weight", "a"]);
    assert!(
        message.contains("column `a`: the column is the sample weight"),
        "{message}"
    );
    // By position, and in a file of tests, whose columns are in another order.
    let other = "y,k,a\n1.5,2,1\n2.5,3,7\n".to_owned();
    let other = write(path, "other.csv", &other);
    let options = [
        "--text",
        "2",
        "--categories",
        "one-hot",
        "--test-file",
        &other,
        "-o",
        out,
    ];
    let said = train(&file, &options);
    assert!(said.contains("`k` read as text"), "{said}");
}

#[test]
fn a_stray_word_among_numbers_is_named_with_ways_out() {
    let Place { path, out, .. } = &place();
    let stray = |row: usize| {
        if row == 20 {
            "abc".to_owned()
        } else {
            (row * 3).to_string()
        }
    };
    let feature = table(path, "a,k,y", 60, |row| {
        format!("{},{}", stray(row), ["u", "v"][row % 2])
    });
    let one_hot = ["--categories", "one-hot"];
    for (options, text) in [
        (&[][..], "--text k --categories one-hot"),
        (&one_hot[..], "--text k"),
    ] {
        let message = refused(&[&["train", &feature, "-o", out], options].concat(), 2);
        assert!(
            message.contains(
                "line 22, column `k`: `abc` is not a number; the rest of the column is numbers"
            ) && message.contains("--missing-words abc --missing drop")
                && message.contains(text),
            "{message}"
        );
    }
    let way = ["--missing-words", "abc", "--missing", "drop", "-o", out];
    assert!(train(&feature, &way).contains("59 of 60 rows"));
    let target = table(path, "a,y", 60, stray);
    let message = refused(&["train", &target, "-o", out], 2);
    assert!(
        message.contains("line 22, column `y`: `abc` is not a number")
            && message.contains("--missing-words abc --missing drop"),
        "{message}"
    );
    assert!(train(&target, &[&way[..], &["--force"]].concat()).contains("59 of 60 rows"));
    // Nor is one a header where another cell returns below: that is asked.
    let odd = write(
        path,
        "odd.csv",
        "a,t,y\n1.5,t,u\n2.5,f,v\n3.5,t,u\n4.5,f,v\n",
    );
    let message = refused(&["train", &odd, "-o", out, "--force"], 2);
    assert!(message.contains("--header or --no-header"), "{message}");
    // One word among few whole numbers is not a class of its own accord.
    let few = table(path, "a,y", 60, |row| {
        if row == 20 {
            "abc".to_owned()
        } else {
            (row % 3).to_string()
        }
    });
    let message = refused(&["train", &few, "-o", out], 2);
    assert!(
        message.contains("line 22, column `y`: `abc` is not a number")
            && message.contains("--task classification"),
        "{message}"
    );
}

#[test]
fn a_target_that_names_the_rows_is_refused() {
    let Place { path, out, .. } = &place();
    let file = table(path, "a,id", 40, |row| format!("C{row:03}"));
    let message = refused(&["train", &file, "-o", out], 2);
    assert!(
        message.contains("column `id`: the target has 40 distinct texts in 40 rows")
            && message.contains("--target"),
        "{message}"
    );
    let said = train(
        &file,
        &[
            "--task",
            "classification",
            "--test-fraction",
            "0",
            "-o",
            out,
        ],
    );
    assert!(said.contains("40 classes"), "{said}");
}

#[test]
fn codes_that_became_numbers_are_noted() {
    let Place { path, out, .. } = &place();
    let file = table(path, "a,zip,y", 40, |row| {
        format!("0{},{}", 1000 + row * 37, ["u", "v"][row % 2])
    });
    let said = train(&file, &["-o", out]);
    assert!(
        said.contains("column `zip` has numbers with leading zeros, for instance `01000`; if they are names, say so with --text zip --categories one-hot"),
        "{said}"
    );
}
