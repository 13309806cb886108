//! `mlp map`: a grid of networks.

use clap::Args;
use mlp_train::Kind;

use super::{
    experiment::{Experiment, Extras},
    zoom::Zoom,
};
use crate::{failure::CommandResult, options::Selection};

const EXAMPLES: &str = "\
With --y step, one training gives a whole column of the map.
Ranges: log:FROM:TO:COUNT, lin:FROM:TO:COUNT, or values as in 1,2,5.

Examples:
  mlp map --preset fractal
  mlp map moons --x learning_rate=log:1e-3:1e2:96 --y step --steps 2000
  mlp map circles --x learning_rate=log:1e-2:1e1:16 --y weight_decay=log:1e-5:1e-1:12
  mlp map moons --x hidden=2,4,8,16 --y activation=tanh,relu,sine --seeds 5 --metric test_accuracy
  mlp map moons --x lr=log:1e-2:1e2:32 --y init_gain=log:0.1:10:24 --facet depth=1,2,3 --hidden 8
  mlp map moons --x lr=log:1e-2:1e2:256 --y wd=log:1e-5:1e-1:256 --budget 60s
  mlp map runs/map-moons-001 --zoom 5:20,1e-3:1e-2
  mlp map runs/map-moons-001 --zoom 5:20,1e-3:1e-2 --film 24";

/// Train a grid over two keys, or over a key and the steps: a performance map
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Map {
    #[command(flatten)]
    experiment: Experiment<Self>,
    #[command(flatten)]
    zoom: Zoom,
}

impl Selection for Map {
    const KINDS: &'static [Kind] = &[Kind::Map];
}

impl Map {
    /// Trains the map, or the maps of a film.
    pub fn run(&self, quiet: bool) -> CommandResult {
        let extras = Extras {
            zoom: self.zoom.clone(),
            ..Extras::default()
        };
        self.experiment.run(Kind::Map, &extras, quiet)
    }
}
