//! Files whose digest is computed while they are written, by a thread that follows the writer.

use std::{
    fs::File,
    io::{self, BufReader, Read, Seek, SeekFrom, Write},
    path::Path,
    sync::mpsc::{Receiver, Sender, channel},
    thread::{self, JoinHandle},
};

use super::whole_file::{WholeFile, let_go};
use crate::Error;
use crate::manifest::{FileDigest, HASHED_AT_ONCE};

/// Files up to this size stay in memory for the next reader.
const SMALL: u64 = 1 << 26;

/// A [`WholeFile`] that is written from start to end, except for parts that are not final yet.
#[derive(Debug)]
pub(crate) struct FollowedFile {
    /// Before the file, which is removed if abandoned.
    digest: FollowingDigest,
    file: WholeFile,
}

impl FollowedFile {
    /// Starts a file that will be called `path`.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub(crate) fn create(path: &Path) -> Result<Self, Error> {
        Self::of(WholeFile::create(path)?)
    }

    /// Follows a file from its start.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub(crate) fn of(file: WholeFile) -> Result<Self, Error> {
        let digest = FollowingDigest::of(file.again()?).map_err(Error::write(file.path()))?;
        Ok(Self { digest, file })
    }

    /// The final name of the file.
    pub(crate) fn path(&self) -> &Path {
        self.file.path()
    }

    /// Where the next byte is written.
    ///
    /// # Errors
    /// Those of the file.
    pub(crate) fn position(&self) -> io::Result<u64> {
        self.file.position()
    }

    /// The bytes before `end` are written and final.
    pub(crate) fn stays(&self, end: u64) {
        self.digest.reach(end);
    }

    /// Flushes the whole file to the disk and gives it its name. Returns its digest.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub(crate) fn commit(mut self) -> Result<FileDigest, Error> {
        let path = self.path().to_owned();
        let failed = Error::write(&path);
        let end = self.file.seek(SeekFrom::End(0)).map_err(failed)?;
        self.digest.reach(end);
        self.file.commit()?;
        self.digest.finish().map_err(failed)
    }
}

impl Write for FollowedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Seek for FollowedFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

/// Computes the digest of the final part of a file, and flushes that part to the disk, so that
/// little is left to do when the last byte is written.
#[derive(Debug)]
struct FollowingDigest {
    /// End of the final part; `None` when there is no more to come.
    ends: Option<Sender<u64>>,
    /// `None` once it was waited for.
    thread: Option<JoinHandle<io::Result<FileDigest>>>,
}

impl FollowingDigest {
    /// For a file that nothing else reads through this handle.
    ///
    /// # Errors
    /// A thread that cannot be started.
    fn of(file: File) -> io::Result<Self> {
        let (ends, received) = channel();
        let thread = thread::Builder::new().spawn(move || follow(&file, &received))?;
        Ok(Self {
            ends: Some(ends),
            thread: Some(thread),
        })
    }

    /// The bytes before `end` are written and final.
    fn reach(&self, end: u64) {
        if let Some(ends) = &self.ends {
            // A thread that has failed reports it at the end.
            let _ = ends.send(end);
        }
    }

    /// The digest of the whole final part.
    ///
    /// # Errors
    /// A file that cannot be read, or is shorter.
    fn finish(mut self) -> io::Result<FileDigest> {
        match self.wait() {
            Some(Ok(digest)) => digest,
            Some(Err(panic)) => std::panic::resume_unwind(panic),
            None => Err(io::Error::other("the digest was taken before")),
        }
    }

    fn wait(&mut self) -> Option<thread::Result<io::Result<FileDigest>>> {
        self.ends = None;
        self.thread.take().map(JoinHandle::join)
    }
}

impl Drop for FollowingDigest {
    /// An abandoned file may be removed afterwards.
    fn drop(&mut self) {
        let _ = self.wait();
    }
}

fn follow(file: &File, ends: &Receiver<u64>) -> io::Result<FileDigest> {
    let mut hasher = blake3::Hasher::new();
    let mut at = 0;
    for end in ends {
        // The preceding part; where this is not possible, everything is flushed at the end.
        if at > 0 && file.sync_data().is_ok() && at > SMALL {
            let_go(file);
        }
        let part = file.take(end.saturating_sub(at));
        at += io::copy(
            &mut BufReader::with_capacity(HASHED_AT_ONCE, part),
            &mut hasher,
        )?;
        if at < end {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(FileDigest::from_hasher(at, &hasher))
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Write};

    use super::*;

    #[test]
    fn it_is_the_digest_of_the_whole_file() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a");
        let mut file = File::create(&path).unwrap();
        let digest = FollowingDigest::of(File::open(&path).unwrap()).unwrap();
        let bytes: Vec<u8> = (0..300_000u32).map(|byte| (byte % 251) as u8).collect();
        let mut end = 0;
        for part in bytes.chunks(70_001) {
            file.write_all(part).unwrap();
            digest.reach(end);
            end += part.len() as u64;
        }
        digest.reach(end);
        assert_eq!(digest.finish().unwrap(), FileDigest::of(&path).unwrap());
    }

    #[test]
    fn a_file_that_ends_early_is_an_error() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a");
        fs::write(&path, b"short").unwrap();
        let digest = FollowingDigest::of(File::open(&path).unwrap()).unwrap();
        digest.reach(6);
        digest.reach(7);
        assert_eq!(
            digest.finish().unwrap_err().kind(),
            io::ErrorKind::UnexpectedEof
        );
    }
}
