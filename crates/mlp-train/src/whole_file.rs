//! Files that appear whole or not at all.

use std::{
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use crate::error::Error;

/// What the names of unfinished files start with. A killed process may leave one behind.
pub(crate) const UNFINISHED: &str = ".mlp-unfinished-";

/// A file that takes its name only when it is [committed](Self::commit). Until then it is a
/// temporary file in the same directory; dropped without a commit it is removed, and what had the
/// name before stays.
#[derive(Debug)]
pub struct WholeFile {
    /// `None` once committed.
    file: Option<File>,
    temporary: PathBuf,
    path: PathBuf,
}

impl WholeFile {
    /// Starts a file that will be called `path`.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn create(path: &Path) -> Result<Self, Error> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = format!("{UNFINISHED}{}-{number}-{name}", std::process::id());
        let temporary = path.with_file_name(name);
        let file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .open(&temporary);
        let file = file.map_err(|source| Error::Write {
            path: path.to_owned(),
            source,
        })?;
        Ok(Self {
            file: Some(file),
            temporary,
            path: path.to_owned(),
        })
    }

    /// A file that takes nothing in: every write fails.
    #[cfg(test)]
    pub(crate) fn broken(path: &Path) -> Result<Self, Error> {
        let mut file = Self::create(path)?;
        let unwritable = File::open(&file.temporary);
        file.file = Some(unwritable.map_err(|source| Error::Write {
            path: path.to_owned(),
            source,
        })?);
        Ok(file)
    }

    /// The name that the file will take.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the next byte is written.
    ///
    /// # Errors
    /// Those of the file.
    pub(crate) fn position(&self) -> io::Result<u64> {
        let mut file = self
            .file
            .as_ref()
            .ok_or_else(|| io::Error::other("the file is finished"))?;
        file.stream_position()
    }

    /// Another handle of the file.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub(crate) fn again(&self) -> Result<File, Error> {
        let file = File::options().read(true).write(true).open(&self.temporary);
        file.map_err(|source| Error::Write {
            path: self.path.clone(),
            source,
        })
    }

    /// Brings the file to the disk and gives it its name.
    ///
    /// # Errors
    /// [`Error::Write`]; the temporary file is gone then.
    pub fn commit(mut self) -> Result<(), Error> {
        let Some(file) = self.file.take() else {
            return Ok(());
        };
        let done = file.sync_all().and_then(|()| {
            drop(file);
            fs::rename(&self.temporary, &self.path)?;
            sync_directory(&self.path)
        });
        done.map_err(|source| {
            let _ = fs::remove_file(&self.temporary);
            Error::Write {
                path: self.path.clone(),
                source,
            }
        })
    }

    /// Writes a whole file at once.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
        let mut file = Self::create(path)?;
        file.write_all(bytes).map_err(|source| Error::Write {
            path: path.to_owned(),
            source,
        })?;
        file.commit()
    }

    fn file(&mut self) -> io::Result<&mut File> {
        self.file
            .as_mut()
            .ok_or_else(|| io::Error::other("the file is finished"))
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file()?.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file()?.flush()
    }
}

impl Read for WholeFile {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        self.file()?.read(to)
    }
}

impl Seek for WholeFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file()?.seek(to)
    }
}

impl Drop for WholeFile {
    fn drop(&mut self) {
        if self.file.take().is_some() {
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

/// Tells the system that what is on the disk of a file is not read again soon: its pages can take what is
/// written next.
pub(crate) fn let_go(file: &File) {
    // An advice that is not taken changes nothing.
    #[cfg(target_os = "linux")]
    let _ = rustix::fs::fadvise(file, 0, None, rustix::fs::Advice::DontNeed);
    #[cfg(not(target_os = "linux"))]
    let _ = file;
}

/// Removes what a killed process left unfinished in a directory that no other process works in.
pub(crate) fn remove_unfinished(directory: &Path) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Makes a new name in a directory durable.
#[cfg(unix)]
pub(crate) fn sync_directory(path: &Path) -> io::Result<()> {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    File::open(parent.unwrap_or(Path::new(".")))?.sync_all()
}

/// Directories cannot be opened as files here; renaming is as durable as the system makes it.
#[cfg(not(unix))]
pub(crate) fn sync_directory(_path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_appears_when_it_is_whole() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.txt");
        WholeFile::write(&path, b"old").unwrap();
        let mut file = WholeFile::create(&path).unwrap();
        file.write_all(b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"old");
        drop(file);
        assert_eq!(fs::read(&path).unwrap(), b"old");
        let mut file = WholeFile::create(&path).unwrap();
        file.write_all(b"new").unwrap();
        file.commit().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_was_left_unfinished_is_removed() {
        let directory = tempfile::tempdir().unwrap();
        std::mem::forget(WholeFile::create(&directory.path().join("a")).unwrap());
        fs::write(directory.path().join("kept"), b"").unwrap();
        remove_unfinished(directory.path()).unwrap();
        let left: Vec<_> = fs::read_dir(directory.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(left, ["kept"]);
    }

    #[test]
    fn a_missing_directory_is_named() {
        let error = WholeFile::write(Path::new("/no-such-directory/a.txt"), b"").unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("cannot write /no-such-directory/a.txt: "),
            "{error}"
        );
    }
}
