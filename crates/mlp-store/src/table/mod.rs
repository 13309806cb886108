//! Tables of results: typed columns with missing values, as Parquet or CSV.
//!
//! Rows are written in order with fixed row-group sizes, so that the same rows are the same bytes.

mod csv;
mod parquet;
mod row_group;
mod writer;

use std::path::{Path, PathBuf};

pub(crate) use self::parquet::said;
pub(crate) use self::row_group::GROUP;
pub use self::writer::TableWriter;
use mlp_train::TableSource;
pub use mlp_train::{Cell, Column, ColumnKind, Table, Values};

use crate::Error;

/// Reads a table that [`TableWriter`] wrote; the extension determines the format.
///
/// # Errors
/// [`Error::Read`]; [`Error::Corrupt`] where it is damaged.
pub fn read(path: &Path) -> Result<Table, Error> {
    let columns = match is_csv(path) {
        true => csv::read(path)?,
        false => parquet::read(path)?,
    };
    Table::new(columns).map_err(|reason| Error::corrupt(path, "table", reason))
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
    /// [`Error::Read`]; [`Error::Corrupt`] where its header is damaged.
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

    /// Passes the rows to `each` part by part, with those of the named columns that exist, or all columns.
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
            let part = Table::new(columns)
                .map_err(|reason| Error::corrupt(&self.path, "table", reason))?;
            each(&part)
        };
        match is_csv(&self.path) {
            true => csv::scan(&self.path, &wanted, &mut part),
            false => parquet::scan(&self.path, &wanted, &mut part),
        }
    }

    /// A column as from [`Table::numbers`].
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

impl TableSource for ColumnReader {
    fn names(&self) -> &[String] {
        self.names()
    }

    fn scan(
        &self,
        columns: Option<&[&str]>,
        each: &mut dyn FnMut(&Table) -> Result<(), mlp_train::Error>,
    ) -> Result<(), mlp_train::Error> {
        Ok(self.scan(columns, &mut |part| Ok(each(part)?))?)
    }
}

fn is_csv(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "csv")
}

#[cfg(test)]
mod tests;
