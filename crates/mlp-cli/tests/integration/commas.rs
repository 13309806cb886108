//! Columns whose names have a comma, wherever columns are listed.

use std::fs;

use crate::mlp;
use crate::running::answer_in as run;

/// A table with the columns `x,y` (a feature that decides), `b`, `c,d` (nothing) and `z`.
fn table() -> String {
    let rows = (0..60).map(|row| {
        let (a, b) = (row * 7 % 13, row * 5 % 11);
        format!(
            "{a}.5,{b}.5,{},{}\n",
            row % 4,
            ["no", "yes"][usize::from(a > 6)]
        )
    });
    std::iter::once("\"x,y\",b,\"c,d\",z\n".to_owned())
        .chain(rows)
        .collect()
}

#[test]
fn a_name_with_a_comma_is_written_in_quotes_in_every_list() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("t.csv"), table()).unwrap();
    let base = [
        "train", "t.csv", "--hidden", "4", "--steps", "20", "--target", "z",
    ];
    let with = |rest: &[&'static str]| -> Vec<&'static str> { [&base, rest].concat() };
    let text = run(
        folder,
        &with(&["--features", "b, \"x,y\"", "-o", "r", "--figures", "svg"]),
    );
    assert!(text.contains("features: 2 columns"), "{text}");
    let experiment = fs::read_to_string(folder.join("r/experiment.toml")).unwrap();
    assert!(experiment.contains("\"x,y\""), "{experiment}");
    let text = run(
        folder,
        &with(&["--exclude", "\"c,d\"", "-o", "s", "--figures", "none"]),
    );
    assert!(text.contains("features: 2 columns"), "{text}");
    run(
        folder,
        &["plot", "r", "--plane", "\"x,y\",b", "--figures", "svg"],
    );
    let boundary = fs::read_to_string(folder.join("r/figures/boundary.svg")).unwrap();
    assert!(boundary.contains("x,y"), "{boundary}");
    for dependence in ["x,y", "\"x,y\"", "\"x,y\",b"] {
        run(
            folder,
            &[
                "importance",
                "r",
                "--dependence",
                dependence,
                "--figures",
                "none",
            ],
        );
    }
}

#[test]
fn half_a_name_is_told_what_it_is_half_of() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("t.csv"), table()).unwrap();
    let command = |arguments: &[&str]| {
        let output = mlp().current_dir(folder).args(arguments).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        said
    };
    let said = command(&["train", "t.csv", "--target", "z", "--features", "x,y"]);
    assert!(
        said.contains("`x,y` is written in quotes: \"x,y\""),
        "{said}"
    );
    run(
        folder,
        &[
            "train",
            "t.csv",
            "--target",
            "z",
            "--steps",
            "5",
            "--figures",
            "none",
            "-o",
            "r",
        ],
    );
    let said = command(&["importance", "r", "--dependence", "\"x,y\",b,\"c,d\""]);
    assert!(said.contains("names 3 columns; give one or two"), "{said}");
    let said = command(&["importance", "r", "--dependence", "\"x,y\",\"x,y\""]);
    assert!(said.contains("--dependence \"x,y\", or two"), "{said}");
    let said = command(&["plot", "r", "--plane", "b"]);
    assert!(said.contains("as in --plane A,B"), "{said}");
}
