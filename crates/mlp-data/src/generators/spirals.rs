//! The two-spirals problem of Lang and Witbrock.

use std::f64::consts::TAU;

use mlp_core::math;
use mlp_core::seed::{Purpose, Stream};

use crate::cloud::{Cloud, Drawn, share};
use crate::options::Settings;
use crate::registry::{DatasetInfo, Maker};
use crate::{Error, OptionDefault, Task};

pub(crate) const INFO: DatasetInfo = DatasetInfo {
    name: "spirals",
    aliases: &["two-spirals"],
    description: "two spirals around each other, radius 6.5 inwards to 0.5; by default the 194 points of the benchmark",
    task: Task::Classification { classes: 2 },
    features: 2,
    samples: 194,
    options: &[
        OptionDefault::Samples(194),
        OptionDefault::Noise(0.0),
        OptionDefault::Turns(3.0),
        OptionDefault::Flip(0.0),
    ],
    source: "Lang and Witbrock 1988, Learning to tell two spirals apart",
    licence: "",
    maker: Maker::Generator(make),
};

/// The benchmark's point i of 0..=96 has angle i pi/16 and radius 6.5 (104 - i)/104: three turns, and a
/// radius that falls to 1/13 of the first. Class 1 has x = r sin, y = r cos; class 0 is its mirror image
/// through the centre.
fn make(settings: &Settings, seed: u64) -> Result<Drawn, Error> {
    let mut cloud = Cloud::with_capacity(settings.samples, 2);
    for class in 0..2 {
        let count = share(settings.samples, 2, class);
        let sign = if class == 1 { 1.0 } else { -1.0 };
        for i in 0..count {
            let along = if count > 1 {
                i as f64 / (count - 1) as f64
            } else {
                0.0
            };
            let angle = TAU * settings.turns * along;
            let radius = sign * 6.5 * (1.0 - 12.0 / 13.0 * along);
            cloud.push(
                &[radius * math::sin(angle), radius * math::cos(angle)],
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
    use std::f64::consts::PI;

    use crate::{GeneratorOptions, Targets, generate};

    #[test]
    fn the_defaults_are_the_benchmark() {
        let set = generate("spirals", &GeneratorOptions::default(), 0).unwrap();
        let Targets::Classes { labels, .. } = set.targets() else {
            panic!("spirals have classes")
        };
        for i in 0..=96 {
            let angle = f64::from(i) * PI / 16.0;
            let radius = 6.5 * f64::from(104 - i) / 104.0;
            let (x, y) = (radius * angle.sin(), radius * angle.cos());
            for (sign, class) in [(1.0, 1), (-1.0, 0)] {
                let found = set
                    .inputs()
                    .rows()
                    .into_iter()
                    .zip(labels)
                    .filter(|(point, label)| {
                        (point[0] - sign * x).abs() < 1e-9
                            && (point[1] - sign * y).abs() < 1e-9
                            && **label == class
                    })
                    .count();
                assert_eq!(found, 1, "point {i} of class {class}");
            }
        }
    }
}
