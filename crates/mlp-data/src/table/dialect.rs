//! Which delimiter a table has, how many cells per line, and whether its first line holds names.

use super::cut::{Record, Stray, cut};
use super::decimal_column::is_decimal_column;
use super::disguise::{Look, is_parted, look};
use super::drawn::fixed_width;
use super::format::{Delimiter, TableFormat};
use super::header::{FirstLine, judge};
use super::records::{Records, Shape};
use super::score::{Score, is_like_a_number, usual_width};
use super::stream::Stream;
use super::title::{other_delimiter, quoted_lines, stray_marks, title};
use crate::TableProblem;

/// Delimiters that are tried. Of several that do as well the first is taken, so that decimal commas part no cells.
const CANDIDATES: [Delimiter; 5] = [
    Delimiter::TAB,
    Delimiter::SEMICOLON,
    Delimiter::BAR,
    Delimiter::COMMA,
    Delimiter::SPACES,
];

/// What lines before a table begin with that are not part of it.
const COMMENTS: [&str; 4] = ["#", "%", "//", "|"];

/// Records that are judged.
const RECORDS: usize = 1000;

/// How a table is written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Dialect {
    pub delimiter: Delimiter,
    pub header: bool,
    pub shape: Shape,
}

/// A line, and what is wrong with it.
pub(super) type Wrong = (u64, TableProblem);

impl Dialect {
    /// What the first lines tell, where `format` does not, and after them what a table `like` this one was. `named` are
    /// columns that were asked for by name.
    pub fn detect(
        sample: &[u8],
        format: &TableFormat,
        like: Option<&TableFormat>,
        named: &[&str],
    ) -> Result<Self, Wrong> {
        let comment = format.comment.as_deref();
        let leading = match comment {
            None => Leading::of(sample),
            Some(_) => None,
        };
        let rows = leading.as_ref().map_or(sample, |leading| leading.rest);
        let delimiter = find_delimiter(rows, comment, format.delimiter, like, named);
        let is_open = format.delimiter.is_none() && like.is_none();
        let delimiter = match delimiter {
            Delimiter::COMMA
                if format.delimiter.is_none()
                    && is_decimal_column(&records(rows, delimiter, comment).1, is_open) =>
            {
                Delimiter::SEMICOLON
            }
            delimiter => delimiter,
        };
        if let Some(leading) = leading {
            leading.check(rows, delimiter)?;
        }
        if format.delimiter.is_some_and(|given| given != delimiter) {
            refuse_empty_cells(sample, comment)?;
        }
        let (line, records) = records(sample, delimiter, comment);
        let shape = shape(&records);
        let refuse = |problem| Err((line, problem));
        let first = records.first().map_or(0, Record::len);
        let fits = first == shape.width
            || shape.trailing
                && records
                    .first()
                    .is_some_and(|first| first.is_blank_from(shape.width));
        let even = records
            .iter()
            .skip(1)
            .filter(|record| record.len() >= shape.width);
        let odd_first = records.len() > 2 && !fits && 2 * even.count() > records.len();
        let names: Vec<&[u8]> = (records.iter().take(1))
            .flat_map(Record::iter)
            .map(<[u8]>::trim_ascii)
            .collect();
        let is_here = |name: &&str| names.contains(&name.as_bytes());
        let unparted = shape.width == 1 && is_open;
        let other = || {
            (quoted_lines(&records))
                .or_else(|| other_delimiter(rows, comment))
                .or_else(|| fixed_width(rows, comment))
        };
        if let Some(problem) = unparted.then(other).flatten() {
            return refuse(problem);
        }
        let no_names = !named.iter().any(is_here);
        if let Some(problem) = no_names
            .then(|| title(rows, comment, &records, shape.width))
            .flatten()
        {
            return refuse(problem);
        }
        let header = match format.header {
            Some(header) => header,
            None if !named.is_empty() && named.iter().all(is_here) => true,
            None if odd_first => return refuse(odd_first_line(&records, shape.width, delimiter)),
            None => match judge(&records) {
                FirstLine::Names => true,
                FirstLine::Data => false,
                // With names known that are not here, it can only be data.
                FirstLine::Unknown(_) | FirstLine::Numbers(_)
                    if like.is_some() && named.iter().any(is_here) =>
                {
                    true
                }
                // A name above names or a word above numbers is refused as a row, and numbers are not.
                FirstLine::Unknown(_) if like.is_some_and(|like| like.header == Some(true)) => {
                    false
                }
                FirstLine::Unknown(_) | FirstLine::Numbers(_)
                    if shape.width == 1 && does_not_occur(format, rows) =>
                {
                    let given = format.delimiter.unwrap_or(delimiter);
                    return refuse(TableProblem::Malformed(format!(
                        "the given delimiter `{given}` does not occur; give the one that separates the columns with --delimiter"
                    )));
                }
                FirstLine::Unknown(reason) | FirstLine::Numbers(reason) => {
                    return refuse(TableProblem::NamesOrData { reason });
                }
            },
        };
        Ok(Self {
            delimiter,
            header,
            shape,
        })
    }
}

