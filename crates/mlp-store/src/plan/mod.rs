//! Estimates of an experiment on this machine: time, memory and disk.

pub(crate) mod disk_space;
pub mod estimate;
pub(crate) mod memory;
pub mod probe;
pub mod speed;
