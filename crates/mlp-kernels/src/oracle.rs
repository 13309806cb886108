//! Every kernel as naive scalar code: the definition of the bits.
//!
//! Each function takes the arguments of the [`Kernels`](crate::Kernels) method of the same name. The orders of sums written
//! here are part of the interface.

mod adjust;
mod parts;
mod sums;
mod weighted;

pub use adjust::{add_sign, clip, limit_rows, scale};
pub use sums::{dot, sum_of_squares};
pub use weighted::all_right;

use self::parts::{fold, greatest, target_value};
use crate::element::{canonical, flush};
use crate::update::{Sgd, UpdateRule};
use crate::{
    Activated, Activation, DenseGradient, DenseLayer, DenseShape, Element, Loss, LossBlock, Target,
    Weighting, activation,
};

/// `y = phi(scale * W x + b)`, each sum one chain over the inputs in ascending order.
pub fn dense_forward<T: Element>(
    layer: DenseLayer<'_, T>,
    phi: Activation,
    x: &[T],
    mut pre: Option<&mut [T]>,
    y: &mut [T],
) {
    let DenseShape {
        inputs,
        outputs,
        columns,
    } = layer.shape;
    layer.check_alone();
    for j in 0..outputs {
        let b = layer.bias.map_or(T::ZERO, |b| b[j]);
        for s in 0..columns {
            let mut sum = if layer.scale.is_none() { b } else { T::ZERO };
            for i in 0..inputs {
                sum = layer.w[j * layer.stride + i].mul_add(x[i * columns + s], sum);
            }
            let z = layer.scale.map_or(sum, |scale| scale.mul_add(sum, b));
            if let Some(pre) = &mut pre {
                pre[j * columns + s] = canonical(z);
            }
            y[j * columns + s] = canonical(activation::value::<T, _>(T::one(), phi, z));
        }
    }
}

/// `dx = (scale * W^T dz) * phi'(below)`, each sum one chain over the outputs in ascending order; one sample is one column.
pub fn dense_input_gradient<T: Element>(
    layer: DenseLayer<'_, T>,
    dz: &[T],
    below: Activated<'_, T>,
    dx: &mut [T],
) {
    let DenseShape {
        inputs,
        outputs,
        columns,
    } = layer.shape;
    layer.check_alone();
    for i in 0..inputs {
        for s in 0..columns {
            let mut sum = T::ZERO;
            for j in 0..outputs {
                sum = layer.w[j * layer.stride + i].mul_add(dz[j * columns + s], sum);
            }
            let at = i * columns + s;
            let dy = layer.scale.map_or(sum, |scale| sum * scale);
            dx[at] = flush(activation::gradient::<T, _>(
                T::one(),
                below.phi,
                below.pre.map_or(T::ZERO, |z| z[at]),
                below.y[at],
                dy,
            ));
        }
    }
}

/// `gw = scale * dz x^T` and `gb = sum of dz`, in the order of [`DenseShape::weight_gradient_order`].
pub fn dense_weight_gradient<T: Element>(
    shape: DenseShape,
    scale: T,
    dz: &[T],
    x: &[T],
    gradient: DenseGradient<'_, T>,
) {
    let DenseGradient {
        w: gw,
        bias: gb,
        accumulate,
    } = gradient;
    let DenseShape {
        inputs,
        outputs,
        columns,
    } = shape;
    let width = match shape.weight_gradient_order::<T>() {
        crate::WeightGradientOrder::Lanes => T::LANES,
        crate::WeightGradientOrder::Chain => 1,
    };
    for j in 0..outputs {
        for i in 0..inputs {
            let mut partial = vec![T::ZERO; width];
            for s in 0..columns {
                partial[s % width] =
                    dz[j * columns + s].mul_add(x[i * columns + s], partial[s % width]);
            }
            let sum = fold(&partial);
            let sum = if scale == T::ONE { sum } else { sum * scale };
            let g = &mut gw[j * inputs + i];
            *g = flush(if accumulate { *g + sum } else { sum });
        }
    }
    if let Some(gb) = gb {
        for (j, g) in gb.iter_mut().enumerate() {
            let mut partial = vec![T::ZERO; T::LANES];
            for s in 0..columns {
                partial[s % T::LANES] = partial[s % T::LANES] + dz[j * columns + s];
            }
            let sum = fold(&partial);
            *g = flush(if accumulate { *g + sum } else { sum });
        }
    }
}

