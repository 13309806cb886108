//! TF Playground's exclusive or.

use mlp_core::seed::{Purpose, Stream};

use crate::cloud::{Cloud, Drawn};
use crate::options::Settings;
use crate::registry::{DatasetInfo, Maker};
use crate::{Error, OptionDefault, Task};

pub(crate) const INFO: DatasetInfo = DatasetInfo {
    name: "playground-xor",
    aliases: &[],
    description: "TF Playground's exclusive or: four quadrants kept apart by a gap; `noise` (0 to 0.5 there) blurs the labels",
    task: Task::Classification { classes: 2 },
    features: 2,
    samples: 500,
    options: &[
        OptionDefault::Samples(500),
        OptionDefault::Noise(0.0),
        OptionDefault::Flip(0.0),
    ],
    source: "TensorFlow Playground, dataset.ts, classifyXORData",
    licence: "",
    maker: Maker::Generator(make),
};

/// TF Playground's labels -1 (orange) and 1 (blue), as classes.
pub(super) fn class_names() -> Vec<String> {
    vec!["-1".to_owned(), "1".to_owned()]
}

/// Points uniform in [-5, 5] x [-5, 5], then moved 0.3 away from the axes. The class is the sign of x y
/// after noise; the point itself stays.
fn make(settings: &Settings, seed: u64) -> Result<Drawn, Error> {
    let mut stream = Stream::new(seed, Purpose::Generator);
    let mut noise = Stream::new(seed, Purpose::Noise);
    let mut padded = || {
        let x = stream.uniform_in(-5.0, 5.0);
        x + if x > 0.0 { 0.3 } else { -0.3 }
    };
    let mut cloud = Cloud::with_capacity(settings.samples, 2);
    for _ in 0..settings.samples {
        let (x, y) = (padded(), padded());
        let moved_x = x + settings.noise * noise.uniform_in(-5.0, 5.0);
        let moved_y = y + settings.noise * noise.uniform_in(-5.0, 5.0);
        cloud.push(&[x, y], usize::from(moved_x * moved_y >= 0.0));
    }
    Ok(cloud.named(class_names()))
}

#[cfg(test)]
mod tests {
    use crate::{GeneratorOptions, Targets, generate};

    #[test]
    fn the_class_is_the_sign_of_the_product_and_the_axes_are_clear() {
        let set = generate("playground-xor", &GeneratorOptions::default(), 0).unwrap();
        let Targets::Classes { labels, names } = set.targets() else {
            panic!("quadrants have classes")
        };
        assert_eq!(names.as_slice(), ["-1", "1"]);
        for (point, &label) in set.inputs().rows().into_iter().zip(labels) {
            assert!(point.iter().all(|x| (0.3..=5.3).contains(&x.abs())));
            assert_eq!(label == 1, point[0] * point[1] > 0.0);
        }
    }
}
