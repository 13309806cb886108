//! Logistic function.

use super::{ActivationFunction, ActivationInfo, Operators};
use crate::Element;
use crate::math::{exp, v_sigmoid};
use crate::simd::{Simd, Vector};

#[derive(Clone, Copy)]
pub(crate) struct Sigmoid;

impl ActivationFunction for Sigmoid {
    const INFO: ActivationInfo = ActivationInfo {
        name: "sigmoid",
        is_positive: true,
        c: "@sigmoid(z)",
        rust: "sigmoid(z)",
        numpy: "sigmoid(z)",
        pytorch: "torch.sigmoid(z)",
        ..ActivationInfo::PLAIN
    };

    #[inline(always)]
    fn value<T: Element, S: Simd<T>>(self, s: S, z: S::V) -> S::V {
        v_sigmoid::<T, S>(s, z)
    }

    #[inline(always)]
    fn gradient<T: Element, S: Simd<T>>(self, s: S, _: S::V, y: S::V, dy: S::V) -> S::V {
        let minus = s.splat(T::SIGN);
        dy * y.fma(y.xor(minus), y)
    }

    fn textbook(self, z: f64) -> f64 {
        1.0 / (1.0 + exp(-z))
    }

    fn derivative(self, z: f64) -> f64 {
        let y = self.textbook(z);
        y * (1.0 - y)
    }

    fn second_derivative(self, z: f64) -> f64 {
        let y = self.textbook(z);
        y * (1.0 - y) * (1.0 - 2.0 * y)
    }

    fn operators(self, graph: &mut dyn Operators, z: &str) -> String {
        graph.apply("Sigmoid", &[z])
    }
}
