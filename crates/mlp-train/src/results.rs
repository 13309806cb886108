//! The tables `nets` and `series`.

use std::path::Path;

use crate::{
    error::Error,
    experiment::TableFormat,
    manifest::Counts,
    outcome::{Outcome, Status},
    resolved::{Axis, ResolvedExperiment},
    run_directory::{NETS, SERIES},
    table::{Cell, Column, ColumnKind, TableWriter},
    value::Value,
};

/// Writes both tables, network by network.
#[derive(Debug)]
pub(crate) struct Results {
    nets: TableWriter,
    series: TableWriter,
    names: Vec<String>,
    metrics: Vec<String>,
    /// Whether a stopping rule holds, which has two columns.
    rules: bool,
    axes: Vec<(Axis, ColumnKind)>,
    /// Number of cells between two values of each axis.
    strides: Vec<u64>,
}

impl Results {
    /// Starts both tables in a run directory.
    pub(crate) fn create(
        directory: &Path,
        format: TableFormat,
        experiment: &ResolvedExperiment,
        metrics: Vec<String>,
        rules: bool,
    ) -> Result<Self, Error> {
        let mut strides = vec![1; experiment.axes().len()];
        for index in (1..strides.len()).rev() {
            strides[index - 1] = strides[index] * experiment.axes()[index].values.len() as u64;
        }
        // A swept seed has its column already.
        let swept = experiment
            .axes()
            .iter()
            .zip(strides)
            .filter(|(axis, _)| axis.key.column() != "seed");
        let (axes, strides): (Vec<_>, Vec<_>) = swept
            .map(|(axis, stride)| ((axis.clone(), column_kind(&axis.values)), stride))
            .unzip();
        let numbers = metrics
            .iter()
            .map(|name| Column::new(name, ColumnKind::Number));
        let mut nets = vec![
            Column::new("net", ColumnKind::Integer),
            Column::new("seed", ColumnKind::Integer),
        ];
        nets.extend(
            axes.iter()
                .map(|(axis, kind)| Column::new(axis.key.column(), *kind)),
        );
        nets.push(Column::new("status", ColumnKind::Text));
        nets.push(Column::new("last_step", ColumnKind::Integer));
        if rules {
            nets.push(Column::new("stopped_by", ColumnKind::Text));
            nets.push(Column::new("best_step", ColumnKind::Integer));
        }
        nets.extend(numbers.clone());
        let mut series = vec![
            Column::new("net", ColumnKind::Integer),
            Column::new("step", ColumnKind::Integer),
        ];
        series.extend(numbers);
        let names = [NETS, SERIES]
            .map(|name| format!("{name}.{format}"))
            .to_vec();
        Ok(Self {
            nets: TableWriter::create(&directory.join(&names[0]), format, nets)?,
            series: TableWriter::create(&directory.join(&names[1]), format, series)?,
            names,
            metrics,
            rules,
            axes,
            strides,
        })
    }

    /// Adds a network, and counts it.
    pub(crate) fn push(&mut self, outcome: &Outcome, counts: &mut Counts) -> Result<(), Error> {
        match outcome.status {
            Status::Completed => counts.completed += 1,
            Status::Stopped => counts.stopped += 1,
            Status::Diverged => counts.diverged += 1,
        }
        let net = whole(outcome.network);
        let mut row = vec![net.clone(), whole(outcome.seed)];
        for ((axis, kind), stride) in self.axes.iter().zip(&self.strides) {
            let value = &axis.values[(outcome.cell / stride) as usize % axis.values.len()];
            row.push(cell(value, *kind));
        }
        row.push(Cell::Text(outcome.status.name().to_owned()));
        row.push(whole(outcome.last_step));
        if self.rules {
            let rule = outcome.stopped_by.map(|rule| Cell::Text(rule.to_owned()));
            row.push(rule.unwrap_or(Cell::Null));
            row.push(outcome.best_step.map_or(Cell::Null, whole));
        }
        row.extend(
            self.metrics
                .iter()
                .map(|name| Cell::from(outcome.last().and_then(|record| record.metric(name)))),
        );
        self.nets.push(row)?;
        for record in &outcome.records {
            let metrics = self
                .metrics
                .iter()
                .map(|name| Cell::from(record.metric(name)));
            self.series
                .push([net.clone(), whole(record.step)].into_iter().chain(metrics))?;
        }
        Ok(())
    }

    /// Finishes both tables; their names.
    pub(crate) fn finish(self) -> Result<Vec<String>, Error> {
        self.series.finish()?;
        self.nets.finish()?;
        Ok(self.names)
    }
}

/// Counts of networks and steps, and seeds as experiment files can hold them, fit into i64.
fn whole(number: u64) -> Cell {
    i64::try_from(number).map_or(Cell::Null, Cell::Integer)
}

/// The narrowest type of column that holds these values.
pub(crate) fn column_kind(values: &[Value]) -> ColumnKind {
    if values
        .iter()
        .all(|value| matches!(value, Value::Integer(_)))
    {
        ColumnKind::Integer
    } else if values.iter().all(|value| value.as_f64().is_some()) {
        ColumnKind::Number
    } else if values.iter().all(|value| matches!(value, Value::Flag(_))) {
        ColumnKind::Flag
    } else {
        ColumnKind::Text
    }
}

/// A value as a cell of such a column.
pub(crate) fn cell(value: &Value, kind: ColumnKind) -> Cell {
    match (kind, value) {
        (ColumnKind::Integer, Value::Integer(integer)) => Cell::Integer(*integer),
        (ColumnKind::Number, value) => Cell::from(value.as_f64()),
        (ColumnKind::Flag, Value::Flag(flag)) => Cell::Flag(*flag),
        (_, value) => Cell::Text(value.to_string()),
    }
}
