//! The `mlp` command as a user meets it.

mod advice;
mod analyses;
mod bad_input;
mod bad_places;
mod book;
mod changed;
mod commas;
mod comparing;
mod continued;
mod decisions;
mod delimited;
mod disguises;
mod doubts;
mod doubts_at_predict;
mod earlier;
mod exports;
mod figures;
mod folds;
mod hostile;
mod importance;
mod interruptions;
mod looks;
mod losses;
mod names;
mod next_steps;
mod number_targets;
mod optimism;
mod origins;
mod outputs;
mod partly;
mod plans;
mod positives;
mod proben1;
mod public_tables;
mod quiet;
mod readings;
mod running;
mod runs;
mod scores;
mod selecting;
mod set_aside;
#[cfg(target_os = "linux")]
mod signals;
mod snapshots;
mod statistics;
mod streams;
mod table_results;
mod tables;
mod undefined;
mod unsettled;
mod verifying;
#[cfg(unix)]
mod walkthrough;
mod watching;
mod whole_results;

use std::{collections::BTreeMap, fs, path::Path};

use assert_cmd::Command;

/// The command, away from any setting of the machine.
fn mlp() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mlp"));
    command.env_remove("MLP_SIMD").env("NO_COLOR", "1");
    command
}

/// Runs the command, which must refuse with this exit code, in one or two lines; gives the message.
fn refused(arguments: &[&str], code: i32) -> String {
    let output = mlp().args(arguments).output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {message}");
    assert!(
        message.starts_with("error: ") && message.lines().count() <= 2,
        "{arguments:?}: {message}"
    );
    message
}

/// Runs the command quietly, which must succeed.
fn succeeds(arguments: &[&str]) {
    let output = mlp().args(arguments).arg("-q").output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {message}");
}

/// The result files with their bytes.
fn folder_bytes(path: &Path) -> BTreeMap<String, Vec<u8>> {
    fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read(path).unwrap())
        })
        .filter(|(name, _)| name != "manifest.json" && name != ".lock")
        .collect()
}
