//! Metrics: what is measured of a network during and after training.

pub mod columns;
pub mod diagnostic;
pub mod event;
pub mod exploded;
pub mod followed;
pub mod metric;
pub mod record;
pub mod row_fate;
pub mod score;
pub mod shade;
