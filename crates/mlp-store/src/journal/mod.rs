//! The journal of a run: every finished network, written as it finishes, so that a run can be resumed
//! however it ended.
//!
//! Every process that works on a run appends to its own file, `journal/000001.bin` and so on. A
//! file is a sequence of [frames](crate::files::frame): first its header, then chunks of finished networks
//! in the order in which they finished. The end of a chunk that was torn with its process is cut off.
//! A file that was damaged since, or belongs to another experiment, is never deleted: it is set aside
//! as `journal/000001.unreadable-1.bin` or `journal/000001.other-1.bin`, and its intact chunks, each of
//! which identifies its owner, are kept. All other networks are retrained.

mod chunk;
mod scan;

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{BufReader, Read as _, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::{Arc, mpsc::sync_channel},
    thread,
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};

pub(crate) use self::chunk::Frames;
use self::scan::Sound;
use crate::{
    Error,
    files::{
        frame::{self, FrameError, FrameKind, Read},
        set_aside::{Why, set_aside},
        whole_file::{WholeFile, let_go, remove_unfinished, sync_directory},
    },
    identity,
    run_directory::JOURNAL,
};
use mlp_train::storing::{Chunk, NetworkRows, NetworkSet, NetworkStore};

/// The first frame of a file.
const HEADER: FrameKind = FrameKind {
    magic: *b"mlp-jrnl",
    version: 1,
};

/// Written data are flushed to the disk at least this often; a killed process loses none of them.
const SYNC_EVERY: Duration = Duration::from_secs(2);

/// Number of chunks decoded ahead.
const DECODED: usize = 2;

/// What all chunks of a journal belong to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Header {
    /// Version of the numerics.
    pub(crate) engine: String,
    /// Digest of the experiment's identity.
    pub(crate) experiment: [u8; 32],
    /// Columns of the metrics.
    pub(crate) columns: Vec<String>,
    /// Number of networks of the experiment.
    pub(crate) networks: u64,
}

impl Header {
    /// For an experiment with this identity.
    pub(crate) fn new(identity: &str, columns: &[String], networks: u64) -> Self {
        Self {
            engine: mlp_core::ENGINE.to_owned(),
            experiment: identity::digest(identity),
            columns: columns.to_vec(),
            networks,
        }
    }

    /// The digest that identifies every chunk of the journal.
    pub(crate) fn digest(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        let texts = std::iter::once(&self.engine).chain(&self.columns);
        for text in texts {
            hasher.update(text.as_bytes()).update(&[0]);
        }
        hasher.update(&self.experiment);
        *hasher
            .update(&self.networks.to_le_bytes())
            .finalize()
            .as_bytes()
    }
}

/// The position of a chunk.
#[derive(Clone, Copy, Debug)]
struct Place {
    file: usize,
    offset: u64,
    /// Its smallest network.
    first: u64,
}

/// The journal of a run directory.
#[derive(Debug)]
pub(crate) struct Journal {
    folder: PathBuf,
    header: Header,
    files: Vec<PathBuf>,
    places: Vec<Place>,
    finished: NetworkSet,
    /// The networks to return; by default all.
    wanted: Option<NetworkSet>,
    /// The file of this process, once it has written something.
    open: Option<(File, u64)>,
    synced: Instant,
}

impl Journal {
    /// Opens the journal of a run directory, which the caller has locked, drops what is torn and sets
    /// aside what is damaged or does not match. `warn` is called for both.
    ///
    /// # Errors
    /// A journal of another engine; files that can be neither read nor repaired.
    pub(crate) fn open(
        directory: &Path,
        header: Header,
        warn: &mut dyn FnMut(String),
    ) -> Result<Self, Error> {
        let folder = directory.join(JOURNAL);
        let mut journal = Self {
            folder,
            header,
            files: Vec::new(),
            places: Vec::new(),
            finished: NetworkSet::default(),
            wanted: None,
            open: None,
            synced: Instant::now(),
        };
        if journal.folder.is_dir() {
            remove_unfinished(&journal.folder);
        }
        for path in files(&journal.folder)? {
            journal.take_in(&path, warn)?;
        }
        Ok(journal)
    }

