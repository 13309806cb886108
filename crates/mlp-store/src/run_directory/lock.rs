//! The lock of a run directory: one process works in it at a time.
//!
//! The file `.lock` is locked by the operating system, which drops the lock with its holder, however that ends; it names the
//! holder. Some file systems have no locks (some of networks, and of containers). There a file `.lock.exclusive` that only
//! one process can make stands for it. It outlives a process that is killed; one of this machine that is gone is told by its
//! number, and its file gives way.

use std::{
    fs::{self, File, TryLockError},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    time::SystemTime,
};

use crate::Error;
use serde::{Deserialize, Serialize};

/// The file that is locked, and the one that stands for a lock.
pub(super) const FILES: [&str; 2] = [".lock", ".lock.exclusive"];

/// A lock that is held.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
    /// The file that stands for a lock.
    exclusive: Option<PathBuf>,
}

/// Who holds a lock.
#[derive(Debug, Deserialize, Serialize)]
struct Holder {
    host: String,
    pid: u32,
    /// Seconds since 1970.
    since: u64,
}

impl Holder {
    fn this_process() -> Self {
        Self {
            host: host(),
            pid: std::process::id(),
            since: seconds(SystemTime::now()),
        }
    }

    /// Whether the process is known to be gone.
    fn is_gone(&self) -> bool {
        self.host == host() && is_gone(self.pid)
    }

    fn words(&self) -> String {
        let age = seconds(SystemTime::now()).saturating_sub(self.since);
        let age = humantime::format_duration(std::time::Duration::from_secs(age));
        format!("process {} on {}, for {age}", self.pid, self.host)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if let Some(exclusive) = &self.exclusive {
            // What cannot be removed is told of by whoever comes next.
            let _ = fs::remove_file(exclusive);
        }
    }
}

impl Lock {
    /// Locks a directory.
    ///
    /// # Errors
    /// [`Error::InUse`], with who holds it; [`Error::Write`].
    pub(super) fn take(directory: &Path) -> Result<Self, Error> {
        Self::take_by(directory, File::try_lock)
    }

    fn take_by(
        directory: &Path,
        try_lock: impl Fn(&File) -> Result<(), TryLockError>,
    ) -> Result<Self, Error> {
        let [path, exclusive] = FILES.map(|name| directory.join(name));
        if path.is_symlink() {
            let reason = "it is a symbolic link, and would lock a file elsewhere; remove it";
            return Err(Error::write(&*path)(io::Error::other(reason)));
        }
        let mut file = open(&path).map_err(Error::write(directory))?;
        match try_lock(&file) {
            Ok(()) => {
                // Whoever is refused reads who holds it; a lock without that is one all the same.
                let holder = serde_json::to_vec(&Holder::this_process()).unwrap_or_default();
                let _ = file.set_len(0).and_then(|()| file.write_all(&holder));
                Ok(Self {
                    _file: file,
                    exclusive: None,
                })
            }
            Err(TryLockError::WouldBlock) => Err(Error::InUse {
                path: directory.to_owned(),
                holder: holder_of(&path)
                    .map_or_else(|| "another process".to_owned(), |holder| holder.words()),
            }),
            Err(TryLockError::Error(error)) if has_no_locks(&error) => {
                make(directory, &exclusive)?;
                Ok(Self {
                    _file: file,
                    exclusive: Some(exclusive),
                })
            }
            Err(TryLockError::Error(source)) => Err(Error::Write { path, source }),
        }
    }
}

/// Whether a process works in a directory, without changing anything there.
pub(super) fn is_held(directory: &Path) -> bool {
    let [path, exclusive] = FILES.map(|name| directory.join(name));
    let locked = File::open(&path).is_ok_and(|file| {
        let tried = file.try_lock();
        matches!(tried, Err(TryLockError::WouldBlock))
    });
    locked || holder_of(&exclusive).is_some_and(|holder| !holder.is_gone())
}

/// Opens the file that is locked.
fn open(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.create(true).truncate(false).write(true);
    // A link that somebody put there must not make a file elsewhere.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(
        &mut options,
        rustix::fs::OFlags::NOFOLLOW.bits().cast_signed(),
    );
    options.open(path)
}

/// Whether a file system says by this error that it has no locks.
#[cfg(unix)]
fn has_no_locks(error: &io::Error) -> bool {
    use rustix::io::Errno;
    let none = [Errno::NOSYS, Errno::NOLCK, Errno::OPNOTSUPP, Errno::NOTSUP];
    let code = error.raw_os_error();
    error.kind() == io::ErrorKind::Unsupported
        || none.iter().any(|errno| code == Some(errno.raw_os_error()))
}

