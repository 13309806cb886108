//! Claiming a folder for a run, and what it already contains.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use super::{
    EXPERIMENT, FIGURES, INPUTS, JOURNAL,
    lock::{self, Lock},
    numbered,
    owner::is_of,
    weights_files,
};
use crate::{
    Error, checkpoint,
    files::{
        set_aside::{Why, set_aside},
        whole_file::{WholeFile, remove_unfinished},
    },
    identity::hexadecimal,
    manifest::{FileDigest, Manifest, RunStatus},
    run::inputs::KeptInput,
};
use mlp_train::{Experiment, experiment_file};

/// Where results should go.
#[derive(Clone, Copy, Debug)]
pub enum DirectoryChoice<'a> {
    /// The next free number of `<root>/<name>-001`.
    Next {
        /// The folder of runs.
        root: &'a Path,
        /// The name of the run: `train-moons`.
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

/// The result of claiming a folder.
#[derive(Debug)]
pub enum Claim {
    /// The folder is claimed.
    Work(Claimed),
    /// The same experiment is already complete there.
    Complete(Box<Manifest>),
}

/// A locked run directory that holds `experiment.toml` and is to be filled.
#[derive(Debug)]
pub struct Claimed {
    path: PathBuf,
    wall_seconds: f64,
    finished: u64,
    begun: bool,
    _lock: Lock,
}

impl Claimed {
    /// The directory.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Wall time of earlier processes, in seconds.
    pub fn wall_seconds(&self) -> f64 {
        self.wall_seconds
    }

    /// Networks that an earlier process finished and left in the results of a run that has not ended.
    pub fn finished(&self) -> u64 {
        self.finished
    }

    /// Whether an earlier process began the run and did not end it.
    pub fn begun(&self) -> bool {
        self.begun
    }
}

/// The content of a folder.
#[derive(Debug, PartialEq)]
enum Found {
    Nothing,
    Same,
    /// Results of the same experiment, whose file is gone or unreadable, with the reason.
    Lost(Option<Why>),
    Other,
    Foreign,
}

/// What is to be executed in a folder.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DirectoryRequest<'a> {
    /// The experiment as a file.
    pub(crate) text: &'a str,
    /// The part of it that determines the numbers.
    pub(crate) identity: &'a str,
    /// The same as the results in the folder have it.
    pub(crate) known_as: &'a str,
    /// Files that the run keeps.
    pub(crate) kept: &'a [KeptInput],
    /// The files that make it complete.
    pub(crate) expected: &'a BTreeSet<String>,
    /// Whether the text determines the results. It does not where a clock does, and the outcome is
    /// unknown.
    pub(crate) known: bool,
}

impl DirectoryChoice<'_> {
    /// The folder as an absolute path. For [`DirectoryChoice::Next`] it is created.
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

