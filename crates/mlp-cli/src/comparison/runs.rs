//! The runs that are compared.

use std::path::{Path, PathBuf};

use anyhow::Result;
use mlp_train::{Kind, Unselected, networks_that_meet};

use crate::{failure::Failure, figures::View, formatting};

/// A run that is compared.
pub struct ComparedRun {
    /// Its letter: A, B, ...
    pub letter: String,
    /// Its folder as it was given.
    pub path: PathBuf,
    /// Its results.
    pub view: View,
    /// By network, whether it meets the condition that was asked for; all do where there is none.
    pub fits: Vec<bool>,
}

/// Opens runs to be compared, in the order given, and finds their networks that meet a condition.
///
/// # Errors
/// Fewer than two, one of them twice, maps, and runs that are not complete; a condition that is none, or that no network of a
/// run meets.
pub fn open(paths: &[PathBuf], condition: Option<&str>) -> Result<Vec<ComparedRun>> {
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
            fits: fitting(&view, path, condition)?,
            view,
        });
    }
    Ok(runs)
}

/// The networks of a run that meet a condition.
fn fitting(view: &View, path: &Path, condition: Option<&str>) -> Result<Vec<bool>> {
    let nets = view.nets();
    let Some(condition) = condition else {
        return Ok(vec![true; nets.rows()]);
    };
    let withheld = view.author().population.select.is_some();
    let met = networks_that_meet(condition, nets.reader(), withheld);
    let met = met.map_err(|why| match why {
        Unselected::Condition(reason) => {
            Failure::usage(format!("--where: {}: {reason}", path.display()))
        }
        Unselected::Table(error) => error.into(),
    })?;
    let mut fits = vec![false; nets.rows()];
    for net in met {
        if let Some(fits) = fits.get_mut(net as usize) {
            *fits = true;
        }
    }
    Ok(fits)
}

impl ComparedRun {
    /// How many networks meet the condition.
    pub fn networks(&self) -> usize {
        self.fits.iter().filter(|fits| **fits).count()
    }

    /// How many networks do not meet it.
    pub fn unfit(&self) -> usize {
        self.fits.len() - self.networks()
    }

    /// By network, whether it meets the condition and neither diverged nor exploded.
    pub fn counted(&self) -> Vec<bool> {
        let sound = self.view.nets().sound().iter();
        let both = sound.zip(&self.fits);
        both.map(|(sound, fits)| *sound && *fits).collect()
    }

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
