//! Tables of results: typed columns with missing values, as Parquet or CSV.
//!
//! Rows are written in order with fixed row-group sizes, so that the same rows are the same bytes.

mod csv;
mod held;
mod parquet;
mod writer;

use std::path::{Path, PathBuf};

pub use self::writer::TableWriter;
pub(crate) use self::{held::SharedNumbers, writer::GROUP};
use crate::error::Error;

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ColumnKind {
    /// Whole numbers.
    Integer,
    /// f64.
    Number,
    /// Text.
    Text,
    /// True or false.
    Flag,
}

/// A column's name and type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The name.
    pub name: String,
    /// The type.
    pub kind: ColumnKind,
}

impl Column {
    /// A column.
    pub fn new(name: impl Into<String>, kind: ColumnKind) -> Self {
        Self {
            name: name.into(),
            kind,
        }
    }
}

/// One value of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing applies here.
    Null,
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// Text.
    Text(String),
    /// True or false.
    Flag(bool),
}

impl Cell {
    /// The cell as CSV writes it; nothing where nothing applies.
    pub fn to_text(&self) -> String {
        csv::text(self)
    }
}

impl From<Option<f64>> for Cell {
    fn from(number: Option<f64>) -> Self {
        number.map_or(Self::Null, Self::Number)
    }
}

/// The values of a column, missing ones as `None`.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Of [`ColumnKind::Integer`].
    Integer(Vec<Option<i64>>),
    /// Of [`ColumnKind::Number`].
    Number(Vec<Option<f64>>),
    /// Of [`ColumnKind::Text`].
    Text(Vec<Option<String>>),
    /// Of [`ColumnKind::Flag`].
    Flag(Vec<Option<bool>>),
}

impl Values {
    fn new(kind: ColumnKind) -> Self {
        match kind {
            ColumnKind::Integer => Self::Integer(Vec::new()),
            ColumnKind::Number => Self::Number(Vec::new()),
            ColumnKind::Text => Self::Text(Vec::new()),
            ColumnKind::Flag => Self::Flag(Vec::new()),
        }
    }

    /// The type.
    pub fn kind(&self) -> ColumnKind {
        match self {
            Self::Integer(_) => ColumnKind::Integer,
            Self::Number(_) => ColumnKind::Number,
            Self::Text(_) => ColumnKind::Text,
            Self::Flag(_) => ColumnKind::Flag,
        }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Integer(values) => values.len(),
            Self::Number(values) => values.len(),
            Self::Text(values) => values.len(),
            Self::Flag(values) => values.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value in a row; [`Cell::Null`] beyond the last.
    pub fn cell(&self, row: usize) -> Cell {
        fn get<V: Clone>(values: &[Option<V>], row: usize, make: impl Fn(V) -> Cell) -> Cell {
            values.get(row).cloned().flatten().map_or(Cell::Null, make)
        }
        match self {
            Self::Integer(values) => get(values, row, Cell::Integer),
            Self::Number(values) => get(values, row, Cell::Number),
            Self::Text(values) => get(values, row, Cell::Text),
            Self::Flag(values) => get(values, row, Cell::Flag),
        }
    }
}

/// A table in memory.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    columns: Vec<(String, Values)>,
    rows: usize,
}

