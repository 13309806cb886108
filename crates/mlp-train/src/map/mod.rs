//! Performance maps: what came of every cell, as arrays, and what they say.

mod adaptive;
mod arrays;
mod axes;
mod boundary;
mod event;
mod reading;
mod refinement;
mod scatter;
mod slice;

pub(crate) use self::{
    adaptive::{Workshop, refine},
    arrays::{MapArrays, OVER_SEEDS, over_seeds},
    event::{GAP, SHADE, event},
    refinement::Refinement,
};
pub use self::{
    axes::MapAxes,
    boundary::BoundaryDimension,
    event::{EVENTS, Event},
    reading::{BestCell, Region, Span},
    slice::MapSlice,
};
