//! The gradient of a loss over a batch, and the statistics collected on the way.

use mlp_kernels::{Activated, Activation, Kernels, OutputNeuron};

use super::{
    Draws, EvaluationSums, Numbers, Objective, Observe, Op, Pass, Program, Source, Workspace,
    op::{Dense, LayerInput},
};
use crate::{Scalar, samples::Block};

/// The objective of a gradient, and the statistics collected on the way to it.
#[derive(Debug)]
pub(crate) struct GradientRequest<'a, T: Scalar> {
    pub(crate) objective: &'a Objective<T>,
    /// Factor of the summed loss.
    pub(crate) factor: T,
    pub(crate) observe: Observe,
    /// The destination of the gradient.
    pub(crate) evaluation_sums: &'a mut EvaluationSums,
}

/// An output layer of one neuron, computed in one pass with its loss.
#[derive(Clone, Copy)]
struct Neuron<'p, T: Scalar> {
    dense: &'p Dense<T>,
    objective: &'p Objective<T>,
    factor: T,
    /// First row of its input, a layer that ends with `phi`.
    below: usize,
    phi: Activation,
}

impl<T: Scalar> Program<T> {
    /// The gradient over a batch, forward and backward.
    pub(crate) fn learn(
        &self,
        goal: GradientRequest<'_, T>,
        numbers: Numbers<'_, T>,
        source: Source<'_, T>,
        workspace: &mut Workspace<T>,
        draws: &mut Draws,
        gradient: &mut [T],
    ) {
        let GradientRequest {
            objective,
            factor,
            observe,
            evaluation_sums,
        } = goal;
        let neuron = self.output_neuron(objective, factor);
        self.there_and_back(
            numbers,
            source,
            workspace,
            draws,
            gradient,
            |last, block, accumulate, pass, draws, gradient| {
                // The neuron's kernel does not support weights.
                let Some(neuron) = neuron.filter(|_| objective.weighting(block).is_none()) else {
                    self.forward(last.clone(), numbers, block, pass, draws);
                    evaluation_sums.add(observe, self, objective, block, pass, None);
                    self.loss_gradient(block, objective, factor, pass);
                    self.backward(last, numbers, block, accumulate, pass, gradient);
                    return;
                };
                let below = last.start..last.end - 1;
                self.forward(below.clone(), numbers, block, pass, draws);
                let work = (observe != Observe::Nothing, accumulate);
                let loss = self.output_neuron_step(neuron, numbers, block, work, pass, gradient);
                evaluation_sums.add(observe, self, objective, block, pass, loss);
                self.backward(below, numbers, block, accumulate, pass, gradient);
            },
        );
    }

    /// The output layer where it can be computed in one pass with its loss.
    fn output_neuron<'p>(
        &'p self,
        objective: &'p Objective<T>,
        factor: T,
    ) -> Option<Neuron<'p, T>> {
        let Op::Dense(dense) = self.ops.last()? else {
            return None;
        };
        let LayerInput::Layer { y: below, phi, .. } = dense.below else {
            return None;
        };
        let covered = dense.outputs == 1
            && dense.phi == Activation::Identity
            && dense.shortcut.is_none()
            && Kernels::<T>::has_output_neuron(dense.inputs, objective.loss, phi);
        covered.then_some(Neuron {
            dense,
            objective,
            factor,
            below,
            phi,
        })
    }

    /// The output layer and its loss, forward and backward. The outputs go to their rows, the gradient
    /// at the layer below to `delta[0]`. Returns the summed loss where `sum`.
    fn output_neuron_step(
        &self,
        neuron: Neuron<'_, T>,
        numbers: Numbers<'_, T>,
        block: &Block<'_, T>,
        (sum, accumulate): (bool, bool),
        pass: &mut Pass<T>,
        gradient: &mut [T],
    ) -> Option<f64> {
        let Neuron {
            dense, below, phi, ..
        } = neuron;
        let columns = block.columns;
        let size = dense.inputs * columns;
        let slab = &mut pass.activations[pass.base..];
        let (done, rows) = slab.split_at_mut(dense.y * columns);
        let (z, _) = dense.split_rows(rows, columns);
        self.kernels.output_neuron(OutputNeuron {
            layer: dense.layer(numbers.parameters, columns),
            below: Activated::new(phi, &done[below * columns..][..size], None),
            of: neuron.objective.of(block, 1),
            factor: neuron.factor,
            sum,
            z,
            dx: &mut pass.delta[0][..size],
            gradient: dense.gradient(gradient, accumulate),
        })
    }
}
