//! The files that an experiment reads, as its keys name them.

use std::path::{Path, PathBuf};

use crate::{
    error::Error,
    experiment::{Experiment, MapAxis},
    experiment_file,
    manifest::{Manifest, RunStatus},
    range::Range,
    run_directory::{EXPERIMENT, INPUTS},
    value::Value,
};

impl Experiment {
    /// Every key's value that may name a file.
    fn files(&mut self) -> Vec<&mut String> {
        let single = [
            &mut self.data.name,
            &mut self.data.validation_file,
            &mut self.data.test_file,
            &mut self.network.init_from,
            &mut self.training.batch_order,
            &mut self.training.continue_from,
        ];
        let mut files: Vec<&mut String> = single.into_iter().flatten().collect();
        let map = &mut self.map;
        let mut ranges: Vec<_> = self.population.sweep.iter_mut().collect();
        ranges.extend(&mut map.x);
        ranges.extend(&mut map.facet);
        let swept = ranges.into_iter().map(|(key, range)| (*key, range));
        let y = match &mut map.y {
            Some(MapAxis::Key(key, range)) => Some((*key, range)),
            _ => None,
        };
        for (key, range) in swept.chain(y) {
            if NAMED.contains(&key.info().path)
                && let Range::List(values) = range
            {
                files.extend(values.iter_mut().filter_map(|value| match value {
                    Value::Text(name) => Some(name),
                    _ => None,
                }));
            }
        }
        files
    }

    /// A file in `folder`, by its name there, that the experiment reads and that is not there any more.
    pub(crate) fn lost_from(&self, folder: &Path) -> Option<String> {
        let names = [std::path::absolute(folder), folder.canonicalize()];
        let mut experiment = self.clone();
        experiment.files().into_iter().find_map(|file| {
            let path = Path::new(file.as_str());
            let inside = |folder: &PathBuf| path.strip_prefix(folder).ok();
            let below = names.iter().flatten().find_map(inside)?;
            (!path.exists()).then(|| below.to_string_lossy().into_owned())
        })
    }

    /// The experiment with files by their names alone: where they lie on this machine is nobody else's
    /// business, and the same data give the same text wherever they lie.
    pub(crate) fn without_folders(mut self) -> Self {
        for file in self.files() {
            if let Some(name) = Path::new(file.as_str()).file_name() {
                *file = name.to_string_lossy().into_owned();
            }
        }
        self
    }
}

/// The keys that hold the name of one file.
const SINGLE: [fn(&mut Experiment) -> &mut Option<String>; 6] = [
    |experiment| &mut experiment.data.name,
    |experiment| &mut experiment.data.validation_file,
    |experiment| &mut experiment.data.test_file,
    |experiment| &mut experiment.network.init_from,
    |experiment| &mut experiment.training.batch_order,
    |experiment| &mut experiment.training.continue_from,
];

impl Experiment {
    /// Where the experiment starts from the run in `folder`, into which it goes: what that run itself
    /// started from, if it began in place of an earlier one, keeps what it needs of that, and has not
    /// ended. So a command that was interrupted can be given again, and does not start from its own half.
    pub fn start_as_before(&mut self, folder: &Path) {
        let manifest = Manifest::read(folder).unwrap_or_default();
        let ended = manifest.is_some_and(|manifest| manifest.status == RunStatus::Complete);
        let Ok(real) = folder.canonicalize() else {
            return;
        };
        let Ok(file) = experiment_file::read(&folder.join(EXPERIMENT)) else {
            return;
        };
        let mut before = Self::new(self.kind);
        if ended || file.layer.apply(&mut before).is_err() {
            return;
        }
        for of in SINGLE {
            let (Some(name), Some(kept)) = (of(self), of(&mut before)) else {
                continue;
            };
            let (path, kept) = (Path::new(name.as_str()), Path::new(kept.as_str()));
            let parent = path
                .parent()
                .filter(|parent| !parent.as_os_str().is_empty());
            let is_real = |path: &Path| path.canonicalize().is_ok_and(|path| path == real);
            let named = is_real(path)
                || (path.file_name() == kept.file_name()
                    && is_real(parent.unwrap_or(Path::new("."))));
            let is_kept = kept.canonicalize();
            if named && is_kept.is_ok_and(|kept| kept.starts_with(real.join(INPUTS))) {
                *name = kept.to_string_lossy().into_owned();
            }
        }
    }
}

/// The keys of [`Experiment::files`].
const NAMED: [&str; 6] = [
    "data.name",
    "data.validation_file",
    "data.test_file",
    "network.init_from",
    "training.batch_order",
    "training.continue",
];

/// A file of a run directory that gives way to a new run which starts from it.
#[derive(Debug)]
pub(crate) struct KeptInput {
    /// Where it lies.
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

    /// What it holds.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// The files of `experiment` that lie in `folder`, which a run begins anew: they are read, and from now on
/// the experiment names the copies that the run keeps.
///
/// # Errors
/// [`Error::Read`].
pub(crate) fn keep(experiment: &mut Experiment, folder: &Path) -> Result<Vec<KeptInput>, Error> {
    let mut kept: Vec<KeptInput> = Vec::new();
    // By whatever way they were named.
    let real = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    for file in experiment.files() {
        // Other words are data sets by name.
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
                // Data are called as their file is, so that stays.
                for number in 2.. {
                    if !taken(&name) {
                        break;
                    }
                    name = Path::new(INPUTS).join(number.to_string()).join(own);
                }
                let bytes = std::fs::read(&path).map_err(|source| Error::Read {
                    path: path.clone(),
                    source,
                })?;
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
    use crate::{Kind, Layer, experiment_file};

    #[test]
    fn every_key_of_a_file_is_known_and_loses_its_folders() {
        let mut layer = Layer::new();
        for setting in [
            "data.name=/home/ann/t.csv",
            "data.validation_file=/home/ann/v.csv",
            "data.test_file=../ann/w.csv",
            "network.init_from=/home/ann/m.safetensors",
            "training.batch_order=/home/ann/o.npz",
            "sweep.data.name=/home/ann/a.csv,/home/ann/b.csv",
        ] {
            layer.set(setting).unwrap();
        }
        let mut experiment = Experiment::new(Kind::Population);
        layer.apply(&mut experiment).unwrap();
        let text = experiment_file::write(&experiment.clone().without_folders());
        assert!(!text.contains("ann"), "{text}");
        for name in ["t.csv", "v.csv", "w.csv", "m.safetensors", "o.npz", "a.csv"] {
            assert!(text.contains(&format!("\"{name}\"")), "{text}");
        }
        let mut continued = Experiment::new(Kind::Train);
        continued.training.continue_from = Some("/home/ann/state.bin".to_owned());
        let continued = continued.without_folders().training.continue_from;
        assert_eq!(continued.as_deref(), Some("state.bin"));
        // A key that names a file has a digest beside it, or is swept as one.
        let paths = crate::key::keys().map(|key| key.path);
        let digests = paths.filter(|path| path.ends_with("sha256")).count();
        assert_eq!(digests, NAMED.len());
    }

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
