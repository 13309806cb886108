//! Losses and their gradients on the outputs `[samples, outputs]`.

use ndarray::{Array2, ArrayView1, Axis};

use crate::{Loss, Scalar, Targets, math};

/// The mean loss times `scale`, accumulated in f64.
///
/// # Panics
/// If the targets do not fit the loss and the outputs.
pub fn loss<T: Scalar>(loss: Loss, scale: f64, outputs: &Array2<T>, targets: &Targets<T>) -> f64 {
    let (samples, width) = outputs.dim();
    let y = outputs.mapv(T::to_f64);
    let t = numbers(loss, targets, width);
    let sum: f64 = match loss {
        Loss::SquaredError => (&y - &t).mapv(|error| error * error).sum(),
        Loss::BinaryCrossEntropy => y
            .iter()
            .zip(&t)
            .map(|(&y, &t)| binary_cross_entropy(y, t))
            .sum(),
        Loss::SoftmaxCrossEntropy => {
            let rows = y.axis_iter(Axis(0)).zip(t.axis_iter(Axis(0)));
            rows.map(|(y, t)| log_sum_exp(y) - y.dot(&t)).sum()
        }
    };
    scale * sum / loss.terms(samples, width)
}

/// The gradient of [`loss`] with respect to the outputs.
///
/// # Panics
/// If the targets do not fit the loss and the outputs.
pub fn loss_gradient<T: Scalar>(
    loss: Loss,
    scale: f64,
    outputs: &Array2<T>,
    targets: &Targets<T>,
) -> Array2<T> {
    let (samples, width) = outputs.dim();
    let y = outputs.mapv(T::to_f64);
    let t = numbers(loss, targets, width);
    let factor = scale / loss.terms(samples, width);
    let gradient = match loss {
        Loss::SquaredError => (&y - &t) * 2.0,
        // For both cross-entropies: the predicted probability less the target.
        Loss::BinaryCrossEntropy => y.mapv(|y| 1.0 / (1.0 + math::exp(-y))) - &t,
        Loss::SoftmaxCrossEntropy => {
            let mut probabilities = y;
            for mut row in probabilities.axis_iter_mut(Axis(0)) {
                let normaliser = log_sum_exp(row.view());
                row.mapv_inplace(|y| math::exp(y - normaliser));
            }
            probabilities - &t
        }
    };
    gradient.mapv(|d| T::from_f64(factor * d))
}

/// The targets as numbers `[samples, outputs]`: classes become 0 and 1, or one column each.
fn numbers<T: Scalar>(loss: Loss, targets: &Targets<T>, width: usize) -> Array2<f64> {
    match targets {
        Targets::Values(values) => values.mapv(T::to_f64),
        Targets::Classes { labels, .. } if loss == Loss::BinaryCrossEntropy => {
            Array2::from_shape_fn((labels.len(), width), |(row, _)| f64::from(labels[row]))
        }
        Targets::Classes { labels, .. } => {
            Array2::from_shape_fn((labels.len(), width), |(row, class)| {
                f64::from(u8::from(labels[row] as usize == class))
            })
        }
    }
}

/// -t ln p - (1 - t) ln(1 - p) with p = sigmoid(y), without overflow.
fn binary_cross_entropy(y: f64, t: f64) -> f64 {
    let positive = if y > 0.0 { y } else { 0.0 };
    positive - y * t + math::ln(1.0 + math::exp(-y.abs()))
}

/// ln of the sum of e^y, without overflow.
fn log_sum_exp(y: ArrayView1<'_, f64>) -> f64 {
    let largest = y
        .iter()
        .fold(f64::NEG_INFINITY, |a, &b| if b > a { b } else { a });
    largest + math::ln(y.iter().map(|&y| math::exp(y - largest)).sum())
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    /// By hand: for two classes, cross-entropy is softplus of the wrong logit less the right one.
    #[test]
    fn known_values() {
        let y = array![[0.5, -1.0], [2.0, 0.25]];
        let values = Targets::Values(array![[1.0, 0.0], [0.0, 1.0]]);
        let classes = Targets::Classes {
            labels: vec![1, 0],
            classes: 2,
        };
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} for {b}");
        close(
            loss(Loss::SquaredError, 1.0, &y, &values),
            (0.25 + 1.0 + 4.0 + 0.5625) / 4.0,
        );
        close(
            loss(Loss::SquaredError, 0.5, &y, &values),
            (0.25 + 1.0 + 4.0 + 0.5625) / 8.0,
        );
        // softplus(-0.5) + softplus(-1) + softplus(2) + softplus(-0.25), by Python's `math`.
        let softplus = [
            0.474_076_984_180_106_7,
            0.313_261_687_518_222_86,
            2.126_928_011_042_972_7,
            0.575_939_419_878_843_6,
        ];
        close(
            loss(Loss::BinaryCrossEntropy, 1.0, &y, &values),
            softplus.iter().sum::<f64>() / 4.0,
        );
        // softplus(1.5) + softplus(-1.75).
        let softplus = [1.701_413_277_982_752_4, 0.160_224_150_438_087_24];
        close(
            loss(Loss::SoftmaxCrossEntropy, 1.0, &y, &classes),
            softplus.iter().sum::<f64>() / 2.0,
        );
    }
}
