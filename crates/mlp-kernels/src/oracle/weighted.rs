//! Losses with weights and smoothed targets, sample by sample.

use super::parts::{fold, greatest, target_value};
use crate::activation;
use crate::element::{canonical, flush};
use crate::loss::Margin;
use crate::{Activation, Element, Loss, LossBlock, Target, Weighting};

/// One sample: its outputs and targets by number.
struct Sample<'a, T> {
    z: Vec<T>,
    t: Vec<T>,
    /// The greatest output, and the first index that has it.
    greatest: (T, usize),
    class: Option<usize>,
    weighting: Weighting<'a, T>,
}

fn sample<'a, T: Element>(
    of: &LossBlock<'_, T>,
    weighting: Weighting<'a, T>,
    logits: &[T],
    s: usize,
) -> Sample<'a, T> {
    let logit = |k: usize| logits[k * of.columns + s];
    Sample {
        z: (0..of.outputs).map(logit).collect(),
        t: (0..of.outputs).map(|k| target_value(of, k, s)).collect(),
        greatest: greatest(of, logits, s),
        class: match of.target {
            Target::Classes(classes) if of.outputs > 1 => Some(classes[s] as usize),
            _ => None,
        },
        weighting,
    }
}

/// max(0, m)^p and its derivative by m.
fn excess<T: Element>(squared: bool, m: T) -> (T, T) {
    match (m <= T::ZERO, squared) {
        (true, _) => (T::ZERO, T::ZERO),
        (false, true) => (m * m, m + m),
        (false, false) => (m, if m > T::ZERO { T::ONE } else { m }),
    }
}

