//! Columns of arrays and data frames as the table that the library reads, and that a run keeps.

use std::io::Write;

use mlp_data::table::format_number;
use numpy::PyReadonlyArray1;
use pyo3::{prelude::*, types::PyBytes};

use crate::error;

/// A column, as Python passes it.
enum Column<'py> {
    Numbers(PyReadonlyArray1<'py, f64>),
    Integers(PyReadonlyArray1<'py, i64>),
    Flags(PyReadonlyArray1<'py, bool>),
    Texts(Vec<Option<String>>),
}

impl<'py> Column<'py> {
    fn of(value: &Bound<'py, PyAny>) -> PyResult<Self> {
        if let Ok(numbers) = value.extract() {
            return Ok(Self::Numbers(numbers));
        }
        if let Ok(integers) = value.extract() {
            return Ok(Self::Integers(integers));
        }
        if let Ok(flags) = value.extract() {
            return Ok(Self::Flags(flags));
        }
        value.extract().map(Self::Texts)
    }

    fn len(&self) -> PyResult<usize> {
        Ok(match self {
            Self::Numbers(values) => values.as_array().len(),
            Self::Integers(values) => values.as_array().len(),
            Self::Flags(values) => values.as_array().len(),
            Self::Texts(values) => values.len(),
        })
    }

    /// A cell; a missing one is empty.
    fn write(&self, row: usize, to: &mut Vec<u8>) {
        match self {
            Self::Numbers(values) => {
                let value = values.as_array()[row];
                if !value.is_nan() {
                    to.extend_from_slice(format_number(value).as_bytes());
                }
            }
            Self::Integers(values) => {
                let _ = write!(to, "{}", values.as_array()[row]);
            }
            Self::Flags(values) => {
                let word: &[u8] = if values.as_array()[row] {
                    b"true"
                } else {
                    b"false"
                };
                to.extend_from_slice(word);
            }
            Self::Texts(values) => {
                if let Some(text) = &values[row] {
                    quoted(text, to);
                }
            }
        }
    }
}

/// A text as a cell, quoted where it has to be.
fn quoted(text: &str, to: &mut Vec<u8>) {
    let plain = !text.contains(['"', ',', '\n', '\r']) && text.trim() == text;
    if plain {
        to.extend_from_slice(text.as_bytes());
        return;
    }
    to.push(b'"');
    to.extend_from_slice(text.replace('"', "\"\"").as_bytes());
    to.push(b'"');
}

/// Columns as the text of a table with a header: the bytes that a run keeps, and whose digest an experiment has.
#[pyfunction]
pub fn table_text<'py>(
    py: Python<'py>,
    names: Vec<String>,
    columns: Vec<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyBytes>> {
    let columns: Vec<Column<'py>> = columns.iter().map(Column::of).collect::<PyResult<_>>()?;
    let rows = match columns.first() {
        Some(first) => first.len()?,
        None => 0,
    };
    for (name, column) in names.iter().zip(&columns) {
        let length = column.len()?;
        if length != rows {
            let told = format!("column {name} has {length} rows, but the first column has {rows}");
            return Err(error::of_data(py, &told));
        }
    }
    let mut text = Vec::with_capacity(rows * columns.len() * 8);
    for (place, name) in names.iter().enumerate() {
        if place > 0 {
            text.push(b',');
        }
        quoted(name, &mut text);
    }
    text.push(b'\n');
    for row in 0..rows {
        let start = text.len();
        for (place, column) in columns.iter().enumerate() {
            if place > 0 {
                text.push(b',');
            }
            column.write(row, &mut text);
        }
        // An empty line is no row.
        if text.len() == start {
            text.extend_from_slice(b"\"\"");
        }
        text.push(b'\n');
    }
    Ok(PyBytes::new(py, &text))
}
