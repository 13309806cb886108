//! Cells of tables, compared and told.

use mlp_train::{Cell, experiment::TableFormat};

/// Whether a stored cell has the bits of another. CSV does not tell 1 from 1.0, nor text from nothing.
pub(super) fn same(stored: &Cell, cell: &Cell, format: TableFormat) -> bool {
    match (stored, cell) {
        (Cell::Number(a), Cell::Number(b)) => {
            a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan()
        }
        (Cell::Integer(a), Cell::Number(b)) if format == TableFormat::Csv => *a as f64 == *b,
        (Cell::Text(a), b) if format == TableFormat::Csv => *a == b.to_text(),
        (Cell::Integer(_) | Cell::Number(_) | Cell::Flag(_), Cell::Text(b))
            if format == TableFormat::Csv =>
        {
            stored.to_text() == *b
        }
        (a, b) => a == b,
    }
}

/// A cell in words.
pub(super) fn told(cell: &Cell) -> String {
    match cell {
        Cell::Null => "nothing".to_owned(),
        cell => cell.to_text(),
    }
}
