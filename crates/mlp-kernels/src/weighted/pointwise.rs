//! Losses of an output and its target alone.

use crate::math::v_abs;
use crate::simd::{Simd, Vector};
use crate::{Element, Loss};

/// Added to a rate before its logarithm is taken, as PyTorch does.
pub(crate) const RATE_EPSILON: f64 = 1e-8;

/// -1, 0 or 1; NaN stays.
#[inline(always)]
fn sign<T: Element, S: Simd<T>>(s: S, low: T, high: T, d: S::V) -> S::V {
    let zero = s.splat(T::ZERO);
    let low = S::V::select(d.lt(zero), s.splat(low), d);
    S::V::select(zero.lt(d), s.splat(high), low)
}

/// The loss's derivative by z; of the squared error half of it.
#[inline(always)]
pub(super) fn slope<T: Element, S: Simd<T>>(s: S, loss: Loss, z: S::V, t: S::V) -> S::V {
    let d = z - t;
    match loss {
        Loss::AbsoluteError => sign(s, -T::ONE, T::ONE, d),
        Loss::Quantile { level } => sign(s, T::from_f64(-level), T::from_f64(1.0 - level), d),
        Loss::Huber { delta } => {
            let (low, high) = (s.splat(T::from_f64(-delta)), s.splat(T::from_f64(delta)));
            let d = S::V::select(d.lt(low), low, d);
            S::V::select(high.lt(d), high, d)
        }
        Loss::LogCosh => T::v_tanh(s, d),
        Loss::Poisson { rate: false, .. } => T::v_exp(s, z) - t,
        Loss::Poisson { rate: true, .. } => {
            s.splat(T::ONE) - t / (z + s.splat(T::from_f64(RATE_EPSILON)))
        }
        _ => d,
    }
}

/// The loss. Squared errors are summed in `f64`, elsewhere.
#[inline(always)]
pub(super) fn term<T: Element, S: Simd<T>>(s: S, loss: Loss, z: S::V, t: S::V) -> S::V {
    let d = z - t;
    match loss {
        Loss::Quantile { level } => {
            let low = d * s.splat(T::from_f64(-level));
            let high = d * s.splat(T::from_f64(1.0 - level));
            S::V::select(d.le(s.splat(T::ZERO)), low, high)
        }
        Loss::Huber { delta } => {
            let (size, delta) = (v_abs::<T, S>(s, d), s.splat(T::from_f64(delta)));
            let half = s.splat(T::from_f64(0.5));
            let line = delta * (size - half * delta);
            S::V::select(size.le(delta), half * size * size, line)
        }
        Loss::LogCosh => log_cosh(s, v_abs::<T, S>(s, d)),
        Loss::Poisson { rate, full } => {
            let minus = t.xor(s.splat(T::SIGN));
            let likelihood = if rate {
                let log = T::v_ln(s, z + s.splat(T::from_f64(RATE_EPSILON)));
                minus.fma(log, z)
            } else {
                minus.fma(z, T::v_exp(s, z))
            };
            if full {
                likelihood + stirling(s, t)
            } else {
                likelihood
            }
        }
        _ => v_abs::<T, S>(s, d),
    }
}

/// ln cosh of x >= 0. Below 1 it is ln(1 + u^2 / (2 (1 + u))) with u = exp(-x) - 1, which keeps all digits of small
/// results; above, x + ln(1 + exp(-2 x)) - ln 2, which does not overflow.
#[inline(always)]
fn log_cosh<T: Element, S: Simd<T>>(s: S, x: S::V) -> S::V {
    let one = s.splat(T::ONE);
    let negative = x.or(s.splat(T::SIGN));
    let u = T::v_expm1(s, negative);
    let near = T::v_log1p(s, u * u / (s.splat(T::from_f64(2.0)) * (one + u)));
    let tail = T::v_log1p(s, T::v_exp(s, negative + negative));
    let far = x + (tail - s.splat(T::from_f64(std::f64::consts::LN_2)));
    S::V::select(x.lt(one), near, far)
}

/// Stirling's approximation of ln t! where t is above 1, else 0.
#[inline(always)]
fn stirling<T: Element, S: Simd<T>>(s: S, t: S::V) -> S::V {
    let one = s.splat(T::ONE);
    let many = one.lt(t);
    let t = S::V::select(many, t, one);
    let circle = s.splat(T::from_f64(2.0 * std::f64::consts::PI));
    let root = s.splat(T::from_f64(0.5)) * T::v_ln(s, circle * t);
    let log = t.fma(T::v_ln(s, t), root - t);
    S::V::select(many, log, s.splat(T::ZERO))
}
