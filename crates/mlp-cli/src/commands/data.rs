//! `mlp data`: a data set as CSV.

use std::{path::PathBuf, sync::Arc};

use clap::ArgMatches;
use mlp_data::{Dataset, table::write_csv};
use mlp_train::{Experiment, Kind, key::keys};

use crate::{
    failure::{Failure, Outcome},
    options, output, terminal,
};

/// Writes the data set that was named.
pub fn run(matches: &ArgMatches) -> Outcome {
    let (dataset, inputs) = read(matches, "NAME")?;
    output::write(matches, &inputs, |out| Ok(write_csv(&dataset, out)?)).map(drop)
}

/// The data set of a positional argument and the options beside it, not split and not scaled.
pub fn dataset(matches: &ArgMatches, argument: &str) -> Outcome<Arc<Dataset>> {
    Ok(read(matches, argument)?.0)
}

/// The data set, and the files that it comes from.
fn read(matches: &ArgMatches, argument: &str) -> Outcome<(Arc<Dataset>, Vec<PathBuf>)> {
    let [mut layer, sets] = options::layers(matches)?;
    let mut experiment = Experiment::new(Kind::Train);
    if let (Some(name), Some(key)) = (
        matches.get_one::<String>(argument),
        keys().find(|key| key.path == "data.name"),
    ) {
        layer.option(key, name)?;
    }
    layer.apply(&mut experiment)?;
    if let Some(setting) = sets
        .settings
        .iter()
        .find(|setting| setting.key.info().section() != "data")
    {
        return Err(Failure::usage(format!(
            "--set: {} says nothing about data",
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
