//! Losses, their gradients and the number of correct predictions, lanes over samples.

use crate::kernels::args;
use crate::math::{v_flush, v_log1p_exp, v_sigmoid};
use crate::simd::{Simd, Vector};
use crate::{Element, Loss, Target};

/// Room for the lanes of either type.
const ROOM: usize = 16;

impl<T: Element> args::Losses<'_, T> {
    #[inline(always)]
    pub(crate) fn logits<S: Simd<T>>(&self, s: S, output: usize, column: usize) -> S::V {
        // SAFETY: `logits` has `outputs` rows of `columns`, whole vectors; callers stay within.
        unsafe { s.load(self.logits.as_ptr().add(output * self.columns + column)) }
    }

    /// The classes of a vector of samples as numbers; zero in the padding.
    #[inline(always)]
    fn classes<S: Simd<T>>(&self, s: S, classes: &[u32], column: usize) -> S::V {
        let mut buffer = [T::ZERO; ROOM];
        let count = S::LANES.min(self.valid - column);
        if count == S::LANES {
            // A loop of known length becomes vector instructions.
            let classes = &classes[column..column + S::LANES];
            for i in 0..S::LANES {
                buffer[i] = T::from_f64(f64::from(classes[i]));
            }
            // SAFETY: the buffer holds at least a vector.
            return unsafe { s.load(buffer.as_ptr()) };
        }
        for (number, &class) in buffer.iter_mut().zip(&classes[column..column + count]) {
            *number = T::from_f64(f64::from(class));
        }
        // SAFETY: the buffer holds at least a vector.
        unsafe { s.load(buffer.as_ptr()) }
    }

    /// The target of an output; `classes` are those of the column where targets are classes.
    #[inline(always)]
    pub(crate) fn target<S: Simd<T>>(
        &self,
        s: S,
        classes: S::V,
        output: usize,
        column: usize,
    ) -> S::V {
        match self.target {
            // SAFETY: the values are as many as the logits.
            Target::Values(values) => unsafe {
                s.load(values.as_ptr().add(output * self.columns + column))
            },
            Target::Classes(_) if self.outputs == 1 => classes,
            Target::Classes(_) => {
                let hit = equal::<T, S>(s, classes, s.splat(T::from_f64(output as f64)));
                S::V::select(hit, s.splat(T::ONE), s.splat(T::ZERO))
            }
        }
    }

    #[inline(always)]
    pub(crate) fn column_classes<S: Simd<T>>(&self, s: S, column: usize) -> S::V {
        match self.target {
            Target::Classes(classes) => self.classes(s, classes, column),
            Target::Values(_) => s.splat(T::ZERO),
        }
    }

    /// The greatest logit and the first index that has it.
    #[inline(always)]
    pub(crate) fn greatest<S: Simd<T>>(&self, s: S, values: &[T], column: usize) -> (S::V, S::V) {
        // SAFETY: `values` are as many as the logits.
        let row = |k: usize| unsafe { s.load(values.as_ptr().add(k * self.columns + column)) };
        let mut best = (row(0), s.splat(T::ZERO));
        for k in 1..self.outputs {
            let v = row(k);
            let greater = best.0.lt(v);
            let index = s.splat(T::from_f64(k as f64));
            best = (
                S::V::select(greater, v, best.0),
                S::V::select(greater, index, best.1),
            );
        }
        best
    }
}

/// Equality of small whole numbers.
#[inline(always)]
pub(crate) fn equal<T: Element, S: Simd<T>>(s: S, a: S::V, b: S::V) -> <S::V as Vector<T>>::Mask {
    let difference = a - b;
    (difference * difference).le(s.splat(T::ZERO))
}

/// +0 in the lanes from `valid` on.
#[inline(always)]
pub(crate) fn keep_valid<T: Element, S: Simd<T>>(s: S, v: S::V, valid: usize) -> S::V {
    if valid >= S::LANES {
        return v;
    }
    let mut ramp = [T::ZERO; ROOM];
    for (i, number) in ramp.iter_mut().enumerate() {
        *number = T::from_f64(i as f64);
    }
    // SAFETY: the buffer holds at least a vector.
    let ramp = unsafe { s.load(ramp.as_ptr()) };
    S::V::select(
        ramp.lt(s.splat(T::from_f64(valid as f64))),
        v,
        s.splat(T::ZERO),
    )
}

