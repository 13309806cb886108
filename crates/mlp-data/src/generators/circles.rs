//! A circle inside a circle.

use std::f64::consts::TAU;

use mlp_core::math;
use mlp_core::seed::{Purpose, Stream};

use crate::cloud::{Cloud, Drawn};
use crate::options::Settings;
use crate::registry::{DatasetInfo, Maker};
use crate::{Error, OptionDefault, Task};

pub(crate) const INFO: DatasetInfo = DatasetInfo {
    name: "circles",
    aliases: &[],
    description: "a circle inside a circle; Gaussian noise on the points",
    task: Task::Classification { classes: 2 },
    features: 2,
    samples: 256,
    options: &[
        OptionDefault::Samples(256),
        OptionDefault::Noise(0.1),
        OptionDefault::Factor(0.5),
        OptionDefault::Flip(0.0),
    ],
    source: "the geometry of scikit-learn's make_circles",
    licence: "",
    maker: Maker::Generator(make),
};

/// Class 0 is the circle of radius 1, class 1 that of radius `factor`, both with evenly spaced points that
/// start at angle 0. An odd sample goes to class 1, as in scikit-learn.
fn make(settings: &Settings, seed: u64) -> Result<Drawn, Error> {
    let outer = settings.samples / 2;
    let mut cloud = Cloud::with_capacity(settings.samples, 2);
    for (class, count, radius) in [
        (0, outer, 1.0),
        (1, settings.samples - outer, settings.factor),
    ] {
        for i in 0..count {
            let angle = TAU * i as f64 / count as f64;
            cloud.push(
                &[radius * math::cos(angle), radius * math::sin(angle)],
                class,
            );
        }
    }
    Ok(cloud
        .shuffle(&mut Stream::new(seed, Purpose::Generator))
        .jitter(settings.noise, &mut Stream::new(seed, Purpose::Noise))
        .numbered(2))
}

#[cfg(test)]
mod tests {
    use crate::{GeneratorOptions, Targets, generate};

    #[test]
    fn every_point_lies_on_its_circle_and_they_are_evenly_spread() {
        let options = GeneratorOptions {
            samples: Some(81),
            noise: Some(0.0),
            factor: Some(0.3),
            ..GeneratorOptions::default()
        };
        let set = generate("circles", &options, 1).unwrap();
        assert_eq!(set.class_counts(), Some(vec![40, 41]));
        let Targets::Classes { labels, .. } = set.targets() else {
            panic!("circles have classes")
        };
        for (point, &label) in set.inputs().rows().into_iter().zip(labels) {
            let radius = (point[0] * point[0] + point[1] * point[1]).sqrt();
            assert!((radius - [1.0, 0.3][label as usize]).abs() < 1e-12);
        }
        // Evenly spread points of a circle have their mean in the middle.
        assert!(set.inputs().sum().abs() < 1e-12);
    }
}
