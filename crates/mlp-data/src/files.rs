//! Files by their kind, which their ending tells.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::ops::ControlFlow;
use std::path::Path;

#[cfg(feature = "numpy")]
use crate::numpy;
#[cfg(feature = "parquet")]
use crate::parquet;
use crate::table::{
    Chunks, CsvOptions, Delimiter, FeatureChunk, FeatureOptions, Intake, error, read_sized,
};
use crate::{Dataset, Error, Place, TableProblem, arff, idx, keel, libsvm, proben1};

/// A kind of data file.
#[derive(Clone, Copy, Debug)]
pub struct FileKind {
    /// The kind's name.
    pub name: &'static str,
    /// Endings of its files, in lower case; a kind that is read from front to back may be followed by `.gz`.
    pub endings: &'static [&'static str],
    /// What it is, in one line.
    pub description: &'static str,
    /// Whether the names of its columns come from the file; else they are counted through.
    named: bool,
    read: ReadKind,
}

/// Reads an open file: a data set, or none where the rows are to be predicted and were handed on.
type ReadKind = fn(Source<'_>, &Intake<'_>) -> Result<Option<Dataset>, Error>;

/// The kinds of files, one line each. A file of no known ending is read as the first.
const KINDS: &[FileKind] = &[
    FileKind {
        name: "csv",
        endings: &["csv", "txt", "data"],
        description: "a table of text, a line a sample; delimiter and header are found out",
        named: true,
        read: read_csv_file,
    },
    FileKind {
        name: "tsv",
        endings: &["tsv", "tab"],
        description: "a table of text with tabs between the cells",
        named: true,
        read: read_tsv_file,
    },
    #[cfg(feature = "numpy")]
    numpy::NPZ,
    #[cfg(feature = "numpy")]
    numpy::NPY,
    idx::KIND,
    #[cfg(feature = "parquet")]
    parquet::KIND,
    arff::KIND,
    libsvm::KIND,
    keel::KIND,
    proben1::KIND,
];

impl FileKind {
    pub(crate) const fn new(
        name: &'static str,
        endings: &'static [&'static str],
        description: &'static str,
        read: ReadKind,
    ) -> Self {
        Self {
            name,
            endings,
            description,
            named: true,
            read,
        }
    }

    /// The kind, whose columns have no names in the file.
    pub(crate) const fn without_names(mut self) -> Self {
        self.named = false;
        self
    }

    /// Whether a file's name, in lower case and without `.gz`, has one of the endings.
    fn ends(&self, name: &str) -> bool {
        let has = |ending: &&str| {
            let rest = name.strip_suffix(ending);
            rest.is_some_and(|rest| rest.ends_with(['.', '-']))
        };
        self.endings.iter().any(has)
    }
}

/// The kinds of files that can be read.
pub fn file_kinds() -> &'static [FileKind] {
    KINDS
}

/// Reads a data file of any known kind; one of unknown ending is taken for CSV. A further ending `.gz` says that it is
/// packed by gzip.
///
/// # Errors
/// [`Error::Open`], [`Error::Read`], and what the kind's reader refuses: [`Error::Table`] with line or row and column,
/// [`Error::TooLarge`].
pub fn read_file(path: &Path, options: &CsvOptions) -> Result<Dataset, Error> {
    let name = path.display().to_string();
    let source = Source::open(path, &name)?;
    let intake = Intake::training(options);
    let set = (kind_of(path).read)(source, &intake)?;
    Ok(set.expect("rows to train on become a data set"))
}

/// Reads rows to predict from a file of any kind, and hands them on in chunks of at most `size`, each with the names of the
/// columns kept. A target that the file has is not asked for, nor is what samples count.
///
/// Columns are matched by name; where a file has no names for them, by position, if there are as many features as the
/// model has. Files are read from front to back and held no further than their kind needs. What comes back are notes that a
/// user should look at: see [`FeatureReader::notes`](crate::table::FeatureReader::notes).
///
/// # Errors
/// As [`read_file`]; features that are not there ([`TableProblem::MissingColumns`], [`TableProblem::CannotMatch`]); and what
/// `take` fails by, which ends the reading.
///
/// # Panics
/// If `size` is zero.
pub fn read_rows<E: From<Error>>(
    path: &Path,
    options: &FeatureOptions,
    size: usize,
    mut take: impl FnMut(&[String], FeatureChunk) -> Result<(), E>,
) -> Result<Vec<String>, E> {
    assert!(size > 0, "a chunk has at least one row");
    let name = path.display().to_string();
    let source = Source::open(path, &name)?;
    let kind = kind_of(path);
    let mut failed = None;
    let mut hand_on = |names: &[String], chunk| match take(names, chunk) {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => {
            failed = Some(error);
            ControlFlow::Break(())
        }
    };
    let chunks = Chunks::new(options, size, kind.named, &mut hand_on);
    let read = (kind.read)(source, &Intake::predicting(options, &chunks));
    let notes = chunks.notes();
    drop(chunks);
    match failed {
        Some(error) => Err(error),
        None => Ok(read.map(|_| notes)?),
    }
}

/// The kind of a file, by its ending; one of unknown ending is a table of text.
fn kind_of(path: &Path) -> &'static FileKind {
    let lower = (path.file_name().unwrap_or_default().to_string_lossy()).to_ascii_lowercase();
    let inner = lower.strip_suffix(".gz").unwrap_or(&lower);
    let kind = KINDS.iter().find(|kind| kind.ends(inner));
    kind.unwrap_or(&KINDS[0])
}

/// A file that is open.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    pub path: &'a Path,
    /// Its name in errors.
    pub name: &'a str,
    pub file: File,
    /// Whether it is packed by gzip.
    pub packed: bool,
}

