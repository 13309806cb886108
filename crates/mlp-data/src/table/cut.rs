//! A line cut into cells.
//!
//! A cell that begins with a quote, white space before it aside, ends at the quote that closes it; within, a quote is
//! written twice, and delimiters and line ends are text. A quote anywhere else is a character like others.

use super::format::Delimiter;

const QUOTE: u8 = b'"';

/// The cells of one line of data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Record {
    bytes: Vec<u8>,
    /// Where each cell ends.
    ends: Vec<usize>,
}

impl Record {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn get(&self, column: usize) -> Option<&[u8]> {
        let end = *self.ends.get(column)?;
        let start = column.checked_sub(1).map_or(0, |before| self.ends[before]);
        Some(&self.bytes[start..end])
    }

    pub fn iter(&self) -> impl Iterator<Item = &[u8]> + '_ {
        (0..self.len()).filter_map(|column| self.get(column))
    }

    /// All cells' bytes, one behind the other.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    /// Whether there are cells from this column on, all of white space alone.
    pub fn is_blank_from(&self, column: usize) -> bool {
        let is_blank = |cell: &[u8]| cell.trim_ascii().is_empty();
        self.len() > column && self.iter().skip(column).all(is_blank)
    }

    /// Drops the cells from this column on.
    pub fn truncate(&mut self, column: usize) {
        self.ends.truncate(column);
        self.bytes.truncate(self.ends.last().copied().unwrap_or(0));
    }

    fn end_cell(&mut self) {
        self.ends.push(self.bytes.len());
    }
}

/// How the cells of a line turned out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// All cells are whole.
    Whole,
    /// The line ends inside a quoted cell, the one at this position.
    Open(usize),
    /// Text follows the quote that closes the cell at this position.
    TextBehind(usize),
}

/// What becomes of a quote that opens a cell and does not close it as it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stray {
    /// It is told.
    TableSummary,
    /// It is a character like others.
    Literal,
}

/// Cuts a line, without its line end, into a cleared record.
pub(super) fn cut(line: &[u8], delimiter: Delimiter, stray: Stray, record: &mut Record) -> Cut {
    record.clear();
    cells(line, 0, delimiter, stray, record)
}

/// Goes on with a record that is [open](Cut::Open) at the end of the last line.
pub(super) fn go_on(line: &[u8], delimiter: Delimiter, record: &mut Record) -> Cut {
    let column = record.len();
    record.bytes.push(b'\n');
    match quoted(line, 0, delimiter, &mut record.bytes) {
        Quoted::Open => Cut::Open(column),
        Quoted::TextBehind => Cut::TextBehind(column),
        Quoted::Closed(next) => {
            record.end_cell();
            match next {
                Some(next) => cells(line, next, delimiter, Stray::TableSummary, record),
                None => Cut::Whole,
            }
        }
    }
}

fn cells(
    line: &[u8],
    mut at: usize,
    delimiter: Delimiter,
    stray: Stray,
    record: &mut Record,
) -> Cut {
    let is_blank = |byte: u8| matches!(byte, b' ' | b'\t') && delimiter.byte() != Some(byte);
    loop {
        let text = at
            + line[at..]
                .iter()
                .take_while(|&&byte| is_blank(byte))
                .count();
        if delimiter == Delimiter::SPACES {
            at = text;
            if at == line.len() {
                return Cut::Whole;
            }
        }
        let mut next = None;
        let mut is_quoted = false;
        if line.get(text) == Some(&QUOTE) {
            let (start, column) = (record.bytes.len(), record.len());
            let outcome = quoted(line, text + 1, delimiter, &mut record.bytes);
            match (outcome, stray) {
                (Quoted::Closed(behind), _) => {
                    next = behind;
                    is_quoted = true;
                }
                (Quoted::Open, Stray::TableSummary) => return Cut::Open(column),
                (Quoted::TextBehind, Stray::TableSummary) => return Cut::TextBehind(column),
                (_, Stray::Literal) => record.bytes.truncate(start),
            }
        }
        if !is_quoted {
            let rest = &line[at..];
            let length = match delimiter.byte() {
                Some(byte) => rest.iter().position(|&other| other == byte),
                None => rest.iter().position(|&other| is_blank(other)),
            };
            record
                .bytes
                .extend_from_slice(&rest[..length.unwrap_or(rest.len())]);
            next = length.map(|length| at + length + 1);
        }
        record.end_cell();
        match next {
            Some(next) => at = next,
            None => return Cut::Whole,
        }
    }
}

enum Quoted {
    /// Where the next cell begins; none at the end of the line.
    Closed(Option<usize>),
    Open,
    TextBehind,
}

