//! Which delimiter a table has, and whether its first line is a header.

use csv::{ByteRecord, ReaderBuilder};

use super::cell::Cell;
use super::format::{Delimiter, TableFormat};

/// Delimiters that are tried.
const CANDIDATES: [Delimiter; 4] = [
    Delimiter::COMMA,
    Delimiter::SEMICOLON,
    Delimiter::TAB,
    Delimiter::BAR,
];

/// Lines that are judged.
const LINES: usize = 1000;

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    pub delimiter: Delimiter,
    pub header: bool,
}

impl Dialect {
    /// What the first lines tell, where `format` does not, and after them what a table `like` this one was. `named` are
    /// columns that were asked for by name.
    pub fn detect(
        sample: &[u8],
        format: &TableFormat,
        like: Option<&TableFormat>,
        named: &[&str],
    ) -> Self {
        let usual = like
            .and_then(|like| like.delimiter)
            .unwrap_or(Delimiter::COMMA);
        let delimiter = format
            .delimiter
            .or_else(|| find_delimiter(sample))
            .unwrap_or(usual);
        let header = format
            .header
            .unwrap_or_else(|| has_header(&records(sample, delimiter), named));
        Self { delimiter, header }
    }
}

/// The records of whole lines. The last may be the torn half of a quoted one, but a thousand others outvote it.
fn records(sample: &[u8], delimiter: Delimiter) -> Vec<ByteRecord> {
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter.byte().unwrap_or(b' '))
        .has_headers(false)
        .flexible(true)
        .from_reader(sample);
    reader
        .byte_records()
        .map_while(Result::ok)
        .filter(|record| !is_blank(record))
        .take(LINES)
        .collect()
}

/// Whether a line holds white space alone.
pub(super) fn is_blank(record: &ByteRecord) -> bool {
    record.len() <= 1 && record.as_slice().trim_ascii().is_empty()
}

fn cell(bytes: &[u8]) -> Cell<'_> {
    // What is no UTF-8 is text here; reading will refuse it.
    Cell::of(std::str::from_utf8(bytes).unwrap_or("\u{FFFD}"))
}

fn find_delimiter(sample: &[u8]) -> Option<Delimiter> {
    let score = |delimiter: Delimiter| {
        let records = records(sample, delimiter);
        let widths: Vec<usize> = records.iter().map(ByteRecord::len).collect();
        let mut sorted = widths.clone();
        sorted.sort_unstable();
        // The width in the middle is that of most lines, if any is.
        let width = sorted
            .get(sorted.len() / 2)
            .copied()
            .filter(|&width| width > 1)?;
        let fitting = widths.iter().filter(|&&other| other == width).count();
        let cells = || records.iter().flat_map(ByteRecord::iter);
        let numbers = cells()
            .filter(|bytes| matches!(cell(bytes), Cell::Number(..)))
            .count();
        Some((
            fitting as f64 / widths.len() as f64,
            numbers as f64 / cells().count() as f64,
        ))
    };
    let better = |a: (f64, f64), b: (f64, f64)| a.0 > b.0 || (a.0 == b.0 && a.1 > b.1);
    let mut best = None;
    for delimiter in CANDIDATES {
        if let Some(score) = score(delimiter)
            && best.is_none_or(|(_, old)| better(score, old))
        {
            best = Some((delimiter, score));
        }
    }
    best.map(|(delimiter, _)| delimiter)
}

fn has_header(records: &[ByteRecord], named: &[&str]) -> bool {
    let Some((first, rest)) = records.split_first() else {
        return false;
    };
    let holds = |name: &&str| {
        first
            .iter()
            .any(|bytes| bytes.trim_ascii() == name.as_bytes())
    };
    if !named.is_empty() && named.iter().all(holds) {
        return true;
    }
    if rest.is_empty() {
        // A single line is a sample if it has a number, and else a header without data.
        return !first
            .iter()
            .any(|bytes| matches!(cell(bytes), Cell::Number(..) | Cell::NotFinite(_)));
    }
    first.iter().enumerate().any(|(column, bytes)| {
        let mut balance = 0i64;
        for bytes in rest.iter().filter_map(|record| record.get(column)) {
            balance += match cell(bytes) {
                Cell::Number(..) | Cell::NotFinite(_) => 1,
                Cell::Text(_) => -1,
                Cell::Missing(_) => 0,
            };
        }
        balance > 0 && matches!(cell(bytes), Cell::Text(_))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detect(sample: &str) -> (String, bool) {
        let dialect = Dialect::detect(sample.as_bytes(), &TableFormat::default(), None, &[]);
        (dialect.delimiter.to_string(), dialect.header)
    }

    #[test]
    fn the_delimiter_is_the_one_that_cuts_evenly() {
        assert_eq!(detect("a,b\n1,2\n"), (",".to_owned(), true));
        assert_eq!(
            detect("a;b;c\n1,5;2,5;x\n2,5;3;y\n"),
            (";".to_owned(), false)
        );
        assert_eq!(detect("1\t2\n3\t4\n"), ("tab".to_owned(), false));
        assert_eq!(detect("a|b\n1|2\n"), ("|".to_owned(), true));
        assert_eq!(detect("\"a;b\",c\n1,2\n"), (",".to_owned(), true));
        assert_eq!(detect("1\n2\n"), (",".to_owned(), false));
        // One ragged line does not hide the delimiter.
        assert_eq!(detect("1;2\n3;4\n5\n6;7\n"), (";".to_owned(), false));
    }

    #[test]
    fn a_header_is_text_above_numbers() {
        assert!(!detect("5.1,3.5,setosa\n4.9,3.0,setosa\n").1);
        assert!(detect("length,width,species\n4.9,3.0,setosa\n").1);
        // Missing cells and the odd misspelt number do not hide it.
        assert!(detect("x,y\n1,a\n2,b\nthree,c\n").1);
        assert!(detect("x,y\n,a\n2,b\n").1);
        assert!(!detect(",1\n2,3\n").1);
        assert!(detect("x,y\n").1);
        assert!(!detect("1,y\n").1);
    }

    #[test]
    fn names_asked_for_make_a_header() {
        let sample = b"0,1,label\n1,2,a\n3,4,b\n";
        let header = |header, named: &[&str]| {
            let format = TableFormat {
                header,
                ..TableFormat::default()
            };
            Dialect::detect(sample, &format, None, named).header
        };
        assert!(!header(None, &[]));
        assert!(header(None, &["label"]));
        assert!(!header(Some(false), &["label"]));
    }
}
