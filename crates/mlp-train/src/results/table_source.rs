//! Tables of a run that are read in parts, a few columns at a time: they may be larger than memory.

use super::columns::Table;
use crate::error::Error;

/// A table that is read in parts.
pub trait TableSource {
    /// The columns' names.
    fn names(&self) -> &[String];

    /// Passes the rows to `each` part by part, with those of the named columns that exist, or all columns.
    ///
    /// # Errors
    /// [`Error::Storage`]; what `each` returns.
    fn scan(
        &self,
        columns: Option<&[&str]>,
        each: &mut dyn FnMut(&Table) -> Result<(), Error>,
    ) -> Result<(), Error>;
}

/// The tables of a run.
pub trait RunTables {
    /// One row per network.
    ///
    /// # Errors
    /// [`Error::Storage`].
    fn nets_source(&self) -> Result<Box<dyn TableSource + '_>, Error>;

    /// One row per network and recorded step.
    ///
    /// # Errors
    /// [`Error::Storage`].
    fn series_source(&self) -> Result<Box<dyn TableSource + '_>, Error>;

    /// Statistics of a population by step, outcome and swept key.
    ///
    /// # Errors
    /// [`Error::Storage`].
    fn statistics_table(&self) -> Result<Table, Error>;
}

/// A table in memory, read as one part.
#[derive(Debug)]
pub struct Whole<'a> {
    table: &'a Table,
    names: Vec<String>,
}

impl<'a> Whole<'a> {
    /// Of a table.
    pub fn of(table: &'a Table) -> Self {
        let names = table.columns().map(|(name, _)| name.to_owned());
        Self {
            names: names.collect(),
            table,
        }
    }
}

impl TableSource for Whole<'_> {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn scan(
        &self,
        _columns: Option<&[&str]>,
        each: &mut dyn FnMut(&Table) -> Result<(), Error>,
    ) -> Result<(), Error> {
        each(self.table)
    }
}
