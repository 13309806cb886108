//! Atomically written files.
//!
//! Until it is complete, a file has a random name beside its final place, created exclusively (an existing
//! file of that name, in particular a link, is never opened) and locked by its writer. A lock goes with its
//! holder, however that ends, and is visible to every process of the same kernel, in any container. So an
//! unlocked temporary file was left by a process that was killed, and may be removed.

use std::{
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use crate::Error;

/// Prefix of the names of unfinished files. A killed process may leave one behind.
pub(crate) const UNFINISHED: &str = ".mlp-unfinished-";

/// Number of random letters and digits in a temporary name.
const RANDOM: usize = 12;

/// A file that takes its name only when it is [committed](Self::commit). Until then it is a
/// temporary file in the same directory; dropped without a commit it is removed, and an existing
/// file of that name remains.
#[derive(Debug)]
pub struct WholeFile {
    /// `None` once committed.
    file: Option<NamedTempFile>,
    path: PathBuf,
}

impl WholeFile {
    /// Starts a file that will be called `path`.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn create(path: &Path) -> Result<Self, Error> {
        let parent = path.parent().filter(|path| !path.as_os_str().is_empty());
        let file = temporary(parent.unwrap_or(Path::new(".")));
        Ok(Self {
            file: Some(file.map_err(Error::write(path))?),
            path: path.to_owned(),
        })
    }

    /// A file on which every write fails.
    #[cfg(test)]
    pub(crate) fn broken(path: &Path) -> Result<Self, Error> {
        let mut file = Self::create(path)?;
        let whole = file.file.take().expect("it was just made");
        let unwritable = File::open(whole.path()).map_err(Error::write(path))?;
        file.file = Some(NamedTempFile::from_parts(
            unwritable,
            whole.into_temp_path(),
        ));
        Ok(file)
    }

    /// The final name of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the next byte is written.
    ///
    /// # Errors
    /// Those of the file.
    pub(crate) fn position(&self) -> io::Result<u64> {
        let mut file = self.file.as_ref().ok_or_else(finished)?.as_file();
        file.stream_position()
    }

    /// Another handle of the file.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub(crate) fn again(&self) -> Result<File, Error> {
        let file = self.file.as_ref().ok_or_else(finished);
        let again = file.and_then(NamedTempFile::reopen);
        again.map_err(Error::write(&self.path))
    }

    /// Flushes the file to the disk and gives it its name.
    ///
    /// # Errors
    /// [`Error::Write`]; the temporary file is gone then.
    pub fn commit(self) -> Result<(), Error> {
        self.finish(|file, path| file.persist(path).map_err(|error| error.error))
    }

    /// Flushes the file to the disk and gives it its name, which must not exist.
    ///
    /// # Errors
    /// [`Error::Write`], of the kind [`AlreadyExists`](io::ErrorKind::AlreadyExists) where something has
    /// the name; the temporary file is gone then.
    pub fn commit_new(self) -> Result<(), Error> {
        self.finish(|file, path| {
            file.persist_noclobber(path).or_else(|error| {
                match error.error.kind() {
                    io::ErrorKind::AlreadyExists => Err(error.error),
                    // Not every file system can do both at once.
                    _ if path.symlink_metadata().is_err() => {
                        error.file.persist(path).map_err(|error| error.error)
                    }
                    _ => Err(io::ErrorKind::AlreadyExists.into()),
                }
            })
        })
    }

    fn finish(
        mut self,
        name: impl FnOnce(NamedTempFile, &Path) -> io::Result<File>,
    ) -> Result<(), Error> {
        let Some(file) = self.file.take() else {
            return Ok(());
        };
        let synced = file.as_file().sync_all();
        let named = synced.and_then(|()| name(file, &self.path));
        let done = named.and_then(|_| sync_directory(&self.path));
        done.map_err(Error::write(&self.path))
    }

    /// Writes a whole file at once.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
        let mut file = Self::create(path)?;
        file.write_all(bytes).map_err(Error::write(path))?;
        file.commit()
    }

    fn file(&mut self) -> io::Result<&mut NamedTempFile> {
        self.file.as_mut().ok_or_else(finished)
    }
}

fn finished() -> io::Error {
    io::Error::other("the file is finished")
}

/// A new, locked file in a directory.
fn temporary(directory: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(UNFINISHED).rand_bytes(RANDOM);
    // Results are readable by whoever may read the user's files; the crate's own temporary files only by their owner.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    loop {
        let file = builder.tempfile_in(directory).map_err(plain)?;
        if !lock(file.as_file()) || is_at(file.as_file(), file.path()) {
            return Ok(file);
        }
        // It was removed before it was locked.
        drop(file);
    }
}

/// The error without the temporary path, which the crate appends and which means nothing to
/// a user.
fn plain(error: io::Error) -> io::Error {
    let text = error.to_string();
    match text.split_once(" at path ") {
        Some((said, path)) if path.contains(UNFINISHED) => {
            io::Error::new(error.kind(), said.to_owned())
        }
        _ => error,
    }
}

/// Locks a file that its process writes. Where the file system has no locks, leftovers cannot be
/// recognised, and are not removed.
#[cfg(unix)]
fn lock(file: &File) -> bool {
    file.lock().is_ok()
}

/// A lock would keep the process itself from reading through another handle.
#[cfg(not(unix))]
fn lock(_file: &File) -> bool {
    false
}

