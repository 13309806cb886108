//! Missing files.

use std::path::Path;

use super::EXPERIMENT;

/// The run directory in which the file of this path is missing.
pub(crate) fn run_without<'a>(path: &'a Path, name: &str) -> Option<&'a Path> {
    let folder = path
        .parent()
        .filter(|_| path.file_name().is_some_and(|own| own == name));
    let folder = folder.map(|folder| match folder.as_os_str().is_empty() {
        true => Path::new("."),
        false => folder,
    });
    folder.filter(|folder| !path.exists() && folder.join(EXPERIMENT).is_file())
}
