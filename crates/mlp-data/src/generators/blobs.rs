//! Gaussian clouds around random centres.

use mlp_core::seed::{Purpose, Stream};

use crate::cloud::{Cloud, Drawn, share};
use crate::options::Settings;
use crate::registry::{DatasetInfo, Maker};
use crate::{Error, OptionDefault, Task};

pub(crate) const INFO: DatasetInfo = DatasetInfo {
    name: "blobs",
    aliases: &[],
    description: "Gaussian clouds of standard deviation `noise` around random centres in [-10, 10]",
    task: Task::Classification { classes: 3 },
    features: 2,
    samples: 300,
    options: &[
        OptionDefault::Samples(300),
        OptionDefault::Noise(1.0),
        OptionDefault::Classes(3),
        OptionDefault::Features(2),
        OptionDefault::Flip(0.0),
    ],
    source: "scikit-learn's make_blobs",
    licence: "",
    maker: Maker::Generator(make),
};

fn make(settings: &Settings, seed: u64) -> Result<Drawn, Error> {
    settings.check_classes()?;
    let mut stream = Stream::new(seed, Purpose::Generator);
    let mut cloud = Cloud::with_capacity(settings.samples, settings.features);
    for class in 0..settings.classes {
        let centre: Vec<f64> = (0..settings.features)
            .map(|_| stream.uniform_in(-10.0, 10.0))
            .collect();
        for _ in 0..share(settings.samples, settings.classes, class) {
            cloud.push(&centre, class);
        }
    }
    Ok(cloud
        .shuffle(&mut stream)
        .jitter(settings.noise, &mut Stream::new(seed, Purpose::Noise))
        .numbered(settings.classes))
}

#[cfg(test)]
mod tests {
    use crate::{GeneratorOptions, Targets, generate};

    #[test]
    fn each_class_scatters_normally_around_a_centre_in_the_box() {
        let options = GeneratorOptions {
            samples: Some(4000),
            noise: Some(0.5),
            classes: Some(4),
            features: Some(3),
            ..GeneratorOptions::default()
        };
        let set = generate("blobs", &options, 2).unwrap();
        assert_eq!(set.feature_names(), ["x1", "x2", "x3"]);
        assert_eq!(set.class_counts(), Some(vec![1000; 4]));
        let Targets::Classes { labels, .. } = set.targets() else {
            panic!("blobs have classes")
        };
        for class in 0..4 {
            for column in set.inputs().columns() {
                let values: Vec<f64> = column
                    .iter()
                    .zip(labels)
                    .filter(|&(_, &l)| l == class)
                    .map(|(&v, _)| v)
                    .collect();
                let mean = values.iter().sum::<f64>() / 1000.0;
                let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 999.0;
                assert!(mean.abs() < 10.1, "{mean}");
                // Four standard errors of a standard deviation: 4 * 0.5 / sqrt(2000).
                assert!((variance.sqrt() - 0.5).abs() < 0.045, "{}", variance.sqrt());
            }
        }
    }

    #[test]
    fn more_classes_than_samples_are_refused() {
        let options = GeneratorOptions {
            samples: Some(2),
            ..GeneratorOptions::default()
        };
        let error = generate("blobs", &options, 0).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`classes` of `blobs` is 3; it must be at most the 2 samples"
        );
    }
}
