//! What is measured of a network.

pub mod columns;
pub mod diagnostic;
pub mod exploded;
pub mod followed;
pub mod metric;
pub mod names;
pub mod record;
pub mod shade;
