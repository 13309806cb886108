//! Results of the networks of a run: rows, columns, arrays and statistics, and their sinks.

pub mod columns;
pub mod counts;
pub mod gathering;
pub mod in_memory;
pub mod in_turn;
pub mod rows;
pub mod sinks;
pub mod statistics;
pub mod table_source;
