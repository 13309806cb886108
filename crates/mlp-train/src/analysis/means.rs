//! Means of the last records by group.

use rayon::prelude::*;

use super::{
    bootstrap::Mean,
    groups::{Grouping, Name},
    networks::Networks,
    rows::{Row, maybe, number, text, whole},
};
use crate::{
    error::Error,
    table::{Cell, ColumnKind},
};

/// The metrics that groups are told by.
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

/// The mean of a metric over the networks of a group that did not diverge.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupMean {
    /// Which networks.
    pub name: Name,
    /// The metric's column.
    pub metric: &'static str,
    /// Its mean.
    pub mean: Mean,
}

pub(super) fn means(networks: &Networks, groupings: &[Grouping]) -> Result<Vec<GroupMean>, Error> {
    let mut found = Vec::new();
    for metric in METRICS {
        let Some(values) = networks.column(metric)? else {
            continue;
        };
        for grouping in groupings {
            let split = grouping.split(&values);
            // Collected by index: threads decide the time alone.
            let means: Vec<Option<Mean>> = split.par_iter().map(|own| Mean::of(own)).collect();
            let of_group = |(group, mean): (usize, Option<Mean>)| {
                Some(GroupMean {
                    name: grouping.name(group),
                    metric,
                    mean: mean?,
                })
            };
            found.extend(means.into_iter().enumerate().filter_map(of_group));
        }
    }
    Ok(found)
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
            maybe(interval.map(|(low, _, _)| low)),
            maybe(interval.map(|(_, high, _)| high)),
            interval.map_or(Cell::Null, |(_, _, method)| text(method.name())),
        ]
    }
}
