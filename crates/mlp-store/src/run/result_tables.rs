//! The results of an analysis as files.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::Error;
use crate::table::TableWriter;
use mlp_train::{analysis::Results, experiment::TableFormat, storing::TableSink};

/// Writes results as CSV; returns the path. An empty result is not written, and an existing file
/// from an earlier analysis is removed.
///
/// # Errors
/// [`Error::Write`].
pub fn write_results(results: &Results, folder: &Path) -> Result<Option<PathBuf>, Error> {
    let path = folder.join(format!("{}.csv", results.name));
    if results.rows.is_empty() {
        return match fs::remove_file(&path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                Err(Error::Write { path, source })
            }
            _ => Ok(None),
        };
    }
    let mut writer = TableWriter::create(&path, TableFormat::Csv, results.columns.clone())?;
    for row in &results.rows {
        writer.push(row.iter().cloned())?;
    }
    writer.finish()?;
    Ok(Some(path))
}
