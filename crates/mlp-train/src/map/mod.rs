//! Performance maps: the outcome of every cell as arrays, and their analysis.

mod adaptive;
mod arrays;
mod axes;
mod block;
mod boundary;
mod event;
mod layout;
mod over_seeds;
mod reading;
mod refinement;
mod slice;

pub(crate) use self::adaptive::{CellTrainer, refine};
pub use self::{
    arrays::MapArrays,
    over_seeds::{OVER_SEEDS, over_seeds},
    refinement::Refinement,
};
pub use self::{
    axes::MapAxes,
    boundary::BoundaryDimension,
    reading::{BestCell, Region, Span},
    slice::MapSlice,
};
