//! What stands where a table should begin: a title above the names, or lines that none of the usual delimiters parts.

use super::cell::shortened;
use super::cut::Record;
use super::disguise::{Look, is_value, look};
use crate::{TableProblem, names};

/// Characters that part cells in some files, and are never tried: a time has `:`.
const RARE_DELIMITERS: [char; 6] = [':', '~', '^', '&', '!', '*'];

/// What is wrong with lines that hold less than those of the table, of so many cells, and stand above a line of names.
pub(super) fn title(
    sample: &[u8],
    comment: Option<&str>,
    records: &[Record],
    width: usize,
) -> Option<TableProblem> {
    let lines = (records.iter())
        .take_while(|record| record.len() < width || filled(record) < width.min(2))
        .count();
    let (first, below) = (records.first()?, records.get(lines)?);
    if lines == 0 || width < 2 {
        return None;
    }
    // Where it has several cells, only names below tell it from a header that lacks some.
    let alone = first.len() == 1;
    let are_names = || {
        let behind = records.get(lines + 1);
        is_names(below, width) && behind.is_some_and(|behind| !is_names(behind, width))
    };
    if !(alone || width > 2 && are_names()) {
        return None;
    }
    let mut raw = sample.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    let is_comment = |line: &[u8]| comment.is_some_and(|mark| line.starts_with(mark.as_bytes()));
    let line = raw.find(|line| !line.is_empty() && !is_comment(line))?;
    // Spreadsheets pad it by empty cells.
    let padded = std::str::from_utf8(line).ok()?;
    let text = padded.trim_end_matches([',', ';', '\t', '|']);
    if look(text) != Look::Text {
        return None;
    }
    // As the mark of comments it would skip every line that begins so.
    let is_alone = !raw.any(|line| line.starts_with(text.as_bytes()));
    Some(TableProblem::Title {
        // The option takes one mark.
        option: (lines == 1 && is_alone && comment.is_none()).then(|| names::shell(text)),
        title: shortened(text),
        lines,
        width,
    })
}

/// How many cells of a record hold anything.
fn filled(record: &Record) -> usize {
    let cells = record.iter();
    cells.filter(|cell| !cell.trim_ascii().is_empty()).count()
}

/// Whether every cell is a text.
fn is_names(record: &Record, width: usize) -> bool {
    let is_text =
        |cell: &[u8]| std::str::from_utf8(cell).is_ok_and(|cell| look(cell) == Look::Text);
    record.len() >= width && record.iter().take(width).all(is_text)
}

/// What is wrong with lines each of which is one quoted cell with as many cells inside.
pub(super) fn quoted_lines(records: &[Record]) -> Option<TableProblem> {
    let below = records.get(1..).filter(|below| !below.is_empty())?;
    let width = |mark: u8| {
        let marks = |record: &Record| {
            let cell = record.get(0)?;
            Some(cell.iter().filter(|&&byte| byte == mark).count() + 1)
        };
        let first = marks(&below[0])?;
        let even = below.iter().all(|record| marks(record) == Some(first));
        (even && first > 1).then_some(first)
    };
    // Decimal commas are in quotes by right.
    let is_value = |record: &Record| {
        record
            .get(0)
            .is_some_and(|cell| is_value(&String::from_utf8_lossy(cell)))
    };
    let width = [b';', b'\t', b',', b'|'].into_iter().find_map(width)?;
    if below.iter().all(is_value) {
        return None;
    }
    Some(TableProblem::Malformed(format!(
        "every line is one quoted cell, with {width} cells in the quotes; take the quotes around each line away"
    )))
}

/// What cuts a line into more cells than others have, where it holds marks of other programs than a table's double quotes.
pub(super) fn stray_marks(record: &Record) -> Option<&'static str> {
    let cells: Vec<&[u8]> = record.iter().map(<[u8]>::trim_ascii).collect();
    let (_, before) = cells.split_last()?;
    let opens = |cell: &&&[u8]| cell.starts_with(b"'") && !cell.ends_with(b"'");
    let closes = |cell: &&[u8]| cell.ends_with(b"'") && !cell.starts_with(b"'");
    if before.iter().any(|cell| cell.ends_with(b"\\")) {
        Some(
            "a backslash does not hold a cell together, so put it in double quotes and take the backslash away",
        )
    } else if before.iter().filter(opens).count() > 0 && cells.iter().any(closes) {
        Some("single quotes do not hold a cell together, so put it in double quotes")
    } else {
        None
    }
}

/// The character that parts every line into as many cells, where no delimiter that is tried does.
pub(super) fn other_delimiter(sample: &[u8], comment: Option<&str>) -> Option<TableProblem> {
    let is_data = |line: &&[u8]| {
        let is_comment = comment.is_some_and(|mark| line.starts_with(mark.as_bytes()));
        !line.is_empty() && !is_comment
    };
    let lines = || {
        let lines = sample.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
        lines.filter(is_data)
    };
    let first = lines().next()?;
    // One line tells nothing.
    lines().nth(1)?;
    RARE_DELIMITERS.into_iter().find_map(|mark| {
        let count = |line: &[u8]| {
            line.iter()
                .filter(|&&byte| char::from(byte) == mark)
                .count()
        };
        let marks = count(first);
        let even = marks > 0 && lines().all(|line| count(line) == marks);
        even.then_some(TableProblem::OtherDelimiter {
            mark,
            width: marks + 1,
        })
    })
}
