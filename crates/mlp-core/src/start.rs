//! The initial parameters of a training, with their weights scaled and perturbed.

use crate::{
    Scalar, TrainSpec,
    seed::{Purpose, Stream},
};

impl TrainSpec {
    /// Fills the flat parameter slice for `seed`: the values of [`Init`](crate::Init), with every weight
    /// multiplied by `init_gain`, and the weights moved by `perturbation` as in
    /// [`perturb`](Self::perturb). Both are computed in f64, with one rounding each.
    ///
    /// # Panics
    /// If the length of `parameters` is not that of the architecture.
    pub fn fill<T: Scalar>(&self, seed: u64, parameters: &mut [T]) {
        self.init
            .fill(&self.architecture, &self.bias_init, seed, parameters);
        if self.init_gain != 1.0 {
            let ranges = self.architecture.ranges();
            for weight in ranges.into_iter().flat_map(|layer| layer.weights) {
                parameters[weight] = T::from_f64(self.init_gain * parameters[weight].to_f64());
            }
        }
        if self.perturbation != 0.0 {
            self.perturb(seed, self.perturbation, parameters);
        }
    }

    /// Moves the weights in the flat slice by a distance along a direction d of length 1 over the
    /// weights of all layers.
    ///
    /// d is a standard normal number per weight from the stream [`Purpose::Perturbation`], layer by
    /// layer, row-major, divided by their L2 norm, so it is uniform on the sphere (Muller 1959). It
    /// depends only on the seed and the shape.
    ///
    /// # Panics
    /// If `parameters` is shorter than that of the architecture.
    pub fn perturb<T: Scalar>(&self, seed: u64, distance: f64, parameters: &mut [T]) {
        let ranges = || self.architecture.ranges().into_iter();
        let weights = || ranges().flat_map(|layer| layer.weights);
        let mut stream = Stream::new(seed, Purpose::Perturbation);
        let normals: Vec<f64> = weights().map(|_| stream.normal()).collect();
        let squares = normals.iter().fold(0.0, |sum, d| f64::mul_add(*d, *d, sum));
        let step = distance / squares.sqrt();
        for (weight, d) in weights().zip(normals) {
            parameters[weight] = T::from_f64(d.mul_add(step, parameters[weight].to_f64()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Activation, Architecture, Init, Loss};

    fn filled(change: impl Fn(&mut TrainSpec), seed: u64) -> Vec<f64> {
        let net = Architecture::classical(2, &[5, 4], Activation::Tanh, 1);
        let mut spec = TrainSpec::new(net, Loss::BinaryCrossEntropy);
        spec.bias_init = Init::Constant(0.25);
        change(&mut spec);
        let mut parameters = vec![0.0f64; spec.architecture.parameter_count()];
        spec.fill(seed, &mut parameters);
        parameters
    }

    #[test]
    fn the_gain_multiplies_weights_alone() {
        let (plain, twice) = (filled(|_| {}, 3), filled(|spec| spec.init_gain = 2.0, 3));
        for (plain, twice) in plain.iter().zip(&twice) {
            let bias = *plain == 0.25;
            assert_eq!(*twice, if bias { 0.25 } else { 2.0 * plain });
        }
        assert_eq!(plain.iter().filter(|value| **value == 0.25).count(), 10);
    }

    #[test]
    fn a_perturbation_moves_every_weight_along_one_direction() {
        let moved = |by: f64, seed| filled(|spec| spec.perturbation = by, seed);
        let (start, one, back) = (moved(0.0, 3), moved(1.0, 3), moved(-2.0, 3));
        let step = |to: &[f64]| -> Vec<f64> { to.iter().zip(&start).map(|(a, b)| a - b).collect() };
        let (one, back) = (step(&one), step(&back));
        let norm = one.iter().map(|d| d * d).sum::<f64>().sqrt();
        assert!((norm - 1.0).abs() < 1e-12, "{norm}");
        for ((a, b), start) in one.iter().zip(&back).zip(&start) {
            assert!((2.0 * a + b).abs() < 1e-12);
            assert_eq!(*a == 0.0, *start == 0.25, "biases stay");
        }
        // Another seed goes another way.
        let other: Vec<f64> = moved(1.0, 4)
            .iter()
            .zip(moved(0.0, 4))
            .map(|(a, b)| a - b)
            .collect();
        let dot: f64 = one.iter().zip(&other).map(|(a, b)| a * b).sum();
        assert!(dot.abs() < 0.9, "{dot}");
    }
}
