//! `sin z` (Sitzmann et al. 2020).

use super::{ActivationFunction, ActivationInfo, Operators};
use crate::Element;
use crate::math::{cos, sin};
use crate::simd::Simd;

#[derive(Clone, Copy)]
pub(crate) struct Sine;

impl ActivationFunction for Sine {
    const INFO: ActivationInfo = ActivationInfo {
        name: "sine",
        is_odd: true,
        needs_preactivation: true,
        c: "@sin(z)",
        rust: "sin(z)",
        numpy: "np.sin(z)",
        pytorch: "torch.sin(z)",
        ..ActivationInfo::PLAIN
    };

    #[inline(always)]
    fn value<T: Element, S: Simd<T>>(self, s: S, z: S::V) -> S::V {
        T::v_sin(s, z)
    }

    #[inline(always)]
    fn gradient<T: Element, S: Simd<T>>(self, s: S, z: S::V, _: S::V, dy: S::V) -> S::V {
        dy * T::v_cos(s, z)
    }

    fn textbook(self, z: f64) -> f64 {
        sin(z)
    }

    fn derivative(self, z: f64) -> f64 {
        cos(z)
    }

    fn second_derivative(self, z: f64) -> f64 {
        -sin(z)
    }

    fn operators(self, graph: &mut dyn Operators, z: &str) -> String {
        graph.apply("Sin", &[z])
    }
}
