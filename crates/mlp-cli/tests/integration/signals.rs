//! SIGINT, SIGTERM and SIGHUP end every command alike; what an interrupted training had come to is kept.

use std::{
    fs,
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use crate::{folder_bytes, refused, succeeds};

const SIGNALS: [(&str, i32); 3] = [("INT", 130), ("TERM", 143), ("HUP", 129)];

/// The signals, but for those that these tests themselves were started to ignore, under nohup or in the
/// background of a script: they stay ignored.
pub fn signals() -> Vec<(&'static str, i32)> {
    let heeded = SIGNALS.into_iter();
    heeded
        .filter(|(_, code)| !has("self", "SigIgn:", code - 128))
        .collect()
}

/// Whether a process has a signal in a mask of its status.
fn has(process: &str, mask: &str, signal: i32) -> bool {
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
        // By whatever name its model is called, and where it is copied to.
        let copy = format!("copy-{name}.safetensors");
        let model = format!("{name}/model.safetensors");
        fs::copy(folder.join(&model), folder.join(&copy)).unwrap();
        for (index, model) in [name, &model, &copy].into_iter().enumerate() {
            let out = format!("{name}-{index}.json");
            let exported = mlp(&["export", model, "--out", &out, "-q"], folder);
            let (code, said) = ended(exported);
            assert_eq!(code, Some(0), "{said}");
            assert!(said.contains("the training is not finished"), "{said}");
        }
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

/// Whether a process has got as far as to listen to every signal.
fn heeds(process: &Child) -> bool {
    let process = process.id().to_string();
    let mut signals = signals().into_iter();
    signals.all(|(_, code)| has(&process, "SigCgt:", code - 128))
}

#[test]
fn what_was_ignored_at_the_start_stays_ignored() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path();
    for ignored in ["HUP", "INT", "HUP INT"] {
        let run = ignored.replace(' ', "-");
        let command = format!(
            "trap '' {ignored}; exec \"{}\" {} --out {run}",
            env!("CARGO_BIN_EXE_mlp"),
            LONG.join(" ")
        );
        let mut process = start("sh", &["-c", &command], folder);
        assert!(made(&mut process, &folder.join(run).join("manifest.json")));
        for signal in ignored.split(' ') {
            send(signal, &process);
        }
        send("TERM", &process);
        assert_eq!(ended(process).0, Some(143));
    }
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
    assert!(message.contains("continuing from step "), "{message}");
    let steps = |text: &str| -> u64 {
        let rest = text.split("is at step ").nth(1).unwrap_or_default();
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
    send("TERM", &process);
    assert_eq!(ended(process).0, Some(143));
    assert!(steps(&refused(&one, 2)) >= before);
}

/// A training that takes long enough to be interrupted, with everything that a checkpoint carries.
const SHORT: [&str; 23] = [
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
    "--diagnostics",
    "balance",
    "--figures",
    "none",
    "--out",
];

#[test]
fn an_interrupted_training_goes_on_to_the_same_bytes() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path();
    let experiment = SHORT;
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

#[test]
fn by_its_checkpoint_a_training_is_known_without_its_experiment_file() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path();
    let [whole, cut] = ["whole", "cut"].map(|name| folder.join(name));
    // So long that it is interrupted on a busy machine, too.
    let longer = SHORT.map(|word| if word == "30000" { "100000" } else { word });
    succeeds(&[&longer[..], &[whole.to_str().unwrap()]].concat());
    let name = cut.to_str().unwrap();
    let command = [&longer[..], &[name]].concat();
    let mut process = mlp(&command, folder);
    assert!(made(&mut process, &cut.join("manifest.json")));
    send("TERM", &process);
    assert_eq!(ended(process).0, Some(143));
    for file in ["manifest.json", "experiment.toml"] {
        fs::remove_file(cut.join(file)).unwrap();
    }
    fs::remove_dir_all(cut.join("journal")).unwrap_or_default();
    let message = refused(&["resume", name], 2);
    assert!(message.contains("no experiment.toml"), "{message}");
    let (code, message) = ended(mlp(&command, folder));
    assert_eq!(code, Some(0), "{message}");
    assert!(message.contains("it was missing"), "{message}");
    let mut found = folder_bytes(&cut);
    found.retain(|name, _| !name.contains("unreadable"));
    assert!(found == folder_bytes(&whole));
}

#[test]
fn a_run_that_replaces_its_own_start_never_begins_from_its_half() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path();
    for (kind, start) in [("continue", "--continue"), ("init", "--init-from")] {
        let [first, once, more, again] = ["first", "once", "more", "again"].map(|name| {
            folder
                .join(format!("{kind}-{name}"))
                .to_str()
                .unwrap()
                .to_owned()
        });
        let begin = ["train", "moons", "--optimizer", "adam", "--batch", "16"];
        let short = ["--figures", "none", "--out"];
        succeeds(&[&begin[..], &["--steps", "200"], &short, &[first.as_str()]].concat());
        succeeds(&[&begin[..], &["--steps", "200"], &short, &[again.as_str()]].concat());
        let go_on = |from: &str, steps: &str, out: &str| -> Vec<String> {
            let from = [start, from, "--steps", steps];
            let words = match kind {
                "continue" => [&["train"][..], &from, &short, &[out]].concat(),
                _ => [&begin[..], &from, &short, &[out]].concat(),
            };
            words.into_iter().map(str::to_owned).collect()
        };
        let words = |command: &[String]| -> Vec<String> {
            [command, &["--force".to_owned(), "-q".to_owned()]].concat()
        };
        let run = |command: &[String]| -> Child {
            let command: Vec<&str> = command.iter().map(String::as_str).collect();
            mlp(&command, folder)
        };
        for (steps, whole) in [("30000", &once), ("20000", &more)] {
            let (code, message) = ended(run(&go_on(&first, steps, whole)));
            assert_eq!(code, Some(0), "{message}");
        }
        let command = words(&go_on(&again, "30000", &again));
        let manifest = Path::new(&again).join("manifest.json");
        let aside = |number: u32| Path::new(&format!("{again}.old-{number}")).to_owned();
        let mut process = run(&command);
        assert!(made(&mut process, &aside(1)));
        for _ in 0..2 {
            assert!(made(&mut process, &manifest));
            send("TERM", &process);
            process.wait().unwrap();
            // Also where it came to its end meanwhile.
            fs::remove_file(&manifest).unwrap();
            process = run(&command);
        }
        let (code, message) = ended(process);
        assert_eq!(code, Some(0), "{message}");
        assert!(!aside(2).exists());
        let same = |out: &str, whole: &str| {
            for file in [
                "nets.parquet",
                "series.parquet",
                "model.safetensors",
                "state.bin",
            ] {
                let [out, whole] =
                    [out, whole].map(|run| fs::read(Path::new(run).join(file)).unwrap());
                assert!(out == whole, "{kind} {file}");
            }
        };
        same(&again, &once);
        succeeds(&["verify", &again]);
        // With other settings an interrupted one begins anew, at the start that is kept.
        fs::remove_file(&manifest).unwrap();
        let (code, message) = ended(run(&words(&go_on(&again, "20000", &again))));
        assert_eq!(code, Some(0), "{message}");
        same(&again, &more);
        assert!(aside(2).exists());
    }
}

