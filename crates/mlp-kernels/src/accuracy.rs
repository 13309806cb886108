//! Errors of the elementary functions in units in the last place.

use crate::math::Function;
use crate::{Kernels, Level, UnsupportedLevel};

/// The largest error found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Worst {
    /// Error in units in the last place of the true result.
    pub ulp: f64,
    /// The argument.
    pub at: f32,
}

/// The error bound of an `f32` function, in units in the last place.
#[must_use]
pub fn bound_f32(function: Function) -> f64 {
    match function {
        Function::Exp => 1.1,
        Function::Ln => 1.0,
        Function::Tanh
        | Function::Expm1
        | Function::Log1p
        | Function::Erf
        | Function::Sin
        | Function::Cos => 2.0,
        Function::Sigmoid | Function::Softplus => 3.0,
    }
}

/// The largest error of an `f32` function against the `f64` one over every `stride`-th bit pattern (1: all of them, some minutes).
///
/// Arguments outside the domain and results below the smallest normal number, which `exp` flushes, are left out; where only one of the two is
/// NaN or infinite the error is infinite.
///
/// # Errors
/// A level that this processor does not support.
///
/// # Panics
/// If `stride` is zero.
pub fn worst_f32(level: Level, function: Function, stride: u32) -> Result<Worst, UnsupportedLevel> {
    const BLOCK: usize = 4096;
    let (single, double) = (Kernels::<f32>::new(level)?, Kernels::<f64>::new(level)?);
    let mut worst = Worst { ulp: 0.0, at: 0.0 };
    let mut patterns = (0..=u32::MAX).step_by(stride as usize).fuse();
    loop {
        let x: Vec<f32> = patterns.by_ref().take(BLOCK).map(f32::from_bits).collect();
        if x.is_empty() {
            return Ok(worst);
        }
        let wide: Vec<f64> = x.iter().map(|&x| f64::from(x)).collect();
        let (mut got, mut want) = (vec![0.0; x.len()], vec![0.0; x.len()]);
        single.function(function, &x, &mut got);
        double.function(function, &wide, &mut want);
        for ((&x, &got), &want) in x.iter().zip(&got).zip(&want) {
            let ulp = error_f32(got, want);
            if ulp > worst.ulp {
                worst = Worst { ulp, at: x };
            }
        }
    }
}

/// The distance of `got` from `want` in units in the last place of `want` as an `f32`.
fn error_f32(got: f32, want: f64) -> f64 {
    let rounded = want as f32;
    if got.to_bits() == rounded.to_bits()
        || want.abs() < f64::from(f32::MIN_POSITIVE)
        || (got.is_nan() && want.is_nan())
    {
        return 0.0;
    }
    // The largest finite number and infinity are one unit apart where the true result is between them.
    if want.is_finite() && got.is_infinite() && want.abs() >= f64::from(f32::MAX) {
        return 0.0;
    }
    let exponent = ((want.to_bits() >> 52) & 0x7ff) as i32 - 1023;
    let error = (f64::from(got) - want).abs();
    let unit = f64::from_bits(((exponent.clamp(-126, 127) - 23 + 1023) as u64) << 52);
    if error.is_nan() {
        f64::INFINITY
    } else {
        error / unit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_precision_keeps_its_bounds() {
        // A prime stride reaches all exponents and many mantissas.
        for function in Function::ALL {
            let worst = worst_f32(Level::best(), function, 4093).unwrap();
            assert!(worst.ulp <= bound_f32(function), "{function:?}: {worst:?}");
            assert!(worst.ulp > 0.0, "{function:?} is exact, which cannot be");
        }
    }

    #[test]
    fn errors_are_counted_in_units_of_the_result() {
        assert_eq!(error_f32(1.0 + f32::EPSILON, 1.0), 1.0);
        assert_eq!(error_f32(f32::NAN, 1.0), f64::INFINITY);
        assert_eq!(error_f32(f32::INFINITY, 1e39), 0.0);
    }
}
