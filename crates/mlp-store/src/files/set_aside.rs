//! Files that cannot be used: they are never deleted, but renamed to a name that says why.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::whole_file::sync_directory;
use crate::Error;

/// Why a file is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// It is damaged, or of another kind or version.
    Unreadable,
    /// It belongs to another experiment or another engine.
    Other,
    /// It is not what the run wrote.
    Changed,
    /// It is of an earlier run, which cannot be repeated.
    Earlier,
}

impl Why {
    fn word(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Other => "other",
            Self::Changed => "changed",
            Self::Earlier => "earlier",
        }
    }
}

/// Renames `a.bin` to `a.unreadable-1.bin`, or to the next free number; returns the new name.
///
/// # Errors
/// [`Error::Write`].
pub(crate) fn set_aside(path: &Path, why: Why) -> Result<PathBuf, Error> {
    let aside = free_name(path, why);
    let moved = fs::rename(path, &aside).and_then(|()| sync_directory(&aside));
    match moved {
        Ok(()) => Ok(aside),
        Err(source) => Err(Error::Write {
            path: aside,
            source,
        }),
    }
}

fn free_name(path: &Path, why: Why) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    (1u64..)
        .map(|number| path.with_file_name(format!("{stem}.{}-{number}.{ending}", why.word())))
        .find(|path| !path.exists())
        .expect("numbers do not end")
}
