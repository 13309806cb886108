//! The files that a run directory needs for itself: other commands must not write over them.

use std::path::{Component, Path, PathBuf};

use super::{
    DATA, EXPERIMENT, INPUTS, JOURNAL, LOCK, MAP, MODEL, NETS, OUT_OF_FOLD, PREDICT_ON,
    PREVIOUS_STATE, ROWS, SELECTION, SERIES, STATE, STATISTICS,
};
use crate::manifest::Manifest;
use mlp_train::analysis::cross_validation::FOLDS;

/// Single files.
const FILES: [&str; 8] = [
    EXPERIMENT,
    Manifest::FILE,
    LOCK,
    MODEL,
    STATE,
    PREVIOUS_STATE,
    MAP,
    DATA,
];

/// Tables, which end in their format.
const TABLES: [&str; 8] = [
    NETS,
    SERIES,
    STATISTICS,
    FOLDS,
    SELECTION,
    PREDICT_ON,
    OUT_OF_FOLD,
    ROWS,
];

/// Folders that belong to the run with all that they hold.
const FOLDERS: [&str; 2] = [JOURNAL, INPUTS];

/// The run directory that needs the file with this name for itself, whether it is there or not; `None`
/// where none does. Figures and reports can be drawn again, and count as free.
pub fn run_of(file: &Path) -> Option<PathBuf> {
    let name = file.file_name()?;
    let parent = file.parent().filter(|path| !path.as_os_str().is_empty());
    // By whatever way it was named; the last part may be a link, which gives way itself.
    let file = parent
        .unwrap_or(Path::new("."))
        .canonicalize()
        .ok()?
        .join(name);
    let folders = file.ancestors().skip(1);
    folders
        .filter(|folder| is_run(folder))
        .find(|folder| file.strip_prefix(folder).is_ok_and(is_own))
        .map(Path::to_owned)
}

/// Whether a folder is a run directory. Others may hold a file of one of its names.
fn is_run(folder: &Path) -> bool {
    let holds = |name: &str| folder.join(name).is_file();
    (holds(LOCK) && (holds(EXPERIMENT) || holds(Manifest::FILE)))
        || Manifest::read(folder).is_ok_and(|manifest| manifest.is_some())
}

/// Whether a run directory has a file with this name below it.
fn is_own(below: &Path) -> bool {
    let mut parts = below.components();
    let Some(Component::Normal(first)) = parts.next() else {
        return false;
    };
    let first = first.to_string_lossy();
    if parts.next().is_some() {
        return FOLDERS.contains(&&*first);
    }
    let table = |ending: &str| {
        let stem = first.strip_suffix(ending);
        stem.is_some_and(|stem| TABLES.contains(&stem))
    };
    FILES.contains(&&*first)
        || table(".parquet")
        || table(".csv")
        || (first.starts_with("weights-") && first.ends_with(".npz"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_needs_what_it_goes_on_from_and_what_it_found() {
        let scratch = tempfile::tempdir().unwrap();
        let run = scratch.path().canonicalize().unwrap().join("run");
        for folder in ["journal", "inputs/2", "figures"] {
            std::fs::create_dir_all(run.join(folder)).unwrap();
        }
        let own = [
            "experiment.toml",
            "manifest.json",
            "state.bin",
            "model.safetensors",
            "nets.csv",
            "folds.parquet",
            "selection.parquet",
            "rows.csv",
            "weights-0.npz",
            "journal/000001.bin",
            "inputs/2/data.csv",
        ];
        for name in own {
            assert_eq!(run_of(&run.join(name)), None, "{name}");
        }
        // Other programs have such files, too.
        std::fs::write(run.join("manifest.json"), "{}").unwrap();
        assert_eq!(run_of(&run.join("data.csv")), None);
        std::fs::write(run.join(".lock"), "").unwrap();
        for name in own {
            assert_eq!(run_of(&run.join(name)), Some(run.clone()), "{name}");
        }
        for name in [
            "model.onnx",
            "report.html",
            "figures/nets.csv",
            "predictions.csv",
        ] {
            assert_eq!(run_of(&run.join(name)), None, "{name}");
        }
        assert_eq!(run_of(&scratch.path().join("nets.csv")), None);
    }
}
