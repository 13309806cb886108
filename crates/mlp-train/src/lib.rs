//! Experiments on small neural networks: what to train, training it, and what is kept of it.
//!
//! An [`Experiment`] is what an author writes, in layers: a file, options, `--set`. Resolving it
//! spells every default out: a [`ResolvedExperiment`] knows the [`Recipe`] of each of its networks,
//! and its file gives the same networks again. One registry, [`key`], makes keys mean the same in
//! files, options, sweeps and columns.
#![forbid(unsafe_code)]

pub mod analysis;
mod bands;
mod batch_order;
mod class_weights;
mod continuation;
pub mod cross_validation;
pub mod diagnostic;
mod error;
mod estimate;
mod execute;
pub mod experiment;
pub mod experiment_file;
mod extent;
mod filter;
mod followed_file;
mod frame;
mod gathering;
mod given;
mod in_turn;
mod journal;
pub mod key;
mod kind;
mod layers;
mod little_endian;
pub mod manifest;
mod map;
mod memory;
pub mod metric;
mod model;
pub mod npz;
mod number_columns;
mod observer;
mod outcome;
mod population;
mod precision;
mod prepare;
pub mod preset;
mod probe;
mod range;
mod recipe;
mod record;
mod resolve;
mod resolved;
mod results;
mod run;
pub mod run_directory;
mod schedule;
mod schema;
mod shade;
mod source;
pub mod speed;
mod statistics;
pub mod stopping;
pub mod table;
mod value;
mod verify;
mod weights;
mod whole_file;

pub use bands::PoolBands;
pub use class_weights::ClassWeights;
pub use error::{Error, Origin};
pub use estimate::Estimate;
pub use execute::{Execution, Summary, execute, train_network};
pub use experiment::Experiment;
pub use filter::Filter;
pub use journal::Parameters;
pub use key::Key;
pub use kind::Kind;
pub use layers::{Layer, Setting, Sweep};
pub use manifest::{Counts, Manifest, RunStatus};
pub use map::{BestCell, BoundaryDimension, EVENTS, Event, MapAxes, MapSlice, Region, Span};
pub use model::{Answers, AnyNetwork, FORMATS, Format, Model, Prediction};
pub use npz::Npz;
pub use observer::Observer;
pub use outcome::{Outcome, Status};
pub use precision::Precision;
pub use prepare::{Baseline, Part, Prepared, PreparedCache, baseline};
pub use probe::expected_seconds;
pub use range::{Range, RangeError};
pub use recipe::{DataRecipe, Recipe};
pub use record::{Record, metric_columns};
pub use resolved::{Axis, ResolvedExperiment, Variety};
pub use run_directory::{Place, RunDirectory};
pub use schedule::RecordSchedule;
pub use schema::json_schema;
pub use stopping::Stopping;
pub use table::Table;
pub use value::{Value, shortest};
pub use verify::{Verification, Verifying, verify};
pub use whole_file::{WholeFile, remove_unfinished};
