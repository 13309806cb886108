//! `--quiet` leaves out progress, notes and summaries, whatever the command; what was asked for still comes.

use std::path::Path;

use crate::mlp;

/// What a command prints, with `--quiet` or without; it must say nothing else.
fn printed(folder: &Path, arguments: &str, quiet: bool) -> String {
    let output = mlp()
        .current_dir(folder)
        .args(arguments.split(' '))
        .args(quiet.then_some("--quiet"))
        .output()
        .unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments}: {message}");
    assert!(message.is_empty() || !quiet, "{arguments}: {message}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn every_command_can_be_quiet() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &str| {
        let printed = printed(folder.path(), arguments, true);
        assert!(printed.is_empty(), "{arguments} prints {printed}");
    };
    run("train moons --steps 3 --figures svg --out t");
    run("population moons --nets 2 --steps 3 --figures none --out p");
    run("map moons --x lr=0.1,1 --steps 3 --figures none --out m");
    run("run p/experiment.toml --out p2");
    run("data moons --out moons.csv");
    run("predict t moons.csv --out answers.csv");
    run("export t --out t.onnx");
    run("plot t");
    run("verify p");
    run("resume p");
    run("replay p 1 --figures none --out net");
    let answers = std::fs::read_to_string(folder.path().join("answers.csv")).unwrap();
    assert_eq!(answers.lines().count(), 257);
}

#[test]
fn what_was_asked_for_comes_however_quiet_a_command_is() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for made in [
        "train moons --steps 3 --figures none --out t",
        "population moons --nets 3 --steps 3 --figures none --out p",
        "data moons --out moons.csv",
    ] {
        printed(folder, made, true);
    }
    for asked in [
        "data moons",
        "data moons --out -",
        "predict t moons.csv",
        "evaluate t moons.csv",
        "evaluate t moons --json",
        "export t --to json",
        "analyze p --json --figures none",
        "list",
        "list keys",
        "list schema",
        "train moons --steps 3 --dry-run",
        "resume t --json",
        "verify p --json",
    ] {
        let loud = printed(folder, asked, false);
        assert!(!loud.is_empty(), "{asked}");
        let quiet = printed(folder, asked, true);
        let same = quiet == loud || asked.contains("--dry-run");
        assert!(same && !quiet.is_empty(), "{asked}: {quiet}");
    }
    let object = printed(folder, "train moons --steps 3 --figures none --json", true);
    assert!(object.starts_with('{'), "{object}");
    // The results, without the note on where their tables lie.
    let loud = printed(folder, "analyze p --figures none", false);
    let quiet = printed(folder, "analyze p --figures none", true);
    assert!(loud.starts_with(&quiet) && quiet.len() > 100, "{quiet}");
    assert!(loud.contains("written ") && !quiet.contains("written "));
}
