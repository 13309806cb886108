//! `z^2`, the activation of polynomial networks.

use super::{ActivationFunction, ActivationInfo, Operators};
use crate::Element;
use crate::simd::Simd;

#[derive(Clone, Copy)]
pub(crate) struct Square;

impl ActivationFunction for Square {
    const INFO: ActivationInfo = ActivationInfo {
        name: "square",
        needs_preactivation: true,
        c: "z * z",
        rust: "z * z",
        numpy: "z * z",
        pytorch: "z ** 2",
        ..ActivationInfo::PLAIN
    };

    #[inline(always)]
    fn value<T: Element, S: Simd<T>>(self, _: S, z: S::V) -> S::V {
        z * z
    }

    #[inline(always)]
    fn gradient<T: Element, S: Simd<T>>(self, _: S, z: S::V, _: S::V, dy: S::V) -> S::V {
        dy * (z + z)
    }

    fn textbook(self, z: f64) -> f64 {
        z * z
    }

    fn derivative(self, z: f64) -> f64 {
        2.0 * z
    }

    fn second_derivative(self, _: f64) -> f64 {
        2.0
    }

    fn operators(self, graph: &mut dyn Operators, z: &str) -> String {
        graph.apply("Mul", &[z, z])
    }
}

#[cfg(test)]
mod tests {
    use crate::{Activation, Kernels, Level};

    /// PyTorch's `x**2` and its gradient 2 x dy, on numbers whose products are exact.
    #[test]
    fn values_and_gradients() {
        let (z, dy) = ([-3.0, -0.5, 0.0, 0.25, 1.5], [1.0, 2.0, 3.0, -4.0, 0.5]);
        for level in Level::supported() {
            let kernels = Kernels::<f32>::new(level).unwrap();
            let (mut y, mut dz) = ([0.0; 5], [0.0; 5]);
            kernels.activation(Activation::Square, &z, &mut y);
            kernels.activation_gradient(Activation::Square, &z, &y, &dy, &mut dz);
            assert_eq!(y, [9.0, 0.25, 0.0, 0.0625, 2.25]);
            assert_eq!(dz, [-6.0, -2.0, 0.0, -2.0, 1.5]);
        }
    }

    #[test]
    fn large_numbers_are_infinite_and_nan_stays() {
        let kernels = Kernels::<f32>::new(Level::best()).unwrap();
        let mut y = [0.0; 3];
        kernels.activation(Activation::Square, &[-1e30, f32::NAN, 1e-30], &mut y);
        assert!(y[0] == f32::INFINITY && y[1].is_nan() && y[2] == 0.0);
    }
}
