//! Runs of earlier versions, as these left them: their files have the names that keys had then.

use std::{fs, path::Path};

use crate::{mlp, refused, succeeds};

/// A run of version 0.1.0, whose experiment has `measure = "norms"`: two networks on XOR.
const MEASURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/runs/measure");

/// The command that began it, with the names of now.
const COMMAND: [&str; 18] = [
    "population",
    "xor",
    "--hidden",
    "2",
    "--nets",
    "2",
    "--steps",
    "20",
    "--record",
    "last",
    "--diagnostics",
    "norms",
    "--metrics",
    "f1",
    "--format",
    "csv",
    "--figures",
    "none",
];

const RESULTS: [&str; 3] = ["nets.csv", "series.csv", "stats.csv"];

/// A copy of the run.
fn copy(to: &Path) -> String {
    let from = Path::new(MEASURE);
    fs::create_dir_all(to.join("journal")).unwrap();
    let files = ["experiment.toml", "manifest.json", "journal/000001.bin"];
    for name in files.iter().chain(&RESULTS) {
        fs::copy(from.join(name), to.join(name)).unwrap();
    }
    to.to_string_lossy().into_owned()
}

fn same_results(run: &Path) {
    for name in RESULTS {
        let (now, before) = (
            fs::read(run.join(name)),
            fs::read(Path::new(MEASURE).join(name)),
        );
        assert!(now.unwrap() == before.unwrap(), "{name}");
    }
}

#[test]
fn a_run_of_before_opens_is_verified_and_replayed() {
    let folder = tempfile::tempdir().unwrap();
    let run = copy(&folder.path().join("run"));
    succeeds(&["verify", &run]);
    let replay = folder.path().join("replay");
    succeeds(&["replay", &run, "1", "--out", &replay.to_string_lossy()]);
    let written = fs::read_to_string(replay.join("experiment.toml")).unwrap();
    assert!(written.contains("diagnostics = \"norms\"") && !written.contains("measure"));
    // Changes of its file are still told, with the names of now.
    let file = Path::new(&run).join("experiment.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(
        &file,
        text.replace("measure = \"norms\"", "measure = \"margin\""),
    )
    .unwrap();
    let message = refused(&["verify", &run], 2);
    assert!(
        message.contains("training.diagnostics is \"margin\", and was \"norms\""),
        "{message}"
    );
}

#[test]
fn the_command_that_began_a_run_of_before_finds_it_complete() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    let run = copy(&path);
    let before = fs::read(path.join("manifest.json")).unwrap();
    succeeds(&[&COMMAND[..], &["--out", &run]].concat());
    assert!(fs::read(path.join("manifest.json")).unwrap() == before);
    same_results(&path);
}

/// A table without the column that runs of before lack.
fn without_best_loss(text: &str) -> String {
    let mut names = text.lines().next().unwrap_or_default().split(',');
    let place = names.position(|name| name == "best_train_loss");
    let line = |line: &str| {
        let cells = line.split(',').enumerate();
        let cells = cells.filter(|(at, _)| Some(*at) != place);
        cells.map(|(_, cell)| cell).collect::<Vec<_>>().join(",") + "\n"
    };
    text.lines().map(line).collect()
}

/// Its journal is of another form, which is said; its networks come to the same numbers again.
#[test]
fn an_unfinished_run_of_before_comes_to_its_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    for resumed in [true, false] {
        let run = copy(&path);
        for name in RESULTS {
            fs::remove_file(path.join(name)).unwrap();
        }
        let manifest = path.join("manifest.json");
        let text = fs::read_to_string(&manifest).unwrap();
        fs::write(&manifest, text.replace("\"complete\"", "\"running\"")).unwrap();
        let mut command = mlp();
        match resumed {
            true => command.args(["resume", &run]),
            false => command.args(COMMAND).args(["--out", &run]),
        };
        let output = command.output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{told}");
        assert!(
            told.contains("an earlier version of this program wrote it"),
            "{told}"
        );
        let [nets, before] = [path.as_path(), Path::new(MEASURE)]
            .map(|folder| without_best_loss(&fs::read_to_string(folder.join("nets.csv")).unwrap()));
        assert_eq!(nets, before);
        fs::remove_dir_all(&path).unwrap();
    }
}

#[test]
fn names_of_before_lead_to_those_of_now() {
    let train = ["train", "xor", "--steps", "1"];
    let message = refused(&[&train[..], &["--measure", "norms"]].concat(), 2);
    assert!(
        message.contains("--measure is now called --diagnostics"),
        "{message}"
    );
    for key in ["measure", "training.measure"] {
        let set = format!("{key}=norms");
        let message = refused(&[&train[..], &["--set", &set]].concat(), 2);
        assert!(
            message.contains(&format!("\"{key}\" is now called \""))
                && message.contains("diagnostics\""),
            "{message}"
        );
    }
    let message = refused(&["list", "measures"], 2);
    assert!(
        message.contains("it is now called \"metrics\""),
        "{message}"
    );
}
