//! Spiral arms around a common centre, as many as there are classes.

use std::f64::consts::TAU;

use mlp_core::math;
use mlp_core::seed::{Purpose, Stream};

use crate::cloud::{Cloud, Drawn, share};
use crate::options::Settings;
use crate::registry::{DatasetInfo, Maker};
use crate::{Error, OptionDefault, Task};

pub(crate) const INFO: DatasetInfo = DatasetInfo {
    name: "n-spirals",
    aliases: &[],
    description: "spiral arms in the unit circle, one per class; Gaussian noise on the points",
    task: Task::Classification { classes: 3 },
    features: 2,
    samples: 300,
    options: &[
        OptionDefault::Samples(300),
        OptionDefault::Noise(0.05),
        OptionDefault::Classes(3),
        OptionDefault::Turns(0.75),
        OptionDefault::Flip(0.0),
    ],
    source: "after the spirals of Stanford's course CS231n",
    licence: "",
    maker: Maker::Generator(make),
};

/// Point i of n on arm c of k has radius t = (i + 1)/n and angle 2 pi (turns t + c/k): no two arms share
/// the centre.
fn make(settings: &Settings, seed: u64) -> Result<Drawn, Error> {
    settings.check_classes()?;
    let mut cloud = Cloud::with_capacity(settings.samples, 2);
    for class in 0..settings.classes {
        let count = share(settings.samples, settings.classes, class);
        for i in 0..count {
            let radius = (i + 1) as f64 / count as f64;
            let angle = TAU * (settings.turns * radius + class as f64 / settings.classes as f64);
            cloud.push(
                &[radius * math::cos(angle), radius * math::sin(angle)],
                class,
            );
        }
    }
    Ok(cloud
        .shuffle(&mut Stream::new(seed, Purpose::Generator))
        .jitter(settings.noise, &mut Stream::new(seed, Purpose::Noise))
        .numbered(settings.classes))
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use crate::{GeneratorOptions, Targets, generate};

    #[test]
    fn arms_are_turned_copies_of_one_another() {
        let options = GeneratorOptions {
            samples: Some(500),
            noise: Some(0.0),
            classes: Some(5),
            turns: Some(2.0),
            ..GeneratorOptions::default()
        };
        let set = generate("n-spirals", &options, 0).unwrap();
        assert_eq!(set.class_counts(), Some(vec![100; 5]));
        let Targets::Classes { labels, .. } = set.targets() else {
            panic!("arms are classes")
        };
        for (point, &label) in set.inputs().rows().into_iter().zip(labels) {
            let radius = (point[0] * point[0] + point[1] * point[1]).sqrt();
            let turn = point[1].atan2(point[0]) / TAU - 2.0 * radius - f64::from(label) / 5.0;
            assert!((turn - turn.round()).abs() < 1e-9, "{turn}");
        }
    }
}
