//! Tables of text as people write them: quotes, headers, delimiters.

use std::fs;

use crate::running::write;
use crate::{mlp, refused, succeeds};

/// A table of forty rows under a first line.
fn table(first: &str, row: impl Fn(u32) -> String) -> String {
    let rows: Vec<String> = (0..40).map(row).collect();
    format!("{first}{}\n", rows.join("\n"))
}

/// A number that goes up and down.
fn wave(i: u32) -> String {
    format!("{:.2}", f64::from((i * 37) % 41) / 10.0 - 2.0)
}

fn class(i: u32) -> &'static str {
    ["no", "yes"][(i / 2 % 2) as usize]
}

/// What a training on a file says of its shape.
fn network(arguments: &[&str]) -> String {
    let output = mlp()
        .args(["train"])
        .args(arguments)
        .args(["--epochs", "1", "--no-progress", "--dry-run"])
        .output()
        .unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {message}");
    String::from_utf8(output.stdout).unwrap()
}

/// What a training on a file refuses it with.
fn refusal(arguments: &[&str]) -> String {
    refused(&[&["train"], arguments, &["--dry-run"]].concat(), 2)
}

fn predicted(arguments: &[&str]) -> Vec<String> {
    let output = mlp().arg("predict").args(arguments).output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {message}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn stray_quotes_swallow_no_rows() {
    let folder = tempfile::tempdir().unwrap();
    let text = |stray: [u32; 2]| {
        let note = move |i| if stray.contains(&i) { "\"5 inch" } else { "ok" };
        table("a,b,y,note\n", move |i| {
            format!("{},{},{},{}", wave(i), wave(i + 7), class(i), note(i))
        })
    };
    let file = write(folder.path(), "open.csv", &text([14, 14]));
    let error = refusal(&[&file, "--target", "y", "--exclude", "note"]);
    assert!(
        error.contains("line 16, column `note`: a quote opens here and never closes"),
        "{error}"
    );
    let file = write(folder.path(), "two.csv", &text([14, 29]));
    let error = refusal(&[&file, "--target", "y", "--exclude", "note"]);
    assert!(
        error.contains("line 16, column `note`: text follows the quote"),
        "{error}"
    );
    // Both at the border of their cells, as two inch marks may stand.
    let size = |i| {
        ["7", "\"12", "15\""][if i == 4 {
            1
        } else if i == 30 {
            2
        } else {
            0
        }]
    };
    let row = |i| format!("{},{},{},{}", wave(i), size(i), wave(i + 5), class(i));
    let file = write(folder.path(), "pair.csv", &table("a,size,b,y\n", row));
    let error = refusal(&[&file, "--exclude", "size"]);
    assert!(
        error.contains("line 6") && error.contains("closes on line 32"),
        "{error}"
    );
}

#[test]
fn inch_marks_between_tabs_keep_every_row_in_training_and_prediction() {
    let folder = tempfile::tempdir().unwrap();
    let size = |i| ["3\"", "\"4", "\"6\" pipe", "\"", "\"a\""][(i % 5) as usize];
    let row = |i| format!("{}\t{}\t{}\t{}", wave(i), size(i), wave(i + 5), class(i));
    let file = write(folder.path(), "inch.tsv", &table("a\tsize\tb\ty\n", row));
    let run = folder.path().join("run");
    let run = run.to_str().unwrap();
    succeeds(&[
        "train",
        &file,
        "--exclude",
        "size",
        "--epochs",
        "2",
        "-o",
        run,
    ]);
    let rows = predicted(&[run, &file, "--keep", "a,size"]);
    assert_eq!(rows.len(), 40);
    for (row, i) in rows.iter().zip(0..) {
        assert!(row.starts_with(&format!("{},", wave(i))), "{row}");
    }
    assert!(rows[2].contains("\"\"\"6\"\" pipe\""), "{}", rows[2]);
}

#[test]
fn a_first_line_is_names_or_data_or_asked_about() {
    let folder = tempfile::tempdir().unwrap();
    let numbers = |i| format!("{},{},{}", wave(i), wave(i + 3), wave(i + 11));
    let file = write(folder.path(), "pandas.csv", &table("0,1,2\n", numbers));
    let error = refusal(&[&file]);
    assert!(
        error.contains("pandas.csv`, line 1: its numbers count"),
        "{error}"
    );
    assert!(error.contains("--header or --no-header"), "{error}");
    let plan = network(&[&file, "--header"]);
    assert!(plan.contains("30 train + 10 test"), "{plan}");
    let error = refused(&["train", &file, "--header", "--no-header"], 2);
    assert!(error.contains("--header and --no-header"), "{error}");

    let words = |i: u32| {
        let word = |i: u32| ["low", "med", "high"][(i % 3) as usize];
        format!("{},{},{}", word(i), word(i / 3), class(i))
    };
    let file = write(
        folder.path(),
        "words.csv",
        &table("buying,safety,class\n", words),
    );
    let plan = network(&[&file, "--categories", "one-hot"]);
    assert!(plan.contains("6-16-16-1"), "{plan}");
    let file = write(folder.path(), "bare.csv", &table("", words));
    let plan = network(&[&file, "--categories", "one-hot"]);
    assert!(plan.contains("6-16-16-1"), "{plan}");

    let mixed = |i| format!("{},{},{}", wave(i), wave(i + 3), class(i));
    let file = write(
        folder.path(),
        "word.data",
        &table("unheard,0.5,no\n", mixed),
    );
    let error = refusal(&[&file]);
    assert!(
        error.contains("line 1, column `column1`: `unheard`"),
        "{error}"
    );
    let file = write(folder.path(), "units.csv", &table("a,b,y\nkg,m,-\n", mixed));
    assert!(refusal(&[&file]).contains("line 2: the line holds text in every column of numbers"));
    let file = write(
        folder.path(),
        "title.csv",
        &table("My table\na,b,y\n", mixed),
    );
    assert!(refusal(&[&file]).contains("title"));
}

#[test]
fn delimiters_are_found_or_given() {
    let folder = tempfile::tempdir().unwrap();
    let row = |delimiter: &'static str| {
        move |i| [wave(i), wave(i + 3), class(i).to_owned()].join(delimiter)
    };
    let aligned = |i| format!("{:>8}{:>8} {:>4}", wave(i), wave(i + 3), class(i));
    for (name, text, arguments) in [
        ("one.data", table("", row(" ")), &[][..]),
        ("one.data", table("", row(" ")), &["--delimiter", " "]),
        ("aligned.data", table("", aligned), &[]),
        ("aligned.data", table("", aligned), &["--delimiter", " "]),
        (
            "aligned.data",
            table("", aligned),
            &["--delimiter", "whitespace"],
        ),
        (
            "tab.txt",
            table("a\tb\ty\n", row("\t")),
            &["--delimiter", "\t"],
        ),
        ("end.csv", table("a,b,y,\n", |i| row(",")(i) + ","), &[]),
        ("sheet.csv", table("a,b,y,,\n", |i| row(",")(i) + ",,"), &[]),
        ("excel.csv", table("sep=;\na;b;y\n", row(";")), &[]),
        ("uci.data", table("", row(", ")), &[]),
        (
            "noted.csv",
            table("# by hand\n# twice\na,b,y\n", row(",")),
            &["--comment", "#"],
        ),
    ] {
        let file = write(folder.path(), name, &text);
        let plan = network(&[&[file.as_str()], arguments].concat());
        assert!(plan.contains(" 2-16-16-1"), "{name} {arguments:?}: {plan}");
    }
    let file = write(
        folder.path(),
        "noted.csv",
        &table("# by hand\n# twice\na,b,y\n", row(",")),
    );
    assert!(refusal(&[&file]).contains("--comment '#'"));
    assert!(
        refusal(&[&file, "--delimiter", "ab"])
            .contains("--delimiter: the delimiter cannot be `ab`")
    );
    assert!(refusal(&["moons", "--comment", "#"]).contains("comment is for files"));
    assert!(refusal(&[&file, "--decimal", ",", "--thousands", ","]).contains("differ"));
}

