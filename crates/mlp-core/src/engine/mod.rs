//! The engine: a network compiled to a flat list of operations over one parameter slice and one
//! workspace.
//!
//! - [`Program`] is the list. It knows where each operation finds its inputs, outputs and
//!   parameters, so that a step only walks it; kernels are matched once a block.
//! - [`Workspace`] holds everything that a pass writes. It is made once; a step allocates nothing.
//! - A block of samples runs depth-first: forward through all operations and back again, while it
//!   is in cache. Gradients of blocks are added in the order of the blocks.
//! - An output layer of one neuron is taken in one pass with its loss, there and back.
//! - A single sample (batch 1) has a path of its own, without padding to whole vectors, in networks
//!   of dense layers alone; others take it as a batch of one.
//! - An operation that needs the whole batch (batch normalisation) begins a segment: all blocks go
//!   through the segment before it, its sums are taken in the order of the blocks, and then they go
//!   on. Every block keeps its rows meanwhile.
//! - Layers with shortcuts see one run of rows, in which inputs and outputs are put side by side as they
//!   come, so that dense kernels take them as they are. Gradients of these rows are summed from the
//!   last layer that sees them to the first, each sum by itself: neither blocks nor bands have a say.
//! - Training and evaluation are two programs where they differ (dropout, noise, batch statistics).
//!
//! A new operation is a variant of [`Op`] with its rows in the workspace and its arm in the two
//! passes.

mod banded;
mod bands;
mod batch;
mod buffers;
mod draws;
mod forward;
mod learn;
mod normalize;
mod numbers;
mod objective;
mod op;
mod order;
mod pass;
mod program;
mod row;
mod single;
mod tally;
mod turn;
mod workspace;

pub use self::bands::{Bands, Job, Sequential};
pub(crate) use self::{
    batch::Source,
    buffers::Pass,
    draws::Draws,
    forward::Forward,
    learn::Goal,
    numbers::Numbers,
    objective::{Answers, Objective},
    op::Op,
    order::Order,
    program::{Program, by_lanes},
    row::Row,
    single::Answer,
    tally::{Observe, Tally},
    turn::turn_back,
    workspace::{Layout, Workspace},
};
