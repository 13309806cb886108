//! Executing an experiment into its run directory.

pub(crate) mod ended;
pub mod execute;
pub mod inputs;
pub mod result_tables;
pub(crate) mod run_files;
pub mod so_far;
pub(crate) mod wall;
pub(crate) mod weights;