#[test]
fn a_model_reads_as_its_training_did() {
    let folder = tempfile::tempdir().unwrap();
    let row = |delimiter: &'static str| {
        move |i| {
            let comment = if i % 10 == 0 { "! a remark\n" } else { "" };
            comment.to_owned() + &[wave(i), wave(i + 3), class(i).to_owned()].join(delimiter)
        }
    };
    let train = write(folder.path(), "train.csv", &table("a,b,y\n", row(",")));
    let test = write(folder.path(), "test.csv", &table("a;b;y\n", row(";")));
    let bare = write(
        folder.path(),
        "bare.txt",
        &table("", |i| format!("{} {}", wave(i), wave(i + 3))),
    );
    let run = folder.path().join("run");
    let run = run.to_str().unwrap();
    let options = [
        "--comment",
        "!",
        "--test-file",
        &test,
        "--epochs",
        "2",
        "-o",
        run,
    ];
    succeeds(&[&["train", train.as_str()], &options[..]].concat());
    // The mark of comments is the model's; delimiter and header are the file's own.
    let rows = predicted(&[run, &test]);
    assert_eq!(rows.len(), 40);
    assert_eq!(predicted(&[run, &bare]), rows);
    succeeds(&["evaluate", run, &test]);
    let json = folder.path().join("model.json");
    let json = json.to_str().unwrap();
    succeeds(&["export", run, "--out", json]);
    assert_eq!(predicted(&[json, &train]), rows);
    let text = fs::read_to_string(json).unwrap();
    assert!(
        text.contains("\"comment\":\"!\"") && text.contains("\"header\":true"),
        "{text}"
    );
}