/// Refuses spaces one after another that may part empty cells rather than align columns: where single spaces cut every line
/// into as many cells, of which a column's are empty here and there.
fn refuse_empty_cells(sample: &[u8], comment: Option<&str>) -> Result<(), Wrong> {
    let mut reader = Records::of_sample(Stream::new(sample), Delimiter::SPACE, comment);
    let (mut record, mut all) = (Record::default(), Vec::new());
    while all.len() < RECORDS
        && let Ok(Some(line)) = reader.next(&mut record)
    {
        all.push((line, record.clone()));
    }
    let width = all.first().map_or(0, |(_, record)| record.len());
    if all.iter().any(|(_, record)| record.len() != width) {
        return Ok(());
    }
    let is_blank = |record: &Record, column| {
        let cell = record.get(column);
        cell.is_none_or(|cell| cell.trim_ascii().is_empty())
    };
    for column in 0..width {
        let mut blank = all.iter().filter(|(_, record)| is_blank(record, column));
        if let Some((line, _)) = blank.next()
            && 1 + blank.count() < all.len()
        {
            let problem = "a cell is empty between single spaces, or runs of spaces separate the cells; give --delimiter whitespace \
                           for runs, or write NA where a value is missing";
            return Err((*line, TableProblem::Malformed(problem.to_owned())));
        }
    }
    Ok(())
}

/// Whether a delimiter is given and no line has it.
fn does_not_occur(format: &TableFormat, rows: &[u8]) -> bool {
    let byte = format.delimiter.and_then(Delimiter::byte);
    byte.is_some_and(|byte| !rows.contains(&byte))
}

/// Why a first line has other cells than those below.
fn odd_first_line(records: &[Record], expected: usize, delimiter: Delimiter) -> TableProblem {
    let found = records.first().map_or(0, Record::len);
    let has_parted = |record: &Record| {
        let cells: Vec<_> = record.iter().map(String::from_utf8_lossy).collect();
        let pairs = cells
            .windows(2)
            .map(|pair| (pair[0].trim(), pair[1].trim()));
        let mut pairs = pairs.filter(|(one, other)| is_parted(&format!("{one},{other}")));
        pairs.any(|(_, other)| matches!(other.len(), 2 | 3))
    };
    let below = records.iter().skip(1).filter(|record| {
        record.len() == expected || record.len() > expected && record.is_blank_from(expected)
    });
    let stray = || below.clone().find_map(stray_marks);
    let are_parted = || below.clone().next().is_some() && below.clone().all(has_parted);
    let hint = if let Some(hint) = stray() {
        hint
    } else if delimiter == Delimiter::COMMA && found < expected && are_parted() {
        "commas within numbers part them, it seems: put such numbers in quotes, or part the cells by semicolons"
    } else if found + 1 == expected {
        "a column has no name, perhaps of row numbers in front: give it one"
    } else {
        "every line must have the same number"
    };
    TableProblem::FirstLine {
        found,
        expected,
        hint,
    }
}

/// Lines at the beginning that look like comments.
struct Leading<'a> {
    mark: &'static str,
    lines: u64,
    first: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Leading<'a> {
    fn of(sample: &'a [u8]) -> Option<Self> {
        let (mut mark, mut lines, mut blank, mut first) = (None, 0, 0, &[][..]);
        let mut rest = sample;
        while let Some(end) = rest.iter().position(|&byte| byte == b'\n') {
            let line = rest[..end].trim_ascii();
            let begins = |mark: &&'static str| line.starts_with(mark.as_bytes());
            match mark {
                None if line.is_empty() => blank += 1,
                None => {
                    mark = Some(COMMENTS.into_iter().find(begins)?);
                    (first, lines) = (line, 1);
                }
                Some(mark) if begins(&mark) || line.is_empty() => lines += 1,
                Some(_) => break,
            }
            rest = &rest[end + 1..];
        }
        // Where all lines begin so, that is how rows begin.
        (!rest.is_empty()).then_some(Self {
            mark: mark?,
            lines: lines + blank,
            first,
            rest,
        })
    }

    /// Refuses lines that are not a row of names.
    fn check(&self, rows: &[u8], delimiter: Delimiter) -> Result<(), Wrong> {
        let mut record = Record::default();
        cut(self.first, delimiter, Stray::Literal, &mut record);
        let width = shape(&records(rows, delimiter, None).1).width;
        // `#id,x,y` above rows of three cells.
        if self.lines == 1 && width > 1 && record.len() == width {
            return Ok(());
        }
        Err((1, TableProblem::LeadingComments { mark: self.mark }))
    }
}

