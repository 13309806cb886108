//! Losses and their gradients on the outputs `[samples, outputs]`.
//!
//! The loss of one sample is in its file under `loss/`; here are the means.

use ndarray::{Array1, Array2};

use crate::{
    Outputs, Scalar, Targets, TrainSpec,
    loss::{SampleRow, Shape},
};

/// The spec's loss, without penalties: the weighted mean over the samples (and over the outputs,
/// where each has its own loss), accumulated in f64. Without `weights` all samples count
/// equally.
///
/// # Panics
/// If the targets do not match the loss and the outputs.
pub fn loss<T: Scalar>(
    spec: &TrainSpec,
    outputs: &Array2<T>,
    targets: &Targets<T>,
    weights: Option<&[f64]>,
) -> f64 {
    let terms = terms(spec, outputs, targets, weights);
    // An array is summed in several chains, which round less than one: finite differences need it.
    let sum = Array1::from_iter(terms.iter().map(|term| term.weight * term.value)).sum();
    sum * mean_factor(spec, targets, &terms)
}

/// The gradient of [`loss`] with respect to the outputs.
///
/// # Panics
/// If the targets do not match the loss and the outputs.
pub fn loss_gradient<T: Scalar>(
    spec: &TrainSpec,
    outputs: &Array2<T>,
    targets: &Targets<T>,
    weights: Option<&[f64]>,
) -> Array2<T> {
    let terms = terms(spec, outputs, targets, weights);
    let factor = mean_factor(spec, targets, &terms);
    Array2::from_shape_fn(outputs.dim(), |(sample, output)| {
        let term = &terms[sample];
        T::from_f64(factor * term.weight * term.slopes[output])
    })
}

/// The Hessian of [`loss`] with respect to the outputs, times `direction` `[samples, outputs]`.
///
/// # Panics
/// If the targets do not match the loss and the outputs.
pub fn loss_bend(
    spec: &TrainSpec,
    outputs: &Array2<f64>,
    targets: &Targets<f64>,
    weights: Option<&[f64]>,
    direction: &Array2<f64>,
) -> Array2<f64> {
    let terms = terms(spec, outputs, targets, weights);
    let factor = mean_factor(spec, targets, &terms);
    let mut bends = Array2::zeros(outputs.dim());
    for (sample, term) in terms.iter().enumerate() {
        let along = direction.row(sample).to_vec();
        let bend = with_row(spec, outputs, targets, sample, |row| {
            spec.loss.bend(row, &along)
        });
        for (to, bend) in bends.row_mut(sample).iter_mut().zip(bend) {
            *to = factor * term.weight * bend;
        }
    }
    bends
}

/// One sample's part of the loss.
struct Term {
    value: f64,
    /// The gradient of the value with respect to the outputs.
    slopes: Vec<f64>,
    /// Factor of both.
    weight: f64,
    /// Contribution of the sample to the divisor of the mean.
    count: f64,
}

/// The factor of the sum.
fn mean_factor<T: Scalar>(spec: &TrainSpec, targets: &Targets<T>, terms: &[Term]) -> f64 {
    let outputs = spec.architecture.outputs();
    let each = match spec.loss.is_per_output(Shape::of(targets), outputs) {
        true => outputs as f64,
        false => 1.0,
    };
    let count: f64 = terms.iter().map(|term| term.count).sum();
    if count > 0.0 {
        spec.loss_scale / (count * each)
    } else {
        0.0
    }
}

fn terms<T: Scalar>(
    spec: &TrainSpec,
    outputs: &Array2<T>,
    targets: &Targets<T>,
    weights: Option<&[f64]>,
) -> Vec<Term> {
    let class_weights = spec.class_weights.as_deref();
    let softmax = spec.loss.outputs() == Outputs::ClassLogits;
    (0..outputs.nrows())
        .map(|sample| {
            let (value, slopes) = with_row(spec, outputs, targets, sample, |row| {
                spec.loss.textbook(row)
            });
            let own = weights.map_or(1.0, |weights| weights[sample]);
            let of_class = match (class_weights, targets) {
                (Some(weights), Targets::Classes { labels, .. }) => {
                    weights[labels[sample] as usize]
                }
                _ => 1.0,
            };
            Term {
                value,
                slopes,
                weight: if softmax { own } else { own * of_class },
                count: own * of_class,
            }
        })
        .collect()
}

