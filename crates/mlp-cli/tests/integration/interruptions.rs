//! Runs that are killed go on to the bytes of undisturbed ones; `cargo xtask crash-test` kills more
//! often.

use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
};

use crate::{folder_bytes, mlp, refused};

const EXPERIMENT: [&str; 17] = [
    "population",
    "moons",
    "--nets",
    "120",
    "--steps",
    "300",
    "--sweep",
    "hidden=4,16x16",
    "--sweep",
    "batch=full,32",
    "--record",
    "log:4",
    "--save-weights",
    "last",
    "--figures",
    "none",
    "--quiet",
];

fn start(arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_mlp"))
        .args(arguments)
        .env_remove("MLP_SIMD")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Bytes in the journal of a run.
fn journal(path: &Path) -> u64 {
    let Ok(files) = fs::read_dir(path.join("journal")) else {
        return 0;
    };
    files
        .filter_map(|file| Some(file.ok()?.metadata().ok()?.len()))
        .sum()
}

/// Lets a process work until its journal has so many bytes, and kills it. Whether it was still there.
fn kill_at(process: &mut Child, path: &Path, bytes: u64) -> bool {
    while journal(path) < bytes {
        if process.try_wait().unwrap().is_some() {
            return false;
        }
        std::thread::yield_now();
    }
    let there = process.try_wait().unwrap().is_none();
    process.kill().unwrap();
    process.wait().unwrap();
    there
}

#[test]
fn a_killed_run_goes_on_to_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole");
    let killed = folder.path().join("killed");
    let [whole_name, killed_name] = [&whole, &killed].map(|path| path.to_str().unwrap());
    let begin = |out| [&EXPERIMENT[..], &["--out", out]].concat();
    assert!(start(&begin(whole_name)).wait().unwrap().success());
    let total = journal(&whole);
    let mut process = start(&[&begin(killed_name)[..], &["--threads", "1"]].concat());
    // Within the first chunk of the journal, in its midst, and near its end.
    let resume = ["resume", killed_name, "--quiet"];
    let mut kills = 0;
    for share in [0.1, 0.5, 0.9] {
        kills += u32::from(kill_at(
            &mut process,
            &killed,
            (total as f64 * share) as u64,
        ));
        process = start(&resume);
    }
    process.wait().unwrap();
    assert!(kills > 0);
    assert!(start(&resume).wait().unwrap().success());
    let expected = folder_bytes(&whole);
    assert!(expected.len() >= 6, "{:?}", expected.keys());
    let left = folder_bytes(&killed);
    assert_eq!(
        left.keys().collect::<Vec<_>>(),
        expected.keys().collect::<Vec<_>>()
    );
    for (name, bytes) in &expected {
        assert!(left[name] == *bytes, "{name} differs");
    }
}

#[test]
fn runs_are_verified_on_any_level_and_tampered_ones_found() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    let name = out.to_str().unwrap();
    let arguments = [
        "population",
        "moons",
        "--nets",
        "6",
        "--steps",
        "30",
        "--sweep",
        "hidden=4,8x8",
        "--format",
        "csv",
        "--save-weights",
        "recorded",
        "--figures",
        "none",
        "--out",
        name,
        "-q",
    ];
    assert!(start(&arguments).wait().unwrap().success());
    let output = mlp()
        .args(["verify", name, "--threads", "1"])
        .env("MLP_SIMD", "portable")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(
        text.contains("12 of 12 retrained at portable on 1 thread")
            && text.contains("the same bits in nets.csv, series.csv, weights-0.npz"),
        "{text}"
    );
    // One digit of one number, and the manifest's digest made to fit.
    let table = out.join("nets.csv");
    let honest = fs::read_to_string(&table).unwrap();
    let last = honest.rfind(|c: char| c.is_ascii_digit()).unwrap();
    let digit = if &honest[last..=last] == "1" {
        "2"
    } else {
        "1"
    };
    let tampered = format!("{}{digit}{}", &honest[..last], &honest[last + 1..]);
    fs::write(&table, &tampered).unwrap();
    let message = refused(&["verify", name, "--nets", "3"], 1);
    assert!(message.contains("nets.csv: it has changed"), "{message}");
    let manifest = out.join("manifest.json");
    let digest = |text: &str| blake3_of(text.as_bytes());
    let forged = fs::read_to_string(&manifest)
        .unwrap()
        .replace(&digest(&honest), &digest(&tampered));
    fs::write(&manifest, forged).unwrap();
    let message = refused(&["verify", name, "--nets", "12"], 1);
    assert!(
        message.contains("nets.csv: net 11: grad_norm is") && message.contains("1 difference"),
        "{message}"
    );
    // Another engine is named.
    fs::write(&table, &honest).unwrap();
    let engine = fs::read_to_string(&manifest).unwrap();
    let engine = engine.replace("\"engine\": \"", "\"engine\": \"other-");
    fs::write(&manifest, engine).unwrap();
    let message = refused(&["verify", name], 1);
    assert!(
        message.contains("engine other-") && message.contains("this is engine"),
        "{message}"
    );
}

fn blake3_of(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

#[test]
fn a_replayed_network_is_the_one_of_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let run = |arguments: &[&str]| {
        let output = mlp().current_dir(folder).args(arguments).output().unwrap();
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {message}");
        String::from_utf8(output.stdout).unwrap()
    };
    run(&[
        "population",
        "moons",
        "--draws",
        "8",
        "--sweep",
        "lr=log:1e-2:1",
        "--sweep",
        "hidden=4,6x3",
        "--batch",
        "50",
        "--steps",
        "40",
        "--figures",
        "none",
        "--out",
        "run",
    ]);
    // Of these, too, though a replay with more records sees lower losses on the way.
    let small = "population moons --samples 24 --hidden 4 --nets 3 --epochs 40 --lr 1 --batch 5 --record log:5";
    let none = ["--figures", "none", "--out"];
    run(&[&small.split(' ').collect::<Vec<_>>(), &none[..], &["small"]].concat());
    for net in ["0", "1", "2"] {
        let text = run(&[
            &["replay", "small", net],
            &none[..],
            &[&format!("small-{net}")],
        ]
        .concat());
        assert!(text.contains("the same bits as net"), "{text}");
    }
    let text = run(&["replay", "run", "5", "--figures", "png", "--out", "net"]);
    assert!(text.contains("the same bits as net 5 of run"), "{text}");
    for name in [
        "weights-0.npz",
        "figures/film.png",
        "figures/film-animated.png",
        "report.html",
    ] {
        assert!(folder.join("net").join(name).is_file(), "{name}");
    }
    let text = run(&[
        "replay",
        "run",
        "--where",
        "net >= 3 and status == completed",
        "--most",
        "2",
        "--figures",
        "none",
        "--out",
        "several",
    ]);
    assert!(text.contains("5 networks match; the first 2"), "{text}");
    assert!(folder.join("several/net-3/series.parquet").is_file());
    assert!(folder.join("several/net-4/series.parquet").is_file());
    // A complete run is not a failure to resume.
    let text = run(&["resume", "run"]);
    assert!(text.contains("already complete"), "{text}");
    let path = folder.join("run");
    let path = path.to_str().unwrap();
    assert!(refused(&["replay", path, "8"], 2).contains("0 to 7"));
    assert!(refused(&["replay", path], 2).contains("--where"));
    let message = refused(&["replay", path, "--where", "test_acuracy > 1"], 2);
    assert!(
        message.contains("did you mean \"test_accuracy\""),
        "{message}"
    );
    assert!(refused(&["resume", folder.to_str().unwrap()], 2).contains("experiment.toml"));
}
