//! Softmax cross-entropy.

use super::{Domain, LossDefinition, Outputs, SampleRow, Shape};
use crate::{math, spelling::Known};

/// The sum over the classes of -q ln p, with p the softmax of the logits and q the targets: 1 for
/// the right class and 0 for the others, or given probabilities. PyTorch's `cross_entropy`.
/// Smoothing by e moves targets to (1 - e) q + e / classes; class weights multiply q by class.
pub(super) struct SoftmaxCrossEntropy;

impl SoftmaxCrossEntropy {
    pub(super) const NAMES: &'static [Known] = &[Known::new(
        "softmax-cross-entropy",
        "on one logit per class (alias cross-entropy)",
    )];
}

impl LossDefinition for SoftmaxCrossEntropy {
    fn names(&self) -> &'static [Known] {
        Self::NAMES
    }

    fn kernel(&self) -> mlp_kernels::Loss {
        mlp_kernels::Loss::SoftmaxCrossEntropy
    }

    fn outputs(&self) -> Outputs {
        Outputs::ClassLogits
    }

    fn fits(&self, targets: Shape, outputs: usize) -> Result<(), &'static str> {
        targets.one_an_output(outputs)
    }

    fn values(&self) -> Domain {
        Domain::Distribution
    }

    fn smooths(&self) -> bool {
        true
    }

    fn textbook(&self, row: &SampleRow<'_>) -> (f64, Vec<f64>) {
        let normaliser = log_sum_exp(row.y);
        let q = self.targets(row);
        let total: f64 = q.iter().sum();
        let terms = row.y.iter().zip(&q);
        let value = terms.clone().map(|(y, q)| q * (normaliser - y)).sum();
        let slope = |(y, q): (&f64, &f64)| total * math::exp(y - normaliser) - q;
        (value, terms.map(slope).collect())
    }

    fn bend(&self, row: &SampleRow<'_>, direction: &[f64]) -> Vec<f64> {
        let normaliser = log_sum_exp(row.y);
        let total: f64 = self.targets(row).iter().sum();
        let p: Vec<f64> = row.y.iter().map(|y| math::exp(y - normaliser)).collect();
        let mean = p.iter().zip(direction).fold(0.0, |sum, (p, d)| sum + p * d);
        let terms = p.iter().zip(direction);
        terms.map(|(p, along)| total * p * (along - mean)).collect()
    }
}

impl SoftmaxCrossEntropy {
    /// The smoothed targets times the weights of their classes.
    fn targets(&self, row: &SampleRow<'_>) -> Vec<f64> {
        let classes = row.y.len() as f64;
        let (e, targets) = (row.smoothing, row.t.iter().enumerate());
        targets
            .map(|(class, &t)| row.weight(class) * ((1.0 - e) * t + e / classes))
            .collect()
    }
}

/// ln of the sum of e^y, without overflow.
fn log_sum_exp(y: &[f64]) -> f64 {
    let largest = y
        .iter()
        .fold(f64::NEG_INFINITY, |a, &b| if b > a { b } else { a });
    largest + math::ln(y.iter().map(|&y| math::exp(y - largest)).sum())
}
