//! What an interrupted command leaves.

use std::path::PathBuf;

/// What an interrupted command leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Left {
    /// Nothing to go on with.
    Nothing,
    /// A run that `mlp resume` goes on with.
    Run(PathBuf),
    /// A run whose results are whole, but not its figures.
    Results(PathBuf),
}
