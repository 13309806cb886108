//! Buffered rows of a file, column by column.

use std::{fmt, ops::Range, sync::Arc};

use mlp_train::storing::{NumberColumn, SharedNumbers};
use mlp_train::{Cell, Column, ColumnKind};

/// Rows of a Parquet row group, and of the buffer in memory.
pub(crate) const GROUP: usize = 1 << 16;

/// Rows that are written together: either appended cell by cell, or shared.
pub(super) struct RowGroup {
    columns: Vec<ColumnBuffer>,
    /// Rows of the last columns, which are read when they are written.
    shared: Vec<(SharedNumbers, Range<usize>)>,
    /// Number of columns before those.
    first: usize,
}

impl RowGroup {
    /// Without rows, with reserved capacity.
    pub(super) fn new(columns: &[Column], rows: usize) -> Self {
        let kinds = columns.iter().map(|column| column.kind);
        Self {
            columns: kinds
                .map(|kind| ColumnBuffer::with_room(kind, rows))
                .collect(),
            shared: Vec::new(),
            first: 0,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.columns.first().is_none_or(|column| column.len() == 0)
    }

    /// Removes the rows and keeps their memory.
    pub(super) fn clear(&mut self) {
        self.columns.iter_mut().for_each(ColumnBuffer::clear);
        self.shared.clear();
    }

    /// The columns, for appending a row.
    pub(super) fn columns_mut(&mut self) -> &mut [ColumnBuffer] {
        &mut self.columns
    }

    /// Appends rows whose first columns hold integers, and whose others are these rows of `numbers`.
    ///
    /// # Panics
    /// If the first columns do not hold integers, or the others do not hold numbers.
    pub(super) fn share<'a>(
        &mut self,
        integers: impl ExactSizeIterator<Item = &'a [Option<i64>]>,
        numbers: &SharedNumbers,
        rows: Range<usize>,
    ) {
        self.first = integers.len();
        let (first, others) = self.columns.split_at_mut(self.first);
        for (held, column) in first.iter_mut().zip(integers) {
            match held {
                ColumnBuffer::Integer(held) => column.iter().for_each(|value| held.push(*value)),
                other => panic!("a column of {:?} holds no integers", other.kind()),
            }
        }
        for held in others {
            assert_eq!(held.kind(), ColumnKind::Number, "the others hold numbers");
        }
        self.shared.push((Arc::clone(numbers), rows));
    }

    /// Passes the columns on, one after the other. Shared ones reuse the same memory.
    ///
    /// # Errors
    /// What `each` returns.
    pub(super) fn for_each<E>(
        &self,
        mut each: impl FnMut(&ColumnBuffer) -> Result<(), E>,
    ) -> Result<(), E> {
        if self.shared.is_empty() {
            return self.columns.iter().try_for_each(each);
        }
        self.columns[..self.first].iter().try_for_each(&mut each)?;
        let mut room = Sparse::with_room(self.columns[0].len());
        for column in 0..self.columns.len() - self.first {
            room.clear();
            self.read(column, &mut room);
            let held = ColumnBuffer::Number(room);
            each(&held)?;
            let ColumnBuffer::Number(again) = held else {
                break;
            };
            room = again;
        }
        Ok(())
    }

    /// All columns at once.
    pub(super) fn columns(&self) -> Vec<ColumnBuffer> {
        let mut all = Vec::new();
        let _ = self.for_each(|held| {
            all.push(held.clone());
            Ok::<_, ()>(())
        });
        all
    }

    /// Reads a shared column.
    fn read(&self, column: usize, to: &mut Sparse<f64>) {
        for (numbers, rows) in &self.shared {
            to.extend((**numbers).as_ref().column(column), rows.clone());
        }
    }
}

impl fmt::Debug for RowGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Group")
            .field("columns", &self.columns)
            .finish_non_exhaustive()
    }
}

/// A column of one type.
#[derive(Clone, Debug)]
pub(super) struct Sparse<V> {
    /// The values that are not missing.
    pub(super) present: Vec<V>,
    /// For every row 1 where it has a value, else 0: Parquet's definition levels.
    pub(super) levels: Vec<i16>,
}

