//! Results belong to the experiment that made them: whoever opens a run that was changed since says so.

use std::{fs, path::Path};

use crate::{folder_bytes, mlp, refused, succeeds};

/// A small run of a kind in a folder.
fn run(command: &str, folder: &Path) {
    let out = folder.to_str().unwrap();
    let rest = ["--steps", "20", "--figures", "none", "--out", out];
    let words: Vec<&str> = command.split(' ').chain(rest).collect();
    succeeds(&words);
}

/// Runs to success; what was said on standard error.
fn said(arguments: &[&str]) -> String {
    let output = mlp().args(arguments).output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {message}");
    message
}

#[test]
fn an_experiment_that_was_changed_beside_its_results_is_refused() {
    let scratch = tempfile::tempdir().unwrap();
    for (command, readers) in [
        ("train moons", "resume verify plot analyze replay"),
        (
            "population moons --nets 3",
            "resume verify plot analyze replay",
        ),
        (
            "map moons --x lr=0.1,1 --y wd=0,1",
            "resume verify plot map",
        ),
    ] {
        let folder = scratch.path().join(command.split(' ').next().unwrap());
        let name = folder.to_str().unwrap();
        run(command, &folder);
        let file = folder.join("experiment.toml");
        let text = fs::read_to_string(&file).unwrap();
        let whole = folder_bytes(&folder);
        let check = |changed: &str, told: &str| {
            fs::write(&file, changed).unwrap();
            for reader in readers.split(' ') {
                let arguments: &[&str] = match reader {
                    "map" => &["map", name, "--zoom", "0:1,0:1"],
                    "replay" if command.starts_with("population") => &["replay", name, "1"],
                    reader => &[reader, name],
                };
                let message = refused(arguments, 2);
                assert!(
                    message.contains("experiment.toml")
                        && message.contains(told)
                        && message.contains("the command that started the run continues it, and writes this file again"),
                    "{message}"
                );
            }
            if command.starts_with("train") {
                let message = refused(&["train", "--continue", name, "--steps", "40"], 2);
                assert!(message.contains(told), "{message}");
            }
        };
        check(
            &text.replace("steps = 20", "steps = 30"),
            "it is not the experiment that the results beside it are from: training.steps is 30, and was 20",
        );
        check(
            &text.replace("tanh", "relu"),
            "network.activation is \"relu\", and was \"tanh\"",
        );
        check("kind = \"trai", "experiment.toml:1:");
        // What decides no number may be changed, and the model answers for itself.
        let figures = text.replace("figures = \"none\"", "figures = \"svg\"");
        assert_ne!(figures, text);
        fs::write(&file, format!("# a note\n{figures}")).unwrap();
        succeeds(&["plot", name]);
        if command.starts_with("train") {
            fs::write(&file, text.replace("steps = 20", "steps = 30")).unwrap();
            succeeds(&[
                "export",
                name,
                "--out",
                scratch.path().join("m.json").to_str().unwrap(),
            ]);
        }
        fs::write(&file, &text).unwrap();
        succeeds(&["verify", name]);
        for (name, bytes) in &whole {
            assert!(fs::read(folder.join(name)).unwrap() == *bytes, "{name}");
        }
    }
    // By force the results give way to what the file says now.
    let folder = scratch.path().join("train");
    let file = folder.join("experiment.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("steps = 20", "steps = 30")).unwrap();
    let name = folder.to_str().unwrap();
    succeeds(&["resume", name, "--force"]);
    succeeds(&["verify", name]);
    assert!(scratch.path().join("train.old-1").is_dir());
}

#[test]
fn data_that_were_moved_are_the_same_data() {
    let scratch = tempfile::tempdir().unwrap();
    let (first, second) = (scratch.path().join("a"), scratch.path().join("b"));
    fs::create_dir_all(&first).unwrap();
    let rows: String = (0..40)
        .map(|row| format!("{},{}\n", row, row % 2))
        .collect();
    fs::write(first.join("t.csv"), format!("x,kind\n{rows}")).unwrap();
    let folder = scratch.path().join("run");
    let data = first.join("t.csv");
    run(&format!("train {}", data.to_str().unwrap()), &folder);
    fs::rename(&first, &second).unwrap();
    let name = folder.to_str().unwrap();
    let file = folder.join("experiment.toml");
    let text = fs::read_to_string(&file).unwrap();
    let moved = text.replace(first.to_str().unwrap(), second.to_str().unwrap());
    assert_ne!(moved, text);
    fs::write(&file, moved).unwrap();
    succeeds(&["plot", name]);
    succeeds(&["verify", name]);
}

#[test]
fn a_damaged_state_or_a_lost_input_comes_with_advice() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path().join("run");
    let name = folder.to_str().unwrap();
    run("train moons", &folder);
    let state = folder.join("state.bin");
    let whole = fs::read(&state).unwrap();
    let mut damaged = whole.clone();
    damaged[60] ^= 1;
    fs::write(&state, damaged).unwrap();
    for start in [name, state.to_str().unwrap()] {
        let message = refused(&["train", "--continue", start, "--steps", "40"], 2);
        assert!(
            message.contains("is not a readable training state")
                && message.contains(&format!("mlp resume {name} writes it again")),
            "{message}"
        );
    }
    let message = said(&["resume", name]);
    assert!(message.contains("state.changed-1.bin"), "{message}");
    assert!(fs::read(&state).unwrap() == whole);
    // The run that goes on from itself keeps what it started from.
    succeeds(&[
        "train",
        "--continue",
        name,
        "--steps",
        "40",
        "--figures",
        "none",
        "--out",
        name,
        "--force",
    ]);
    fs::remove_file(folder.join("inputs/state.bin")).unwrap();
    for reader in ["plot", "analyze", "verify", "resume", "replay"] {
        let message = refused(&[reader, name], 2);
        assert!(
            message.contains("has no inputs/state.bin") && message.contains(".old-1"),
            "{message}"
        );
    }
    let old = scratch.path().join("run.old-1/state.bin");
    fs::copy(old, folder.join("inputs/state.bin")).unwrap();
    succeeds(&["verify", name]);
}

