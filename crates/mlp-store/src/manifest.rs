//! `manifest.json`: what ran, where, and how it went.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::BufReader,
    path::Path,
    time::SystemTime,
};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::Error;
use crate::files::whole_file::WholeFile;
use crate::run_directory::{MODEL, SELECTION};
use mlp_train::{Counts, DataRead, Kind, Precision, key::renamed};

/// The status of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunStatus {
    /// Running, or killed.
    Running,
    /// Complete.
    Complete,
    /// Ended early; finished work is kept.
    Interrupted,
}

impl RunStatus {
    /// The spelling.
    pub fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Complete => "complete",
            Self::Interrupted => "interrupted",
        }
    }
}

/// Size and digest of a result file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileDigest {
    /// Bytes.
    pub bytes: u64,
    /// BLAKE3 in hexadecimal.
    pub blake3: String,
}

/// Which network of another run a run trains again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replayed {
    /// The folder of that run, without the folders that it lies in.
    pub run: String,
    /// The network's number there.
    pub network: u64,
    /// Its seed and the values of swept keys, by key.
    pub settings: BTreeMap<String, String>,
}

/// The manifest of a run directory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of this crate.
    pub version: String,
    /// Version of the numerics.
    pub engine: String,
    /// Train, population or map.
    pub kind: String,
    /// BLAKE3 of the experiment of the results, in hexadecimal; none in manifests of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub experiment: Option<String>,
    /// Its settings that determine the numbers, by key, with files by name only; empty in manifests of
    /// earlier versions.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, String>,
    /// The data's name.
    pub data: String,
    /// Instruction set of the kernels.
    pub simd: String,
    /// What was read of each file, or what a built-in data set holds; empty in manifests of earlier versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub read: Vec<DataRead>,
    /// Worker threads.
    pub threads: usize,
    /// Precision.
    pub precision: String,
    /// Which network of which run is trained again here, if any; none in manifests of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replayed: Option<Replayed>,
    /// Its status.
    pub status: RunStatus,
    /// Networks by outcome.
    pub counts: Counts,
    /// Cells of the grid.
    pub cells: u64,
    /// When it started, UTC.
    pub started: String,
    /// Wall time in seconds.
    pub wall_seconds: f64,
    /// The result files, whose bytes are the same whenever the experiment runs.
    pub files: BTreeMap<String, FileDigest>,
    /// Fields that were read and that this version does not know, such as `counts.resumed`.
    #[serde(skip)]
    pub unknown: Vec<String>,
}

impl Manifest {
    /// The file's name.
    pub const FILE: &'static str = "manifest.json";

    /// Its name in errors.
    pub const WHAT: &'static str = "manifest";

    /// The manifest of a run that starts now.
    pub fn starting(
        kind: Kind,
        data: &str,
        simd: &str,
        threads: usize,
        precision: Precision,
    ) -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            engine: mlp_core::ENGINE.to_owned(),
            kind: kind.name().to_owned(),
            experiment: None,
            settings: BTreeMap::new(),
            data: data.to_owned(),
            read: Vec::new(),
            simd: simd.to_owned(),
            threads,
            precision: precision.name().to_owned(),
            replayed: None,
            status: RunStatus::Running,
            counts: Counts::default(),
            cells: 0,
            started: humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
            wall_seconds: 0.0,
            files: BTreeMap::new(),
            unknown: Vec::new(),
        }
    }

    /// Whether it is of a complete run that was to select a network of many, where none could be selected.
    pub fn selected_none(&self) -> bool {
        let selection = |name: &String| name.split('.').next() == Some(SELECTION);
        self.status == RunStatus::Complete
            && self.files.keys().any(selection)
            && !self.files.contains_key(MODEL)
    }

    /// The files of these that it does not list: all but the model of a run that could select none.
    pub(crate) fn unlisted<'a>(
        &'a self,
        expected: &'a BTreeSet<String>,
    ) -> impl Iterator<Item = &'a String> {
        let none = self.selected_none();
        let known = move |name: &&String| {
            self.files.contains_key(*name) || (none && name.as_str() == MODEL)
        };
        expected.iter().filter(move |name| !known(name))
    }

    /// Writes it into a run directory.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn write(&self, directory: &Path) -> Result<(), Error> {
        let path = directory.join(Self::FILE);
        let mut text = serde_json::to_string_pretty(self).map_err(|error| Error::Write {
            path: path.clone(),
            source: error.into(),
        })?;
        text.push('\n');
        WholeFile::write(&path, text.as_bytes())
    }

    /// Reads the text, and notes what a later version may have written.
    fn from_json(text: &[u8]) -> serde_json::Result<Self> {
        let value: Value = serde_json::from_slice(text)?;
        let mut manifest = Self::deserialize(&value)?;
        unknown(
            &value,
            &serde_json::to_value(&manifest)?,
            "",
            &mut manifest.unknown,
        );
        Ok(manifest)
    }

    /// Reads it from a run directory; `None` where there is none.
    ///
    /// # Errors
    /// [`Error::Read`]; [`Error::Corrupt`].
    pub fn read(directory: &Path) -> Result<Option<Self>, Error> {
        let path = directory.join(Self::FILE);
        let text = match std::fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(Error::Read { path, source }),
        };
        match Self::from_json(&text) {
            Ok(mut manifest) => {
                // Runs of earlier versions have the names that keys had then.
                let settings = std::mem::take(&mut manifest.settings).into_iter();
                let now = |key: String| renamed(&key).map_or(key, str::to_owned);
                manifest.settings = settings.map(|(key, value)| (now(key), value)).collect();
                Ok(Some(manifest))
            }
            Err(error) => Err(Error::corrupt(&path, Self::WHAT, error)),
        }
    }
}

