//! The runs of a folder, for `mlp list runs`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use mlp_store::{RunDirectory, RunStatus};
use mlp_train::{BestCell, Experiment, Kind};

use crate::{
    failure::{CommandResult, Failure},
    figures::View,
    formatting,
    nets::Nets,
    options::RUNS,
};

/// The score that a list shows: the first of these that the networks have.
const SCORES: [&str; 9] = [
    "test_accuracy",
    "test_r2",
    "test_loss",
    "validation_accuracy",
    "validation_r2",
    "validation_loss",
    "train_accuracy",
    "train_r2",
    "train_loss",
];

/// A run in a list.
pub struct Run {
    /// Its folder.
    pub folder: String,
    /// Train, population, cross-validation or map.
    pub kind: String,
    /// The data's name.
    pub data: String,
    /// Networks that ended.
    pub networks: String,
    /// A score by name, of a run that is not complete as far as it has come: of a single network, the mean over those that neither diverged nor exploded, or that of a map's best
    /// cell.
    pub score: String,
    /// When it began, UTC.
    pub started: String,
    /// Complete, running, interrupted, killed, or what is wrong with it, in a word or two.
    pub state: &'static str,
}

/// States that `mlp resume` continues.
const RESUMED: [&str; 2] = ["killed", "interrupted"];

impl Run {
    /// Whether `mlp resume` continues it.
    pub fn can_be_resumed(&self) -> bool {
        RESUMED.contains(&self.state)
    }
}

/// The runs in a folder, the oldest first; the folder itself where it is one.
///
/// # Errors
/// A folder that cannot be read.
pub fn runs(folder: Option<&Path>) -> CommandResult<Vec<Run>> {
    let root = folder.unwrap_or(Path::new(RUNS));
    let mut paths = Vec::new();
    if RunDirectory::open(root).is_ok() {
        paths.push(root.to_owned());
    } else if root.is_dir() {
        let entries =
            std::fs::read_dir(root).with_context(|| format!("cannot read {}", root.display()))?;
        for entry in entries {
            let entry = entry.with_context(|| format!("cannot read {}", root.display()))?;
            paths.push(entry.path());
        }
    } else if folder.is_some() {
        return Err(Failure::usage(format!(
            "{}: there is no such folder",
            root.display()
        )));
    }
    paths.sort();
    let mut found: Vec<Run> = paths.iter().map(PathBuf::as_path).filter_map(run).collect();
    found.sort_by(|a, b| a.started.cmp(&b.started));
    Ok(found)
}

/// A run of a folder; `None` where it is not one.
fn run(path: &Path) -> Option<Run> {
    if !path.join(mlp_store::run_directory::EXPERIMENT).is_file() {
        return None;
    }
    let mut run = Run {
        folder: path.display().to_string(),
        kind: String::new(),
        data: String::new(),
        networks: String::new(),
        score: String::new(),
        started: String::new(),
        state: "damaged",
    };
    let Ok(directory) = RunDirectory::open(path) else {
        return Some(run);
    };
    let Some(manifest) = directory.manifest() else {
        run.state = "not started";
        return Some(run);
    };
    run.kind = kind(&directory, &manifest.kind);
    run.data.clone_from(&manifest.data);
    run.networks = formatting::count(manifest.counts.networks as f64);
    // To the minute: 2026-01-31 12:30.
    run.started = manifest
        .started
        .replace('T', " ")
        .chars()
        .take(16)
        .collect();
    let single = manifest.kind == Kind::Train.name();
    run.state = match manifest.status {
        RunStatus::Running if directory.is_in_use() => "running",
        RunStatus::Running => "killed",
        RunStatus::Interrupted => "interrupted",
        RunStatus::Complete if manifest.selected_none() => "none selected",
        RunStatus::Complete if single && manifest.counts.diverged > 0 => "diverged",
        RunStatus::Complete if single && manifest.counts.exploded > 0 => "exploded",
        RunStatus::Complete => "complete",
    };
    let is_map = manifest.kind == Kind::Map.name();
    let score = match manifest.status {
        RunStatus::Complete if is_map => best(&directory),
        RunStatus::Complete => Nets::open(&directory).and_then(|nets| score(&nets)),
        // As far as it has come.
        _ if run.can_be_resumed() && !is_map => {
            View::open_part(path).and_then(|view| score(view.nets()))
        }
        _ => Ok(None),
    };
    run.score = score.ok().flatten().unwrap_or_default();
    Some(run)
}

/// The kind of a run: a population over folds by the name that it is asked for with.
fn kind(directory: &RunDirectory, kind: &str) -> String {
    let of_folds = |author: &Experiment| {
        author.kind == Kind::Population && author.data.folds.is_some() && author.data.fold.is_none()
    };
    match directory.author().is_ok_and(|author| of_folds(&author)) {
        true => "cross-validation".to_owned(),
        false => kind.to_owned(),
    }
}

/// The score of the best cell of a complete map, where one end of its metric is the better one.
fn best(directory: &RunDirectory) -> Result<Option<String>> {
    let author = directory.author()?;
    // The cells are known without the data.
    let experiment = match mlp_store::resolve_without_data(&author, directory.manifest()) {
        Some(experiment) => experiment,
        None => mlp_store::resolve(&author, None)?,
    };
    let best = BestCell::of(&experiment, &directory.map_at(None)?);
    Ok(best.map(|best| format!("{} {}", best.metric, formatting::measured(best.value))))
}

/// The score of a run's networks.
fn score(nets: &Nets) -> Result<Option<String>> {
    for name in SCORES {
        let Some(numbers) = nets.numbers(name)? else {
            continue;
        };
        let sound = nets.sound().iter().zip(numbers.iter());
        let values = sound.filter_map(|(sound, number)| sound.then_some(*number));
        let moments: mlp_statistics::Moments = values.filter(|value| value.is_finite()).collect();
        if let Some(mean) = moments.mean() {
            return Ok(Some(format!("{name} {}", formatting::measured(mean))));
        }
    }
    Ok(None)
}
