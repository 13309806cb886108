//! The data of an experiment and its initial parameters: where they come from, split and scaled.

pub mod batch_order;
pub mod class_order;
pub mod data_read;
pub mod initial_parameters;
pub mod original_units;
pub mod part;
pub mod points;
pub mod prepare;
pub mod provider;
mod row_place;
pub mod sha256;
pub mod source;
pub mod task;