#[test]
fn a_budget_is_that_of_all_processes_together() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path();
    let name = folder.join("map");
    let manifest = name.join("manifest.json");
    let name = name.to_str().unwrap();
    let command = [
        "map",
        "moons",
        "--x",
        "lr=lin:0.01:1:64",
        "--y",
        "wd=lin:0:0.01:64",
        "--budget",
        "1h",
        "--steps",
        "300",
        "--figures",
        "none",
        "-q",
        "--out",
        name,
    ];
    let mut process = mlp(&command, folder);
    assert!(made(&mut process, &manifest));
    send("TERM", &process);
    assert_eq!(ended(process).0, Some(143));
    let mut told: serde_json::Value =
        serde_json::from_slice(&fs::read(&manifest).unwrap()).unwrap();
    assert!(told["wall_seconds"].as_f64().unwrap() > 0.0);
    told["wall_seconds"] = 3601.into();
    fs::write(&manifest, told.to_string()).unwrap();
    succeeds(&["resume", name]);
    let told: serde_json::Value = serde_json::from_slice(&fs::read(&manifest).unwrap()).unwrap();
    assert!(told["wall_seconds"].as_f64().unwrap() > 3601.0, "{told}");
    // The coarse map is always trained; for more there was no time.
    assert!(told["cells"].as_u64().unwrap() < 64 * 64, "{told}");
    let again = folder.join("again");
    let file = folder.join("map/experiment.toml");
    succeeds(&[
        "run",
        file.to_str().unwrap(),
        "--out",
        again.to_str().unwrap(),
    ]);
    assert!(folder_bytes(&folder.join("map")) == folder_bytes(&again));
}

#[test]
fn while_figures_are_drawn_the_results_are_told_to_be_whole() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path();
    let train = [
        "train",
        "moons",
        "--steps",
        "300",
        "--save-weights",
        "recorded",
        "--out",
        "run",
        "-q",
    ];
    let figures = folder.join("run/figures");
    for arguments in [&train[..], &["resume", "run", "-q"], &["plot", "run", "-q"]] {
        let mut process = mlp(arguments, folder);
        assert!(made(&mut process, &figures));
        send("TERM", &process);
        let (code, message) = ended(process);
        assert_eq!(code, Some(143), "{message}");
        assert!(
            message.starts_with("error: interrupted; the results are complete")
                && message.contains("mlp plot ")
                && message.contains("run draws them"),
            "{message}"
        );
        succeeds(&["verify", folder.join("run").to_str().unwrap()]);
        fs::remove_dir_all(&figures).unwrap();
    }
}