impl<T: Element> Sample<'_, T> {
    fn weight(&self, k: usize) -> T {
        self.weighting.outputs.map_or(T::ONE, |weights| weights[k])
    }

    fn smoothed(&self, classes: usize, t: T) -> T {
        let e = self.weighting.smoothing;
        (T::ONE - e).mul_add(t, T::from_f64(e.to_f64() / classes as f64))
    }

    /// The loss of output k, and its derivative by z.
    fn single(&self, loss: Loss, k: usize) -> (T, T) {
        let (z, t) = (self.z[k], self.t[k]);
        let d = z - t;
        let size = if d <= T::ZERO { T::ZERO - d } else { d };
        // -1, 0 or 1; NaN stays.
        let toward = |low: f64, high: f64| {
            if d < T::ZERO {
                T::from_f64(low)
            } else if d > T::ZERO {
                T::from_f64(high)
            } else {
                d
            }
        };
        let (half, two) = (T::from_f64(0.5), T::from_f64(2.0));
        match loss {
            Loss::SquaredError => (d * d, d),
            Loss::AbsoluteError => (size, toward(-1.0, 1.0)),
            Loss::Quantile { level } => {
                let factor = if d <= T::ZERO { -level } else { 1.0 - level };
                (d * T::from_f64(factor), toward(-level, 1.0 - level))
            }
            Loss::Huber { delta } => {
                let delta = T::from_f64(delta);
                if size <= delta {
                    (half * size * size, d)
                } else {
                    let slope = if d < T::ZERO {
                        -delta
                    } else if d > T::ZERO {
                        delta
                    } else {
                        d
                    };
                    (delta * (size - half * delta), slope)
                }
            }
            Loss::LogCosh => {
                let value = if size < T::ONE {
                    let u = T::expm1_value(-size);
                    T::log1p_value(u * u / (two * (T::ONE + u)))
                } else {
                    let tail = T::log1p_value(T::exp_value(-size - size));
                    size + (tail - T::from_f64(std::f64::consts::LN_2))
                };
                (
                    value,
                    activation::value::<T, _>(T::one(), Activation::Tanh, d),
                )
            }
            Loss::Poisson { rate, full } => {
                let (value, slope) = if rate {
                    let shifted = z + T::from_f64(1e-8);
                    ((-t).mul_add(T::ln_value(shifted), z), T::ONE - t / shifted)
                } else {
                    let rate = T::exp_value(z);
                    ((-t).mul_add(z, rate), rate - t)
                };
                let constant = if full && t > T::ONE {
                    let root = half * T::ln_value(T::from_f64(2.0 * std::f64::consts::PI) * t);
                    t.mul_add(T::ln_value(t), root - t)
                } else {
                    T::ZERO
                };
                (if full { value + constant } else { value }, slope)
            }
            Loss::BinaryCrossEntropy => {
                let t = self.smoothed(2, t);
                let p = self.weight(k);
                let both = (p - T::ONE).mul_add(t, T::ONE);
                let positive = if z <= T::ZERO { T::ZERO } else { z };
                let value = (-(p * t)).mul_add(z, both * positive) + both * T::log1p_exp_value(z);
                (
                    value,
                    both.mul_add(
                        activation::value::<T, _>(T::one(), Activation::Sigmoid, z),
                        -(p * t),
                    ),
                )
            }
            Loss::Hinge { squared, .. } => {
                let minus = T::ONE - (t + t);
                let (value, rise) = excess(squared, minus.mul_add(z, T::ONE));
                (value, minus * rise)
            }
            Loss::SoftmaxCrossEntropy => unreachable!("it compares outputs"),
        }
    }

    /// The loss where outputs are compared.
    fn joint(&self, loss: Loss) -> T {
        let outputs = self.z.len();
        if let (Loss::Hinge { squared, margin }, Some(class)) = (loss, self.class) {
            return match margin {
                Margin::Best => excess(squared, self.best_wrong(class).0).0,
                Margin::AllPairs => {
                    let mut total = T::ZERO;
                    for k in (0..outputs).filter(|&k| k != class) {
                        let m = (self.z[k] - self.z[class]) + T::ONE;
                        total = total + excess(squared, m).0;
                    }
                    total / T::from_f64(outputs as f64)
                }
            };
        }
        let (top, argmax) = self.greatest;
        let mut rest = T::ZERO;
        for (k, &z) in self.z.iter().enumerate() {
            let e = T::exp_value(z - top);
            rest = rest + if k == argmax { T::ZERO } else { e };
        }
        let rest = T::log1p_value(rest);
        let mut term = T::ZERO;
        for k in 0..outputs {
            let q = self.weight(k) * self.smoothed(outputs, self.t[k]);
            let log = q * (rest + (top - self.z[k]));
            term = term + if q == T::ZERO { T::ZERO } else { log };
        }
        term
    }

    /// The margin missed by the best wrong class, and that class; NaN where any score is.
    fn best_wrong(&self, class: usize) -> (T, Option<usize>) {
        let mut best = (T::from_f64(f64::NEG_INFINITY), None);
        let mut nan = T::ZERO;
        for (k, &z) in self.z.iter().enumerate() {
            if z.partial_cmp(&z).is_none() {
                nan = z;
            } else if k != class && z > best.0 {
                best = (z, Some(k));
            }
        }
        (((best.0 + nan) - self.z[class]) + T::ONE, best.1)
    }

    /// `factor` times the slopes where outputs are compared.
    fn joint_slopes(&self, loss: Loss, factor: T) -> Vec<T> {
        let outputs = self.z.len();
        if let (Loss::Hinge { squared, margin }, Some(class)) = (loss, self.class) {
            let mut slopes = vec![T::ZERO; outputs];
            match margin {
                Margin::Best => {
                    let (m, best) = self.best_wrong(class);
                    let rise = excess(squared, m).1;
                    if let Some(best) = best {
                        slopes[best] = rise * factor;
                    }
                    slopes[class] = (T::ZERO - rise) * factor;
                }
                Margin::AllPairs => {
                    let factor = factor / T::from_f64(outputs as f64);
                    let mut total = T::ZERO;
                    for k in (0..outputs).filter(|&k| k != class) {
                        let rise = excess(squared, (self.z[k] - self.z[class]) + T::ONE).1;
                        total = total + rise;
                        slopes[k] = rise * factor;
                    }
                    slopes[class] = (T::ZERO - total) * factor;
                }
            }
            return slopes;
        }
        let (top, _) = self.greatest;
        let (mut sum, mut total) = (T::ZERO, T::ZERO);
        let q: Vec<T> = (0..outputs)
            .map(|k| self.weight(k) * self.smoothed(outputs, self.t[k]))
            .collect();
        for (&z, &q) in self.z.iter().zip(&q) {
            sum = sum + T::exp_value(z - top);
            total = total + q;
        }
        let share = total * factor / sum;
        let slopes = self.z.iter().zip(&q);
        slopes
            .map(|(&z, &q)| T::exp_value(z - top).mul_add(share, -(q * factor)))
            .collect()
    }
}

