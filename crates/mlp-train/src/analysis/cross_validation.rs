//! Cross-validation: mean and standard error of every metric over the folds.
//!
//! A cross-validation is a population with the test fold as an axis. The networks of one fold are
//! averaged first; then the mean over the folds is taken, with its standard error s / sqrt(k), where
//! s^2 is the variance of the k folds with divisor k - 1.

use std::ops::Range;

use crate::{
    metrics::exploded::EXPLODED,
    resolve::resolved::{FOLD, ResolvedExperiment},
    results::{
        columns::{Cell, Column, ColumnKind, Table},
        in_memory::MemoryTable,
        rows::{cell, column_kind},
    },
    settings::{key::info::Key, value::Value},
};

/// The table's name without its extension: one row per metric and setting of the other axes.
pub const FOLDS: &str = "folds";

/// One metric over the folds of one setting.
#[derive(Clone, Debug, PartialEq)]
pub struct FoldSummary {
    /// Values of the other axes, in their order.
    pub setting: Vec<Value>,
    /// The metric's column.
    pub metric: String,
    /// Its mean over the folds.
    pub mean: f64,
    /// The standard error of the mean; `None` for fewer than two folds.
    pub standard_error: Option<f64>,
    /// Folds with a network that did not diverge.
    pub folds: usize,
}

/// Whether an experiment is a cross-validation.
pub fn is_cross_validation(experiment: &ResolvedExperiment) -> bool {
    fold_axis(experiment).is_some()
}

/// The index of the fold axis among the axes of a cross-validation.
pub fn fold_axis(experiment: &ResolvedExperiment) -> Option<usize> {
    let mut axes = experiment.axes().iter();
    let fold = axes.position(|axis| axis.key.info().path == FOLD);
    // Draws do not give every setting all of its folds.
    fold.filter(|_| !experiment.is_drawn())
}

/// Where the networks of a cross-validation are: those of a fold of a setting follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FoldLayout {
    /// The index of the fold axis.
    pub axis: usize,
    /// The number of folds.
    pub folds: usize,
    /// The number of settings of the other axes.
    pub settings: usize,
    /// Cells are counted with the last axis running fastest: those of the axes behind that of the folds.
    inner: usize,
    seeds: u64,
}

impl FoldLayout {
    /// That of an experiment; `None` where it is not a cross-validation.
    pub fn of(experiment: &ResolvedExperiment) -> Option<Self> {
        let axis = fold_axis(experiment)?;
        let axes = experiment.axes();
        let folds = axes[axis].values.len();
        let inner = axes[axis + 1..].iter().map(|axis| axis.values.len());
        Some(Self {
            axis,
            folds,
            settings: experiment.cells() as usize / folds,
            inner: inner.product(),
            seeds: experiment.seeds_per_cell(),
        })
    }

    /// The cell of a fold of a setting.
    pub fn cell(&self, setting: usize, fold: usize) -> u64 {
        let (outer, inner) = (setting / self.inner, setting % self.inner);
        ((outer * self.folds + fold) * self.inner + inner) as u64
    }

    /// The networks of a fold of a setting.
    pub fn networks(&self, setting: usize, fold: usize) -> Range<u64> {
        let cell = self.cell(setting, fold);
        cell * self.seeds..(cell + 1) * self.seeds
    }

    /// The values of the other axes, in their order.
    pub fn setting(&self, experiment: &ResolvedExperiment, setting: usize) -> Vec<(Key, Value)> {
        let values = experiment.cell(self.cell(setting, 0)).into_iter();
        let others = values.enumerate().filter(|(axis, _)| *axis != self.axis);
        others.map(|(_, value)| value).collect()
    }
}

/// Averages over the folds, for each setting; empty where the experiment is not a
/// cross-validation. `nets` is its table of networks, `metrics` are the columns to average.
pub fn summaries(
    experiment: &ResolvedExperiment,
    nets: &Table,
    metrics: &[&str],
) -> Vec<FoldSummary> {
    let Some(layout) = FoldLayout::of(experiment) else {
        return Vec::new();
    };
    let statuses = nets.texts("status").unwrap_or_default();
    let exploded = nets.texts(EXPLODED).unwrap_or_default();
    let exploded = |row: usize| exploded.get(row).is_some_and(|flag| flag == "true");
    // Of a run that was interrupted, networks are missing between the rows.
    let ids = nets.integers("net").unwrap_or_default();
    let row_of = |net: u64| ids.binary_search(&(net as i64)).ok();
    let mut summaries = Vec::new();
    for setting in 0..layout.settings {
        let values = layout.setting(experiment, setting).into_iter();
        let values: Vec<Value> = values.map(|(_, value)| value).collect();
        for metric in metrics {
            let Some(numbers) = nets.numbers(metric) else {
                continue;
            };
            let of_fold = |fold: usize| {
                let own = layout.networks(setting, fold).filter_map(row_of);
                let sound = own.filter(|&row| {
                    statuses.get(row).is_some_and(|status| status != "diverged")
                        && !exploded(row)
                        && numbers[row].is_finite()
                });
                mean(&sound.map(|row| numbers[row]).collect::<Vec<f64>>())
            };
            let means: Vec<f64> = (0..layout.folds).filter_map(of_fold).collect();
            if let Some(mean) = mean(&means) {
                summaries.push(FoldSummary {
                    setting: values.clone(),
                    metric: (*metric).to_owned(),
                    mean,
                    standard_error: standard_error(&means, mean),
                    folds: means.len(),
                });
            }
        }
    }
    summaries
}