/// The fields of `read` that `known` does not have, which is what is written of the same. Those that say nothing may be
/// left out there.
fn unknown(read: &Value, known: &Value, path: &str, found: &mut Vec<String>) {
    match (read, known) {
        (Value::Object(read), Value::Object(known)) => {
            for (name, read) in read {
                let path = match path {
                    "" => name.clone(),
                    path => format!("{path}.{name}"),
                };
                match known.get(name) {
                    Some(known) => unknown(read, known, &path, found),
                    None if *read == Value::Null || *read == json!([]) || *read == json!({}) => {}
                    None => found.push(path),
                }
            }
        }
        (Value::Array(read), Value::Array(known)) => {
            for (read, known) in read.iter().zip(known) {
                unknown(read, known, path, found);
            }
        }
        _ => {}
    }
}

/// Number of bytes that are read before they are hashed: with many the hash processes many chunks at once.
pub(crate) const HASHED_AT_ONCE: usize = 1 << 17;

impl FileDigest {
    /// Of a file.
    ///
    /// # Errors
    /// [`Error::Read`].
    pub fn of(path: &Path) -> Result<Self, Error> {
        let read = Error::read(path);
        let mut hasher = blake3::Hasher::new();
        let mut file = BufReader::with_capacity(HASHED_AT_ONCE, File::open(path).map_err(read)?);
        let bytes = std::io::copy(&mut file, &mut hasher).map_err(read)?;
        Ok(Self::from_hasher(bytes, &hasher))
    }

    /// From this many bytes processed by a hasher.
    pub(crate) fn from_hasher(bytes: u64, hasher: &blake3::Hasher) -> Self {
        Self {
            bytes,
            blake3: hasher.finalize().to_hex().to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests_are_read_as_they_were_written() {
        let directory = tempfile::tempdir().unwrap();
        assert_eq!(Manifest::read(directory.path()).unwrap(), None);
        let mut manifest = Manifest::starting(Kind::Map, "moons", "avx2", 2, Precision::F64);
        manifest.counts = Counts {
            networks: 3,
            completed: 1,
            stopped: 0,
            diverged: 2,
            exploded: 0,
        };
        manifest.write(directory.path()).unwrap();
        let text = std::fs::read_to_string(directory.path().join(Manifest::FILE)).unwrap();
        assert!(
            text.contains("\"status\": \"running\"") && text.contains("\"diverged\": 2"),
            "{text}"
        );
        assert_eq!(
            Manifest::read(directory.path()).unwrap(),
            Some(manifest.clone())
        );
        // What a later version writes is named, and the rest is read.
        let mut later: Value = serde_json::from_str(&text).unwrap();
        later["host"] = json!({ "name": "a" });
        later["counts"]["paused"] = json!(0);
        later["settings"] = json!({});
        later["read"] = json!([]);
        std::fs::write(directory.path().join(Manifest::FILE), later.to_string()).unwrap();
        let read = Manifest::read(directory.path()).unwrap().unwrap();
        assert_eq!(read.unknown, ["counts.paused", "host"]);
        assert_eq!(read.counts, manifest.counts);
        std::fs::write(directory.path().join(Manifest::FILE), b"{").unwrap();
        assert!(matches!(
            Manifest::read(directory.path()),
            Err(Error::Corrupt { .. })
        ));
    }
}
