//! Results of the networks of a run: rows, columns, arrays and statistics, and their sinks.

mod answer_table;
pub mod by_row;
pub mod columns;
pub mod counts;
mod fate_table;
pub mod gathering;
pub mod in_memory;
pub mod ordered_gathering;
pub mod rows;
pub mod sinks;
pub mod statistics;
pub mod table_source;