/// The first records, and the line of the first.
fn records(sample: &[u8], delimiter: Delimiter, comment: Option<&str>) -> (u64, Vec<Record>) {
    let mut reader = Records::of_sample(Stream::new(sample), delimiter, comment);
    let (mut record, mut all, mut first) = (Record::default(), Vec::new(), 1);
    while all.len() < RECORDS
        && let Ok(Some(line)) = reader.next(&mut record)
    {
        if all.is_empty() {
            first = line;
        }
        all.push(record.clone());
    }
    (first, all)
}

/// How many cells most lines below the first have, which columns hold numbers, and whether lines end with a delimiter.
fn shape(records: &[Record]) -> Shape {
    let (first, rest) = match records {
        [] => return Shape::default(),
        [one] => (one, records),
        [first, rest @ ..] => (first, rest),
    };
    let most = usual_width(rest);
    let usual = || rest.iter().filter(|record| record.len() == most);
    let is_blank = |record: &Record, column| {
        let cell = record.get(column);
        cell.is_none_or(|cell| cell.trim_ascii().is_empty())
    };
    let mut width = most;
    while records.len() > 1
        && width > 1
        && is_blank(first, width - 1)
        && usual().all(|record| is_blank(record, width - 1))
    {
        width -= 1;
    }
    let above = first.len() > width && (width..first.len()).all(|column| is_blank(first, column));
    let numeric = (0..width).map(|column| {
        let mut balance = 0i64;
        for cell in usual().filter_map(|record| record.get(column)) {
            balance += match of_bytes(cell) {
                Look::Value => 1,
                Look::Text => -1,
                Look::Nothing => 0,
            };
        }
        balance > 0
    });
    Shape {
        width,
        numeric: numeric.collect(),
        trailing: width < most || above,
    }
}

fn of_bytes(bytes: &[u8]) -> Look {
    // What is not UTF-8 is text here; reading will refuse it.
    look(std::str::from_utf8(bytes).unwrap_or("\u{FFFD}"))
}

/// The delimiter given, or the one that cuts the lines most evenly, then that of a table `like` this one, then the one that
/// leaves the cleanest cells and most numbers.
fn find_delimiter(
    sample: &[u8],
    comment: Option<&str>,
    given: Option<Delimiter>,
    like: Option<&TableFormat>,
    named: &[&str],
) -> Delimiter {
    let usual = like.and_then(|like| like.delimiter);
    if let (Some(usual), None) = (usual, given)
        && fits_usual(&records(sample, usual, comment).1, named)
    {
        return usual;
    }
    let score = |delimiter| {
        Score::of(
            &records(sample, delimiter, comment).1,
            usual == Some(delimiter),
        )
    };
    if let Some(delimiter) = given {
        // Spaces that align columns come in runs.
        if delimiter.byte() == Some(b' ')
            && let Some(runs) = score(Delimiter::SPACES)
            && score(delimiter)
                .is_none_or(|single| (single.even, single.density()) < (runs.even, runs.density()))
        {
            return Delimiter::SPACES;
        }
        return delimiter;
    }
    let mut best: Option<(Delimiter, Score)> = None;
    for delimiter in CANDIDATES {
        let found = score(delimiter)
            .filter(|score| delimiter != Delimiter::SPACES || score.is_of_numbers());
        if let Some(score) = found
            && best.as_ref().is_none_or(|(_, old)| score.is_better(old))
        {
            best = Some((delimiter, score));
        }
    }
    best.map_or(usual.unwrap_or(Delimiter::COMMA), |(delimiter, _)| {
        delimiter
    })
}

/// Whether the delimiter of another table leaves a line of all names that are asked for, or, for a single one, cells that are
/// numbers: `1,5` is one where `;` parts.
fn fits_usual(records: &[Record], named: &[&str]) -> bool {
    let has = |record: &Record, name: &str| {
        let mut cells = record.iter();
        cells.any(|cell| cell.trim_ascii() == name.as_bytes())
    };
    let is_number = |record: &Record| {
        let cell = record
            .get(0)
            .and_then(|cell| std::str::from_utf8(cell).ok());
        record.len() == 1 && cell.is_some_and(|cell| is_like_a_number(cell.trim()))
    };
    let first = records.first();
    first.is_some_and(|first| !named.is_empty() && named.iter().all(|name| has(first, name)))
        || named.len() == 1 && !records.is_empty() && records.iter().all(is_number)
}

#[cfg(test)]
mod tests;