/// One sample: input i goes to partial sum `i mod LANES` (missing inputs are +0), the partial sums are folded, and the bias is added last.
pub fn dense_forward_one<T: Element>(
    layer: DenseLayer<'_, T>,
    phi: Activation,
    x: &[T],
    mut pre: Option<&mut [T]>,
    y: &mut [T],
) {
    let DenseShape {
        inputs, outputs, ..
    } = layer.shape;
    for j in 0..outputs {
        let mut partial = vec![T::ZERO; T::LANES];
        for i in 0..inputs.next_multiple_of(T::LANES) {
            let (a, b) = if i < inputs {
                (layer.w[j * inputs + i], x[i])
            } else {
                (T::ZERO, T::ZERO)
            };
            partial[i % T::LANES] = a.mul_add(b, partial[i % T::LANES]);
        }
        let sum = fold(&partial);
        let b = layer.bias.map_or(T::ZERO, |b| b[j]);
        let z = layer.scale.map_or(sum + b, |scale| scale.mul_add(sum, b));
        if let Some(pre) = &mut pre {
            pre[j] = canonical(z);
        }
        y[j] = canonical(activation::value::<T, _>(T::one(), phi, z));
    }
}

/// One sample: `gw = (scale * dz) x^T`, `gb = dz`; accumulating is fused for the weights.
pub fn rank_one_gradient<T: Element>(scale: T, dz: &[T], x: &[T], gradient: DenseGradient<'_, T>) {
    let DenseGradient {
        w: gw,
        bias: gb,
        accumulate,
    } = gradient;
    for (j, &d) in dz.iter().enumerate() {
        let scaled = if scale == T::ONE { d } else { scale * d };
        for (g, &x) in gw[j * x.len()..].iter_mut().zip(x) {
            *g = flush(if accumulate {
                scaled.mul_add(x, *g)
            } else {
                scaled * x
            });
        }
    }
    if let Some(gb) = gb {
        for (g, &d) in gb.iter_mut().zip(dz) {
            *g = flush(if accumulate { *g + d } else { d });
        }
    }
}

/// `y = phi(z)`.
pub fn activation<T: Element>(phi: Activation, z: &[T], y: &mut [T]) {
    for (y, &z) in y.iter_mut().zip(z) {
        *y = canonical(activation::value::<T, _>(T::one(), phi, z));
    }
}

/// `dz = dy * phi'`.
pub fn activation_gradient<T: Element>(phi: Activation, z: &[T], y: &[T], dy: &[T], dz: &mut [T]) {
    for (i, dz) in dz.iter_mut().enumerate() {
        *dz = flush(activation::gradient::<T, _>(
            T::one(),
            phi,
            z.get(i).copied().unwrap_or(T::ZERO),
            y[i],
            dy[i],
        ));
    }
}

/// `dz = scale * dL/dz`; +0 in the padding.
pub fn loss_gradient<T: Element>(of: LossBlock<'_, T>, scale: T, logits: &[T], dz: &mut [T]) {
    if let Some(weighting) = of.weighting {
        return weighted::loss_gradient(of, weighting, scale, logits, dz);
    }
    let LossBlock {
        outputs, columns, ..
    } = of;
    dz.fill(T::ZERO);
    for s in 0..of.valid {
        match (of.loss, of.target) {
            (Loss::SquaredError, _) => {
                for k in 0..outputs {
                    let t = target_value(&of, k, s);
                    dz[k * columns + s] = flush((logits[k * columns + s] - t) * (scale + scale));
                }
            }
            (Loss::BinaryCrossEntropy, _) => {
                for k in 0..outputs {
                    let t = target_value(&of, k, s);
                    let p = activation::value::<T, _>(
                        T::one(),
                        Activation::Sigmoid,
                        logits[k * columns + s],
                    );
                    dz[k * columns + s] = flush((p - t) * scale);
                }
            }
            (Loss::SoftmaxCrossEntropy, Target::Classes(classes)) => {
                let (top, _) = greatest(&of, logits, s);
                let mut sum = T::ZERO;
                for k in 0..outputs {
                    sum = sum + T::exp_value(logits[k * columns + s] - top);
                }
                let factor = scale / sum;
                for k in 0..outputs {
                    let e = T::exp_value(logits[k * columns + s] - top);
                    let hit = classes[s] as usize == k;
                    dz[k * columns + s] =
                        flush(e.mul_add(factor, if hit { -scale } else { T::ZERO }));
                }
            }
            _ => return weighted::loss_gradient(of, Weighting::NONE, scale, logits, dz),
        }
    }
}

