//! The kinds of experiment.

use super::words::words;

/// The kind of an experiment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// One network.
    Train,
    /// Many networks of fixed hyperparameters, or of every cell of a sweep.
    Population,
    /// A grid over two keys, or over one key and the steps.
    Map,
}

words!(Kind: Train = "train", Population = "population", Map = "map");
