//! What cannot be used is never deleted, and what is lost is told however quiet a command is.

use std::{fs, path::Path};

use crate::{folder_bytes, mlp, refused, succeeds};

const POPULATION: [&str; 11] = [
    "population",
    "moons",
    "--nets",
    "40",
    "--steps",
    "30",
    "--threads",
    "1",
    "--figures",
    "none",
    "--out",
];

/// Takes away what tells that a run is complete.
fn unfinished(run: &Path) {
    for name in ["manifest.json", "nets.parquet"] {
        fs::remove_file(run.join(name)).unwrap();
    }
}

#[test]
fn a_damaged_journal_is_set_aside_and_told_of_in_any_case() {
    let scratch = tempfile::tempdir().unwrap();
    let run = scratch.path().join("run");
    let name = run.to_str().unwrap();
    succeeds(&[&POPULATION[..], &[name]].concat());
    let whole = folder_bytes(&run);
    let journal = run.join("journal/000001.bin");
    let honest = fs::read(&journal).unwrap();
    for (quiet, number) in [("--quiet", 1), ("--no-progress", 2)] {
        unfinished(&run);
        // One bit of the version.
        let mut bytes = honest.clone();
        bytes[8] ^= 2;
        fs::write(&journal, &bytes).unwrap();
        let output = mlp().args(["resume", name, quiet]).output().unwrap();
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{message}");
        let aside = format!("000001.unreadable-{number}.bin");
        assert!(
            message.starts_with("warning: ")
                && message.contains(&aside)
                && message.contains("intact networks in it: 40; the others are trained again"),
            "{message}"
        );
        assert_eq!(fs::read(run.join("journal").join(aside)).unwrap(), bytes);
        assert!(folder_bytes(&run) == whole);
        assert_eq!(fs::read(&journal).unwrap(), honest);
    }
}

#[test]
fn an_emptied_journal_is_told_of() {
    let scratch = tempfile::tempdir().unwrap();
    let run = scratch.path().join("run");
    let name = run.to_str().unwrap();
    succeeds(&[&POPULATION[..], &[name]].concat());
    let whole = folder_bytes(&run);
    unfinished(&run);
    fs::write(run.join("journal/000001.bin"), b"").unwrap();
    let message = warned(&["resume", name]);
    assert!(
        message.starts_with("warning: ") && message.contains("000001.bin: it is empty"),
        "{message}"
    );
    assert!(folder_bytes(&run) == whole);
}

#[test]
fn a_damaged_state_is_set_aside_and_told_of() {
    let scratch = tempfile::tempdir().unwrap();
    let run = scratch.path().join("run");
    let name = run.to_str().unwrap();
    let train = [
        "train",
        "moons",
        "--steps",
        "40",
        "--figures",
        "none",
        "--out",
        name,
    ];
    succeeds(&train);
    let whole = folder_bytes(&run);
    unfinished(&run);
    let state = run.join("state.bin");
    let mut bytes = fs::read(&state).unwrap();
    bytes[100] ^= 1;
    fs::write(&state, &bytes).unwrap();
    let output = mlp().args(["resume", name, "-q"]).output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{message}");
    assert!(message.contains("state.unreadable-1.bin"), "{message}");
    let aside = run.join("state.unreadable-1.bin");
    assert_eq!(fs::read(&aside).unwrap(), bytes);
    fs::remove_file(aside).unwrap();
    assert!(folder_bytes(&run) == whole);
}

#[test]
fn with_a_damaged_manifest_the_original_command_works_and_resume_says_so() {
    let scratch = tempfile::tempdir().unwrap();
    for (kind, journaled) in [("population", true), ("train", false)] {
        let run = scratch.path().join(kind);
        let name = run.to_str().unwrap();
        let command = match journaled {
            true => [&POPULATION[..], &[name]].concat(),
            false => vec![
                "train",
                "moons",
                "--steps",
                "40",
                "--figures",
                "none",
                "--out",
                name,
            ],
        };
        succeeds(&command);
        let whole = folder_bytes(&run);
        let file = run.join("experiment.toml");
        let file = file.to_str().unwrap();
        for again in [&command[..], &["run", file, "--out", name]] {
            fs::write(run.join("manifest.json"), b"{\"version\":").unwrap();
            for reader in ["resume", "verify", "plot", "analyze", "replay"] {
                let message = refused(&[reader, name], 2);
                assert!(
                    message.contains("is not a readable manifest")
                        && message.contains("the command that started the run")
                        && message.contains(&format!("mlp run {file} --out {name}")),
                    "{message}"
                );
            }
            succeeds(again);
            assert!(folder_bytes(&run) == whole);
            succeeds(&["verify", name]);
        }
    }
}

/// Two kinds of run beside [`POPULATION`].
const TRAIN: [&str; 7] = [
    "train",
    "moons",
    "--steps",
    "40",
    "--figures",
    "none",
    "--out",
];
const MAP: [&str; 13] = [
    "map",
    "moons",
    "--x",
    "lr=lin:0.1:1:20",
    "--y",
    "wd=lin:0:0.01:20",
    "--budget",
    "1ms",
    "--steps",
    "3",
    "--figures",
    "none",
    "--out",
];

/// The result files of a run, but for those that were set aside.
fn results(run: &Path) -> std::collections::BTreeMap<String, Vec<u8>> {
    let mut files = folder_bytes(run);
    files.retain(|name, _| !name.contains("changed-") && !name.contains("unreadable-"));
    files
}