/// Sum of the loss over samples. A term of sample s goes to partial sum `s mod LANES` in `f64`, output by output, samples ascending; the
/// partial sums are folded. Terms are computed in `T`, squares in `f64`.
pub fn loss_sum<T: Element>(of: LossBlock<'_, T>, logits: &[T]) -> f64 {
    if let Some(weighting) = of.weighting {
        return weighted::loss_sum(of, weighting, logits);
    }
    let LossBlock {
        outputs, columns, ..
    } = of;
    let mut partial = vec![0.0f64; T::LANES];
    if let (Loss::SoftmaxCrossEntropy, Target::Classes(classes)) = (of.loss, of.target) {
        for s in 0..of.valid {
            let (top, argmax) = greatest(&of, logits, s);
            let mut rest = T::ZERO;
            for k in 0..outputs {
                let e = T::exp_value(logits[k * columns + s] - top);
                rest = rest + if k == argmax { T::ZERO } else { e };
            }
            let z = logits[classes[s] as usize * columns + s];
            partial[s % T::LANES] += (T::log1p_value(rest) + (top - z)).to_f64();
        }
        return canonical(fold(&partial));
    }
    if !matches!(of.loss, Loss::SquaredError | Loss::BinaryCrossEntropy) {
        return weighted::loss_sum(of, Weighting::NONE, logits);
    }
    for k in 0..outputs {
        for s in 0..of.valid {
            let z = logits[k * columns + s];
            let t = target_value(&of, k, s);
            let partial = &mut partial[s % T::LANES];
            if of.loss == Loss::SquaredError {
                let difference = (z - t).to_f64();
                *partial = difference.mul_add(difference, *partial);
            } else {
                let positive = if z <= T::ZERO { T::ZERO } else { z };
                *partial += ((-t).mul_add(z, positive) + T::log1p_exp_value(z)).to_f64();
            }
        }
    }
    canonical(fold(&partial))
}

/// How many of the valid samples are classified correctly: by the first largest output, or by the sign of a single one.
pub fn correct<T: Element>(of: LossBlock<'_, T>, logits: &[T]) -> usize {
    (0..of.valid)
        .filter(|&s| {
            if of.outputs == 1 {
                let positive = target_value(&of, 0, s) > T::from_f64(0.5);
                return (logits[s] > T::ZERO) == positive;
            }
            let truth = match of.target {
                Target::Values(values) => greatest(&of, values, s).1,
                Target::Classes(classes) => classes[s] as usize,
            };
            greatest(&of, logits, s).1 == truth
        })
        .count()
}

/// Whether every number is finite.
pub fn is_finite<T: Element>(values: &[T]) -> bool {
    values.iter().all(|v| v.is_finite())
}

/// Applies a rule to one parameter after the other.
pub fn update<T: Element, R: UpdateRule<T, K>, const K: usize>(
    rule: R,
    params: &mut [T],
    grad: &[T],
    mut memory: [&mut [T]; K],
) -> bool {
    for (at, (w, &g)) in params.iter_mut().zip(grad).enumerate() {
        let mut old = [T::ZERO; K];
        for (old, slot) in old.iter_mut().zip(&memory) {
            *old = slot[at];
        }
        let (new, kept) = rule.scalar(*w, g, old);
        *w = canonical(new);
        for (kept, slot) in kept.into_iter().zip(&mut memory) {
            slot[at] = kept;
        }
    }
    is_finite(params)
}

/// [`rank_one_gradient`] followed by the update of [`Sgd`].
pub fn rank_one_sgd<T: Element>(
    step: Sgd<T>,
    scale: T,
    dz: &[T],
    x: &[T],
    w: &mut [T],
    b: Option<&mut [T]>,
) -> bool {
    let mut gw = vec![T::ZERO; w.len()];
    let mut gb = vec![T::ZERO; dz.len()];
    let gradient = DenseGradient {
        w: &mut gw,
        bias: Some(&mut gb),
        accumulate: false,
    };
    rank_one_gradient(scale, dz, x, gradient);
    let weights = update(step, w, &gw, []);
    let biases = b.is_none_or(|b| update(step, b, &gb, []));
    weights && biases
}

