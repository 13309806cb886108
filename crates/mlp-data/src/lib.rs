//! Data for small neural networks: generators, embedded real data sets, files in many formats, splits and scaling.
//!
//! Every random choice depends only on a data seed ([`mlp_core::seed`]): the points of a generator,
//! their noise, flipped labels, and the split.
//!
//! | task
//! use |
//! |---|---|
//! | generate a data set, or load an embedded one by name
//! [`generate`], [`load_embedded`], [`datasets`] |
//! | read your own table: CSV, TSV, NPZ, NPY, IDX, Parquet, ARFF, LIBSVM, KEEL, PROBEN1
//! [`read_file`], [`table::read_csv`] |
//! | read rows to predict, by the names of a model's features
//! [`read_rows`] for a file of any format, [`table::FeatureReader`] |
//! | summarise what was read, in one line
//! [`ReadSummary`], [`Dataset::read`] |
//! | split into training, validation and test parts
//! [`split()`]; [`ranges`] of rows; [`fold`]s for cross-validation |
//! | scale features
//! [`Scaler`] |
//! | fill in missing values
//! [`table::MissingPolicy`], [`Imputer`] |
//! | encode text as features
//! [`table::Categorical`] |
//! | compute TF Playground's inputs
//! [`Expansion`] |
//!
//! Readers and writers that need a library are features, all of them on by default: `csv` (writing), `gzip`, `numpy`, `parquet`.
#![forbid(unsafe_code)]
#![cfg_attr(
    not(all(feature = "numpy", feature = "parquet")),
    allow(
        dead_code,
        unused_imports,
        reason = "some of what readers share is for those that are left out"
    )
)]

mod align;
mod arff;
mod binary;
mod cloud;
mod dataset;
mod embedded;
mod error;
mod expansion;
mod files;
mod generators;
mod guard;
mod idx;
mod impute;
mod keel;
mod libsvm;
mod lines;
mod memory;
pub mod names;
#[cfg(feature = "numpy")]
mod numpy;
mod options;
#[cfg(feature = "parquet")]
mod parquet;
mod part;
mod proben1;
mod provenance;
mod registry;
mod scale;
mod split;
pub mod table;

pub use align::source_columns;
pub use dataset::{Dataset, Targets, Task};
pub use error::{Error, Place, TableProblem};
pub use expansion::{Expansion, Input};
pub use files::{FileKind, file_kinds, read_file, read_rows};
pub use guard::guarded;
pub use impute::{ImputeKind, Imputer};
pub use memory::{available_memory, check_memory};
pub use options::{GeneratorOption, GeneratorOptions, OptionDefault};
pub use provenance::{ColumnKinds, LeftOut, Origin, Provenance, ReadSummary, TargetBy};
pub use registry::{DatasetInfo, datasets, find, generate, load_embedded};
pub use scale::{ScaleKind, Scaler, TargetTransform};
pub use split::{Split, fold, ranges, split};
