//! `z Phi(z)` with the normal distribution function Phi by erf (Hendrycks and Gimpel 2016).

use super::{ActivationFunction, ActivationInfo, Operators};
use crate::Element;
use crate::math::{erf, exp};
use crate::simd::{Simd, Vector};
use std::f64::consts::{FRAC_1_SQRT_2, TAU};

#[derive(Clone, Copy)]
pub(crate) struct Gelu;

impl ActivationFunction for Gelu {
    const INFO: ActivationInfo = ActivationInfo {
        name: "gelu",
        is_relu_family: true,
        needs_preactivation: true,
        c: "0.5 * z * (1.0 + @erf(z * 0.7071067811865476))",
        rust: "0.5 * z * (1.0 + erf(z * core::f64::consts::FRAC_1_SQRT_2))",
        numpy: "0.5 * z * (1 + erf(z / np.sqrt(2)))",
        pytorch: "torch.nn.functional.gelu(z)",
        ..ActivationInfo::PLAIN
    };

    #[inline(always)]
    fn value<T: Element, S: Simd<T>>(self, s: S, z: S::V) -> S::V {
        z * v_distribution::<T, S>(s, z)
    }

    #[inline(always)]
    fn gradient<T: Element, S: Simd<T>>(self, s: S, z: S::V, _: S::V, dy: S::V) -> S::V {
        let density = s.splat(T::from_f64(0.398_942_280_401_432_7))
            * T::v_exp(s, s.splat(T::from_f64(-0.5)) * z * z);
        dy * z.fma(density, v_distribution::<T, S>(s, z))
    }

    fn textbook(self, z: f64) -> f64 {
        z * distribution(z)
    }

    fn derivative(self, z: f64) -> f64 {
        distribution(z) + z * density(z)
    }

    fn second_derivative(self, z: f64) -> f64 {
        density(z) * (2.0 - z * z)
    }

    fn operators(self, graph: &mut dyn Operators, z: &str) -> String {
        let (half, one) = (graph.constant(0.5), graph.constant(1.0));
        let narrow = graph.constant(FRAC_1_SQRT_2);
        let scaled = graph.apply("Mul", &[z, &narrow]);
        // Where it is taken in f32 for want of another, with an error of 1e-7 |z|.
        let erf = graph.apply_in_single("Erf", &scaled);
        let twice = graph.apply("Add", &[&erf, &one]);
        let share = graph.apply("Mul", &[&twice, &half]);
        graph.apply("Mul", &[z, &share])
    }
}

/// Normal distribution function.
#[inline(always)]
fn v_distribution<T: Element, S: Simd<T>>(s: S, z: S::V) -> S::V {
    let half = s.splat(T::from_f64(0.5));
    half.fma(T::v_erf(s, s.splat(T::from_f64(FRAC_1_SQRT_2)) * z), half)
}

fn distribution(z: f64) -> f64 {
    0.5 * (1.0 + erf(z * FRAC_1_SQRT_2))
}

/// Normal density.
fn density(z: f64) -> f64 {
    exp(-0.5 * z * z) / TAU.sqrt()
}
