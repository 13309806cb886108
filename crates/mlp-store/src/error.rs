//! Errors.

use std::{
    fmt, io,
    path::{Path, PathBuf},
};

/// Every error of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// What the experiment, its data or the training refuses.
    #[error(transparent)]
    Train(mlp_train::Error),

    /// A file that cannot be read.
    #[error("cannot read {path}: {source}", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },

    /// A file or directory that cannot be written: a full disk, missing permissions.
    #[error("cannot write {path}: {source}", path = path.display())]
    Write {
        /// The file or directory.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },

    /// A file without the expected content: damaged, truncated, or of another kind.
    #[error("{path} is not a readable {what}: {reason}", path = path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What it should be: `model file`, `table`.
        what: &'static str,
        /// What is wrong.
        reason: String,
    },

    /// A pipe or a device where a run needs a file that it can read again.
    #[error("{path} is not a regular file, and only the data can be piped; write it to a file first", path = path.display())]
    NotAFile {
        /// Its path.
        path: PathBuf,
    },

    /// Data from standard input, which the caller has not read.
    #[error("the data come from standard input, which was not read")]
    StandardInput,

    /// The experiment file of a run directory that is damaged, or not that of the results beside it.
    #[error("{reason}\nthe command that started the run continues it, and writes this file again")]
    RunExperiment {
        /// The file.
        path: PathBuf,
        /// What is wrong, with the file's name.
        reason: String,
    },

    /// A folder that contains other files.
    #[error("{path} is not a run directory and not empty; choose another folder", path = path.display())]
    NotARunDirectory {
        /// The folder.
        path: PathBuf,
    },

    /// A run directory that holds the results of another experiment.
    #[error("{path} holds another experiment; choose another folder, or use --force to move it to {aside}",
        path = path.display(), aside = aside.display())]
    OtherExperiment {
        /// The folder.
        path: PathBuf,
        /// Where it would be moved.
        aside: PathBuf,
    },

    /// An unfinished run directory of another version of the numerics.
    #[error("{path} was started by engine {found}, and this is engine {ours}, whose numbers differ; use --force to move it aside and start afresh",
        path = path.display())]
    OtherEngine {
        /// The folder.
        path: PathBuf,
        /// The engine that started it.
        found: String,
        /// The engine of this program.
        ours: String,
    },

    /// A run directory that another process is using.
    #[error("{path} is in use by {holder}", path = path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
        /// Who is at work there: process, machine and how long.
        holder: String,
    },

    /// A run directory in which something is missing.
    #[error("{path} has no {what}; {hint}", path = path.display())]
    Missing {
        /// The folder.
        path: PathBuf,
        /// What is missing.
        what: String,
        /// The likely cause.
        hint: &'static str,
    },

    /// A value that is too large for the journal.
    #[error("{what}: {source}{advice}")]
    TooLarge {
        /// What cannot be stored.
        what: &'static str,
        /// The cause.
        source: io::Error,
        /// What would be right, if there is something.
        advice: &'static str,
    },

    /// Networks that do not fit into memory together.
    #[error("training {architecture}{together} takes {needed:.1} GiB of memory, and {available:.1} GiB are free; choose smaller --hidden{fewer}",
        together = if *threads > 1 { format!(" on {threads} threads") } else { String::new() },
        fewer = if *threads > 1 { ", or fewer --threads" } else { "" })]
    Memory {
        /// The networks, as `2-16-1`.
        architecture: String,
        /// Networks that are trained at the same time.
        threads: u64,
        /// Memory that they need, in GiB.
        needed: f64,
        /// Free memory, in GiB.
        available: f64,
    },

    /// Results that do not fit on the disk.
    #[error("{networks} networks leave about {:.0} GB ({:.0} bytes each), and {:.0} GB are free where {folder} is to lie; \
         train fewer, record less (--record last), or choose another --out",
         needed / 1e9, needed / *networks as f64, available / 1e9, folder = folder.display())]
    DiskSpace {
        /// Networks of the run.
        networks: u64,
        /// Bytes of their results.
        needed: f64,
        /// Free bytes.
        available: f64,
        /// The run directory.
        folder: PathBuf,
    },
}

impl Error {
    /// Why a file cannot be read, according to the system.
    pub fn read<P: AsRef<Path> + Copy>(path: P) -> impl Fn(io::Error) -> Self + Copy {
        move |source| Self::Read {
            path: path.as_ref().to_owned(),
            source,
        }
    }

    /// Why a file cannot be written, according to the system.
    pub fn write<P: AsRef<Path> + Copy>(path: P) -> impl Fn(io::Error) -> Self + Copy {
        move |source| Self::Write {
            path: path.as_ref().to_owned(),
            source,
        }
    }

    /// Why the content of a file is not that of `what`.
    pub(crate) fn corrupt(path: &Path, what: &'static str, reason: impl fmt::Display) -> Self {
        Self::Corrupt {
            path: path.to_owned(),
            what,
            reason: reason.to_string(),
        }
    }
}

/// An error of this crate that has passed through [`mlp_train`] is itself again.
impl From<mlp_train::Error> for Error {
    fn from(error: mlp_train::Error) -> Self {
        match error {
            mlp_train::Error::Storage(error) => match error.downcast() {
                Ok(error) => *error,
                Err(error) => Self::Train(mlp_train::Error::Storage(error)),
            },
            error => Self::Train(error),
        }
    }
}

impl From<Error> for mlp_train::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Train(error) => error,
            error => Self::Storage(Box::new(error)),
        }
    }
}

impl From<mlp_data::Error> for Error {
    fn from(error: mlp_data::Error) -> Self {
        Self::Train(error.into())
    }
}

impl From<mlp_core::Error> for Error {
    fn from(error: mlp_core::Error) -> Self {
        Self::Train(error.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_passes_through_the_crate_of_trainings_and_back() {
        let path = Path::new("runs/a/nets.parquet");
        let error = Error::corrupt(path, "table", "it ends early");
        let told = error.to_string();
        let passed = mlp_train::Error::from(error);
        assert_eq!(passed.to_string(), told);
        assert!(
            matches!(&Error::from(passed), Error::Corrupt { what: "table", path: at, .. } if at == path)
        );
        let own = Error::from(mlp_train::Error::from(Error::from(
            mlp_train::Error::Interrupted,
        )));
        assert!(matches!(own, Error::Train(mlp_train::Error::Interrupted)));
    }
}
