//! The records of a table: lines of cells, comments and blank lines passed over, quoted cells joined over lines.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read};

use super::cut::{Cut, Record, Stray, cut, go_on};
use super::disguise::{Look, look};
use super::format::Delimiter;
use super::stream::Stream;
use crate::TableProblem;

/// The most lines of a cell where quotes need not mean anything.
const LOOK_AHEAD: u64 = 1000;

/// What is known of a table's lines before they are read, to tell a cell of several lines from a stray quote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Shape {
    /// Cells of a line.
    pub width: usize,
    /// Which columns hold numbers.
    pub numeric: Vec<bool>,
    /// Whether lines end with a delimiter behind the last cell.
    pub trailing: bool,
}

/// Why a record cannot be read.
#[derive(Debug)]
pub(super) enum Fault {
    Io(io::Error),
    /// At a line and perhaps in a column.
    Problem(u64, Option<usize>, TableProblem),
}

/// The records of a stream.
#[derive(Debug)]
pub(super) struct Records<R> {
    reader: BufReader<Stream<R>>,
    delimiter: Delimiter,
    comment: Option<Vec<u8>>,
    shape: Shape,
    /// Whether a stray quote is a character like others.
    lenient: bool,
    line: Vec<u8>,
    /// Lines read to find the end of a quoted cell, and still to come.
    ahead: Vec<u8>,
    /// How many of their bytes have come.
    come: usize,
    number: u64,
    /// Blank lines of a table of one column, where a value is missing; none behind the last row.
    blank: VecDeque<u64>,
    /// Whether the line at hand comes after them.
    held: bool,
    /// Whether a row has come.
    begun: bool,
}

impl<R: Read> Records<R> {
    /// Quotes in tables of tabs are characters like others where they close no cell: nothing there has to be quoted.
    pub fn new(
        stream: Stream<R>,
        delimiter: Delimiter,
        comment: Option<&str>,
        shape: Shape,
    ) -> Self {
        Self {
            reader: BufReader::with_capacity(1 << 16, stream),
            delimiter,
            comment: comment.map(|mark| mark.as_bytes().to_vec()),
            shape,
            lenient: delimiter == Delimiter::TAB,
            line: Vec::new(),
            ahead: Vec::new(),
            come: 0,
            number: 0,
            blank: VecDeque::new(),
            held: false,
            begun: false,
        }
    }

    /// The records of a sample, in which every stray quote is a character like others.
    pub fn of_sample(stream: Stream<R>, delimiter: Delimiter, comment: Option<&str>) -> Self {
        Self {
            lenient: true,
            ..Self::new(stream, delimiter, comment, Shape::default())
        }
    }

    pub fn stream(&self) -> &Stream<R> {
        self.reader.get_ref()
    }

    /// Passes over so many lines.
    pub fn skip(&mut self, lines: u64) -> Result<(), Fault> {
        for _ in 0..lines {
            self.take_line()?;
        }
        Ok(())
    }

    /// The next record and the number of its first line; none at the end.
    pub fn next(&mut self, record: &mut Record) -> Result<Option<u64>, Fault> {
        while !self.held {
            self.reader.get_mut().record_done();
            if !self.take_line()? {
                return Ok(None);
            }
            self.held = !self.is_passed_over();
            if self.begun && self.shape.width == 1 && self.line.trim_ascii().is_empty() {
                self.blank.push_back(self.number);
            }
        }
        if let Some(number) = self.blank.pop_front() {
            // A cell without text, whatever the delimiter.
            cut(b"", Delimiter::COMMA, Stray::Literal, record);
            return Ok(Some(number));
        }
        (self.held, self.begun) = (false, true);
        let first = self.number;
        let stray = |column, problem| Err(Fault::Problem(first, Some(column), problem));
        let literal = |this: &Self, record: &mut Record| {
            cut(&this.line, this.delimiter, Stray::Literal, record);
            Ok(Some(first))
        };
        match cut(&self.line, self.delimiter, Stray::TableSummary, record) {
            Cut::Whole => return Ok(Some(first)),
            Cut::TextBehind(_) if self.lenient => return literal(self, record),
            Cut::TextBehind(column) => return stray(column, text_behind(&self.line)),
            Cut::Open(_) => {}
        }
        self.ahead.drain(..self.come);
        self.come = 0;
        let (mut lines, mut end) = (0, 0);
        let (column, problem) = loop {
            let column = record.len();
            let start = end;
            match self.peek(start) {
                // A record without end is one whose quote never closes.
                Err(_) if self.stream().endless => {
                    return stray(column, TableProblem::UnclosedQuote);
                }
                Err(source) => return Err(Fault::Io(source)),
                Ok(_) if self.lenient && lines == LOOK_AHEAD => return literal(self, record),
                Ok(None) if has_escape(&self.line) => break (column, TableProblem::EscapedQuote),
                Ok(None) => break (column, TableProblem::UnclosedQuote),
                Ok(Some(behind)) => end = behind,
            }
            lines += 1;
            let line = &self.ahead[start..end - 1];
            match go_on(line, self.delimiter, record) {
                Cut::Open(_) => {}
                Cut::TextBehind(column) => break (column, text_behind(&self.line)),
                Cut::Whole if self.are_rows(&self.ahead[..end]) => {
                    let last = first + lines;
                    break (column, TableProblem::RowsInQuotes { last });
                }
                Cut::Whole => {
                    self.come = end;
                    self.number += lines;
                    return Ok(Some(first));
                }
            }
        };
        match self.lenient {
            true => literal(self, record),
            false => stray(column, problem),
        }
    }

