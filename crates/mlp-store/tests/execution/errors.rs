//! What goes wrong is said, and loses nothing.

use std::{fs, path::Path};

use mlp_store::Error;
use mlp_store::RunDirectory;
use mlp_train::Kind;

use crate::{Scratch, run, run_with, short, threads};

#[test]
fn a_tampered_table_is_refused() {
    let scratch = Scratch::new();
    let path = scratch.path("run");
    run(short(Kind::Train, &["format=csv"]), &path);
    let file = path.join("nets.csv");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("completed", "diverged")).unwrap();
    let error = RunDirectory::open(&path).unwrap().nets().unwrap_err();
    assert!(
        matches!(error, Error::Corrupt { .. }) && error.to_string().contains("nets.csv"),
        "{error}"
    );
    assert!(RunDirectory::open(&path).unwrap().series().is_ok());
}

#[test]
fn a_folder_that_is_no_run_is_named() {
    let scratch = Scratch::new();
    let error = RunDirectory::open(&scratch.path("none"))
        .unwrap_err()
        .to_string();
    assert!(error.contains("none has no experiment.toml"), "{error}");
    run(
        short(Kind::Population, &["nets=1"]),
        &scratch.path("population"),
    );
    let error = mlp_store::model_file::open(&scratch.path("population"))
        .unwrap_err()
        .to_string();
    assert!(error.contains("model.safetensors"), "{error}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_place_that_cannot_be_written_is_named() {
    // No folder can be made in /proc, whoever asks.
    let path = Path::new("/proc/mlp/run");
    let error = run_with(short(Kind::Train, &[]), path, threads(1), &()).unwrap_err();
    assert!(
        matches!(error, Error::Write { .. }) && error.to_string().contains("/proc/mlp/run"),
        "{error}"
    );
}
