//! The columns of records.

use super::{
    diagnostic::{self, group::Group},
    metric::measure::Measure,
    record::RECORDED,
};

/// The metrics' columns in order, for networks of up to `layers` layers, those of further measures
/// and of groups of diagnostics at the end.
pub fn metric_columns(
    layers: usize,
    validation: bool,
    measures: &[&Measure],
    groups: &[&'static Group],
) -> Vec<String> {
    let of_parts = |metric: &str| {
        let parts = ["train", "test", "validation"];
        let held = if validation { &parts[..] } else { &parts[..2] };
        let columns = held.iter().map(|part| format!("{part}_{metric}"));
        columns.collect::<Vec<_>>()
    };
    let mut columns: Vec<String> = RECORDED.into_iter().flat_map(of_parts).collect();
    columns.push("weight_norm".to_owned());
    columns.push("bias_norm".to_owned());
    columns.extend((0..layers).map(|layer| format!("weight_norm_{layer}")));
    columns.extend((0..layers).map(|layer| format!("bias_norm_{layer}")));
    columns.push("grad_norm".to_owned());
    columns.extend(measures.iter().flat_map(|measure| of_parts(measure.name)));
    columns.extend(diagnostic::columns(groups, layers));
    columns
}
