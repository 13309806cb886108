//! The exponential linear unit (Clevert et al. 2015); for large negative z the limit is -alpha.

use super::operators::halves;
use super::{ActivationFunction, ActivationInfo, Operators};
use crate::Element;
use crate::math::exp;
use crate::simd::{Simd, Vector};

#[derive(Clone, Copy)]
pub(crate) struct Elu(pub f64);

impl ActivationFunction for Elu {
    const INFO: ActivationInfo = ActivationInfo {
        name: "elu",
        is_relu_family: true,
        c: "z > 0.0 ? z : $ * @expm1(z)",
        rust: "if z > 0.0 { z } else { $ * expm1(z) }",
        numpy: "np.where(z > 0, z, $ * np.expm1(np.minimum(z, 0)))",
        pytorch: "torch.nn.functional.elu(z, $)",
        ..ActivationInfo::PLAIN
    };

    #[inline(always)]
    fn value<T: Element, S: Simd<T>>(self, s: S, z: S::V) -> S::V {
        S::V::select(
            z.le(s.splat(T::ZERO)),
            s.splat(T::from_f64(self.0)) * T::v_expm1(s, z),
            z,
        )
    }

    #[inline(always)]
    fn gradient<T: Element, S: Simd<T>>(self, s: S, _: S::V, y: S::V, dy: S::V) -> S::V {
        S::V::select(
            y.le(s.splat(T::ZERO)),
            dy * (y + s.splat(T::from_f64(self.0))),
            dy,
        )
    }

    fn textbook(self, z: f64) -> f64 {
        if z > 0.0 { z } else { self.0 * (exp(z) - 1.0) }
    }

    fn derivative(self, z: f64) -> f64 {
        if z > 0.0 { 1.0 } else { self.0 * exp(z) }
    }

    fn second_derivative(self, z: f64) -> f64 {
        if z > 0.0 { 0.0 } else { self.0 * exp(z) }
    }

    fn operators(self, graph: &mut dyn Operators, z: &str) -> String {
        if graph.is_single() {
            return graph.apply_with_alpha("Elu", self.0, z);
        }
        let (above, below) = halves(graph, z);
        let (one, scale) = (graph.constant(1.0), graph.constant(self.0));
        let power = graph.apply("Exp", &[&below]);
        let less = graph.apply("Sub", &[&power, &one]);
        let below = graph.apply("Mul", &[&less, &scale]);
        graph.apply("Add", &[&above, &below])
    }
}
