//! What the name of a metric tells: the column of a record, of a diagnostic or of a map.

use super::{
    diagnostic::{column_of, group::Each, group_of},
    metric::{NAMES, layer_of, measure_of},
};
use crate::map::{GAP, event};

/// Whether a metric has this name.
pub fn exists(name: &str) -> bool {
    NAMES.contains(&name)
        || layer_of(name).is_some()
        || measure_of(name).is_some()
        || group_of(name).is_some()
        || is_of_maps(name)
}

/// Whether a column is there on request alone, and of the whole network: a measure, or a diagnostic
/// that is not by layer.
pub fn is_further(name: &str) -> bool {
    measure_of(name).is_some()
        || column_of(name).is_some_and(|(_, column)| column.each == Each::Network)
}

/// Whether a metric is one that maps alone have: an event of a training, or the gap between test and
/// training loss.
pub fn is_of_maps(name: &str) -> bool {
    name == GAP || event(name).is_some()
}

/// Whether a larger value is the better one; `None` where neither is (norms).
pub fn larger_is_better(name: &str) -> Option<bool> {
    match measure_of(name) {
        Some((_, measure)) => measure.larger_is_better,
        None if event(name).is_some() => event(name)?.larger_is_better,
        None => name.ends_with("_loss").then_some(false),
    }
}
