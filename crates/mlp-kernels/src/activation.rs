//! Activation functions and their derivatives.

use crate::Element;
use crate::math::{v_abs, v_sigmoid, v_softplus};
use crate::simd::{Simd, Vector};

/// An elementwise activation function.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Activation {
    /// `z`.
    Identity,
    /// Hyperbolic tangent.
    Tanh,
    /// Logistic function `1 / (1 + exp(-z))`.
    Sigmoid,
    /// `max(z, 0)`; the derivative at zero is 0.
    Relu,
    /// `z` above zero, `slope * z` elsewhere (Maas et al. 2013; usual slope 0.01).
    LeakyRelu(f64),
    /// `z / (1 + |z|)`.
    Softsign,
    /// `ln(1 + exp(z))`.
    Softplus,
    /// `z` above zero, `alpha * (exp(z) - 1)` elsewhere (Clevert et al. 2015; usual alpha 1).
    Elu(f64),
    /// `z * Phi(z)` with the normal distribution function by erf (Hendrycks and Gimpel 2016).
    Gelu,
    /// `z * sigmoid(z)` (Elfwing et al. 2017), also called swish.
    Silu,
    /// `sin z`.
    Sine,
}

impl Activation {
    /// Whether the derivative is computed from the pre-activation z; otherwise from y alone.
    #[must_use]
    pub fn needs_preactivation(self) -> bool {
        matches!(
            self,
            Activation::Softplus | Activation::Gelu | Activation::Silu | Activation::Sine
        )
    }
}

/// `phi(z)`, NaN not yet canonical.
#[inline(always)]
pub(crate) fn value<T: Element, S: Simd<T>>(s: S, phi: Activation, z: S::V) -> S::V {
    let (zero, one) = (s.splat(T::ZERO), s.splat(T::ONE));
    match phi {
        Activation::Identity => z,
        Activation::Tanh => T::v_tanh(s, z),
        Activation::Sigmoid => v_sigmoid::<T, S>(s, z),
        Activation::Relu => S::V::select(z.le(zero), zero, z),
        Activation::LeakyRelu(slope) => {
            S::V::select(z.le(zero), s.splat(T::from_f64(slope)) * z, z)
        }
        Activation::Softsign => z / (v_abs::<T, S>(s, z) + one),
        Activation::Softplus => v_softplus::<T, S>(s, z),
        Activation::Elu(alpha) => S::V::select(
            z.le(zero),
            s.splat(T::from_f64(alpha)) * T::v_expm1(s, z),
            z,
        ),
        Activation::Gelu => z * normal_distribution::<T, S>(s, z),
        Activation::Silu => z * v_sigmoid::<T, S>(s, z),
        Activation::Sine => T::v_sin(s, z),
    }
}

/// `dy * phi'`, neither flushed nor canonical. `z` counts only where [`Activation::needs_preactivation`] says so.
#[inline(always)]
pub(crate) fn gradient<T: Element, S: Simd<T>>(
    s: S,
    phi: Activation,
    z: S::V,
    y: S::V,
    dy: S::V,
) -> S::V {
    let (zero, one) = (s.splat(T::ZERO), s.splat(T::ONE));
    let minus = s.splat(T::SIGN);
    match phi {
        Activation::Identity => dy,
        Activation::Tanh => dy * y.fma(y.xor(minus), one),
        Activation::Sigmoid => dy * y.fma(y.xor(minus), y),
        Activation::Relu => S::V::select(y.le(zero), zero, dy),
        Activation::LeakyRelu(slope) => {
            S::V::select(y.le(zero), s.splat(T::from_f64(slope)) * dy, dy)
        }
        Activation::Softsign => {
            let rest = one - v_abs::<T, S>(s, y);
            dy * (rest * rest)
        }
        Activation::Softplus => dy * v_sigmoid::<T, S>(s, z),
        Activation::Elu(alpha) => {
            S::V::select(y.le(zero), dy * (y + s.splat(T::from_f64(alpha))), dy)
        }
        Activation::Gelu => {
            let density = s.splat(T::from_f64(0.398_942_280_401_432_7))
                * T::v_exp(s, s.splat(T::from_f64(-0.5)) * z * z);
            dy * z.fma(density, normal_distribution::<T, S>(s, z))
        }
        Activation::Silu => {
            let sigmoid = v_sigmoid::<T, S>(s, z);
            dy * (sigmoid * z.fma(one - sigmoid, one))
        }
        Activation::Sine => dy * T::v_cos(s, z),
    }
}

/// Normal distribution function.
#[inline(always)]
fn normal_distribution<T: Element, S: Simd<T>>(s: S, z: S::V) -> S::V {
    let half = s.splat(T::from_f64(0.5));
    half.fma(
        T::v_erf(s, s.splat(T::from_f64(std::f64::consts::FRAC_1_SQRT_2)) * z),
        half,
    )
}
