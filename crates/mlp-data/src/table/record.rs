//! A table as checked records: whole lines of UTF-8, all of one width, with names for the columns.

use std::io::Read;

use super::columns::{check_width, distinct_names};
use super::cut::Record;
use super::dialect::Dialect;
use super::disguise::{Look, is_parted, look};
use super::drawn::drawn;
use super::foreign::foreign;
use super::format::{Delimiter, TableFormat};
use super::records::{Fault, Records, Shape};
use super::stream::Stream;
use super::title::stray_marks;
use crate::error::error;
use crate::{Error, Place, TableProblem};

/// Bytes that are looked at to find out how a table is written.
const LOOK: usize = 1 << 18;

/// A table being read.
#[derive(Debug)]
pub(super) struct RecordReader<R> {
    file: String,
    records: Records<R>,
    shape: Shape,
    names: Vec<String>,
    format: TableFormat,
    /// The first line of data, read to count the columns of a table without a header.
    first: Option<(Record, u64)>,
    any: bool,
    bytes_a_line: f64,
}

/// One line of data.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    cells: Record,
    pub number: u64,
}

impl Line {
    /// A cell; the table has checked that it is UTF-8.
    pub fn cell(&self, column: usize) -> &str {
        std::str::from_utf8(self.cells.get(column).unwrap_or_default()).unwrap_or_default()
    }
}

