//! Activations and their derivatives, as formulas in z.

use crate::{Activation, Scalar};

/// phi(z), computed in f64.
pub fn value<T: Scalar>(phi: Activation, z: T) -> T {
    T::from_f64(phi.value(z.to_f64()))
}

/// phi'(z), computed in f64.
pub fn derivative<T: Scalar>(phi: Activation, z: T) -> T {
    T::from_f64(phi.derivative(z.to_f64()))
}

/// phi''(z), computed in f64; 0 at a kink.
pub fn second_derivative<T: Scalar>(phi: Activation, z: T) -> T {
    T::from_f64(phi.second_derivative(z.to_f64()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of Python's `math`.
    #[test]
    fn known_values() {
        for (phi, z, y) in [
            (Activation::Tanh, 0.5, 0.462_117_157_260_009_76),
            (Activation::Sigmoid, -1.5, 0.182_425_523_806_356_35),
            (Activation::LeakyRelu(0.01), -2.0, -0.02),
            (Activation::Softsign, -3.0, -0.75),
            (Activation::Softplus, 1.0, 1.313_261_687_518_222_8),
            (Activation::Elu(1.0), -1.0, -0.632_120_558_828_557_7),
            (Activation::Gelu, 1.0, 0.841_344_746_068_542_9),
            (Activation::Silu, 2.0, 1.761_594_155_955_764_9),
            (Activation::Sine, 1.0, 0.841_470_984_807_896_5),
        ] {
            let found: f64 = value(phi, z);
            assert!((found - y).abs() < 1e-15, "{phi}: {found} for {y}");
        }
    }

    #[test]
    fn second_derivatives_are_slopes_of_derivatives() {
        for &phi in Activation::DEFAULTS {
            for z in [-2.5, -1.0, -0.1, 0.2, 1.0, 3.0] {
                let h: f64 = 1e-5;
                let slope: f64 = (derivative(phi, z + h) - derivative(phi, z - h)) / (2.0 * h);
                let found: f64 = second_derivative(phi, z);
                assert!(
                    (found - slope).abs() < 1e-9,
                    "{phi} at {z}: {found} for {slope}"
                );
            }
        }
    }

    #[test]
    fn derivatives_are_slopes() {
        for &phi in Activation::DEFAULTS {
            for z in [-2.5, -1.0, -0.1, 0.2, 1.0, 3.0] {
                let h: f64 = 1e-5;
                let slope: f64 = (value(phi, z + h) - value(phi, z - h)) / (2.0 * h);
                assert!(
                    (derivative::<f64>(phi, z) - slope).abs() < 1e-9,
                    "{phi} at {z}"
                );
            }
        }
    }
}