#[cfg(not(unix))]
fn has_no_locks(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::Unsupported
}

/// Makes the file that stands for a lock, which nobody else must have made. One that a process of this machine left which
/// is gone gives way.
fn make(directory: &Path, exclusive: &Path) -> Result<(), Error> {
    let write = Error::write(exclusive);
    let holder = serde_json::to_vec(&Holder::this_process()).unwrap_or_default();
    for attempt in 0..2 {
        match File::options().create_new(true).write(true).open(exclusive) {
            Ok(mut file) => return file.write_all(&holder).map_err(write),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(write(error)),
        }
        let held = holder_of(exclusive);
        if attempt == 0 && held.as_ref().is_some_and(Holder::is_gone) {
            fs::remove_file(exclusive).map_err(write)?;
            continue;
        }
        let by = held.map_or_else(|| "another process".to_owned(), |holder| holder.words());
        return Err(Error::InUse {
            path: directory.to_owned(),
            holder: format!(
                "{by}, says {}; where that is not at work any more, remove this file",
                exclusive.display()
            ),
        });
    }
    Ok(())
}

/// Who holds a lock, as its file says.
fn holder_of(path: &Path) -> Option<Holder> {
    let mut text = String::new();
    let file = File::open(path).ok()?;
    file.take(1 << 12).read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

fn seconds(time: SystemTime) -> u64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}

/// What this machine calls itself.
fn host() -> String {
    let told = fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let named = || {
        ["HOSTNAME", "COMPUTERNAME"]
            .iter()
            .find_map(|name| std::env::var(name).ok())
    };
    told.or_else(named)
        .map_or_else(|| "this machine".to_owned(), |name| name.trim().to_owned())
}

/// Whether Linux has no process of this number; elsewhere none is taken to be gone.
fn is_gone(pid: u32) -> bool {
    Path::new("/proc/self").exists() && !Path::new("/proc").join(pid.to_string()).exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_is_in_use_by_one_process_which_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let lock = Lock::take(folder.path()).unwrap();
        let message = Lock::take(folder.path()).unwrap_err().to_string();
        let own = format!("is in use by process {} on {}", std::process::id(), host());
        assert!(message.contains(&own), "{message}");
        drop(lock);
        Lock::take(folder.path()).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_the_place_of_the_lock_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let precious = folder.path().join("precious");
        fs::write(&precious, "kept").unwrap();
        std::os::unix::fs::symlink(&precious, folder.path().join(FILES[0])).unwrap();
        let message = Lock::take(folder.path()).unwrap_err().to_string();
        assert!(
            message.contains(".lock: it is a symbolic link") && message.contains("remove it"),
            "{message}"
        );
        assert_eq!(fs::read_to_string(precious).unwrap(), "kept");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn without_locks_an_exclusive_file_stands_for_one() {
        use rustix::io::Errno;
        let folder = tempfile::tempdir().unwrap();
        let exclusive = folder.path().join(FILES[1]);
        let none = |errno: Errno| {
            move |_: &File| {
                Err(TryLockError::Error(io::Error::from_raw_os_error(
                    errno.raw_os_error(),
                )))
            }
        };
        for errno in [Errno::NOSYS, Errno::NOLCK, Errno::OPNOTSUPP] {
            let take = || Lock::take_by(folder.path(), none(errno));
            let lock = take().unwrap();
            let message = take().unwrap_err().to_string();
            assert!(
                message.contains(&format!("process {} on ", std::process::id()))
                    && message.contains(".lock.exclusive")
                    && message.contains("remove this file"),
                "{message}"
            );
            drop(lock);
            assert!(!exclusive.exists());
            // A process of this machine that is gone, and one of another machine, of which nothing is known.
            let mut child = std::process::Command::new("true").spawn().unwrap();
            child.wait().unwrap();
            let left = |host: &str| {
                let holder = Holder {
                    host: host.to_owned(),
                    pid: child.id(),
                    since: 0,
                };
                fs::write(&exclusive, serde_json::to_vec(&holder).unwrap()).unwrap();
            };
            left(&host());
            drop(take().unwrap());
            left("another");
            assert!(matches!(take(), Err(Error::InUse { .. })));
            // Nor does a file that says nothing give way.
            fs::write(&exclusive, "").unwrap();
            assert!(matches!(take(), Err(Error::InUse { .. })));
            fs::remove_file(&exclusive).unwrap();
        }
        let full = Lock::take_by(folder.path(), none(Errno::IO));
        assert!(matches!(full, Err(Error::Write { .. })));
    }
}