    /// Removes the journal of a run directory.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub(crate) fn remove(directory: &Path) -> Result<(), Error> {
        for path in files(&directory.join(JOURNAL))? {
            fs::remove_file(&path).map_err(|source| Error::Write { path, source })?;
        }
        Ok(())
    }

    /// Whether a file of a run directory's journal belongs to the experiment with this identity.
    pub(crate) fn is_of(directory: &Path, identity: &str) -> bool {
        let own = identity::digest(identity);
        let says = |path: &PathBuf| {
            let file = File::open(path).ok()?;
            let length = file.metadata().ok()?.len();
            let mut file = BufReader::new(file);
            let header = frame::read::<Header>(HEADER, &mut file, length).ok()?;
            let (header, _) = header.and_then(Read::alone).ok()?;
            Some(header.experiment == own)
        };
        let files = files(&directory.join(JOURNAL)).unwrap_or_default();
        files.iter().any(|path| says(path) == Some(true))
    }

    /// Takes the intact chunks of a file, and repairs the file where there is more.
    fn take_in(&mut self, path: &Path, warn: &mut dyn FnMut(String)) -> Result<(), Error> {
        let read = Error::read(path);
        let mut file = BufReader::new(File::open(path).map_err(read)?);
        let length = file.get_ref().metadata().map_err(read)?.len();
        let header = frame::read::<Header>(HEADER, &mut file, length).map_err(read)?;
        let (from, header_fault) = match header.and_then(Read::alone) {
            Ok((header, _)) if header.engine != self.header.engine => {
                return Err(Error::OtherEngine {
                    path: self.folder.parent().unwrap_or(&self.folder).to_owned(),
                    found: header.engine,
                    ours: self.header.engine.clone(),
                });
            }
            Ok((header, _)) if header != self.header => {
                let aside = set_aside(path, Why::Other)?;
                warn(format!(
                    "{}: it belongs to another experiment or version; it is kept as {}, and its networks are retrained",
                    path.display(),
                    aside.display()
                ));
                return Ok(());
            }
            Ok((_, bytes)) => (bytes, None),
            Err(fault) => (0, Some(fault)),
        };
        let owner = self.header.digest();
        let fit = |found: &[u8; 32], rows: &[NetworkRows]| *found == owner && self.fit(rows);
        let scan = scan::scan(&mut file, from, length, &fit).map_err(read)?;
        let torn = match &header_fault {
            None => scan.torn,
            Some(fault) => *fault == FrameError::Torn && scan.sound.is_empty(),
        };
        let found: usize = scan.sound.iter().map(|chunk| chunk.networks.len()).sum();
        match header_fault.or(scan.fault) {
            None => self.take(path, &scan.sound),
            Some(fault) if torn => {
                warn(match length {
                    // A process that was killed while it started a file leaves an empty one.
                    0 => format!(
                        "{}: it is empty and is removed; networks that it held are retrained",
                        path.display()
                    ),
                    _ => format!(
                        "{}: the last {} of {length} bytes are dropped ({fault}); their networks are retrained",
                        path.display(),
                        scan.damaged
                    ),
                });
                self.cut(path, length - scan.damaged)?;
                self.take(path, &scan.sound);
            }
            // Every chunk is of that version: an earlier program wrote them.
            Some(FrameError::Version(version)) if found == 0 && version < chunk::KIND.version => {
                let aside = set_aside(path, Why::Other)?;
                warn(format!(
                    "{}: an earlier version of this program wrote it and can finish the run; it is kept as {}, and its networks are retrained",
                    path.display(),
                    aside.display()
                ));
            }
            Some(fault) => {
                let aside = self.mend(path, &mut file, &scan.sound)?;
                warn(format!(
                    "{}: {} of {length} bytes are damaged ({fault}); the file is kept as {}; intact networks in it: {found}; the others are trained again",
                    path.display(),
                    length - scan.sound.iter().map(|chunk| chunk.length).sum::<u64>() - from,
                    aside.display()
                ));
            }
        }
        Ok(())
    }

    /// Registers the chunks of a file, unless it is gone.
    fn take(&mut self, path: &Path, chunks: &[Sound]) {
        if !path.exists() {
            return;
        }
        self.files.push(path.to_owned());
        let file = self.files.len() - 1;
        for chunk in chunks {
            self.note(file, chunk.offset, chunk.networks.iter().copied());
        }
    }

    /// Truncates a file to its intact chunks; without any it is removed.
    fn cut(&self, path: &Path, whole: u64) -> Result<(), Error> {
        let cut = match whole {
            0 => fs::remove_file(path),
            _ => {
                let file = File::options().write(true).open(path);
                file.and_then(|file| file.set_len(whole).and_then(|()| file.sync_all()))
            }
        };
        cut.map_err(Error::write(path))
    }

    /// Sets a damaged file aside and puts one of its intact chunks in its place, if there are any; returns the
    /// name of the former.
    fn mend(
        &mut self,
        path: &Path,
        file: &mut BufReader<File>,
        sound: &[Sound],
    ) -> Result<PathBuf, Error> {
        if sound.is_empty() {
            return set_aside(path, Why::Unreadable);
        }
        let write = Error::write(path);
        let mut mended = WholeFile::create(path)?;
        let header = self.header_frame()?;
        mended.write_all(&header).map_err(write)?;
        let mut offset = header.len() as u64;
        let mut chunks = Vec::new();
        for chunk in sound {
            file.seek(SeekFrom::Start(chunk.offset)).map_err(write)?;
            let mut bytes = file.take(chunk.length);
            std::io::copy(&mut bytes, &mut mended).map_err(write)?;
            chunks.push(Sound {
                offset,
                length: chunk.length,
                networks: chunk.networks.clone(),
            });
            offset += chunk.length;
        }
        let aside = set_aside(path, Why::Unreadable)?;
        mended.commit()?;
        self.take(path, &chunks);
        Ok(aside)
    }

    fn header_frame(&self) -> Result<Vec<u8>, Error> {
        let frame = frame::encode(HEADER, &self.header, b"");
        let what = "the journal cannot be started";
        frame.map_err(|source| Error::TooLarge {
            what,
            source,
            advice: "",
        })
    }

    /// Whether rows can belong to this experiment.
    fn fit(&self, rows: &[NetworkRows]) -> bool {
        let columns = self.header.columns.len();
        let fits = |rows: &NetworkRows| {
            rows.network < self.header.networks
                && rows.metrics.fit(rows.steps.len(), columns)
                && rows.steps.is_sorted()
        };
        !rows.is_empty() && rows.iter().all(fits)
    }

    fn note(&mut self, file: usize, offset: u64, networks: impl Iterator<Item = u64>) {
        let mut first = u64::MAX;
        for network in networks {
            self.finished.insert(network);
            first = first.min(network);
        }
        self.places.push(Place {
            file,
            offset,
            first,
        });
    }

    /// Appends a chunk.
    ///
    /// # Errors
    /// [`Error::Write`].
    fn append(&mut self, chunk: &Chunk) -> Result<(), Error> {
        let (mut file, offset) = match self.open.take() {
            Some(open) => open,
            None => self.begin()?,
        };
        let path = &self.files[self.files.len() - 1];
        let write = Error::write(&path);
        chunk::write(chunk, &mut file).map_err(write)?;
        if self.synced.elapsed() >= SYNC_EVERY {
            file.sync_data().map_err(write)?;
            let_go(&file);
            self.synced = Instant::now();
        }
        let index = self.files.len() - 1;
        self.open = Some((file, offset + chunk::length(chunk)));
        self.note(index, offset, chunk.rows().iter().map(|rows| rows.network));
        Ok(())
    }

    /// Starts the file of this process: its handle and its length.
    fn begin(&mut self) -> Result<(File, u64), Error> {
        let number = self.files.last().and_then(|path| number(path)).unwrap_or(0) + 1;
        let path = self.folder.join(format!("{number:06}.bin"));
        let header = self.header_frame()?;
        let begun = fs::create_dir_all(&self.folder).and_then(|()| {
            let mut file = File::options().write(true).create_new(true).open(&path)?;
            file.write_all(&header)?;
            file.sync_all()?;
            sync_directory(&path)?;
            sync_directory(&self.folder)?;
            Ok(file)
        });
        match begun {
            Ok(file) => {
                self.files.push(path);
                Ok((file, header.len() as u64))
            }
            Err(source) => Err(Error::Write { path, source }),
        }
    }

    /// Passes every finished network, or every requested one, to `each` in the order of the indices.
    /// Only overlapping chunks are held in memory at once, and the few that a separate thread has
    /// decoded ahead.
    ///
    /// # Errors
    /// What `each` returns; a journal that has changed since it was written.
    fn rows_in_order(
        &self,
        each: &mut dyn FnMut(NetworkRows) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut places = self.places.clone();
        places.sort_by_key(|place| (place.first, place.file, place.offset));
        let wanted = self.wanted.as_ref();
        let wanted = |network| wanted.is_none_or(|wanted| wanted.contains(network));
        thread::scope(|scope| {
            let (decoded, chunks) = sync_channel(DECODED);
            scope.spawn(move || {
                let mut readers: Vec<Option<File>> = self.files.iter().map(|_| None).collect();
                for place in places {
                    let rows = self.chunk(place, &mut readers[place.file]);
                    // After an error nothing is received.
                    if decoded.send((place.first, rows)).is_err() {
                        break;
                    }
                }
            });
            let mut held: BTreeMap<u64, NetworkRows> = BTreeMap::new();
            for (first, rows) in chunks {
                // Chunks are sorted by their smallest network, so nothing below this one is still to come.
                while let Some(entry) = held.first_entry()
                    && *entry.key() < first
                {
                    each(entry.remove())?;
                }
                let rows = rows?.into_iter().filter(|rows| wanted(rows.network));
                held.extend(rows.map(|rows| (rows.network, rows)));
            }
            held.into_values().try_for_each(each)
        })
    }

    fn chunk(&self, place: Place, reader: &mut Option<File>) -> Result<Vec<NetworkRows>, Error> {
        let path = &self.files[place.file];
        let read = Error::read(&path);
        let file = match reader {
            Some(file) => file,
            None => reader.insert(File::open(path).map_err(read)?),
        };
        file.seek(SeekFrom::Start(place.offset)).map_err(read)?;
        let left = file.metadata().map_err(read)?.len() - place.offset;
        let frame = frame::read(chunk::KIND, file, left).map_err(read)?;
        let rows = frame.and_then(chunk::rows).map(|(_, rows)| rows);
        rows.map_err(|fault| Error::corrupt(path, "journal", fault))
    }
}

