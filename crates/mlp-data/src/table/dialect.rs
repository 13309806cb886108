//! Which delimiter a table has, and whether its first line is a header.

use csv::{ByteRecord, ReaderBuilder};

use super::cell::Cell;
use crate::TableProblem;

/// Delimiters that are tried.
const CANDIDATES: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Lines that are judged.
const LINES: usize = 1000;

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    pub delimiter: u8,
    pub header: bool,
}

impl Dialect {
    /// What the first lines tell, where the user does not. `named` are columns that were asked for by name.
    pub fn detect(
        sample: &[u8],
        delimiter: Option<u8>,
        header: Option<bool>,
        named: &[&str],
    ) -> Result<Self, TableProblem> {
        let delimiter = match delimiter {
            Some(delimiter) => checked(delimiter)?,
            None => find_delimiter(sample),
        };
        let header = header.unwrap_or_else(|| has_header(&records(sample, delimiter), named));
        Ok(Self { delimiter, header })
    }
}

fn checked(delimiter: u8) -> Result<u8, TableProblem> {
    let part_of_a_cell = delimiter.is_ascii_alphanumeric() || b"\"\n\r.+-".contains(&delimiter);
    if part_of_a_cell || !delimiter.is_ascii() {
        return Err(TableProblem::Delimiter(
            char::from(delimiter).escape_default().to_string(),
        ));
    }
    Ok(delimiter)
}

/// The records of whole lines. The last may be the torn half of a quoted one, but a thousand others outvote it.
fn records(sample: &[u8], delimiter: u8) -> Vec<ByteRecord> {
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
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

fn find_delimiter(sample: &[u8]) -> u8 {
    let score = |delimiter: u8| {
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
            .filter(|bytes| matches!(cell(bytes), Cell::Number(_)))
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
    best.map_or(b',', |(delimiter, _)| delimiter)
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
            .any(|bytes| matches!(cell(bytes), Cell::Number(_) | Cell::NotFinite(_)));
    }
    first.iter().enumerate().any(|(column, bytes)| {
        let mut balance = 0i64;
        for bytes in rest.iter().filter_map(|record| record.get(column)) {
            balance += match cell(bytes) {
                Cell::Number(_) | Cell::NotFinite(_) => 1,
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

    fn detect(sample: &str) -> (char, bool) {
        let dialect = Dialect::detect(sample.as_bytes(), None, None, &[]).unwrap();
        (char::from(dialect.delimiter), dialect.header)
    }

    #[test]
    fn the_delimiter_is_the_one_that_cuts_evenly() {
        assert_eq!(detect("a,b\n1,2\n"), (',', true));
        assert_eq!(detect("a;b;c\n1,5;2,5;x\n2,5;3;y\n"), (';', false));
        assert_eq!(detect("1\t2\n3\t4\n"), ('\t', false));
        assert_eq!(detect("a|b\n1|2\n"), ('|', true));
        assert_eq!(detect("\"a;b\",c\n1,2\n"), (',', true));
        assert_eq!(detect("1\n2\n"), (',', false));
        // One ragged line does not hide the delimiter.
        assert_eq!(detect("1;2\n3;4\n5\n6;7\n"), (';', false));
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
        assert!(!Dialect::detect(sample, None, None, &[]).unwrap().header);
        assert!(
            Dialect::detect(sample, None, None, &["label"])
                .unwrap()
                .header
        );
        assert!(
            !Dialect::detect(sample, None, Some(false), &["label"])
                .unwrap()
                .header
        );
    }

    #[test]
    fn what_numbers_are_made_of_is_no_delimiter() {
        for delimiter in *b"\"\n.-7e\xE9" {
            assert!(Dialect::detect(b"", Some(delimiter), None, &[]).is_err());
        }
        assert!(Dialect::detect(b"", Some(b' '), None, &[]).is_ok());
    }
}
