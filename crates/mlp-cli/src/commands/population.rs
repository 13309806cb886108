//! `mlp population`: many networks.

use clap::Args;
use mlp_train::Kind;

use super::experiment::{Experiment, Extras};
use crate::{failure::CommandResult, options::Selection};

const EXAMPLES: &str = "\
Network i of a cell has seed + i; every cell has the same seeds, every network the same data.
With --draws, cells are drawn at random from the ranges, and network i overall has seed + i.

Examples:
  mlp population moons --nets 500
  mlp population moons --nets 100 --sweep weight_decay=0,1e-4,1e-3,1e-2
  mlp population xor --samples 4 --noise 0 --sweep hidden=2,4,6,8 --activation relu
  mlp population moons --sweep activation=tanh,relu --sweep optimizer=sgd,adam
  mlp population moons --draws 1000 --sweep lr=log:1e-3:1e1 --sweep hidden=4,8,16x16";

/// Train many networks of one setting, or of every cell of a sweep: statistics of their norms
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Population {
    #[command(flatten)]
    experiment: Experiment<Self>,
}

impl Selection for Population {
    const KINDS: &'static [Kind] = &[Kind::Population];
}

impl Population {
    /// Trains the networks.
    pub fn run(&self, quiet: bool) -> CommandResult {
        self.experiment
            .run(Kind::Population, &Extras::default(), quiet)
    }
}
