//! Tables as comma-separated text. Missing values are empty cells, numbers their shortest text.

use std::{io::BufWriter, path::Path};

use super::row_group::{ColumnBuffer, RowGroup};
use crate::{Error, files::followed_file::FollowedFile, manifest::FileDigest};
use mlp_train::{Column, Values};

/// Writes a CSV table.
#[derive(Debug)]
pub(super) struct Writer {
    writer: ::csv::Writer<BufWriter<FollowedFile>>,
    path: std::path::PathBuf,
}

impl Writer {
    pub(super) fn new(file: FollowedFile, columns: &[Column]) -> Result<Self, Error> {
        let path = file.path().to_owned();
        let mut writer = ::csv::Writer::from_writer(BufWriter::new(file));
        let header = writer.write_record(columns.iter().map(|column| &column.name));
        header.map_err(|error| failed(&path, error))?;
        Ok(Self { writer, path })
    }

    pub(super) fn write(&mut self, group: &RowGroup) -> Result<(), Error> {
        let columns = group.columns();
        let mut cells: Vec<_> = columns.iter().map(ColumnBuffer::cells).collect();
        for _ in 0..columns.first().map_or(0, ColumnBuffer::len) {
            let row = cells.iter_mut().map_while(Iterator::next);
            let record = self.writer.write_record(row.map(|cell| cell.to_text()));
            record.map_err(|error| failed(&self.path, error))?;
        }
        // Part of it may still be buffered.
        let file = self.writer.get_ref().get_ref();
        let end = file.position().map_err(Error::write(&self.path))?;
        file.stays(end);
        Ok(())
    }

    pub(super) fn finish(self) -> Result<FileDigest, Error> {
        let write = Error::write(&self.path);
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
    Error::write(path)(source)
}

/// Reads a table; the type of a column is the narrowest that fits all its cells.
pub(super) fn read(path: &Path) -> Result<Vec<(String, Values)>, Error> {
    let mut table = Vec::new();
    let mut take = |columns| {
        table = columns;
        Ok(())
    };
    parts(path, &|_| true, usize::MAX, &mut take)?;
    Ok(table)
}

/// The columns' names.
pub(super) fn names(path: &Path) -> Result<Vec<String>, Error> {
    let header = open(path)?
        .headers()
        .map(|header| header.iter().map(str::to_owned).collect());
    header.map_err(|error| Error::corrupt(path, "table", error))
}

/// Passes the requested columns on, this many rows at a time; the types are those of each part.
pub(super) fn scan(
    path: &Path,
    wanted: &dyn Fn(&str) -> bool,
    each: &mut dyn FnMut(Vec<(String, Values)>) -> Result<(), Error>,
) -> Result<(), Error> {
    parts(path, wanted, crate::table::GROUP, each)
}

fn open(path: &Path) -> Result<::csv::Reader<std::fs::File>, Error> {
    let file = std::fs::File::open(path).map_err(Error::read(path))?;
    Ok(::csv::Reader::from_reader(file))
}

fn parts(
    path: &Path,
    wanted: &dyn Fn(&str) -> bool,
    most: usize,
    each: &mut dyn FnMut(Vec<(String, Values)>) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut reader = open(path)?;
    let header = reader
        .headers()
        .map_err(|error| Error::corrupt(path, "table", error))?;
    let header: Vec<(usize, String)> = header
        .iter()
        .map(str::to_owned)
        .enumerate()
        .filter(|(_, name)| wanted(name))
        .collect();
    let mut cells: Vec<Vec<String>> = vec![Vec::new(); header.len()];
    let mut rows = 0;
    let mut hand_on = |cells: &mut Vec<Vec<String>>| {
        let names = header.iter().map(|(_, name)| name.clone());
        let values = cells.iter_mut().map(std::mem::take).map(narrowest);
        each(names.zip(values).collect())
    };
    let mut record = ::csv::StringRecord::new();
    let mut any = false;
    while reader
        .read_record(&mut record)
        .map_err(|error| Error::corrupt(path, "table", error))?
    {
        for (column, (index, _)) in cells.iter_mut().zip(&header) {
            column.push(record[*index].to_owned());
        }
        rows += 1;
        if rows == most {
            hand_on(&mut cells)?;
            (rows, any) = (0, true);
        }
    }
    match rows > 0 || !any {
        true => hand_on(&mut cells),
        false => Ok(()),
    }
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
