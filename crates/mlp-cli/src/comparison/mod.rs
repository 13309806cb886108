//! Several runs beside each other: settings that differ, scores, and differences of networks of the same seed.

mod found;
mod paired;
mod scores;
mod settings;
mod wording;

use std::path::{Path, PathBuf};

use anyhow::Result;
use mlp_train::Kind;

pub use self::{
    found::Found,
    wording::{HEADS, cells, mean, unpaired, without_values},
};
use self::{
    paired::{Paired, paired},
    scores::{MetricOfRuns, Networks},
    settings::{Setting, settings},
};
use crate::{failure::Failure, figures::View, formatting};

/// A run that is compared.
pub struct ComparedRun {
    /// Its letter: A, B, ...
    pub letter: String,
    /// Its folder as it was given.
    pub path: PathBuf,
    /// Its results.
    pub view: View,
}

/// Opens runs to be compared, in the order given.
///
/// # Errors
/// Fewer than two, one of them twice, maps, and runs that are not complete.
pub fn open(paths: &[PathBuf]) -> Result<Vec<ComparedRun>> {
    if let [only] = paths {
        return Err(Failure::usage(format!(
            "there is nothing to compare {} with; name two or more run directories",
            only.display()
        ))
        .into());
    }
    let mut runs: Vec<ComparedRun> = Vec::new();
    for path in paths {
        if runs
            .iter()
            .any(|run| same_file::is_same_file(&run.path, path).unwrap_or(false))
        {
            return Err(Failure::usage(format!(
                "{} is named twice; name two runs to compare",
                path.display()
            ))
            .into());
        }
        let view = View::open(path)?;
        if view.kind() == Kind::Map {
            return Err(Failure::usage(format!(
                "{} is a map: its cells are compared in its own figures (mlp plot {}); networks are compared of train runs and populations",
                path.display(),
                formatting::shell(path)
            ))
            .into());
        }
        runs.push(ComparedRun {
            letter: letter(runs.len()),
            path: path.clone(),
            view,
        });
    }
    Ok(runs)
}

impl ComparedRun {
    /// Letter and folder, as in a legend.
    pub fn name(&self) -> String {
        let folder = self.path.file_name().map(Path::new).unwrap_or(&self.path);
        format!("{} {}", self.letter, folder.display())
    }
}

/// A, B, ..., Z, then numbers.
fn letter(index: usize) -> String {
    match u8::try_from(index) {
        Ok(place) if place < 26 => char::from(b'A' + place).to_string(),
        _ => format!("{}", index + 1),
    }
}
