//! A random teacher network for a student to imitate.

use mlp_core::math;
use mlp_core::seed::{Purpose, Stream};

use crate::cloud::{Drawn, axis_names};
use crate::options::Settings;
use crate::registry::{DatasetInfo, Maker};
use crate::{Error, OptionDefault, Task, memory};

pub(crate) const INFO: DatasetInfo = DatasetInfo {
    name: "teacher",
    aliases: &["teacher-network"],
    description: "the output of a random network with one hidden tanh layer on standard normal inputs; Gaussian noise on it",
    task: Task::Regression { outputs: 1 },
    features: 4,
    samples: 256,
    options: &[
        OptionDefault::Samples(256),
        OptionDefault::Noise(0.0),
        OptionDefault::Features(4),
        OptionDefault::Hidden(8),
    ],
    source: "the teacher and student setting of Gardner and Derrida 1989",
    licence: "",
    maker: Maker::Generator(make),
};

/// y = sqrt(2/H) sum_j a_j tanh(b_j + sqrt(2/D) sum_i W_ji x_i), with W, a and b standard normal and
/// drawn from the stream `Labels`, unit by unit (W_j1.., b_j, a_j), and x from `Generator`: the same
/// teacher teaches every number of samples. The factors keep y near variance 1 at any size.
fn make(settings: &Settings, seed: u64) -> Result<Drawn, Error> {
    let (features, hidden) = (settings.features, settings.hidden);
    let weights = (hidden as u128).saturating_mul(features as u128 + 2);
    memory::check(
        || format!("a teacher of {hidden} hidden units"),
        weights.saturating_mul(size_of::<f64>() as u128),
        "give fewer hidden units",
    )?;
    let mut teacher = Stream::new(seed, Purpose::Labels);
    let units: Vec<f64> = (0..hidden * (features + 2))
        .map(|_| teacher.normal())
        .collect();
    let mut stream = Stream::new(seed, Purpose::Generator);
    let mut noise = Stream::new(seed, Purpose::Noise);
    let inputs: Vec<f64> = (0..settings.samples * features)
        .map(|_| stream.normal())
        .collect();
    let (inner, outer) = ((2.0 / features as f64).sqrt(), (2.0 / hidden as f64).sqrt());
    let values = inputs
        .chunks_exact(features)
        .map(|x| {
            let mut sum = 0.0;
            for unit in units.chunks_exact(features + 2) {
                let dot: f64 = x.iter().zip(unit).map(|(x, w)| x * w).sum();
                sum += unit[features + 1] * math::tanh(unit[features] + inner * dot);
            }
            outer * sum + settings.noise * noise.normal()
        })
        .collect();
    Ok(Drawn::regression(
        axis_names(features),
        inputs,
        values,
        "target",
    ))
}

#[cfg(test)]
mod tests {
    use crate::{GeneratorOptions, Targets, generate};

    fn targets(samples: usize, hidden: usize, seed: u64) -> Vec<f64> {
        let options = GeneratorOptions {
            samples: Some(samples),
            hidden: Some(hidden),
            ..GeneratorOptions::default()
        };
        let set = generate("teacher", &options, seed).unwrap();
        let Targets::Values { values, .. } = set.targets() else {
            panic!("a teacher gives values")
        };
        values.iter().copied().collect()
    }

    #[test]
    fn the_teacher_stays_the_same_when_samples_are_added() {
        let few = targets(50, 8, 1);
        assert_eq!(few, targets(500, 8, 1)[..50]);
        assert_ne!(few, targets(50, 9, 1));
    }

    #[test]
    fn the_target_is_neither_tiny_nor_large_at_any_width() {
        for hidden in [1, 8, 200] {
            let squares: f64 = (0..20)
                .flat_map(|seed| targets(100, hidden, seed))
                .map(|y| y * y)
                .sum();
            let mean = squares / 2000.0;
            assert!((0.2..5.0).contains(&mean), "{hidden}: {mean}");
        }
    }

    #[test]
    fn one_unit_saturates_at_its_outer_weight() {
        // |sqrt(2) a tanh(..)| never passes sqrt(2) |a|, and 2000 normal points come close on both sides.
        let values = targets(2000, 1, 0);
        let low = values
            .iter()
            .fold(0.0f64, |a, &b| if b < a { b } else { a });
        let high = values
            .iter()
            .fold(0.0f64, |a, &b| if b > a { b } else { a });
        assert!((low + high).abs() < 0.2 * (high - low), "{low} {high}");
    }
}
