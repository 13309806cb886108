//! The folder of runs.

/// Where runs go that are given no folder.
pub const RUNS: &str = "runs";
