//! Experiments on small neural networks: what to train, training it, and what is kept of it.
//!
//! An [`Experiment`] is what an author writes, in layers: a file, options, `--set`. Resolving it
//! spells every default out: a [`ResolvedExperiment`] knows the [`Recipe`] of each of its networks,
//! and its file gives the same networks again. One registry, [`key`], makes keys mean the same in
//! files, options, sweeps and columns.
#![forbid(unsafe_code)]

mod error;
mod estimate;
pub mod experiment;
pub mod experiment_file;
pub mod key;
mod kind;
mod layers;
pub mod metric;
mod precision;
mod probe;
mod range;
mod recipe;
mod resolve;
mod resolved;
mod schedule;
pub mod manifest;
pub mod npz;
mod source;
pub mod table;
mod value;
mod whole_file;

pub use error::{Error, Origin};
pub use estimate::Estimate;
pub use experiment::Experiment;
pub use key::Key;
pub use kind::Kind;
pub use layers::{Layer, Setting, Sweep};
pub use precision::Precision;
pub use probe::expected_seconds;
pub use range::{Range, RangeError};
pub use recipe::{DataRecipe, Recipe};
pub use resolved::{Axis, ResolvedExperiment};
pub use schedule::RecordSchedule;
pub use table::Table;
pub use value::{Value, shortest};
pub use whole_file::WholeFile;
