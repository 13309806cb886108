//! Files by their kind, which their ending tells.

use std::fs::File;
use std::path::Path;

use crate::table::{CsvOptions, read_sized};
use crate::{Dataset, Error};

/// A kind of data file.
#[derive(Clone, Copy, Debug)]
pub struct FileKind {
    /// The kind's name.
    pub name: &'static str,
    /// Endings of its files, in lower case.
    pub endings: &'static [&'static str],
    /// What it is, in one line.
    pub description: &'static str,
    read: fn(File, &str, &CsvOptions) -> Result<Dataset, Error>,
}

/// The kinds of files, one line each. A file of no known ending is read as the first.
const KINDS: &[FileKind] = &[
    FileKind {
        name: "csv",
        endings: &["csv", "txt", "data", "dat"],
        description: "a table of text, a line a sample; delimiter and header are found out",
        read: read_csv_file,
    },
    FileKind {
        name: "tsv",
        endings: &["tsv", "tab"],
        description: "a table of text with tabs between the cells",
        read: read_tsv_file,
    },
];

/// The kinds of files that can be read.
pub fn file_kinds() -> &'static [FileKind] {
    KINDS
}

/// Reads a data file of any known kind; one of unknown ending is taken for CSV.
///
/// # Errors
/// [`Error::Open`], [`Error::Read`], and what the kind's reader refuses: [`Error::Table`] with line and column,
/// [`Error::TooLarge`].
pub fn read_file(path: &Path, options: &CsvOptions) -> Result<Dataset, Error> {
    let name = path.display().to_string();
    let file = File::open(path).map_err(|source| Error::Open {
        file: name.clone(),
        source,
    })?;
    let ending = path
        .extension()
        .and_then(|ending| ending.to_str())
        .unwrap_or_default();
    let ending = ending.to_ascii_lowercase();
    let kind = KINDS
        .iter()
        .find(|kind| kind.endings.contains(&ending.as_str()));
    (kind.unwrap_or(&KINDS[0]).read)(file, &name, options)
}

fn read_csv_file(file: File, name: &str, options: &CsvOptions) -> Result<Dataset, Error> {
    // A pipe has no length; neither has what the system does not tell.
    let length = file
        .metadata()
        .ok()
        .filter(std::fs::Metadata::is_file)
        .map(|data| data.len());
    read_sized(file, name, length, options)
}

fn read_tsv_file(file: File, name: &str, options: &CsvOptions) -> Result<Dataset, Error> {
    let delimiter = options.delimiter.or(Some(b'\t'));
    read_csv_file(
        file,
        name,
        &CsvOptions {
            delimiter,
            ..options.clone()
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_decides_the_kind() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let options = CsvOptions::default();
        let tsv = read_file(&write("a.TSV", "x,1\ty\n1\t0\n2\t1\n"), &options).unwrap();
        assert_eq!(tsv.feature_names(), ["x,1"]);
        let plain = read_file(&write("b", "1,0\n2,1\n"), &options).unwrap();
        assert_eq!((plain.name(), plain.features()), ("b", 1));
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
