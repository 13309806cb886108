//! `mlp train`: one network.

use clap::Args;
use mlp_train::Kind;

use super::experiment::{Experiment, Extras};
use crate::{failure::CommandResult, options::Selection};

const EXAMPLES: &str = "\
Examples:
  mlp train moons
  mlp train iris --hidden 16,16 --epochs 200
  mlp train digits --hidden 64,32 --optimizer adam --batch 32 --epochs 50
  mlp train spirals --hidden 16,16 --film
  mlp train my.csv --target price --scale minmax --seed 3";

/// Train one network: curve, boundary, metrics, model
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Train {
    #[command(flatten)]
    experiment: Experiment<Self>,
    /// draw loss and answers on the whole terminal while the network trains; q stops and keeps the run
    #[arg(
        long,
        help_heading = "Running",
        conflicts_with_all = ["dry_run", "no_progress", "json"]
    )]
    watch: bool,
    /// keep the parameters of the recorded steps, and animate what the network predicts over a plane
    #[arg(long, help_heading = "Output")]
    film: bool,
}

impl Selection for Train {
    const KINDS: &'static [Kind] = &[Kind::Train];
}

impl Train {
    /// Trains the network.
    pub fn run(&self, quiet: bool) -> CommandResult {
        let extras = Extras {
            watch: self.watch,
            film: self.film,
            ..Extras::default()
        };
        self.experiment.run(Kind::Train, &extras, quiet)
    }
}
