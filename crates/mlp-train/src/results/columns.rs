//! Typed columns with missing values, which tables of results are made of.

use crate::settings::value::shortest;

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
    /// A missing value.
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
    /// The cell as CSV writes it; empty for a missing value.
    pub fn to_text(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Integer(value) => value.to_string(),
            // `nan` and `inf` as pandas and R read them.
            Self::Number(value) if value.is_nan() => "nan".to_owned(),
            Self::Number(value) => shortest(*value),
            Self::Text(value) => value.clone(),
            Self::Flag(value) => value.to_string(),
        }
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
    /// A column without rows.
    pub fn new(kind: ColumnKind) -> Self {
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

    /// The value in a row; [`Cell::Null`] past the end.
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
    /// A table of these columns.
    ///
    /// # Errors
    /// The first column that has another number of rows than the others.
    pub fn new(columns: Vec<(String, Values)>) -> Result<Self, String> {
        let rows = columns.first().map_or(0, |(_, values)| values.len());
        match columns.iter().find(|(_, values)| values.len() != rows) {
            Some((name, values)) => Err(format!(
                "column {name} has {} rows, but the first has {rows}",
                values.len()
            )),
            None => Ok(Self { columns, rows }),
        }
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

    /// A column as numbers: also whole numbers, and flags as 0 and 1, missing ones NaN; `None` for text
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
                .map(|row| values.cell(row).to_text())
                .collect(),
        )
    }
}
