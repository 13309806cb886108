//! What lies around whole results may be gone: they are still drawn, and what is wrong is said of what it is of.

use std::{fs, path::Path};

use crate::{mlp, refused, succeeds};

/// A table of two classes.
fn table(path: &Path) {
    let rows = (0..40).map(|row| {
        let (a, b) = (f64::from(row) / 7.0, f64::from(row * 3 % 11));
        format!("{a},{b},{}\n", if row % 2 == 0 { "even" } else { "odd" })
    });
    fs::write(path, format!("a,b,y\n{}", rows.collect::<String>())).unwrap();
}

const SWEPT: [&str; 6] = ["--sweep", "lr=0.1,0.5", "--nets", "3", "--steps", "20"];
const DRAWN: [&str; 8] = [
    "--sweep",
    "lr=log:0.1:1",
    "--draws",
    "4",
    "--nets",
    "1",
    "--steps",
    "20",
];

#[test]
fn what_is_wrong_with_a_file_is_no_matter_of_a_cell() {
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("t.csv");
    let name = file.to_str().unwrap();
    fs::write(&file, "a,b,y\n1,2,x\n3,4\n").unwrap();
    for settings in [&SWEPT[..], &DRAWN, &["--folds", "3"]] {
        let message = refused(
            &[&["population", name, "--out", "run"], settings].concat(),
            2,
        );
        assert!(
            message.contains("t.csv") && !message.contains("error: at "),
            "{message}"
        );
    }
    // A cell that reads another part of it is one.
    table(&file);
    let sweep = [
        "population",
        name,
        "--out",
        "run",
        "--sweep",
        "hidden=4,8",
        "--sweep",
        "target=y,c",
    ];
    let message = refused(&sweep, 2);
    assert!(message.contains("target = c"), "{message}");
}

#[test]
fn a_run_whose_data_changed_is_drawn_without_them() {
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("t.csv");
    let name = file.to_str().unwrap();
    let map = ["--x", "lr=0.1,0.5", "--y", "wd=0,0.01", "--steps", "5"];
    for (kind, settings, left_out) in [
        (
            "train",
            &["--steps", "20"][..],
            &[
                "boundary",
                "calibration",
                "class-scores",
                "confusion-matrix",
                "hidden-units",
                "landscape",
                "roc",
                "trajectory",
            ][..],
        ),
        ("population", &SWEPT, &["boundaries"]),
        ("map", &map, &[]),
    ] {
        table(&file);
        let run = scratch.path().join(kind);
        let folder = run.to_str().unwrap();
        let command = [&[kind, name, "--out", folder], settings].concat();
        succeeds(&command);
        let drawn = |path: &Path| {
            let files = fs::read_dir(path.join("figures")).unwrap();
            let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
            names.collect::<std::collections::BTreeSet<_>>()
        };
        let all = drawn(&run);
        let report = fs::read_to_string(run.join("report.html")).unwrap();
        // Another row, and one that cannot be read.
        for more in ["1,2,even\n", "1,2\n"] {
            let whole = fs::read_to_string(&file).unwrap();
            fs::write(&file, format!("{whole}{more}")).unwrap();
            fs::remove_dir_all(run.join("figures")).unwrap();
            let output = mlp().args(["plot", folder]).output().unwrap();
            let message = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(0), "{message}");
            assert!(
                message.starts_with("warning: ") && message.contains("t.csv has changed"),
                "{message}"
            );
            let now = drawn(&run);
            let gone = |figure: &String| left_out.iter().any(|stem| figure.starts_with(stem));
            assert!(
                all.iter()
                    .all(|figure| now.contains(figure) != gone(figure)),
                "{now:?}"
            );
            assert_eq!(
                message.contains("left out"),
                !left_out.is_empty(),
                "{message}"
            );
            let again = fs::read_to_string(run.join("report.html")).unwrap();
            if left_out.is_empty() {
                assert!(again == report, "{kind}");
            }
            // Whoever needs the rows hears first that they are others.
            let message = refused(&["replay", folder, "0"], 2);
            assert!(
                message.starts_with("error: ") && message.contains("t.csv has changed"),
                "{message}"
            );
            assert!(!message.contains("at learning_rate"), "{message}");
        }
        fs::remove_file(&file).unwrap();
        let output = mlp().args(["plot", folder]).output().unwrap();
        assert_eq!(output.status.code(), Some(0));
    }
}

#[test]
fn what_an_unfinished_run_lacks_is_said() {
    let scratch = tempfile::tempdir().unwrap();
    let run = scratch.path().join("run");
    let name = run.to_str().unwrap();
    succeeds(&[
        "train",
        "moons",
        "--steps",
        "20",
        "--figures",
        "none",
        "--out",
        name,
    ]);
    let state = run.join("state.bin");
    let message = refused(&["predict", state.to_str().unwrap(), "-"], 2);
    assert!(
        message.contains("the state of a training") && message.contains("model.safetensors"),
        "{message}"
    );
    let message = refused(
        &["predict", run.join("nets.parquet").to_str().unwrap(), "-"],
        2,
    );
    assert!(message.contains("a Parquet table"), "{message}");
    // As a killed training leaves it.
    let manifest = run.join("manifest.json");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace("\"complete\"", "\"running\"")).unwrap();
    fs::remove_file(run.join("model.safetensors")).unwrap();
    fs::remove_file(&state).unwrap();
    let model = run.join("model.safetensors");
    for model in [name, model.to_str().unwrap()] {
        for command in [
            &["predict", model, "-"][..],
            &["export", model, "--out", "m.onnx"],
            &["train", "moons", "--init-from", model],
        ] {
            let message = refused(command, 2);
            assert!(
                message.contains("has no model.safetensors") && message.contains("mlp resume"),
                "{message}"
            );
        }
    }
    let message = refused(
        &["train", "moons", "--continue", state.to_str().unwrap()],
        2,
    );
    assert!(message.contains("has no state.bin"), "{message}");
    for reader in ["analyze", "plot"] {
        let message = refused(&[reader, name], 2);
        assert!(
            message.contains(&format!("mlp resume {name} finishes it"))
                && !message.contains("draw"),
            "{message}"
        );
    }
}
