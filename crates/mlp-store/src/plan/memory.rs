//! Checks the memory of networks against free memory before it is allocated.

use super::estimate::network_bytes;
use crate::Error;
use mlp_train::Recipe;

/// Refuses a recipe if this many such networks do not fit into free memory together.
pub(crate) fn check(recipe: &Recipe, networks: u64) -> Result<(), Error> {
    // Where the system does not report it, nothing is refused.
    match mlp_data::available_memory() {
        Some(available) => check_against(recipe, networks, available as f64),
        None => Ok(()),
    }
}

fn check_against(recipe: &Recipe, networks: u64, available: f64) -> Result<(), Error> {
    let bytes = network_bytes(recipe) * networks as f64;
    if bytes <= available {
        return Ok(());
    }
    let gibibyte = f64::from(1 << 30);
    Err(Error::Memory {
        architecture: recipe.architecture().to_string(),
        threads: networks,
        needed: bytes / gibibyte,
        available: available / gibibyte,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use mlp_train::{Experiment, Kind, ResolvedExperiment, SettingsLayer};

    #[test]
    fn a_network_that_does_not_fit_is_refused_with_its_size() {
        let mut layer = SettingsLayer::new();
        layer.set("data=moons").unwrap();
        layer.set("hidden=1024,1024").unwrap();
        let mut experiment = Experiment::new(Kind::Train);
        layer.apply(&mut experiment).unwrap();
        let experiment = ResolvedExperiment::new(&experiment, None).unwrap();
        let recipe = experiment.recipe(0).unwrap();
        // Parameters and gradient of sgd in f32: 2 * 4 * 1,053,697 bytes, and the activations.
        check_against(&recipe, 1, 16e6).unwrap();
        let error = check_against(&recipe, 1, 8e6).unwrap_err().to_string();
        assert!(
            error.starts_with("training 2-1024-1024-1 takes 0.0 GiB"),
            "{error}"
        );
        let error = check_against(&recipe, 4, 32e6).unwrap_err().to_string();
        assert!(error.contains("on 4 threads"), "{error}");
    }
}
