//! No activation: `z`.

use super::{ActivationFunction, ActivationInfo, Operators};
use crate::Element;
use crate::simd::Simd;

#[derive(Clone, Copy)]
pub(crate) struct Identity;

impl ActivationFunction for Identity {
    const INFO: ActivationInfo = ActivationInfo {
        name: "identity",
        is_odd: true,
        c: "z",
        rust: "z",
        numpy: "z",
        pytorch: "z",
        ..ActivationInfo::PLAIN
    };

    #[inline(always)]
    fn value<T: Element, S: Simd<T>>(self, _: S, z: S::V) -> S::V {
        z
    }

    #[inline(always)]
    fn gradient<T: Element, S: Simd<T>>(self, _: S, _: S::V, _: S::V, dy: S::V) -> S::V {
        dy
    }

    fn textbook(self, z: f64) -> f64 {
        z
    }

    fn derivative(self, _: f64) -> f64 {
        1.0
    }

    fn second_derivative(self, _: f64) -> f64 {
        0.0
    }

    fn operators(self, _: &mut dyn Operators, z: &str) -> String {
        z.to_owned()
    }
}
