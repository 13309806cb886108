//! Labelled data for a model: a data set by name, or a table read as the model's own was.

use std::{path::Path, sync::Arc};

use mlp_data::{
    Dataset, TableProblem, TargetTransform, source_columns,
    table::{CsvOptions, MissingPolicy, TaskChoice, Unknown, read_csv},
};
use mlp_train::{
    Experiment, Kind, Model, OutputMeaning, SettingsLayer, experiment::DataSpec, experiment_file,
};

use super::{data, predict};
use crate::{failure::CommandResult, options, terminal};

/// Keys of the data, and of the format of a table.
pub const KEYS: &[&[&str]] = &[
    predict::TABLE_KEYS,
    &[
        "data.target",
        "data.sample_weight",
        "data.samples",
        "data.noise",
        "data.classes",
        "data.data_seed",
    ],
];

/// Reads data by these options and settings, and prints notes for the user. Rows with categories that the model does not
/// know are treated as `unknown` says; those without a prediction are left out.
pub fn read(
    model: &Model,
    name: &str,
    (options, sets): (SettingsLayer, &SettingsLayer),
    unknown: Unknown,
    quiet: bool,
) -> CommandResult<Dataset> {
    if mlp_data::find(name).is_ok() {
        return Ok(Arc::unwrap_or_clone(data::read(name, options, sets)?.0));
    }
    let author = options::experiment(Kind::Train, [&options, sets])?.data;
    let given = author.format.clone();
    let table = table(model, name, author, unknown).map_err(predict::or_unknown)?;
    let read = table.read();
    let notes: Vec<String> = read.iter().flat_map(|read| read.doubts.clone()).collect();
    if !quiet {
        predict::say_notes(model, &given, &notes);
    }
    Ok(table)
}

/// A table with the columns that the model knows, its classes in the model's order.
fn table(model: &Model, name: &str, author: DataSpec, unknown: Unknown) -> CommandResult<Dataset> {
    let classes = match model.answers() {
        OutputMeaning::Classes(names) => Some(names.clone()),
        OutputMeaning::Labels(_) | OutputMeaning::Values { .. } => None,
    };
    let mut csv = CsvOptions {
        target: author
            .target
            .unwrap_or_else(|| model.target_columns().to_vec()),
        features: if model.expansion().is_some() {
            Vec::new()
        } else {
            source_columns(model.features(), model.one_hot())
        },
        missing: match model.imputer() {
            Some(imputer) => MissingPolicy::Impute(imputer.kind()),
            None if dropped_rows(model) => MissingPolicy::Drop,
            None => MissingPolicy::Refuse,
        },
        one_hot: model.one_hot().to_vec(),
        format: author.format,
        like: Some(model.table_format().cloned().unwrap_or_default()),
        ignored: model.left_out().to_vec(),
        task: match model.answers() {
            OutputMeaning::Classes(_) => TaskChoice::Classification,
            OutputMeaning::Labels(_) => TaskChoice::Multilabel,
            OutputMeaning::Values { .. } => TaskChoice::Regression,
        },
        target_transform: match model.answers() {
            OutputMeaning::Values { scaler, .. } => scaler.transform_of_values(),
            OutputMeaning::Classes(_) | OutputMeaning::Labels(_) => TargetTransform::None,
        },
        classes,
        unknown,
        ..CsvOptions::default()
    };
    let mut experiment = Experiment::new(Kind::Train);
    experiment.data.name = Some(name.to_owned());
    let input = terminal::standard_input(&mut experiment)?;
    let read = |csv: &CsvOptions| match &input {
        Some(bytes) => read_csv(bytes.as_slice(), "standard input", csv),
        None => mlp_data::read_file(Path::new(name), csv),
    };
    // A column that is asked for has to be there; without the model's own every row counts once, which is said.
    if author.sample_weight.is_some() {
        csv.sample_weight = author.sample_weight;
        return Ok(read(&csv)?);
    }
    csv.sample_weight = trained_weight(model);
    match read(&csv) {
        Err(mlp_data::Error::Table { problem, .. }) if matches!(&*problem, TableProblem::UnknownColumn { name, .. } if csv.sample_weight.as_ref() == Some(name)) =>
        {
            csv.sample_weight = None;
            Ok(read(&csv)?)
        }
        read => Ok(read?),
    }
}

/// How many rows of labelled data were left out when they were read, and why.
pub fn left_out(dataset: &Dataset, unknown: Unknown) -> (u64, &'static str) {
    let dropped = dataset.read().iter().map(|table| table.dropped()).sum();
    let why = match unknown {
        Unknown::Row => "missing values, or categories that are not known",
        Unknown::Refuse | Unknown::Zero => "missing values",
    };
    (dropped, why)
}

/// The column of sample weights that the model was trained with, by its experiment.
pub fn trained_weight(model: &Model) -> Option<String> {
    setting(model, "data.sample_weight")
}

/// Whether the model was trained without the rows with missing values, by its experiment.
fn dropped_rows(model: &Model) -> bool {
    setting(model, "data.missing").is_some_and(|missing| missing == MissingPolicy::Drop.name())
}

/// A setting of the experiment that made a model, as text.
fn setting(model: &Model, path: &str) -> Option<String> {
    let file = experiment_file::parse(&model.origin().experiment, Path::new("model")).ok()?;
    let mut settings = file.layer.settings.iter();
    let setting = settings.find(|setting| setting.key.info().path == path)?;
    Some(setting.value.to_string().trim_matches('"').to_owned())
}
