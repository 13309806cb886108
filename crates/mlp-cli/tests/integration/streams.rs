//! Messages and results that nobody takes: a full, a closed, an abandoned stream.

#![cfg(target_os = "linux")]

use std::{
    fs::{self, File},
    path::Path,
    process::{Command, Stdio},
};

/// How a script ends in which `MLP` is the command, in an empty folder.
fn ends(script: &str, folder: &Path) -> (Option<i32>, String) {
    let script = script.replace("MLP", env!("CARGO_BIN_EXE_mlp"));
    let output = Command::new("bash")
        .current_dir(folder)
        .env_remove("MLP_SIMD")
        .args(["-c", &script])
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    (output.status.code(), printed)
}

#[test]
fn a_run_goes_on_where_its_messages_cannot_be_written() {
    for (index, error) in ["2>/dev/full", "2>&-", "2> >(exit 0)"].iter().enumerate() {
        for command in [
            "population moons --nets 300 --steps 300 --figures none",
            "train moons --steps 20 --figures svg",
        ] {
            let folder = tempfile::tempdir().unwrap();
            let (code, printed) = ends(
                &format!("sleep 0; MLP {command} --out run {error}"),
                folder.path(),
            );
            assert_eq!(code, Some(0), "{index} {command}");
            assert!(printed.contains("mlp "), "{printed}");
            let manifest = fs::read_to_string(folder.path().join("run/manifest.json")).unwrap();
            assert!(manifest.contains("\"complete\""), "{manifest}");
        }
    }
}

#[test]
fn errors_that_nobody_reads_keep_their_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    for error in ["2>/dev/full", "2>&-"] {
        let code = |command: &str| ends(&format!("MLP {command} {error}"), folder.path()).0;
        assert_eq!(code("train no-such-data"), Some(2));
        assert_eq!(code("train moons --no-such-option"), Some(2));
        assert_eq!(code("data moons --out none/table.csv"), Some(1));
    }
}

#[test]
fn an_abandoned_standard_output_ends_no_run() {
    let folder = tempfile::tempdir().unwrap();
    for command in [
        "train moons --steps 20",
        "population moons --nets 3 --steps 5",
        "list keys",
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = Command::new(env!("CARGO_BIN_EXE_mlp"))
            .current_dir(folder.path())
            .args(command.split(' '))
            .stdout(writer)
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        let message = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{command}: {message}");
        assert!(!message.contains("panicked"), "{message}");
    }
    for run in ["train-moons-001", "population-moons-001"] {
        let report = folder.path().join("runs").join(run).join("report.html");
        assert!(report.is_file(), "{}", report.display());
    }
    // Both at once, and a reader that takes one line.
    assert_eq!(
        ends("MLP train moons --steps 5 >&- 2>&-", folder.path()).0,
        Some(0)
    );
    let (code, printed) = ends("set -o pipefail; MLP data digits | head -1", folder.path());
    assert_eq!(code, Some(0));
    assert_eq!(printed.lines().count(), 1);
}

#[test]
fn a_full_standard_output_is_a_failure_after_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let full = File::options().write(true).open("/dev/full").unwrap();
    let status = Command::new(env!("CARGO_BIN_EXE_mlp"))
        .current_dir(folder.path())
        .args(["train", "moons", "--steps", "5", "--out", "run"])
        .stdout(full)
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(1));
    assert!(folder.path().join("run/report.html").is_file());
}

#[test]
fn streams_are_written_to_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let script = "set -e
        MLP train moons --steps 4 --figures none -q --out run
        MLP data moons -q > t.csv
        mkfifo pipe; ln -s pipe link
        for command in 'data moons' 'predict run t.csv' 'export run --to json'; do
            MLP $command -q > expected
            for out in - /dev/stdout /dev/fd/1 /proc/self/fd/1; do
                MLP $command --out $out | cmp - expected
                MLP $command --out $out --force > file; cmp file expected
            done
            MLP $command --out /dev/fd/3 -q 3> file; cmp file expected
            MLP $command --out /dev/fd/3 -q 3>&1 | cmp - expected
            echo first > file; echo first | cat - expected > both
            MLP $command --out /dev/fd/3 --force -q 3>> file; cmp file both
            for out in pipe link; do
                cat pipe > file & MLP $command --out $out -q; wait $!; cmp file expected
                cat pipe > file & MLP $command --out $out --force -q; wait $!; cmp file expected
            done
        done
        test -p pipe; test -L link
        ! MLP predict run t.csv --out /dev/fd/3 3>> t.csv 2> refused
        grep 'is read' refused > /dev/null
        ls -A | grep unfinished && exit 1 || true";
    assert_eq!(ends(script, path), (Some(0), String::new()));
}
