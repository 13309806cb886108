//! Scalar elementary functions in f64 that give the same bits on every machine.
//!
//! The standard library's `exp`, `ln`, `sin`, ... come from the platform and differ between
//! platforms; everything that affects a result uses these instead. They are one lane of the
//! kernels' vector code, with the error bounds given there.

pub use mlp_kernels::math::{cos, erf, exp, expm1, ln, log1p, sigmoid, sin, softplus, tanh};

/// `base` to a whole power, by repeated squaring from the lowest bit of the exponent on. The
/// relative error is below `exponent` times 1.2e-16.
///
/// ```
/// assert_eq!(mlp_core::math::power(0.5, 10), 1.0 / 1024.0);
/// ```
pub fn power(base: f64, exponent: u64) -> f64 {
    let (mut result, mut square, mut rest) = (1.0, base, exponent);
    while rest > 0 {
        if rest & 1 == 1 {
            result *= square;
        }
        square *= square;
        rest >>= 1;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of Python's `math`, within the bounds stated in `mlp_kernels::math`.
    #[test]
    fn known_values() {
        for (found, expected) in [
            (exp(1.0), std::f64::consts::E),
            (exp(-20.5), 1.250_152_866_386_743e-9),
            (ln(2.0), std::f64::consts::LN_2),
            (sin(1.0), 0.841_470_984_807_896_5),
            (cos(100.0), 0.862_318_872_287_683_9),
            (tanh(0.5), 0.462_117_157_260_009_76),
            (erf(0.5), 0.520_499_877_813_046_5),
            (log1p(1e-10), 9.999_999_999_5e-11),
            (power(0.999, 10), 0.990_044_880_209_748_2),
            (power(1.5, 0), 1.0),
        ] {
            let relative: f64 = (found - expected) / expected;
            assert!(relative.abs() < 2e-15, "{found} for {expected}");
        }
    }
}
