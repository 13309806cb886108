//! `mlp evaluate`: scores of a model on labelled data.

use clap::Args;
use serde_json::json;

use super::{
    labelled,
    overflow::Overflow,
    predict::{self, UnknownRows},
};
use crate::{
    failure::CommandResult,
    options::{Keys, Selection, Sets},
    scores::Scores,
    terminal,
};

const EXAMPLES: &str = "\
Examples:
  mlp evaluate runs/train-my-001 fresh.csv
  mlp evaluate model.safetensors fresh.csv --target kind --json";

/// Evaluate a trained model on labelled data
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Evaluate {
    /// model file, or the run directory of a train run
    model: String,
    /// data set by name, or a table with features and target; - is standard input
    data: String,
    /// print one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    unknown: UnknownRows,
    #[command(flatten)]
    sets: Sets,
    #[command(flatten)]
    keys: Keys<Self>,
}

impl Selection for Evaluate {
    const PATHS: &'static [&'static [&'static str]] = labelled::KEYS;
}

impl Evaluate {
    /// Prints loss and scores.
    pub fn run(&self, quiet: bool) -> CommandResult {
        let model = predict::open(&self.model)?;
        let (options, sets) = (self.keys.layer()?, self.sets.layer()?);
        let dataset = labelled::read(
            &model,
            &self.data,
            (options, &sets),
            self.unknown.way,
            quiet,
        )?;
        let level = terminal::level()?;
        let evaluation = model.evaluate(&dataset, level)?;
        let (dropped, why) = labelled::left_out(&dataset, self.unknown.way);
        let predicted = model.judge_at(&dataset, level)?;
        let mut overflow = Overflow::default();
        if let Some((_, predictions)) = predicted.as_values() {
            for row in predictions.rows() {
                overflow.take(row.iter().copied());
            }
        }
        let warning = overflow.text(&model);
        let mut scores = Scores::new(&model, &evaluation, &predicted).without(dropped, why);
        if let (Some(column), Some(weights)) = (dataset.weight_column(), dataset.weights()) {
            scores = scores.weighted(column, predicted, weights);
        } else if let Some(column) = labelled::trained_weight(&model) {
            scores = scores.unweighted(column);
        }
        if let Some(warning) = &warning {
            terminal::say(&format!("warning: {warning}"));
        }
        terminal::print(&match self.json {
            true => {
                let mut object = scores.json();
                // Numbers that are not finite are null in JSON.
                if let Some(warning) = warning {
                    object["not_finite"] = json!({ "rows": overflow.count(), "first_row": overflow.first(), "warning": warning });
                }
                format!("{object:#}\n")
            }
            false => scores.text(),
        })
    }
}
