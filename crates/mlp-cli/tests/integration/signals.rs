//! SIGINT, SIGTERM and SIGHUP end every command alike; what an interrupted training had come to is kept.

use std::{
    fs,
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use crate::{folder_bytes, refused, succeeds};

const SIGNALS: [(&str, i32); 3] = [("INT", 130), ("TERM", 143), ("HUP", 129)];

/// The signals, but for a hang-up where these tests themselves run under nohup: it stays ignored.
fn signals() -> Vec<(&'static str, i32)> {
    let heeded = SIGNALS.into_iter();
    heeded
        .filter(|(name, _)| *name != "HUP" || !has("self", "SigIgn:", 1))
        .collect()
}

/// Whether a process has a signal in a mask of its status.
fn has(process: &str, mask: &str, signal: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let found = status.lines().find_map(|line| line.strip_prefix(mask));
    let mask = u64::from_str_radix(found.unwrap().trim(), 16).unwrap();
    mask >> (signal - 1) & 1 == 1
}

/// A training that no test waits for.
const LONG: [&str; 9] = [
    "train",
    "moons",
    "--steps",
    "1000000000",
    "--record",
    "last",
    "--figures",
    "none",
    "-q",
];

fn start(program: &str, arguments: &[&str], folder: &Path) -> Child {
    Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env_remove("MLP_SIMD")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn mlp(arguments: &[&str], folder: &Path) -> Child {
    start(env!("CARGO_BIN_EXE_mlp"), arguments, folder)
}

fn send(signal: &str, process: &Child) {
    let sent = Command::new("kill")
        .args([&format!("-{signal}"), &process.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
}

/// Waits until a process has made a file; whether it has.
fn made(process: &mut Child, path: &Path) -> bool {
    while !path.exists() {
        if process.try_wait().unwrap().is_some() {
            return path.exists();
        }
        std::thread::yield_now();
    }
    true
}

fn ended(process: Child) -> (Option<i32>, String) {
    let Output { status, stderr, .. } = process.wait_with_output().unwrap();
    (status.code(), String::from_utf8(stderr).unwrap())
}

/// Waits for a file, sends a signal, and expects the end that it makes, with the line that resumes.
fn ends_by(mut process: Child, file: &Path, (signal, code): (&str, i32)) {
    assert!(made(&mut process, file));
    send(signal, &process);
    let (found, message) = ended(process);
    assert_eq!(found, Some(code), "{message}");
    assert!(
        message.starts_with("error: interrupted; ") && message.contains("mlp resume /"),
        "{message}"
    );
}

#[test]
fn every_signal_leaves_a_checkpoint_and_the_line_that_resumes() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path();
    for signal in signals() {
        let name = signal.0;
        let run = folder.join(name);
        let process = mlp(&[&LONG[..], &["--out", name]].concat(), folder);
        ends_by(process, &run.join("manifest.json"), signal);
        assert!(run.join("state.bin").is_file());
        // A replay of it, and going on, end in the same way.
        let again = folder.join(format!("again-{name}"));
        let out = again.to_str().unwrap();
        let replay = mlp(&["replay", name, "--out", out, "-q"], folder);
        ends_by(replay, &again.join("manifest.json"), signal);
        let manifest = run.join("manifest.json");
        fs::remove_file(&manifest).unwrap();
        ends_by(mlp(&["resume", name, "-q"], folder), &manifest, signal);
    }
    // A population, too, which has its journal.
    let many = [
        "population",
        "moons",
        "--nets",
        "1000000",
        "--figures",
        "none",
        "-q",
        "--out",
        "many",
    ];
    ends_by(
        mlp(&many, folder),
        &folder.join("many/manifest.json"),
        SIGNALS[1],
    );
}

#[test]
fn commands_that_keep_nothing_end_at_once() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path();
    let data = folder.join("data");
    assert!(
        Command::new("mkfifo")
            .arg(&data)
            .status()
            .unwrap()
            .success()
    );
    for (signal, code) in signals() {
        // It waits for somebody to read.
        let commands: [&[&str]; 2] = [&["data", "moons", "--out", "data"], &["bench"]];
        for arguments in commands {
            let process = mlp(arguments, folder);
            while !heeds(&process) {
                std::thread::yield_now();
            }
            send(signal, &process);
            let (found, message) = ended(process);
            assert_eq!(
                (found, message.as_str()),
                (Some(code), "error: interrupted\n")
            );
        }
    }
}

/// Whether a process has got as far as to listen to signals: the last of them is SIGHUP.
fn heeds(process: &Child) -> bool {
    let last = if signals().len() == SIGNALS.len() {
        1
    } else {
        15
    };
    has(&process.id().to_string(), "SigCgt:", last)
}

#[test]
fn under_nohup_a_hang_up_stays_ignored() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path();
    let command = format!(
        "trap '' HUP; exec \"{}\" {} --out run",
        env!("CARGO_BIN_EXE_mlp"),
        LONG.join(" ")
    );
    let mut process = start("sh", &["-c", &command], folder);
    assert!(made(&mut process, &folder.join("run/manifest.json")));
    send("HUP", &process);
    send("TERM", &process);
    assert_eq!(ended(process).0, Some(143));
}

#[test]
fn a_killed_training_goes_on_from_its_last_checkpoint() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path();
    let state = folder.join("run/state.bin");
    let mut process = mlp(&[&LONG[..], &["--out", "run"]].concat(), folder);
    assert!(made(&mut process, &state));
    process.kill().unwrap();
    process.wait().unwrap();
    let manifest = folder.join("run/manifest.json");
    fs::remove_file(&manifest).unwrap();
    let mut process = mlp(&["resume", "run"], folder);
    assert!(made(&mut process, &manifest));
    send("TERM", &process);
    let (code, message) = ended(process);
    assert_eq!(code, Some(143));
    assert!(message.contains("going on from step "), "{message}");
    let steps = |text: &str| -> u64 {
        let rest = text.split("stands at step ").nth(1).unwrap_or_default();
        let steps = rest.split(',').next().unwrap_or_default();
        steps.parse().unwrap_or_else(|_| panic!("{text}"))
    };
    let name = folder.join("run");
    let name = name.to_str().unwrap();
    let one = ["train", "--continue", name, "--steps", "1"];
    let before = steps(&refused(&one, 2));
    assert!(before > 0);
    // Whatever comes next, the state stands no earlier.
    fs::remove_file(&manifest).unwrap();
    let mut process = mlp(&["resume", "run", "-q"], folder);
    assert!(made(&mut process, &manifest));
    send("INT", &process);
    assert_eq!(ended(process).0, Some(130));
    assert!(steps(&refused(&one, 2)) >= before);
}

