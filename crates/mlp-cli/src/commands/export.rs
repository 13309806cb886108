//! `mlp export`: a model as a file for other programs.

use std::path::Path;

use clap::Args;
use mlp_core::Architecture;
use mlp_data::table::Unknown;
use mlp_store::{ExportOptions, FORMATS, Format};
use mlp_train::AnyNetwork;

use super::predict;
use crate::{
    failure::{CommandResult, Failure},
    formatting,
    output::OutFile,
    terminal,
};

const EXAMPLES: &str = "\
Examples:
  mlp export runs/train-iris-001 --out iris.onnx
  mlp export runs/train-iris-001 --to rust --out src/iris.rs
  mlp export churn.safetensors --unknown zero --out churn.h
  mlp export model.safetensors --to json | jq .features";

/// Write a trained model as a file for other programs
#[derive(Args)]
#[command(after_help = after_help())]
pub struct Export {
    /// model file, or the run directory of a train run
    model: String,
    #[arg(
        long,
        value_name = "FORMAT",
        help = "format, one of those below [default: from the extension of --out]"
    )]
    to: Option<String>,
    #[command(flatten)]
    out: OutFile,
    #[arg(
        long,
        help = "name of the model in the file: the prefix of names in C, the graph in ONNX [default: the file name without its extension]"
    )]
    name: Option<String>,
    /// what onnx, rust and c do with a category that the training lacked: refuse the row, zero its features, or give the row no prediction (row) [default: refuse]
    #[arg(
        long,
        value_name = "WAY",
        value_parser = |word: &str| word.parse::<Unknown>().map_err(|error| error.to_string())
    )]
    unknown: Option<Unknown>,
}

impl Export {
    /// Writes the given model in the requested format.
    pub fn run(&self, quiet: bool) -> CommandResult {
        let model = predict::open(&self.model)?;
        let out = self.out.out.as_deref().map(Path::new);
        let format = match (&self.to, out) {
            (Some(name), _) => Format::named(name)?,
            (None, Some(path)) => Format::of_path(path).ok_or_else(|| {
                Failure::usage(format!(
                    "{}: the extension is not that of a known format; give --to, one of {}",
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
        if self.name.is_some() && !format.is_named {
            return Err(Failure::usage(format!(
                "--name: a {} file does not store a model name; leave it out",
                format.name
            )));
        }
        if self.unknown.is_some() && !format.is_program {
            return Err(Failure::usage(format!(
                "--unknown: a {} file holds numbers for mlp predict, which takes the option itself; it is for onnx, c and rust",
                format.name
            )));
        }
        if self.unknown.is_some() && model.one_hot().is_empty() {
            return Err(Failure::usage(
                "--unknown: the model has no column of categories; leave it out",
            ));
        }
        if model.intervals().is_some() && format.is_program && !quiet {
            terminal::say(&format!(
                "note: prediction intervals take all networks of the folds, and the {} file computes with one: mlp predict --intervals gives them",
                format.name
            ));
        }
        let stem = out.and_then(Path::file_stem).and_then(|stem| stem.to_str());
        let name = self.name.as_deref().or(stem).unwrap_or(model.data());
        let options = ExportOptions {
            name,
            unknown: self.unknown.unwrap_or_default(),
        };
        let bytes = format.write(&model, options)?;
        let inputs = predict::files(&self.model);
        let written = self.out.write(&inputs, |to| {
            to.write_all(&bytes)
                .map_err(|error| Failure::io("cannot write the model", error))
        })?;
        let Some(path) = written.filter(|_| !quiet) else {
            return Ok(());
        };
        let networks = model.networks().map(AnyNetwork::architecture);
        let parameters = networks.map(Architecture::parameter_count).sum();
        let several = match model.members() {
            1 => String::new(),
            members => format!("{members} networks, the first "),
        };
        terminal::print(&format!(
            "{}  {} of {several}{} ({}, {})\n",
            path.display(),
            format.name,
            model.network().architecture(),
            formatting::so_many(parameters, "parameter"),
            model.network().precision()
        ))
    }
}

/// The formats, a line each, which of them are read again, and the examples.
fn after_help() -> String {
    let line = |format: &Format| format!("  {:<12} {}\n", format.name, format.description);
    let lines: String = FORMATS.iter().map(line).collect();
    let readable = FORMATS.iter().filter(|format| format.is_readable());
    let readable: Vec<&str> = readable.map(|format| format.name).collect();
    let readable = readable.join(", ");
    format!(
        "Formats:\n{lines}\nmlp predict and mlp evaluate also read {readable} written by this program.\n\n{EXAMPLES}"
    )
}

fn names() -> String {
    FORMATS
        .iter()
        .map(|format| format.name)
        .collect::<Vec<_>>()
        .join(", ")
}
