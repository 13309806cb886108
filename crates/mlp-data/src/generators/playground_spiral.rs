//! TF Playground's spiral.

use std::f64::consts::{PI, TAU};

use mlp_core::math;
use mlp_core::seed::{Purpose, Stream};

use super::playground_xor::class_names;
use crate::cloud::{Cloud, Drawn, share};
use crate::options::Settings;
use crate::registry::{DatasetInfo, Maker};
use crate::{Error, OptionDefault, Task};

pub(crate) const INFO: DatasetInfo = DatasetInfo {
    name: "playground-spiral",
    aliases: &[],
    description: "TF Playground's two spirals of 1.75 turns and radius 5; `noise` (0 to 0.5 there) times [-1, 1] on the points",
    task: Task::Classification { classes: 2 },
    features: 2,
    samples: 500,
    options: &[
        OptionDefault::Samples(500),
        OptionDefault::Noise(0.0),
        OptionDefault::Flip(0.0),
    ],
    source: "TensorFlow Playground, dataset.ts, classifySpiralData",
    licence: "",
    maker: Maker::Generator(make),
};

/// Point i of n = samples/2 has radius 5 i/n and angle 2 pi 1.75 i/n, half a turn further for class -1. Both
/// spirals start at the centre, as they do there.
fn make(settings: &Settings, seed: u64) -> Result<Drawn, Error> {
    let mut noise = Stream::new(seed, Purpose::Noise);
    let mut cloud = Cloud::with_capacity(settings.samples, 2);
    let count = settings.samples as f64 / 2.0;
    for (half, start, class) in [(0, 0.0, 1), (1, PI, 0)] {
        for i in 0..share(settings.samples, 2, half) {
            let along = i as f64 / count;
            let (radius, angle) = (5.0 * along, 1.75 * along * TAU + start);
            let x = radius * math::sin(angle) + settings.noise * noise.uniform_in(-1.0, 1.0);
            let y = radius * math::cos(angle) + settings.noise * noise.uniform_in(-1.0, 1.0);
            cloud.push(&[x, y], class);
        }
    }
    Ok(cloud
        .shuffle(&mut Stream::new(seed, Purpose::Generator))
        .named(class_names()))
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use crate::{GeneratorOptions, Targets, generate};

    fn draw(noise: f64) -> crate::Dataset {
        let options = GeneratorOptions {
            noise: Some(noise),
            ..GeneratorOptions::default()
        };
        generate("playground-spiral", &options, 0).unwrap()
    }

    #[test]
    fn the_angle_follows_from_the_radius() {
        let set = draw(0.0);
        let Targets::Classes { labels, .. } = set.targets() else {
            panic!("spirals have classes")
        };
        for (point, &label) in set.inputs().rows().into_iter().zip(labels) {
            let radius = (point[0] * point[0] + point[1] * point[1]).sqrt();
            let half = if label == 1 { 0.0 } else { 0.5 };
            let turn = point[0].atan2(point[1]) / TAU - 1.75 * radius / 5.0 - half;
            assert!(
                radius < 1e-9 || (turn - turn.round()).abs() < 1e-9,
                "{turn}"
            );
        }
    }

    #[test]
    fn noise_is_bounded() {
        let (clean, noisy) = (draw(0.0), draw(0.2));
        let moved = &noisy.inputs() - &clean.inputs();
        assert!(moved.iter().all(|by| by.abs() <= 0.2));
        assert!(moved.iter().any(|by| by.abs() > 0.19));
    }
}