fn mean(values: &[f64]) -> Option<f64> {
    let sum = values.iter().fold(0.0, |sum, value| sum + value);
    (!values.is_empty()).then(|| sum / values.len() as f64)
}

fn standard_error(values: &[f64], mean: f64) -> Option<f64> {
    let count = values.len() as f64;
    let squares = values
        .iter()
        .fold(0.0, |sum, value| sum + (value - mean) * (value - mean));
    (values.len() > 1).then(|| (squares / (count - 1.0) / count).sqrt())
}

/// The averages of a cross-validation, from its table of networks; `None` for any other experiment.
pub fn table(experiment: &ResolvedExperiment, nets: &Table) -> Option<Table> {
    let fold = fold_axis(experiment)?;
    let metrics: Vec<&str> = nets
        .columns()
        .map(|(name, _)| name)
        .skip_while(|name| *name != "last_step")
        .skip(1)
        .filter(|name| !["stopped_by", "best_step"].contains(name))
        .collect();
    let others = || {
        let axes = experiment.axes().iter().enumerate();
        axes.filter(move |(axis, _)| *axis != fold)
            .map(|(_, axis)| axis)
    };
    let kinds: Vec<ColumnKind> = others().map(|axis| column_kind(&axis.values)).collect();
    let mut columns: Vec<Column> = others()
        .zip(&kinds)
        .map(|(axis, kind)| Column::new(axis.key.column(), *kind))
        .collect();
    columns.push(Column::new("metric", ColumnKind::Text));
    columns.push(Column::new("mean", ColumnKind::Number));
    columns.push(Column::new("standard_error", ColumnKind::Number));
    columns.push(Column::new("folds", ColumnKind::Integer));
    let mut table = MemoryTable::new(columns);
    for summary in summaries(experiment, nets, &metrics) {
        let setting = summary.setting.iter().zip(&kinds);
        let mut row: Vec<Cell> = setting.map(|(value, kind)| cell(value, *kind)).collect();
        row.push(Cell::Text(summary.metric));
        row.push(Cell::Number(summary.mean));
        row.push(Cell::from(summary.standard_error));
        row.push(Cell::Integer(summary.folds as i64));
        table.add(row);
    }
    Some(table.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Experiment, Kind};

    #[test]
    fn networks_that_have_not_ended_are_missing_in_their_own_fold() {
        let mut author = Experiment::new(Kind::Population);
        author.data.name = Some("iris".to_owned());
        author.data.folds = Some(3);
        author.population.nets = Some(2);
        let experiment = ResolvedExperiment::new(&author, None).unwrap();
        let columns = [
            ("net", ColumnKind::Integer),
            ("status", ColumnKind::Text),
            ("test_loss", ColumnKind::Number),
        ];
        let columns = columns.map(|(name, kind)| Column::new(name, kind));
        let mut nets = MemoryTable::new(columns.to_vec());
        for (net, loss) in [(0, 1.0), (2, 3.0), (3, 5.0)] {
            let status = Cell::Text("completed".to_owned());
            nets.add(vec![Cell::Integer(net), status, Cell::Number(loss)]);
        }
        let found = summaries(&experiment, &nets.finish(), &["test_loss"]);
        // One network of the first fold, both of the second.
        let of = |found: &FoldSummary| (found.mean, found.folds);
        assert_eq!(found.iter().map(of).collect::<Vec<_>>(), [(2.5, 2)]);
    }

    #[test]
    fn the_standard_error_is_that_of_a_mean() {
        // Deviations of -1, 0 and 1: variance 1.
        let error = standard_error(&[1.0, 2.0, 3.0], 2.0).unwrap();
        assert!((error - 1.0 / 3f64.sqrt()).abs() < 1e-15);
        assert_eq!(standard_error(&[1.0], 1.0), None);
        assert_eq!(mean(&[]), None);
    }
}
