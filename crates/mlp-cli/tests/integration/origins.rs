//! What a run started from: named by its experiment, kept where it would be lost, and nobody else's
//! business.

#![cfg(unix)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{refused, succeeds};

const TABLE: &str = "a,b,kind\n";

/// A table of two classes.
fn table() -> String {
    let row = |row: u32| {
        let (a, b) = (row * 37 % 101, row * 53 % 97);
        format!("{a},{b},{}\n", if a > b { "more" } else { "less" })
    };
    TABLE.to_owned() + &(0..60).map(row).collect::<String>()
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        match entry.file_type().unwrap().is_dir() {
            true => files.extend(files_below(&entry.path())),
            false => files.push(entry.path()),
        }
    }
    files
}

fn holds(bytes: &[u8], word: &str) -> bool {
    bytes
        .windows(word.len())
        .any(|part| part == word.as_bytes())
}

/// The run of a script in a folder, where `MLP` is the command.
fn script(folder: &Path, text: &str) {
    let text = text.replace("MLP", env!("CARGO_BIN_EXE_mlp"));
    let output = Command::new("bash")
        .current_dir(folder)
        .env_remove("MLP_SIMD")
        .args(["-c", &text])
        .output()
        .unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}: {message}");
}

#[test]
fn folders_stay_out_of_what_is_handed_on() {
    let folder = tempfile::tempdir().unwrap();
    let private = folder.path().join("home-of-ann");
    fs::create_dir(&private).unwrap();
    for name in ["t.csv", "test.csv"] {
        fs::write(private.join(name), table()).unwrap();
    }
    script(
        &private,
        "MLP train t.csv --test-file test.csv --steps 20 -q --out first
         MLP train t.csv --init-from first --steps 20 --figures svg -q --out second
         MLP train --continue first --steps 30 --figures svg -q --out third
         MLP population t.csv --nets 3 --steps 5 -q --out population
         MLP map t.csv --x lr=0.1,1 --y wd=0,1 --steps 5 -q --out map
         for to in safetensors onnx npz json rust c; do MLP export third --to $to -o third/model.$to -q; done",
    );
    let mut looked_at = 0;
    for path in files_below(&private) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = fs::read(&path).unwrap();
        let told = holds(&bytes, "home-of-ann");
        // The experiment has to find its data again.
        let must = name == "experiment.toml";
        assert_eq!(told, must, "{}", path.display());
        looked_at += 1;
    }
    assert!(looked_at > 60, "{looked_at}");
    for run in ["first", "second", "third", "population", "map"] {
        succeeds(&["verify", private.join(run).to_str().unwrap()]);
    }
}

#[test]
fn piped_data_are_read_once_and_give_the_same_model_anywhere() {
    let folder = tempfile::tempdir().unwrap();
    let train = "train DATA --steps 20 --figures none -q --out";
    let mut models = Vec::new();
    for (index, (data, input)) in [
        ("-", "< ../t.csv"),
        ("-", ""),
        ("/dev/stdin", ""),
        ("/dev/stdin", "< ../t.csv"),
        ("<(cat ../t.csv)", ""),
        ("fifo", ""),
    ]
    .into_iter()
    .enumerate()
    {
        let here = folder.path().join(format!("{index}"));
        fs::create_dir(&here).unwrap();
        fs::write(folder.path().join("t.csv"), table()).unwrap();
        let command = train.replace("DATA", data);
        let pipe = if data.len() + input.len() < 12 && data != "fifo" {
            "cat ../t.csv |"
        } else {
            ""
        };
        let fifo = match data {
            "fifo" => "mkfifo fifo; cat ../t.csv > fifo &",
            _ => "",
        };
        script(
            &here,
            &format!("{fifo}\n{pipe} MLP {command} run-{index} {input}"),
        );
        let run = here.join(format!("run-{index}"));
        assert_eq!(fs::read_to_string(run.join("data.csv")).unwrap(), table());
        models.push(fs::read(run.join("model.safetensors")).unwrap());
        succeeds(&["verify", run.to_str().unwrap()]);
    }
    assert!(models.iter().all(|model| *model == models[0]));
    // Other commands read such data, too.
    script(
        folder.path(),
        "MLP evaluate 0/run-0 <(cat t.csv) > scores
         MLP evaluate 0/run-0 t.csv | cmp - scores
         MLP predict 0/run-0 <(cat t.csv) > answers
         MLP predict 0/run-0 t.csv | cmp - answers
         MLP train /dev/stdin --dry-run -q < t.csv",
    );
}

#[test]
fn other_files_than_the_data_must_be_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::write(path.join("t.csv"), table()).unwrap();
    script(path, "mkfifo fifo");
    let fifo = path.join("fifo");
    let [data, fifo] = [path.join("t.csv"), fifo].map(|path| path.to_str().unwrap().to_owned());
    for option in [
        "--test-file",
        "--validation-file",
        "--init-from",
        "--batch-order",
    ] {
        let message = refused(&["train", &data, option, &fifo, "--dry-run"], 2);
        assert!(
            message.contains("is not a regular file"),
            "{option}: {message}"
        );
    }
}

#[test]
fn a_run_that_starts_from_the_one_it_replaces_can_be_verified() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::write(path.join("t.csv"), table()).unwrap();
    script(
        path,
        "set -e
         MLP train - --steps 20 --figures none -q --out R < t.csv
         MLP train --continue R --steps 40 --figures none -q --out once
         MLP train --continue R --steps 40 --figures none -q --out R --force
         cmp R/model.safetensors once/model.safetensors
         MLP verify R
         rm -r R.old-1
         MLP verify R
         MLP train --continue R/state.bin --steps 60 --figures none -q --out ./R --force
         rm -r R.old-*
         MLP verify R
         MLP train R/data.csv --init-from R --steps 5 --figures none -q --out R --force || true
         MLP train R/inputs/data.csv --init-from R --steps 5 --figures none -q --out R --force
         rm -r R.old-*
         MLP verify R
         MLP run R/experiment.toml --out again -q
         cmp R/model.safetensors again/model.safetensors
         MLP train R/inputs/data.csv --steps 9 --figures none -q --out R --force
         rm -r R.old-*
         MLP verify R",
    );
}

#[test]
fn a_damaged_model_is_no_start() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    let out = run.to_str().unwrap();
    succeeds(&[
        "train",
        "moons",
        "--steps",
        "9",
        "--figures",
        "none",
        "--out",
        out,
    ]);
    let model = run.join("model.safetensors");
    let whole = fs::read(&model).unwrap();
    let copy = folder.path().join("copy.safetensors");
    for at in (0..whole.len()).step_by(whole.len() / 24) {
        let mut flipped = whole.clone();
        flipped[at] ^= 1 << (at % 8);
        fs::write(&model, &flipped).unwrap();
        fs::write(&copy, &flipped).unwrap();
        for start in [out, copy.to_str().unwrap()] {
            let arguments = ["train", "moons", "--init-from", start, "--dry-run"];
            refused(&arguments, 2);
            refused(&["predict", start, "-"], 2);
        }
    }
    fs::write(&model, &whole).unwrap();
    succeeds(&["train", "moons", "--init-from", out, "--dry-run"]);
}
