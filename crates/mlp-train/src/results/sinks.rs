//! Sinks for the results of a run: tables by rows, the arrays of a map by parts. They hold nothing, so
//! memory does not grow with the number of networks.

use std::{ops::Range, sync::Arc};

use mlp_npy::Array;

use super::columns::{Cell, Column};
use crate::{error::Error, run::number_columns::NumberColumns};

/// Columns of numbers that are shared with other readers.
pub type SharedNumbers = Arc<dyn AsRef<NumberColumns> + Send + Sync>;

/// Accepts the rows of a table.
pub trait TableSink {
    /// Appends a row.
    ///
    /// # Errors
    /// [`Error::Storage`].
    ///
    /// # Panics
    /// If the number of cells differs from the number of columns, or a cell has another type.
    fn push(&mut self, row: impl IntoIterator<Item = Cell>) -> Result<(), Error>;

    /// Appends rows whose first columns hold integers and whose others hold numbers. Then all rows of the
    /// table are appended in this way.
    ///
    /// # Errors
    /// [`Error::Storage`].
    ///
    /// # Panics
    /// If the columns have other types, or their lengths differ.
    fn push_rows(
        &mut self,
        integers: &[Vec<Option<i64>>],
        numbers: &SharedNumbers,
    ) -> Result<(), Error>;
}

/// Accepts arrays, some of which are divided into equal planes that are filled in parallel.
pub trait ArraySink {
    /// An array in planes that is being filled.
    type Planes;
    /// The result of finishing all arrays.
    type Done;

    /// Appends an array.
    ///
    /// # Errors
    /// [`Error::Storage`].
    fn push(&mut self, name: &str, array: &Array) -> Result<(), Error>;

    /// Appends an f64 array of this shape, divided into this many planes, and reserves room for its values.
    ///
    /// # Errors
    /// [`Error::Storage`].
    fn reserve(
        &mut self,
        name: &str,
        shape: &[usize],
        planes: usize,
    ) -> Result<Self::Planes, Error>;

    /// Appends the next values of a plane.
    ///
    /// # Errors
    /// [`Error::Storage`].
    ///
    /// # Panics
    /// If the plane does not have room for them.
    fn append(
        &mut self,
        array: &mut Self::Planes,
        plane: usize,
        values: &[f64],
    ) -> Result<(), Error>;

    /// Replaces all values of a plane.
    ///
    /// # Errors
    /// [`Error::Storage`].
    fn replace(
        &mut self,
        array: &mut Self::Planes,
        plane: usize,
        values: &[f64],
    ) -> Result<(), Error>;

    /// The values of filled planes, one after the other.
    ///
    /// # Errors
    /// [`Error::Storage`].
    fn read(&mut self, array: &Self::Planes, planes: Range<usize>) -> Result<Vec<f64>, Error>;

    /// Finishes the arrays in planes, which must be filled.
    ///
    /// # Errors
    /// [`Error::Storage`].
    fn finish(self, arrays: Vec<Self::Planes>) -> Result<Self::Done, Error>;
}

/// Creates sinks for the results of a run.
pub trait Sinks {
    /// A sink for a table.
    type Table: TableSink;
    /// A sink for the arrays of a map.
    type Arrays: ArraySink;

    /// A table of this name.
    ///
    /// # Errors
    /// [`Error::Storage`].
    fn table(&self, name: &str, columns: Vec<Column>) -> Result<Self::Table, Error>;

    /// The arrays of a map.
    ///
    /// # Errors
    /// [`Error::Storage`].
    fn arrays(&self) -> Result<Self::Arrays, Error>;
}
