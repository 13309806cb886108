//! `mlp importance` as a user meets it.

use std::fs;

use crate::running::answer_in as run;
use crate::{mlp, refused};

/// A table whose target follows `a` and the colour; `idle` and nothing of it.
fn table() -> String {
    let mut text = "a,colour,idle,y\n".to_owned();
    for row in 0..120 {
        let (a, idle) = (row * 7 % 13, row * 5 % 11);
        let (colour, shift) = [("red", 0), ("green", 9), ("blue", -4)][row % 3];
        let y = 2.0 * a as f64 + f64::from(shift) + 0.5;
        text += &format!("{a}.25,{colour},{idle}.5,{y}\n");
    }
    text
}

#[test]
fn columns_are_told_by_what_they_are_worth_whole() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("t.csv"), table()).unwrap();
    let train = "train t.csv --target y --categories one-hot --hidden 8 --optimizer lbfgs --steps 60 --figures none -o r -q";
    run(folder, &train.split(' ').collect::<Vec<_>>());
    let text = run(
        folder,
        &[
            "importance",
            "r",
            "--dependence",
            "a",
            "--dependence",
            "colour,a",
            "--figures",
            "svg",
        ],
    );
    assert!(text.contains("30 rows of the test part"), "{text}");
    let lines: Vec<&str> = text.lines().collect();
    let place = |name: &str| {
        lines
            .iter()
            .position(|line| line.starts_with(name))
            .unwrap()
    };
    // One line per column of the table, the categories as one of them.
    assert!(
        place("a ") < place("idle") && place("colour ") < place("idle"),
        "{text}"
    );
    assert!(lines[place("idle")].ends_with("may not matter"), "{text}");
    for file in [
        "importance.csv",
        "falls.csv",
        "importance.svg",
        "dependence-a.csv",
        "dependence-a.svg",
        "dependence-colour-a.csv",
        "dependence-colour-a.svg",
    ] {
        assert!(folder.join("r/importance").join(file).is_file(), "{file}");
    }
    let table = fs::read_to_string(folder.join("r/importance/dependence-colour-a.csv")).unwrap();
    assert!(table.starts_with("colour,a,y\n"), "{table}");
    let again = run(
        folder,
        &[
            "importance",
            "r",
            "t.csv",
            "--score",
            "rmse",
            "--repeats",
            "3",
            "--json",
        ],
    );
    let found: serde_json::Value = serde_json::from_str(&again).unwrap();
    assert_eq!(
        (&found["score"], found["columns"].as_array().unwrap().len()),
        (&"rmse".into(), 3)
    );
    // An error is a number of which less is better: it is told as it is, and its rise counts as a fall.
    assert!(
        found["value"].as_f64().unwrap() > 0.0
            && found["columns"][0]["fall"].as_f64().unwrap() > 1.0
    );
    assert_eq!(found["columns"][0]["falls"].as_array().unwrap().len(), 3);
    // A model file alone gives the same numbers, and writes nowhere.
    let file = run(
        folder,
        &[
            "importance",
            "r/model.safetensors",
            "t.csv",
            "--score",
            "rmse",
            "--repeats",
            "3",
            "--json",
        ],
    );
    assert_eq!(again, file);
}

#[test]
fn what_cannot_be_told_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let run_path = folder.path().join("r");
    let name = run_path.to_str().unwrap();
    run(
        folder.path(),
        &[
            "train",
            "iris",
            "--steps",
            "5",
            "--figures",
            "none",
            "-o",
            "r",
            "-q",
        ],
    );
    let model = run_path.join("model.safetensors");
    let model = model.to_str().unwrap();
    for (arguments, said) in [
        (
            &["importance", name, "--score", "f2"][..],
            "there is no score f2",
        ),
        (
            &["importance", name, "--repeats", "1"],
            "--repeats: must be a whole number from 2",
        ),
        (
            &["importance", model],
            "is a model file; give the data after it",
        ),
        (
            &["importance", name, "--dependence", "petal"],
            "has no column `petal`; its columns are",
        ),
        (
            &["importance", model, "iris", "--dependence", "petal_length"],
            "name a folder with --out",
        ),
        (&["importance", name, "--score", "rmse"], "does not apply"),
    ] {
        let message = refused(arguments, 2);
        assert!(message.contains(said), "{message}");
    }
}

#[test]
fn what_no_permutation_changes_is_not_known() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("t.csv"), table()).unwrap();
    let train =
        "train t.csv --target y --categories one-hot --hidden 2 --steps 5 --figures none -o r -q";
    run(folder, &train.split(' ').collect::<Vec<_>>());
    fs::write(
        folder.join("same.csv"),
        "a,colour,idle,y\n1,red,3,1.5\n2,red,4,2.5\n3,red,9,0.5\n",
    )
    .unwrap();
    let text = run(folder, &["importance", "r", "same.csv"]);
    let line = |name: &str| {
        text.lines()
            .find(|line| line.starts_with(name))
            .unwrap()
            .to_owned()
    };
    assert!(
        line("colour").ends_with("not known: no permutation changes it"),
        "{text}"
    );
    assert!(!line("a ").contains("not known"), "{text}");
    assert!(
        line("note").contains("a column with the same value in all of these rows"),
        "{text}"
    );
    // Figures of an earlier call do not stay beside newer tables.
    let figure = folder.join("r/importance/importance.png");
    assert!(figure.is_file());
    run(
        folder,
        &["importance", "r", "same.csv", "--figures", "none"],
    );
    assert!(!figure.exists() && figure.with_extension("csv").is_file());
    fs::write(folder.join("one.csv"), "a,colour,idle,y\n1,red,3,1.5\n").unwrap();
    let text = run(folder, &["importance", "r", "one.csv", "--score", "rmse"]);
    assert_eq!(text.matches("not known").count(), 3, "{text}");
    assert!(
        text.contains("one row alone") && !text.contains("may not matter"),
        "{text}"
    );
}

