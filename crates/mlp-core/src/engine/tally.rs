//! Sums of an evaluation.

use mlp_kernels::{Kernels, Loss, Target};

use super::pass::Objective;
use crate::{Evaluation, Samples, Scalar, Targets, samples::Block};

/// What a tally takes from a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Observe {
    /// Nothing.
    Nothing,
    /// The loss alone.
    Loss,
    /// All that an evaluation tells.
    Everything,
}

/// Losses, hits and squared errors, summed in f64 block after block.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    loss: f64,
    correct: usize,
    /// One sum of squared errors an output; empty where the targets are not estimated by the
    /// outputs.
    squares: Vec<f64>,
    classifies: bool,
}

impl Tally {
    /// Nothing yet of `samples`, for a network with `outputs` outputs trained on `loss`.
    pub(crate) fn of<T: Scalar>(loss: crate::Loss, outputs: usize, samples: &Samples<T>) -> Self {
        let classifies = matches!(samples.targets(), Targets::Classes { .. });
        // Whether the outputs estimate the targets.
        let regression = loss.is_regression() && !classifies;
        Self {
            loss: 0.0,
            correct: 0,
            squares: vec![0.0; if regression { outputs } else { 0 }],
            classifies,
        }
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.loss = 0.0;
        self.correct = 0;
        self.squares.fill(0.0);
    }

    /// Adds what is to be observed of a block with outputs `y` `[outputs, columns]`.
    pub(crate) fn add<T: Scalar>(
        &mut self,
        observe: Observe,
        kernels: &Kernels<T>,
        objective: Objective,
        outputs: usize,
        block: &Block<'_, T>,
        y: &[T],
    ) {
        if observe == Observe::Nothing {
            return;
        }
        let Block { columns, valid, .. } = *block;
        let target = block.target(objective.target);
        let loss = kernels.loss_sum(objective.loss, outputs, columns, valid, y, target);
        self.loss += loss;
        if observe == Observe::Loss {
            return;
        }
        if self.classifies {
            self.correct += kernels.correct(outputs, columns, valid, y, target);
        }
        match &mut self.squares[..] {
            [] => {}
            [only] => *only += loss,
            several => {
                for (output, sum) in several.iter_mut().enumerate() {
                    let row = output * columns..(output + 1) * columns;
                    let target = Target::Values(&block.values[row.clone()]);
                    *sum +=
                        kernels.loss_sum(Loss::SquaredError, 1, columns, valid, &y[row], target);
                }
            }
        }
    }

    /// The summed loss.
    pub(crate) fn loss(&self) -> f64 {
        self.loss
    }

    /// The means over `samples`, where the loss is `factor` times its sum.
    pub(crate) fn evaluation<T: Scalar>(&self, samples: &Samples<T>, factor: f64) -> Evaluation {
        let count = samples.len() as f64;
        let outputs = self.squares.len() as f64;
        let sum =
            |values: &mut dyn Iterator<Item = f64>| values.fold(0.0, |sum, value| sum + value);
        let regression = !self.squares.is_empty();
        let explained = &mut self
            .squares
            .iter()
            .zip(samples.spread())
            .map(|(&error, &spread)| match (error, spread) {
                (0.0, 0.0) => 1.0,
                (error, 0.0) if error.is_finite() => 0.0,
                (error, spread) => 1.0 - error / spread,
            });
        let r2 = regression.then(|| sum(explained) / outputs);
        let errors = &mut self.squares.iter().map(|error| (error / count).sqrt());
        Evaluation {
            loss: self.loss * factor,
            accuracy: self.classifies.then(|| self.correct as f64 / count),
            r2,
            rmse: regression.then(|| sum(errors) / outputs),
            samples: samples.len(),
        }
    }
}
