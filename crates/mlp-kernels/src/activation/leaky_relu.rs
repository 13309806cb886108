//! The rectifier with a slope below zero, where the derivative at zero is the slope (Maas et al. 2013).

use super::operators::halves;
use super::{ActivationFunction, ActivationInfo, Operators};
use crate::Element;
use crate::simd::{Simd, Vector};

#[derive(Clone, Copy)]
pub(crate) struct LeakyRelu(pub f64);

impl ActivationFunction for LeakyRelu {
    const INFO: ActivationInfo = ActivationInfo {
        name: "leaky-relu",
        is_relu_family: true,
        c: "z > 0.0 ? z : $ * z",
        rust: "if z > 0.0 { z } else { $ * z }",
        numpy: "np.where(z > 0, z, $ * z)",
        pytorch: "torch.nn.functional.leaky_relu(z, $)",
        ..ActivationInfo::PLAIN
    };

    #[inline(always)]
    fn value<T: Element, S: Simd<T>>(self, s: S, z: S::V) -> S::V {
        S::V::select(z.le(s.splat(T::ZERO)), s.splat(T::from_f64(self.0)) * z, z)
    }

    #[inline(always)]
    fn gradient<T: Element, S: Simd<T>>(self, s: S, _: S::V, y: S::V, dy: S::V) -> S::V {
        S::V::select(
            y.le(s.splat(T::ZERO)),
            s.splat(T::from_f64(self.0)) * dy,
            dy,
        )
    }

    fn textbook(self, z: f64) -> f64 {
        if z > 0.0 { z } else { self.0 * z }
    }

    fn derivative(self, z: f64) -> f64 {
        if z > 0.0 { 1.0 } else { self.0 }
    }

    fn second_derivative(self, _: f64) -> f64 {
        0.0
    }

    fn operators(self, graph: &mut dyn Operators, z: &str) -> String {
        if graph.is_single() {
            return graph.apply_with_alpha("LeakyRelu", self.0, z);
        }
        let (above, below) = halves(graph, z);
        let slope = graph.constant(self.0);
        let below = graph.apply("Mul", &[&below, &slope]);
        graph.apply("Add", &[&above, &below])
    }
}
