//! Arguments that several commands have: those of the registry of keys, and the fixed ones.

mod keys;
mod look;
mod named;
mod running;
mod values;

pub use self::{
    keys::{Base, Keys, Selection, Sets, experiment},
    look::{DressArgs, LookArgs},
    named::keys_by_option,
    running::{Destination, RUNS, Reporting, Running, Threads},
    values::{step, threads, whole},
};
