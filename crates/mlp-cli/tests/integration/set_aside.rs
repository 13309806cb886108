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
                && message.contains("40 of its networks are sound"),
            "{message}"
        );
        assert_eq!(fs::read(run.join("journal").join(aside)).unwrap(), bytes);
        assert!(folder_bytes(&run) == whole);
        assert_eq!(fs::read(&journal).unwrap(), honest);
    }
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
            let message = refused(&["resume", name], 2);
            assert!(
                message.contains("no readable manifest")
                    && message.contains("the command that began the run")
                    && message.contains(&format!("mlp run {file} --out {name}")),
                "{message}"
            );
            succeeds(again);
            assert!(folder_bytes(&run) == whole);
            succeeds(&["verify", name]);
        }
    }
}