/// The rest of a quoted cell, from behind its opening quote.
fn quoted(line: &[u8], mut at: usize, delimiter: Delimiter, cell: &mut Vec<u8>) -> Quoted {
    loop {
        let Some(length) = line[at..].iter().position(|&byte| byte == QUOTE) else {
            cell.extend_from_slice(&line[at..]);
            return Quoted::Open;
        };
        cell.extend_from_slice(&line[at..at + length]);
        at += length + 1;
        if line.get(at) != Some(&QUOTE) {
            break;
        }
        cell.push(QUOTE);
        at += 1;
    }
    let rest = &line[at..];
    let is_space = |byte: u8| matches!(byte, b' ' | b'\t');
    match delimiter.byte() {
        None => match rest.first() {
            None => Quoted::Closed(None),
            Some(&byte) if is_space(byte) => Quoted::Closed(Some(at)),
            Some(_) => Quoted::TextBehind,
        },
        Some(delimiter) => {
            let end = rest
                .iter()
                .position(|&byte| !is_space(byte) || byte == delimiter);
            match end {
                None => Quoted::Closed(None),
                Some(end) if rest[end] == delimiter => Quoted::Closed(Some(at + end + 1)),
                Some(_) => Quoted::TextBehind,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut_as(line: &str, delimiter: Delimiter, stray: Stray) -> (Cut, Vec<String>) {
        let mut record = Record::default();
        let outcome = cut(line.as_bytes(), delimiter, stray, &mut record);
        let text = |cell: &[u8]| String::from_utf8(cell.to_vec()).unwrap();
        (outcome, record.iter().map(text).collect())
    }

    fn whole(line: &str, delimiter: Delimiter) -> Vec<String> {
        let (outcome, cells) = cut_as(line, delimiter, Stray::TableSummary);
        assert_eq!(outcome, Cut::Whole, "{line}");
        cells
    }

    #[test]
    fn cells_are_cut_at_the_delimiter() {
        let comma = |line| whole(line, Delimiter::COMMA);
        assert_eq!(comma("a, b,"), ["a", " b", ""]);
        assert_eq!(comma(""), [""]);
        assert_eq!(comma("\"a,\"\"b\"\"\", \"c\" ,d"), ["a,\"b\"", "c", "d"]);
        assert_eq!(comma("5\" nail,3\",\"\""), ["5\" nail", "3\"", ""]);
        assert_eq!(whole("a\t\t\"b\" \tc", Delimiter::TAB), ["a", "", "b", "c"]);
    }

    #[test]
    fn runs_of_spaces_are_one_delimiter() {
        let spaces = |line| whole(line, Delimiter::SPACES);
        assert_eq!(spaces("  1.5 \t 2  x "), ["1.5", "2", "x"]);
        assert_eq!(spaces("18 \"ford torino\"\t3"), ["18", "ford torino", "3"]);
        assert_eq!(spaces("1 5\" 2"), ["1", "5\"", "2"]);
        let single = ' '.to_string().parse().unwrap();
        assert_eq!(whole("1  2", single), ["1", "", "2"]);
    }

    #[test]
    fn stray_quotes_are_told_or_literal() {
        let comma = |line, stray| cut_as(line, Delimiter::COMMA, stray);
        assert_eq!(comma("1,\"5 inch", Stray::TableSummary).0, Cut::Open(1));
        assert_eq!(
            comma("1,\"6\" pipe,2", Stray::TableSummary).0,
            Cut::TextBehind(1)
        );
        assert_eq!(
            comma("1,\"6\" pipe,\"2", Stray::Literal),
            (
                Cut::Whole,
                vec!["1".to_owned(), "\"6\" pipe".to_owned(), "\"2".to_owned()]
            )
        );
    }

    #[test]
    fn quoted_cells_go_on_over_lines() {
        let mut record = Record::default();
        let comma = Delimiter::COMMA;
        assert_eq!(
            cut(b"1,\"a", comma, Stray::TableSummary, &mut record),
            Cut::Open(1)
        );
        assert_eq!(go_on(b"", comma, &mut record), Cut::Open(1));
        assert_eq!(go_on(b"b\"\"\",2,\"c", comma, &mut record), Cut::Open(3));
        assert_eq!(go_on(b"d\",", comma, &mut record), Cut::Whole);
        let cells: Vec<&[u8]> = record.iter().collect();
        assert_eq!(cells, [&b"1"[..], b"a\n\nb\"", b"2", b"c\nd", b""]);
        assert!(record.is_blank_from(4) && !record.is_blank_from(3));
        record.truncate(4);
        assert_eq!((record.len(), record.get(3)), (4, Some(&b"c\nd"[..])));
    }
}
