//! `mlp train`: one network.

use clap::Args;
use mlp_train::Kind;

use super::{experiment::Experiment, zoom::Zoom};
use crate::{failure::CommandResult, options::Selection};

const EXAMPLES: &str = "\
Examples:
  mlp train moons
  mlp train iris --hidden 16,16 --epochs 200
  mlp train digits --hidden 64,32 --optimizer adam --batch 32 --epochs 50
  mlp train my.csv --target price --scale minmax --seed 3";

/// Train one network: curve, boundary, metrics, model
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Train {
    #[command(flatten)]
    experiment: Experiment<Self>,
}

impl Selection for Train {
    const KINDS: &'static [Kind] = &[Kind::Train];
}

impl Train {
    /// Trains the network.
    pub fn run(&self, quiet: bool) -> CommandResult {
        self.experiment.run(Kind::Train, &Zoom::default(), quiet)
    }
}
