//! The files that an experiment reads, by their keys.

use std::path::{Path, PathBuf};

use crate::{
    Error,
    manifest::{Manifest, RunStatus},
    run_directory::{EXPERIMENT, INPUTS},
};
use mlp_train::{Experiment, ResolvedExperiment};

/// The keys that hold the name of one file.
const SINGLE: [fn(&mut Experiment) -> &mut Option<String>; 7] = [
    |experiment| &mut experiment.data.name,
    |experiment| &mut experiment.data.validation_file,
    |experiment| &mut experiment.data.test_file,
    |experiment| &mut experiment.data.predict_on,
    |experiment| &mut experiment.network.init_from,
    |experiment| &mut experiment.training.batch_order,
    |experiment| &mut experiment.training.continue_from,
];

/// If the experiment starts from the run in `folder`, into which it goes: what that run itself
/// started from, if it replaced an earlier one, keeps what it needs of that, and has not
/// ended. So an interrupted command can be given again, and does not start from its own unfinished state.
pub fn start_as_before(experiment: &mut Experiment, folder: &Path) {
    let manifest = Manifest::read(folder).unwrap_or_default();
    let ended = manifest.is_some_and(|manifest| manifest.status == RunStatus::Complete);
    let Ok(real) = folder.canonicalize() else {
        return;
    };
    let Ok(file) = crate::read_experiment(&folder.join(EXPERIMENT)) else {
        return;
    };
    let mut before = Experiment::new(experiment.kind);
    if ended || file.layer.apply(&mut before).is_err() {
        return;
    }
    for of in SINGLE {
        let (Some(name), Some(kept)) = (of(experiment), of(&mut before)) else {
            continue;
        };
        let (path, kept) = (Path::new(name.as_str()), Path::new(kept.as_str()));
        let parent = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty());
        let is_real = |path: &Path| path.canonicalize().is_ok_and(|path| path == real);
        let named = is_real(path)
            || (path.file_name() == kept.file_name() && is_real(parent.unwrap_or(Path::new("."))));
        let is_kept = kept.canonicalize();
        if named && is_kept.is_ok_and(|kept| kept.starts_with(real.join(INPUTS))) {
            *name = kept.to_string_lossy().into_owned();
        }
    }
}

/// A file in `folder`, by its name there, that the experiment reads but that no longer exists.
pub(crate) fn lost_from(experiment: &Experiment, folder: &Path) -> Option<String> {
    let names = [std::path::absolute(folder), folder.canonicalize()];
    let mut experiment = experiment.clone();
    experiment.files().into_iter().find_map(|file| {
        let path = Path::new(file.as_str());
        let inside = |folder: &PathBuf| path.strip_prefix(folder).ok();
        let below = names.iter().flatten().find_map(inside)?;
        (!path.exists()).then(|| below.to_string_lossy().into_owned())
    })
}

/// A file of a run directory that is replaced by a new run which starts from it.
#[derive(Debug)]
pub(crate) struct KeptInput {
    /// Its original path.
    from: PathBuf,
    /// Where the new run keeps it, in the run directory.
    name: PathBuf,
    bytes: Vec<u8>,
}

impl KeptInput {
    /// Where the run in `folder` keeps it.
    pub(crate) fn place(&self, folder: &Path) -> PathBuf {
        folder.join(&self.name)
    }

    /// Its content.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Reads what an experiment needs from `folder`, a run directory that is about to be moved aside, and
/// renames it to the copies that the new one will keep.
///
/// # Errors
/// [`Error::Read`].
pub(crate) fn keep_of(
    experiment: &mut ResolvedExperiment,
    folder: &Path,
) -> Result<Vec<KeptInput>, Error> {
    let mut kept = Vec::new();
    experiment.rename_files(|author| {
        kept = keep(author, folder)?;
        Ok(())
    })?;
    Ok(kept)
}

/// The files of `experiment` in `folder`, which a run starts afresh: they are read, and from now on
/// the experiment refers to the copies that the run keeps.
///
/// # Errors
/// [`Error::Read`].
pub(crate) fn keep(experiment: &mut Experiment, folder: &Path) -> Result<Vec<KeptInput>, Error> {
    let mut kept: Vec<KeptInput> = Vec::new();
    // However they were named.
    let real = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    for file in experiment.files() {
        // Other words are built-in data sets.
        if !file.contains(['.', '/', '\\']) {
            continue;
        }
        let path = PathBuf::from(file.as_str());
        let inside = path
            .canonicalize()
            .is_ok_and(|path| path.starts_with(&real));
        if !inside || !path.is_file() {
            continue;
        }
        let known = kept.iter().find(|known| known.from == path);
        let name = match known {
            Some(known) => known.name.clone(),
            None => {
                let own = path.file_name().unwrap_or_default();
                let taken = |name: &Path| kept.iter().any(|known| known.name == name);
                let mut name = Path::new(INPUTS).join(own);
                // Data are named after their file, so the name stays.
                for number in 2.. {
                    if !taken(&name) {
                        break;
                    }
                    name = Path::new(INPUTS).join(number.to_string()).join(own);
                }
                let bytes = std::fs::read(&path).map_err(Error::read(&path))?;
                kept.push(KeptInput {
                    from: path,
                    name: name.clone(),
                    bytes,
                });
                name
            }
        };
        *file = folder.join(name).to_string_lossy().into_owned();
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use mlp_train::Kind;

    #[test]
    fn files_of_the_folder_are_kept_under_names_of_their_own() {
        let folder = tempfile::tempdir().unwrap();
        let run = folder.path().join("run");
        std::fs::create_dir_all(run.join("inputs")).unwrap();
        for name in ["state.bin", "data.csv", "inputs/data.csv"] {
            std::fs::write(run.join(name), name).unwrap();
        }
        std::fs::write(folder.path().join("other.csv"), "").unwrap();
        let text = |path: PathBuf| Some(path.to_string_lossy().into_owned());
        let mut experiment = Experiment::new(Kind::Train);
        experiment.data.name = text(run.join("data.csv"));
        experiment.data.validation_file = text(run.join("inputs/../inputs/data.csv"));
        experiment.data.test_file = text(folder.path().join("other.csv"));
        experiment.training.continue_from = text(run.join("state.bin"));
        let kept = keep(&mut experiment, &run).unwrap();
        let held: Vec<(PathBuf, &[u8])> = kept
            .iter()
            .map(|kept| (kept.place(&run), kept.bytes()))
            .collect();
        let place = |name: &str| run.join("inputs").join(name);
        assert_eq!(
            held,
            [
                (place("data.csv"), &b"data.csv"[..]),
                (place("2/data.csv"), b"inputs/data.csv"),
                (place("state.bin"), b"state.bin"),
            ]
        );
        assert_eq!(experiment.data.name, text(place("data.csv")));
        assert_eq!(experiment.data.validation_file, text(place("2/data.csv")));
        assert_eq!(
            experiment.data.test_file,
            text(folder.path().join("other.csv"))
        );
        assert_eq!(experiment.training.continue_from, text(place("state.bin")));
    }
}
