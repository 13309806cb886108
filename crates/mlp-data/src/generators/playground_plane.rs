//! TF Playground's plane.

use mlp_core::seed::{Purpose, Stream};

use crate::cloud::{Drawn, axis_names};
use crate::options::Settings;
use crate::registry::{DatasetInfo, Maker};
use crate::{Error, OptionDefault, Task};

pub(crate) const INFO: DatasetInfo = DatasetInfo {
    name: "playground-plane",
    aliases: &["playground-reg-plane"],
    description: "TF Playground's plane (x + y)/10 over [-6, 6] x [-6, 6]; `noise` (0 to 0.5 there) shifts the point where it is evaluated",
    task: Task::Regression { outputs: 1 },
    features: 2,
    samples: 1200,
    options: &[OptionDefault::Samples(1200), OptionDefault::Noise(0.0)],
    source: "TensorFlow Playground, dataset.ts, regressPlane",
    licence: "",
    maker: Maker::Generator(make),
};

fn make(settings: &Settings, seed: u64) -> Result<Drawn, Error> {
    Ok(surface(settings, seed, |x, y| (x + y) / 10.0))
}

/// Points uniform in [-6, 6] x [-6, 6] and the height of a surface at each, evaluated at a point that noise
/// shifts by up to 6 `noise` along each axis.
pub(super) fn surface(settings: &Settings, seed: u64, height: impl Fn(f64, f64) -> f64) -> Drawn {
    const RADIUS: f64 = 6.0;
    let mut stream = Stream::new(seed, Purpose::Generator);
    let mut noise = Stream::new(seed, Purpose::Noise);
    let inputs: Vec<f64> = (0..2 * settings.samples)
        .map(|_| stream.uniform_in(-RADIUS, RADIUS))
        .collect();
    let values = inputs
        .chunks_exact(2)
        .map(|point| {
            let x = point[0] + settings.noise * noise.uniform_in(-RADIUS, RADIUS);
            let y = point[1] + settings.noise * noise.uniform_in(-RADIUS, RADIUS);
            height(x, y)
        })
        .collect();
    Drawn::regression(axis_names(2), inputs, values, "target")
}

#[cfg(test)]
mod tests {
    use crate::{GeneratorOptions, Targets, generate};

    #[test]
    fn the_target_is_the_plane_and_noise_stays_in_bounds() {
        for noise in [0.0, 0.1] {
            let options = GeneratorOptions {
                noise: Some(noise),
                ..GeneratorOptions::default()
            };
            let set = generate("playground-plane", &options, 0).unwrap();
            let Targets::Values { values, .. } = set.targets() else {
                panic!("a plane has heights")
            };
            let off: Vec<f64> = set
                .inputs()
                .rows()
                .into_iter()
                .zip(values)
                .map(|(point, target)| (target - (point[0] + point[1]) / 10.0).abs())
                .collect();
            assert!(off.iter().all(|&by| by <= 1.2 * noise + 1e-12));
            assert!(noise == 0.0 || off.iter().any(|&by| by > 0.6 * noise));
        }
    }
}
