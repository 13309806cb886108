//! Models written for other programs, and read back.

use std::{fs, path::Path};

use mlp_store::FORMATS;

use crate::{mlp, refused, succeeds};

fn run(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = mlp().current_dir(folder).args(arguments).output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {message}");
    output.stdout
}

#[test]
fn a_model_goes_into_every_format_and_predicts_the_same_from_those_that_hold_it_whole() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for (data, name) in [("iris", "iris"), ("diabetes", "diabetes")] {
        run(folder, &["data", data, "--force", "--out", "table.csv"]);
        let train = [
            "train",
            data,
            "--steps",
            "30",
            "--figures",
            "none",
            "-q",
            "--out",
            name,
        ];
        run(folder, &train);
        let expected = run(folder, &["predict", name, "table.csv"]);
        for format in FORMATS {
            let file = format!("my model.{}", format.endings[0]);
            let said = run(folder, &["export", name, "--force", "--out", &file]);
            assert!(String::from_utf8(said).unwrap().starts_with(&file));
            if format.is_readable() {
                assert_eq!(
                    run(folder, &["predict", &file, "table.csv"]),
                    expected,
                    "{file}"
                );
                let evaluated = |model: &str| run(folder, &["evaluate", model, data]);
                assert_eq!(evaluated(&file), evaluated(name), "{file}");
            }
        }
        // What goes to standard output is what goes into a file.
        let printed = run(folder, &["export", name, "--to", "c", "--name", "my model"]);
        assert_eq!(printed, fs::read(folder.join("my model.h")).unwrap());
        let header = String::from_utf8(printed).unwrap();
        assert!(
            header.contains("void my_model_predict(const double row"),
            "{header}"
        );
    }
}

#[test]
fn exports_that_cannot_be_are_refused_in_a_line() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let model = at("run");
    succeeds(&[
        "train",
        "moons",
        "--steps",
        "1",
        "--figures",
        "none",
        "-o",
        &model,
    ]);
    for (arguments, word) in [
        (&["export", &model][..], "give --out FILE, or --to"),
        (
            &["export", &model, "--out", "model.bin"],
            "the extension is not that of a known format",
        ),
        (&["export", &model, "--to", "rst"], "did you mean \"rust\"?"),
        (&["export", &at("none"), "--to", "c"], "none"),
        (&["export", &model, "--to", "json", "--name", "x"], "--name"),
    ] {
        let message = refused(arguments, 2);
        assert!(message.contains(word), "{message}");
    }
    let diverged = at("diverged");
    succeeds(&[
        "train",
        "moons",
        "--lr",
        "1e30",
        "--activation",
        "relu",
        "--figures",
        "none",
        "-o",
        &diverged,
    ]);
    let message = refused(&["export", &diverged, "--to", "onnx"], 2);
    assert!(message.contains("diverged"), "{message}");
}

#[test]
fn a_training_is_continued_to_the_bits_of_a_long_one() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let train = |arguments: &[&str]| {
        let usual = ["train", "--figures", "none", "-q"];
        run(folder, &[&usual, arguments].concat())
    };
    let settings = ["moons", "--optimizer", "adam", "--batch", "32"];
    train(&[&settings, &["--steps", "30", "--out", "long"][..]].concat());
    train(&[&settings, &["--steps", "12", "--out", "short"][..]].concat());
    train(&["--continue", "short", "--steps", "30", "--out", "went-on"]);
    let state = |name: &str| fs::read(folder.join(name).join("state.bin")).unwrap();
    assert_eq!(state("went-on"), state("long"));
    let at = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let message = refused(&["train", "--continue", &at("short")], 2);
    assert!(
        message.contains("give more than 12, as in --steps 24"),
        "{message}"
    );
    let message = refused(&["train", "--continue", &at("none"), "--steps", "9"], 2);
    assert!(message.contains("none"), "{message}");
}