/// Whether a path refers to an open file, and not to another one or a link.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), path.symlink_metadata()) {
        (Ok(open), Ok(named)) => (open.dev(), open.ino()) == (named.dev(), named.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_at(_file: &File, path: &Path) -> bool {
    path.is_file()
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

/// Advises the system that the flushed part of a file is not read again soon, so that its pages can be
/// reused.
pub(crate) fn let_go(file: &File) {
    // Ignored advice changes nothing.
    #[cfg(target_os = "linux")]
    let _ = rustix::fs::fadvise(file, 0, None, rustix::fs::Advice::DontNeed);
    #[cfg(not(target_os = "linux"))]
    let _ = file;
}

/// Removes the temporary files that killed processes left in a directory. Those of a running process
/// remain, and so does anything that cannot be opened or is not a plain file.
pub fn remove_unfinished(directory: &Path) {
    let Ok(entries) = fs::read_dir(directory) else {
        return;
    };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            remove_leftover(&entry.path());
        }
    }
}

/// Removes a temporary file, unless it is locked.
fn remove_leftover(path: &Path) {
    if !path.symlink_metadata().is_ok_and(|found| found.is_file()) {
        return;
    }
    // Some network file systems require a writable file for a lock.
    let Ok(file) = File::options().read(true).write(true).open(path) else {
        return;
    };
    // Its writer, if it was just about to lock it, finds it gone and starts another.
    if file.try_lock().is_ok() && is_at(&file, path) {
        let _ = fs::remove_file(path);
    }
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
        for name in ["12-0-a.csv", "aZ5"] {
            fs::write(directory.path().join(format!("{UNFINISHED}{name}")), b"").unwrap();
        }
        fs::write(directory.path().join("kept"), b"").unwrap();
        remove_unfinished(directory.path());
        let left: Vec<_> = fs::read_dir(directory.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(left, ["kept"]);
    }

    fn unfinished(directory: &Path) -> usize {
        let names = fs::read_dir(directory)
            .unwrap()
            .map(|entry| entry.unwrap().file_name());
        names
            .filter(|name| name.to_string_lossy().starts_with(UNFINISHED))
            .count()
    }

    #[cfg(unix)]
    #[test]
    fn what_a_living_process_writes_stays() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a");
        let mut file = WholeFile::create(&path).unwrap();
        remove_unfinished(directory.path());
        assert_eq!(unfinished(directory.path()), 1);
        // Only the first handle has the lock, and it is enough.
        drop(file.again().unwrap());
        remove_unfinished(directory.path());
        file.write_all(b"whole").unwrap();
        file.commit().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        assert_eq!(unfinished(directory.path()), 0);
    }

    #[cfg(unix)]
    #[test]
    fn creating_and_removing_at_once_loses_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let stop = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                    remove_unfinished(directory.path());
                }
            });
            let writers: Vec<_> = (0..4)
                .map(|writer| {
                    let path = directory.path().join(format!("{writer}"));
                    scope.spawn(move || {
                        for round in 0..50 {
                            WholeFile::write(&path, &[round]).unwrap();
                            assert_eq!(fs::read(&path).unwrap(), [round]);
                        }
                    })
                })
                .collect();
            let ended: Vec<_> = writers.into_iter().map(|writer| writer.join()).collect();
            stop.store(true, std::sync::atomic::Ordering::Relaxed);
            assert!(ended.iter().all(Result::is_ok));
        });
    }

    #[cfg(unix)]
    #[test]
    fn links_are_neither_followed_nor_removed() {
        let directory = tempfile::tempdir().unwrap();
        let victim = directory.path().join("victim");
        fs::write(&victim, b"precious").unwrap();
        let link = directory.path().join(format!("{UNFINISHED}link"));
        std::os::unix::fs::symlink(&victim, &link).unwrap();
        remove_unfinished(directory.path());
        assert!(link.symlink_metadata().is_ok());
        // A file that is called as a link takes the place of the link.
        let name = directory.path().join("name");
        std::os::unix::fs::symlink(&victim, &name).unwrap();
        WholeFile::write(&name, b"new").unwrap();
        assert_eq!(fs::read(&victim).unwrap(), b"precious");
        assert_eq!(fs::read(&name).unwrap(), b"new");
    }

    #[test]
    fn names_are_random_and_what_has_the_name_can_be_kept() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a");
        let files: Vec<WholeFile> = (0..50).map(|_| WholeFile::create(&path).unwrap()).collect();
        assert_eq!(unfinished(directory.path()), 50);
        let mut files = files.into_iter();
        files.next().unwrap().commit_new().unwrap();
        let mut second = files.next().unwrap();
        second.write_all(b"other").unwrap();
        let Error::Write { source, .. } = second.commit_new().unwrap_err() else {
            panic!("it is the writing that fails");
        };
        assert_eq!(source.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"");
        drop(files);
        assert_eq!(unfinished(directory.path()), 0);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_has_the_rights_of_every_other() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let [ours, plain] = ["ours", "plain"].map(|name| directory.path().join(name));
        WholeFile::write(&ours, b"").unwrap();
        fs::write(&plain, b"").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&ours), mode(&plain));
    }

    #[test]
    fn a_missing_directory_is_named() {
        let error = WholeFile::write(Path::new("/no-such-directory/a.txt"), b"").unwrap_err();
        let text = error.to_string();
        let end = text.strip_prefix("cannot write /no-such-directory/a.txt: ");
        assert!(end.is_some_and(|end| !end.contains("path")), "{text}");
    }
}
