//! A table as checked records: whole lines of UTF-8, all of one width, with names for the columns.

use std::io::Read;

use csv::{ByteRecord, Reader, ReaderBuilder};

use super::columns::distinct_names;
use super::dialect::{Dialect, is_blank};
use super::foreign::foreign;
use super::format::TableFormat;
use super::stream::Stream;
use crate::{Error, Place, TableProblem};

/// Bytes that are looked at to find out how a table is written.
const LOOK: usize = 1 << 18;

/// A table being read.
#[derive(Debug)]
pub(super) struct Table<R> {
    file: String,
    reader: Reader<Stream<R>>,
    names: Vec<String>,
    format: TableFormat,
    /// The first line of data, read to count the columns of a table without a header.
    first: Option<(ByteRecord, u64)>,
    any: bool,
    bytes_a_line: f64,
}

/// One line of data.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    bytes: ByteRecord,
    pub number: u64,
}

impl Line {
    /// A cell; the table has checked that it is UTF-8.
    pub fn cell(&self, column: usize) -> &str {
        std::str::from_utf8(&self.bytes[column]).unwrap_or_default()
    }
}

impl<R: Read> Table<R> {
    pub fn open(
        reader: R,
        file: &str,
        given: &TableFormat,
        like: Option<&TableFormat>,
        named: &[&str],
    ) -> Result<Self, Error> {
        let mut format = match like {
            Some(like) => given.or_cells_of(like),
            None => given.clone(),
        };
        format.check()?;
        let refuse = |problem| error(file, None, None, problem);
        let mut stream = Stream::new(reader);
        let (dialect, bytes_a_line) = match stream.look(LOOK) {
            Ok((sample, whole)) => {
                if let Some(problem) = foreign(sample, file) {
                    return Err(refuse(problem));
                }
                if whole && sample.trim_ascii().is_empty() {
                    return Err(refuse(TableProblem::Empty));
                }
                let lines = sample.iter().filter(|&&byte| byte == b'\n').count();
                (
                    Dialect::detect(sample, &format, like, named),
                    sample.len() as f64 / lines.max(1) as f64,
                )
            }
            Err(source) => return Err(read_error(file, &stream, source)),
        };
        let reader = ReaderBuilder::new()
            .delimiter(dialect.delimiter.byte().unwrap_or(b' '))
            .has_headers(false)
            .flexible(true)
            .from_reader(stream);
        format.header = Some(dialect.header);
        format.delimiter = Some(dialect.delimiter);
        let mut table = Self {
            file: file.to_owned(),
            reader,
            names: Vec::new(),
            format,
            first: None,
            any: false,
            bytes_a_line,
        };
        let mut first = ByteRecord::new();
        let Some(line) = table.read(&mut first)? else {
            return Err(refuse(TableProblem::Empty));
        };
        if dialect.header {
            let cells = first
                .iter()
                .map(|cell| std::str::from_utf8(cell).unwrap_or_default());
            table.names = distinct_names(file, Some(Place::Line(line)), cells)?;
        } else {
            table.names = (1..=first.len())
                .map(|position| format!("column{position}"))
                .collect();
            table.first = Some((first, line));
        }
        Ok(table)
    }

    /// The columns' names.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// How the table is written, as given or found out.
    pub fn format(&self) -> &TableFormat {
        &self.format
    }

    /// Whether the names come from the file.
    pub fn has_header(&self) -> bool {
        self.format.header == Some(true)
    }

    /// How many lines a file of `bytes` bytes has, by the lines seen at its beginning.
    pub fn expected_lines(&self, bytes: u64) -> u64 {
        (bytes as f64 / self.bytes_a_line).ceil() as u64
    }

    /// The next line of data, or `false` at the end.
    ///
    /// # Errors
    /// [`TableProblem::HeaderOnly`] where there is none at all; a ragged line, text that is no UTF-8, a
    /// record without end; [`Error::Read`].
    pub fn next(&mut self, line: &mut Line) -> Result<bool, Error> {
        if let Some((bytes, number)) = self.first.take() {
            *line = Line { bytes, number };
        } else {
            match self.read(&mut line.bytes)? {
                Some(number) => line.number = number,
                None if self.any => return Ok(false),
                None => return Err(self.error(None, None, TableProblem::HeaderOnly)),
            }
            let (expected, found) = (self.names.len(), line.bytes.len());
            if found != expected {
                return Err(self.error(
                    Some(line.number),
                    None,
                    TableProblem::Ragged { expected, found },
                ));
            }
        }
        self.any = true;
        Ok(true)
    }

