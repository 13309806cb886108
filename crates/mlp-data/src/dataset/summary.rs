//! Summary of a data set: its classes and the range of its targets.

use super::Dataset;
use crate::{ColumnKinds, ReadSummary, TargetBy, Targets};

impl ReadSummary {
    /// The summary of a built-in data set, which has no file.
    pub fn of_known(set: &Dataset) -> Self {
        let columns = ColumnKinds {
            numbers: set.features(),
            ..ColumnKinds::default()
        };
        Self {
            source: set.name().to_owned(),
            origin: set.provenance().origin,
            part: None,
            rows: set.samples() as u64,
            used: set.samples() as u64,
            header: None,
            written: Vec::new(),
            target: set
                .target_columns()
                .into_iter()
                .map(str::to_owned)
                .collect(),
            target_by: TargetBy::Format,
            task: set.task(),
            columns,
            left_out: Vec::new(),
            gaps: set.missing_values() as u64,
            fill: None,
            classes: classes(set),
            values: values(set),
            notes: Vec::new(),
            doubts: Vec::new(),
        }
    }
}

/// The classes of a data set in their order, with their samples.
pub(crate) fn classes(set: &Dataset) -> Vec<(String, u64)> {
    let (Some(names), Some(counts)) = (set.class_names(), set.class_counts()) else {
        return Vec::new();
    };
    let counts = counts.into_iter().map(|count| count as u64);
    names.iter().cloned().zip(counts).collect()
}

/// The least and the greatest number of each target.
pub(crate) fn values(set: &Dataset) -> Vec<(String, String)> {
    let Targets::Values { values, .. } = set.targets() else {
        return Vec::new();
    };
    let ends = |column: ndarray::ArrayView1<'_, f64>| {
        let ends = column.iter().fold(None, |ends, &value| match ends {
            None => Some((value, value)),
            Some((least, greatest)) => Some((
                if value < least { value } else { least },
                if value > greatest { value } else { greatest },
            )),
        });
        let (least, greatest) = ends.unwrap_or_default();
        (short(least), short(greatest))
    };
    values.columns().into_iter().map(ends).collect()
}

/// A number with at most six digits.
fn short(value: f64) -> String {
    let rounded: f64 = format!("{value:.5e}").parse().unwrap_or(value);
    crate::table::format_number(rounded + 0.0)
}
