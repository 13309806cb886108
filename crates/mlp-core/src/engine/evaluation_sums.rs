//! Sums of an evaluation.

use mlp_kernels::{Loss, LossBlock, Target, math::Function};

use super::{Objective, OutputRole, Pass, Program};
use crate::{Evaluation, Samples, Scalar, samples::Block};

/// What is accumulated for a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Observe {
    /// Nothing.
    Nothing,
    /// Only the loss.
    Loss,
    /// All values of an evaluation.
    Everything,
}

/// Losses, hits and squared errors, summed in f64 block after block.
#[derive(Clone, Debug, Default)]
pub(crate) struct EvaluationSums {
    loss: f64,
    correct: usize,
    /// One sum of squared errors per output; empty where the outputs do not estimate the
    /// targets.
    squares: Vec<f64>,
}

impl EvaluationSums {
    /// All sums zero.
    pub(crate) fn new<T: Scalar>(outputs: usize, objective: &Objective<T>) -> Self {
        let regression = matches!(
            objective.answers,
            OutputRole::Estimates | OutputRole::LogEstimates
        );
        Self {
            loss: 0.0,
            correct: 0,
            squares: vec![0.0; if regression { outputs } else { 0 }],
        }
    }

    /// Resets all sums.
    pub(crate) fn clear(&mut self) {
        self.loss = 0.0;
        self.correct = 0;
        self.squares.fill(0.0);
    }

    /// Adds a block's last forward pass; `loss` is the summed loss if it is already
    /// known.
    pub(crate) fn add<T: Scalar>(
        &mut self,
        observe: Observe,
        program: &Program<T>,
        objective: &Objective<T>,
        block: &Block<'_, T>,
        pass: &mut Pass<T>,
        loss: Option<f64>,
    ) {
        if observe == Observe::Nothing {
            return;
        }
        let (kernels, outputs) = (&program.kernels, program.outputs);
        let columns = block.columns;
        let size = outputs * columns;
        let y = &pass.activations[pass.base + program.output_y * columns..][..size];
        // The first of the deltas may already hold the gradient.
        let scratch = &mut pass.delta[1];
        let of = || objective.of(block, outputs);
        let loss = loss.unwrap_or_else(|| kernels.loss_sum(of(), y));
        self.loss += loss;
        if observe == Observe::Loss {
            return;
        }
        let mut estimates = y;
        match objective.answers {
            OutputRole::Nothing => return,
            OutputRole::Class => {
                self.correct += kernels.correct(of(), y);
                return;
            }
            OutputRole::Labels => {
                self.correct += kernels.all_right(of(), y);
                return;
            }
            OutputRole::LogEstimates => {
                let rates = &mut scratch[..y.len()];
                kernels.function(Function::Exp, y, rates);
                estimates = rates;
            }
            OutputRole::Estimates => {}
        }
        match &mut self.squares[..] {
            [only]
                if objective.loss == Loss::SquaredError && objective.weighting(block).is_none() =>
            {
                *only += loss;
            }
            several => {
                for (output, sum) in several.iter_mut().enumerate() {
                    let row = output * columns..(output + 1) * columns;
                    let target = Target::Values(&block.values[row.clone()]);
                    let of = LossBlock::new(Loss::SquaredError, block.outputs(1), target);
                    *sum += kernels.loss_sum(of, &estimates[row]);
                }
            }
        }
    }

    /// The summed loss.
    pub(crate) fn loss(&self) -> f64 {
        self.loss
    }

    /// The means over `samples`.
    pub(crate) fn evaluation<T: Scalar>(
        &self,
        samples: &Samples<T>,
        objective: &Objective<T>,
    ) -> Evaluation {
        let count = samples.len() as f64;
        let outputs = self.squares.len() as f64;
        let sum =
            |values: &mut dyn Iterator<Item = f64>| values.fold(0.0, |sum, value| sum + value);
        let regression = !self.squares.is_empty();
        let classifies = matches!(objective.answers, OutputRole::Class | OutputRole::Labels);
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
            loss: self.loss * objective.factor(),
            accuracy: classifies.then(|| self.correct as f64 / count),
            r2,
            rmse: regression.then(|| sum(errors) / outputs),
            samples: samples.len(),
        }
    }
}