    /// An error on this file.
    pub fn error(&self, line: Option<u64>, column: Option<usize>, problem: TableProblem) -> Error {
        error(
            &self.file,
            line.map(Place::Line),
            column.map(|column| self.names[column].as_str()),
            problem,
        )
    }

    /// The next line that is not blank, and its number.
    fn read(&mut self, record: &mut ByteRecord) -> Result<Option<u64>, Error> {
        loop {
            match self.reader.read_byte_record(record) {
                Ok(false) => return Ok(None),
                Ok(true) => {}
                Err(source) => {
                    let source = match source.into_kind() {
                        csv::ErrorKind::Io(source) => source,
                        other => std::io::Error::other(format!("{other:?}")),
                    };
                    return Err(read_error(&self.file, self.reader.get_ref(), source));
                }
            }
            self.reader.get_mut().record_done();
            // The parser stands behind the record's line end. Its own position of the record would count
            // empty lines before it.
            let inside = record
                .as_slice()
                .iter()
                .filter(|&&byte| byte == b'\n')
                .count() as u64;
            let line = self.reader.position().line().saturating_sub(1 + inside);
            if std::str::from_utf8(record.as_slice()).is_err() {
                let column = record
                    .iter()
                    .position(|cell| std::str::from_utf8(cell).is_err());
                let column = column.filter(|&column| column < self.names.len());
                return Err(self.error(Some(line), column, TableProblem::NotUtf8("")));
            }
            if !is_blank(record) {
                return Ok(Some(line));
            }
        }
    }
}

/// An error on a file.
pub(crate) fn error(
    file: &str,
    place: Option<Place>,
    column: Option<&str>,
    problem: TableProblem,
) -> Error {
    Error::Table {
        file: file.to_owned(),
        place,
        column: column.map(str::to_owned),
        problem: Box::new(problem),
    }
}

pub(crate) fn read_error<R: Read>(file: &str, stream: &Stream<R>, source: std::io::Error) -> Error {
    if stream.endless {
        return error(
            file,
            None,
            None,
            TableProblem::EndlessRecord(Stream::<R>::RECORD_LIMIT),
        );
    }
    Error::Read {
        file: file.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &[u8]) -> Result<Vec<(u64, Vec<String>)>, Error> {
        let mut table = Table::open(text, "t.csv", &TableFormat::default(), None, &[])?;
        let (mut line, mut all) = (Line::default(), Vec::new());
        while table.next(&mut line)? {
            let cells = (0..table.names().len())
                .map(|column| line.cell(column).to_owned())
                .collect();
            all.push((line.number, cells));
        }
        Ok(all)
    }

    #[test]
    fn lines_are_numbered_as_an_editor_does() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["\u{FEFF}a,b", "1,x", "", "   ", "2,\"y", "z\"", "3,w"].join(end);
            let lines = lines(text.as_bytes()).unwrap();
            let numbers: Vec<u64> = lines.iter().map(|(number, _)| *number).collect();
            assert_eq!(numbers, [2, 5, 7], "{end:?}");
            assert_eq!(lines[1].1, ["2", "y\nz"]);
        }
    }

    #[test]
    fn ragged_lines_are_refused() {
        let error = lines(b"a,b\n1,2\n\n3\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "`t.csv`, line 4: the line has 1 cells where the first has 2; every line must have as many"
        );
    }

    #[test]
    fn foreign_bytes_are_refused() {
        let message = |text: &[u8]| lines(text).unwrap_err().to_string();
        assert_eq!(
            message(b"a,b\n1,2\n3,caf\xE9\n"),
            "`t.csv`, line 3, column `b`: the text is not UTF-8; save the file as UTF-8"
        );
        assert!(message(b"\xFF\xFEa\0,\0").contains("UTF-16"));
        assert!(message(b"\x1F\x8B\x08\0").contains("gzip"));
    }

    #[test]
    fn files_without_data_are_refused() {
        let message = |text: &[u8]| lines(text).unwrap_err().to_string();
        assert!(message(b"").contains("the file is empty"));
        assert!(message(b"\xEF\xBB\xBF \r\n\n").contains("the file is empty"));
        assert!(message(b"a,b\n").contains("no data below it"));
    }

    #[test]
    fn header_names_differ_and_gaps_get_one() {
        let table = Table::open(
            &b", b ,\"c,d\"\n1,2,3\n"[..],
            "t.csv",
            &TableFormat::default(),
            None,
            &[],
        )
        .unwrap();
        assert_eq!(table.names(), ["column1", "b", "c,d"]);
        let error = lines(b"a,b,a\n1,2,3\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "`t.csv`, line 1, column `a`: columns 1 and 3 share this name; column names must differ"
        );
    }
}
