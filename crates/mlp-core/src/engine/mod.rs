//! The engine: a network compiled to a flat list of operations over one parameter slice and one
//! workspace.
//!
//! - [`Program`] is the list. It has the locations of the inputs, outputs and parameters of each
//!   operation, so that a step only walks it; kernels are matched once per block.
//! - [`Workspace`] holds everything that a pass writes. It is created once; a step allocates nothing.
//! - A block of samples runs depth-first: forward through all operations and back again, while it
//!   is in cache. Gradients of blocks are added in the order of the blocks.
//! - An output layer with one neuron is computed in one pass with its loss, forward and backward.
//! - A single sample (batch 1) has a separate path, without padding to whole vectors, in networks
//!   of only dense layers; others treat it as a batch of one.
//! - An operation that needs the whole batch (batch normalization) starts a segment: all blocks go
//!   through the preceding segment, its sums are taken in the order of the blocks, and then they
//!   continue. Every block keeps its rows meanwhile.
//! - Layers with shortcuts read one range of rows, in which inputs and outputs are concatenated as they
//!   are computed, so that dense kernels take them unchanged. Gradients of these rows are summed from the
//!   last layer that reads them to the first, each sum separately, independent of blocks and bands.
//! - Networks side by side share a program ([`PackedProgram`]); one that is dense layers alone is passed to one kernel
//!   as a whole, since its steps take less time than what leads from one to the next.
//! - Training and evaluation are two programs where they differ (dropout, noise, batch statistics).
//!
//! A new operation is a variant of [`Op`] with its rows in the workspace and a match arm in the two
//! passes.

mod banded;
mod bands;
mod batch;
mod buffers;
mod draws;
mod evaluation_sums;
mod forward;
mod learn;
mod normalize;
mod numbers;
mod objective;
mod op;
mod order;
mod packed;
mod pass;
mod program;
mod row;
mod single;
mod transposition;
mod workspace;

pub use self::bands::{Bands, Job, Sequential};
pub(crate) use self::{
    batch::Source,
    buffers::Pass,
    draws::Draws,
    evaluation_sums::{EvaluationSums, Observe},
    forward::Forward,
    learn::GradientRequest,
    numbers::Numbers,
    objective::{Objective, OutputRole},
    op::Op,
    order::Order,
    packed::{PackedProgram, by_lanes},
    program::Program,
    row::RowForward,
    single::GradientUse,
    transposition::transpose_columns,
    workspace::{Layout, Workspace},
};
