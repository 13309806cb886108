//! Exclusive or: the four corners of the unit square.

use mlp_core::seed::{Purpose, Stream};

use crate::cloud::{Cloud, Drawn};
use crate::options::Settings;
use crate::registry::{DatasetInfo, Maker};
use crate::{Error, OptionDefault, Task};

pub(crate) const INFO: DatasetInfo = DatasetInfo {
    name: "xor",
    aliases: &[],
    description: "exclusive or: the corners of the unit square, 1 where exactly one input is; Gaussian noise around them",
    task: Task::Classification { classes: 2 },
    features: 2,
    samples: 4,
    options: &[
        OptionDefault::Samples(4),
        OptionDefault::Noise(0.0),
        OptionDefault::Flip(0.0),
    ],
    source: "Minsky and Papert 1969, Perceptrons",
    licence: "",
    maker: Maker::Generator(make),
};

/// Cycles through (0,0), (0,1), (1,0), (1,1), so that four samples without noise are the truth table, in
/// its order.
fn make(settings: &Settings, seed: u64) -> Result<Drawn, Error> {
    let mut cloud = Cloud::with_capacity(settings.samples, 2);
    for i in 0..settings.samples {
        let (a, b) = (i / 2 % 2, i % 2);
        cloud.push(&[a as f64, b as f64], a ^ b);
    }
    let drawn = cloud
        .jitter(settings.noise, &mut Stream::new(seed, Purpose::Noise))
        .numbered(2);
    let indivisible = settings.samples == 4 && settings.noise == 0.0;
    Ok(Drawn {
        indivisible,
        ..drawn
    })
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use crate::{GeneratorOptions, Targets, generate};

    #[test]
    fn four_samples_are_the_truth_table() {
        let set = generate("xor", &GeneratorOptions::default(), 9).unwrap();
        assert_eq!(
            set.inputs(),
            array![[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
        );
        let Targets::Classes { labels, names } = set.targets() else {
            panic!("xor has classes")
        };
        assert_eq!(
            (labels.as_slice(), names.as_slice()),
            (&[0, 1, 1, 0][..], &["0".into(), "1".into()][..])
        );
        assert_eq!(set.default_test_fraction(), 0.0);
    }

    #[test]
    fn noise_scatters_around_the_corners() {
        let options = GeneratorOptions {
            samples: Some(4000),
            noise: Some(0.1),
            ..GeneratorOptions::default()
        };
        let set = generate("xor", &options, 0).unwrap();
        assert_eq!(set.default_test_fraction(), 0.25);
        assert_eq!(set.class_counts(), Some(vec![2000, 2000]));
        let squares: f64 = set.inputs().iter().map(|x| (x - x.round()).powi(2)).sum();
        let deviation = (squares / 8000.0).sqrt();
        // Five sigma reach a half, so that rounding finds the corner; the estimate's own error is 0.0008.
        assert!((deviation - 0.1).abs() < 0.004, "{deviation}");
    }
}