/// A sample as the loss sees it.
fn with_row<T: Scalar, A>(
    spec: &TrainSpec,
    outputs: &Array2<T>,
    targets: &Targets<T>,
    sample: usize,
    tell: impl FnOnce(&SampleRow<'_>) -> A,
) -> A {
    // Softmax cross-entropy weights its targets class by class, also smoothed ones.
    let by_output = match spec.loss.outputs() == Outputs::ClassLogits {
        true => spec.class_weights.as_deref(),
        false => spec.positive_weights.as_deref(),
    };
    let y: Vec<f64> = outputs.row(sample).iter().map(|y| y.to_f64()).collect();
    let (t, label) = match targets {
        Targets::Values(values) => (values.row(sample).mapv(T::to_f64).to_vec(), None),
        Targets::Classes { labels, .. } => {
            let label = labels[sample] as usize;
            (numbers(label, y.len()), Some(label))
        }
    };
    tell(&SampleRow {
        y: &y,
        t: &t,
        class: label.filter(|_| y.len() > 1),
        smoothing: spec.label_smoothing,
        weights: by_output,
    })
}

/// A class as numbers, one per output; with a single output the class itself, 0 or 1.
fn numbers(label: usize, outputs: usize) -> Vec<f64> {
    let number = |hit: bool| f64::from(u8::from(hit));
    match outputs {
        1 => vec![number(label == 1)],
        _ => (0..outputs).map(|class| number(class == label)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::{Activation, Architecture, Loss};

    fn spec(loss: Loss) -> TrainSpec {
        TrainSpec::new(
            Architecture::classical(1, &[], Activation::Identity, 2),
            loss,
        )
    }

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-12, "{a} for {b}");
    }

    /// By hand: for two classes, cross-entropy is softplus of the wrong logit less the right one.
    #[test]
    fn known_values() {
        let y = array![[0.5, -1.0], [2.0, 0.25]];
        let values = Targets::Values(array![[1.0, 0.0], [0.0, 1.0]]);
        let classes = Targets::Classes {
            labels: vec![1, 0],
            classes: 2,
        };
        let squared = spec(Loss::SquaredError);
        close(
            loss(&squared, &y, &values, None),
            (0.25 + 1.0 + 4.0 + 0.5625) / 4.0,
        );
        let half = TrainSpec {
            loss_scale: 0.5,
            ..squared.clone()
        };
        close(
            loss(&half, &y, &values, None),
            (0.25 + 1.0 + 4.0 + 0.5625) / 8.0,
        );
        close(
            loss(&squared, &y, &values, Some(&[3.0, 1.0])),
            (3.0 * (0.25 + 1.0) + 4.0 + 0.5625) / 8.0,
        );
        // softplus(-0.5) + softplus(-1) + softplus(2) + softplus(-0.25), by Python's `math`.
        let softplus = [
            0.474_076_984_180_106_7,
            0.313_261_687_518_222_86,
            2.126_928_011_042_972_7,
            0.575_939_419_878_843_6,
        ];
        close(
            loss(&spec(Loss::BinaryCrossEntropy), &y, &values, None),
            softplus.iter().sum::<f64>() / 4.0,
        );
        // softplus(1.5) + softplus(-1.75).
        let softplus = [1.701_413_277_982_752_4, 0.160_224_150_438_087_24];
        close(
            loss(&spec(Loss::SoftmaxCrossEntropy), &y, &classes, None),
            softplus.iter().sum::<f64>() / 2.0,
        );
        // Weights of 1 and 3 by class: the first sample is of class 1.
        let weighted = TrainSpec {
            class_weights: Some(vec![1.0, 3.0]),
            ..spec(Loss::SoftmaxCrossEntropy)
        };
        close(
            loss(&weighted, &y, &classes, None),
            (3.0 * softplus[0] + softplus[1]) / 4.0,
        );
    }

    #[test]
    fn margins_by_hand() {
        let y = array![[0.5, -1.0], [2.0, 0.25]];
        let classes = Targets::Classes {
            labels: vec![1, 0],
            classes: 2,
        };
        let hinge = |text: &str| loss(&spec(text.parse().unwrap()), &y, &classes, None);
        // Margins -1.5 and 1.75.
        close(hinge("hinge"), 2.5 / 2.0);
        close(hinge("squared-hinge"), 2.5 * 2.5 / 2.0);
        close(hinge("hinge-all-pairs"), 2.5 / 4.0);
    }
}
