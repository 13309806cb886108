//! Settings: keys and their values, in files, options and types.

pub mod class_weights;
pub mod experiment;
pub mod experiment_file;
pub mod key;
pub mod kind;
pub mod layers;
pub mod named_files;
pub mod precision;
pub mod preset;
pub mod range;
pub mod schedule;
pub mod schema;
pub mod spelled;
pub mod threshold;
pub mod toml_value;
pub mod value;
pub(crate) mod words;
