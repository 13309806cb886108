//! Placeholders for data that have changed since a run read them, or are gone: as many samples, features and targets as
//! its manifest has, without content. An experiment on them resolves to its original sizes, so that complete results
//! can still be drawn.

use std::{path::Path, sync::Arc};

use mlp_data::{
    Dataset, Targets,
    table::{CsvOptions, FeatureOptions},
};
use ndarray::Array2;

use crate::{data_files::DataFiles, manifest::Manifest};
use mlp_train::{
    DataProvider, DataRead, DataSource, Experiment, Points, ResolvedExperiment,
    storing::{BatchOrder, InitialParameters, Start},
};

/// The files of an experiment as recorded by its run.
#[derive(Debug)]
struct PlaceholderData {
    files: Vec<(DataSource, DataRead)>,
    /// The file of points, which count nothing here.
    points: Option<DataSource>,
    others: DataFiles,
}

/// Resolves the experiment of a run without its data; `None` where the manifest does not have enough information, or where
/// the data are not at fault.
pub fn resolve_without_data(
    author: &Experiment,
    manifest: Option<&Manifest>,
) -> Option<ResolvedExperiment> {
    let data = &author.data;
    let named = [
        (None, &data.name, &data.sha256),
        (
            Some("validation"),
            &data.validation_file,
            &data.validation_sha256,
        ),
        (Some("test"), &data.test_file, &data.test_sha256),
    ];
    let mut files = Vec::new();
    for (part, name, sha256) in named {
        let (Some(name), Some(sha256)) = (name, sha256) else {
            continue;
        };
        let mut read = manifest?.read.iter();
        let read = read.find(|read| read.part.as_deref() == part)?;
        files.push((named_source(name, sha256), read.clone()));
    }
    let points = data
        .predict_on
        .as_ref()
        .zip(data.predict_on_sha256.as_ref());
    let provider = PlaceholderData {
        files,
        points: points.map(|(name, sha256)| named_source(name, sha256)),
        others: DataFiles::default(),
    };
    ResolvedExperiment::new(author, Some(Arc::new(provider))).ok()
}

fn named_source(name: &str, sha256: &str) -> DataSource {
    let title = Path::new(name).file_stem().unwrap_or_default();
    DataSource {
        name: name.to_owned(),
        title: title.to_string_lossy().into_owned(),
        sha256: sha256.to_owned(),
    }
}

impl PlaceholderData {
    fn file(&self, name: &str) -> Option<&(DataSource, DataRead)> {
        self.files.iter().find(|(source, _)| source.name == name)
    }
}

impl DataProvider for PlaceholderData {
    fn knows(&self, name: &str) -> bool {
        self.file(name).is_some() || self.others.knows(name)
    }

    fn source(&self, name: &str) -> Result<DataSource, mlp_train::Error> {
        let points = self.points.as_ref().filter(|points| points.name == name);
        match self.file(name).map(|(source, _)| source).or(points) {
            Some(source) => Ok(source.clone()),
            None => self.others.source(name),
        }
    }

    fn dataset(&self, name: &str, options: &CsvOptions) -> Result<Dataset, mlp_train::Error> {
        match self.file(name) {
            Some((source, read)) => Ok(empty(&source.title, read)?),
            None => self.others.dataset(name, options),
        }
    }

    fn points(&self, name: &str, options: &FeatureOptions) -> Result<Points, mlp_train::Error> {
        match &self.points {
            Some(source) if source.name == name => Ok(Points {
                rows: Vec::new(),
                inputs: Array2::zeros((0, options.features.len())),
            }),
            _ => self.others.points(name, options),
        }
    }

    fn parameters(&self, name: &str) -> Result<InitialParameters, mlp_train::Error> {
        self.others.parameters(name)
    }

    fn batch_order(&self, name: &str) -> Result<BatchOrder, mlp_train::Error> {
        self.others.batch_order(name)
    }

    fn state(&self, name: &str) -> Result<Start, mlp_train::Error> {
        self.others.state(name)
    }
}

/// Samples of the recorded sizes.
fn empty(title: &str, read: &DataRead) -> Result<Dataset, mlp_data::Error> {
    let samples = read.used as usize;
    let features = read.numbers + read.dates + read.categories;
    let names = (1..=features).map(|number| format!("feature {number}"));
    let targets = match read.classes.is_empty() {
        true => Targets::Values {
            values: Array2::zeros((samples, read.target.len())),
            names: read.target.clone(),
        },
        false => Targets::Classes {
            labels: (0..)
                .zip(&read.classes)
                .flat_map(|(label, class)| (0..class.samples).map(move |_| label))
                .collect(),
            names: read
                .classes
                .iter()
                .map(|class| class.name.clone())
                .collect(),
        },
    };
    let inputs = Array2::zeros((samples, features));
    let set = Dataset::new(title, names.collect(), inputs, targets)?;
    match read.task.starts_with("multilabel") {
        true => set.with_labels(),
        false => Ok(set),
    }
}
