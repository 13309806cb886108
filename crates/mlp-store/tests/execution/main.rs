//! Experiments carried out, and what they leave on the disk.

mod analysis;
mod checkpoints;
mod convergence;
mod data;
mod diagnostics;
mod directories;
mod errors;
mod events;
mod exploded;
mod fractals;
mod in_memory;
mod maps;
mod networks;
mod operations;
mod packs;
mod populations;
mod run_metadata;
mod starts;
mod stopping;

use std::{
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::atomic::AtomicBool,
};

use mlp_core::Level;
use mlp_store::Error;
use mlp_store::{DirectoryChoice, Execution, Summary, execute};
use mlp_train::{Experiment, Kind, Observer, ResolvedExperiment, SettingsLayer};

/// An experiment from `key=value` texts; later ones overrule earlier ones.
fn experiment(kind: Kind, settings: &[&str]) -> ResolvedExperiment {
    let mut experiment = Experiment::new(kind);
    for setting in settings {
        let mut layer = SettingsLayer::new();
        layer.set(setting).unwrap();
        layer.apply(&mut experiment).unwrap();
    }
    mlp_store::resolve(&experiment, None).unwrap()
}

/// A short training on a few points.
const SHORT: [&str; 4] = ["data=moons", "samples=64", "hidden=4,3", "steps=20"];

fn short(kind: Kind, settings: &[&str]) -> ResolvedExperiment {
    experiment(kind, &[&SHORT, settings].concat())
}

fn threads(count: usize) -> Execution<'static> {
    let place = DirectoryChoice::Folder {
        path: Path::new(""),
        force: false,
    };
    Execution {
        place,
        level: Level::best(),
        threads: NonZeroUsize::new(count),
        packs: true,
    }
}

fn run_with(
    mut experiment: ResolvedExperiment,
    path: &Path,
    execution: Execution<'_>,
    observer: &dyn Observer,
) -> Result<Summary, Error> {
    let execution = Execution {
        place: DirectoryChoice::Folder { path, force: false },
        ..execution
    };
    execute(
        &mut experiment,
        execution,
        observer,
        &AtomicBool::new(false),
    )
}

fn run(experiment: ResolvedExperiment, path: &Path) -> Summary {
    run_with(experiment, path, threads(2), &()).unwrap()
}

/// A folder that does not exist yet, inside one that is removed at the end.
struct Scratch(tempfile::TempDir);

impl Scratch {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

/// The result files that must be the same bytes again, with their bytes.
fn results(path: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_file())
        .map(|entry| {
            (
                entry.file_name().to_string_lossy().into_owned(),
                entry.path(),
            )
        })
        .filter(|(name, _)| name != "manifest.json" && name != ".lock")
        .map(|(name, path)| (name, std::fs::read(path).unwrap()))
        .collect();
    files.sort();
    files
}
