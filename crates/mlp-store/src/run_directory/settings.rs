//! The settings of a run, key by key, as in its manifest, and their differences from another experiment.

use std::collections::BTreeMap;

use mlp_train::{Experiment, experiment_file, storing::FILES};

/// Maximum number of differences in a message.
const MOST_TOLD: usize = 3;

/// Keys with their values as in an experiment file.
pub(crate) type Settings = BTreeMap<String, String>;

/// The settings of an experiment that determine its numbers. Files are by name only: wherever they are now, the
/// digests show that they are the same.
pub(crate) fn settings_of(experiment: &Experiment) -> Settings {
    experiment_file::settings(&experiment.clone().deciding().without_folders()).collect()
}

/// How `here` differs from the run; `None` where it does not.
pub(crate) fn difference(here: &Settings, run: &Settings) -> Option<String> {
    let keys = here
        .keys()
        .chain(run.keys().filter(|key| !here.contains_key(*key)));
    let told = |settings: &Settings, key: &String| {
        settings
            .get(key)
            .map_or_else(|| "not set".to_owned(), String::clone)
    };
    let differ: Vec<String> = keys
        .filter(|key| here.get(*key) != run.get(*key) && !is_same_file(key, here, run))
        .map(|key| format!("{key} is {}, and was {}", told(here, key), told(run, key)))
        .collect();
    let more = match differ.len().checked_sub(MOST_TOLD) {
        None | Some(0) => String::new(),
        Some(more) => format!(", and {more} more"),
    };
    let first = &differ[..differ.len().min(MOST_TOLD)];
    (!differ.is_empty()).then(|| format!("{}{more}", first.join("; ")))
}

/// Whether a key names a file by another name that is the same by its digest.
fn is_same_file(key: &str, here: &Settings, run: &Settings) -> bool {
    let digest = FILES.iter().find(|(name, _)| *name == key);
    digest.is_some_and(|(_, digest)| {
        here.contains_key(*digest) && here.get(*digest) == run.get(*digest)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use mlp_train::{Kind, SettingsLayer};

    fn settings(of: &[&str]) -> Settings {
        let mut layer = SettingsLayer::new();
        of.iter().for_each(|setting| layer.set(setting).unwrap());
        let mut experiment = Experiment::new(Kind::Population);
        layer.apply(&mut experiment).unwrap();
        settings_of(&experiment)
    }

    #[test]
    fn differences_are_named_key_by_key() {
        let run = settings(&[
            "data.name=a/t.csv",
            "steps=20",
            "sweep.learning_rate.0=0.1,1",
        ]);
        assert_eq!(difference(&run, &run), None);
        let moved = settings(&[
            "data.name=b/t.csv",
            "steps=20",
            "sweep.learning_rate.0=0.1,1",
        ]);
        assert_eq!(difference(&moved, &run), None, "a folder is not a setting");
        let other = settings(&[
            "data.name=a/t.csv",
            "steps=30",
            "sweep.learning_rate.0=0.1,1",
        ]);
        let told = difference(&other, &run).unwrap();
        assert_eq!(told, "training.steps is 30, and was 20");
        let digest = |name: &str, digest: &str| {
            settings(&[name, &format!("data.sha256={}", digest.repeat(32))])
        };
        let linked = digest("data.name=b/link.csv", "ab");
        assert_eq!(difference(&linked, &digest("data.name=t.csv", "ab")), None);
        assert!(difference(&linked, &digest("data.name=t.csv", "cd")).is_some());
        let other = settings(&["data.name=u.csv", "seed=3", "momentum=0.5"]);
        let told = difference(&other, &run).unwrap();
        assert!(
            told.starts_with("data.name is \"u.csv\", and was \"t.csv\"; "),
            "{told}"
        );
        assert!(told.ends_with(", and 2 more"), "{told}");
        let told = difference(&run, &other).unwrap();
        assert!(
            told.contains("population.sweep.learning_rate.0 is [0.1, "),
            "{told}"
        );
    }
}
