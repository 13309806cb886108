//! Results as tables.

use std::borrow::Cow;

use mlp_statistics::Decided;

use super::groups::Name;
use crate::results::columns::{Cell, Column, ColumnKind};

/// A result that is a row of a table.
pub(super) trait Row {
    /// The table's name.
    const NAME: &'static str;
    /// The columns after `key` and `value`.
    const COLUMNS: &'static [(&'static str, ColumnKind)];

    /// The group of networks that it is about.
    fn name(&self) -> &Name;

    /// Its cells after those of its name.
    fn cells(&self) -> Vec<Cell>;
}

/// Results of one kind as a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Results {
    /// The table's name, which is that of its file without the ending.
    pub name: Cow<'static, str>,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, a cell per column.
    pub rows: Vec<Vec<Cell>>,
}

impl Results {
    pub(super) fn of<R: Row>(rows: &[R]) -> Self {
        let names = ["key", "value"].map(|name| Column::new(name, ColumnKind::Text));
        let own = R::COLUMNS.iter();
        let own = own.map(|(name, kind)| Column::new(*name, *kind));
        let row = |row: &R| {
            let cells = row.name().cells().into_iter().chain(row.cells());
            cells.collect()
        };
        Self {
            name: R::NAME.into(),
            columns: names.into_iter().chain(own).collect(),
            rows: rows.iter().map(row).collect(),
        }
    }
}

impl Results {
    /// Which networks the other tables are of, as a table of one row.
    pub(super) fn of_selection(condition: &str, networks: u64, of: u64) -> Self {
        let columns = [
            ("condition", ColumnKind::Text),
            ("networks", ColumnKind::Integer),
            ("of", ColumnKind::Integer),
        ];
        let row = vec![Cell::Text(condition.into()), whole(networks), whole(of)];
        Self {
            name: "selection".into(),
            columns: columns.map(|(name, kind)| Column::new(name, kind)).to_vec(),
            rows: vec![row],
        }
    }
}

pub(super) fn whole(number: u64) -> Cell {
    i64::try_from(number).map_or(Cell::Null, Cell::Integer)
}

pub(super) fn number(number: f64) -> Cell {
    match number.is_finite() {
        true => Cell::Number(number),
        false => Cell::Null,
    }
}

pub(super) fn maybe(value: Option<f64>) -> Cell {
    value.map_or(Cell::Null, number)
}

/// How many points or networks decide a number, and what it is without them.
pub(super) fn decided_cells(decided: Option<Decided>) -> [Cell; 2] {
    [
        decided.map_or(Cell::Null, |decided| whole(decided.by)),
        maybe(decided.and_then(|decided| decided.without)),
    ]
}

pub(super) fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}
