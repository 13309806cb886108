//! Runs that are not complete are drawn as far as they have come: interrupted, killed and running ones.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use crate::{mlp, succeeds};

/// Draws a run as SVG; exit code and what was said.
fn plotted(run: &Path) -> (Option<i32>, String) {
    let output = mlp()
        .args(["plot", run.to_str().unwrap(), "--format", "svg"])
        .output()
        .unwrap();
    (
        output.status.code(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

fn figure(run: &Path, name: &str) -> String {
    fs::read_to_string(run.join("figures").join(format!("{name}.svg"))).unwrap()
}

/// A complete run of a line of arguments, made to what a killed process leaves: no results, and this part of the journal.
fn killed(folder: &Path, line: &str, part: f64) -> PathBuf {
    let run = folder.join("run");
    let arguments: Vec<&str> = line.split(' ').collect();
    let out = ["--figures", "none", "--out", run.to_str().unwrap()];
    succeeds(&[&arguments[..], &out].concat());
    without_results(&run);
    let journal = fs::read_dir(run.join("journal")).unwrap().next().unwrap();
    let journal = journal.unwrap().path();
    let bytes = fs::read(&journal).unwrap();
    let kept = (bytes.len() as f64 * part) as usize;
    fs::write(&journal, &bytes[..kept]).unwrap();
    run
}

/// A run of a line of arguments, which goes on in its own process.
fn started(line: &str, run: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_mlp"))
        .args(line.split(' '))
        .args(["-q", "--figures", "none", "--out"])
        .arg(run)
        .env_remove("MLP_SIMD")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Removes the results of a run, as if its process had been killed before it wrote them.
fn without_results(run: &Path) {
    let manifest = run.join("manifest.json");
    let mut told: serde_json::Value =
        serde_json::from_slice(&fs::read(&manifest).unwrap()).unwrap();
    let files = std::mem::take(&mut told["files"]);
    for name in files.as_object().unwrap().keys() {
        fs::remove_file(run.join(name)).unwrap();
    }
    told["files"] = serde_json::json!({});
    told["status"] = "running".into();
    fs::write(&manifest, told.to_string()).unwrap();
}

/// All files of a run with their bytes, apart from what is drawn.
fn untouched(run: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for folder in [run.to_owned(), run.join("journal")] {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                found.push((path.clone(), fs::read(path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// With so many records and one thread, the journal has several chunks.
const MANY: &str = "population moons --samples 32 --nets 4 --steps 300 --record every:1 --threads 1 --sweep hidden=2,3,4,5,6,7";

#[test]
fn a_killed_population_is_drawn_from_its_journal_which_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let run = killed(folder.path(), MANY, 0.7);
    let before = untouched(&run);
    let (code, said) = plotted(&run);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("note: Not complete: ") && said.contains(" of 24 networks."),
        "{said}"
    );
    assert!(said.contains("mlp resume"), "{said}");
    assert!(figure(&run, "scatter-hidden").contains("Not complete: "));
    // Settings without a network yet have no entry in a legend and no panel.
    let curves = figure(&run, "learning-curves-by-hidden");
    assert!(curves.contains(">hidden 2<") && !curves.contains(">hidden 7<"));
    assert!(!figure(&run, "parts-by-hidden").contains(">hidden 7<"));
    assert!(!run.join("report.html").exists());
    assert_eq!(before, untouched(&run));
    // And goes on from there.
    succeeds(&["resume", run.to_str().unwrap()]);
    assert!(plotted(&run).1.is_empty());
}

#[test]
fn a_killed_run_without_a_finished_network_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let run = killed(folder.path(), MANY, 0.0);
    let (code, said) = plotted(&run);
    assert_eq!(code, Some(2), "{said}");
    assert!(
        said.contains("has come to nothing yet") && said.contains("mlp resume"),
        "{said}"
    );
}

#[test]
fn a_killed_map_is_drawn_with_the_cells_that_are_done() {
    let folder = tempfile::tempdir().unwrap();
    let run = killed(
        folder.path(),
        "map moons --samples 32 --steps 300 --record every:1 --threads 1 --x lr=log:1e-2:1:6 --y hidden=2,3,4,5",
        0.6,
    );
    let (code, said) = plotted(&run);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains(" of 24 networks."), "{said}");
    let map = figure(&run, "map-test-loss");
    assert!(
        map.contains("not trained yet: ") && map.contains(" of 24 cells"),
        "{map}"
    );
    assert!(map.contains("Not complete: "), "{map}");
}

#[test]
fn an_interrupted_map_is_drawn_with_the_cells_that_are_done() {
    let folder = tempfile::tempdir().unwrap();
    let run = killed(
        folder.path(),
        "map moons --samples 32 --steps 300 --record every:1 --threads 1 --x lr=log:1e-2:1:6 --y hidden=2,3,4,5 --seeds 2",
        0.6,
    );
    // What a run that is interrupted leaves is what one leaves that is resumed and interrupted at once; here, its tables and
    // arrays are gone, and it is drawn all the same.
    let manifest = run.join("manifest.json");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace("\"running\"", "\"interrupted\"")).unwrap();
    let (code, said) = plotted(&run);
    assert_eq!(code, Some(0), "{said}");
    assert!(figure(&run, "map-test-loss").contains("not trained yet: "));
    assert!(!run.join("figures/map-test-loss-luck.svg").exists());
}

#[test]
fn a_run_that_runs_is_drawn_as_far_as_it_has_come() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    let mut process = started(
        "population moons --samples 32 --hidden 2 --nets 100000000 --record last --steps 2 --threads 1",
        &run,
    );
    let written = || {
        let files = fs::read_dir(run.join("journal")).into_iter().flatten();
        let sizes = files.filter_map(|file| Some(file.ok()?.metadata().ok()?.len()));
        sizes.sum::<u64>()
    };
    while written() < 100_000 {
        assert!(process.try_wait().unwrap().is_none());
        std::thread::yield_now();
    }
    let (code, said) = plotted(&run);
    let runs = process.try_wait().unwrap().is_none();
    process.kill().unwrap();
    process.wait().unwrap();
    assert!(runs);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("note: Still running: ") && said.contains("draw it again later"),
        "{said}"
    );
}

#[test]
fn a_killed_training_is_drawn_from_its_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    let mut process = started(
        "train moons --samples 64 --hidden 3 --steps 1000000000",
        &run,
    );
    while !run.join("state.bin").is_file() {
        assert!(process.try_wait().unwrap().is_none());
        std::thread::yield_now();
    }
    process.kill().unwrap();
    process.wait().unwrap();
    let (code, said) = plotted(&run);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("note: Not complete: up to step "), "{said}");
    assert!(figure(&run, "learning-curve").contains("Not complete: "));
    assert!(run.join("figures/boundary.svg").is_file());
    assert!(!run.join("model.safetensors").exists());
}
