//! Totals over the networks of an experiment.

/// Totals over the networks of an experiment.
#[derive(Debug, Default)]
pub(super) struct Sums {
    pub(super) networks: f64,
    /// Records of all networks.
    pub(super) rows: f64,
    /// Bytes of the saved parameters, and how often some are saved.
    pub(super) kept_bytes: f64,
    pub(super) kept: f64,
    /// Training memory of the largest network in bytes.
    pub(super) largest: f64,
    /// Bytes of the largest network's parameters.
    pub(super) parameters: f64,
}

pub(super) fn larger(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

pub(super) fn smaller(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}
