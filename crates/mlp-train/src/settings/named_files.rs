//! The files that an experiment refers to.

use std::path::Path;

use super::{
    experiment::{Experiment, MapAxis},
    range::Range,
    value::Value,
};

/// The keys of [`Experiment::files`], each with that of the file's digest.
pub const FILES: [(&str, &str); 7] = [
    ("data.name", "data.sha256"),
    ("data.validation_file", "data.validation_sha256"),
    ("data.test_file", "data.test_sha256"),
    ("data.predict_on", "data.predict_on_sha256"),
    ("network.init_from", "network.init_sha256"),
    ("training.batch_order", "training.batch_order_sha256"),
    ("training.continue", "training.continue_sha256"),
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
            if FILES.iter().any(|(name, _)| *name == key.info().path)
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

    /// The experiment with files by their digests, where it has these: of their names only the endings are left, which
    /// say how they are read. So a file is the same by whatever path it is named.
    pub fn files_by_digest(mut self) -> Self {
        let (data, network, training) = (&mut self.data, &mut self.network, &mut self.training);
        for (name, digest) in [
            (&mut data.name, &data.sha256),
            (&mut data.validation_file, &data.validation_sha256),
            (&mut data.test_file, &data.test_sha256),
            (&mut data.predict_on, &data.predict_on_sha256),
            (&mut network.init_from, &network.init_sha256),
            (&mut training.batch_order, &training.batch_order_sha256),
            (&mut training.continue_from, &training.continue_sha256),
        ] {
            if let (Some(name), Some(_)) = (name, digest) {
                let ending = Path::new(name.as_str()).extension().unwrap_or_default();
                *name = format!(".{}", ending.to_string_lossy().to_ascii_lowercase());
            }
        }
        self
    }

    /// The experiment with files by name only: their folders are private to this machine, and the same data give
    /// the same text wherever they are.
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
    use crate::{Kind, SettingsLayer, settings::experiment_file};

    #[test]
    fn every_key_of_a_file_is_known_and_loses_its_folders() {
        let mut layer = SettingsLayer::new();
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
        assert_eq!(digests, FILES.len());
        for (name, digest) in FILES {
            for path in [name, digest] {
                assert!(
                    crate::settings::key::keys().any(|key| key.path == path),
                    "{path}"
                );
            }
        }
    }

    #[test]
    fn a_file_is_told_by_its_digest_and_not_by_its_path() {
        let by = |name: &str, digest: &str| {
            let mut experiment = Experiment::new(Kind::Train);
            experiment.data.name = Some(name.to_owned());
            experiment.data.sha256 = Some(digest.to_owned());
            experiment_file::write(&experiment.files_by_digest())
        };
        let one = by("/home/ann/t.csv", "aa");
        assert_eq!(by("/home/ann/runs/../t.csv", "aa"), one);
        assert_eq!(by("link.CSV", "aa"), one);
        assert_ne!(by("/home/ann/t.csv", "bb"), one);
        assert_ne!(
            by("/home/ann/t.tsv", "aa"),
            one,
            "it is read in another way"
        );
        let mut named = Experiment::new(Kind::Train);
        named.data.name = Some("moons".to_owned());
        assert_eq!(named.clone().files_by_digest(), named);
    }
}
