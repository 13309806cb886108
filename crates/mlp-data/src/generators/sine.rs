//! A sine wave.

use std::f64::consts::PI;

use mlp_core::math;
use mlp_core::seed::{Purpose, Stream};

use crate::cloud::{Drawn, axis_names};
use crate::options::Settings;
use crate::registry::{DatasetInfo, Maker};
use crate::{Error, OptionDefault, Task};

pub(crate) const INFO: DatasetInfo = DatasetInfo {
    name: "sine",
    aliases: &[],
    description: "y = sin(turns x) for x spread evenly over [-pi, pi); Gaussian noise on y",
    task: Task::Regression { outputs: 1 },
    features: 1,
    samples: 256,
    options: &[
        OptionDefault::Samples(256),
        OptionDefault::Noise(0.1),
        OptionDefault::Turns(1.0),
    ],
    source: "the textbook's first regression",
    licence: "",
    maker: Maker::Generator(make),
};

fn make(settings: &Settings, seed: u64) -> Result<Drawn, Error> {
    let mut stream = Stream::new(seed, Purpose::Generator);
    let mut noise = Stream::new(seed, Purpose::Noise);
    let inputs: Vec<f64> = (0..settings.samples)
        .map(|_| stream.uniform_in(-PI, PI))
        .collect();
    let values = inputs
        .iter()
        .map(|x| math::sin(settings.turns * x) + settings.noise * noise.normal())
        .collect();
    Ok(Drawn::regression(axis_names(1), inputs, values, "y"))
}

#[cfg(test)]
mod tests {
    use crate::{GeneratorOptions, Targets, generate};

    #[test]
    fn without_noise_the_points_lie_on_the_wave() {
        let options = GeneratorOptions {
            noise: Some(0.0),
            turns: Some(3.0),
            ..GeneratorOptions::default()
        };
        let set = generate("sine", &options, 0).unwrap();
        let Targets::Values { values, .. } = set.targets() else {
            panic!("sine is a regression")
        };
        for (x, y) in set.inputs().iter().zip(values) {
            assert!(((3.0 * x).sin() - y).abs() < 1e-12);
        }
    }

    #[test]
    fn noise_has_the_standard_deviation_asked_for() {
        let options = GeneratorOptions {
            samples: Some(5000),
            noise: Some(0.3),
            ..GeneratorOptions::default()
        };
        let set = generate("sine", &options, 0).unwrap();
        let Targets::Values { values, .. } = set.targets() else {
            panic!("sine is a regression")
        };
        let squares: f64 = set
            .inputs()
            .iter()
            .zip(values)
            .map(|(x, y)| (y - x.sin()).powi(2))
            .sum();
        // Four standard errors: 4 * 0.3 / sqrt(10000).
        assert!(((squares / 5000.0).sqrt() - 0.3).abs() < 0.012);
    }
}
