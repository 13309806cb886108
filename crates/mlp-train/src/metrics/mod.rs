//! Metrics: what is measured of a network during and after training.

pub mod columns;
pub mod convergence_measure;
pub mod diagnostic;
pub mod event;
pub mod event_tracker;
pub mod exploded;
pub mod metric;
pub mod record;
pub mod row_fate;
pub mod score;
