//! Writes a table row by row; full row groups of large tables are encoded by a thread of their own.

use std::{
    io,
    path::{Path, PathBuf},
    sync::mpsc::{SyncSender, sync_channel},
    thread::{self, JoinHandle},
};

use super::{Cell, Column, Values, csv, parquet};
use crate::{error::Error, experiment::TableFormat, whole_file::WholeFile};

/// Rows of a Parquet row group, and of what is held back in memory.
pub(crate) const GROUP: usize = 1 << 16;

/// What is said of a table after its first error.
const EARLIER: &str = "rows before these could not be written";

/// Writes a table row by row.
#[derive(Debug)]
pub struct TableWriter {
    path: PathBuf,
    columns: Vec<Column>,
    held: Vec<Values>,
    rows: usize,
    sink: Option<Sink>,
    /// Has the sink from the first full row group on.
    encoder: Option<Encoder>,
}

/// Where row groups go.
#[derive(Debug)]
enum Sink {
    Parquet(Box<parquet::Writer>),
    Csv(Box<csv::Writer>),
}

impl Sink {
    fn write(&mut self, group: &[Values]) -> Result<(), Error> {
        match self {
            Self::Parquet(writer) => writer.write(group),
            Self::Csv(writer) => writer.write(group),
        }
    }

    fn finish(self) -> Result<(), Error> {
        match self {
            Self::Parquet(writer) => writer.finish(),
            Self::Csv(writer) => writer.finish(),
        }
    }
}

/// The thread that encodes row groups, in their order, while the next one is gathered.
#[derive(Debug)]
struct Encoder {
    groups: Option<SyncSender<Vec<Values>>>,
    thread: Option<JoinHandle<Result<Sink, Error>>>,
}

impl Encoder {
    fn new(mut sink: Sink) -> io::Result<Self> {
        let (groups, received) = sync_channel::<Vec<Values>>(1);
        let thread = thread::Builder::new().spawn(move || {
            for group in received {
                sink.write(&group)?;
            }
            Ok(sink)
        })?;
        Ok(Self {
            groups: Some(groups),
            thread: Some(thread),
        })
    }

    /// Hands a row group on; nothing where writing failed before.
    fn write(&mut self, group: Vec<Values>) -> Result<Option<()>, Error> {
        let sent = self.groups.as_ref().map(|groups| groups.send(group));
        match sent {
            Some(Ok(())) => Ok(Some(())),
            // The thread ends early with an error alone.
            _ => self.end().map(|_| None),
        }
    }

    /// The sink after the last row group; nothing where it was returned before.
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
    /// Waits, so that nobody finds a file that is still written.
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
        let file = WholeFile::create(path)?;
        let sink = match format {
            TableFormat::Parquet => Sink::Parquet(Box::new(parquet::Writer::new(file, &columns)?)),
            TableFormat::Csv => Sink::Csv(Box::new(csv::Writer::new(file, &columns)?)),
        };
        Ok(Self {
            path: path.to_owned(),
            held: empty(&columns, 0),
            columns,
            rows: 0,
            sink: Some(sink),
            encoder: None,
        })
    }

    /// Appends a row.
    ///
    /// # Errors
    /// [`Error::Write`], also of rows before this one.
    ///
    /// # Panics
    /// If the row has another number of cells than there are columns, or a cell of another type.
    pub fn push(&mut self, row: impl IntoIterator<Item = Cell>) -> Result<(), Error> {
        let mut cells = row.into_iter();
        for (values, column) in self.held.iter_mut().zip(&self.columns) {
            let cell = cells
                .next()
                .unwrap_or_else(|| panic!("the row has no cell for {}", column.name));
            let pushed = values.push(cell);
            pushed.unwrap_or_else(|cell| panic!("column {} cannot hold {cell:?}", column.name));
        }
        assert!(
            cells.next().is_none(),
            "the row has more cells than there are columns"
        );
        self.rows += 1;
        if !self.rows.is_multiple_of(GROUP) {
            return Ok(());
        }
        let full = std::mem::replace(&mut self.held, empty(&self.columns, GROUP));
        if let Some(sink) = self.sink.take() {
            let encoder = Encoder::new(sink).map_err(|source| self.failed(source))?;
            self.encoder = Some(encoder);
        }
        let written = match &mut self.encoder {
            Some(encoder) => encoder.write(full)?,
            None => None,
        };
        written.ok_or_else(|| self.failed(io::Error::other(EARLIER)))
    }

    fn failed(&self, source: io::Error) -> Error {
        Error::Write {
            path: self.path.clone(),
            source,
        }
    }

    /// Writes what is left and gives the file its name.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn finish(mut self) -> Result<(), Error> {
        if let Some(mut encoder) = self.encoder.take() {
            self.sink = encoder.end()?;
        }
        let Some(mut sink) = self.sink.take() else {
            return Err(self.failed(io::Error::other(EARLIER)));
        };
        if self.held.first().is_some_and(|values| !values.is_empty()) {
            sink.write(&self.held)?;
        }
        sink.finish()
    }
}

/// Columns without values, with room for some.
fn empty(columns: &[Column], rows: usize) -> Vec<Values> {
    let kinds = columns.iter().map(|column| column.kind);
    kinds
        .map(|kind| Values::with_capacity(kind, rows))
        .collect()
}
