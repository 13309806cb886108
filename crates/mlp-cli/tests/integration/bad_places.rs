//! Places that cannot be used or fill up: nothing on disk is lost.

use std::{
    fs::{self, File},
    path::Path,
};

use crate::{mlp, refused, succeeds};

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A short run into this folder.
fn train(out: &Path) -> [&str; 8] {
    [
        "train",
        "moons",
        "--steps",
        "4",
        "--figures",
        "none",
        "--out",
        text(out),
    ]
}

#[test]
fn folders_of_other_things_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("thesis.txt"), "all of it").unwrap();
    let message = refused(&[&train(folder.path())[..], &["--force"]].concat(), 2);
    assert!(message.contains("not a run directory"), "{message}");
    let left: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left, ["thesis.txt"]);
    for wrong in [folder.path(), &folder.path().join("none")] {
        let message = refused(&["plot", text(wrong)], 2);
        assert!(message.contains("not a run directory"), "{message}");
    }
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let output = mlp().args(train(&file.join("run"))).output().unwrap();
    assert!(matches!(output.status.code(), Some(1 | 2)));
    assert!(String::from_utf8_lossy(&output.stderr).contains("file/run"));
    let nowhere = folder.path().join("none/table.csv");
    let message = refused(&["data", "moons", "--out", text(&nowhere)], 1);
    assert!(message.contains("none/table.csv"), "{message}");
}

#[test]
fn a_second_process_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    succeeds(&train(&out));
    let lock = File::options().write(true).open(out.join(".lock")).unwrap();
    lock.lock().unwrap();
    let message = refused(&[&train(&out)[..], &["-q"]].concat(), 1);
    assert!(message.contains("is in use by process "), "{message}");
    drop(lock);
    succeeds(&train(&out));
}

#[test]
fn a_refused_table_leaves_what_was_there_before() {
    let folder = tempfile::tempdir().unwrap();
    let (run, table) = (folder.path().join("run"), folder.path().join("t.csv"));
    succeeds(&train(&run));
    fs::write(&table, "answers").unwrap();
    let other = folder.path().join("other.csv");
    fs::write(&other, "x,y\n1,2\n1,much\n").unwrap();
    let message = refused(
        &[
            "predict",
            text(&run),
            text(&other),
            "--force",
            "-o",
            text(&table),
        ],
        2,
    );
    assert!(message.contains("line 3, column `y`"), "{message}");
    assert_eq!(fs::read_to_string(&table).unwrap(), "answers");
}

/// A file-size limit stands for a full disk.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_no_half_file_and_the_run_goes_on_later() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    let run = [
        &train(&out)[..],
        &["--record", "every:1", "--steps", "2000"],
    ]
    .concat();
    let run: Vec<&str> = run
        .iter()
        .enumerate()
        .filter(|(at, _)| ![2, 3].contains(at))
        .map(|(_, argument)| *argument)
        .collect();
    let script = format!(
        "trap '' XFSZ; ulimit -f 16; exec '{}' {} -q",
        env!("CARGO_BIN_EXE_mlp"),
        run.join(" ")
    );
    let output = std::process::Command::new("sh")
        .args(["-c", &script])
        .output()
        .unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(message.starts_with("error: cannot write"), "{message}");
    assert!(!out.join("series.parquet").exists());
    let message = refused(&["plot", text(&out)], 2);
    assert!(message.contains("not complete"), "{message}");
    succeeds(&run);
    assert!(out.join("series.parquet").is_file());
}

#[cfg(target_os = "linux")]
#[test]
fn standard_output_that_is_full_is_a_failure_and_a_closed_one_is_not() {
    for arguments in [&["data", "moons"][..], &["list", "keys"], &["--help"]] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let status = std::process::Command::new(env!("CARGO_BIN_EXE_mlp"))
            .args(arguments)
            .stdout(full)
            .stderr(std::process::Stdio::null())
            .status()
            .unwrap();
        assert_eq!(status.code(), Some(1), "{arguments:?}");
    }
    for arguments in [&["data", "digits"][..], &["list", "keys"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_mlp"))
            .args(arguments)
            .stdout(writer)
            .stderr(std::process::Stdio::piped())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert!(output.stderr.is_empty(), "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_interrupted_run_says_where_it_is_and_ends_with_the_code_of_the_signal() {
    use std::io::{BufRead, BufReader, Read};
    // Ctrl-C, unless these tests were started to ignore it.
    let (signal, code) = crate::signals::signals()[0];
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_mlp"))
        .args([
            "population",
            "moons",
            "--nets",
            "900000",
            "--figures",
            "none",
        ])
        .args(["--out", text(&out)])
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut messages = BufReader::new(child.stderr.take().unwrap());
    let mut first = String::new();
    messages.read_line(&mut first).unwrap();
    assert!(first.starts_with("training"), "{first}");
    let id = child.id().to_string();
    // Once to the process and once to its group, as `timeout` does: that is one interrupt.
    let kill = format!("kill -{signal} {id}; kill -{signal} {id}");
    let sent = std::process::Command::new("sh")
        .args(["-c", &kill])
        .status();
    assert!(sent.unwrap().success());
    let mut rest = String::new();
    messages.read_to_string(&mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(code), "{rest}");
    let last = rest.lines().last().unwrap_or_default();
    assert!(
        last.starts_with("error: interrupted") && last.contains(text(&out)),
        "{rest}"
    );
    let message = refused(&["plot", text(&out)], 2);
    assert!(message.contains("not complete"), "{message}");
}