    /// Whether the line and those ahead, each with its end, are each a row in its own right: a quote that closes so many lines
    /// later is a stray one, and so is the one that it seems to belong to.
    fn are_rows(&self, ahead: &[u8]) -> bool {
        let Shape {
            width,
            numeric,
            trailing,
        } = &self.shape;
        let mut record = Record::default();
        let mut is_row = |line: &[u8]| {
            cut(line, self.delimiter, Stray::Literal, &mut record);
            let fits = record.len() == *width || *trailing && record.is_blank_from(*width);
            let mut numbers = 0;
            for (cell, _) in record.iter().zip(numeric).filter(|(_, numeric)| **numeric) {
                let text = String::from_utf8_lossy(cell).replace('"', "");
                match look(&text) {
                    Look::Value => numbers += 1,
                    Look::Nothing => {}
                    Look::Text => return false,
                }
            }
            fits && (numbers > 0 || !numeric.contains(&true))
        };
        let ahead = ahead.strip_suffix(b"\n").unwrap_or(ahead);
        *width > 1 && is_row(&self.line) && ahead.split(|&byte| byte == b'\n').all(is_row)
    }

    /// Whether the line is blank, or a comment.
    fn is_passed_over(&self) -> bool {
        let text = self.line.trim_ascii();
        let is_row_of_tabs = self.delimiter == Delimiter::TAB && self.line.contains(&b'\t');
        text.is_empty() && !is_row_of_tabs
            || (self.comment.as_deref()).is_some_and(|mark| text.starts_with(mark))
    }

    /// Makes the next line the one at hand.
    fn take_line(&mut self) -> Result<bool, Fault> {
        self.line.clear();
        if self.come == self.ahead.len() {
            self.ahead.clear();
            self.come = 0;
            if self
                .reader
                .read_until(b'\n', &mut self.line)
                .map_err(Fault::Io)?
                == 0
            {
                return Ok(false);
            }
        } else {
            let rest = &self.ahead[self.come..];
            let end = rest.iter().position(|&byte| byte == b'\n');
            let line = &rest[..end.map_or(rest.len(), |end| end + 1)];
            self.line.extend_from_slice(line);
            self.come += line.len();
        }
        self.line.pop_if(|byte| *byte == b'\n');
        self.number += 1;
        Ok(true)
    }

    /// Where the line ends that begins here among those ahead; none at the end of the stream.
    fn peek(&mut self, start: usize) -> io::Result<Option<usize>> {
        if start == self.ahead.len() && self.reader.read_until(b'\n', &mut self.ahead)? == 0 {
            return Ok(None);
        }
        let end = self.ahead[start..].iter().position(|&byte| byte == b'\n');
        Ok(Some(end.map_or(self.ahead.len(), |end| start + end + 1)))
    }
}

/// What is wrong with a line that has text behind a closing quote.
fn text_behind(line: &[u8]) -> TableProblem {
    match has_escape(line) {
        true => TableProblem::EscapedQuote,
        false => TableProblem::TextBehindQuote,
    }
}

