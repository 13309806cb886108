//! Which delimiter a table has, how many cells per line, and whether its first line holds names.

use super::cut::{Record, Stray, cut};
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
            .then(|| title(rows, &records, shape.width))
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

/// Whether the commas of all lines are decimal ones: below a name alone, or, where that is `open`, if a zero leads what would be a
/// second number.
fn is_decimal_column(records: &[Record], open: bool) -> bool {
    let text = |cell: &[u8]| String::from_utf8_lossy(cell).trim().to_owned();
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_whole = |text: &str| is_digits(text.strip_prefix(['-', '+']).unwrap_or(text));
    // Both halves of a number, or all of it.
    let halves = |record: &Record| {
        let cells: Vec<String> = record.iter().map(text).collect();
        match &cells[..] {
            [whole] => is_whole(whole).then(String::new),
            [whole, decimals] => (is_whole(whole) && is_digits(decimals)).then(|| decimals.clone()),
            _ => None,
        }
    };
    let Some((first, rest)) = records.split_first() else {
        return false;
    };
    let below: Option<Vec<String>> = rest.iter().map(halves).collect();
    let Some(below) = below.filter(|below| below.iter().any(|decimals| !decimals.is_empty()))
    else {
        return false;
    };
    let is_name = first.len() == 1
        && first
            .get(0)
            .is_some_and(|cell| of_bytes(cell) == Look::Text);
    let has_zero = |decimals: &String| decimals.len() > 1 && decimals.starts_with('0');
    is_name || open && halves(first).is_some() && below.iter().any(has_zero)
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
    let below = records
        .iter()
        .skip(1)
        .filter(|record| record.len() == expected);
    let stray = || below.clone().find_map(stray_marks);
    let hint = if let Some(hint) = stray() {
        hint
    } else if delimiter == Delimiter::COMMA && found < expected && below.clone().all(has_parted) {
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
mod tests {
    use super::*;

    fn detect(sample: &str) -> Result<Dialect, Wrong> {
        Dialect::detect(sample.as_bytes(), &TableFormat::default(), None, &[])
    }

    fn found(sample: &str) -> (String, bool) {
        let dialect = detect(sample).unwrap();
        (dialect.delimiter.to_string(), dialect.header)
    }

    #[test]
    fn the_delimiter_is_the_one_that_cuts_evenly() {
        let found = |sample| {
            let (delimiter, header) = found(sample);
            format!("{delimiter} {header}")
        };
        assert_eq!(found("a,b\n1,2\n"), ", true");
        assert_eq!(found("a;b;c\n1,5;2,5;x\n2,5;3;x\n"), "; true");
        assert_eq!(found("1\t2\n3\t4\n"), "tab false");
        assert_eq!(found("a|b\n1|2\n"), "| true");
        assert_eq!(found("y\n0,716\n1,5\n2\n"), "; true");
        assert_eq!(found("0,716\n1,05\n"), "; false");
        assert_eq!(found("0,716\n1,5\n"), ", false");
        assert_eq!(found("\"a;b\",c\n1,2\n"), ", true");
        assert_eq!(found("1\n2\n"), ", false");
        // One ragged line does not hide the delimiter.
        assert_eq!(found("1;2\n3;4\n5\n6;7\n"), "; false");
        // Decimal commas part no cells, nor do lists inside of cells.
        assert_eq!(found("4,5;2,5;ja\n1,5;2,0;ja\n3,5;1,0;nein\n"), "; false");
        assert_eq!(found("4,5;rot;ja\n1,5;blau;ja\n3,5;rot;nein\n"), "; false");
        assert_eq!(found("id,genre,y\n1,a;b,2\n2,c;d,3\n"), ", true");
        assert_eq!(found("3 000;4 000;1\n2 500;1 000;2\n"), "; false");
    }

    #[test]
    fn runs_of_spaces_are_found_where_numbers_are_aligned() {
        assert_eq!(found("1.5 2.5 yes\n0.0 0.3 no\n1 2 no\n").0, "whitespace");
        assert_eq!(found("   1.50   2.50\n  -0.27  -0.89\n").0, "whitespace");
        assert_eq!(
            found("18.0  8  307.0\t\"ford torino\"\n15.0  8  350.0\t\"buick\"\n").0,
            "whitespace"
        );
        assert_eq!(found("4,5  2,5  1\n1,5  2,0  2\n").0, "whitespace");
        let space = |sample: &str| {
            let format = TableFormat {
                delimiter: Some(" ".parse().unwrap()),
                header: Some(false),
                ..TableFormat::default()
            };
            match Dialect::detect(sample.as_bytes(), &format, None, &[]) {
                Ok(dialect) => dialect.delimiter.to_string(),
                Err((line, problem)) => format!("line {line}: {problem}"),
            }
        };
        let prose = find_delimiter(b"say what\nnot much\n", None, None, None, &[]);
        assert_eq!(prose, Delimiter::COMMA);
        assert_eq!(space("1 2\n3 4\n"), "space");
        assert_eq!(space(" 1  2\n13 14\n"), "whitespace");
        // The first line lacks its second cell, and the second its first, or the columns are aligned.
        assert!(space("1  2\n 3 4\n").starts_with("line 2: a cell is empty"));
        assert!(space("1 5 2\n1  2\n3 4 5\n").contains("space"));
        assert_eq!(space("1  2\n3  4\n"), "whitespace");
    }

    #[test]
    fn titles_and_rare_delimiters_are_told() {
        let problem = |sample: &str| match detect(sample) {
            Ok(dialect) => format!("{dialect:?}"),
            Err((line, problem)) => format!("line {line}: {problem}"),
        };
        assert_eq!(
            problem("Sales of 2024\na,b,y\n1,2,u\n3,4,v\n"),
            "line 1: `Sales of 2024` is alone above lines of 3 cells, as a title is, but the names must be on the first line; skip \
             it with --comment 'Sales of 2024'"
        );
        assert!(
            problem("Sales,,\na,b,y\n1,2,u\n3,4,v\n").ends_with("skip it with --comment Sales")
        );
        assert!(
            problem("Sales\nall shops\na,b,y\n1,2,u\n3,4,v\n5,6,u\n")
                .ends_with("remove the first 2 lines")
        );
        assert!(
            problem("Sales, all shops\na,b,y\n1,2,u\n3,4,v\n")
                .contains("skip it with --comment 'Sales, all shops'")
        );
        // As a comment's mark it would skip other lines, too.
        assert!(problem("a\na,b,y\n1,2,u\n3,4,v\n").ends_with("first line; remove it"));
        assert!(problem("a,y\nrow1,2,u\nrow2,4,v\nrow3,4,v\n").contains("has no name"));
        // A header without names, numbers and a line cut short are none.
        assert!(detect("id,,\n1,2,u\n3,4,v\n").is_ok());
        assert!(problem("7\n1,2,u\n3,4,v\n").contains("the line has 1 cell"));
        for sample in ["a:b:y\n1:2:u\n3:4:v\n", "1:2:3\n3:4:5\n"] {
            assert_eq!(
                problem(sample),
                "line 1: no known delimiter splits the lines, but `:` splits each into 3 cells; give --delimiter ':'"
            );
        }
        assert!(detect("time\n12:30\n13:30\n").is_ok());
        let quoted = "\"1,u\"\n\"3,v\"\n";
        for header in ["\"a,y\"", "a,y"] {
            let said = problem(&format!("{header}\n{quoted}"));
            assert!(
                said.contains("every line is one quoted cell, with 2 cells"),
                "{said}"
            );
        }
        assert!(problem("a,b,y\n1,x\\, 2,u\n3,y\\, 4,v\n").contains("a backslash does not hold"));
        assert!(problem("a,b,y\n1,'x, 2',u\n3,'y, 4',v\n").contains("single quotes do not hold"));
    }

    #[test]
    fn a_table_for_a_model_is_parted_as_its_own() {
        let like = TableFormat {
            delimiter: Some(Delimiter::SEMICOLON),
            header: Some(true),
            ..TableFormat::default()
        };
        let found = |sample: &str, named: &[&str]| {
            let plain = TableFormat::default();
            let dialect = Dialect::detect(sample.as_bytes(), &plain, Some(&like), named);
            dialect.unwrap().delimiter.to_string()
        };
        assert_eq!(found("x\n1,5\n2,5\n", &["x"]), ";");
        assert_eq!(found("1,5\n2,5\n", &["x"]), ";");
        assert_eq!(found("x,z\n1,5\n2,5\n", &["x"]), ",");
        assert_eq!(found("x,z\n1,5\n2,5\n", &["x", "z"]), ",");
    }

    #[test]
    fn empty_cells_between_tabs_stay_cells() {
        for rows in [
            "1.5\t\t7\tyes\n\t2.5\t8\tno\n1.7\t\t6\tyes\n\t2.4\t9\tno\n",
            "1.5\t\t7\t0.5\n\t2.5\t8\t0.7\n1.7\t\t6\t0.1\n",
            "\t2\t8\n\t4\t9\n\t3\t7\n",
        ] {
            assert_eq!(found(rows), ("tab".to_owned(), false), "{rows}");
        }
        // A tab too many on a line is not an empty cell.
        let rows = "1\t2\t3\n4\t5\t6\n7\t\t8\t9\n3\t2\t1\n";
        assert_eq!(found(rows).0, "whitespace");
    }

    #[test]
    fn a_delimiter_at_the_end_is_no_column() {
        let shape = |sample| {
            let shape = detect(sample).unwrap().shape;
            (shape.width, shape.trailing)
        };
        assert_eq!(shape("a,b,\n1,2,\n3,4,\n"), (2, true));
        assert_eq!(shape("a,b\n1,2,\n3,4,\n"), (2, true));
        assert_eq!(shape("a,b,\n1,2\n3,4\n"), (2, true));
        assert_eq!(shape("1,2,\n3,4,\n"), (2, true));
        assert_eq!(shape("a,b,,\n1,2,,\n3,4,,\n"), (2, true));
        assert_eq!(shape("a,b,c\n1,2,\n3,4,\n"), (3, false));
        assert_eq!(shape("1,2,\n3,4,5\n"), (3, false));
    }

    #[test]
    fn a_delimiter_that_does_not_occur_is_told() {
        let format = TableFormat {
            delimiter: Some(Delimiter::SEMICOLON),
            ..TableFormat::default()
        };
        let detect = |sample: &str| Dialect::detect(sample.as_bytes(), &format, None, &[]);
        let (_, problem) = detect("a,b\n1,x\n2,y\n").unwrap_err();
        assert!(
            problem
                .to_string()
                .contains("the given delimiter `;` does not occur"),
            "{problem}"
        );
        assert!(detect("a\n1\n2\n").is_ok());
    }

    #[test]
    fn lines_before_the_table_are_told() {
        let refuse = |sample| detect(sample).unwrap_err();
        let (line, problem) = refuse("# made by hand\n# twice, at least\n1,2\n3,4\n");
        assert_eq!(line, 1);
        assert!(problem.to_string().contains("--comment '#'"), "{problem}");
        assert!(
            refuse("|1x3 Cross validator\n1, x\n2, y\n")
                .1
                .to_string()
                .contains("--comment '|'")
        );
        // A name may begin with such a mark.
        assert_eq!(found("#id,x\n1,2\n3,4\n"), (",".to_owned(), true));
        assert_eq!(found("|1|2\n|3|4\n").0, "|");
        let (line, problem) = refuse("\nMy table\na,b\n1,2\n3,4\n");
        assert_eq!(line, 2);
        assert!(problem.to_string().contains("title"), "{problem}");
        assert!(
            refuse("a,b\n1,2,3\n2,4,5\n")
                .1
                .to_string()
                .contains("has no name")
        );
    }

    #[test]
    fn names_asked_for_make_a_header() {
        let sample = b"0,1,2\n1.5,2,1\n3,4,0\n";
        let header = |header, named: &[&str]| {
            let format = TableFormat {
                header,
                ..TableFormat::default()
            };
            Dialect::detect(sample, &format, None, named).map(|dialect| dialect.header)
        };
        assert!(header(None, &[]).is_err());
        assert_eq!(header(None, &["2"]), Ok(true));
        assert_eq!(header(Some(false), &["2"]), Ok(false));
        let like = TableFormat {
            header: Some(true),
            ..TableFormat::default()
        };
        let format = TableFormat::default();
        let known = Dialect::detect(sample, &format, Some(&like), &["length"]);
        assert!(known.is_err());
        // Texts that are not names are refused as data.
        let sample = b"red,1,2\nblue,2,1\ngreen,4,0\n";
        let known = Dialect::detect(sample, &format, Some(&like), &["length"]);
        assert_eq!(known.map(|dialect| dialect.header), Ok(false));
    }
}
