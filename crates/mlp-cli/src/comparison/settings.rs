//! Settings in which runs differ.

use std::collections::BTreeSet;

use mlp_train::{
    Experiment, ResolvedExperiment,
    key::{KeyInfo, keys},
};

use super::runs::ComparedRun;

/// A setting and its value in every run.
pub struct Setting {
    /// The key.
    pub key: String,
    /// Its value in each run; a sweep is `in turn 0.1, 1`, and a key that does not apply is a dash.
    pub values: Vec<String>,
}

/// Keys that say what is drawn or stored, not what is trained.
const OF_OUTPUT: &str = "output";

/// The settings in which runs differ, in the order of help.
pub fn settings(runs: &[ComparedRun]) -> Vec<Setting> {
    let cells = runs.iter().map(|run| cells(run.view.experiment()));
    let cells: Vec<Vec<Experiment>> = cells.collect();
    let mut found: Vec<Setting> = keys()
        .filter(|key| key.section() != OF_OUTPUT)
        .map(|key| Setting {
            key: name(key),
            values: runs
                .iter()
                .zip(&cells)
                .map(|(run, cells)| value(run.view.experiment(), cells, key))
                .collect(),
        })
        .collect();
    let layers: BTreeSet<String> = runs
        .iter()
        .flat_map(|run| &run.view.experiment().experiment().layers)
        .map(|(key, _)| key.to_string())
        .collect();
    found.extend(layers.into_iter().map(|key| Setting {
        values: runs.iter().map(|run| of_layer(run, &key)).collect(),
        key,
    }));
    found.retain(|setting| {
        setting
            .values
            .iter()
            .any(|value| *value != setting.values[0])
    });
    found
}

/// The name of a key without its section, where that is enough.
fn name(key: &KeyInfo) -> String {
    match key.option {
        Some(_) => key.name().to_owned(),
        None => key.path.to_owned(),
    }
}

fn value(experiment: &ResolvedExperiment, cells: &[Experiment], key: &KeyInfo) -> String {
    let mut axes = experiment.axes().iter();
    if let Some(axis) =
        axes.find(|axis| axis.key.info().path == key.path && axis.key.layer().is_none())
    {
        return format!("in turn {}", axis.labels().join(", "));
    }
    match (key.get)(experiment.experiment()) {
        // Digests of 64 digits differ within the first.
        Some(value) if key.path.ends_with("sha256") => value.to_string().chars().take(12).collect(),
        Some(value) => value.to_string(),
        None => by_cell(cells, key).unwrap_or_else(|| "-".to_owned()),
    }
}

/// The most cells of a run whose own settings are looked up.
const MOST_CELLS: u64 = 64;

/// Of a run that sweeps keys, the experiment of each cell: defaults may follow from what is swept.
fn cells(experiment: &ResolvedExperiment) -> Vec<Experiment> {
    match experiment.axes().is_empty() || experiment.cells() > MOST_CELLS {
        true => Vec::new(),
        false => (0..experiment.cells())
            .filter_map(|cell| experiment.alone(cell * experiment.seeds_per_cell()).ok())
            .collect(),
    }
}

/// The values of a key that follow from what is swept, in the order of the cells; `None` where it applies to none.
fn by_cell(cells: &[Experiment], key: &KeyInfo) -> Option<String> {
    let mut found: Vec<String> = Vec::new();
    for value in cells.iter().filter_map(|cell| (key.get)(cell)) {
        let value = value.to_string();
        if !found.contains(&value) {
            found.push(value);
        }
    }
    match &found[..] {
        [] => None,
        [one] => Some(one.clone()),
        several => Some(format!("by cell {}", several.join(", "))),
    }
}

fn of_layer(run: &ComparedRun, key: &str) -> String {
    let mut layers = run.view.experiment().experiment().layers.iter();
    let found = layers.find(|(known, _)| known.to_string() == key);
    found.map_or_else(|| "-".to_owned(), |(_, value)| value.to_string())
}
