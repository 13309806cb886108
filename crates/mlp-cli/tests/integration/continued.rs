//! Runs that are gone on with: by `--continue`, by the same command, by `mlp resume`.

use std::{fs, path::Path};

use serde_json::Value;

use crate::{folder_bytes, mlp};

/// Runs to success in a folder; standard output, and standard error.
fn told(folder: &Path, command: &str) -> (String, String) {
    let output = mlp()
        .args(command.split(' '))
        .current_dir(folder)
        .output()
        .unwrap();
    let [out, err] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    assert_eq!(output.status.code(), Some(0), "{command}: {err}");
    (out, err)
}

/// The object of a command with `--json`.
fn object(folder: &Path, command: &str) -> Value {
    serde_json::from_str(&told(folder, &format!("{command} --json -q")).0).unwrap()
}

/// Rows to learn.
fn table() -> String {
    let rows = (0..40).map(|row| format!("{},{}\n", row, row % 2));
    format!("x,kind\n{}", rows.collect::<String>())
}

/// A run that says of itself that it has not ended.
fn unfinished(run: &Path) {
    let path = run.join("manifest.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("\"complete\"", "\"interrupted\"")).unwrap();
}

#[test]
fn a_time_budget_counts_from_where_the_training_goes_on() {
    let scratch = tempfile::tempdir().unwrap();
    let at = scratch.path();
    let first = "train moons --steps 1000000000 --time-budget 50ms --figures none -o first";
    let first = object(at, first);
    assert_eq!(first["stopped_by"], "time_budget");
    let second = object(at, "train --continue first --figures none -o second");
    assert_eq!(second["stopped_by"], "time_budget");
    let step = |object: &Value| object["last_step"].as_u64().unwrap();
    assert!(step(&second) > step(&first), "{second}");
    // Each ends where it did when it is made again.
    let again = object(at, "run second/experiment.toml --out again");
    assert_eq!(step(&again), step(&second));
    assert_eq!(
        folder_bytes(&at.join("again")),
        folder_bytes(&at.join("second"))
    );
}

#[test]
fn a_rule_that_leaves_nothing_to_train_is_told() {
    let scratch = tempfile::tempdir().unwrap();
    let at = scratch.path();
    let rest = "--steps 2000 --figures none";
    told(
        at,
        &format!("train moons --until train_loss<0.5 {rest} -o first"),
    );
    let (out, _) = told(at, &format!("train --continue first {rest} -o second"));
    assert!(
        out.contains("nothing was trained: until ended the training where it went on")
            && out.contains("give another --until"),
        "{out}"
    );
    let further = format!("train --continue first --until train_loss<0.3 {rest} -o third");
    let (out, _) = told(at, &further);
    assert!(!out.contains("nothing was trained"), "{out}");
}

#[test]
fn a_data_file_is_the_same_by_any_path() {
    let scratch = tempfile::tempdir().unwrap();
    let work = scratch.path().join("place");
    fs::create_dir(&work).unwrap();
    fs::write(scratch.path().join("t.csv"), table()).unwrap();
    let rest = "--steps 20 --figures none -o";
    let absolute = scratch.path().join("t.csv");
    told(&work, &format!("population ../t.csv --nets 3 {rest} run"));
    told(&work, &format!("train ../t.csv {rest} one"));
    #[cfg(unix)]
    std::os::unix::fs::symlink("../t.csv", work.join("link.csv")).unwrap();
    #[cfg(not(unix))]
    fs::copy(&absolute, work.join("link.csv")).unwrap();
    fs::create_dir(work.join("below")).unwrap();
    let whole = folder_bytes(&work.join("run"));
    for (place, path, out) in [
        (&work, "../place/../t.csv", "run"),
        (&work, absolute.to_str().unwrap(), "run"),
        (&work, "link.csv", "run"),
        (&work.join("below"), "../../t.csv", "../run"),
    ] {
        let (out, _) = told(place, &format!("population {path} --nets 3 {rest} {out}"));
        assert!(out.contains("already complete"), "{path}: {out}");
    }
    for path in ["../place/../t.csv", "link.csv"] {
        // What was finished is taken, and what is missing made again.
        unfinished(&work.join("run"));
        fs::remove_file(work.join("run/nets.parquet")).unwrap();
        let (_, said) = told(&work, &format!("population {path} --nets 3 {rest} run"));
        assert!(said.contains("3 networks are already finished"), "{said}");
        told(&work, "verify run");
        told(
            &work.join("below"),
            &format!("replay ../run 1 -o replay-{}", path.len()),
        );
        let (out, _) = told(
            &work,
            &format!("train {path} --continue one --steps 30 --figures none -o on"),
        );
        assert!(out.contains("status"), "{out}");
    }
    told(&work, &format!("population ../t.csv --nets 3 {rest} run"));
    told(&work, "resume run");
    assert_eq!(
        folder_bytes(&work.join("run")).keys().collect::<Vec<_>>(),
        whole.keys().collect::<Vec<_>>()
    );
    // Other rows are another experiment, by whatever path.
    fs::write(&absolute, table().replace("3,1", "3,0")).unwrap();
    let output = mlp()
        .args(format!("population ../t.csv --nets 3 {rest} run").split(' '))
        .current_dir(&work)
        .output()
        .unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("another experiment"), "{message}");
}

#[test]
fn a_training_that_lost_its_checkpoints_says_that_it_begins_anew() {
    let scratch = tempfile::tempdir().unwrap();
    let at = scratch.path();
    told(at, "train moons --steps 20 --figures none -o run");
    let whole = folder_bytes(&at.join("run"));
    let run = at.join("run");
    unfinished(&run);
    fs::remove_file(run.join("state.bin")).unwrap();
    let (_, said) = told(at, "resume run");
    assert!(
        said.contains("holds no checkpoint (state.bin, state.previous.bin)")
            && said.contains("begins anew"),
        "{said}"
    );
    assert_eq!(folder_bytes(&run), whole);
    // A run that is told of again trains nothing, and one that is begun has lost nothing.
    let (_, said) = told(at, "resume run");
    assert_eq!(said, "");
    let (_, said) = told(at, "train moons --steps 20 --figures none -o other");
    assert!(!said.contains("checkpoint"), "{said}");
}
