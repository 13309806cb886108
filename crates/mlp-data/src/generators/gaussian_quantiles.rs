//! One Gaussian cloud cut into shells.

use mlp_core::seed::{Purpose, Stream};

use crate::cloud::{Cloud, Drawn};
use crate::options::Settings;
use crate::registry::{DatasetInfo, Maker};
use crate::{Error, OptionDefault, Task};

pub(crate) const INFO: DatasetInfo = DatasetInfo {
    name: "gaussian-quantiles",
    aliases: &[],
    description: "a standard normal cloud cut into shells with equal numbers of points; Gaussian noise on the points",
    task: Task::Classification { classes: 3 },
    features: 2,
    samples: 300,
    options: &[
        OptionDefault::Samples(300),
        OptionDefault::Noise(0.0),
        OptionDefault::Classes(3),
        OptionDefault::Features(2),
        OptionDefault::Flip(0.0),
    ],
    source: "scikit-learn's make_gaussian_quantiles",
    licence: "",
    maker: Maker::Generator(make),
};

/// Points sorted by their distance from the centre are divided into classes of `samples / classes`; the
/// outermost class takes the remainder, as in scikit-learn.
fn make(settings: &Settings, seed: u64) -> Result<Drawn, Error> {
    settings.check_classes()?;
    let mut stream = Stream::new(seed, Purpose::Generator);
    let values = settings.samples * settings.features;
    let coordinates: Vec<f64> = (0..values).map(|_| stream.normal()).collect();
    let points: Vec<&[f64]> = coordinates.chunks_exact(settings.features).collect();
    let distances: Vec<f64> = points
        .iter()
        .map(|point| point.iter().map(|x| x * x).sum())
        .collect();
    let mut outwards: Vec<usize> = (0..settings.samples).collect();
    outwards.sort_by(|&a, &b| distances[a].total_cmp(&distances[b]));
    let step = settings.samples / settings.classes;
    let mut cloud = Cloud::with_capacity(settings.samples, settings.features);
    for (rank, &row) in outwards.iter().enumerate() {
        cloud.push(points[row], (rank / step).min(settings.classes - 1));
    }
    Ok(cloud
        .shuffle(&mut stream)
        .jitter(settings.noise, &mut Stream::new(seed, Purpose::Noise))
        .numbered(settings.classes))
}

#[cfg(test)]
mod tests {
    use crate::{GeneratorOptions, Targets, generate};

    #[test]
    fn shells_lie_inside_one_another_at_the_quantiles_of_the_chi_distribution() {
        let options = GeneratorOptions {
            samples: Some(8002),
            classes: Some(4),
            ..GeneratorOptions::default()
        };
        let set = generate("gaussian-quantiles", &options, 3).unwrap();
        assert_eq!(set.class_counts(), Some(vec![2000, 2000, 2000, 2002]));
        let Targets::Classes { labels, .. } = set.targets() else {
            panic!("shells are classes")
        };
        let mut outermost = [0.0f64; 4];
        for (point, &label) in set.inputs().rows().into_iter().zip(labels) {
            let squared = point[0] * point[0] + point[1] * point[1];
            let reach = &mut outermost[label as usize];
            *reach = if squared > *reach { squared } else { *reach };
        }
        // In two dimensions the squared radius is exponential with mean 2: its quantile p is -2 ln(1 - p).
        for (reach, quantile) in outermost.iter().zip([0.575_364, 1.386_294, 2.772_589]) {
            assert!((reach - quantile).abs() < 0.15, "{reach} for {quantile}");
        }
    }
}
