//! Hyperbolic tangent.

use super::{ActivationFunction, ActivationInfo, Operators};
use crate::Element;
use crate::math::{tanh, tanh_all};
use crate::simd::{Simd, Vector};

#[derive(Clone, Copy)]
pub(crate) struct Tanh;

impl ActivationFunction for Tanh {
    const INFO: ActivationInfo = ActivationInfo {
        name: "tanh",
        is_odd: true,
        c: "@tanh(z)",
        rust: "tanh(z)",
        numpy: "np.tanh(z)",
        pytorch: "torch.tanh(z)",
        ..ActivationInfo::PLAIN
    };

    const BY_FOUR: bool = true;

    #[inline(always)]
    fn values<T: Element, S: Simd<T>, const N: usize>(self, s: S, z: [S::V; N]) -> [S::V; N] {
        tanh_all::<T, S, N>(s, z)
    }

    #[inline(always)]
    fn value<T: Element, S: Simd<T>>(self, s: S, z: S::V) -> S::V {
        T::v_tanh(s, z)
    }

    #[inline(always)]
    fn gradient<T: Element, S: Simd<T>>(self, s: S, _: S::V, y: S::V, dy: S::V) -> S::V {
        let minus = s.splat(T::SIGN);
        dy * y.fma(y.xor(minus), s.splat(T::ONE))
    }

    fn textbook(self, z: f64) -> f64 {
        tanh(z)
    }

    fn derivative(self, z: f64) -> f64 {
        1.0 - tanh(z) * tanh(z)
    }

    fn second_derivative(self, z: f64) -> f64 {
        let y = tanh(z);
        -2.0 * y * (1.0 - y * y)
    }

    fn operators(self, graph: &mut dyn Operators, z: &str) -> String {
        graph.apply("Tanh", &[z])
    }
}
