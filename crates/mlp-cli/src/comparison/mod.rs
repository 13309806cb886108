//! Several runs beside each other: settings that differ, scores, and differences of networks of the same seed.

mod alike;
mod found;
mod paired;
mod runs;
mod scores;
mod settings;
mod wording;

pub use self::{
    found::Found,
    runs::{ComparedRun, open},
    wording::{HEADS, by_condition, cells, left_out, mean, unpaired},
};
