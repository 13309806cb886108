//! Records of networks on their way into the arrays of a map.

use crate::journal::NetworkRows;

/// One of the networks that are put into the arrays together.
pub(super) struct Member<'a> {
    /// Its place at the first step.
    pub(super) first: usize,
    pub(super) records: Records<'a>,
}

/// What is known of a network.
pub(super) enum Records<'a> {
    Nothing,
    /// A record of every step.
    Every(&'a NetworkRows),
    /// Some records and the indices of their steps; of several for one step the last counts.
    Some(&'a NetworkRows, Vec<(usize, usize)>),
}

impl<'a> Records<'a> {
    pub(super) fn rows(&self) -> Option<&'a NetworkRows> {
        match *self {
            Self::Nothing => None,
            Self::Every(rows) | Self::Some(rows, _) => Some(rows),
        }
    }
}

/// Gives an array memory for so many values with the first of them, `there`, and tells whether it has
/// some. Values before them are NaN; those to come take memory when they do.
pub(super) fn make_room(array: &mut Vec<f64>, size: usize, fresh: bool, there: bool) -> bool {
    if array.is_empty() && there {
        *array = vec![if fresh { 0.0 } else { f64::NAN }; size];
    }
    !array.is_empty()
}

/// Puts the values of networks' records, which `value` gives by the index of the network and of the
/// record, into an array with `stride` values a step; NaN where a network has none.
pub(super) fn scatter(
    array: &mut [f64],
    stride: usize,
    group: &[Member<'_>],
    value: impl Fn(usize, usize) -> Option<f64>,
) {
    // Step by step, since neighbours lie side by side.
    for (step, array) in array.chunks_exact_mut(stride).enumerate() {
        for (network, member) in group.iter().enumerate() {
            let value = match member.records {
                Records::Every(_) => value(network, step),
                Records::Nothing | Records::Some(..) => None,
            };
            array[member.first] = value.unwrap_or(f64::NAN);
        }
    }
    for (network, member) in group.iter().enumerate() {
        let Records::Some(_, records) = &member.records else {
            continue;
        };
        for (record, step) in records {
            if let Some(value) = value(network, *record) {
                array[step * stride + member.first] = value;
            }
        }
    }
}
