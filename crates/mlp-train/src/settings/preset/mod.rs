//! Built-in experiments, as experiment files: `mlp map --preset fractal`.
//!
//! To add a preset: one file beside this one and one line of the registry.

use std::path::Path;

use mlp_data::{GeneratorOption, Origin, names::did_you_mean};

use super::{
    experiment_file::{self, ExperimentFile},
    layers::SettingsLayer,
};
use crate::error::Error;

/// A built-in experiment.
#[derive(Debug)]
pub struct Preset {
    /// Its name.
    pub name: &'static str,
    /// What it shows, in one line.
    pub description: &'static str,
    /// Its file.
    pub toml: &'static str,
}

/// Every preset, one line each.
pub const PRESETS: &[Preset] = &[
    Preset {
        name: "fractal",
        description: "the fractal boundary of trainability: tanh, 272 random points, learning rates of both layers",
        toml: include_str!("fractal.toml"),
    },
    Preset {
        name: "fractal-relu",
        description: "fractal with ReLU",
        toml: include_str!("fractal-relu.toml"),
    },
    Preset {
        name: "fractal-linear",
        description: "fractal without a nonlinearity, on 16 points",
        toml: include_str!("fractal-linear.toml"),
    },
    Preset {
        name: "fractal-one-point",
        description: "fractal on a single point",
        toml: include_str!("fractal-one-point.toml"),
    },
    Preset {
        name: "fractal-mini-batch",
        description: "fractal with mini-batches of 16, the same in every cell",
        toml: include_str!("fractal-mini-batch.toml"),
    },
];

impl Preset {
    /// The preset of a name.
    ///
    /// # Errors
    /// [`Error::Conflict`] with the nearest name.
    pub fn find(name: &str) -> Result<&'static Self, Error> {
        let found = PRESETS.iter().find(|preset| preset.name == name);
        found.ok_or_else(|| {
            let names = PRESETS.iter().map(|preset| preset.name);
            let meant = did_you_mean(name, names);
            Error::Conflict(format!(
                "there is no preset \"{name}\"{meant} (mlp list presets)"
            ))
        })
    }

    /// The settings of its file, as a layer beneath others: without the options of its generator where the others
    /// name data that are not generated, without its init where they name a file of parameters, and without its
    /// batch where they name a file of batches.
    ///
    /// # Errors
    /// None for a released preset.
    pub fn beneath(&self, layers: &[&SettingsLayer]) -> Result<ExperimentFile, Error> {
        let mut file = experiment_file::parse(self.toml, Path::new(self.name))?;
        let given = |path: &str| {
            let settings = layers.iter().flat_map(|layer| &layer.settings);
            settings
                .rev()
                .find(|setting| setting.key.info().path == path)
        };
        let generated =
            |name: &str| mlp_data::find(name).is_ok_and(|info| info.origin() == Origin::Generated);
        let data = given("data.name").and_then(|setting| setting.value.as_text());
        let foreign = data.is_some_and(|name| !generated(name));
        let started = given("network.init_from").is_some();
        let ordered = given("training.batch_order").is_some();
        file.layer.settings.retain(|setting| {
            let path = setting.key.info().path;
            let name = path.strip_prefix("data.");
            let generates = GeneratorOption::ALL
                .iter()
                .any(|option| Some(option.name()) == name);
            !(foreign && generates
                || started && path == "network.init"
                || ordered && path == "training.batch")
        });
        Ok(file)
    }
}

#[cfg(test)]
mod tests {
    use mlp_core::{Activation, Batch, Init, Loss, Optimizer};

    use super::*;
    use crate::{
        resolve::{recipe::Recipe, resolved::ResolvedExperiment},
        settings::{experiment::Experiment, precision::Precision},
    };

    /// The preset on 2 x 2 cells, and the recipe of its last cell.
    fn resolve(name: &str, settings: &[&str]) -> (ResolvedExperiment, Recipe) {
        let file = Preset::find(name).unwrap().beneath(&[]).unwrap();
        let mut experiment = Experiment::new(file.kind.unwrap());
        file.layer.apply(&mut experiment).unwrap();
        let mut layer = SettingsLayer::new();
        for setting in settings {
            layer.set(setting).unwrap();
        }
        layer.apply(&mut experiment).unwrap();
        let resolved = ResolvedExperiment::new(&experiment, None).unwrap();
        let recipe = resolved.recipe(resolved.networks() - 1).unwrap();
        (resolved, recipe)
    }

    const SMALL: [&str; 2] = [
        "x=learning_rate.0=log:1e-3:1e6:2",
        "y=learning_rate.1=log:1e-3:1e6:2",
    ];

    #[test]
    fn presets_are_what_the_paper_trains() {
        for preset in PRESETS {
            let (_, recipe) = resolve(preset.name, &SMALL);
            let spec = &recipe.spec;
            assert_eq!(spec.architecture.to_string(), "16-16-1");
            assert!(spec.architecture.layers.iter().all(|layer| !layer.bias));
            let rates = spec.layer_learning_rates.as_deref().unwrap();
            assert!(rates.iter().all(|rate| (rate / 1e6 - 1.0).abs() < 1e-12));
            assert_eq!((spec.loss, spec.loss_scale), (Loss::SquaredError, 1.0));
            assert_eq!(spec.init, Init::Normal(1.0));
            assert_eq!(spec.optimizer, "sgd".parse::<Optimizer>().unwrap());
            assert_eq!((recipe.steps, recipe.precision), (500, Precision::F64));
            assert!(recipe.shaded);
            let split = &recipe.data.split;
            assert!(split.test.is_empty() && split.validation.is_empty());
            let layers = &spec.architecture.layers;
            let scale = if preset.name == "fractal-linear" {
                1.0
            } else {
                2f64.sqrt()
            };
            assert_eq!(layers[0].scale, scale / 4.0, "{}", preset.name);
            assert_eq!(layers[1].scale, 1.0 / 16.0);
            let (phi, samples, batch) = match preset.name {
                "fractal" => (Activation::Tanh, 272, Batch::Full),
                "fractal-relu" => (Activation::Relu, 272, Batch::Full),
                "fractal-linear" => (Activation::Identity, 16, Batch::Full),
                "fractal-one-point" => (Activation::Tanh, 1, Batch::Full),
                _ => (Activation::Tanh, 272, Batch::Size(16)),
            };
            assert_eq!(layers[0].activation, phi);
            assert_eq!((split.train.len(), spec.batch), (samples, batch));
        }
    }

    #[test]
    fn every_setting_of_a_preset_may_be_overruled() {
        let settings = [
            SMALL[0],
            SMALL[1],
            "hidden=8",
            "steps=7",
            "metric=train_loss",
        ];
        let (_, recipe) = resolve("fractal", &settings);
        assert_eq!(recipe.spec.architecture.to_string(), "16-8-1");
        assert_eq!((recipe.steps, recipe.shaded), (7, false));
        let (resolved, _) = resolve("fractal", &SMALL);
        assert_eq!(resolved.networks(), 4);
        let error = Preset::find("fractl").unwrap_err().to_string();
        assert!(error.contains("\"fractal\""), "{error}");
    }
}
