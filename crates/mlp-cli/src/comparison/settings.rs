//! Settings in which runs differ.

use std::collections::BTreeSet;

use mlp_train::{
    ResolvedExperiment,
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
    let mut found: Vec<Setting> = keys()
        .filter(|key| key.section() != OF_OUTPUT)
        .map(|key| Setting {
            key: name(key),
            values: runs
                .iter()
                .map(|run| value(run.view.experiment(), key))
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

fn value(experiment: &ResolvedExperiment, key: &KeyInfo) -> String {
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
        None => "-".to_owned(),
    }
}

fn of_layer(run: &ComparedRun, key: &str) -> String {
    let mut layers = run.view.experiment().experiment().layers.iter();
    let found = layers.find(|(known, _)| known.to_string() == key);
    found.map_or_else(|| "-".to_owned(), |(_, value)| value.to_string())
}
