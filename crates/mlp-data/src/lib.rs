//! Data for small neural networks: generators, embedded real sets, files of many kinds, splits and scaling.
//!
//! Every random choice depends on a data seed alone ([`mlp_core::seed`]): where a generator puts its
//! points, the noise on them, the labels that are flipped, and the split.
//!
//! | you want | use |
//! |---|---|
//! | a generated set, or an embedded one by its name | [`generate`], [`load_embedded`], [`datasets`] |
//! | a table of your own: CSV, TSV, NPZ, NPY, IDX, Parquet, ARFF, LIBSVM, KEEL, PROBEN1 | [`read_file`], [`table::read_csv`] |
//! | rows to predict, by the names a model knows | [`read_rows`] of a file of any kind, [`table::FeatureReader`] |
//! | what was read, in one line | [`ReadSummary`], [`Dataset::read`] |
//! | training, validation and test parts | [`split()`]; [`ranges`] of rows; [`fold`]s for cross-validation |
//! | features of comparable size | [`Scaler`] |
//! | missing values filled in | [`table::MissingPolicy`], [`Imputer`] |
//! | text as features | [`table::Categorical`] |
//! | TF Playground's inputs | [`Expansion`] |
//!
//! Readers and writers that take a library are features, all of them on by default: `csv` (writing), `gzip`, `numpy`, `parquet`.
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
mod target_transform;
mod targets;

pub use align::source_columns;
pub use dataset::Dataset;
pub use error::{Error, Place, TableProblem};
pub use expansion::{Expansion, Input};
pub use files::{FileKind, file_kinds, read_file, read_rows};
pub use guard::guarded;
pub use impute::{ImputeKind, Imputer};
pub use memory::{available_memory, check_memory};
pub use options::{GeneratorOption, GeneratorOptions, OptionDefault};
pub use provenance::{ColumnKinds, LeftOut, Origin, Provenance, ReadSummary, TargetBy};
pub use registry::{DatasetInfo, datasets, find, generate, load_embedded};
pub use scale::{ScaleKind, Scaler};
pub use split::{Split, fold, ranges, split};
pub use target_transform::TargetTransform;
pub use targets::{Targets, Task};
