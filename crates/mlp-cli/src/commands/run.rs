//! `mlp run`: an experiment file of any kind.

use std::path::Path;

use clap::Args;
use mlp_train::Kind;

use super::experiment::{Extras, Training};
use crate::{
    failure::{CommandResult, Failure},
    options::{Keys, Selection, Sets},
};

const EXAMPLES: &str = "\
Options override the file, and --set overrides options. The file experiment.toml of any run can be run again.

Examples:
  mlp run decay.toml
  mlp run decay.toml --nets 1000 --set sweep.weight_decay=log:1e-5:1e-1:9
  mlp run runs/train-moons-001/experiment.toml --out again";

/// Run an experiment file of any kind
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Run {
    /// experiment file (TOML)
    file: String,
    #[command(flatten)]
    keys: Keys<Self>,
    #[command(flatten)]
    sets: Sets,
    #[command(flatten)]
    training: Training,
}

impl Selection for Run {
    const KINDS: &'static [Kind] = &Kind::ALL;
}

impl Run {
    /// Runs the experiment.
    pub fn run(&self, quiet: bool) -> CommandResult {
        let path = &self.file;
        let file = mlp_store::read_experiment(Path::new(path))?;
        let Some(kind) = file.kind else {
            return Err(Failure::usage(format!(
                "{path}: kind is missing; write kind = \"train\", \"population\" or \"map\" at its top"
            )));
        };
        let layers = [file.layer, self.keys.layer()?, self.sets.layer()?];
        self.training.run(kind, &layers, &Extras::default(), quiet)
    }
}
