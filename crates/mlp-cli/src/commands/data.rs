//! `mlp data`: a data set as CSV.

use std::{io::Write, path::PathBuf, sync::Arc};

use clap::Args;
use mlp_data::{
    Dataset,
    table::{write_csv, write_csv_harmless},
};
use mlp_train::{Experiment, Kind, SettingsLayer, key::keys};

use crate::{
    failure::{CommandResult, Failure},
    options::{Keys, Selection, Sets},
    output::OutFile,
    terminal,
};

const EXAMPLES: &str = "\
Examples:
  mlp data moons > moons.csv
  mlp data spirals --samples 1000 --noise 0.1 --data-seed 7 --out spirals.csv
  mlp data blobs --set classes=5 --set features=3";

/// Write a data set as CSV: the features in order, then the target
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Data {
    /// data set by name (mlp list datasets)
    name: String,
    /// put an apostrophe before text that a spreadsheet would evaluate as a formula; numbers are unchanged
    #[arg(long)]
    csv_safe: bool,
    #[command(flatten)]
    out: OutFile,
    #[command(flatten)]
    sets: Sets,
    #[command(flatten)]
    keys: Keys<Self>,
}

impl Selection for Data {
    const PATHS: &'static [&'static [&'static str]] = &[&[
        "data.samples",
        "data.noise",
        "data.classes",
        "data.features",
        "data.inputs",
        "data.data_seed",
    ]];
}

impl Data {
    /// Writes the data set that was named.
    pub fn run(&self, _quiet: bool) -> CommandResult {
        let (dataset, inputs) = read(&self.name, self.keys.layer()?, &self.sets.layer()?)?;
        let write = |out: &mut dyn Write| {
            match self.csv_safe {
                true => write_csv_harmless(&dataset, out)?,
                false => write_csv(&dataset, out)?,
            }
            Ok(())
        };
        self.out.write(&inputs, write).map(drop)
    }
}

/// The data set of a name and the options and settings beside it, not split and not scaled, and the files that it
/// comes from.
pub fn read(
    name: &str,
    mut layer: SettingsLayer,
    sets: &SettingsLayer,
) -> CommandResult<(Arc<Dataset>, Vec<PathBuf>)> {
    let mut experiment = Experiment::new(Kind::Train);
    if let Some(key) = keys().find(|key| key.path == "data.name") {
        layer.option(key, name)?;
    }
    layer.apply(&mut experiment)?;
    if let Some(setting) = sets
        .settings
        .iter()
        .find(|setting| setting.key.info().section() != "data")
    {
        return Err(Failure::usage(format!(
            "--set: {} is not a setting of the data",
            setting.key
        )));
    }
    sets.apply(&mut experiment)?;
    // A data set as a whole is wanted, however small its classes are.
    experiment.data.test_fraction = Some(0.0);
    let data = &experiment.data;
    let files = [&data.name, &data.validation_file, &data.test_file];
    let files = files.into_iter().flatten().map(PathBuf::from).collect();
    let standard_input = terminal::standard_input(&mut experiment)?;
    let resolved = mlp_store::resolve(&experiment, standard_input)?;
    Ok((Arc::clone(&resolved.data()?.dataset), files))
}
