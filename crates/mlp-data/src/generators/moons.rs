//! Two interleaving half circles.

use std::f64::consts::PI;

use mlp_core::math;
use mlp_core::seed::{Purpose, Stream};

use crate::cloud::{Cloud, Drawn};
use crate::options::Settings;
use crate::registry::{DatasetInfo, Maker};
use crate::{Error, OptionDefault, Task};

pub(crate) const INFO: DatasetInfo = DatasetInfo {
    name: "moons",
    aliases: &["two-moons"],
    description: "two interleaving half circles; Gaussian noise on the points",
    task: Task::Classification { classes: 2 },
    features: 2,
    samples: 256,
    options: &[
        OptionDefault::Samples(256),
        OptionDefault::Noise(0.2),
        OptionDefault::Flip(0.0),
    ],
    source: "the geometry of scikit-learn's make_moons",
    licence: "",
    maker: Maker::Generator(make),
};

/// Class 0 is the upper half circle around (0, 0), class 1 the lower one around (1, 1/2), both of radius
/// 1 with evenly spaced points, ends included. An odd sample goes to class 1, as in scikit-learn.
fn make(settings: &Settings, seed: u64) -> Result<Drawn, Error> {
    let upper = settings.samples / 2;
    let lower = settings.samples - upper;
    let mut cloud = Cloud::with_capacity(settings.samples, 2);
    for i in 0..upper {
        let angle = angle(i, upper);
        cloud.push(&[math::cos(angle), math::sin(angle)], 0);
    }
    for i in 0..lower {
        let angle = angle(i, lower);
        cloud.push(&[1.0 - math::cos(angle), 0.5 - math::sin(angle)], 1);
    }
    Ok(cloud
        .shuffle(&mut Stream::new(seed, Purpose::Generator))
        .jitter(settings.noise, &mut Stream::new(seed, Purpose::Noise))
        .numbered(2))
}

fn angle(i: usize, count: usize) -> f64 {
    if count < 2 {
        0.0
    } else {
        PI * i as f64 / (count - 1) as f64
    }
}

#[cfg(test)]
mod tests {
    use crate::{GeneratorOptions, Targets, generate};

    /// `make_moons(7, shuffle=False)` of scikit-learn 1.9.
    const SEVEN: [(f64, f64, u32); 7] = [
        (1.0, 0.0, 0),
        (0.0, 1.0, 0),
        (-1.0, 0.0, 0),
        (0.0, 0.5, 1),
        (0.5, -0.366_025_404, 1),
        (1.5, -0.366_025_404, 1),
        (2.0, 0.5, 1),
    ];

    #[test]
    fn the_geometry_is_scikit_learns() {
        let options = GeneratorOptions {
            samples: Some(7),
            noise: Some(0.0),
            ..GeneratorOptions::default()
        };
        let set = generate("moons", &options, 1).unwrap();
        let Targets::Classes { labels, .. } = set.targets() else {
            panic!("moons have classes")
        };
        for (x, y, class) in SEVEN {
            let found = set
                .inputs()
                .rows()
                .into_iter()
                .zip(labels)
                .filter(|(point, label)| {
                    (point[0] - x).abs() < 1e-8 && (point[1] - y).abs() < 1e-8 && **label == class
                })
                .count();
            assert_eq!(found, 1, "({x}, {y}) of class {class}");
        }
    }
}