#[test]
fn weights_and_rows_that_are_left_out_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut text = "a,b,w,y\n".to_owned();
    for row in 0..60 {
        let a = match row {
            7 => String::new(),
            row => format!("{}.5", row * 7 % 13),
        };
        text += &format!("{a},{}.25,{},{}.5\n", row % 5, 1 + row % 3, row * 7 % 13);
    }
    fs::write(folder.join("t.csv"), text).unwrap();
    let train = "train t.csv --target y --sample-weight w --missing drop --hidden 2 --steps 5 --figures none -o r -q";
    run(folder, &train.split(' ').collect::<Vec<_>>());
    fs::write(
        folder.join("new.csv"),
        "a,b,w,y\n1.5,0.25,1,1.5\n,1.25,1,2.5\n4.5,2.25,2,4.5\n9.5,3.25,3,9.5\n",
    )
    .unwrap();
    let text = run(folder, &["importance", "r", "new.csv"]);
    for line in [
        "rows left out     1 (missing values)",
        "sample weight     w (sum 6",
    ] {
        assert!(text.contains(line), "{text}");
    }
    let text = run(folder, &["importance", "r", "new.csv", "--json"]);
    let found: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(found["dropped"], 1);
    assert_eq!(found["sample_weight"], "w");
    assert_eq!(found["sum_of_weights"], 6.0);
}

#[test]
fn a_category_that_was_never_trained_is_unknown_in_the_test_part_too() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    // The last rows are the test part, and alone have the city Ulm.
    let rows = (0..80).map(|row| {
        let city = match row {
            76.. => "Ulm",
            row if row % 2 == 0 => "Bonn",
            _ => "Kiel",
        };
        format!(
            "{},{city},{}",
            row * 7 % 11,
            if row * 7 % 11 > 5 { "a" } else { "b" }
        )
    });
    let lines: Vec<String> = std::iter::once("x,city,y".to_owned()).chain(rows).collect();
    fs::write(folder.join("t.csv"), lines.join("\n")).unwrap();
    let header_and_test = [&lines[..1], &lines[61..]].concat().join("\n");
    fs::write(folder.join("test.csv"), header_and_test).unwrap();
    let train = "train t.csv --categories one-hot --split 60:0:20 --steps 30 --figures none --no-progress --out r";
    run(folder, &train.split(' ').collect::<Vec<_>>());
    let output = mlp()
        .current_dir(folder)
        .args(["importance", "r"])
        .output()
        .unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(
        message.contains("category `Ulm` of city is in the test part and in no training row")
            && message.contains("--unknown row"),
        "{message}"
    );
    // As the same rows are by their file.
    for (way, rows) in [("row", 16), ("zero", 20)] {
        let own = run(folder, &["importance", "r", "--unknown", way, "--json"]);
        let file = run(
            folder,
            &["importance", "r", "test.csv", "--unknown", way, "--json"],
        );
        let [own, file] =
            [own, file].map(|text| serde_json::from_str::<serde_json::Value>(&text).unwrap());
        assert_eq!(own["data"], format!("{rows} rows of the test part"));
        assert_eq!(own["dropped"], 20 - rows);
        for key in ["dropped", "value", "columns"] {
            assert_eq!(own[key], file[key], "{way} {key}");
        }
    }
}

/// Names are letters and digits alone, and some file systems do not tell capitals apart.
#[test]
fn dependences_of_columns_of_like_names_have_files_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut text = "a/b,a_b,A_B,y\n".to_owned();
    for row in 0..60 {
        let (a, b, c) = (row * 7 % 13, row * 5 % 11, row * 3 % 7);
        text += &format!("{a}.5,{b}.5,{c}.5,{}.5\n", a + 2 * b);
    }
    fs::write(folder.join("t.csv"), text).unwrap();
    let train = "train t.csv --target y --hidden 4 --steps 20 --figures none -o r -q";
    run(folder, &train.split(' ').collect::<Vec<_>>());
    let explain = "importance r --dependence a/b --dependence a_b --dependence A_B --figures svg";
    let text = run(folder, &explain.split(' ').collect::<Vec<_>>());
    for (file, column) in [
        ("dependence-a_b", "a/b"),
        ("dependence-a_b-2", "a_b"),
        ("dependence-A_B-3", "A_B"),
    ] {
        let path = folder.join("r/importance").join(file);
        let table = fs::read_to_string(path.with_extension("csv")).unwrap();
        assert!(table.starts_with(&format!("{column},")), "{file}: {table}");
        assert!(path.with_extension("svg").is_file(), "{file}: {text}");
    }
}