#[test]
fn the_copy_of_standard_input_is_written_again() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path().join("run");
    let name = folder.to_str().unwrap();
    let rows: String = (0..40)
        .map(|row| format!("{},{}\n", row, row % 2))
        .collect();
    let train = || {
        let arguments = [
            "train",
            "-",
            "--steps",
            "20",
            "--figures",
            "none",
            "-q",
            "--out",
            name,
        ];
        let mut command = mlp();
        let output = command
            .args(arguments)
            .write_stdin(format!("x,kind\n{rows}"));
        output.assert().success();
    };
    train();
    let copy = folder.join("data.csv");
    let held = fs::read(&copy).unwrap();
    fs::remove_file(&copy).unwrap();
    let message = refused(&["plot", name], 2);
    assert!(
        message.contains("has no data.csv") && message.contains("standard input"),
        "{message}"
    );
    train();
    assert_eq!(fs::read(&copy).unwrap(), held);
    succeeds(&["plot", name]);
}

#[test]
fn a_clock_that_has_run_out_stays_so() {
    let scratch = tempfile::tempdir().unwrap();
    for (budget, steps) in [("60ms", "100000000"), ("1h", "20")] {
        let folder = scratch.path().join(budget);
        let name = folder.to_str().unwrap();
        let command = [
            "train",
            "moons",
            "--time-budget",
            budget,
            "--steps",
            steps,
            "--figures",
            "none",
            "--out",
            name,
        ];
        succeeds(&command);
        let whole = folder_bytes(&folder);
        let text = String::from_utf8(whole["experiment.toml"].clone()).unwrap();
        assert_eq!(text.contains("stop_after"), budget == "60ms");
        fs::remove_file(folder.join("experiment.toml")).unwrap();
        let message = said(&[&command[..], &["-q"]].concat());
        assert!(
            message.contains("experiment.toml: it was missing"),
            "{message}"
        );
        assert!(folder_bytes(&folder) == whole, "{budget}");
        succeeds(&["verify", name]);
    }
}

#[test]
fn what_a_clock_decided_is_known_as_long_as_a_result_tells() {
    let scratch = tempfile::tempdir().unwrap();
    let train = [
        "train",
        "moons",
        "--time-budget",
        "60ms",
        "--steps",
        "100000000",
    ];
    let map = [
        "map",
        "moons",
        "--x",
        "lr=lin:0.1:1:40",
        "--y",
        "wd=lin:0:0.01:40",
        "--budget",
        "60ms",
        "--steps",
        "200",
    ];
    for command in [&train[..], &map] {
        let folder = scratch.path().join(command[0]);
        let name = folder.to_str().unwrap();
        let command = [command, &["--figures", "none", "--out", name]].concat();
        succeeds(&command);
        let whole = folder_bytes(&folder);
        let manifest = "manifest.json".to_owned();
        let others = whole.keys().filter(|name| *name != "experiment.toml");
        for lost in others.chain([&manifest]) {
            for experiment in [true, false] {
                fs::remove_file(folder.join(lost)).unwrap();
                if experiment {
                    fs::remove_file(folder.join("experiment.toml")).unwrap();
                }
                succeeds(&command);
                assert!(folder_bytes(&folder) == whole, "{lost} {experiment}");
            }
        }
        succeeds(&["verify", name]);
    }
}

#[test]
fn results_of_a_clock_that_nothing_tells_of_are_kept() {
    let scratch = tempfile::tempdir().unwrap();
    let train = [
        "train",
        "moons",
        "--time-budget",
        "60ms",
        "--steps",
        "100000000",
    ];
    let map = [
        "map",
        "moons",
        "--x",
        "lr=lin:0.1:1:9",
        "--y",
        "wd=lin:0:0.01:9",
        "--budget",
        "60ms",
        "--steps",
        "20",
    ];
    for (command, result, others) in [
        (
            &train[..],
            "model.safetensors",
            &["nets.csv", "series.csv", "state.bin"][..],
        ),
        (&map, "map.npz", &["nets.csv", "series.csv"]),
    ] {
        let folder = scratch.path().join(command[0]);
        let name = folder.to_str().unwrap();
        let command = [
            command,
            &["--format", "csv", "--figures", "none", "--out", name],
        ]
        .concat();
        succeeds(&command);
        let whole = folder_bytes(&folder);
        for lost in ["experiment.toml", "manifest.json", result] {
            fs::remove_file(folder.join(lost)).unwrap();
        }
        let message = said(&[&command[..], &["-q"]].concat());
        assert!(
            message.contains("no remaining file shows how far the time budget let this run get"),
            "{message}"
        );
        for other in others {
            let (stem, ending) = other.split_once('.').unwrap();
            let aside = folder.join(format!("{stem}.earlier-1.{ending}"));
            assert!(fs::read(aside).unwrap() == whole[*other], "{other}");
        }
        succeeds(&["verify", name]);
    }
}