impl<V: Clone> Sparse<V> {
    fn with_room(rows: usize) -> Self {
        Self {
            // A column without values takes no memory for them.
            present: Vec::new(),
            levels: Vec::with_capacity(rows),
        }
    }

    fn clear(&mut self) {
        self.present.clear();
        self.levels.clear();
    }

    pub(super) fn push(&mut self, value: Option<V>) {
        self.levels.push(i16::from(value.is_some()));
        self.present.extend(value);
    }

    fn cells(&self, make: fn(V) -> Cell) -> impl Iterator<Item = Cell> {
        let mut present = self.present.iter().cloned();
        self.levels.iter().map(move |level| match level {
            0 => Cell::Null,
            _ => present.next().map_or(Cell::Null, make),
        })
    }
}

impl Sparse<f64> {
    /// Appends rows of another column.
    pub(super) fn extend(&mut self, column: NumberColumn<'_>, rows: Range<usize>) {
        let end = self.levels.len() + rows.len();
        if column.is_empty() {
            self.levels.resize(end, 0);
        } else if let Some(numbers) = column.without_gaps() {
            self.levels.resize(end, 1);
            self.present.extend_from_slice(&numbers[rows]);
        } else {
            rows.for_each(|row| self.push(column.get(row)));
        }
    }
}

/// A column.
#[derive(Clone, Debug)]
pub(super) enum ColumnBuffer {
    Integer(Sparse<i64>),
    Number(Sparse<f64>),
    Text(Sparse<String>),
    Flag(Sparse<bool>),
}

impl ColumnBuffer {
    /// Without rows, with reserved capacity.
    pub(super) fn with_room(kind: ColumnKind, rows: usize) -> Self {
        match kind {
            ColumnKind::Integer => Self::Integer(Sparse::with_room(rows)),
            ColumnKind::Number => Self::Number(Sparse::with_room(rows)),
            ColumnKind::Text => Self::Text(Sparse::with_room(rows)),
            ColumnKind::Flag => Self::Flag(Sparse::with_room(rows)),
        }
    }

    /// The type.
    pub(super) fn kind(&self) -> ColumnKind {
        match self {
            Self::Integer(_) => ColumnKind::Integer,
            Self::Number(_) => ColumnKind::Number,
            Self::Text(_) => ColumnKind::Text,
            Self::Flag(_) => ColumnKind::Flag,
        }
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Integer(column) => column.levels.len(),
            Self::Number(column) => column.levels.len(),
            Self::Text(column) => column.levels.len(),
            Self::Flag(column) => column.levels.len(),
        }
    }

    /// Removes the rows and keeps their memory.
    pub(super) fn clear(&mut self) {
        match self {
            Self::Integer(column) => column.clear(),
            Self::Number(column) => column.clear(),
            Self::Text(column) => column.clear(),
            Self::Flag(column) => column.clear(),
        }
    }

    /// Appends a cell. Whole numbers are allowed in a column of numbers.
    pub(super) fn push(&mut self, cell: Cell) -> Result<(), Cell> {
        match (self, cell) {
            (Self::Integer(column), Cell::Integer(value)) => column.push(Some(value)),
            (Self::Integer(column), Cell::Null) => column.push(None),
            (Self::Number(column), Cell::Number(value)) => column.push(Some(value)),
            (Self::Number(column), Cell::Integer(value)) => column.push(Some(value as f64)),
            (Self::Number(column), Cell::Null) => column.push(None),
            (Self::Text(column), Cell::Text(value)) => column.push(Some(value)),
            (Self::Text(column), Cell::Null) => column.push(None),
            (Self::Flag(column), Cell::Flag(value)) => column.push(Some(value)),
            (Self::Flag(column), Cell::Null) => column.push(None),
            (_, cell) => return Err(cell),
        }
        Ok(())
    }

    /// Row by row.
    pub(super) fn cells(&self) -> Box<dyn Iterator<Item = Cell> + '_> {
        match self {
            Self::Integer(column) => Box::new(column.cells(Cell::Integer)),
            Self::Number(column) => Box::new(column.cells(Cell::Number)),
            Self::Text(column) => Box::new(column.cells(Cell::Text)),
            Self::Flag(column) => Box::new(column.cells(Cell::Flag)),
        }
    }
}
