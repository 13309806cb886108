//! `mlp train`, `mlp population`, `mlp map` and `mlp run`: arguments become a validated plan, then
//! it is run.

use std::path::Path;

use clap::ArgMatches;
use mlp_train::{Experiment, Kind, Layer, ResolvedExperiment, experiment_file, key::keys};

use crate::{
    failure::{Failure, Outcome},
    options, plan, terminal,
};

/// Runs the command of a kind of experiment.
pub fn run(kind: Kind, matches: &ArgMatches) -> Outcome {
    let [mut options, sets] = options::layers(matches)?;
    if let (Some(data), Some(key)) = (
        matches.get_one::<String>("DATA"),
        keys().find(|key| key.path == "data.name"),
    ) {
        if options
            .settings
            .iter()
            .any(|setting| setting.key.info().path == key.path)
        {
            return Err(Failure::usage(format!(
                "the data are named twice, \"{data}\" and --data; give one of them"
            )));
        }
        options.option(key, data)?;
    }
    let file = match matches.get_one::<String>("config") {
        None => Layer::new(),
        Some(path) => {
            let file = experiment_file::read(Path::new(path))?;
            if let Some(other) = file.kind.filter(|other| *other != kind) {
                return Err(Failure::usage(format!(
                    "{path} is a {other} experiment: run it by mlp run {path}, or by mlp {other} --config {path}"
                )));
            }
            file.layer
        }
    };
    carry_out(kind, &[file, options, sets], matches)
}

/// Runs the experiment file that was named.
pub fn run_file(matches: &ArgMatches) -> Outcome {
    let path = matches.get_one::<String>("FILE").map_or("", String::as_str);
    let file = experiment_file::read(Path::new(path))?;
    let Some(kind) = file.kind else {
        return Err(Failure::usage(format!(
            "{path}: kind is missing; write kind = \"train\", \"population\" or \"map\" at its top"
        )));
    };
    let [options, sets] = options::layers(matches)?;
    carry_out(kind, &[file.layer, options, sets], matches)
}

fn carry_out(kind: Kind, layers: &[Layer], matches: &ArgMatches) -> Outcome {
    let mut author = Experiment::new(kind);
    for layer in layers {
        layer.apply(&mut author)?;
    }
    let level = terminal::level()?;
    let threads = terminal::threads(matches.get_one("threads"))?;
    let standard_input = terminal::standard_input(&author)?;
    let experiment = ResolvedExperiment::new(&author, standard_input)?;
    if matches.get_flag("dry-run") {
        return plan::print(&experiment, level, threads, matches.get_flag("json"));
    }
    crate::execute::execute(experiment, level, threads, matches)
}
