//! An output layer of one neuron with its loss: forward, loss, and both gradients in one pass over its inputs.
//!
//! Small networks end in such a layer. Its products are one multiply-add a number read, so that the five kernels it takes otherwise
//! spend their time on reading, storing and starting.

use super::weight_gradient::Finishing;
use crate::activation::{ActivationFunction, relu::Relu, tanh::Tanh};
use crate::kernels::args;
use crate::loss_kernels::keep_valid;
use crate::math::{canonical_all, flush_all, v_abs, v_flush};
use crate::simd::{Lanes, Simd, Vector};
use crate::slices::{load, store};
use crate::{Activation, Element, Loss};
use std::mem::MaybeUninit;

/// The most inputs: their partial sums are kept on the stack.
pub(crate) const INPUTS: usize = 64;

/// Room for the sums of the weights and of the bias, in whole groups of the lanes of either type.
const ROOM: usize = INPUTS + 16;

#[inline(always)]
pub(crate) fn output_neuron<T: Element, S: Lanes<T, L>, const L: usize>(
    s: S,
    mut a: args::OutputNeuron<'_, T>,
) -> f64 {
    // SAFETY: the slices have the sizes of the shape, as `Kernels` asserts.
    unsafe {
        match a.phi {
            Activation::Relu => through::<T, S, L, false>(s, &mut a),
            _ => through::<T, S, L, true>(s, &mut a),
        }
    }
}

/// With TANH the layer below ends in tanh, otherwise in the rectifier.
///
/// # Safety
/// The slices have the sizes of the shape, with one output and at most [`INPUTS`] inputs.
#[inline(always)]
unsafe fn through<T: Element, S: Lanes<T, L>, const L: usize, const TANH: bool>(
    s: S,
    a: &mut args::OutputNeuron<'_, T>,
) -> f64 {
    let (inputs, columns) = (a.layer.shape.inputs, a.of.columns);
    let mut sums = [MaybeUninit::<S::V>::uninit(); ROOM];
    for sum in &mut sums[..(inputs + 1).next_multiple_of(L)] {
        sum.write(s.splat(T::ZERO));
    }
    let mut total = s.sum_zero();
    let mut c = 0;
    // SAFETY: the columns are whole vectors.
    unsafe {
        if S::WIDE {
            while c + 4 * S::LANES <= columns {
                total = some_columns::<T, S, 4, TANH>(s, a, c, &mut sums, total);
                c += 4 * S::LANES;
            }
        }
        while c + 2 * S::LANES <= columns {
            total = some_columns::<T, S, 2, TANH>(s, a, c, &mut sums, total);
            c += 2 * S::LANES;
        }
        if c < columns {
            total = some_columns::<T, S, 1, TANH>(s, a, c, &mut sums, total);
        }
        finish(s, a, &sums);
    }
    s.sum_total(total)
}

/// C vectors of columns, there and back again.
///
/// # Safety
/// The columns are within the shape; a sum is written for each input and for the bias.
#[inline(always)]
unsafe fn some_columns<T: Element, S: Simd<T>, const C: usize, const TANH: bool>(
    s: S,
    a: &mut args::OutputNeuron<'_, T>,
    column: usize,
    sums: &mut [MaybeUninit<S::V>; ROOM],
    mut total: S::Sum,
) -> S::Sum {
    let (inputs, columns, valid) = (a.layer.shape.inputs, a.of.columns, a.of.valid);
    let (w, x) = (a.layer.w.as_ptr(), a.x.as_ptr());
    let (z, dx) = (a.z.as_mut_ptr(), a.dx.as_mut_ptr());
    let bias = s.splat(a.layer.bias.map_or(T::ZERO, |bias| bias[0]));
    let mut logits = [if a.layer.scale.is_none() {
        bias
    } else {
        s.splat(T::ZERO)
    }; C];
    // SAFETY: rows of `columns` numbers from `column` on; the rest is the caller's promise.
    unsafe {
        for k in 0..inputs {
            let weight = s.splat(w.add(k).read());
            for (q, logit) in logits.iter_mut().enumerate() {
                *logit = weight.fma(s.load(x.add(k * columns + column + q * S::LANES)), *logit);
            }
        }
        if let Some(scale) = a.layer.scale {
            for logit in &mut logits {
                *logit = s.splat(scale).fma(*logit, bias);
            }
        }
        logits = canonical_all::<T, S, C>(s, logits);
        let mut dz = [s.splat(T::ZERO); C];
        for (q, (&logit, dz)) in logits.iter().zip(&mut dz).enumerate() {
            let at = column + q * S::LANES;
            s.store(z.add(at), logit);
            if at < valid {
                (*dz, total) = loss(s, a, at, logit, total);
            }
        }
        for (k, kept) in sums.iter_mut().enumerate().take(inputs) {
            let weight = s.splat(w.add(k).read());
            let row = k * columns + column;
            let mut sum = kept.assume_init();
            let mut deltas = dz;
            for (q, delta) in deltas.iter_mut().enumerate() {
                let y = s.load(x.add(row + q * S::LANES));
                sum = delta.fma(y, sum);
                // A product differs from a chain of one in the sign of zero alone, which the flush takes.
                let mut dy = weight * *delta;
                if let Some(scale) = a.layer.scale {
                    dy = dy * s.splat(scale);
                }
                *delta = if TANH {
                    Tanh.gradient::<T, S>(s, y, y, dy)
                } else {
                    Relu.gradient::<T, S>(s, y, y, dy)
                };
            }
            kept.write(sum);
            // The rectifier's zeros would send every vector the longer way.
            if !TANH || !S::V::all_normal(deltas) {
                deltas = flush_all::<T, S, C>(s, deltas);
            }
            for (q, delta) in deltas.into_iter().enumerate() {
                s.store(dx.add(row + q * S::LANES), delta);
            }
        }
        let mut sum = sums[inputs].assume_init();
        for dz in dz {
            sum = sum + dz;
        }
        sums[inputs].write(sum);
    }
    total
}

