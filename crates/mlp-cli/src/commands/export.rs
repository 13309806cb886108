//! `mlp export`: a model as a file for other programs.

use std::path::Path;

use clap::ArgMatches;
use mlp_store::{FORMATS, Format};
use mlp_train::AnyNetwork;

use super::predict;
use crate::{
    failure::{Failure, Outcome},
    output, terminal, words,
};

/// Writes the model that was named, in the format that was asked for.
pub fn run(matches: &ArgMatches) -> Outcome {
    let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let model = predict::open(text("MODEL").unwrap_or_default())?;
    let out = text("out").map(Path::new);
    let format = match (text("to"), out) {
        (Some(name), _) => Format::named(name)?,
        (None, Some(path)) => Format::of_path(path).ok_or_else(|| {
            Failure::usage(format!(
                "{}: the ending names no format; give --to, one of {}",
                path.display(),
                names()
            ))
        })?,
        (None, None) => {
            return Err(Failure::usage(format!(
                "give --out FILE, or --to with one of {}",
                names()
            )));
        }
    };
    if text("name").is_some() && !format.is_named {
        return Err(Failure::usage(format!(
            "--name: a {} file holds no name of the model; leave it out",
            format.name
        )));
    }
    let stem = out.and_then(Path::file_stem).and_then(|stem| stem.to_str());
    let name = text("name").or(stem).unwrap_or(model.data());
    let bytes = format.write(&model, name)?;
    let inputs = predict::files(text("MODEL").unwrap_or_default());
    let written = output::write(matches, &inputs, |to| {
        to.write_all(&bytes)
            .map_err(|error| Failure::io("cannot write the model", error))
    })?;
    let Some(path) = written.filter(|_| !matches.get_flag("quiet")) else {
        return Ok(());
    };
    let network = model.network();
    let parameters = match network {
        AnyNetwork::F32(network) => network.parameters().len(),
        AnyNetwork::F64(network) => network.parameters().len(),
    };
    terminal::print(&format!(
        "{}  {} of {} ({}, {})\n",
        path.display(),
        format.name,
        network.architecture(),
        words::so_many(parameters, "parameter"),
        network.precision()
    ))
}

fn names() -> String {
    FORMATS
        .iter()
        .map(|format| format.name)
        .collect::<Vec<_>>()
        .join(", ")
}
