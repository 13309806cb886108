//! What an interrupted command leaves.

use std::path::PathBuf;

/// What an interrupted command leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remaining {
    /// Nothing to continue.
    Nothing,
    /// A run that `mlp resume` continues.
    Run(PathBuf),
    /// A run with complete results but without figures.
    Results(PathBuf),
}
