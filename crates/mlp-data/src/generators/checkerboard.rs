//! Alternating cells of a square.

use mlp_core::seed::{Purpose, Stream};

use crate::cloud::{Cloud, Drawn};
use crate::options::Settings;
use crate::registry::{DatasetInfo, Maker};
use crate::{Error, OptionDefault, Task};

pub(crate) const INFO: DatasetInfo = DatasetInfo {
    name: "checkerboard",
    aliases: &["chessboard"],
    description: "points spread evenly over [-1, 1] x [-1, 1], the class alternating from cell to cell; Gaussian noise on the points",
    task: Task::Classification { classes: 2 },
    features: 2,
    samples: 512,
    options: &[
        OptionDefault::Samples(512),
        OptionDefault::Noise(0.0),
        OptionDefault::Cells(4),
        OptionDefault::Flip(0.0),
    ],
    source: "a classic of kernel methods (Kaufman 1999)",
    licence: "",
    maker: Maker::Generator(make),
};

/// The class is the parity of the cell's column and row, counted from the lower left, which is class 0.
fn make(settings: &Settings, seed: u64) -> Result<Drawn, Error> {
    let mut stream = Stream::new(seed, Purpose::Generator);
    let cells = settings.cells as f64;
    let mut cloud = Cloud::with_capacity(settings.samples, 2);
    for _ in 0..settings.samples {
        // Cells are found before the coordinates are scaled, so that no rounding moves a border.
        let (x, y) = (stream.uniform_in(0.0, cells), stream.uniform_in(0.0, cells));
        let class = (x as usize + y as usize) % 2;
        cloud.push(&[2.0 * x / cells - 1.0, 2.0 * y / cells - 1.0], class);
    }
    Ok(cloud
        .jitter(settings.noise, &mut Stream::new(seed, Purpose::Noise))
        .numbered(2))
}

#[cfg(test)]
mod tests {
    use crate::{GeneratorOptions, Targets, generate};

    #[test]
    fn neighbouring_cells_differ() {
        let options = GeneratorOptions {
            samples: Some(2000),
            cells: Some(3),
            ..GeneratorOptions::default()
        };
        let set = generate("checkerboard", &options, 0).unwrap();
        let Targets::Classes { labels, .. } = set.targets() else {
            panic!("cells have classes")
        };
        let mut classes = [[None; 3]; 3];
        for (point, &label) in set.inputs().rows().into_iter().zip(labels) {
            let [column, row] = [0, 1].map(|axis| ((point[axis] + 1.0) * 1.5).floor() as usize);
            assert_eq!(*classes[row][column].get_or_insert(label), label);
        }
        assert_eq!(
            classes,
            [
                [Some(0), Some(1), Some(0)],
                [Some(1), Some(0), Some(1)],
                [Some(0), Some(1), Some(0)]
            ]
        );
    }
}
