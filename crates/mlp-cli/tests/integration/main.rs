//! The `mlp` command as a user meets it.

mod analyses;
mod bad_input;
mod bad_places;
mod delimited;
mod exports;
mod interruptions;
mod losses;
mod quiet;
mod readings;
mod runs;
mod scores;
mod snapshots;
mod tables;

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