/// `dz = scale * weight * dL/dz`; +0 in the padding. The product `scale * weight` is taken first.
pub(super) fn loss_gradient<T: Element>(
    of: LossBlock<'_, T>,
    weighting: Weighting<'_, T>,
    scale: T,
    logits: &[T],
    dz: &mut [T],
) {
    let loss = of.loss;
    dz.fill(T::ZERO);
    let scale = if loss == Loss::SquaredError {
        scale + scale
    } else {
        scale
    };
    for s in 0..of.valid {
        let sample = sample(&of, weighting, logits, s);
        let factor = weighting
            .samples
            .map_or(scale, |weights| scale * weights[s]);
        let slopes = if compares_outputs(&of) {
            sample.joint_slopes(loss, factor)
        } else {
            (0..of.outputs)
                .map(|k| sample.single(loss, k).1 * factor)
                .collect()
        };
        for (k, slope) in slopes.into_iter().enumerate() {
            dz[k * of.columns + s] = flush(slope);
        }
    }
}

/// The weighted sum of the loss, its order as in [`loss_sum`](super::loss_sum). Weights multiply in `f64`, fused with the
/// addition; a squared error is `(weight * difference) * difference`, of which the last product is fused.
pub(super) fn loss_sum<T: Element>(
    of: LossBlock<'_, T>,
    weighting: Weighting<'_, T>,
    logits: &[T],
) -> f64 {
    let loss = of.loss;
    let mut partial = vec![0.0f64; T::LANES];
    let weight = |s: usize| weighting.samples.map_or(1.0, |weights| weights[s].to_f64());
    let joint = compares_outputs(&of);
    for k in 0..if joint { 1 } else { of.outputs } {
        for s in 0..of.valid {
            let sample = sample(&of, weighting, logits, s);
            let partial = &mut partial[s % T::LANES];
            *partial = if joint {
                weight(s).mul_add(sample.joint(loss).to_f64(), *partial)
            } else if loss == Loss::SquaredError {
                let difference = (sample.z[k] - sample.t[k]).to_f64();
                (weight(s) * difference).mul_add(difference, *partial)
            } else {
                weight(s).mul_add(sample.single(loss, k).0.to_f64(), *partial)
            };
        }
    }
    canonical(fold(&partial))
}

fn compares_outputs<T>(of: &LossBlock<'_, T>) -> bool {
    let classes = matches!(of.target, Target::Classes(_));
    of.loss.compares_outputs(classes, of.outputs)
}

/// How many of the valid samples have every output on its target's side.
pub fn all_right<T: Element>(of: LossBlock<'_, T>, logits: &[T]) -> usize {
    let right = |k: usize, s: usize| {
        let t = target_value(&of, k, s);
        (logits[k * of.columns + s] > T::ZERO) == (t > T::from_f64(0.5))
    };
    (0..of.valid)
        .filter(|&s| (0..of.outputs).all(|k| right(k, s)))
        .count()
}
