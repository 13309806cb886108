//! Multilayer perceptrons from scratch.

pub mod math;
pub mod seed;
