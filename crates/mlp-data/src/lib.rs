//! Data for small neural networks: generators, embedded real sets, splits and scaling.
//!
//! Every random choice depends on a data seed alone ([`mlp_core::seed`]): where a generator puts its
//! points, the noise on them, the labels that are flipped, and the split.
//!
//! | you want | use |
//! |---|---|
//! | a generated set, or an embedded one by its name | [`generate`], [`load_embedded`], [`datasets`] |
//! | training, validation and test parts | [`split()`] |
//! | features of comparable size | [`Scaler`] |
//! | TF Playground's inputs | [`Expansion`] |
#![forbid(unsafe_code)]

mod cloud;
mod dataset;
mod embedded;
mod error;
mod expansion;
mod generators;
mod memory;
mod names;
mod options;
mod registry;
mod scale;
mod split;

pub use dataset::{Dataset, Origin, Provenance, Targets, Task};
pub use error::{Error, TableProblem};
pub use expansion::{Expansion, Input};
pub use options::{GeneratorOption, GeneratorOptions, OptionDefault};
pub use registry::{DatasetInfo, datasets, find, generate, load_embedded};
pub use scale::{ScaleKind, Scaler};
pub use split::{Split, split};
