//! Arguments that several commands have: those of the registry of keys, and the fixed ones.

mod keys;
mod numbers;
mod running;

pub use self::{
    keys::{Base, Keys, Selection, Sets, experiment},
    numbers::{step, threads, whole},
    running::{Destination, RUNS, Reporting, Running, Threads},
};
