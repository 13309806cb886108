//! The files that an experiment names, by its keys.

use std::path::Path;

use super::{
    experiment::{Experiment, MapAxis},
    range::Range,
    value::Value,
};

/// The keys of [`Experiment::files`].
const NAMED: [&str; 7] = [
    "data.name",
    "data.validation_file",
    "data.test_file",
    "data.predict_on",
    "network.init_from",
    "training.batch_order",
    "training.continue",
];

impl Experiment {
    /// Every value that may name a file.
    pub fn files(&mut self) -> Vec<&mut String> {
        let single = [
            &mut self.data.name,
            &mut self.data.validation_file,
            &mut self.data.test_file,
            &mut self.data.predict_on,
            &mut self.network.init_from,
            &mut self.training.batch_order,
            &mut self.training.continue_from,
        ];
        let mut files: Vec<&mut String> = single.into_iter().flatten().collect();
        let map = &mut self.map;
        let mut ranges: Vec<_> = self.population.sweep.iter_mut().collect();
        ranges.extend(&mut map.x);
        ranges.extend(&mut map.facet);
        let swept = ranges.into_iter().map(|(key, range)| (*key, range));
        let y = match &mut map.y {
            Some(MapAxis::Key(key, range)) => Some((*key, range)),
            _ => None,
        };
        for (key, range) in swept.chain(y) {
            if NAMED.contains(&key.info().path)
                && let Range::List(values) = range
            {
                files.extend(values.iter_mut().filter_map(|value| match value {
                    Value::Text(name) => Some(name),
                    _ => None,
                }));
            }
        }
        files
    }

    /// The experiment with files by their names alone: where they lie on this machine is nobody else's
    /// business, and the same data give the same text wherever they lie.
    pub fn without_folders(mut self) -> Self {
        for file in self.files() {
            if let Some(name) = Path::new(file.as_str()).file_name() {
                *file = name.to_string_lossy().into_owned();
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Kind, Layer, settings::experiment_file};

    #[test]
    fn every_key_of_a_file_is_known_and_loses_its_folders() {
        let mut layer = Layer::new();
        for setting in [
            "data.name=/home/ann/t.csv",
            "data.validation_file=/home/ann/v.csv",
            "data.test_file=../ann/w.csv",
            "data.predict_on=/home/ann/p.csv",
            "network.init_from=/home/ann/m.safetensors",
            "training.batch_order=/home/ann/o.npz",
            "sweep.data.name=/home/ann/a.csv,/home/ann/b.csv",
        ] {
            layer.set(setting).unwrap();
        }
        let mut experiment = Experiment::new(Kind::Population);
        layer.apply(&mut experiment).unwrap();
        let text = experiment_file::write(&experiment.clone().without_folders());
        assert!(!text.contains("ann"), "{text}");
        for name in [
            "t.csv",
            "v.csv",
            "w.csv",
            "p.csv",
            "m.safetensors",
            "o.npz",
            "a.csv",
        ] {
            assert!(text.contains(&format!("\"{name}\"")), "{text}");
        }
        let mut continued = Experiment::new(Kind::Train);
        continued.training.continue_from = Some("/home/ann/state.bin".to_owned());
        let continued = continued.without_folders().training.continue_from;
        assert_eq!(continued.as_deref(), Some("state.bin"));
        // A key that names a file has a digest beside it, or is swept as one.
        let paths = crate::settings::key::keys().map(|key| key.path);
        let digests = paths.filter(|path| path.ends_with("sha256")).count();
        assert_eq!(digests, NAMED.len());
    }
}
