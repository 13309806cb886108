//! TF Playground's six bumps.

use super::playground_plane::surface;
use crate::cloud::Drawn;
use crate::options::Settings;
use crate::registry::{DatasetInfo, Maker};
use crate::{Error, OptionDefault, Task};

pub(crate) const INFO: DatasetInfo = DatasetInfo {
    name: "playground-gauss-regression",
    aliases: &["playground-reg-gauss"],
    description: "TF Playground's six cones of alternating sign over [-6, 6] x [-6, 6]; `noise` (0 to 0.5 there) shifts the point where they are evaluated",
    task: Task::Regression { outputs: 1 },
    features: 2,
    samples: 1200,
    options: &[OptionDefault::Samples(1200), OptionDefault::Noise(0.0)],
    source: "TensorFlow Playground, dataset.ts, regressGaussian",
    licence: "",
    maker: Maker::Generator(make),
};

/// Centres and signs of the bumps.
const BUMPS: [(f64, f64, f64); 6] = [
    (-4.0, 2.5, 1.0),
    (0.0, 2.5, -1.0),
    (4.0, 2.5, 1.0),
    (-4.0, -2.5, -1.0),
    (0.0, -2.5, 1.0),
    (4.0, -2.5, -1.0),
];

fn make(settings: &Settings, seed: u64) -> Result<Drawn, Error> {
    Ok(surface(settings, seed, height))
}

/// Each bump falls from its sign at the centre to 0 at distance 2; where they overlap the largest in absolute value
/// counts, the first of ties. They are called Gaussian there, but are cones.
fn height(x: f64, y: f64) -> f64 {
    let mut highest = 0.0f64;
    for (centre_x, centre_y, sign) in BUMPS {
        let (dx, dy) = (x - centre_x, y - centre_y);
        let reach = 1.0 - (dx * dx + dy * dy).sqrt() / 2.0;
        let bump = sign * if reach > 0.0 { reach } else { 0.0 };
        if bump.abs() > highest.abs() {
            highest = bump;
        }
    }
    highest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bumps_stand_where_they_should() {
        assert_eq!(height(-4.0, 2.5), 1.0);
        assert_eq!(height(0.0, 2.5), -1.0);
        assert_eq!(height(0.0, -1.5), 0.5);
        assert_eq!(height(4.0, -4.5), 0.0);
        assert_eq!(height(0.0, 0.0), 0.0);
    }
}
