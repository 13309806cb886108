//! Inputs and targets that are independent of each other.

use mlp_core::seed::{Purpose, Stream};

use crate::cloud::Drawn;
use crate::options::Settings;
use crate::registry::{DatasetInfo, Maker};
use crate::{Error, OptionDefault, Task};

pub(crate) const INFO: DatasetInfo = DatasetInfo {
    name: "gaussian",
    aliases: &["random-regression"],
    description: "standard normal inputs and a standard normal target that does not depend on them; there is nothing to learn but the samples themselves, so there is no test part by default",
    task: Task::Regression { outputs: 1 },
    features: 16,
    samples: 256,
    options: &[OptionDefault::Samples(256), OptionDefault::Features(16)],
    source: "the random problem of Sohl-Dickstein 2024, The boundary of neural network trainability is fractal",
    licence: "",
    maker: Maker::Generator(make),
};

/// x from the stream `Generator`, row by row, and y from `Labels`: more samples leave the first ones
/// unchanged, and more features leave the targets unchanged.
fn make(settings: &Settings, seed: u64) -> Result<Drawn, Error> {
    let features = settings.features;
    let mut stream = Stream::new(seed, Purpose::Generator);
    let mut targets = Stream::new(seed, Purpose::Labels);
    let inputs = (0..settings.samples * features)
        .map(|_| stream.normal())
        .collect();
    let values = (0..settings.samples).map(|_| targets.normal()).collect();
    let names = (1..=features).map(|feature| format!("x{feature}"));
    Ok(Drawn {
        indivisible: true,
        ..Drawn::regression(names.collect(), inputs, values, "y")
    })
}

#[cfg(test)]
mod tests {
    use crate::{Dataset, GeneratorOptions, Targets, generate};

    fn set(samples: usize, features: usize, seed: u64) -> Dataset {
        let options = GeneratorOptions {
            samples: Some(samples),
            features: Some(features),
            ..GeneratorOptions::default()
        };
        generate("gaussian", &options, seed).unwrap()
    }

    fn targets(set: &Dataset) -> Vec<f64> {
        let Targets::Values { values, .. } = set.targets() else {
            panic!("targets are numbers")
        };
        values.iter().copied().collect()
    }

    #[test]
    fn everything_is_standard_normal_and_nothing_goes_with_anything() {
        let set = set(4000, 3, 1);
        let y = targets(&set);
        let inputs = set.inputs();
        let columns: Vec<Vec<f64>> = inputs.columns().into_iter().map(|c| c.to_vec()).collect();
        let mean = |a: &[f64], b: &[f64]| {
            a.iter().zip(b).fold(0.0, |sum, (a, b)| sum + a * b) / a.len() as f64
        };
        let ones = vec![1.0; y.len()];
        // Standard errors are 0.016 for means and products, 0.022 for squares.
        for (index, column) in columns.iter().chain([&y]).enumerate() {
            assert!(mean(column, &ones).abs() < 0.064, "{index}");
            assert!((mean(column, column) - 1.0).abs() < 0.09, "{index}");
            let others = columns[..index.min(3)].iter();
            assert!(
                others
                    .clone()
                    .all(|other| mean(column, other).abs() < 0.064)
            );
        }
        assert_eq!(set.default_test_fraction(), 0.0);
    }

    #[test]
    fn more_samples_and_features_leave_what_there_was() {
        let (few, more) = (set(10, 4, 7), set(30, 4, 7));
        let both = few.inputs().into_iter().zip(more.inputs());
        assert!(both.into_iter().all(|(a, b)| a == b));
        assert_eq!(targets(&few), targets(&more)[..10]);
        assert_eq!(targets(&few), targets(&set(10, 9, 7)));
        assert_ne!(targets(&few), targets(&set(10, 4, 8)));
        assert_eq!(targets(&set(1, 1, 0)).len(), 1);
    }
}
