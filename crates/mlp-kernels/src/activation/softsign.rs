//! `z / (1 + |z|)`.

use super::{ActivationFunction, ActivationInfo, Operators};
use crate::Element;
use crate::math::v_abs;
use crate::simd::Simd;

#[derive(Clone, Copy)]
pub(crate) struct Softsign;

impl ActivationFunction for Softsign {
    const INFO: ActivationInfo = ActivationInfo {
        name: "softsign",
        is_odd: true,
        c: "z < 0.0 ? z / (1.0 - z) : z / (1.0 + z)",
        rust: "if z < 0.0 { z / (1.0 - z) } else { z / (1.0 + z) }",
        numpy: "z / (1 + np.abs(z))",
        pytorch: "torch.nn.functional.softsign(z)",
        ..ActivationInfo::PLAIN
    };

    #[inline(always)]
    fn value<T: Element, S: Simd<T>>(self, s: S, z: S::V) -> S::V {
        z / (v_abs::<T, S>(s, z) + s.splat(T::ONE))
    }

    #[inline(always)]
    fn gradient<T: Element, S: Simd<T>>(self, s: S, _: S::V, y: S::V, dy: S::V) -> S::V {
        let rest = s.splat(T::ONE) - v_abs::<T, S>(s, y);
        dy * (rest * rest)
    }

    fn textbook(self, z: f64) -> f64 {
        z / (1.0 + z.abs())
    }

    fn derivative(self, z: f64) -> f64 {
        1.0 / ((1.0 + z.abs()) * (1.0 + z.abs()))
    }

    fn second_derivative(self, z: f64) -> f64 {
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

    fn operators(self, graph: &mut dyn Operators, z: &str) -> String {
        if graph.is_single() {
            return graph.apply("Softsign", &[z]);
        }
        let one = graph.constant(1.0);
        let size = graph.apply("Abs", &[z]);
        let below = graph.apply("Add", &[&size, &one]);
        graph.apply("Div", &[z, &below])
    }
}
