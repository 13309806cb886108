//! Scores that are too good: test rows that were trained on, and a step that is chosen by the test part.

use std::{fs, path::Path};

use crate::running::{json, run, write};

/// Rows whose class depends on both numbers, from the first of them on.
fn rows(range: std::ops::Range<usize>) -> String {
    let row = |row: usize| {
        let (a, b) = (row * 37 % 211, row * 53 % 197);
        format!("{a},{b}.5,{}\n", if a + b > 200 { "yes" } else { "no" })
    };
    range.map(row).collect()
}

fn tables(folder: &Path) {
    let head = "a,b,y\n";
    write(folder, "t.csv", &format!("{head}{}", rows(0..200)));
    write(folder, "other.csv", &format!("{head}{}", rows(300..340)));
    write(
        folder,
        "part.csv",
        &format!("{head}{}{}", rows(5..8), rows(300..317)),
    );
    write(
        folder,
        "twice.csv",
        &format!("{head}{}{}", rows(0..200), rows(0..60)),
    );
    write(
        folder,
        "few.csv",
        &format!("{head}{}{}", rows(0..200), rows(0..2)),
    );
}

const SHORT: &str = "--steps 40 --hidden 4 --no-progress";

#[test]
fn test_rows_that_were_trained_on_are_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    tables(folder);
    for (data, warning) in [
        (
            "t.csv --test-file t.csv",
            "t.csv is the file that the network is trained on",
        ),
        (
            "t.csv --test-file part.csv",
            "3 of 20 test rows of part.csv are equal to training rows",
        ),
        (
            "t.csv --validation-file part.csv",
            "3 of 20 validation rows of part.csv are equal to training rows",
        ),
        (
            "twice.csv",
            "are equal to training rows in all columns that are used",
        ),
        (
            "twice.csv --folds 4",
            "of the first fold are equal to training rows",
        ),
    ] {
        let text = run(
            folder,
            &format!("train {data} {SHORT} --figures none --out a --force"),
        );
        let warned = text
            .lines()
            .any(|line| line.starts_with("warning") && line.contains(warning));
        assert!(warned, "{data}: {text}");
    }
    for data in ["t.csv --test-file other.csv", "t.csv", "few.csv", "moons"] {
        let text = run(
            folder,
            &format!("train {data} {SHORT} --figures none --out a --force"),
        );
        assert!(!text.contains("equal to training rows"), "{data}: {text}");
    }
    // Rows that are kept for the model that is chosen, too.
    let search = "population t.csv --nets 2 --select accuracy --validation-fraction 0.2 --test-file part.csv";
    let text = run(folder, &format!("{search} {SHORT} --figures none --out s"));
    assert!(text.contains("3 of 20 test rows of part.csv"), "{text}");
    let file = "train t.csv --test-file part.csv";
    let told = json(folder, &format!("{file} {SHORT} --json --out b"));
    let warnings = told["warnings"].as_array().unwrap();
    assert!(
        warnings
            .iter()
            .any(|warning| warning.as_str().unwrap().contains("3 of 20 test rows")),
        "{told}"
    );
    let page = fs::read_to_string(folder.join("b/report.html")).unwrap();
    assert!(page.contains("3 of 20 test rows of part.csv are equal to training rows"));
}

#[test]
fn a_step_chosen_by_the_test_part_is_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    tables(folder);
    let warning = "early stopping (patience) chooses the step by the test part";
    let told = json(
        folder,
        &format!("train t.csv {SHORT} --patience 30 --json --out a"),
    );
    let warnings = told["warnings"].as_array().unwrap();
    let [.., last] = &warnings[..] else {
        panic!("{told}");
    };
    let last = last.as_str().unwrap();
    assert!(
        last.starts_with(warning) && last.ends_with("try again with --validation-fraction 0.2"),
        "{last}"
    );
    let page = fs::read_to_string(folder.join("a/report.html")).unwrap();
    assert!(page.contains(warning));
    let validated = "--patience 30 --validation-fraction 0.2 --figures none --out b";
    for (options, warned) in [
        ("--patience 30 --figures none --out c", true),
        (validated, false),
    ] {
        let text = run(
            folder,
            &format!("population t.csv --nets 2 {SHORT} {options}"),
        );
        assert_eq!(text.contains(warning), warned, "{text}");
    }
}
