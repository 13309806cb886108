//! Tables as comma-separated text. Missing values are empty cells, numbers their shortest text.

use std::{io::BufWriter, path::Path};

use super::{Cell, Column, Values, corrupt};
use crate::{error::Error, value::shortest, whole_file::WholeFile};

/// Writes a CSV table.
#[derive(Debug)]
pub(super) struct Writer {
    writer: ::csv::Writer<BufWriter<WholeFile>>,
    path: std::path::PathBuf,
}

impl Writer {
    pub(super) fn new(file: WholeFile, columns: &[Column]) -> Result<Self, Error> {
        let path = file.path().to_owned();
        let mut writer = ::csv::Writer::from_writer(BufWriter::new(file));
        let header = writer.write_record(columns.iter().map(|column| &column.name));
        header.map_err(|error| failed(&path, error))?;
        Ok(Self { writer, path })
    }

    pub(super) fn write(&mut self, columns: &[Values]) -> Result<(), Error> {
        for row in 0..columns.first().map_or(0, Values::len) {
            let record = self
                .writer
                .write_record(columns.iter().map(|values| text(&values.cell(row))));
            record.map_err(|error| failed(&self.path, error))?;
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<(), Error> {
        let write = |source| Error::Write {
            path: self.path.clone(),
            source,
        };
        let buffered = self
            .writer
            .into_inner()
            .map_err(|error| write(error.into_error()))?;
        buffered
            .into_inner()
            .map_err(|error| write(error.into_error()))?
            .commit()
    }
}

fn failed(path: &Path, error: ::csv::Error) -> Error {
    let source = match error.into_kind() {
        ::csv::ErrorKind::Io(source) => source,
        other => std::io::Error::other(format!("{other:?}")),
    };
    Error::Write {
        path: path.to_owned(),
        source,
    }
}

/// A cell as text.
pub(super) fn text(cell: &Cell) -> String {
    match cell {
        Cell::Null => String::new(),
        Cell::Integer(value) => value.to_string(),
        // `nan` and `inf` as pandas and R read them.
        Cell::Number(value) if value.is_nan() => "nan".to_owned(),
        Cell::Number(value) => shortest(*value),
        Cell::Text(value) => value.clone(),
        Cell::Flag(value) => value.to_string(),
    }
}

/// Reads a table; the type of a column is the narrowest that all its cells have.
pub(super) fn read(path: &Path) -> Result<Vec<(String, Values)>, Error> {
    let file = std::fs::File::open(path).map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })?;
    let mut reader = ::csv::Reader::from_reader(file);
    let names: Vec<String> = match reader.headers() {
        Ok(header) => header.iter().map(str::to_owned).collect(),
        Err(error) => return Err(corrupt(path, error)),
    };
    let mut cells: Vec<Vec<String>> = vec![Vec::new(); names.len()];
    for record in reader.records() {
        let record = record.map_err(|error| corrupt(path, error))?;
        for (column, cell) in cells.iter_mut().zip(&record) {
            column.push(cell.to_owned());
        }
    }
    Ok(names
        .into_iter()
        .zip(cells)
        .map(|(name, cells)| (name, narrowest(cells)))
        .collect())
}

fn narrowest(cells: Vec<String>) -> Values {
    fn all<V: std::str::FromStr>(cells: &[String]) -> Option<Vec<Option<V>>> {
        let parse = |cell: &String| match cell.as_str() {
            "" => Some(None),
            word => word.parse().ok().map(Some),
        };
        cells.iter().map(parse).collect()
    }
    if let Some(values) = all::<i64>(&cells).filter(|values| values.iter().any(Option::is_some)) {
        Values::Integer(values)
    } else if let Some(values) = all::<f64>(&cells) {
        Values::Number(values)
    } else if let Some(values) = all::<bool>(&cells) {
        Values::Flag(values)
    } else {
        Values::Text(
            cells
                .into_iter()
                .map(|cell| (!cell.is_empty()).then_some(cell))
                .collect(),
        )
    }
}
