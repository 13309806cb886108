//! Writes a table by rows; full row groups of large tables are encoded by a separate thread.

use std::{
    io,
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, SyncSender, channel, sync_channel},
    thread::{self, JoinHandle},
};

use super::{
    csv, parquet,
    row_group::{GROUP, RowGroup},
};
use crate::{
    Error, files::followed_file::FollowedFile, manifest::FileDigest, run_metadata::RunMetadata,
};
use mlp_train::{
    Cell, Column,
    experiment::TableFormat,
    storing::{SharedNumbers, TableSink},
};

/// The error of a table after its first one.
const EARLIER: &str = "rows before these could not be written";

/// Writes a table by rows.
#[derive(Debug)]
pub struct TableWriter {
    path: PathBuf,
    columns: Vec<Column>,
    held: RowGroup,
    rows: usize,
    sink: Option<Sink>,
    /// Owns the sink from the first full row group on.
    encoder: Option<Encoder>,
}

/// The destination of row groups.
#[derive(Debug)]
enum Sink {
    Parquet(Box<parquet::Writer>),
    Csv(Box<csv::Writer>),
}

impl Sink {
    fn write(&mut self, group: &RowGroup) -> Result<(), Error> {
        match self {
            Self::Parquet(writer) => writer.write(group),
            Self::Csv(writer) => writer.write(group),
        }
    }

    fn say(&mut self, facts: &RunMetadata) {
        match self {
            Self::Parquet(writer) => writer.say(facts),
            // It has only rows.
            Self::Csv(_) => {}
        }
    }

    fn finish(self) -> Result<FileDigest, Error> {
        match self {
            Self::Parquet(writer) => writer.finish(),
            Self::Csv(writer) => writer.finish(),
        }
    }
}

/// The thread that encodes row groups, in their order, while the next one is gathered.
#[derive(Debug)]
struct Encoder {
    groups: Option<SyncSender<RowGroup>>,
    /// Written row groups, without their values: their memory is reused.
    emptied: Receiver<RowGroup>,
    thread: Option<JoinHandle<Result<Sink, Error>>>,
}

impl Encoder {
    fn new(mut sink: Sink) -> io::Result<Self> {
        let (groups, received) = sync_channel::<RowGroup>(1);
        let (empty, emptied) = channel();
        let thread = thread::Builder::new().spawn(move || {
            for mut group in received {
                sink.write(&group)?;
                group.clear();
                // The last ones are not reused.
                let _ = empty.send(group);
            }
            Ok(sink)
        })?;
        Ok(Self {
            groups: Some(groups),
            emptied,
            thread: Some(thread),
        })
    }

    /// Passes a row group on; does nothing where writing failed before.
    fn write(&mut self, group: RowGroup) -> Result<Option<()>, Error> {
        let sent = self.groups.as_ref().map(|groups| groups.send(group));
        match sent {
            Some(Ok(())) => Ok(Some(())),
            // The thread ends early only with an error.
            _ => self.end().map(|_| None),
        }
    }