/// Runs quietly to success; the warnings.
fn warned(arguments: &[&str]) -> String {
    let output = mlp().args(arguments).arg("--quiet").output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {message}");
    message
}

#[test]
fn a_result_that_was_changed_is_set_aside_and_made_again() {
    let scratch = tempfile::tempdir().unwrap();
    for command in [&TRAIN[..], &POPULATION, &MAP] {
        let run = scratch.path().join(command[0]);
        let name = run.to_str().unwrap();
        succeeds(&[command, &[name]].concat());
        let whole = folder_bytes(&run);
        for journal in [true, false] {
            let files = whole.keys().filter(|file| *file != "experiment.toml");
            for file in files {
                if !journal {
                    fs::remove_dir_all(run.join("journal")).unwrap();
                }
                let mut flipped = whole[file].clone();
                let middle = flipped.len() / 2;
                flipped[middle] ^= 1;
                fs::write(run.join(file), &flipped).unwrap();
                let reader: &[&str] = match file.as_str() {
                    "map.npz" => &["plot", name],
                    "model.safetensors" => &["predict", name, "-"],
                    "nets.parquet" if command[0] != "map" => &["analyze", name],
                    _ => &[],
                };
                if !reader.is_empty() {
                    let message = refused(reader, 2);
                    assert!(message.contains(&format!("mlp resume {name}")), "{message}");
                }
                let message = warned(&["resume", name]);
                let (stem, ending) = file.split_once('.').unwrap();
                let aside = format!("{stem}.changed-1.{ending}");
                assert!(
                    message.starts_with("warning: ")
                        && message.contains(&aside)
                        && message.contains("written again"),
                    "{message}"
                );
                let aside = run.join(aside);
                assert!(fs::read(&aside).unwrap() == flipped);
                fs::remove_file(aside).unwrap();
                assert!(folder_bytes(&run) == whole, "{} {file}", command[0]);
            }
        }
        succeeds(&["verify", name]);
    }
}

#[test]
fn without_its_experiment_file_a_run_goes_on_by_the_original_command() {
    let scratch = tempfile::tempdir().unwrap();
    for command in [&TRAIN[..], &POPULATION, &MAP] {
        let run = scratch.path().join(command[0]);
        let name = run.to_str().unwrap();
        let command = [command, &[name]].concat();
        succeeds(&command);
        let whole = folder_bytes(&run);
        let file = run.join("experiment.toml");
        let text = String::from_utf8(whole["experiment.toml"].clone()).unwrap();
        let digit = text.replace("steps = ", "steps = 1");
        let damages: [Option<&[u8]>; 5] = [
            None,
            Some(b""),
            Some(b"kind = \"trai"),
            Some(b"\xff\xfe"),
            Some(digit.as_bytes()),
        ];
        for damage in damages {
            for complete in [true, false] {
                match damage {
                    None => fs::remove_file(&file).unwrap(),
                    Some(bytes) => fs::write(&file, bytes).unwrap(),
                }
                // The journal alone tells what it is of.
                if !complete {
                    unfinished(&run);
                }
                let changed = damage == Some(digit.as_bytes());
                if complete || !changed {
                    let message = refused(&["resume", name], 2);
                    assert!(
                        message.contains("experiment.toml")
                            && message.contains("the command that started"),
                        "{message}"
                    );
                }
                let message = warned(&command);
                assert!(
                    message.starts_with("warning: ") && message.contains("experiment.toml"),
                    "{message}"
                );
                let aside = match (damage, changed) {
                    (None, _) => None,
                    (_, true) => Some("experiment.changed-1.toml"),
                    (_, false) => Some("experiment.unreadable-1.toml"),
                };
                if let Some(aside) = aside {
                    let aside = run.join(aside);
                    assert_eq!(fs::read(&aside).unwrap(), damage.unwrap());
                    fs::remove_file(aside).unwrap();
                }
                assert!(
                    results(&run) == whole,
                    "{damage:?} {complete} {}",
                    command[0]
                );
            }
        }
        succeeds(&["verify", name]);
    }
    // What is of nobody stays what it is.
    let foreign = scratch.path().join("foreign");
    fs::create_dir(&foreign).unwrap();
    fs::write(foreign.join("thesis.txt"), "").unwrap();
    let name = foreign.to_str().unwrap();
    let message = refused(&[&POPULATION[..], &[name]].concat(), 2);
    assert!(message.contains("is not a run directory"), "{message}");
}

#[test]
fn results_beyond_what_the_journal_tells_are_kept_under_another_name() {
    let scratch = tempfile::tempdir().unwrap();
    let run = scratch.path().join("run");
    let name = run.to_str().unwrap();
    succeeds(&[&POPULATION[..], &[name]].concat());
    let nets = fs::read(run.join("nets.parquet")).unwrap();
    let manifest = fs::read_to_string(run.join("manifest.json")).unwrap();
    let cut = manifest.replacen("\"complete\"", "\"interrupted\"", 1);
    assert_ne!(cut, manifest);
    fs::write(run.join("manifest.json"), cut).unwrap();
    fs::remove_dir_all(run.join("journal")).unwrap();
    let output = mlp().args(["resume", name, "--quiet"]).output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{message}");
    assert!(
        message.contains("the journal holds 0 networks, and the results hold 40"),
        "{message}"
    );
    assert_eq!(
        fs::read(run.join("nets.earlier-1.parquet")).unwrap(),
        nets,
        "{message}"
    );
    assert_eq!(fs::read(run.join("nets.parquet")).unwrap(), nets);
}
