//! Which folder a run may write to, and what it finds there.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use super::{EXPERIMENT, FIGURES, INPUTS, JOURNAL, LOCK, Lock, numbered};
use crate::{
    error::Error,
    experiment::Experiment,
    experiment_file,
    inputs::KeptInput,
    kind::Kind,
    manifest::{FileDigest, Manifest, RunStatus},
    whole_file::{WholeFile, remove_unfinished},
};

/// Where results should go.
#[derive(Clone, Copy, Debug)]
pub enum Place<'a> {
    /// The next free number of `<root>/<name>-001`.
    Next {
        /// The folder of runs.
        root: &'a Path,
        /// What the run is about: `train-moons`.
        name: &'a str,
    },
    /// This folder.
    Folder {
        /// The folder.
        path: &'a Path,
        /// Whether another experiment in it is moved aside.
        force: bool,
    },
}

/// What came of asking for a place.
#[derive(Debug)]
pub enum Claim {
    /// The folder is ours to work in.
    Work(Claimed),
    /// The same experiment lies there, complete.
    Complete(Box<Manifest>),
}

/// A locked run directory that holds `experiment.toml` and is to be filled.
#[derive(Debug)]
pub struct Claimed {
    path: PathBuf,
    _lock: Lock,
}

impl Claimed {
    /// The directory.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// What a folder holds.
#[derive(Debug, PartialEq)]
enum Found {
    Nothing,
    Same,
    Other,
    Foreign,
}

impl Place<'_> {
    /// The folder as an absolute path. That of [`Place::Next`] is made.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn folder(&self) -> Result<PathBuf, Error> {
        let path = match self {
            Self::Next { root, name } => numbered(root, name)?,
            Self::Folder { path, .. } => path.to_path_buf(),
        };
        std::path::absolute(&path).map_err(|source| Error::Write { path, source })
    }
}

/// Takes `folder` for the experiment with this text and identity, and writes the text, after the files that
/// the run keeps. `expected` are the files that make it complete.
///
/// # Errors
/// [`Error::NotARunDirectory`], [`Error::OtherExperiment`], [`Error::InUse`], [`Error::Write`].
pub(crate) fn claim(
    folder: &Path,
    force: bool,
    text: &str,
    identity: &str,
    kept: &[KeptInput],
    expected: &BTreeSet<String>,
) -> Result<Claim, Error> {
    let write = |source| Error::Write {
        path: folder.to_owned(),
        source,
    };
    // What is no run directory must not even get a lock file.
    if look(folder, identity)? == Found::Foreign {
        return Err(Error::NotARunDirectory {
            path: folder.to_owned(),
        });
    }
    fs::create_dir_all(folder).map_err(write)?;
    let mut lock = Lock::take(folder)?;
    for place in [folder, &folder.join(JOURNAL), &folder.join(FIGURES)] {
        remove_unfinished(place);
    }
    match look(folder, identity)? {
        Found::Nothing => {}
        Found::Foreign => {
            return Err(Error::NotARunDirectory {
                path: folder.to_owned(),
            });
        }
        Found::Same => {
            let manifest = Manifest::read(folder).unwrap_or_default();
            let own = digest(identity);
            // The file was changed beside the results of what it held.
            let changed =
                |manifest: &Manifest| manifest.experiment.as_ref().is_some_and(|of| *of != own);
            // A result that was removed or cut since is made again.
            let whole = |manifest: &Manifest| {
                let there = |(name, digest): (&String, &FileDigest)| {
                    let found = fs::metadata(folder.join(name));
                    found.is_ok_and(|found| found.is_file() && found.len() == digest.bytes)
                };
                let listed = |name: &String| manifest.files.contains_key(name);
                manifest.status == RunStatus::Complete
                    && manifest.files.iter().all(there)
                    && expected.iter().all(listed)
            };
            match manifest {
                Some(manifest) if changed(&manifest) => {
                    let aside = aside(folder);
                    if !force {
                        return Err(Error::OtherExperiment {
                            path: folder.to_owned(),
                            aside,
                        });
                    }
                    lock = move_aside(folder, &aside).map_err(write)??;
                }
                Some(manifest) if whole(&manifest) => {
                    return Ok(Claim::Complete(Box::new(manifest)));
                }
                // Networks of two engines must not be mixed.
                Some(manifest) if manifest.engine != mlp_core::ENGINE => {
                    if !force {
                        return Err(Error::OtherEngine {
                            path: folder.to_owned(),
                            found: manifest.engine,
                            ours: mlp_core::ENGINE.to_owned(),
                        });
                    }
                    lock = move_aside(folder, &aside(folder)).map_err(write)??;
                }
                _ => {}
            }
        }
        Found::Other => {
            let aside = aside(folder);
            if !force {
                return Err(Error::OtherExperiment {
                    path: folder.to_owned(),
                    aside,
                });
            }
            lock = move_aside(folder, &aside).map_err(write)??;
        }
    }
    for input in kept {
        let place = input.place(folder);
        fs::create_dir_all(place.parent().unwrap_or(folder)).map_err(write)?;
        WholeFile::write(&place, input.bytes())?;
    }
    WholeFile::write(&folder.join(EXPERIMENT), text.as_bytes())?;
    Ok(Claim::Work(Claimed {
        path: folder.to_owned(),
        _lock: lock,
    }))
}

