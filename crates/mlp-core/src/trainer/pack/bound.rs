//! How large parameters may be with which the padding of a network stays finite.

use crate::{Architecture, Scalar};

/// The largest power of two that, as the size of every parameter, keeps all that a network makes of inputs
/// of zero below a quarter of the largest number; `None` where that is not well above what a trained
/// network has.
pub(super) fn bound<T: Scalar>(architecture: &Architecture, largest: f64) -> Option<T> {
    /// Sizes, summed over the parameters, that must be within.
    const LEAST: f64 = 65536.0;
    let mut bound = 2.0f64.powi(120);
    while bound >= LEAST {
        if reach(architecture, bound) < largest / 4.0 {
            return Some(T::from_f64(bound));
        }
        bound /= 2.0;
    }
    None
}

/// The largest size of anything between the layers.
fn reach(architecture: &Architecture, parameter: f64) -> f64 {
    // All that came so far, since layers with shortcuts see any of it.
    let (mut all, mut largest) = (0.0, 0.0f64);
    for (layer, range) in architecture.layers.iter().zip(architecture.ranges()) {
        let inputs = range.inputs as f64;
        let z = (1.0 + layer.scale.abs()) * (inputs * parameter * all + parameter);
        let (up, down) = (layer.activation.value(z), layer.activation.value(-z));
        let y = up.abs() + down.abs() + 1.0;
        largest = if largest < z { z } else { largest };
        all += y;
        largest = if largest < all { all } else { largest };
    }
    largest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Activation;

    #[test]
    fn deep_rectifiers_have_a_lower_bound_than_tanh() {
        let of = |activation, layers: usize, largest: f64| {
            let net = Architecture::classical(2, &vec![16; layers], activation, 1);
            bound::<f64>(&net, largest).map(|bound| bound.log2())
        };
        let (single, double) = (f64::from(f32::MAX), f64::MAX);
        assert!(of(Activation::Tanh, 1, single).unwrap() > 100.0);
        assert!(of(Activation::Relu, 2, single).unwrap() > 30.0);
        assert_eq!(of(Activation::Relu, 12, single), None);
        assert!(of(Activation::Relu, 12, double).is_some());
        assert!(of(Activation::Square, 1, single).unwrap() > 30.0);
        assert_eq!(of(Activation::Square, 6, single), None);
    }
}
