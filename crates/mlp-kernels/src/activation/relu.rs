//! The rectifier; the derivative at zero is 0.

use super::{ActivationFunction, ActivationInfo, Operators};
use crate::Element;
use crate::simd::{Simd, Vector};

#[derive(Clone, Copy)]
pub(crate) struct Relu;

impl ActivationFunction for Relu {
    const INFO: ActivationInfo = ActivationInfo {
        name: "relu",
        is_relu_family: true,
        c: "z > 0.0 ? z : 0.0",
        rust: "if z > 0.0 { z } else { 0.0 }",
        numpy: "np.maximum(z, 0)",
        pytorch: "torch.relu(z)",
        ..ActivationInfo::PLAIN
    };

    #[inline(always)]
    fn value<T: Element, S: Simd<T>>(self, s: S, z: S::V) -> S::V {
        let zero = s.splat(T::ZERO);
        S::V::select(z.le(zero), zero, z)
    }

    #[inline(always)]
    fn gradient<T: Element, S: Simd<T>>(self, s: S, _: S::V, y: S::V, dy: S::V) -> S::V {
        let zero = s.splat(T::ZERO);
        S::V::select(y.le(zero), zero, dy)
    }

    fn textbook(self, z: f64) -> f64 {
        if z > 0.0 { z } else { 0.0 }
    }

    fn derivative(self, z: f64) -> f64 {
        if z > 0.0 { 1.0 } else { 0.0 }
    }

    fn second_derivative(self, _: f64) -> f64 {
        0.0
    }

    fn operators(self, graph: &mut dyn Operators, z: &str) -> String {
        graph.apply("Relu", &[z])
    }
}
