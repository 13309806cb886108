//! Where the results of a run go: tables by their rows, the arrays of a map by their parts. Nothing is
//! held here, so that memory does not grow with the number of networks.

use std::{ops::Range, sync::Arc};

use mlp_npy::Array;

use super::columns::{Cell, Column};
use crate::{error::Error, run::number_columns::NumberColumns};

/// Columns of numbers that others read, too.
pub type SharedNumbers = Arc<dyn AsRef<NumberColumns> + Send + Sync>;

/// Takes the rows of a table.
pub trait TableSink {
    /// Appends a row.
    ///
    /// # Errors
    /// [`Error::Write`].
    ///
    /// # Panics
    /// If the row has another number of cells than there are columns, or a cell of another type.
    fn push(&mut self, row: impl IntoIterator<Item = Cell>) -> Result<(), Error>;

    /// Appends rows whose first columns hold integers and whose others hold numbers. Then all rows of the
    /// table come so.
    ///
    /// # Errors
    /// [`Error::Write`].
    ///
    /// # Panics
    /// If the columns have other types, or the numbers of rows differ.
    fn push_rows(
        &mut self,
        integers: &[Vec<Option<i64>>],
        numbers: &SharedNumbers,
    ) -> Result<(), Error>;
}

/// Takes arrays, of which some are cut into equal planes that are filled side by side.
pub trait ArraySink {
    /// An array in planes, on its way.
    type Planes;
    /// What all arrays come to.
    type Done;

    /// Appends an array.
    ///
    /// # Errors
    /// [`Error::Write`].
    fn push(&mut self, name: &str, array: &Array) -> Result<(), Error>;

    /// Appends an array of f64 of this shape, cut into so many planes, for whose values there is room.
    ///
    /// # Errors
    /// [`Error::Write`].
    fn reserve(
        &mut self,
        name: &str,
        shape: &[usize],
        planes: usize,
    ) -> Result<Self::Planes, Error>;

    /// Takes the next values of a plane.
    ///
    /// # Errors
    /// [`Error::Write`].
    ///
    /// # Panics
    /// If there are more than the plane has room for.
    fn append(
        &mut self,
        array: &mut Self::Planes,
        plane: usize,
        values: &[f64],
    ) -> Result<(), Error>;

    /// Takes all values of a plane again.
    ///
    /// # Errors
    /// [`Error::Write`].
    fn replace(
        &mut self,
        array: &mut Self::Planes,
        plane: usize,
        values: &[f64],
    ) -> Result<(), Error>;

    /// The values of planes that are filled, one after the other.
    ///
    /// # Errors
    /// [`Error::Read`].
    fn read(&mut self, array: &Self::Planes, planes: Range<usize>) -> Result<Vec<f64>, Error>;

    /// Ends the arrays in planes, which are filled.
    ///
    /// # Errors
    /// [`Error::Write`].
    fn finish(self, arrays: Vec<Self::Planes>) -> Result<Self::Done, Error>;
}

/// Makes places for the results of a run.
pub trait Sinks {
    /// Takes tables.
    type Table: TableSink;
    /// Takes the arrays of a map.
    type Arrays: ArraySink;

    /// A table of this name.
    ///
    /// # Errors
    /// [`Error::Write`].
    fn table(&self, name: &str, columns: Vec<Column>) -> Result<Self::Table, Error>;

    /// The arrays of a map.
    ///
    /// # Errors
    /// [`Error::Write`].
    fn arrays(&self) -> Result<Self::Arrays, Error>;
}