#[test]
fn an_interrupted_training_goes_on_to_the_same_bytes() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path();
    let experiment = [
        "train",
        "moons",
        "--steps",
        "30000",
        "--optimizer",
        "adam",
        "--batch",
        "16",
        "--dropout",
        "0.1",
        "--patience",
        "100000",
        "--validation-fraction",
        "0.2",
        "--save-weights",
        "recorded",
        "--record",
        "every:500",
        "--measure",
        "balance",
        "--figures",
        "none",
        "--out",
    ];
    let [whole, cut] = ["whole", "cut"].map(|name| folder.join(name));
    succeeds(&[&experiment[..], &[whole.to_str().unwrap()]].concat());
    let name = cut.to_str().unwrap();
    let mut process = mlp(&[&experiment[..], &[name]].concat(), folder);
    let manifest = cut.join("manifest.json");
    for (signal, _) in signals() {
        assert!(made(&mut process, &manifest));
        send(signal, &process);
        process.wait().unwrap();
        let _ = fs::remove_file(&manifest);
        process = mlp(&["resume", name, "-q"], folder);
    }
    let (code, message) = ended(process);
    assert_eq!(code, Some(0), "{message}");
    assert!(folder_bytes(&cut) == folder_bytes(&whole));
    assert!(!cut.join("state.previous.bin").exists());
}
