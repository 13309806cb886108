//! Means of the last records by group.

use mlp_statistics::{Distribution, Mean, MedianInterval, mean_coverage};

use super::{
    groups::{Grouping, Name},
    networks::Networks,
    rows::{Row, maybe, number, text, whole},
};
use crate::{
    error::Error,
    results::{
        columns::{Cell, ColumnKind},
        statistics::QUANTILE_ERROR,
    },
};

/// The metrics summarised for each group.
pub(super) const METRICS: [&str; 8] = [
    "train_loss",
    "test_loss",
    "train_accuracy",
    "test_accuracy",
    "test_r2",
    "test_rmse",
    "weight_norm",
    "bias_norm",
];

/// The mean and the median of a metric over the networks of a group that neither diverged nor exploded.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupMean {
    /// The group of networks.
    pub name: Name,
    /// The metric's column.
    pub metric: &'static str,
    /// Its mean.
    pub mean: Mean,
    /// Its median; none for a single network.
    pub median: Option<MedianInterval>,
    /// The relative error of the numbers that the median or its interval is computed from: 0 up to
    /// [`EXACT`](mlp_statistics::EXACT) networks.
    pub quantile_error: f64,
}

pub(super) fn means(networks: &Networks, groupings: &[Grouping]) -> Result<Vec<GroupMean>, Error> {
    let mut found = Vec::new();
    for metric in METRICS {
        let Some(values) = networks.column(metric)? else {
            continue;
        };
        for grouping in groupings {
            let split = grouping.split(&values);
            let means = all_told(&split);
            let of_group = |(group, (mean, median, error)): (usize, (Option<Mean>, _, f64))| {
                Some(GroupMean {
                    name: grouping.name(group),
                    metric,
                    mean: mean?,
                    median,
                    quantile_error: error,
                })
            };
            found.extend(means.into_iter().enumerate().filter_map(of_group));
        }
    }
    Ok(found)
}

/// The summary of each group. Collected by index: threads affect only the time.
#[cfg(feature = "threads")]
fn all_told(groups: &[Vec<f64>]) -> Vec<(Option<Mean>, Option<MedianInterval>, f64)> {
    use rayon::prelude::*;

    groups.par_iter().map(|own| told(own)).collect()
}

#[cfg(not(feature = "threads"))]
fn all_told(groups: &[Vec<f64>]) -> Vec<(Option<Mean>, Option<MedianInterval>, f64)> {
    groups.iter().map(|own| told(own)).collect()
}

fn told(values: &[f64]) -> (Option<Mean>, Option<MedianInterval>, f64) {
    let all: Distribution = values.iter().copied().collect();
    let mean = Mean::of_moments(all.moments());
    (mean, MedianInterval::of(&all), all.error())
}

impl Row for GroupMean {
    const NAME: &'static str = "means";
    const COLUMNS: &'static [(&'static str, ColumnKind)] = &[
        ("metric", ColumnKind::Text),
        ("count", ColumnKind::Integer),
        ("mean", ColumnKind::Number),
        ("std", ColumnKind::Number),
        ("low", ColumnKind::Number),
        ("high", ColumnKind::Number),
        ("interval", ColumnKind::Text),
        ("coverage_if_skewed", ColumnKind::Number),
        ("median", ColumnKind::Number),
        ("median_low", ColumnKind::Number),
        ("median_high", ColumnKind::Number),
        ("median_coverage", ColumnKind::Number),
        (QUANTILE_ERROR, ColumnKind::Number),
    ];

    fn name(&self) -> &Name {
        &self.name
    }

    fn cells(&self) -> Vec<Cell> {
        let interval = self.mean.interval;
        vec![
            text(self.metric),
            whole(self.mean.count),
            number(self.mean.value),
            maybe(self.mean.deviation),
            maybe(interval.map(|(low, _)| low)),
            maybe(interval.map(|(_, high)| high)),
            interval.map_or(Cell::Null, |_| text(self.mean.method.name())),
            maybe(interval.map(|_| mean_coverage(self.mean.count))),
            maybe(self.median.map(|median| median.value)),
            maybe(self.median.map(|median| median.interval.0)),
            maybe(self.median.map(|median| median.interval.1)),
            maybe(self.median.map(|median| median.coverage)),
            number(self.quantile_error),
        ]
    }
}