    /// The sink after the last row group; none where it was returned before.
    fn end(&mut self) -> Result<Option<Sink>, Error> {
        drop(self.groups.take());
        let Some(thread) = self.thread.take() else {
            return Ok(None);
        };
        match thread.join() {
            Ok(sink) => sink.map(Some),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}

impl Drop for Encoder {
    /// Waits, so that a file is never found while it is still written.
    fn drop(&mut self) {
        drop(self.groups.take());
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

impl TableWriter {
    /// Starts a table; the file appears when it is [finished](Self::finish).
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn create(path: &Path, format: TableFormat, columns: Vec<Column>) -> Result<Self, Error> {
        Self::into_file(FollowedFile::create(path)?, format, columns)
    }

    fn into_file(
        file: FollowedFile,
        format: TableFormat,
        columns: Vec<Column>,
    ) -> Result<Self, Error> {
        let path = file.path().to_owned();
        let sink = match format {
            TableFormat::Parquet => Sink::Parquet(Box::new(parquet::Writer::new(file, &columns)?)),
            TableFormat::Csv => Sink::Csv(Box::new(csv::Writer::new(file, &columns)?)),
        };
        Ok(Self {
            path,
            held: RowGroup::new(&columns, 0),
            columns,
            rows: 0,
            sink: Some(sink),
            encoder: None,
        })
    }

    /// Counts added rows, and passes on the row group that they complete.
    fn grown_by(&mut self, rows: usize) -> Result<(), Error> {
        self.rows += rows;
        if !self.rows.is_multiple_of(GROUP) {
            return Ok(());
        }
        if let Some(sink) = self.sink.take() {
            let encoder = Encoder::new(sink).map_err(Error::write(&self.path))?;
            self.encoder = Some(encoder);
        }
        let emptied = self.encoder.as_ref().map(|encoder| &encoder.emptied);
        let emptied = emptied.and_then(|emptied| emptied.try_recv().ok());
        let next = emptied.unwrap_or_else(|| RowGroup::new(&self.columns, GROUP));
        let full = std::mem::replace(&mut self.held, next);
        let written = match &mut self.encoder {
            Some(encoder) => encoder.write(full)?,
            None => None,
        };
        written.ok_or_else(|| Error::write(&self.path)(io::Error::other(EARLIER)))
    }

    /// Writes what is left and gives the file its name. Returns its digest.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn finish(self) -> Result<FileDigest, Error> {
        self.finish_with(&RunMetadata::default())
    }

    /// [`finish`](Self::finish), with the metadata of the run in the file.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub(crate) fn finish_with(mut self, facts: &RunMetadata) -> Result<FileDigest, Error> {
        if let Some(mut encoder) = self.encoder.take() {
            self.sink = encoder.end()?;
        }
        let Some(mut sink) = self.sink.take() else {
            return Err(Error::write(&self.path)(io::Error::other(EARLIER)));
        };
        if !self.held.is_empty() {
            sink.write(&self.held)?;
        }
        sink.say(facts);
        sink.finish()
    }
}

impl TableSink for TableWriter {
    fn push(&mut self, row: impl IntoIterator<Item = Cell>) -> Result<(), mlp_train::Error> {
        let mut cells = row.into_iter();
        for (held, column) in self.held.columns_mut().iter_mut().zip(&self.columns) {
            let cell = cells
                .next()
                .unwrap_or_else(|| panic!("the row has no cell for {}", column.name));
            let pushed = held.push(cell);
            pushed.unwrap_or_else(|cell| panic!("column {} cannot hold {cell:?}", column.name));
        }
        assert!(
            cells.next().is_none(),
            "the row has more cells than there are columns"
        );
        Ok(self.grown_by(1)?)
    }

    fn push_rows(
        &mut self,
        integers: &[Vec<Option<i64>>],
        numbers: &SharedNumbers,
    ) -> Result<(), mlp_train::Error> {
        let rows = integers.first().map_or(0, Vec::len);
        let width = self.columns.len() - integers.len();
        assert!(
            integers.iter().all(|column| column.len() == rows)
                && (**numbers).as_ref().fit(rows, width),
            "every column has a value in each row"
        );
        let mut done = 0;
        while done < rows {
            let end = rows.min(done + GROUP - self.rows % GROUP);
            let integers = integers.iter().map(|column| &column[done..end]);
            self.held.share(integers, numbers, done..end);
            self.grown_by(end - done)?;
            done = end;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::files::whole_file::WholeFile;
    use mlp_train::{ColumnKind, storing::NumberColumns};

    fn columns() -> Vec<Column> {
        vec![
            Column::new("net", ColumnKind::Integer),
            Column::new("step", ColumnKind::Integer),
            Column::new("loss", ColumnKind::Number),
            Column::new("norm", ColumnKind::Number),
        ]
    }

    fn cell(number: Option<f64>) -> Cell {
        Cell::from(number)
    }

    /// Integers and numbers of rows; some are missing.
    fn rows(from: usize, count: usize) -> ([Vec<Option<i64>>; 2], NumberColumns) {
        let rows = || from..from + count;
        let integers = [
            rows().map(|row| Some(row as i64 / 7)).collect(),
            rows()
                .map(|row| (!row.is_multiple_of(3)).then_some(row as i64))
                .collect(),
        ];
        let number = |row: usize| (!row.is_multiple_of(5)).then_some((row as f64).sqrt());
        let numbers = [0, 1]
            .into_iter()
            .map(|ahead| rows().map(move |row| number(row + ahead)));
        (integers, NumberColumns::new(count, numbers))
    }

    fn shared(numbers: NumberColumns) -> SharedNumbers {
        Arc::new(numbers)
    }

    #[test]
    fn rows_together_are_the_bytes_of_rows_one_by_one() {
        let directory = tempfile::tempdir().unwrap();
        let count = 2 * GROUP + 77;
        let (integers, numbers) = rows(0, count);
        for (name, format) in [("parquet", TableFormat::Parquet), ("csv", TableFormat::Csv)] {
            let path = |kind: &str| directory.path().join(format!("{kind}.{name}"));
            let mut one = TableWriter::create(&path("one"), format, columns()).unwrap();
            for row in 0..count {
                let ids = integers.iter().map(|column| column[row]);
                let ids = ids.map(|id| id.map_or(Cell::Null, Cell::Integer));
                let numbers = numbers.row(row).map(cell);
                one.push(ids.chain(numbers)).unwrap();
            }
            one.finish().unwrap();
            let mut many = TableWriter::create(&path("many"), format, columns()).unwrap();
            let mut from = 0;
            // Parts that end within, at and beyond the ends of row groups.
            for part in [1, GROUP - 1, 10, GROUP + 3, 0, 64] {
                let (integers, numbers) = rows(from, part);
                many.push_rows(&integers, &shared(numbers)).unwrap();
                from += part;
            }
            assert_eq!(from, count);
            many.finish().unwrap();
            let read = |kind: &str| std::fs::read(path(kind)).unwrap();
            assert!(read("one") == read("many"), "{name}");
            assert_eq!(crate::table::read(&path("many")).unwrap().rows(), count);
        }
    }

    #[test]
    fn an_error_of_the_encoding_thread_is_told() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.parquet");
        std::fs::write(&path, b"old").unwrap();
        for format in [TableFormat::Parquet, TableFormat::Csv] {
            let file = FollowedFile::of(WholeFile::broken(&path).unwrap()).unwrap();
            let mut writer = TableWriter::into_file(file, format, columns()).unwrap();
            let (integers, numbers) = rows(0, GROUP);
            let numbers = shared(numbers);
            // The thread may need a while to find out; it can hold two groups back.
            let told = (0..4).map(|_| writer.push_rows(&integers, &numbers));
            let told: Vec<String> = told
                .filter_map(Result::err)
                .map(|error| error.to_string())
                .collect();
            let expected = format!("cannot write {}", path.display());
            assert!(told[0].starts_with(&expected), "{told:?}");
            assert!(!told[0].contains(EARLIER), "{told:?}");
            assert!(
                told[1..].iter().all(|text| text.contains(EARLIER)),
                "{told:?}"
            );
            let error = writer.finish().unwrap_err().to_string();
            assert!(error.contains(EARLIER), "{error}");
        }
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn an_error_of_the_last_rows_is_told() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.parquet");
        let file = FollowedFile::of(WholeFile::broken(&path).unwrap()).unwrap();
        let mut writer = TableWriter::into_file(file, TableFormat::Parquet, columns()).unwrap();
        let (integers, numbers) = rows(0, GROUP + 5);
        writer.push_rows(&integers, &shared(numbers)).unwrap();
        let error = writer.finish().unwrap_err().to_string();
        assert!(error.starts_with("cannot write"), "{error}");
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
    }
}
