//! What a run that has not ended has come to, from a copy of what it has finished: its journal and its checkpoints. The run itself
//! is left alone, whether its process was killed or works on.

use std::{fs, path::Path, sync::atomic::AtomicBool};

use mlp_core::Level;
use mlp_train::ResolvedExperiment;
use tempfile::TempDir;

use super::execute::{Execution, execute};
use crate::{
    Error, Manifest,
    run_directory::{DirectoryChoice, JOURNAL, PREVIOUS_STATE, RunDirectory, STATE},
};

/// The results of an unfinished run as far as it has come. They are in a folder of their own, which is removed with this value.
#[derive(Debug)]
pub struct SoFar {
    directory: RunDirectory,
    _folder: TempDir,
}

impl SoFar {
    /// Gathers them. `experiment` is that of the run.
    ///
    /// # Errors
    /// Files that cannot be copied or read; data that cannot be trained on.
    pub fn of(run: &RunDirectory, mut experiment: ResolvedExperiment) -> Result<Self, Error> {
        let folder = tempfile::tempdir().map_err(Error::write(&std::env::temp_dir()))?;
        copy(run.path(), folder.path())?;
        let execution = Execution {
            place: DirectoryChoice::Folder {
                path: folder.path(),
                force: false,
            },
            level: Level::best(),
            threads: None,
            packs: true,
        };
        // A run that is interrupted from the start writes what an earlier process finished.
        execute(&mut experiment, execution, &(), &AtomicBool::new(true))?;
        Ok(Self {
            directory: RunDirectory::open(folder.path())?,
            _folder: folder,
        })
    }

    /// The run directory that holds them.
    pub fn directory(&self) -> &RunDirectory {
        &self.directory
    }
}

/// Copies what a process goes on from.
fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    let take = |name: &Path| {
        let (source, place) = (from.join(name), to.join(name));
        match fs::copy(&source, &place) {
            // A run that works on may replace or remove it.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            Err(source) => Err(Error::Write {
                path: place,
                source,
            }),
            Ok(_) => Ok(()),
        }
    };
    for name in [Manifest::FILE, STATE, PREVIOUS_STATE] {
        take(Path::new(name))?;
    }
    let journal = from.join(JOURNAL);
    let Ok(entries) = fs::read_dir(&journal) else {
        return Ok(());
    };
    let place = to.join(JOURNAL);
    fs::create_dir_all(&place).map_err(Error::write(&place))?;
    for entry in entries {
        let name = entry.map_err(Error::read(&journal))?.file_name();
        if Path::new(&name)
            .extension()
            .is_some_and(|ending| ending == "bin")
        {
            take(&Path::new(JOURNAL).join(name))?;
        }
    }
    Ok(())
}
