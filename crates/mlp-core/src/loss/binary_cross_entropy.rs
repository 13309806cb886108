//! Binary cross-entropy.

use super::{Domain, LossDefinition, Outputs, SampleRow, Shape};
use crate::{math, spelling::Known};

/// -w t ln p - (1 - t) ln(1 - p) with p = sigmoid(y), computed from the logit y: PyTorch's
/// `binary_cross_entropy_with_logits`, w its `pos_weight`. Smoothing by e moves targets to
/// (1 - e) t + e / 2.
pub(super) struct BinaryCrossEntropy;

impl BinaryCrossEntropy {
    pub(super) const NAMES: &'static [Known] = &[Known::new(
        "binary-cross-entropy",
        "on one logit per output, targets in [0, 1] (alias bce)",
    )];
}

impl LossDefinition for BinaryCrossEntropy {
    fn names(&self) -> &'static [Known] {
        Self::NAMES
    }

    fn kernel(&self) -> mlp_kernels::Loss {
        mlp_kernels::Loss::BinaryCrossEntropy
    }

    fn outputs(&self) -> Outputs {
        Outputs::Logits
    }

    fn fits(&self, targets: Shape, outputs: usize) -> Result<(), &'static str> {
        match targets {
            Shape::Classes(2) if outputs == 1 => Ok(()),
            Shape::Classes(_) => Err("two classes and one output"),
            Shape::Values(_) => targets.one_an_output(outputs),
        }
    }

    fn values(&self) -> Domain {
        Domain::Unit
    }

    fn smooths(&self) -> bool {
        true
    }

    fn textbook(&self, row: &SampleRow<'_>) -> (f64, Vec<f64>) {
        let mut value = 0.0;
        let mut slopes = Vec::new();
        for (output, (&y, &t)) in row.y.iter().zip(row.t).enumerate() {
            let t = (1.0 - row.smoothing) * t + row.smoothing / 2.0;
            // ln p = -softplus(-y), ln(1 - p) = -softplus(y).
            let (yes, no) = (row.weight(output) * t, 1.0 - t);
            value += yes * softplus(-y) + no * softplus(y);
            slopes.push((yes + no) / (1.0 + math::exp(-y)) - yes);
        }
        (value, slopes)
    }

    fn bend(&self, row: &SampleRow<'_>, direction: &[f64]) -> Vec<f64> {
        let outputs = row.y.iter().zip(row.t).zip(direction).enumerate();
        outputs
            .map(|(output, ((&y, &t), along))| {
                let t = (1.0 - row.smoothing) * t + row.smoothing / 2.0;
                let p = 1.0 / (1.0 + math::exp(-y));
                (row.weight(output) * t + 1.0 - t) * p * (1.0 - p) * along
            })
            .collect()
    }
}

/// ln(1 + e^y), without overflow.
fn softplus(y: f64) -> f64 {
    let positive = if y > 0.0 { y } else { 0.0 };
    positive + math::ln(1.0 + math::exp(-y.abs()))
}
