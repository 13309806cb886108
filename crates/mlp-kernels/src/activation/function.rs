//! The definition of an activation.

use super::Operators;
use crate::Element;
use crate::math::v_canonical;
use crate::simd::Simd;

/// Properties of an activation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ActivationInfo {
    /// The name, as it is spelled.
    pub name: &'static str,
    /// Aliases.
    pub aliases: &'static [&'static str],
    /// Whether `phi(-z) = -phi(z)`.
    pub is_odd: bool,
    /// Whether every value is above zero.
    pub is_positive: bool,
    /// Whether it is one of the rectifiers, for which He initialisation is customary.
    pub is_relu_family: bool,
    /// Whether the derivative is computed from the pre-activation z; otherwise from y alone.
    pub needs_preactivation: bool,
    /// The value at the double `z` as an expression in C. `$` stands for the parameter, `@` for what the names of functions begin with:
    /// `exp`, `expm1`, `tanh`, `sigmoid`, `softplus`, `erf`, `sqrt`, `sin`.
    pub c: &'static str,
    /// The same in Rust; functions have plain names.
    pub rust: &'static str,
    /// The same for an array in Python, with NumPy as `np` and the functions `sigmoid` and `erf`.
    pub numpy: &'static str,
    /// The same for a tensor of PyTorch, with `torch`.
    pub pytorch: &'static str,
}

impl ActivationInfo {
    /// Neither odd nor positive nor a rectifier, the derivative from y.
    pub(super) const PLAIN: Self = Self {
        name: "",
        aliases: &[],
        is_odd: false,
        is_positive: false,
        is_relu_family: false,
        needs_preactivation: false,
        c: "",
        rust: "",
        numpy: "",
        pytorch: "",
    };
}

/// An activation as a type, with its parameter.
pub(crate) trait ActivationFunction: Copy {
    /// Its properties.
    const INFO: ActivationInfo;

    /// Whether [`Self::values`] of four vectors is faster than of two.
    const BY_FOUR: bool = false;

    /// `phi(z)`, NaN not yet canonical.
    fn value<T: Element, S: Simd<T>>(self, s: S, z: S::V) -> S::V;

    /// `phi(z)` of several vectors, with canonical NaN.
    #[inline(always)]
    fn values<T: Element, S: Simd<T>, const N: usize>(self, s: S, z: [S::V; N]) -> [S::V; N] {
        let mut y = z;
        for y in &mut y {
            *y = self.value::<T, S>(s, *y);
        }
        for y in &mut y {
            *y = v_canonical::<T, S>(s, *y);
        }
        y
    }

    /// `dy * phi'`, neither flushed nor canonical. `z` counts only where [`ActivationInfo::needs_preactivation`] says so.
    fn gradient<T: Element, S: Simd<T>>(self, s: S, z: S::V, y: S::V, dy: S::V) -> S::V;

    /// `phi(z)` by the textbook's formula.
    fn textbook(self, z: f64) -> f64;

    /// `phi'(z)` by the textbook's formula.
    fn derivative(self, z: f64) -> f64;

    /// `phi''(z)` by the textbook's formula; 0 at a corner.
    fn second_derivative(self, z: f64) -> f64;

    /// Writes the function of the value `z` into a graph of operators; gives the name of its value.
    fn operators(self, graph: &mut dyn Operators, z: &str) -> String;
}

/// What is done with an activation as a type.
pub(crate) trait Visitor {
    /// What comes of it.
    type Output;

    /// Does it.
    fn visit<A: ActivationFunction>(self, phi: A) -> Self::Output;
}