fn look(folder: &Path, identity: &str) -> Result<Found, Error> {
    let read = |source| Error::Read {
        path: folder.to_owned(),
        source,
    };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) if error.kind() == std::io::ErrorKind::NotADirectory => {
            return Ok(Found::Foreign);
        }
        Err(source) => return Err(read(source)),
    };
    let mut others = false;
    let mut experiment = false;
    for entry in entries {
        let name = entry.map_err(read)?.file_name();
        if name == EXPERIMENT {
            experiment = true;
        } else if name != LOCK
            && name != INPUTS
            && !name
                .to_string_lossy()
                .starts_with(crate::whole_file::UNFINISHED)
        {
            others = true;
        }
    }
    match (experiment, others) {
        (false, false) => Ok(Found::Nothing),
        (false, true) => Ok(Found::Foreign),
        (true, _) => {
            let path = folder.join(EXPERIMENT);
            let text = fs::read_to_string(&path).map_err(|source| Error::Read {
                path: path.clone(),
                source,
            })?;
            // A file that cannot be understood is not this experiment.
            let same = identity_of(&text, &path).is_ok_and(|found| found == identity);
            Ok(if same { Found::Same } else { Found::Other })
        }
    }
}

/// The identity of an experiment file, as
/// [`ResolvedExperiment::identity`](crate::ResolvedExperiment::identity) has it.
fn identity_of(text: &str, path: &Path) -> Result<String, Error> {
    let file = experiment_file::parse(text, path)?;
    let mut experiment = Experiment::new(file.kind.unwrap_or(Kind::Train));
    file.layer.apply(&mut experiment)?;
    Ok(crate::resolved::identity(experiment))
}

/// What tells an experiment from others, in a manifest.
pub(crate) fn digest(identity: &str) -> String {
    blake3::hash(identity.as_bytes()).to_hex().to_string()
}

/// Renames a run directory and makes a new one in its place, locked.
fn move_aside(folder: &Path, aside: &Path) -> std::io::Result<Result<Lock, Error>> {
    fs::rename(folder, aside)?;
    fs::create_dir(folder)?;
    Ok(Lock::take(folder))
}

/// `<folder>.old-1`, or the next number that is free.
fn aside(folder: &Path) -> PathBuf {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    (1u64..)
        .map(|number| folder.with_file_name(format!("{name}.old-{number}")))
        .find(|path| path.symlink_metadata().is_err())
        .unwrap_or_else(|| folder.with_extension("old"))
}