/// Claims `folder` for an experiment, and writes its file, after the files that the run keeps. Files of the
/// folder that were changed since the run wrote them are set aside; `warn` is called.
///
/// # Errors
/// [`Error::NotARunDirectory`], [`Error::OtherExperiment`], [`Error::InUse`], [`Error::Write`].
pub(crate) fn claim(
    folder: &Path,
    force: bool,
    wanted: DirectoryRequest<'_>,
    warn: &mut dyn FnMut(String),
) -> Result<Claim, Error> {
    let write = Error::write(folder);
    let foreign = || Error::NotARunDirectory {
        path: folder.to_owned(),
    };
    let other = || Error::OtherExperiment {
        path: folder.to_owned(),
        aside: aside(folder),
    };
    // A folder that is not a run directory must not even get a lock file.
    if look(folder, wanted)? == Found::Foreign {
        return Err(foreign());
    }
    fs::create_dir_all(folder).map_err(write)?;
    let mut lock = Lock::take(folder)?;
    for place in [folder, &folder.join(JOURNAL), &folder.join(FIGURES)] {
        remove_unfinished(place);
    }
    let (mut wall_seconds, mut finished, mut begun) = (0.0, 0, false);
    let found = look(folder, wanted)?;
    match &found {
        Found::Nothing => {}
        Found::Foreign => return Err(foreign()),
        Found::Same | Found::Lost(_) => {
            let manifest = Manifest::read(folder).unwrap_or_default();
            let own = hexadecimal(wanted.known_as);
            // The file was changed while the results belong to its earlier content.
            let changed =
                |manifest: &Manifest| manifest.experiment.as_ref().is_some_and(|of| *of != own);
            let results = match &manifest {
                Some(manifest) if !changed(manifest) => Results::of(manifest, folder, wanted)?,
                _ => Results::default(),
            };
            let mut goes_on = true;
            match &manifest {
                Some(manifest) if changed(manifest) => {
                    if !force {
                        return Err(other());
                    }
                    goes_on = false;
                }
                Some(manifest) if results.whole && found == Found::Same => {
                    return Ok(Claim::Complete(Box::new(manifest.clone())));
                }
                Some(manifest) if results.whole && wanted.known => {
                    if let Found::Lost(why) = found {
                        make_way(folder, why, warn)?;
                    }
                    WholeFile::write(&folder.join(EXPERIMENT), wanted.text.as_bytes())?;
                    return Ok(Claim::Complete(Box::new(manifest.clone())));
                }
                // Networks of two engines must not be mixed.
                Some(manifest) if manifest.engine != mlp_core::ENGINE => {
                    if !force {
                        return Err(Error::OtherEngine {
                            path: folder.to_owned(),
                            found: manifest.engine.clone(),
                            ours: mlp_core::ENGINE.to_owned(),
                        });
                    }
                    goes_on = false;
                }
                _ => {}
            }
            if goes_on {
                if let Found::Lost(why) = found {
                    make_way(folder, why, warn)?;
                }
                for path in &results.changed {
                    let aside = set_aside(path, Why::Changed)?;
                    warn(format!(
                        "{}: it is not what the run wrote (its digest differs from the manifest's); it is kept as {} and written again",
                        path.display(),
                        aside.display()
                    ));
                }
                if !wanted.known && !is_unfinished(folder, manifest.as_ref(), wanted.known_as) {
                    let why = "no remaining file shows how far the time budget let this run get, so the budget starts again";
                    keep_earlier(folder, wanted.expected, why, warn)?;
                } else if let Some(manifest) = &manifest
                    && manifest.status != RunStatus::Complete
                {
                    finished = manifest.counts.finished();
                }
                begun = manifest
                    .as_ref()
                    .is_some_and(|manifest| manifest.status != RunStatus::Complete);
                let before = manifest.map_or(0.0, |manifest| manifest.wall_seconds);
                wall_seconds = if before.is_finite() {
                    before.max(0.0)
                } else {
                    0.0
                };
            } else {
                lock = move_aside(folder, &aside(folder)).map_err(write)??;
            }
        }
        Found::Other => {
            if !force {
                return Err(other());
            }
            lock = move_aside(folder, &aside(folder)).map_err(write)??;
        }
    }
    for input in wanted.kept {
        let place = input.place(folder);
        fs::create_dir_all(place.parent().unwrap_or(folder)).map_err(write)?;
        WholeFile::write(&place, input.bytes())?;
    }
    WholeFile::write(&folder.join(EXPERIMENT), wanted.text.as_bytes())?;
    Ok(Claim::Work(Claimed {
        path: folder.to_owned(),
        wall_seconds,
        finished,
        begun,
        _lock: lock,
    }))
}

/// The state of the results of a run that is complete by its manifest.
#[derive(Debug, Default)]
struct Results {
    /// Whether all exist, as the run wrote them.
    whole: bool,
    /// Those that exist, but differ from what the run wrote.
    changed: Vec<PathBuf>,
}

impl Results {
    fn of(manifest: &Manifest, folder: &Path, wanted: DirectoryRequest<'_>) -> Result<Self, Error> {
        if manifest.status != RunStatus::Complete {
            return Ok(Self::default());
        }
        let mut results = Self {
            whole: manifest.unlisted(wanted.expected).next().is_none(),
            changed: Vec::new(),
        };
        for (name, digest) in &manifest.files {
            let path = folder.join(name);
            let Some(found) = fs::metadata(&path).ok().filter(fs::Metadata::is_file) else {
                results.whole = false;
                continue;
            };
            if found.len() != digest.bytes || FileDigest::of(&path)? != *digest {
                results.whole = false;
                results.changed.push(path);
            }
        }
        Ok(results)
    }
}