/// The loss's gradient at a vector of logits; its loss is added to the total where it is asked for.
///
/// # Safety
/// `column` is below the valid columns.
#[inline(always)]
unsafe fn loss<T: Element, S: Simd<T>>(
    s: S,
    a: &args::OutputNeuron<'_, T>,
    column: usize,
    z: S::V,
    total: S::Sum,
) -> (S::V, S::Sum) {
    let (zero, one, factor) = (s.splat(T::ZERO), s.splat(T::ONE), s.splat(a.factor));
    let left = a.of.valid - column;
    let t = a.of.target(s, a.of.column_classes(s, column), 0, column);
    if a.of.loss == Loss::SquaredError {
        let difference = z - t;
        let dz = v_flush::<T, S>(s, difference * (factor + factor));
        let total = match a.sum {
            true => s.sum_add_square(total, keep_valid(s, difference, left)),
            false => total,
        };
        return (keep_valid(s, dz, left), total);
    }
    // The logistic function and the loss share their exponential.
    let e = T::v_exp(s, v_abs::<T, S>(s, z).or(s.splat(T::SIGN)));
    let p = S::V::select(z.lt(zero), e, one) / (e + one);
    let dz = v_flush::<T, S>(s, (p - t) * factor);
    let total = if a.sum {
        let positive = S::V::select(z.le(zero), zero, z);
        let term = t.xor(s.splat(T::SIGN)).fma(z, positive) + T::v_log1p_unit(s, e);
        s.sum_add(total, keep_valid(s, term, left))
    } else {
        total
    };
    (keep_valid(s, dz, left), total)
}

/// Folds the sums to gradients.
///
/// # Safety
/// Whole groups of L sums are written, and cover the inputs and the bias.
#[inline(always)]
unsafe fn finish<T: Element, S: Lanes<T, L>, const L: usize>(
    s: S,
    a: &mut args::OutputNeuron<'_, T>,
    sums: &[MaybeUninit<S::V>; ROOM],
) {
    let inputs = a.layer.shape.inputs;
    let weights = Finishing {
        scale: a.layer.scale,
        accumulate: a.gradient.accumulate,
    };
    let biases = Finishing {
        scale: None,
        ..weights
    };
    let mut first = 0;
    while first <= inputs {
        let mut group = [s.splat(T::ZERO); L];
        for (sum, written) in group.iter_mut().zip(&sums[first..first + L]) {
            // SAFETY: the caller's promise.
            *sum = unsafe { written.assume_init() };
        }
        let total = s.sum_rows(group);
        if first < inputs {
            let left = inputs - first;
            // SAFETY: gw has `inputs` numbers.
            unsafe {
                let p = a.gradient.w.as_mut_ptr().add(first);
                let old = if a.gradient.accumulate {
                    load(s, p, left)
                } else {
                    total
                };
                store(s, p, left, weights.apply(s, total, old));
            }
        }
        if let Some(gb) = a.gradient.bias.as_deref_mut()
            && inputs - first < L
        {
            let mut buffer = [T::ZERO; L];
            let new = biases.apply(s, total, s.splat(gb[0]));
            // SAFETY: the buffer holds a vector.
            unsafe { s.store(buffer.as_mut_ptr(), new) }
            gb[0] = buffer[inputs - first];
        }
        first += L;
    }
}
