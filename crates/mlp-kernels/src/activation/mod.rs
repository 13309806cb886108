//! Activation functions.
//!
//! To add one: a file in this folder and a line in the registry below. The file contains everything about it: vector code of
//! the function and its derivative, the textbook's formulas, and how programs elsewhere (ONNX, C, Rust, NumPy) compute it.

mod function;
mod operators;
mod spelling;
#[cfg(feature = "serde")]
mod stored;

pub use function::ActivationInfo;
pub(crate) use function::{ActivationFunction, Visitor};
pub use operators::Operators;
pub use spelling::ActivationError;

use crate::Element;
use crate::simd::Simd;

/// Declares the enum and what is matched by variant. A line: variant (parameter = its default), module, meaning.
macro_rules! activations {
    ($($variant:ident $(($parameter:ident = $default:literal))? in $module:ident: $help:literal;)*) => {
        $(pub(crate) mod $module;)*

        /// An activation function, which a layer applies to its pre-activations z element by element.
        ///
        /// Spelled as on the command line: `tanh`, `leaky-relu:0.01`.
        ///
        /// ```
        /// use mlp_kernels::Activation;
        /// let phi: Activation = "leaky-relu:0.2".parse()?;
        /// assert_eq!(phi, Activation::LeakyRelu(0.2));
        /// assert_eq!(phi.to_string(), "leaky-relu:0.2");
        /// # Ok::<(), mlp_kernels::ActivationError>(())
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum Activation {
            $(
                #[doc = $help]
                $variant $((
                    #[doc = concat!("The ", stringify!($parameter), ", ", stringify!($default), " unless it is given.")]
                    f64
                ))?,
            )*
        }

        impl Activation {
            /// Every activation, with its default parameter if it has one.
            pub const DEFAULTS: &'static [Self] = &[$(Self::$variant $(($default))?,)*];

            /// Properties of the function.
            #[must_use]
            pub fn info(self) -> &'static ActivationInfo {
                match self {
                    $(Self::$variant { .. } => const { &<$module::$variant as ActivationFunction>::INFO },)*
                }
            }

            /// Its formula in one line, with the parameter as it is written.
            #[must_use]
            pub fn help(self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $help,)*
                }
            }

            /// Its parameter, by name, where it has one.
            #[must_use]
            pub fn parameter(self) -> Option<(&'static str, f64)> {
                match self {
                    $(Self::$variant $(($parameter))? => None$(.or(Some((stringify!($parameter), $parameter))))?,)*
                }
            }

            /// The same function with its parameter changed by `change`.
            #[must_use]
            pub fn map_parameter(self, change: impl FnOnce(f64) -> f64) -> Self {
                match self {
                    $(Self::$variant $(($parameter))? => Self::$variant $((change($parameter)))?,)*
                }
            }

            /// `phi(z)` by the textbook's formula.
            #[must_use]
            pub fn value(self, z: f64) -> f64 {
                match self {
                    $(Self::$variant $(($parameter))? => $module::$variant $(($parameter))?.textbook(z),)*
                }
            }

            /// `phi'(z)` by the textbook's formula.
            #[must_use]
            pub fn derivative(self, z: f64) -> f64 {
                match self {
                    $(Self::$variant $(($parameter))? => $module::$variant $(($parameter))?.derivative(z),)*
                }
            }

            /// `phi''(z)` by the textbook's formula; 0 at a corner.
            #[must_use]
            pub fn second_derivative(self, z: f64) -> f64 {
                match self {
                    $(Self::$variant $(($parameter))? => $module::$variant $(($parameter))?.second_derivative(z),)*
                }
            }

            /// Writes the function of the value `z` into a graph of operators; returns the name of the result.
            pub fn write_operators(self, graph: &mut dyn Operators, z: &str) -> String {
                match self {
                    $(Self::$variant $(($parameter))? => $module::$variant $(($parameter))?.operators(graph, z),)*
                }
            }

            /// Shows the function as a type of its own, so that a loop holds one alone.
            #[inline(always)]
            pub(crate) fn with<V: Visitor>(self, visitor: V) -> V::Output {
                match self {
                    $(Self::$variant $(($parameter))? => visitor.visit($module::$variant $(($parameter))?),)*
                }
            }
        }
    };
}

activations! {
    Identity in identity: "z";
    Tanh in tanh: "tanh(z)";
    Sigmoid in sigmoid: "1 / (1 + exp(-z))";
    Relu in relu: "z where positive, else 0";
    LeakyRelu(slope = 0.01) in leaky_relu: "z where positive, else SLOPE * z; leaky-relu:SLOPE, 0.01";
    Softsign in softsign: "z / (1 + |z|)";
    Softplus in softplus: "ln(1 + exp(z))";
    Elu(alpha = 1.0) in elu: "z where positive, else ALPHA * (exp(z) - 1); elu:ALPHA, 1";
    Gelu in gelu: "z * Phi(z), exact (erf)";
    Silu in silu: "z * sigmoid(z), also called swish";
    Sine in sine: "sin(z)";
    Square in square: "z^2";
}

impl Activation {
    /// The name, without parameter.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.info().name
    }

    /// Whether it is one of the rectifiers, for which He initialisation is customary.
    #[must_use]
    pub fn is_relu_family(self) -> bool {
        self.info().is_relu_family
    }

    /// Whether `phi(-z) = -phi(z)`.
    #[must_use]
    pub fn is_odd(self) -> bool {
        self.info().is_odd
    }

    /// Whether every value is above zero.
    #[must_use]
    pub fn is_positive(self) -> bool {
        self.info().is_positive
    }

    /// Whether the derivative is computed from the pre-activation z; otherwise from y alone.
    #[must_use]
    pub fn needs_preactivation(self) -> bool {
        self.info().needs_preactivation
    }
}

/// `phi(z)`, NaN not yet canonical.
#[inline(always)]
pub(crate) fn value<T: Element, S: Simd<T>>(s: S, phi: Activation, z: S::V) -> S::V {
    phi.with(Value::<T, S> { s, z })
}

struct Value<T: Copy, S: Simd<T>> {
    s: S,
    z: S::V,
}

impl<T: Element, S: Simd<T>> Visitor for Value<T, S> {
    type Output = S::V;

    #[inline(always)]
    fn visit<A: ActivationFunction>(self, phi: A) -> S::V {
        phi.value::<T, S>(self.s, self.z)
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
    phi.with(Gradient::<T, S> { s, z, y, dy })
}

struct Gradient<T: Copy, S: Simd<T>> {
    s: S,
    z: S::V,
    y: S::V,
    dy: S::V,
}

impl<T: Element, S: Simd<T>> Visitor for Gradient<T, S> {
    type Output = S::V;

    #[inline(always)]
    fn visit<A: ActivationFunction>(self, phi: A) -> S::V {
        phi.gradient::<T, S>(self.s, self.z, self.y, self.dy)
    }
}
