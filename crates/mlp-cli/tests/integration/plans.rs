//! `--dry-run` tells what a run leaves on the disk and how much memory it has at most: twelve varied
//! experiments, planned and carried out.

#![cfg(target_os = "linux")]

use std::{
    fs,
    io::{Read, Write},
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use crate::mlp;

/// Plan and run may differ by this factor.
const FACTOR: f64 = 1.5;

/// Bytes of all files below a folder.
fn bytes_in(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let sizes = entries.map(|entry| match entry.file_type().unwrap().is_dir() {
        true => bytes_in(&entry.path()),
        false => entry.metadata().unwrap().len(),
    });
    sizes.sum()
}

/// The peak of a process that waits for somebody to read what it prints.
fn peak_memory(process: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.unwrap().trim().strip_suffix("kB").unwrap().trim();
    1024.0 * kibibytes.parse::<f64>().unwrap()
}

/// What to draw of a run.
#[derive(Clone, Copy, PartialEq)]
enum Figures {
    None,
    All,
}

impl Figures {
    fn option(self) -> [&'static str; 2] {
        let figures = match self {
            Self::None => "none",
            Self::All => "all",
        };
        ["--figures", figures]
    }
}

/// Carries out an experiment; the bytes that it leaves, and the most memory that it had.
fn run(arguments: &[&str], figures: Figures, out: &Path) -> (f64, f64) {
    // A pipe that is full: the process has to wait with its summary, so that its peak can be read.
    let (mut reader, mut writer) = std::io::pipe().unwrap();
    let filling = [b' '; 1 << 16];
    writer.write_all(&filling).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_mlp"))
        .env_remove("MLP_SIMD")
        .args(arguments)
        .args(figures.option())
        .args(["--no-progress", "--out"])
        .arg(out)
        .stdout(writer)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let complete = || {
        let text = fs::read_to_string(out.join("manifest.json")).unwrap_or_default();
        // The report is drawn last.
        let drawn = figures == Figures::None || out.join("report.html").exists();
        text.contains("\"complete\"") && drawn
    };
    while !complete() && child.try_wait().unwrap().is_none() {
        thread::sleep(Duration::from_millis(2));
    }
    // What is left is the summary of what lies there.
    thread::sleep(Duration::from_millis(30));
    let peak = peak_memory(child.id());
    let mut printed = String::new();
    reader.read_to_string(&mut printed).unwrap();
    let output = child.wait_with_output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {message}");
    (bytes_in(out) as f64, peak)
}

/// Plans an experiment, carries it out without drawing, and compares.
fn compare(command: &str) {
    let memory = ("memory", "memory_bytes");
    compare_with(Figures::None, command, &[("disk", "disk_bytes"), memory]);
}

/// Plans an experiment, carries it out with its figures, and compares the memory.
fn compare_drawn(command: &str) {
    compare_with(Figures::All, command, &[("memory", "memory_bytes")]);
}

fn compare_with(figures: Figures, command: &str, judged: &[(&str, &str)]) {
    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("table.csv");
    let mut rows = String::from("a,b,c,d,e,f,y\n");
    for row in 0..20_000u32 {
        let value = |column: u32| f64::from((row * 7919 + column * 104_729) % 10_007) / 10_007.0;
        let cells: Vec<String> = (0..7).map(|column| value(column).to_string()).collect();
        rows.push_str(&cells.join(","));
        rows.push('\n');
    }
    fs::write(&table, rows).unwrap();
    let command = command.replace("TABLE", table.to_str().unwrap());
    let arguments: Vec<&str> = command.split(' ').chain(["-j", "2"]).collect();
    let plan = mlp()
        .args(&arguments)
        .args(figures.option())
        .args(["--dry-run", "--json"])
        .output()
        .unwrap();
    let message = String::from_utf8_lossy(&plan.stderr);
    assert!(plan.status.success(), "{command}: {message}");
    let plan: serde_json::Value = serde_json::from_slice(&plan.stdout).unwrap();
    let out = folder.path().join("run");
    let (disk, memory) = run(&arguments, figures, &out);
    for &(what, key) in judged {
        let found = if what == "disk" { disk } else { memory };
        let planned = plan[key].as_f64().unwrap();
        let ratio = planned / found;
        assert!(
            (FACTOR.recip()..FACTOR).contains(&ratio),
            "{command}: {what} is {found:.0} B, and {planned:.0} were planned: {ratio:.2}"
        );
    }
    let manifest = fs::read_to_string(out.join("manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    for (key, found) in [
        ("networks", &manifest["counts"]["networks"]),
        ("cells", &manifest["cells"]),
    ] {
        assert_eq!(&plan[key], found, "{command}: {key}");
    }
}

#[test]
fn one_network() {
    compare("train moons");
    compare("train digits --hidden 64,32 --optimizer adam --batch 32 --steps 40");
    compare("train TABLE --hidden 16 --steps 20 --batch 64 --validation-fraction 0.2");
}

#[test]
fn one_large_network_in_two_precisions() {
    compare("train digits --hidden 512,512 --optimizer adam --batch 64 --steps 6 --record last");
    compare("train diabetes --hidden 32 --precision f64 --steps 400 --record every:1");
    compare("train diabetes --hidden 16 --steps 60 --interval-folds 8");
}

#[test]
fn one_network_with_all_its_parameters() {
    compare("train moons --hidden 64,64 --steps 500 --save-weights recorded --record every:5");
}

#[test]
fn populations() {
    compare("population moons --nets 100 --steps 60");
    compare(
        "population iris --nets 20 --steps 30 --sweep weight_decay=0,1e-3,1e-2 --sweep hidden=4,8",
    );
    compare("population moons --nets 200 --steps 30 --save-weights recorded");
    compare("population diabetes --nets 40 --steps 60 --format csv --record every:2");
}

#[test]
fn a_population_of_many_tiny_networks() {
    compare("population xor --samples 4 --noise 0 --hidden 2 --nets 30000 --steps 3 --record last");
}

#[test]
fn maps() {
    compare("map moons --x lr=log:1e-3:1e2:64 --y step --steps 200");
    compare(
        "map moons --samples 32 --hidden 4 --x lr=log:1e-2:1:128 --y wd=log:1e-5:1e-1:128 --steps 2 --record last",
    );
    compare(
        "map moons --samples 32 --hidden 4 --x lr=log:1e-2:1:48 --y wd=log:1e-5:1e-1:48 --steps 40 --record every:1",
    );
}

#[test]
fn maps_with_a_facet() {
    compare(
        "map moons --samples 32 --hidden 4 --x lr=log:1e-2:1:48 --y wd=log:1e-5:1e-1:48 --facet activation=tanh,relu,sine --steps 2 --record last",
    );
}

#[test]
fn figures_of_one_network() {
    compare_drawn("train moons --steps 200");
    compare_drawn("train digits --hidden 64,32 --optimizer adam --batch 32 --steps 20");
}

#[test]
fn figures_of_populations() {
    compare_drawn("population moons --nets 60 --steps 40");
    compare_drawn(
        "population iris --nets 10 --steps 20 --sweep weight_decay=0,1e-3,1e-2 --sweep hidden=4,8",
    );
}

#[test]
fn figures_of_maps() {
    compare_drawn("map moons --x lr=log:1e-3:1e2:24 --y step --steps 60");
    compare_drawn(
        "map moons --samples 32 --hidden 4 --x lr=log:1e-2:1:40 --y wd=log:1e-5:1e-1:40 --facet activation=tanh,relu,sine --steps 2 --record last",
    );
}
