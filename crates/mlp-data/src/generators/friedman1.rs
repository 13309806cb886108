//! Friedman's first regression problem.

use std::f64::consts::PI;

use mlp_core::math;
use mlp_core::seed::{Purpose, Stream};

use crate::cloud::Drawn;
use crate::options::Settings;
use crate::registry::{DatasetInfo, Maker};
use crate::{Error, GeneratorOption, OptionDefault, Task};

pub(crate) const INFO: DatasetInfo = DatasetInfo {
    name: "friedman1",
    aliases: &["friedman-1"],
    description: "y = 10 sin(pi x1 x2) + 20 (x3 - 1/2)^2 + 10 x4 + 5 x5 for x in [0, 1), the other features irrelevant; Gaussian noise on y",
    task: Task::Regression { outputs: 1 },
    features: 10,
    samples: 256,
    options: &[
        OptionDefault::Samples(256),
        OptionDefault::Noise(1.0),
        OptionDefault::Features(10),
    ],
    source: "Friedman 1991, Multivariate adaptive regression splines; scikit-learn's make_friedman1",
    licence: "",
    maker: Maker::Generator(make),
};

fn make(settings: &Settings, seed: u64) -> Result<Drawn, Error> {
    if settings.features < 5 {
        return Err(settings.refuse(GeneratorOption::Features, settings.features, "at least 5"));
    }
    let mut stream = Stream::new(seed, Purpose::Generator);
    let mut noise = Stream::new(seed, Purpose::Noise);
    let inputs: Vec<f64> = (0..settings.samples * settings.features)
        .map(|_| stream.uniform())
        .collect();
    let values = inputs
        .chunks_exact(settings.features)
        .map(|x| {
            let hump = x[2] - 0.5;
            let clean =
                10.0 * math::sin(PI * x[0] * x[1]) + 20.0 * hump * hump + 10.0 * x[3] + 5.0 * x[4];
            clean + settings.noise * noise.normal()
        })
        .collect();
    let names = (1..=settings.features)
        .map(|feature| format!("x{feature}"))
        .collect();
    Ok(Drawn::regression(names, inputs, values, "y"))
}

#[cfg(test)]
mod tests {
    use crate::{GeneratorOptions, Targets, generate};

    #[test]
    fn the_target_has_the_moments_of_the_formula() {
        let options = GeneratorOptions {
            samples: Some(20_000),
            noise: Some(0.0),
            ..GeneratorOptions::default()
        };
        let set = generate("friedman1", &options, 0).unwrap();
        let Targets::Values { values, .. } = set.targets() else {
            panic!("friedman1 is a regression")
        };
        let mean = values.sum() / 20_000.0;
        let variance = values.iter().map(|y| (y - mean).powi(2)).sum::<f64>() / 20_000.0;
        // E sin(pi u v) = 0.524609 (numerical integral), so the mean is 5.24609 + 20/12 + 5 + 2.5; the
        // variance, 23.8, is the literature's.
        assert!((mean - 14.412_76).abs() < 0.14, "{mean}");
        assert!((variance - 23.8).abs() < 1.0, "{variance}");
    }

    #[test]
    fn fewer_than_five_features_are_refused() {
        let options = GeneratorOptions {
            features: Some(4),
            ..GeneratorOptions::default()
        };
        let error = generate("friedman1", &options, 0).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`features` of `friedman1` is 4; it must be at least 5"
        );
    }
}
