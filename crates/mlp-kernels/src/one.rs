//! Dense layers for one sample: vectors run over features, so that nothing is padded.

use crate::Element;
use crate::kernels::args;
use crate::math::{v_canonical, v_flush};
use crate::simd::{Lanes, Simd, Vector};
use crate::slices::{load, store};

/// `scale * W x + b`.
#[inline(always)]
pub(crate) fn forward<T: Element, S: Lanes<T, L>, const L: usize>(s: S, a: args::Affine<'_, T>) {
    let layer = a.layer;
    let (inputs, outputs) = (layer.shape.inputs, layer.shape.outputs);
    let (w, x, y) = (layer.w.as_ptr(), a.x.as_ptr(), a.y.as_mut_ptr());
    let mut j = 0;
    while j < outputs {
        let rows = L.min(outputs - j);
        let mut sums = [s.splat(T::ZERO); L];
        // SAFETY: rows, inputs and outputs within the slices, whose sizes `Kernels` asserts.
        unsafe {
            let block = w.add(j * inputs);
            if S::WIDE && rows == L {
                dot_rows::<T, S, L>(s, block, inputs, x, &mut sums);
            } else {
                let mut r = 0;
                while r + 4 <= rows {
                    let mut four = [s.splat(T::ZERO); 4];
                    dot_rows::<T, S, 4>(s, block.add(r * inputs), inputs, x, &mut four);
                    sums[r..r + 4].copy_from_slice(&four);
                    r += 4;
                }
                while r < rows {
                    let mut one = [s.splat(T::ZERO); 1];
                    dot_rows::<T, S, 1>(s, block.add(r * inputs), inputs, x, &mut one);
                    sums[r] = one[0];
                    r += 1;
                }
            }
            let sum = s.sum_rows(sums);
            let bias = match layer.bias {
                Some(bias) => load(s, bias.as_ptr().add(j), rows),
                None => s.splat(T::ZERO),
            };
            let z = match layer.scale {
                None => sum + bias,
                Some(scale) => s.splat(scale).fma(sum, bias),
            };
            store(s, y.add(j), rows, v_canonical::<T, S>(s, z));
        }
        j += L;
    }
}

/// The lane sums of R rows of w times x.
///
/// # Safety
/// `w` has R rows of `inputs` numbers, `x` has `inputs`.
#[inline(always)]
unsafe fn dot_rows<T: Element, S: Simd<T>, const R: usize>(
    s: S,
    w: *const T,
    inputs: usize,
    x: *const T,
    sums: &mut [S::V; R],
) {
    let mut i = 0;
    // SAFETY: the caller's promise.
    unsafe {
        while i + S::LANES <= inputs {
            let v = s.load(x.add(i));
            for (r, sum) in sums.iter_mut().enumerate() {
                *sum = s.load(w.add(r * inputs + i)).fma(v, *sum);
            }
            i += S::LANES;
        }
        if i < inputs {
            let v = s.load_part(x.add(i), inputs - i);
            for (r, sum) in sums.iter_mut().enumerate() {
                *sum = s.load_part(w.add(r * inputs + i), inputs - i).fma(v, *sum);
            }
        }
    }
}

/// `scale * W^T dz` alone.
#[inline(always)]
pub(crate) fn input_gradient<T: Element, S: Simd<T>>(s: S, a: args::Transposed<'_, T>) {
    let layer = a.layer;
    let (inputs, outputs) = (layer.shape.inputs, layer.shape.outputs);
    let (w, dz, dx) = (layer.w.as_ptr(), a.dz.as_ptr(), a.dx.as_mut_ptr());
    let mut i = 0;
    // SAFETY: vectors within rows of `inputs`, as `Kernels` asserts the sizes.
    unsafe {
        while i + 4 * S::LANES <= inputs {
            let mut sums = [s.splat(T::ZERO); 4];
            for j in 0..outputs {
                let d = s.splat(dz.add(j).read());
                for (q, sum) in sums.iter_mut().enumerate() {
                    *sum = s.load(w.add(j * inputs + i + q * S::LANES)).fma(d, *sum);
                }
            }
            for (q, sum) in sums.into_iter().enumerate() {
                let sum = match layer.scale {
                    None => sum,
                    Some(scale) => sum * s.splat(scale),
                };
                s.store(dx.add(i + q * S::LANES), sum);
            }
            i += 4 * S::LANES;
        }
        while i < inputs {
            let mut sum = s.splat(T::ZERO);
            for j in 0..outputs {
                sum =
                    load(s, w.add(j * inputs + i), inputs - i).fma(s.splat(dz.add(j).read()), sum);
            }
            let sum = match layer.scale {
                None => sum,
                Some(scale) => sum * s.splat(scale),
            };
            store(s, dx.add(i), inputs - i, sum);
            i += S::LANES;
        }
    }
}

