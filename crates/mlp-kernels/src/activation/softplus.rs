//! `ln(1 + exp(z))`.

use super::sigmoid::Sigmoid;
use super::{ActivationFunction, ActivationInfo, Operators};
use crate::Element;
use crate::math::{exp, ln, v_sigmoid, v_softplus};
use crate::simd::Simd;

#[derive(Clone, Copy)]
pub(crate) struct Softplus;

impl ActivationFunction for Softplus {
    const INFO: ActivationInfo = ActivationInfo {
        name: "softplus",
        is_positive: true,
        needs_preactivation: true,
        c: "@softplus(z)",
        rust: "softplus(z)",
        numpy: "np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))",
        pytorch: "torch.nn.functional.softplus(z)",
        ..ActivationInfo::PLAIN
    };

    #[inline(always)]
    fn value<T: Element, S: Simd<T>>(self, s: S, z: S::V) -> S::V {
        v_softplus::<T, S>(s, z)
    }

    #[inline(always)]
    fn gradient<T: Element, S: Simd<T>>(self, s: S, z: S::V, _: S::V, dy: S::V) -> S::V {
        dy * v_sigmoid::<T, S>(s, z)
    }

    fn textbook(self, z: f64) -> f64 {
        // Without overflow.
        if z > 0.0 {
            z + ln(1.0 + exp(-z))
        } else {
            ln(1.0 + exp(z))
        }
    }

    fn derivative(self, z: f64) -> f64 {
        Sigmoid.textbook(z)
    }

    fn second_derivative(self, z: f64) -> f64 {
        Sigmoid.derivative(z)
    }

    fn operators(self, graph: &mut dyn Operators, z: &str) -> String {
        if graph.is_single() {
            return graph.apply("Softplus", &[z]);
        }
        // max(z, 0) + ln(1 + e^-|z|), which does not overflow.
        let one = graph.constant(1.0);
        let size = graph.apply("Abs", &[z]);
        let minus = graph.apply("Neg", &[&size]);
        let power = graph.apply("Exp", &[&minus]);
        let sum = graph.apply("Add", &[&power, &one]);
        let tail = graph.apply("Log", &[&sum]);
        let above = graph.apply("Relu", &[z]);
        graph.apply("Add", &[&above, &tail])
    }
}
