//! Storage of experiments on small neural networks, and estimates of their cost: run directories with their
//! journal, tables, arrays and models, data from files, verifying and resuming.
//!
//! [`execute`] is [`mlp_train::run`] with storage for its results: a [`RunDirectory`]. [`resolve`] resolves an
//! experiment whose data are files. Models are written and read by [`model_file`], tables by [`table`], NumPy
//! archives by [`npz`].
#![forbid(unsafe_code)]

mod checkpoint;
mod data_files;
mod error;
mod files;
mod identity;
mod journal;
pub mod manifest;
pub mod model_file;
pub mod npz;
mod pickled_state;
mod placeholder_data;
mod plan;
mod run;
pub mod run_directory;
mod run_metadata;
mod state_file;
pub mod table;
mod verify;

pub use data_files::{DataFiles, resolve};
pub use error::Error;
pub use files::{
    read::read_experiment,
    whole_file::{WholeFile, remove_unfinished},
};
pub use manifest::{Manifest, Replayed, RunStatus};
pub use model_file::{ExportOptions, FORMATS, Format};
pub use pickled_state::{state_from_bytes, state_to_bytes};
pub use placeholder_data::resolve_without_data;
pub use plan::{estimate::Estimate, probe::expected_seconds, speed};
pub use run::{
    execute::{Execution, Summary, execute, execute_replay},
    inputs::start_as_before,
    result_tables::write_results,
    so_far::SoFar,
};
pub use run_directory::{DirectoryChoice, RunDirectory};
pub use run_metadata::RunMetadata;
pub use verify::{Verification, Verifying, verify};