/// `y = a + b`, flushed.
pub fn sum<T: Element>(a: &[T], b: &[T], y: &mut [T]) {
    for (y, (&a, &b)) in y.iter_mut().zip(a.iter().zip(b)) {
        *y = flush(a + b);
    }
}

/// `y = a * b`, flushed.
pub fn product<T: Element>(a: &[T], b: &[T], y: &mut [T]) {
    for (y, (&a, &b)) in y.iter_mut().zip(a.iter().zip(b)) {
        *y = flush(a * b);
    }
}

/// Adds the sum of the first `valid` columns of each row: column i goes to partial sum `i mod LANES` in `f64`; the partial sums are folded.
pub fn row_sums<T: Element>(columns: usize, valid: usize, x: &[T], sums: &mut [f64]) {
    for (sum, x) in sums.iter_mut().zip(x.chunks(columns)) {
        let mut partial = vec![0.0f64; T::LANES];
        for (i, x) in x[..valid].iter().enumerate() {
            partial[i % T::LANES] += x.to_f64();
        }
        *sum = canonical(*sum + fold(&partial));
    }
}

/// [`row_sums`] of the products, each rounded to the type.
pub fn row_dots<T: Element>(columns: usize, valid: usize, x: &[T], y: &[T], sums: &mut [f64]) {
    let products: Vec<T> = x.iter().zip(y).map(|(&x, &y)| x * y).collect();
    row_sums(columns, valid, &products, sums);
}

/// `y = factor x + offset` with a factor and an offset per row.
pub fn scale_rows<T: Element>(columns: usize, factor: &[T], offset: &[T], x: &[T], y: &mut [T]) {
    for (i, y) in y.iter_mut().enumerate() {
        let row = i / columns;
        *y = canonical(factor[row].mul_add(x[i], offset[row]));
    }
}

/// `out = a x + (b y + c)` with an a, b and c per row; +0 in the padding.
pub fn combine_rows<T: Element>(
    columns: usize,
    valid: usize,
    [(a, x), (b, y)]: [(&[T], &[T]); 2],
    c: &[T],
    out: &mut [T],
) {
    for (i, out) in out.iter_mut().enumerate() {
        let row = i / columns;
        *out = match i % columns < valid {
            true => flush(a[row].mul_add(x[i], b[row].mul_add(y[i], c[row]))),
            false => T::ZERO,
        };
    }
}

/// Layer normalization of every column, sums over the rows in ascending order.
pub fn normalize_columns<T: Element>(
    columns: usize,
    epsilon: T,
    affine: Option<(&[T], &[T])>,
    x: &mut [T],
    inverse: &mut [T],
    y: &mut [T],
) {
    let rows = x.len() / columns;
    let count = T::from_f64(rows as f64);
    for (s, inverse) in inverse.iter_mut().enumerate() {
        let mut sum = T::ZERO;
        for row in 0..rows {
            sum = sum + x[row * columns + s];
        }
        let mean = sum / count;
        let mut squares = T::ZERO;
        for row in 0..rows {
            let d = x[row * columns + s] - mean;
            squares = d.mul_add(d, squares);
        }
        *inverse = canonical(T::ONE / (squares / count + epsilon).sqrt_value());
        for row in 0..rows {
            let at = row * columns + s;
            x[at] = canonical((x[at] - mean) * *inverse);
            y[at] = match affine {
                Some((scale, shift)) => canonical(scale[row].mul_add(x[at], shift[row])),
                None => x[at],
            };
        }
    }
}

/// The gradient of [`normalize_columns`] with respect to its inputs.
pub fn normalize_columns_gradient<T: Element>(
    columns: usize,
    scale: Option<&[T]>,
    x: &[T],
    inverse: &[T],
    dy: &[T],
    dx: &mut [T],
) {
    let rows = x.len() / columns;
    let count = T::from_f64(rows as f64);
    for (s, &inverse) in inverse.iter().enumerate() {
        let at = |row: usize| row * columns + s;
        let scaled = |row: usize| scale.map_or(dy[at(row)], |scale| dy[at(row)] * scale[row]);
        let (mut sum, mut dots) = (T::ZERO, T::ZERO);
        for row in 0..rows {
            sum = sum + scaled(row);
            dots = scaled(row).mul_add(x[at(row)], dots);
        }
        let (mean, share) = (sum / count, dots / count);
        for row in 0..rows {
            dx[at(row)] = flush(((scaled(row) - mean) - x[at(row)] * share) * inverse);
        }
    }
}