#[inline(always)]
pub(crate) fn rank_one_gradient<T: Element, S: Simd<T>>(s: S, a: args::RankOne<'_, T>) {
    let inputs = a.x.len();
    let accumulate = a.gradient.accumulate;
    let gw = a.gradient.w.as_mut_ptr();
    for (j, &d) in a.dz.iter().enumerate() {
        let d = s.splat(if a.scale == T::ONE { d } else { a.scale * d });
        let mut i = 0;
        while i < inputs {
            // SAFETY: gw has a row of `inputs` for each delta, as `Kernels` asserts.
            unsafe {
                let x = load(s, a.x.as_ptr().add(i), inputs - i);
                let p = gw.add(j * inputs + i);
                let g = if accumulate {
                    d.fma(x, load(s, p, inputs - i))
                } else {
                    d * x
                };
                store(s, p, inputs - i, v_flush::<T, S>(s, g));
            }
            i += S::LANES;
        }
    }
    if let Some(gb) = a.gradient.bias {
        let (outputs, dz, gb) = (gb.len(), a.dz.as_ptr(), gb.as_mut_ptr());
        let mut j = 0;
        while j < outputs {
            // SAFETY: equal lengths, as `Kernels` asserts.
            unsafe {
                let d = load(s, dz.add(j), outputs - j);
                let g = if accumulate {
                    load(s, gb.add(j), outputs - j) + d
                } else {
                    d
                };
                store(s, gb.add(j), outputs - j, v_flush::<T, S>(s, g));
            }
            j += S::LANES;
        }
    }
}

#[inline(always)]
pub(crate) fn rank_one_sgd<T: Element, S: Simd<T>>(s: S, mut a: args::RankOneSgd<'_, T>) -> bool {
    let inputs = a.x.len();
    let w = a.w.as_mut_ptr();
    let (decay, rate) = (s.splat(a.step.decay), s.splat(-a.step.rate));
    let mut check = s.splat(T::ZERO);
    for (j, &d) in a.dz.iter().enumerate() {
        let d = s.splat(if a.scale == T::ONE { d } else { a.scale * d });
        let mut i = 0;
        while i < inputs {
            // SAFETY: w has a row of `inputs` for each delta, as `Kernels` asserts.
            unsafe {
                let x = load(s, a.x.as_ptr().add(i), inputs - i);
                let p = w.add(j * inputs + i);
                let old = load(s, p, inputs - i);
                let new = rate.fma(decay.fma(old, (d * x).zero_small()), old);
                check = new.fma(s.splat(T::ZERO), check);
                store(s, p, inputs - i, new);
            }
            i += S::LANES;
        }
    }
    if let Some(b) = &mut a.b {
        let (outputs, dz, b) = (b.len(), a.dz.as_ptr(), b.as_mut_ptr());
        let mut j = 0;
        while j < outputs {
            // SAFETY: equal lengths, as `Kernels` asserts.
            unsafe {
                let g = load(s, dz.add(j), outputs - j).zero_small();
                let old = load(s, b.add(j), outputs - j);
                let new = rate.fma(decay.fma(old, g), old);
                check = new.fma(s.splat(T::ZERO), check);
                store(s, b.add(j), outputs - j, new);
            }
            j += S::LANES;
        }
    }
    if !S::V::any(check.is_nan()) {
        return true;
    }
    // Whoever is finite has no NaN: all are made one here, and no healthy step pays for it.
    canonical_slice(s, a.w);
    if let Some(b) = a.b {
        canonical_slice(s, b);
    }
    false
}

/// One NaN for all.
#[inline(always)]
fn canonical_slice<T: Element, S: Simd<T>>(s: S, values: &mut [T]) {
    let (p, n) = (values.as_mut_ptr(), values.len());
    let mut i = 0;
    while i < n {
        // SAFETY: vectors within the slice.
        unsafe {
            let v = v_canonical::<T, S>(s, load(s, p.add(i), n - i));
            store(s, p.add(i), n - i, v);
        }
        i += S::LANES;
    }
}
