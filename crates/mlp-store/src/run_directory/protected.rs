//! The files that a run directory needs: other commands must not overwrite them.

use std::path::{Component, Path, PathBuf};

use super::{
    DATA, EXPERIMENT, INPUTS, JOURNAL, MAP, MODEL, NETS, OUT_OF_FOLD, PREDICT_ON, PREVIOUS_STATE,
    ROWS, SELECTION, SERIES, STATE, STATISTICS, lock,
};
use crate::manifest::Manifest;
use mlp_train::analysis::cross_validation::FOLDS;

/// Single files.
const FILES: [&str; 9] = [
    EXPERIMENT,
    Manifest::FILE,
    lock::FILES[0],
    lock::FILES[1],
    MODEL,
    STATE,
    PREVIOUS_STATE,
    MAP,
    DATA,
];

/// Tables, which have the extension of their format.
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

/// Folders that belong to the run with all their content.
const FOLDERS: [&str; 2] = [JOURNAL, INPUTS];

/// The run directory that needs the file with this name, whether it exists or not; `None`
/// if there is none. Figures and reports can be redrawn, and do not count.
pub fn run_of(file: &Path) -> Option<PathBuf> {
    let name = file.file_name()?;
    let parent = file.parent().filter(|path| !path.as_os_str().is_empty());
    // However it was named; the last component may be a link, which is itself replaced.
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

/// Whether a folder is a run directory. Other folders may have a file of one of its names.
fn is_run(folder: &Path) -> bool {
    let holds = |name: &str| folder.join(name).is_file();
    (holds(lock::FILES[0]) && (holds(EXPERIMENT) || holds(Manifest::FILE)))
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
