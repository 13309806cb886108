//! The tables `nets` and `series`.

use std::sync::Arc;

use super::{
    columns::{Cell, Column, ColumnKind},
    counts::Counts,
    sinks::{SharedNumbers, Sinks, TableSink},
};
use crate::{
    error::Error,
    metrics::{event::BEST_TRAIN_LOSS, exploded::EXPLODED},
    resolve::resolved::{Axis, ResolvedExperiment},
    run::{network_rows::NetworkRows, outcome::Status},
    settings::{key::info::Key, value::Value},
};

/// One row per network.
pub const NETS: &str = "nets";
/// One row per network and recorded step.
pub const SERIES: &str = "series";
/// Statistics of a population.
pub const STATISTICS: &str = "stats";

/// The contents of the rows of both tables.
#[derive(Clone, Debug)]
pub struct Rows {
    /// The swept keys: their indices among the axes, names and types.
    swept: Vec<(usize, Column)>,
    metrics: Vec<String>,
    /// Whether there is a stopping rule, which adds two columns.
    rules: bool,
}

impl Rows {
    /// Rows of an experiment with these metrics, with or without stopping rules.
    pub fn new(experiment: &ResolvedExperiment, metrics: &[String], rules: bool) -> Self {
        let axes = experiment.axes().iter().enumerate();
        // A swept seed has its column already.
        let swept = axes.filter(|(_, axis)| axis.key.column() != "seed");
        let column = |axis: &Axis| Column::new(axis.key.column(), column_kind(&axis.sample()));
        Self {
            swept: swept.map(|(index, axis)| (index, column(axis))).collect(),
            metrics: metrics.to_vec(),
            rules,
        }
    }

    /// The columns of `nets`.
    pub fn nets(&self) -> Vec<Column> {
        let mut columns = vec![
            Column::new("net", ColumnKind::Integer),
            Column::new("seed", ColumnKind::Integer),
        ];
        columns.extend(self.swept.iter().map(|(_, column)| column.clone()));
        columns.push(Column::new("status", ColumnKind::Text));
        columns.push(Column::new("last_step", ColumnKind::Integer));
        columns.push(Column::new(EXPLODED, ColumnKind::Flag));
        if self.rules {
            columns.push(Column::new("stopped_by", ColumnKind::Text));
            columns.push(Column::new("best_step", ColumnKind::Integer));
        }
        if self.train_loss().is_some() {
            columns.push(Column::new(BEST_TRAIN_LOSS, ColumnKind::Number));
        }
        columns.extend(self.numbers());
        columns
    }

    /// The index of the training loss among the metrics.
    fn train_loss(&self) -> Option<usize> {
        self.metrics.iter().position(|name| name == "train_loss")
    }

    /// The columns of `series`.
    pub fn series(&self) -> Vec<Column> {
        let mut columns = vec![
            Column::new("net", ColumnKind::Integer),
            Column::new("step", ColumnKind::Integer),
        ];
        columns.extend(self.numbers());
        columns
    }

    fn numbers(&self) -> impl Iterator<Item = Column> {
        let names = self.metrics.iter();
        names.map(|name| Column::new(name, ColumnKind::Number))
    }

    /// The row of a network in `nets`, with the values of its cell.
    pub fn nets_row(&self, rows: &NetworkRows, values: &[(Key, Value)]) -> Vec<Cell> {
        let mut row = vec![whole(rows.network), whole(rows.seed)];
        let swept = self.swept.iter();
        row.extend(swept.map(|(index, column)| cell(&values[*index].1, column.kind)));
        row.push(Cell::Text(rows.status.name().to_owned()));
        row.push(whole(rows.last_step));
        row.push(Cell::Flag(rows.exploded));
        if self.rules {
            row.push(rows.stopped_by.clone().map_or(Cell::Null, Cell::Text));
            row.push(rows.best_step.map_or(Cell::Null, whole));
        }
        if let Some(place) = self.train_loss() {
            row.push(Cell::from(rows.best_train_loss(place)));
        }
        match rows.last_record() {
            Some(record) => row.extend(rows.metrics.row(record).map(Cell::from)),
            None => row.extend(self.metrics.iter().map(|_| Cell::Null)),
        }
        row
    }

    /// The rows of a network in `series`.
    pub fn series_rows(
        &self,
        rows: &NetworkRows,
    ) -> impl Iterator<Item = impl Iterator<Item = Cell>> {
        rows.records().map(|(step, values)| {
            let ids = [whole(rows.network), whole(step)];
            ids.into_iter().chain(values.map(Cell::from))
        })
    }
}

/// Writes the rows of both tables, network by network.
#[derive(Debug)]
pub struct Results<T> {
    rows: Rows,
    nets: T,
    series: T,
}

impl<T: TableSink> Results<T> {
    /// Starts both tables.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub fn new<S: Sinks<Table = T>>(sinks: &S, rows: Rows) -> Result<Self, Error> {
        Ok(Self {
            nets: sinks.table(NETS, rows.nets())?,
            series: sinks.table(SERIES, rows.series())?,
            rows,
        })
    }

    /// Adds a network with the values of its cell, and counts it.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub fn push(
        &mut self,
        rows: &Arc<NetworkRows>,
        values: &[(Key, Value)],
        counts: &mut Counts,
    ) -> Result<(), Error> {
        match rows.status {
            Status::Completed => counts.completed += 1,
            Status::Stopped => counts.stopped += 1,
            Status::Diverged => counts.diverged += 1,
        }
        counts.exploded += u64::from(rows.exploded);
        self.nets.push(self.rows.nets_row(rows, values))?;
        let integer = |number: u64| i64::try_from(number).ok();
        let networks = vec![integer(rows.network); rows.steps.len()];
        let steps = rows.steps.iter().map(|&step| integer(step)).collect();
        let numbers: SharedNumbers = Arc::clone(rows) as _;
        self.series.push_rows(&[networks, steps], &numbers)
    }

    /// The tables `nets` and `series`.
    pub fn into_tables(self) -> [T; 2] {
        [self.nets, self.series]
    }
}

/// Counts of networks and steps, and seeds in experiment files, fit into i64.
pub fn whole(number: u64) -> Cell {
    i64::try_from(number).map_or(Cell::Null, Cell::Integer)
}

/// The narrowest column type for these values.
pub fn column_kind(values: &[Value]) -> ColumnKind {
    let all = |is: fn(&Value) -> bool| values.iter().all(is);
    if all(|value| matches!(value, Value::Integer(_))) {
        ColumnKind::Integer
    } else if all(|value| value.as_f64().is_some()) {
        ColumnKind::Number
    } else if all(|value| matches!(value, Value::Flag(_))) {
        ColumnKind::Flag
    } else {
        ColumnKind::Text
    }
}

/// A value as a cell of such a column.
pub fn cell(value: &Value, kind: ColumnKind) -> Cell {
    match (kind, value) {
        (ColumnKind::Integer, Value::Integer(integer)) => Cell::Integer(*integer),
        (ColumnKind::Number, value) => Cell::from(value.as_f64()),
        (ColumnKind::Flag, Value::Flag(flag)) => Cell::Flag(*flag),
        (_, value) => Cell::Text(value.to_string()),
    }
}