impl<R: Read> RecordReader<R> {
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
        let refuse = |line: Option<u64>, problem| error(file, line.map(Place::Line), None, problem);
        let mut stream = Stream::new(reader);
        let (sample, whole) = match stream.look(LOOK) {
            Ok(looked) => looked,
            Err(source) => return Err(read_error(file, &stream, source)),
        };
        if let Some(problem) = foreign(sample, file).or_else(|| drawn(sample)) {
            return Err(refuse(None, problem));
        }
        check_first_line(sample, file, format.delimiter)?;
        if whole && sample.trim_ascii().is_empty() {
            return Err(refuse(None, TableProblem::Empty));
        }
        let told = told_delimiter(sample);
        let rows = match told {
            Some((delimiter, length)) => {
                format.delimiter.get_or_insert(delimiter);
                &sample[length..]
            }
            None => sample,
        };
        let before = u64::from(told.is_some());
        let Dialect {
            delimiter,
            header,
            shape,
        } = Dialect::detect(rows, &format, like, named)
            .map_err(|(line, problem)| refuse(Some(before + line), problem))?;
        let lines = sample.iter().filter(|&&byte| byte == b'\n').count();
        let bytes_a_line = sample.len() as f64 / lines.max(1) as f64;
        format.header = Some(header);
        format.delimiter = Some(delimiter);
        let records = Records::new(stream, delimiter, format.comment.as_deref(), shape.clone());
        let mut table = Self {
            file: file.to_owned(),
            records,
            shape,
            names: Vec::new(),
            format,
            first: None,
            any: false,
            bytes_a_line,
        };
        table
            .records
            .skip(before)
            .map_err(|fault| table.fault(fault))?;
        let mut first = Record::default();
        let Some(line) = table.read(&mut first)? else {
            return Err(refuse(None, TableProblem::Empty));
        };
        if header {
            let cell = |cell: &[u8]| std::str::from_utf8(cell).unwrap_or_default().to_owned();
            table.names = first.iter().map(cell).collect();
            // Of two lines of names the first may have one twice.
            table.refuse_second_header()?;
            let cells = std::mem::take(&mut table.names);
            let cells = cells.iter().map(String::as_str);
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

    /// The next line of data, or `false` at the end, where the last stays.
    ///
    /// # Errors
    /// [`TableProblem::HeaderOnly`] where there is none at all; a ragged line, text that is not UTF-8, a
    /// record without end; [`Error::Read`].
    pub fn next(&mut self, line: &mut Line) -> Result<bool, Error> {
        if let Some((cells, number)) = self.first.take() {
            *line = Line { cells, number };
        } else {
            match self.read(&mut line.cells)? {
                Some(number) => line.number = number,
                None if self.any => return Ok(false),
                None => return Err(self.error(None, None, TableProblem::HeaderOnly)),
            }
        }
        let (expected, found) = (self.names.len(), line.cells.len());
        if found != expected {
            return Err(self.error(
                Some(line.number),
                None,
                TableProblem::Ragged {
                    expected,
                    found,
                    hint: self.parted_number(&line.cells),
                },
            ));
        }
        self.any = true;
        Ok(true)
    }

    /// What may have parted a line into a cell more than the others have, as the end of a sentence: a comma within a number.
    fn parted_number(&self, cells: &Record) -> String {
        if let Some(hint) = stray_marks(cells) {
            return format!("; {hint}");
        }
        let comma = self.format.delimiter == Some(Delimiter::COMMA);
        let texts: Vec<&str> = (cells.iter())
            .map(|cell| std::str::from_utf8(cell).unwrap_or_default().trim())
            .collect();
        if !comma || texts.len() != self.shape.width + 1 {
            return String::new();
        }
        let fits = |number: &String, at: usize| {
            let joined = (texts[..at].iter().copied())
                .chain(std::iter::once(number.as_str()))
                .chain(texts[at + 2..].iter().copied());
            (joined.zip(&self.shape.numeric))
                .all(|(cell, numeric)| !numeric || look(cell) != Look::Text)
        };
        let number = (0..self.shape.width)
            .map(|at| (format!("{},{}", texts[at], texts[at + 1]), at))
            .find(|(number, at)| is_parted(number) && fits(number, *at));
        number.map_or(String::new(), |(number, _)| {
            format!("; if `{number}` is one number, put it in quotes")
        })
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

    /// Refuses a line of text right below the names, where numbers follow.
    fn refuse_second_header(&mut self) -> Result<(), Error> {
        let mut second = Record::default();
        let Some(line) = self.read(&mut second)? else {
            return Ok(());
        };
        let numeric = second.iter().zip(&self.shape.numeric);
        let (mut columns, mut texts) = (0, 0);
        for (cell, _) in numeric.filter(|(_, numeric)| **numeric) {
            let look = look(std::str::from_utf8(cell).unwrap_or_default());
            columns += usize::from(look != Look::Nothing);
            texts += usize::from(look == Look::Text);
        }
        if columns > 1 && texts == columns {
            return Err(self.error(Some(line), None, TableProblem::SecondHeader));
        }
        self.first = Some((second, line));
        Ok(())
    }

    /// The next record, and the number of its first line.
    fn read(&mut self, record: &mut Record) -> Result<Option<u64>, Error> {
        let line = match self.records.next(record) {
            Ok(Some(line)) => line,
            Ok(None) => return Ok(None),
            Err(fault) => return Err(self.fault(fault)),
        };
        if self.shape.trailing && record.is_blank_from(self.shape.width) {
            record.truncate(self.shape.width);
        }
        // Cell by cell: the halves of a character on either side of a delimiter are none.
        let is_text = |cell: &[u8]| std::str::from_utf8(cell).is_ok();
        if !record.bytes().is_ascii()
            && let Some(column) = record.iter().position(|cell| !is_text(cell))
        {
            let column = Some(column).filter(|&column| column < self.names.len());
            return Err(self.error(Some(line), column, TableProblem::NotUtf8("")));
        }
        Ok(Some(line))
    }

    fn fault(&self, fault: Fault) -> Error {
        match fault {
            Fault::Io(source) => read_error(&self.file, self.records.stream(), source),
            Fault::Problem(line, column, problem) => {
                let column = column.filter(|&column| column < self.names.len());
                self.error(Some(line), column, problem)
            }
        }
    }
}

/// The delimiter that a spreadsheet's first line `sep=;` tells, and how long that line is.
fn told_delimiter(sample: &[u8]) -> Option<(Delimiter, usize)> {
    let end = sample.iter().position(|&byte| byte == b'\n')?;
    let word = std::str::from_utf8(&sample[..end]).ok()?;
    let word = word.trim_matches('"').strip_prefix("sep=")?;
    Some((word.parse().ok()?, end + 1))
}

/// Refuses a first line of more cells than a table has columns, before it is cut.
fn check_first_line(sample: &[u8], file: &str, delimiter: Option<Delimiter>) -> Result<(), Error> {
    let first = sample
        .split(|&byte| byte == b'\n')
        .next()
        .unwrap_or_default();
    let usual = [Delimiter::COMMA, Delimiter::SEMICOLON, Delimiter::TAB];
    let marks = delimiter.map_or(usual.to_vec(), |given| vec![given]);
    let count = |mark: Delimiter| {
        first
            .iter()
            .filter(|&&byte| Some(byte) == mark.byte())
            .count()
    };
    let most = marks.into_iter().map(count).max().unwrap_or_default();
    check_width(file, Some(Place::Line(1)), most + 1)
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
        let mut table = RecordReader::open(text, "t.csv", &TableFormat::default(), None, &[])?;
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
            "`t.csv`, line 4: the line has 1 cell where the first has 2; every line must have the same number"
        );
    }

