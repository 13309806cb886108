//! Training: one network, many in parallel, and the entry point from an experiment to its results.

pub mod answer_rows;
#[cfg(feature = "threads")]
pub mod bands;
pub mod chunk;
pub mod continuation;
pub mod encode;
pub mod entry;
mod interval_folds;
pub mod job;
pub mod network_rows;
pub mod network_set;
pub mod network_store;
pub mod number_columns;
pub mod observer;
pub mod outcome;
pub mod parameters;
pub mod population;
pub mod saved_state;
pub mod selected;
pub mod selection;
pub mod state_numbers;
pub mod training;
