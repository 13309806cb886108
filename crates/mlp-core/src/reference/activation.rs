//! Activations and their derivatives, as formulas in z.

use crate::{Activation, Scalar, math};

/// phi(z), computed in f64.
pub fn value<T: Scalar>(phi: Activation, z: T) -> T {
    let z = z.to_f64();
    T::from_f64(match phi {
        Activation::Identity => z,
        Activation::Tanh => math::tanh(z),
        Activation::Sigmoid => sigmoid(z),
        Activation::Relu => {
            if z > 0.0 {
                z
            } else {
                0.0
            }
        }
        Activation::LeakyRelu(slope) => {
            if z > 0.0 {
                z
            } else {
                slope * z
            }
        }
        Activation::Softsign => z / (1.0 + z.abs()),
        // ln(1 + e^z) without overflow.
        Activation::Softplus => {
            if z > 0.0 {
                z + math::ln(1.0 + math::exp(-z))
            } else {
                math::ln(1.0 + math::exp(z))
            }
        }
        Activation::Elu(alpha) => {
            if z > 0.0 {
                z
            } else {
                alpha * (math::exp(z) - 1.0)
            }
        }
        Activation::Gelu => z * normal_distribution(z),
        Activation::Silu => z * sigmoid(z),
        Activation::Sine => math::sin(z),
    })
}

/// phi'(z), computed in f64.
pub fn derivative<T: Scalar>(phi: Activation, z: T) -> T {
    let z = z.to_f64();
    T::from_f64(match phi {
        Activation::Identity => 1.0,
        Activation::Tanh => 1.0 - math::tanh(z) * math::tanh(z),
        Activation::Sigmoid => sigmoid(z) * (1.0 - sigmoid(z)),
        Activation::Relu => {
            if z > 0.0 {
                1.0
            } else {
                0.0
            }
        }
        Activation::LeakyRelu(slope) => {
            if z > 0.0 {
                1.0
            } else {
                slope
            }
        }
        Activation::Softsign => 1.0 / ((1.0 + z.abs()) * (1.0 + z.abs())),
        Activation::Softplus => sigmoid(z),
        Activation::Elu(alpha) => {
            if z > 0.0 {
                1.0
            } else {
                alpha * math::exp(z)
            }
        }
        Activation::Gelu => normal_distribution(z) + z * normal_density(z),
        Activation::Silu => sigmoid(z) * (1.0 + z * (1.0 - sigmoid(z))),
        Activation::Sine => math::cos(z),
    })
}

/// phi''(z), computed in f64; 0 at a corner.
pub fn second_derivative<T: Scalar>(phi: Activation, z: T) -> T {
    let z = z.to_f64();
    T::from_f64(match phi {
        Activation::Identity | Activation::Relu | Activation::LeakyRelu(_) => 0.0,
        Activation::Tanh => {
            let y = math::tanh(z);
            -2.0 * y * (1.0 - y * y)
        }
        Activation::Sigmoid => {
            let y = sigmoid(z);
            y * (1.0 - y) * (1.0 - 2.0 * y)
        }
        Activation::Softsign => {
            let size = 1.0 + z.abs();
            let bend = -2.0 / (size * size * size);
            if z > 0.0 {
                bend
            } else if z < 0.0 {
                -bend
            } else {
                0.0
            }
        }
        Activation::Softplus => sigmoid(z) * (1.0 - sigmoid(z)),
        Activation::Elu(alpha) => {
            if z > 0.0 {
                0.0
            } else {
                alpha * math::exp(z)
            }
        }
        Activation::Gelu => normal_density(z) * (2.0 - z * z),
        Activation::Silu => {
            let y = sigmoid(z);
            y * (1.0 - y) * (2.0 + z * (1.0 - 2.0 * y))
        }
        Activation::Sine => -math::sin(z),
    })
}

fn sigmoid(z: f64) -> f64 {
    1.0 / (1.0 + math::exp(-z))
}

fn normal_distribution(z: f64) -> f64 {
    0.5 * (1.0 + math::erf(z * std::f64::consts::FRAC_1_SQRT_2))
}

fn normal_density(z: f64) -> f64 {
    math::exp(-0.5 * z * z) / std::f64::consts::TAU.sqrt()
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
