//! Building blocks of generators: points with a class, and tables of values.

use mlp_core::seed::Stream;
use ndarray::Array2;

use crate::Targets;

/// The output of a generator: inputs, the names of their columns, and targets.
#[derive(Debug)]
pub(crate) struct Drawn {
    pub feature_names: Vec<String>,
    pub inputs: Array2<f64>,
    pub targets: Targets,
    /// Whether there are too few samples for a test part.
    pub indivisible: bool,
}

impl Drawn {
    /// A regression problem with one output. `inputs` is row-major.
    pub fn regression(
        feature_names: Vec<String>,
        inputs: Vec<f64>,
        values: Vec<f64>,
        output: &str,
    ) -> Self {
        let (samples, features) = (values.len(), feature_names.len());
        Self {
            feature_names,
            inputs: matrix(samples, features, inputs),
            targets: Targets::Values {
                values: matrix(samples, 1, values),
                names: vec![output.to_owned()],
            },
            indivisible: false,
        }
    }
}

fn matrix(rows: usize, columns: usize, values: Vec<f64>) -> Array2<f64> {
    Array2::from_shape_vec((rows, columns), values).expect("a generator fills whole rows")
}

/// `x` and `y` for two features, `x1`, `x2`, ... for any other number.
pub(crate) fn axis_names(features: usize) -> Vec<String> {
    match features {
        1 => vec!["x".to_owned()],
        2 => vec!["x".to_owned(), "y".to_owned()],
        _ => (1..=features).map(|axis| format!("x{axis}")).collect(),
    }
}

/// How many of `samples` belong to `class` when they are divided evenly, with the remainder in the first classes.
pub(crate) fn share(samples: usize, classes: usize, class: usize) -> usize {
    samples / classes + usize::from(class < samples % classes)
}

/// Labelled points of some dimension.
#[derive(Debug)]
pub(crate) struct Cloud {
    features: usize,
    coordinates: Vec<f64>,
    labels: Vec<u32>,
}

impl Cloud {
    pub fn with_capacity(samples: usize, features: usize) -> Self {
        Self {
            features,
            coordinates: Vec::with_capacity(samples * features),
            labels: Vec::with_capacity(samples),
        }
    }

    /// Adds a point of `class`.
    pub fn push(&mut self, point: &[f64], class: usize) {
        debug_assert_eq!(point.len(), self.features);
        self.coordinates.extend_from_slice(point);
        self.labels.push(class as u32);
    }

    /// Puts the points into a random order.
    pub fn shuffle(mut self, stream: &mut Stream) -> Self {
        let mut order: Vec<usize> = (0..self.labels.len()).collect();
        stream.shuffle(&mut order);
        self.labels = order.iter().map(|&row| self.labels[row]).collect();
        self.coordinates = order
            .iter()
            .flat_map(|&row| &self.coordinates[row * self.features..(row + 1) * self.features])
            .copied()
            .collect();
        self
    }

    /// Adds Gaussian noise to every coordinate, point by point. The draws do not depend on `noise`, so
    /// that more noise moves every point farther in the same direction.
    pub fn jitter(mut self, noise: f64, stream: &mut Stream) -> Self {
        for coordinate in &mut self.coordinates {
            *coordinate += noise * stream.normal();
        }
        self
    }

    /// The points as a classification problem with classes named `0`, `1`, ...
    pub fn numbered(self, classes: usize) -> Drawn {
        self.named((0..classes).map(|class| class.to_string()).collect())
    }

    /// The points as a classification problem of the named classes.
    pub fn named(self, names: Vec<String>) -> Drawn {
        Drawn {
            feature_names: axis_names(self.features),
            inputs: matrix(self.labels.len(), self.features, self.coordinates),
            targets: Targets::Classes {
                labels: self.labels,
                names,
            },
            indivisible: false,
        }
    }
}

/// Replaces labels: each with probability `flip` by one of the other classes, chosen uniformly. The draws do
/// not depend on `flip`, so that a larger fraction contains the smaller one.
pub(crate) fn flip_labels(labels: &mut [u32], classes: usize, flip: f64, stream: &mut Stream) {
    let classes = classes as u64;
    for label in labels {
        let chance = stream.uniform();
        let ahead = 1 + stream.below(classes - 1);
        if chance < flip {
            *label = ((u64::from(*label) + ahead) % classes) as u32;
        }
    }
}

#[cfg(test)]
mod tests {
    use mlp_core::seed::Purpose;

    use super::*;

    #[test]
    fn shares_add_up_and_the_first_take_what_is_over() {
        assert_eq!([0, 1, 2].map(|class| share(8, 3, class)), [3, 3, 2]);
        assert_eq!([0, 1].map(|class| share(1, 2, class)), [1, 0]);
    }

    #[test]
    fn shuffling_keeps_points_and_classes_together() {
        let mut cloud = Cloud::with_capacity(50, 2);
        for i in 0..50 {
            cloud.push(&[i as f64, -(i as f64)], i % 2);
        }
        let drawn = cloud
            .shuffle(&mut Stream::new(1, Purpose::Generator))
            .numbered(2);
        let Targets::Classes { labels, .. } = &drawn.targets else {
            panic!("classes went in")
        };
        let firsts: Vec<usize> = drawn.inputs.column(0).iter().map(|&x| x as usize).collect();
        assert_ne!(firsts, (0..50).collect::<Vec<_>>());
        for (row, &first) in firsts.iter().enumerate() {
            assert_eq!(labels[row] as usize, first % 2);
            assert_eq!(drawn.inputs[[row, 1]], -(first as f64));
        }
    }

    #[test]
    fn flips_reach_other_classes_alone_and_grow_with_their_share() {
        let flipped = |flip| {
            let mut labels = vec![1; 3000];
            flip_labels(&mut labels, 3, flip, &mut Stream::new(5, Purpose::Labels));
            labels
        };
        assert_eq!(flipped(0.0), vec![1; 3000]);
        assert!(flipped(1.0).iter().all(|&label| label != 1));
        let (some, more) = (flipped(0.1), flipped(0.3));
        let count = some.iter().filter(|&&label| label != 1).count();
        // 300 expected, standard deviation 16.4.
        assert!((234..=366).contains(&count), "{count}");
        assert!(some.iter().zip(&more).all(|(&a, &b)| a == 1 || a == b));
    }
}
