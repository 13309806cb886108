//! The columns of records.

use super::{
    diagnostic::{self, group::Group},
    metric::{Metric, RECORDED},
    score::definition::Score,
};

/// The metrics of records in the order of their columns, for networks of up to `layers` layers, followed by
/// additional scores and groups of diagnostics.
pub fn recorded_metrics(
    layers: usize,
    validation: bool,
    scores: &[&'static Score],
    groups: &[&'static Group],
) -> Vec<Metric> {
    let of_parts = |name| Metric::of_parts(name, validation);
    let layers_of =
        |norm: fn(Option<usize>) -> Metric| (0..layers).map(move |layer| norm(Some(layer)));
    let mut metrics: Vec<Metric> = RECORDED.into_iter().flat_map(of_parts).collect();
    metrics.extend([Metric::WeightNorm(None), Metric::BiasNorm(None)]);
    metrics.extend(layers_of(Metric::WeightNorm));
    metrics.extend(layers_of(Metric::BiasNorm));
    metrics.push(Metric::GradNorm);
    metrics.extend(scores.iter().flat_map(|score| of_parts(score.name)));
    let diagnostics = diagnostic::columns(groups, layers);
    metrics.extend(diagnostics.map(|(column, layer)| Metric::Diagnostic(column, layer)));
    metrics
}
