//! Files by their format, which the extension determines.

mod kind;
mod source;

use std::ops::ControlFlow;
use std::path::Path;

#[cfg(feature = "numpy")]
use crate::numpy;
#[cfg(feature = "parquet")]
use crate::parquet;
use crate::table::{
    Chunks, CsvOptions, Delimiter, FeatureChunk, FeatureOptions, RowDestination, read_sized,
};
use crate::{Dataset, Error, arff, idx, keel, libsvm, proben1};

pub use kind::FileKind;
pub(crate) use source::{Source, malformed, unreadable};

/// The file formats, one line each. A file with an unknown extension is read as the first.
const KINDS: &[FileKind] = &[
    FileKind {
        name: "csv",
        endings: &["csv", "txt", "data"],
        description: "a table of text, one line per sample; delimiter and header are detected",
        named: true,
        read: read_csv_file,
    },
    FileKind {
        name: "tsv",
        endings: &["tsv", "tab"],
        description: "a table of text with cells separated by tabs",
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

/// The supported file formats.
pub fn file_kinds() -> &'static [FileKind] {
    KINDS
}

/// Reads a data file of any supported format; an unknown extension is read as CSV. An additional extension `.gz` means that the
/// file is compressed with gzip.
///
/// # Errors
/// [`Error::Open`], [`Error::Read`], and the errors of the format's reader: [`Error::Table`] with line or row and column,
/// [`Error::TooLarge`].
pub fn read_file(path: &Path, options: &CsvOptions) -> Result<Dataset, Error> {
    let name = path.display().to_string();
    let source = Source::open(path, &name)?;
    let intake = RowDestination::training(options);
    let set = (kind_of(path).read)(source, &intake)?;
    Ok(set.expect("rows to train on become a data set"))
}

/// Reads rows to predict from a file of any format, and passes them to `take` in chunks of at most `size`, each with the names of
/// the kept columns. A target in the file is not needed, nor are sample weights.
///
/// Columns are matched by name; where a file has no names for them, by position, if their number agrees with the
/// model's features. Files are read sequentially and buffered no more than their format needs. The return value is notes for the
/// user: see [`FeatureReader::notes`](crate::table::FeatureReader::notes).
///
/// # Errors
/// As [`read_file`]; missing features ([`TableProblem::MissingColumns`](crate::TableProblem::MissingColumns),
/// [`TableProblem::CannotMatch`](crate::TableProblem::CannotMatch)); and errors of `take`, which end the reading.
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
    let read = (kind.read)(source, &RowDestination::predicting(options, &chunks));
    let notes = chunks.notes();
    drop(chunks);
    match failed {
        Some(error) => Err(error),
        None => Ok(read.map(|_| notes)?),
    }
}

/// The format of a file, by its extension; an unknown one is a text table.
fn kind_of(path: &Path) -> &'static FileKind {
    let lower = (path.file_name().unwrap_or_default().to_string_lossy()).to_ascii_lowercase();
    let inner = lower.strip_suffix(".gz").unwrap_or(&lower);
    let kind = KINDS.iter().find(|kind| kind.ends(inner));
    kind.unwrap_or(&KINDS[0])
}

fn read_csv_file(
    source: Source<'_>,
    options: &RowDestination<'_>,
) -> Result<Option<Dataset>, Error> {
    let (name, length) = (source.name, source.length());
    read_sized(source.reader(), name, length, options)
}

fn read_tsv_file(
    source: Source<'_>,
    options: &RowDestination<'_>,
) -> Result<Option<Dataset>, Error> {
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