/// Whether the run in a folder is known not to have ended.
fn is_unfinished(folder: &Path, manifest: Option<&Manifest>, identity: &str) -> bool {
    match manifest {
        Some(manifest) => manifest.status != RunStatus::Complete,
        None => checkpoint::is_of(folder, identity),
    }
}

/// Sets aside the results of a run that cannot be repeated immediately, with the reason.
pub(crate) fn keep_earlier(
    folder: &Path,
    expected: &BTreeSet<String>,
    why: &str,
    warn: &mut dyn FnMut(String),
) -> Result<(), Error> {
    let mut kept = Vec::new();
    let weights: Vec<String> = weights_files(folder).collect();
    for name in expected.iter().chain(&weights) {
        let path = folder.join(name);
        if path.is_file() {
            kept.push(set_aside(&path, Why::Earlier)?);
        }
    }
    if let Some(last) = kept.last() {
        warn(format!(
            "{}: {why}; {} of its results are kept under other names, such as {}",
            folder.display(),
            kept.len(),
            last.display()
        ));
    }
    Ok(())
}

/// Sets aside an experiment file that does not describe its results.
fn make_way(folder: &Path, why: Option<Why>, warn: &mut dyn FnMut(String)) -> Result<(), Error> {
    let path = folder.join(EXPERIMENT);
    let fault = match why {
        None => "it was missing".to_owned(),
        Some(why) => {
            let fault = match why {
                Why::Unreadable => "it is damaged",
                Why::Other | Why::Changed | Why::Earlier => "it has changed since the run wrote it",
            };
            let aside = set_aside(&path, why)?;
            format!("{fault} and is kept as {}", aside.display())
        }
    };
    warn(format!(
        "{}: {fault}; the files beside it are of this experiment, which is written again",
        path.display()
    ));
    Ok(())
}

fn look(folder: &Path, wanted: DirectoryRequest<'_>) -> Result<Found, Error> {
    let read = Error::read(folder);
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
        } else if !lock::FILES.iter().any(|lock| name == *lock)
            && name != INPUTS
            && !name
                .to_string_lossy()
                .starts_with(crate::files::whole_file::UNFINISHED)
        {
            others = true;
        }
    }
    let (why, otherwise) = match (experiment, others) {
        (false, false) => return Ok(Found::Nothing),
        (false, true) => (None, Found::Foreign),
        (true, _) => {
            let path = folder.join(EXPERIMENT);
            let bytes = fs::read(&path).map_err(Error::read(&path))?;
            match identity_of(bytes, &path) {
                Some(found) if found == wanted.identity => return Ok(Found::Same),
                Some(_) => (Some(Why::Changed), Found::Other),
                // A file that cannot be read is not this experiment.
                None => (Some(Why::Unreadable), Found::Other),
            }
        }
    };
    Ok(match is_of(folder, wanted.known_as) {
        true => Found::Lost(why),
        false => otherwise,
    })
}

/// The identity of an experiment file, as in
/// [`ResolvedExperiment::identity`](mlp_train::ResolvedExperiment::identity); `None` where it has none.
fn identity_of(bytes: Vec<u8>, path: &Path) -> Option<String> {
    let text = String::from_utf8(bytes).ok()?;
    let file = experiment_file::parse(&text, path).ok()?;
    let mut experiment = Experiment::new(file.kind?);
    file.layer.apply(&mut experiment).ok()?;
    Some(mlp_train::storing::identity(experiment))
}

/// Renames a run directory and creates a new, locked one in its place.
fn move_aside(folder: &Path, aside: &Path) -> std::io::Result<Result<Lock, Error>> {
    fs::rename(folder, aside)?;
    fs::create_dir(folder)?;
    Ok(Lock::take(folder))
}

/// `<folder>.old-1`, or the next free number.
fn aside(folder: &Path) -> PathBuf {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    (1u64..)
        .map(|number| folder.with_file_name(format!("{name}.old-{number}")))
        .find(|path| path.symlink_metadata().is_err())
        .unwrap_or_else(|| folder.with_extension("old"))
}
