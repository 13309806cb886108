//! The program of networks side by side, a network a lane of the vectors.

use std::ops::Range;

use mlp_kernels::{PackedBuffers, PackedLayer, PackedNetwork};

use super::{Draws, Numbers, Objective, Op, Pass, Program, op::LayerInput};
use crate::{Scalar, samples::Block};

/// A compiled network as every lane has it.
#[derive(Clone, Debug)]
pub(crate) struct PackedProgram<T: Scalar> {
    pub(crate) program: Program<T>,
    /// Of dense layers alone, one over the other: for the kernel that takes all at once.
    network: Option<PackedNetwork<T>>,
}

impl<T: Scalar> PackedProgram<T> {
    /// As many networks as a vector has lanes.
    pub(crate) fn new(alone: &Program<T>) -> Self {
        let mut program = Program {
            parameter_count: alone.parameter_count * T::LANES,
            ..alone.clone()
        };
        for op in &mut program.ops {
            if let Op::Dense(dense) = op {
                dense.packed = true;
                dense.weights = by_lanes::<T>(&dense.weights);
                dense.biases = by_lanes::<T>(&dense.biases);
            }
        }
        Self {
            program,
            network: network(alone),
        }
    }

    /// The gradient of `factor` times the summed losses of a block.
    pub(crate) fn learn(
        &self,
        block: &Block<'_, T>,
        (objective, factor): (&Objective<T>, T),
        parameters: &[T],
        pass: &mut Pass<T>,
        draws: &mut Draws,
        gradient: &mut [T],
    ) {
        let Self { program, network } = self;
        let Some(network) = network else {
            let numbers = Numbers {
                parameters,
                statistics: &[],
            };
            let ops = 0..program.ops.len();
            program.forward(ops.clone(), numbers, block, pass, draws);
            program.loss_gradient(block, objective, factor, pass);
            program.backward(ops, numbers, block, false, pass, gradient);
            return;
        };
        let [here, next] = &mut pass.delta;
        let of = objective.of(block, program.outputs);
        let buffers = PackedBuffers {
            columns: block.columns,
            parameters,
            x: block.x,
            activations: &mut pass.activations,
            delta: [here, next],
            gradient,
        };
        program
            .kernels
            .packed_gradient(network, (of, factor), buffers);
    }
}

/// The layers of a program that consists of nothing else, with the places that it gives to them.
fn network<T: Scalar>(program: &Program<T>) -> Option<PackedNetwork<T>> {
    let (mut parameter, mut row) = (0, 0);
    let mut layers = Vec::with_capacity(program.ops.len());
    for op in &program.ops {
        let Op::Dense(dense) = op else {
            return None;
        };
        let stacked = match dense.below {
            LayerInput::Inputs => layers.is_empty(),
            LayerInput::Layer { .. } => !layers.is_empty() && dense.shortcut.is_none(),
            LayerInput::Altered { .. } | LayerInput::Joined { .. } => false,
        };
        if !stacked || (dense.weights.start, dense.y) != (parameter, row) {
            return None;
        }
        parameter = dense.biases.end;
        row += dense.outputs * if dense.keeps_z { 2 } else { 1 };
        layers.push(PackedLayer {
            outputs: dense.outputs,
            bias: !dense.biases.is_empty(),
            scale: dense.scale,
            phi: dense.phi,
        });
    }
    (!layers.is_empty()).then(|| PackedNetwork::new(program.inputs, layers))
}

/// Where a stretch of numbers lies when each of them is a vector, a network a lane.
pub(crate) fn by_lanes<T: Scalar>(range: &Range<usize>) -> Range<usize> {
    range.start * T::LANES..range.end * T::LANES
}
