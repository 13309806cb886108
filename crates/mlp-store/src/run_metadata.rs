//! Metadata in files about the run that made them, so that a single table, archive or picture is enough to repeat it.
//!
//! | key
//! value |
//! |---|---|
//! | `experiment`
//! the experiment with every default spelled out, as a file for `mlp run`; files that it reads by name, without folders |
//! | `engine` | the version of the numerics: another one may give other bits |
//! | `version` | the version of this program |
//!
//! Parquet has them in the key-value metadata of its footer, NPZ as arrays of one text each, PNG as `iTXt` chunks. CSV
//! has no place for them. They are the same whenever the run is repeated: they contain no clock, user or folder.

use mlp_train::{Outcome, ResolvedExperiment, storing::Refinement};

use crate::manifest::Manifest;

/// Metadata about the run that made a file.
#[derive(Clone, Debug, Default)]
pub struct RunMetadata(Vec<(&'static str, String)>);

impl RunMetadata {
    /// The key of the experiment.
    pub(crate) const EXPERIMENT: &'static str = "experiment";

    /// For a run that this program makes: a single training, or with the cells that a budget covered.
    pub(crate) fn of(
        experiment: &ResolvedExperiment,
        outcome: Option<&Outcome>,
        cells: Option<&Refinement>,
    ) -> Self {
        Self::new(
            experiment.made_by(outcome, cells),
            mlp_core::ENGINE,
            env!("CARGO_PKG_VERSION"),
        )
    }

    /// For a run that this version or another has made: its whole file, without folders.
    pub fn of_made(experiment: &ResolvedExperiment, manifest: Option<&Manifest>) -> Self {
        let by = manifest.map(|manifest| (&*manifest.engine, &*manifest.version));
        let (engine, version) = by.unwrap_or_default();
        Self::new(experiment.to_toml_without_folders(), engine, version)
    }

    fn new(experiment: String, engine: &str, version: &str) -> Self {
        Self(vec![
            (Self::EXPERIMENT, experiment),
            ("engine", engine.to_owned()),
            ("version", version.to_owned()),
        ])
    }

    /// Each key with its value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, text)| (*key, text.as_str()))
    }
}
