//! TF Playground's circle.

use std::f64::consts::TAU;

use mlp_core::math;
use mlp_core::seed::{Purpose, Stream};

use super::playground_xor::class_names;
use crate::cloud::{Cloud, Drawn, share};
use crate::options::Settings;
use crate::registry::{DatasetInfo, Maker};
use crate::{Error, OptionDefault, Task};

pub(crate) const INFO: DatasetInfo = DatasetInfo {
    name: "playground-circle",
    aliases: &[],
    description: "TF Playground's circle: a disc of radius 2.5 in a ring from 3.5 to 5; `noise` (0 to 0.5 there) blurs the labels",
    task: Task::Classification { classes: 2 },
    features: 2,
    samples: 500,
    options: &[
        OptionDefault::Samples(500),
        OptionDefault::Noise(0.0),
        OptionDefault::Flip(0.0),
    ],
    source: "TensorFlow Playground, dataset.ts, classifyCircleData",
    licence: "",
    maker: Maker::Generator(make),
};

const RADIUS: f64 = 5.0;

/// Half of the points are in the disc and half in the ring, uniform in angle and radius. A point is of
/// class 1 if, with noise added, it is nearer to the centre than 2.5; the point itself stays.
fn make(settings: &Settings, seed: u64) -> Result<Drawn, Error> {
    let mut stream = Stream::new(seed, Purpose::Generator);
    let mut noise = Stream::new(seed, Purpose::Noise);
    let mut cloud = Cloud::with_capacity(settings.samples, 2);
    for (half, from, to) in [(0, 0.0, 0.5 * RADIUS), (1, 0.7 * RADIUS, RADIUS)] {
        for _ in 0..share(settings.samples, 2, half) {
            let radius = stream.uniform_in(from, to);
            let angle = stream.uniform_in(0.0, TAU);
            let (x, y) = (radius * math::sin(angle), radius * math::cos(angle));
            let moved_x = x + settings.noise * noise.uniform_in(-RADIUS, RADIUS);
            let moved_y = y + settings.noise * noise.uniform_in(-RADIUS, RADIUS);
            let inside = (moved_x * moved_x + moved_y * moved_y).sqrt() < 0.5 * RADIUS;
            cloud.push(&[x, y], usize::from(inside));
        }
    }
    Ok(cloud.shuffle(&mut stream).named(class_names()))
}

#[cfg(test)]
mod tests {
    use crate::{GeneratorOptions, Targets, generate};

    fn wrong(noise: f64) -> usize {
        let options = GeneratorOptions {
            noise: Some(noise),
            ..GeneratorOptions::default()
        };
        let set = generate("playground-circle", &options, 0).unwrap();
        let Targets::Classes { labels, .. } = set.targets() else {
            panic!("discs have classes")
        };
        let radii = set
            .inputs()
            .rows()
            .into_iter()
            .map(|p| (p[0] * p[0] + p[1] * p[1]).sqrt())
            .collect::<Vec<_>>();
        assert!(
            radii
                .iter()
                .all(|&r| r < 2.5 + 1e-9 || (3.5 - 1e-9..5.0 + 1e-9).contains(&r))
        );
        radii
            .iter()
            .zip(labels)
            .filter(|&(&radius, &label)| (radius < 2.6) != (label == 1))
            .count()
    }

    #[test]
    fn noise_blurs_labels_and_moves_no_point() {
        assert_eq!(wrong(0.0), 0);
        assert!((10..200).contains(&wrong(0.3)), "{}", wrong(0.3));
    }
}
