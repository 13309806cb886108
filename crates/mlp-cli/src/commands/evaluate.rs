//! `mlp evaluate`: how well a model does on labelled data.

use std::path::Path;

use clap::ArgMatches;
use mlp_data::{
    Dataset, source_columns,
    table::{CsvOptions, MissingPolicy, TaskChoice, read_csv},
};
use mlp_train::{Answers, Experiment, Kind, Model, experiment_file};

use super::{data, predict};
use crate::{failure::Outcome, options, scores::Scores, terminal};

/// Prints loss and scores.
pub fn run(matches: &ArgMatches) -> Outcome {
    let text = |name: &str| matches.get_one::<String>(name).map_or("", String::as_str);
    let model = predict::open(text("MODEL"))?;
    let name = text("DATA");
    let dataset = match mlp_data::find(name) {
        Ok(_) => std::sync::Arc::unwrap_or_clone(data::dataset(matches, "DATA")?),
        Err(_) => table(&model, name, matches)?,
    };
    let level = terminal::level()?;
    let evaluation = model.evaluate(&dataset, level)?;
    let read = dataset.read();
    let dropped = read.iter().map(|table| table.dropped()).sum();
    let scores =
        Scores::new(&model, &evaluation, &model.judge_at(&dataset, level)?).without(dropped);
    if matches.get_flag("quiet") {
        return Ok(());
    }
    terminal::print(&match matches.get_flag("json") {
        true => format!("{:#}\n", scores.json()),
        false => scores.text(),
    })
}

/// A table with the columns that the model knows, its classes in the model's order.
fn table(model: &Model, name: &str, matches: &ArgMatches) -> Outcome<Dataset> {
    let author = options::experiment(Kind::Train, matches)?.data;
    let classes = match model.answers() {
        Answers::Classes(names) => Some(names.clone()),
        Answers::Labels(_) | Answers::Values { .. } => None,
    };
    let csv = CsvOptions {
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
            Answers::Classes(_) => TaskChoice::Classification,
            Answers::Labels(_) => TaskChoice::Multilabel,
            Answers::Values { .. } => TaskChoice::Regression,
        },
        classes,
        ..CsvOptions::default()
    };
    let mut experiment = Experiment::new(Kind::Train);
    experiment.data.name = Some(name.to_owned());
    match terminal::standard_input(&mut experiment)? {
        Some(bytes) => Ok(read_csv(bytes.as_slice(), "standard input", &csv)?),
        None => Ok(mlp_data::read_file(Path::new(name), &csv)?),
    }
}

/// Whether the model was trained without the rows that miss a value, by its experiment.
fn dropped_rows(model: &Model) -> bool {
    let drop = MissingPolicy::Drop.name();
    let file = experiment_file::parse(&model.origin().experiment, Path::new("model"));
    file.is_ok_and(|file| {
        let mut settings = file.layer.settings.iter();
        settings.any(|setting| {
            setting.key.info().path == "data.missing"
                && setting.value.to_string().trim_matches('"') == drop
        })
    })
}