/// Whether a backslash stands before a quote.
fn has_escape(line: &[u8]) -> bool {
    line.windows(2).any(|pair| pair == b"\\\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(
        text: &str,
        delimiter: Delimiter,
        numeric: &[bool],
    ) -> Result<Vec<Vec<String>>, String> {
        let shape = Shape {
            width: numeric.len(),
            numeric: numeric.to_vec(),
            trailing: false,
        };
        let mut records = Records::new(Stream::new(text.as_bytes()), delimiter, Some("#"), shape);
        let (mut record, mut all) = (Record::default(), Vec::new());
        loop {
            match records.next(&mut record) {
                Ok(Some(number)) => {
                    let cells = record
                        .iter()
                        .map(|cell| String::from_utf8_lossy(cell).into_owned());
                    all.push(std::iter::once(number.to_string()).chain(cells).collect());
                }
                Ok(None) => return Ok(all),
                Err(Fault::Io(source)) => return Err(source.to_string()),
                Err(Fault::Problem(line, column, problem)) => {
                    return Err(format!("{line} {column:?} {problem}"));
                }
            }
        }
    }

    #[test]
    fn a_quote_that_never_closes_is_named_by_its_line() {
        let comma = |text| read(text, Delimiter::COMMA, &[true, false]);
        let error = comma("1,a\n2,\"b\n3,c\n4,d\n").unwrap_err();
        assert!(error.starts_with("2 Some(1) a quote opens here"), "{error}");
        let error = comma("1,a\n\n2,\"b\n3,\"c\" d\n").unwrap_err();
        assert!(error.starts_with("3 Some(1) "), "{error}");
        let error = comma("1,\"b\" x\n").unwrap_err();
        assert!(error.starts_with("1 Some(1) text follows"), "{error}");
        for text in ["1,\"a \\\"b\\\" c\"\n2,d\n", "1,\"a \\\"b\n2,d\n"] {
            let error = comma(text).unwrap_err();
            assert!(error.starts_with("1 Some(1) a backslash stands"), "{error}");
        }
    }

    #[test]
    fn two_stray_quotes_make_no_cell_of_many_rows() {
        let comma = |text| read(text, Delimiter::COMMA, &[true, false, true]);
        // Both quotes stand at the border of a cell, so that what is between them would be one.
        let error = comma("1,a,1\n2,\"b,2\n3,c,3\n4,d\",4\n").unwrap_err();
        assert!(error.starts_with("2 Some(1) "), "{error}");
        assert!(error.contains("line 4"), "{error}");
        // Text of several lines is a cell.
        let text = "1,\"dear all,\nthis, and that\nbye\",1\n2,b,2\n";
        assert_eq!(
            comma(text).unwrap(),
            [
                ["1", "1", "dear all,\nthis, and that\nbye", "1"],
                ["4", "2", "b", "2"]
            ]
        );
        let text = "1,\"b, at last\nc\",2\n";
        assert_eq!(comma(text).unwrap().len(), 1);
    }

    #[test]
    fn inch_marks_between_tabs_are_characters() {
        let tab = |text| read(text, Delimiter::TAB, &[true, false, true]);
        let text = "1\t\"6\" pipe\t1\n2\t\"7\t2\n3\t8\"\t3\n4\t\"a\tb\"\t4\n5\t\"\t5\n";
        let rows = tab(text).unwrap();
        let cells: Vec<&str> = rows.iter().map(|row| row[2].as_str()).collect();
        assert_eq!(cells, ["\"6\" pipe", "\"7", "8\"", "a\tb", "\""]);
        // Cells of several lines are still possible.
        let rows = tab("1\t\"a\nb\"\t1\n2\tc\t2\n").unwrap();
        assert_eq!(rows, [["1", "1", "a\nb", "1"], ["3", "2", "c", "2"]]);
    }

    #[test]
    fn a_blank_line_of_one_column_is_a_value_that_is_missing() {
        for delimiter in [Delimiter::COMMA, Delimiter::SPACES] {
            let rows = read("\na\n1\n\n# b\n \n3\n\n\n", delimiter, &[true]).unwrap();
            assert_eq!(
                rows,
                [["2", "a"], ["3", "1"], ["4", ""], ["6", ""], ["7", "3"]]
            );
        }
    }

    #[test]
    fn comments_and_blank_lines_are_passed_over() {
        let rows = read(
            "# a\n\n1,x\n  #b\n \n2,\"y\n# no comment\"\n",
            Delimiter::COMMA,
            &[true, false],
        );
        assert_eq!(
            rows.unwrap(),
            [["3", "1", "x"], ["6", "2", "y\n# no comment"]]
        );
    }
}
