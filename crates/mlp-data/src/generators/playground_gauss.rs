//! TF Playground's two Gaussians.

use mlp_core::seed::{Purpose, Stream};

use super::playground_xor::class_names;
use crate::cloud::{Cloud, Drawn, share};
use crate::options::Settings;
use crate::registry::{DatasetInfo, Maker};
use crate::{Error, OptionDefault, Task};

pub(crate) const INFO: DatasetInfo = DatasetInfo {
    name: "playground-gauss",
    aliases: &[],
    description: "TF Playground's two Gaussian clouds around (2, 2) and (-2, -2); their variance is 0.5 + 7 `noise` (0 to 0.5 there)",
    task: Task::Classification { classes: 2 },
    features: 2,
    samples: 500,
    options: &[
        OptionDefault::Samples(500),
        OptionDefault::Noise(0.0),
        OptionDefault::Flip(0.0),
    ],
    source: "TensorFlow Playground, dataset.ts, classifyTwoGaussData",
    licence: "",
    maker: Maker::Generator(make),
};

fn make(settings: &Settings, seed: u64) -> Result<Drawn, Error> {
    let mut stream = Stream::new(seed, Purpose::Generator);
    let deviation = (0.5 + 7.0 * settings.noise).sqrt();
    let mut cloud = Cloud::with_capacity(settings.samples, 2);
    for (half, centre, class) in [(0, 2.0, 1), (1, -2.0, 0)] {
        for _ in 0..share(settings.samples, 2, half) {
            cloud.push(&[centre, centre], class);
        }
    }
    let noise = &mut Stream::new(seed, Purpose::Noise);
    Ok(cloud
        .shuffle(&mut stream)
        .jitter(deviation, noise)
        .named(class_names()))
}

#[cfg(test)]
mod tests {
    use crate::{GeneratorOptions, Targets, generate};

    #[test]
    fn noise_sets_the_variance() {
        // The page's slider from 0 to 50 percent goes from variance 0.5 to 4.
        for (noise, expected) in [(0.0, 0.5), (0.5, 4.0)] {
            let options = GeneratorOptions {
                samples: Some(4000),
                noise: Some(noise),
                ..GeneratorOptions::default()
            };
            let set = generate("playground-gauss", &options, 0).unwrap();
            let Targets::Classes { labels, .. } = set.targets() else {
                panic!("clouds have classes")
            };
            let mut squares = 0.0;
            for (point, &label) in set.inputs().rows().into_iter().zip(labels) {
                let centre = if label == 1 { 2.0 } else { -2.0 };
                squares += point
                    .iter()
                    .map(|x| (x - centre) * (x - centre))
                    .sum::<f64>();
            }
            let variance = squares / 8000.0;
            // Four standard errors of a variance: 4 sqrt(2 / 8000).
            assert!((variance / expected - 1.0).abs() < 0.064, "{variance}");
        }
    }
}