impl NetworkStore for Journal {
    type Encoder = Frames;

    fn encoder(&self) -> Frames {
        Frames {
            owner: self.header.digest(),
        }
    }

    fn put(&mut self, chunk: &Chunk) -> Result<(), mlp_train::Error> {
        Ok(self.append(chunk)?)
    }

    fn finished(&self) -> &NetworkSet {
        &self.finished
    }

    fn limit(&mut self, wanted: NetworkSet) {
        self.wanted = Some(wanted);
    }

    fn in_order(
        &self,
        each: &mut dyn FnMut(Arc<NetworkRows>) -> Result<(), mlp_train::Error>,
    ) -> Result<(), mlp_train::Error> {
        Ok(self.rows_in_order(&mut |rows| Ok(each(Arc::new(rows))?))?)
    }

    fn sync(&mut self) -> Result<(), mlp_train::Error> {
        if let Some((file, _)) = &self.open {
            let path = &self.files[self.files.len() - 1];
            file.sync_data().map_err(Error::write(path))?;
        }
        Ok(())
    }
}

/// The files of a journal in the order of their numbers.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let read = Error::read(folder);
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(read(source)),
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(read)?.path();
        if number(&path).is_some() {
            files.push(path);
        }
    }
    files.sort_by_key(|path| number(path));
    Ok(files)
}

/// The number of a journal's file; `None` for any other name.
fn number(path: &Path) -> Option<u64> {
    if path.extension()? != "bin" {
        return None;
    }
    path.file_stem()?.to_str()?.parse().ok()
}

#[cfg(test)]
mod tests;