impl Table {
    /// Reads a table that [`TableWriter`] wrote; its name's ending tells the format.
    ///
    /// # Errors
    /// [`Error::Read`]; [`Error::Corrupt`] where it is damaged.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let columns = match is_csv(path) {
            true => csv::read(path)?,
            false => parquet::read(path)?,
        };
        let rows = columns.first().map_or(0, |(_, values)| values.len());
        if let Some((name, values)) = columns.iter().find(|(_, values)| values.len() != rows) {
            let reason = format!(
                "column {name} has {} rows, and the first has {rows}",
                values.len()
            );
            return Err(corrupt(path, reason));
        }
        Ok(Self { columns, rows })
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The columns in order.
    pub fn columns(&self) -> impl Iterator<Item = (&str, &Values)> {
        self.columns
            .iter()
            .map(|(name, values)| (name.as_str(), values))
    }

    /// A column.
    pub fn column(&self, name: &str) -> Option<&Values> {
        self.columns
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, values)| values)
    }

    /// A column as numbers: whole numbers too, flags as 0 and 1, missing ones NaN; `None` for text
    /// and where there is no such column.
    pub fn numbers(&self, name: &str) -> Option<Vec<f64>> {
        match self.column(name)? {
            Values::Integer(values) => Some(
                values
                    .iter()
                    .map(|value| value.map_or(f64::NAN, |v| v as f64))
                    .collect(),
            ),
            Values::Number(values) => Some(
                values
                    .iter()
                    .map(|value| value.unwrap_or(f64::NAN))
                    .collect(),
            ),
            Values::Flag(values) => Some(
                values
                    .iter()
                    .map(|value| value.map_or(f64::NAN, |v| f64::from(u8::from(v))))
                    .collect(),
            ),
            Values::Text(_) => None,
        }
    }

    /// A column of whole numbers; missing ones 0.
    pub fn integers(&self, name: &str) -> Option<Vec<i64>> {
        match self.column(name)? {
            Values::Integer(values) => {
                Some(values.iter().map(|value| value.unwrap_or(0)).collect())
            }
            _ => None,
        }
    }

    /// A column as text, whatever its type; missing values are empty.
    pub fn texts(&self, name: &str) -> Option<Vec<String>> {
        let values = self.column(name)?;
        Some(
            (0..self.rows)
                .map(|row| csv::text(&values.cell(row)))
                .collect(),
        )
    }
}

/// A table on the disk, of which a few columns are read at a time: for tables larger than memory.
#[derive(Clone, Debug)]
pub struct ColumnReader {
    path: PathBuf,
    names: Vec<String>,
}

impl ColumnReader {
    /// Opens a table that [`TableWriter`] wrote.
    ///
    /// # Errors
    /// [`Error::Read`]; [`Error::Corrupt`] where its head is damaged.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let names = match is_csv(path) {
            true => csv::names(path)?,
            false => parquet::names(path)?,
        };
        Ok(Self {
            path: path.to_owned(),
            names,
        })
    }

    /// The columns' names.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Hands the rows on part by part, with the named columns that there are, or all.
    ///
    /// # Errors
    /// [`Error::Read`]; [`Error::Corrupt`]; what `each` returns.
    pub fn scan(
        &self,
        columns: Option<&[&str]>,
        each: &mut dyn FnMut(&Table) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let wanted = |name: &str| columns.is_none_or(|columns| columns.contains(&name));
        let mut part = |columns: Vec<(String, Values)>| {
            let rows = columns.first().map_or(0, |(_, values)| values.len());
            if columns.iter().any(|(_, values)| values.len() != rows) {
                return Err(corrupt(&self.path, "its columns have different lengths"));
            }
            each(&Table { columns, rows })
        };
        match is_csv(&self.path) {
            true => csv::scan(&self.path, &wanted, &mut part),
            false => parquet::scan(&self.path, &wanted, &mut part),
        }
    }

    /// A column as [`Table::numbers`] gives it.
    ///
    /// # Errors
    /// [`Error::Read`]; [`Error::Corrupt`].
    pub fn numbers(&self, name: &str) -> Result<Option<Vec<f64>>, Error> {
        let mut all = self.names.iter().any(|known| known == name).then(Vec::new);
        self.scan(Some(&[name]), &mut |part| {
            match (part.numbers(name), &mut all) {
                (Some(numbers), Some(all)) => all.extend(numbers),
                _ => all = None,
            }
            Ok(())
        })?;
        Ok(all)
    }
}

fn is_csv(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "csv")
}

fn corrupt(path: &Path, reason: impl std::fmt::Display) -> Error {
    Error::Corrupt {
        path: path.to_owned(),
        what: "table",
        reason: reason.to_string(),
    }
}

#[cfg(test)]
mod tests;
