//! `mlp evaluate`: scores of a model on labelled data.

use clap::Args;

use super::{
    labelled,
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
        let mut scores = Scores::new(&model, &evaluation, &predicted).without(dropped, why);
        if let (Some(column), Some(weights)) = (dataset.weight_column(), dataset.weights()) {
            scores = scores.weighted(column, predicted, weights);
        } else if let Some(column) = labelled::trained_weight(&model) {
            scores = scores.unweighted(column);
        }
        terminal::print(&match self.json {
            true => format!("{:#}\n", scores.json()),
            false => scores.text(),
        })
    }
}
