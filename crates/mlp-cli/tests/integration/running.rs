//! Running the command on tables of a test: what it prints, what it refuses, and models to go on with.

use std::{fmt::Write, fs, path::Path};

use crate::{mlp, refused};

/// The option that makes categories of columns of text.
pub(crate) const ONE_HOT: [&str; 2] = ["--categories", "one-hot"];

pub(crate) fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// A table of forty rows, below a first line.
pub(crate) fn table(
    folder: &Path,
    name: &str,
    first: &str,
    row: impl Fn(usize) -> String,
) -> String {
    let mut text = format!("{first}\n");
    for i in 0..40 {
        writeln!(text, "{}", row(i)).unwrap();
    }
    write(folder, name, &text)
}

/// What a command, which must succeed, prints on either stream.
pub(crate) fn said(arguments: &[&str]) -> (String, String) {
    said_in(Path::new("."), arguments)
}

fn said_in(folder: &Path, arguments: &[&str]) -> (String, String) {
    let output = mlp().current_dir(folder).args(arguments).output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {message}");
    (String::from_utf8(output.stdout).unwrap(), message)
}

/// What it prints on standard output.
pub(crate) fn answer(arguments: &[&str]) -> String {
    said(arguments).0
}

/// The same in a folder.
pub(crate) fn answer_in(folder: &Path, arguments: &[&str]) -> String {
    said_in(folder, arguments).0
}

/// The same of arguments that spaces part.
pub(crate) fn run(folder: &Path, arguments: &str) -> String {
    answer_in(folder, &arguments.split(' ').collect::<Vec<_>>())
}

pub(crate) fn json(folder: &Path, arguments: &str) -> serde_json::Value {
    serde_json::from_str(&run(folder, arguments)).unwrap()
}

/// The plan of a training.
pub(crate) fn plan(file: &str, options: &[&str]) -> String {
    answer(&[&["train", file, "--dry-run"], options].concat())
}

/// The message of a training that is refused.
pub(crate) fn refusal(file: &str, options: &[&str]) -> String {
    refused(&[&["train", file, "--dry-run"], options].concat(), 2)
}

/// What a short training says.
pub(crate) fn train(file: &str, options: &[&str]) -> String {
    let quick = "--steps 5 --figures none --no-progress --seed 1";
    let quick: Vec<&str> = quick.split(' ').collect();
    answer(&[&["train", file], options, &quick].concat())
}

/// Trains a model on a file.
pub(crate) fn trained(file: &str, folder: &Path, name: &str, options: &[&str]) -> String {
    let out = folder.join(name).to_str().unwrap().to_owned();
    train(file, &[options, &["-o", &out]].concat());
    out
}
