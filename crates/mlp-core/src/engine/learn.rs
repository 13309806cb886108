//! The gradient over a block: forward, what is observed, and back.

use mlp_kernels::{Activation, Kernels};

use super::{
    Observe, Op, Pass, Program, Tally,
    pass::Objective,
    program::{Below, Dense},
};
use crate::{Scalar, samples::Block};

/// What a block is learnt from.
#[derive(Clone, Copy)]
pub(crate) struct Lesson<'a, T> {
    pub(crate) parameters: &'a [T],
    pub(crate) block: Block<'a, T>,
    pub(crate) objective: Objective,
    /// What the block's summed loss is multiplied by.
    pub(crate) factor: T,
    /// Whether the gradient is added to what is there.
    pub(crate) accumulate: bool,
}

impl<T: Scalar> Program<T> {
    /// Forward through a block and back: its gradient. What `observe` asks for goes to the tally on
    /// the way.
    pub(crate) fn learn(
        &self,
        lesson: Lesson<'_, T>,
        observe: Observe,
        tally: &mut Tally,
        pass: &mut Pass<T>,
        gradient: &mut [T],
    ) {
        let Lesson {
            parameters,
            block,
            objective,
            factor,
            accumulate,
        } = lesson;
        let (x, columns) = (block.x, block.columns);
        let (kernels, outputs) = (&self.kernels, self.outputs);
        if let Some((below, dense, phi)) = self.output_neuron(objective) {
            self.forward_through(below, parameters, x, columns, pass);
            let sum = observe != Observe::Nothing;
            let loss = self.output_neuron_step(dense, phi, lesson, sum, pass, gradient);
            let y = self.outputs(pass, columns);
            tally.add(observe, kernels, objective, outputs, &block, y, loss);
            let Pass {
                activations,
                delta: [here, next],
                scratch,
            } = pass;
            self.backward_through(
                below,
                parameters,
                x,
                columns,
                accumulate,
                activations,
                [here, next],
                scratch,
                gradient,
            );
            return;
        }
        self.forward(parameters, x, columns, pass);
        let y = self.outputs(pass, columns);
        tally.add(observe, kernels, objective, outputs, &block, y, None);
        self.loss_gradient(&block, objective, factor, pass);
        self.backward(parameters, x, columns, accumulate, pass, gradient);
    }

    /// The operations below an output layer that is one neuron in one pass with its loss, that
    /// layer, and the activation below it; none where the network ends otherwise.
    fn output_neuron(&self, objective: Objective) -> Option<(&[Op<T>], &Dense<T>, Activation)> {
        let (Op::Dense(dense), below) = self.ops.split_last()?;
        let Below::Layer { phi, .. } = dense.below else {
            return None;
        };
        let covered = dense.outputs == 1
            && dense.phi == Activation::Identity
            && Kernels::<T>::has_output_neuron(dense.inputs, objective.loss, phi);
        covered.then_some((below, dense, phi))
    }

    /// The output layer and its loss, forward and back. The outputs go to their place, the gradient
    /// at the layer below to the first of the deltas. Returns the summed loss where `sum`.
    fn output_neuron_step(
        &self,
        dense: &Dense<T>,
        phi: Activation,
        lesson: Lesson<'_, T>,
        sum: bool,
        pass: &mut Pass<T>,
        gradient: &mut [T],
    ) -> Option<f64> {
        let Block { columns, valid, .. } = lesson.block;
        let (done, rows) = pass.activations.split_at_mut(dense.y * columns);
        let Below::Layer { y, .. } = dense.below else {
            return None;
        };
        let x = &done[y * columns..][..dense.inputs * columns];
        let (z, _) = dense.split_rows(rows, columns);
        let (gw, gb) = dense.split_flat(gradient);
        self.kernels.output_neuron(
            dense.shape(columns),
            &lesson.parameters[dense.weights.clone()],
            dense.bias(lesson.parameters),
            dense.scale,
            phi,
            x,
            lesson.objective.loss,
            valid,
            lesson.block.target(lesson.objective.target),
            lesson.factor,
            sum,
            lesson.accumulate,
            z,
            &mut pass.delta[0][..dense.inputs * columns],
            gw,
            gb,
        )
    }
}
