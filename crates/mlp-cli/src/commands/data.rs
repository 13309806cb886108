//! `mlp data`: a data set as CSV.

use std::{fs::File, io};

use clap::ArgMatches;
use mlp_data::table::write_csv;
use mlp_train::{Experiment, Kind, ResolvedExperiment, key::keys};

use crate::{
    failure::{Failure, Outcome},
    options, terminal,
};

/// Writes the data set that was named.
pub fn run(matches: &ArgMatches) -> Outcome {
    let dataset = dataset(matches, "NAME")?;
    match matches.get_one::<String>("out") {
        None => write_csv(&dataset, terminal::stdout())?,
        Some(path) => {
            let file = File::create(path)
                .map_err(|error| Failure::io(&format!("cannot write {path}"), error))?;
            write_csv(&dataset, io::BufWriter::new(file))?;
        }
    }
    Ok(())
}

/// The data set of a positional argument and the options beside it, not split and not scaled.
pub fn dataset(matches: &ArgMatches, argument: &str) -> Outcome<std::sync::Arc<mlp_data::Dataset>> {
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
    let standard_input = terminal::standard_input(&experiment)?;
    let resolved = ResolvedExperiment::new(&experiment, standard_input)?;
    Ok(std::sync::Arc::clone(&resolved.data()?.dataset))
}