impl<'a> Source<'a> {
    pub fn open(path: &'a Path, name: &'a str) -> Result<Self, Error> {
        let file = File::open(path).map_err(|source| Error::Open {
            file: name.to_owned(),
            source,
        })?;
        let ending = path.extension().unwrap_or_default();
        Ok(Self {
            path,
            name,
            file,
            packed: ending.eq_ignore_ascii_case("gz"),
        })
    }

    /// How many bytes will be read, if the system tells: not of a pipe, nor of what is packed.
    pub fn length(&self) -> Option<u64> {
        let data = self.file.metadata().ok()?;
        (data.is_file() && !self.packed).then_some(data.len())
    }

    /// The bytes from front to back, unpacked.
    pub fn reader(self) -> Box<dyn Read> {
        let file = BufReader::with_capacity(1 << 16, self.file);
        match self.packed {
            true => unpacked(file),
            false => Box::new(file),
        }
    }

    /// Refuses a packed file of a kind that is not read from front to back.
    pub fn refuse_packed(&self, kind: &str) -> Result<(), Error> {
        if self.packed {
            let problem =
                format!("{kind} has its table of contents at the end; unpack the file first");
            return Err(malformed(self.name, None, problem));
        }
        Ok(())
    }

    /// Refuses options that are for tables of text.
    pub fn refuse_text_options(
        &self,
        kind: &'static str,
        options: &CsvOptions,
    ) -> Result<(), Error> {
        self.refuse_given(kind, options.format.given().next())
    }

    /// Refuses what says how lines are cut into cells: the cells may be text all the same.
    pub fn refuse_line_options(
        &self,
        kind: &'static str,
        options: &CsvOptions,
    ) -> Result<(), Error> {
        self.refuse_given(kind, options.format.given_of_lines().next())
    }

    fn refuse_given(&self, kind: &'static str, option: Option<&'static str>) -> Result<(), Error> {
        match option {
            None => Ok(()),
            Some(option) => {
                let problem = TableProblem::OptionOfText { option, kind };
                Err(error(self.name, None, None, problem))
            }
        }
    }
}

/// What a file holds that is packed by gzip, in several parts or one.
#[cfg(feature = "gzip")]
fn unpacked(file: BufReader<File>) -> Box<dyn Read> {
    let unpacked = flate2::bufread::MultiGzDecoder::new(file);
    Box::new(BufReader::with_capacity(1 << 16, unpacked))
}

/// Without the feature such a file cannot be read.
#[cfg(not(feature = "gzip"))]
fn unpacked(_file: BufReader<File>) -> Box<dyn Read> {
    struct Refused;

    impl Read for Refused {
        fn read(&mut self, _buffer: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other(
                "it is packed by gzip, and this program was built without that; unpack it first",
            ))
        }
    }

    Box::new(Refused)
}

/// A file that is not what it should be.
pub(crate) fn malformed(file: &str, place: Option<Place>, problem: impl Into<String>) -> Error {
    error(file, place, None, TableProblem::Malformed(problem.into()))
}

/// A failure to read on; where bytes are missing, that is a fault of the file.
pub(crate) fn unreadable(file: &str, source: io::Error) -> Error {
    Error::Read {
        file: file.to_owned(),
        source,
    }
}

fn read_csv_file(source: Source<'_>, options: &Intake<'_>) -> Result<Option<Dataset>, Error> {
    let (name, length) = (source.name, source.length());
    read_sized(source.reader(), name, length, options)
}

fn read_tsv_file(source: Source<'_>, options: &Intake<'_>) -> Result<Option<Dataset>, Error> {
    let mut options = options.clone();
    options.format.delimiter.get_or_insert(Delimiter::TAB);
    read_csv_file(source, &options)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn pack(text: &[u8]) -> Vec<u8> {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(text).unwrap();
        packer.finish().unwrap()
    }

    #[test]
    fn the_ending_decides_the_kind() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let options = CsvOptions::default();
        let tsv = read_file(&write("a.TSV", b"x,1\ty\n1\t0\n2\t1\n"), &options).unwrap();
        assert_eq!(tsv.feature_names(), ["x,1"]);
        let plain = read_file(&write("b", b"1,0\n2,1\n"), &options).unwrap();
        assert_eq!((plain.name(), plain.features()), ("b", 1));
        let packed = write("a.b.tsv.GZ", &pack(b"x,1\ty\n1\t0\n2\t1\n"));
        let packed = read_file(&packed, &options).unwrap();
        assert_eq!(
            (packed.name(), packed.feature_names()),
            ("a.b", &["x,1".to_owned()][..])
        );
        // Several packed members are one file.
        let two = [pack(b"x,y\n1,0\n"), pack(b"2,1\n")].concat();
        let two = read_file(&write("two.csv.gz", &two), &options).unwrap();
        assert_eq!(two.samples(), 2);
    }

    #[test]
    fn damaged_packed_files_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv.gz");
        let text: String = (0..2000)
            .map(|i| format!("{},{}\n", i * i, i % 2))
            .collect();
        let whole = pack(text.as_bytes());
        for bytes in [&whole[..whole.len() - 20], &whole[..5], b"x,y\n1,0\n2,1\n"] {
            std::fs::write(&path, bytes).unwrap();
            let error = read_file(&path, &CsvOptions::default()).unwrap_err();
            assert!(matches!(error, Error::Read { .. }), "{error}");
            assert!(error.to_string().contains("a.csv.gz"), "{error}");
        }
    }

    #[test]
    fn files_that_cannot_be_read_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("none.csv");
        let error = read_file(&missing, &CsvOptions::default()).unwrap_err();
        assert!(error.to_string().contains("none.csv"), "{error}");
        assert!(matches!(error, Error::Open { .. }));
        assert!(read_file(folder.path(), &CsvOptions::default()).is_err());
    }
}