#[inline(always)]
pub(crate) fn gradient<T: Element, S: Simd<T>>(s: S, a: args::LossGradient<'_, T>) {
    let of = &a.of;
    let dz = a.dz.as_mut_ptr();
    let scale = s.splat(a.scale);
    let mut c = 0;
    while c < of.columns {
        if c >= of.valid {
            for k in 0..of.outputs {
                // SAFETY: dz is as long as the logits.
                unsafe { s.store(dz.add(k * of.columns + c), s.splat(T::ZERO)) }
            }
            c += S::LANES;
            continue;
        }
        let classes = of.column_classes(s, c);
        if of.loss == Loss::SoftmaxCrossEntropy {
            let (top, _) = of.greatest(s, of.logits, c);
            let mut sum = s.splat(T::ZERO);
            for k in 0..of.outputs {
                let e = T::v_exp(s, of.logits(s, k, c) - top);
                sum = sum + e;
                // SAFETY: dz is as long as the logits.
                unsafe { s.store(dz.add(k * of.columns + c), e) }
            }
            let factor = scale / sum;
            for k in 0..of.outputs {
                let hit = equal::<T, S>(s, classes, s.splat(T::from_f64(k as f64)));
                let minus = S::V::select(hit, s.splat(-a.scale), s.splat(T::ZERO));
                // SAFETY: as above.
                unsafe {
                    let p = dz.add(k * of.columns + c);
                    let g = v_flush::<T, S>(s, s.load(p).fma(factor, minus));
                    s.store(p, keep_valid(s, g, of.valid - c));
                }
            }
        } else {
            for k in 0..of.outputs {
                let (z, t) = (of.logits(s, k, c), of.target(s, classes, k, c));
                let g = if of.loss == Loss::SquaredError {
                    (z - t) * (scale + scale)
                } else {
                    (v_sigmoid::<T, S>(s, z) - t) * scale
                };
                let g = keep_valid(s, v_flush::<T, S>(s, g), of.valid - c);
                // SAFETY: dz is as long as the logits.
                unsafe { s.store(dz.add(k * of.columns + c), g) }
            }
        }
        c += S::LANES;
    }
}

#[inline(always)]
pub(crate) fn sum<T: Element, S: Simd<T>>(s: S, a: args::Losses<'_, T>) -> f64 {
    let mut total = s.sum_zero();
    let zero = s.splat(T::ZERO);
    if a.loss == Loss::SoftmaxCrossEntropy {
        let mut c = 0;
        while c < a.valid {
            let classes = a.column_classes(s, c);
            let (top, argmax) = a.greatest(s, a.logits, c);
            let (mut rest, mut z) = (zero, zero);
            for k in 0..a.outputs {
                let (index, logit) = (s.splat(T::from_f64(k as f64)), a.logits(s, k, c));
                let e = T::v_exp(s, logit - top);
                rest = rest + S::V::select(equal::<T, S>(s, argmax, index), zero, e);
                z = S::V::select(equal::<T, S>(s, classes, index), logit, z);
            }
            let term = T::v_log1p(s, rest) + (top - z);
            total = s.sum_add(total, keep_valid(s, term, a.valid - c));
            c += S::LANES;
        }
        return s.sum_total(total);
    }
    for k in 0..a.outputs {
        let mut c = 0;
        while c < a.valid {
            let classes = a.column_classes(s, c);
            let (z, t) = (a.logits(s, k, c), a.target(s, classes, k, c));
            if a.loss == Loss::SquaredError {
                total = s.sum_add_square(total, keep_valid(s, z - t, a.valid - c));
            } else {
                let positive = S::V::select(z.le(zero), zero, z);
                let term = t.xor(s.splat(T::SIGN)).fma(z, positive) + v_log1p_exp::<T, S>(s, z);
                total = s.sum_add(total, keep_valid(s, term, a.valid - c));
            }
            c += S::LANES;
        }
    }
    s.sum_total(total)
}

#[inline(always)]
pub(crate) fn correct<T: Element, S: Simd<T>>(s: S, a: args::Losses<'_, T>) -> usize {
    let (zero, one) = (s.splat(T::ZERO), s.splat(T::ONE));
    let mut wrong = s.sum_zero();
    let mut c = 0;
    while c < a.valid {
        let classes = a.column_classes(s, c);
        let difference = if a.outputs == 1 {
            let positive = S::V::select(zero.lt(a.logits(s, 0, c)), one, zero);
            let truth = s.splat(T::from_f64(0.5)).lt(a.target(s, classes, 0, c));
            positive - S::V::select(truth, one, zero)
        } else {
            let truth = match a.target {
                Target::Values(values) => a.greatest(s, values, c).1,
                Target::Classes(_) => classes,
            };
            a.greatest(s, a.logits, c).1 - truth
        };
        let miss = S::V::select(zero.lt(difference * difference), one, zero);
        wrong = s.sum_add(wrong, keep_valid(s, miss, a.valid - c));
        c += S::LANES;
    }
    a.valid - s.sum_total(wrong) as usize
}