    fn refused(text: &str) -> String {
        lines(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn quotes_that_swallow_rows_are_refused_where_they_open() {
        let error = refused("a,b,note\n1,2,ok\n3,4,\"5 inch\n5,6,ok\n");
        assert!(
            error
                .starts_with("`t.csv`, line 3, column `note`: a quote opens here and never closes"),
            "{error}"
        );
        let error = refused("a,b,c\n1,\"x,2\n3,y,4\n5,z\",6\n7,w,8\n9,v,1\n");
        assert!(
            error.starts_with("`t.csv`, line 2, column `b`: "),
            "{error}"
        );
        assert!(error.contains("closes on line 4"), "{error}");
        let error = refused("a,b\n1,\"6\" pipe\"\n");
        assert!(
            error.starts_with("`t.csv`, line 2, column `b`: text follows"),
            "{error}"
        );
        let tabs = lines(b"a\tb\tc\n1\t\"x\t2\n3\ty\t4\n5\tz\"\t6\n").unwrap();
        assert_eq!(tabs.len(), 3);
    }

    #[test]
    fn what_stands_around_a_table_is_no_part_of_it() {
        let cells = |text: &str| -> Vec<Vec<String>> {
            let lines = lines(text.as_bytes()).unwrap();
            lines.into_iter().map(|(_, cells)| cells).collect()
        };
        assert_eq!(
            cells("a,b,\n1,2,\n3,4\n5,6,\n"),
            [["1", "2"], ["3", "4"], ["5", "6"]]
        );
        assert_eq!(cells("a;b;;\n1;2;;\n3;4;;\n"), [["1", "2"], ["3", "4"]]);
        assert_eq!(cells("sep=;\na;b\n1,5;2\n"), [["1,5", "2"]]);
        assert_eq!(cells("  1.5  2\n -1.5  3\n"), [["1.5", "2"], ["-1.5", "3"]]);
        let error = refused("a,b\nkg,m\n1,2\n3,4\n");
        assert!(
            error.starts_with("`t.csv`, line 2: the line holds text in every column"),
            "{error}"
        );
    }

    #[test]
    fn foreign_bytes_are_refused() {
        let message = |text: &[u8]| lines(text).unwrap_err().to_string();
        assert_eq!(
            message(b"a,b\n1,2\n3,caf\xE9\n"),
            "`t.csv`, line 3, column `b`: the text is not UTF-8; save the file as UTF-8"
        );
        // The halves of a character are not text, though the cells together are.
        assert!(message(b"a;b\n1;2\n3;4\n\xC3;\xA9\n").contains("line 4, column `a`"));
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
        let table = RecordReader::open(
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
