//! `z sigmoid(z)` (Elfwing et al. 2017).

use super::sigmoid::Sigmoid;
use super::{ActivationFunction, ActivationInfo, Operators};
use crate::Element;
use crate::math::v_sigmoid;
use crate::simd::{Simd, Vector};

#[derive(Clone, Copy)]
pub(crate) struct Silu;

impl ActivationFunction for Silu {
    const INFO: ActivationInfo = ActivationInfo {
        name: "silu",
        aliases: &["swish"],
        is_relu_family: true,
        needs_preactivation: true,
        c: "z * @sigmoid(z)",
        rust: "z * sigmoid(z)",
        numpy: "z * sigmoid(z)",
        pytorch: "torch.nn.functional.silu(z)",
        ..ActivationInfo::PLAIN
    };

    #[inline(always)]
    fn value<T: Element, S: Simd<T>>(self, s: S, z: S::V) -> S::V {
        z * v_sigmoid::<T, S>(s, z)
    }

    #[inline(always)]
    fn gradient<T: Element, S: Simd<T>>(self, s: S, z: S::V, _: S::V, dy: S::V) -> S::V {
        let (one, sigmoid) = (s.splat(T::ONE), v_sigmoid::<T, S>(s, z));
        dy * (sigmoid * z.fma(one - sigmoid, one))
    }

    fn textbook(self, z: f64) -> f64 {
        z * Sigmoid.textbook(z)
    }

    fn derivative(self, z: f64) -> f64 {
        let y = Sigmoid.textbook(z);
        y * (1.0 + z * (1.0 - y))
    }

    fn second_derivative(self, z: f64) -> f64 {
        let y = Sigmoid.textbook(z);
        y * (1.0 - y) * (2.0 + z * (1.0 - 2.0 * y))
    }

    fn operators(self, graph: &mut dyn Operators, z: &str) -> String {
        let share = graph.apply("Sigmoid", &[z]);
        graph.apply("Mul", &[z, &share])
    }
}
