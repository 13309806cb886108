//! Whether the first line of a table holds names or data, judged by the lines below.

use std::cmp::Ordering;

use super::cell::TableCell;
use super::cut::Record;
use super::disguise::{self, Look, disguise, look};

/// What the first line holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FirstLine {
    Names,
    Data,
    /// It cannot be told, for this reason.
    Unknown(&'static str),
    /// Its numbers may be names, for this reason: as a row they would be read without a word.
    Numbers(&'static str),
}

/// Words above numbers that are not names: further ones for missing values.
const NO_NAMES: [&str; 19] = [
    "-", "--", "---", ".", "..", "*", "**", "n.a.", "na", "n/a", "nd", "n.d.", "nil", "none",
    "null", "unknown", "missing", "#n/a", "#div/0!",
];

/// Lines of which fewer than one in so many are alike: they are not an accident.
const RARE: usize = 10;

/// The chance below which it is not an accident that values of the first line never return.
const ACCIDENT: f64 = 0.01;

/// The chance up to which a text that never returns speaks for names, be there numbers beside it.
const DOUBT: f64 = 0.1;

/// What a cell is, as far as names and data differ.
enum Kind<'a> {
    Nothing,
    /// A number, or what has digits and no letters: `4,5`, `$1,000`, a date.
    Value,
    Text(&'a str),
}

fn kind(text: &str) -> Kind<'_> {
    match look(text) {
        Look::Nothing => Kind::Nothing,
        Look::Value => Kind::Value,
        Look::Text
            if text.contains(|c: char| c.is_ascii_digit())
                && !text.contains(char::is_alphabetic) =>
        {
            Kind::Value
        }
        Look::Text => Kind::Text(text.trim()),
    }
}

/// What the cells of a column are.
#[derive(Debug, Default)]
struct Below<'a> {
    values: usize,
    /// How many of the values have a unit, or are dates or times.
    dressed: usize,
    texts: Vec<&'a str>,
}

impl<'a> Below<'a> {
    fn of(rest: &'a [Record], column: usize) -> Self {
        let mut below = Self::default();
        for text in rest.iter().filter_map(|record| text(record, column)) {
            match kind(text) {
                Kind::Value => {
                    below.values += 1;
                    below.dressed += usize::from(is_dressed(text));
                }
                Kind::Text(text) => below.texts.push(text),
                Kind::Nothing => {}
            }
        }
        below
    }

    fn is_numeric(&self) -> bool {
        self.values > self.texts.len()
    }

    /// The chance that a value of this column is none of the others: the share of values that come once.
    fn chance_to_be_new(&self) -> f64 {
        let mut texts = self.texts.clone();
        texts.sort_unstable();
        let once = texts
            .chunk_by(|a, b| a == b)
            .filter(|run| run.len() == 1)
            .count();
        (once as f64 + 0.5) / (texts.len() as f64 + 1.0)
    }
}

fn text(record: &Record, column: usize) -> Option<&str> {
    let bytes = record.get(column)?;
    // What is not UTF-8 is text here; reading will refuse it.
    Some(std::str::from_utf8(bytes).unwrap_or("\u{FFFD}").trim())
}

/// Judges the first of the records.
///
/// Text above a column of numbers is a name; a number above one is data, and so is a text that returns in its column. Where one
/// cell speaks for names and another for data, that is not judged.
/// Numbers that count from column to column (`0,1,2`), rise or fall as those of hardly another line (years, wavelengths), or are
/// far from all below them may be names. Texts above texts are names if it would be an accident that none of them returns; beside
/// numbers above numbers they may be.
pub(super) fn judge(records: &[Record]) -> FirstLine {
    let Some((first, below)) = records.split_first() else {
        return FirstLine::Data;
    };
    // A header may be repeated where files were joined.
    let rest: Vec<Record> = below
        .iter()
        .filter(|record| *record != first)
        .cloned()
        .collect();
    let rest = if rest.is_empty() { below } else { &rest[..] };
    if rest.is_empty() {
        // A single line is a sample if it has a number, and else a header without data.
        let mut cells = (0..first.len()).filter_map(|column| text(first, column));
        return match cells.any(|cell| matches!(kind(cell), Kind::Value)) {
            true => FirstLine::Data,
            false => FirstLine::Names,
        };
    }
    let (mut names, mut numbers, mut dressed, mut returns, mut chance) = (0, 0, 0, false, 1.0);
    for column in 0..first.len() {
        let Some(cell) = text(first, column) else {
            continue;
        };
        let below = Below::of(rest, column);
        match kind(cell) {
            Kind::Nothing => {}
            Kind::Text(name) if below.texts.contains(&name) => returns = true,
            Kind::Text(name) if below.is_numeric() => {
                names += usize::from(!NO_NAMES.contains(&name.to_lowercase().as_str()));
            }
            Kind::Text(_) if !below.texts.is_empty() => chance *= below.chance_to_be_new(),
            Kind::Text(_) => {}
            Kind::Value if below.is_numeric() => {
                numbers += 1;
                dressed += usize::from(below.dressed == 0 && is_dressed(cell));
            }
            Kind::Value => {}
        }
    }
    let counts = (counts(first) && !rest.iter().any(counts)) || counts_behind_index(first, rest);
    let doubt = numbers_as_names(first, rest);
    match (names, numbers) {
        (1.., 0) if returns => FirstLine::Unknown(
            "one of its cells is text above a column of numbers, and another is repeated below",
        ),
        (0, 0) if returns && chance < ACCIDENT => FirstLine::Unknown(
            "one of its cells is repeated below, and others are not among the values below them",
        ),
        _ if returns => FirstLine::Data,
        (1.., 0) => FirstLine::Names,
        (1.., _) if counts => FirstLine::Names,
        (1.., _) => {
            FirstLine::Unknown("some cells are text and some numbers, above columns of numbers")
        }
        (0, 2..) if dressed == numbers => FirstLine::Unknown(
            "its cells have units, or are dates or times, above columns of plain numbers",
        ),
        (0, 1..) if counts && chance < ACCIDENT => FirstLine::Names,
        (0, 1..) if counts => FirstLine::Numbers("its numbers count from column to column"),
        (0, 1..) if chance <= DOUBT => FirstLine::Unknown(
            "some cells are numbers above columns of numbers, and one is a text that is not among those below it, which repeat",
        ),
        (0, 1..) => doubt.map_or(FirstLine::Data, FirstLine::Numbers),
        (0, 0) if has_twice(first) => FirstLine::Data,
        (0, 0) if chance < ACCIDENT => FirstLine::Names,
        (0, 0) if chance < 1.0 => FirstLine::Unknown(
            "its cells are text like those below, and none of them is repeated there",
        ),
        (0, 0) => FirstLine::Data,
    }
}

/// The number in a cell; none where the number is not finite.
fn plain_number(record: &Record, column: usize) -> Option<f64> {
    let number = text(record, column)?.parse::<f64>().ok()?;
    number.is_finite().then_some(number)
}

/// The numbers of a line, in order.
fn numbers_of(record: &Record) -> Vec<f64> {
    (0..record.len())
        .filter_map(|column| plain_number(record, column))
        .collect()
}

/// Whether the numbers of a line, three or more, are whole and each is one above the last.
fn counts(record: &Record) -> bool {
    let numbers = numbers_of(record);
    let is_next = |pair: &[f64]| pair[1] - pair[0] == 1.0;
    numbers.len() > 2 && numbers[0].fract() == 0.0 && numbers.windows(2).all(is_next)
}

/// Whether numbers, three or more, rise strictly, or fall so; none where they do neither.
fn direction(numbers: &[f64]) -> Option<Ordering> {
    let order = numbers.first()?.partial_cmp(numbers.get(1)?)?;
    let same = |pair: &[f64]| pair[0].partial_cmp(&pair[1]) == Some(order);
    (numbers.len() > 2 && order != Ordering::Equal && numbers.windows(2).all(same)).then_some(order)
}

/// Whether numbers have one distance from each to the next, as far as they are exact.
fn are_even(numbers: &[f64]) -> bool {
    const EXACT: f64 = 1e-9;
    let step = numbers[1] - numbers[0];
    let same = |pair: &[f64]| (pair[1] - pair[0] - step).abs() <= EXACT * step.abs();
    numbers.windows(2).all(same)
}

/// Why the numbers of a line may be names, if they may.
///
/// Numbers that rise or fall as those of hardly another line are names of years, wavelengths or positions where they are whole or
/// evenly spaced; others are data in a table of few columns unless one of them lies beyond its column. Below ten lines, and with
/// as many columns, the order of a line is not an accident.
fn numbers_as_names(first: &Record, rest: &[Record]) -> Option<&'static str> {
    /// So many numbers are in order by chance once in sixty lines.
    const MANY: usize = 5;
    let numbers = numbers_of(first);
    let beyond: Vec<Beyond> = (0..first.len())
        .filter_map(|column| Beyond::of(first, rest, column))
        .collect();
    let enough = rest.len() >= RARE;
    let alike = |order| {
        let same = |row: &&Record| direction(&numbers_of(row)) == Some(order);
        rest.iter().filter(same).count()
    };
    if let Some(order) = direction(&numbers)
        && RARE * alike(order) < rest.len()
        && (numbers.iter().all(|number| number.fract() == 0.0)
            || are_even(&numbers)
            || enough && (numbers.len() >= MANY || beyond.iter().any(|beyond| beyond.outside)))
    {
        return Some(match order {
            Ordering::Less => "its numbers rise from column to column, as in hardly any other line",
            _ => "its numbers fall from column to column, as in hardly any other line",
        });
    }
    (enough && beyond.len() > 1 && beyond.iter().all(|beyond| beyond.far))
        .then_some("its numbers are far from all below them, in every column")
}

/// How a number of the first line lies to those below it.
struct Beyond {
    /// Whether it is less or greater than all of them.
    outside: bool,
    /// Whether it is farther from all of them than they are from each other.
    far: bool,
}

impl Beyond {
    /// Of a column in which the first line has a number, and the lines below have any.
    fn of(first: &Record, rest: &[Record], column: usize) -> Option<Self> {
        let number = plain_number(first, column)?;
        let below = rest.iter().filter_map(|row| plain_number(row, column));
        let (least, greatest) = below.fold(None, |range: Option<(f64, f64)>, number| {
            let (least, greatest) = range.unwrap_or((number, number));
            let least = if number < least { number } else { least };
            Some((least, if number > greatest { number } else { greatest }))
        })?;
        let gap = if number < least {
            least - number
        } else {
            number - greatest
        };
        Some(Self {
            outside: gap > 0.0,
            far: gap > greatest - least,
        })
    }
}

/// Whether a line counts from 0 behind an empty cell, and in its column no other is empty: an index is written so.
fn counts_behind_index(first: &Record, rest: &[Record]) -> bool {
    let is_blank = |record: &Record| text(record, 0).is_some_and(str::is_empty);
    let is_position = |column: usize| text(first, column) == Some(&(column - 1).to_string()[..]);
    first.len() > 1
        && is_blank(first)
        && !rest.iter().any(is_blank)
        && (1..first.len()).take(2).all(is_position)
}

/// Whether a value has a unit, or is a date or a time.
fn is_dressed(text: &str) -> bool {
    use disguise::Kind::{Marked, Negative};
    matches!(TableCell::of(text), TableCell::Text(text)
        if disguise(text).is_some_and(|found| !matches!(found.kind, Marked | Negative)))
}

/// Whether two cells are the same text: names differ.
fn has_twice(record: &Record) -> bool {
    let mut cells: Vec<&str> = (0..record.len())
        .filter_map(|column| text(record, column))
        .filter(|text| !text.is_empty())
        .collect();
    cells.sort_unstable();
    cells.windows(2).any(|pair| pair[0] == pair[1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::cut::{Stray, cut};
    use crate::table::format::Delimiter;

    fn judged(text: &str) -> FirstLine {
        let record = |line: &str| {
            let mut record = Record::default();
            cut(
                line.as_bytes(),
                Delimiter::COMMA,
                Stray::TableSummary,
                &mut record,
            );
            record
        };
        judge(&text.lines().map(record).collect::<Vec<_>>())
    }

    fn is_unknown(text: &str) -> bool {
        matches!(judged(text), FirstLine::Unknown(_) | FirstLine::Numbers(_))
    }

    #[test]
    fn a_header_is_text_above_numbers() {
        assert_eq!(judged("5.1,3.5,setosa\n4.9,3.0,setosa\n"), FirstLine::Data);
        assert_eq!(
            judged("length,width,species\n4.9,3.0,setosa\n"),
            FirstLine::Names
        );
        // Missing cells and the odd misspelt number do not hide it.
        assert_eq!(judged("x,y\n1,a\n2,b\nthree,c\n"), FirstLine::Names);
        assert_eq!(judged("x,y\n,a\n2,b\n"), FirstLine::Names);
        assert_eq!(judged(",a,b\n0,1.5,x\n1,2.5,y\n"), FirstLine::Names);
        assert_eq!(judged(",1\n2,3\n"), FirstLine::Data);
        assert_eq!(judged("x,y\n"), FirstLine::Names);
        assert_eq!(judged("1,y\n"), FirstLine::Data);
        // Joined files repeat it.
        assert_eq!(judged("x,y\n1,2\n3,4\nx,y\n5,6\n"), FirstLine::Names);
    }

    #[test]
    fn a_word_for_a_missing_value_is_no_name() {
        assert_eq!(judged("n.a.,0.5,a\n1,0.3,a\n2,0.1,b\n"), FirstLine::Data);
        assert_eq!(
            judged("unheard,0.5,a\n1,0.3,a\n2,0.1,b\nunheard,1,a"),
            FirstLine::Data
        );
        assert!(is_unknown("unheard,0.5,a\n1,0.3,b\n2,0.1,b\n"));
        // The class returns, so that the row is data whatever the word means.
        assert_eq!(judged("unheard,0.5,a\n1,0.3,a\n2,0.1,b\n"), FirstLine::Data);
    }

    #[test]
    fn numbers_that_count_may_be_names() {
        assert!(is_unknown("0,1,2\n0.0,0.3,0.3\n-0.27,-0.89,-1.16\n"));
        assert!(is_unknown(
            "land,1990,1991,1992\nPeru,3,4,5.5\nFiji,2,2,1\n"
        ));
        assert_eq!(judged("0,1,2,label\n1,2,2,4\n5,6,1,0\n"), FirstLine::Names);
        // Counting rows, and two columns, are ordinary.
        assert_eq!(judged("1,2,3\n4,5,6\n7,8,8\n"), FirstLine::Data);
        assert_eq!(judged("0,1\n1,0\n1,1\n"), FirstLine::Data);
        assert_eq!(judged("1,2,3,a\n7,5,6,a\n"), FirstLine::Data);
    }

    #[test]
    fn whole_numbers_that_rise_as_no_others_do_may_be_names() {
        let below = "7,3,4\n2,9,1\n5,5,6\n";
        let table = |first: &str| format!("{first}\n{}", below.repeat(10));
        assert!(is_unknown(&table("1990,2000,2010")));
        assert!(is_unknown(&table("0,10,50")));
        // Beyond all below them they need not be in order.
        assert!(is_unknown(&table("1990,2000.5,2010")));
        assert!(is_unknown(&table("1990,2010,2000")));
        assert_eq!(judged(&table("7,2010,2000.5")), FirstLine::Data);
        assert_eq!(judged(&table("7,2010,2000")), FirstLine::Data);
        // Rows that rise are ordinary here.
        let rising = "1,5,9\n2,3,8\n4,4,1\n";
        assert_eq!(judged(&rising.repeat(10)), FirstLine::Data);
    }

    #[test]
    fn numbers_that_fall_and_fractions_in_order_may_be_names() {
        let rows = |first: &str, below: &str| format!("{first}\n{}", below.repeat(10));
        let below = "3,7,4\n2,9,1\n5,2,6\n";
        for first in ["2020,2019,2018", "50,10,0", "0.1,0.2,0.3", "1,2.5,80.5"] {
            assert!(is_unknown(&rows(first, below)), "{first}");
        }
        // Measurements in order that are not a scale, and rows that fall as well.
        assert_eq!(judged(&rows("2.1,5.2,5.9", below)), FirstLine::Data);
        let falling = "9,5,1\n8,3,2\n1,4,4\n";
        assert_eq!(judged(&rows("7,4,3", falling)), FirstLine::Data);
        // Five and more are in order by no accident.
        let wide = "3.5,7,4,1,8\n2,9,1,5,5\n5.1,2,6,1,0.5\n";
        assert!(is_unknown(&rows("2.1,3,3.5,4.1,5", wide)));
        // Of a few lines no order tells anything, but that of a scale.
        assert_eq!(judged("1.5,2.1,7\n3,7,4\n2,9,1\n"), FirstLine::Data);
        assert!(is_unknown("0.1,0.5,0.9\n3,7,4\n2,9,1\n"));
    }

    #[test]
    fn a_text_that_never_returns_may_be_a_name_beside_numbers() {
        let rows = |first: &str| {
            let row = |i: usize| format!("{},{}.5,{}\n", i * 7 % 11, i * 5 % 13, ["a", "b"][i % 2]);
            format!("{first}\n") + &(0..40).map(row).collect::<String>()
        };
        for first in ["0,1,label", "400,300,cls", "0,0.1,class"] {
            assert!(is_unknown(&rows(first)), "{first}");
        }
        assert_eq!(judged(&rows("0,1,a")), FirstLine::Data);
        // Among names of rows each is new, and so is a class of which there are many.
        let row = |i: usize| format!("s{i},{},{}\n", i * 7 % 11, ["a", "b"][i % 2]);
        let named = |first: &str| format!("{first}\n") + &(0..40).map(row).collect::<String>();
        assert!(is_unknown(&named("Id,300,cls")));
        assert_eq!(judged(&named("t,3,a")), FirstLine::Data);
        let row = |i: usize| format!("{},c{}\n", i * 7 % 11, i / 2 * 2 + i % 3);
        let many = "5,c\n".to_owned() + &(0..40).map(row).collect::<String>();
        assert_eq!(judged(&many), FirstLine::Data);
    }

    #[test]
    fn an_index_and_units_may_stand_above_numbers() {
        assert!(is_unknown(",0,1\n0,0.5,1.5\n1,2.5,3.5\n2,1,1\n"));
        assert!(is_unknown(",0\n0,0.5\n1,2.5\n"));
        assert_eq!(judged(",0,1\n0,0.5,1.5\n,2.5,3.5\n"), FirstLine::Data);
        assert!(is_unknown("10%,50%,90%\n1,2,3\n3,4,5\n"));
        assert!(is_unknown("2 m,5 m,10 m\n1,2,3\n3,4,5\n"));
        assert!(is_unknown("2020-01-01,2020-02-01\n1,2\n3,4\n"));
        assert!(is_unknown("08:00,12:00,16:00\n1,2,3\n3,4,5\n"));
        // Units below are units above.
        assert_eq!(judged("10%,50%\n20%,30%\n40%,50%\n"), FirstLine::Data);
        assert_eq!(judged("2020-01-01,5\n2020-01-02,6\n"), FirstLine::Data);
    }

    #[test]
    fn texts_that_never_return_are_names() {
        let rows = |first: &str| {
            let cell = |i: usize| ["low", "med", "high"][i % 3];
            let row = |i: usize| format!("{},{},{}\n", cell(i), cell(i / 3), ["yes", "no"][i % 2]);
            first.to_owned() + &(0..20).map(row).collect::<String>()
        };
        assert_eq!(judged(&rows("buying,safety,class\n")), FirstLine::Names);
        assert_eq!(judged(&rows("")), FirstLine::Data);
        assert_eq!(judged(&rows("vhigh,low,no\n")), FirstLine::Data);
        assert!(is_unknown(&rows("low,size,class\n")));
        assert_eq!(judged(&rows("x,x,y\n")), FirstLine::Data);
        assert!(is_unknown("name,kind\nann,x\nbob,y\n"));
        // Text above numbers, and a word that returns.
        assert!(is_unknown("a,t,y\n1.5,t,u\n2.5,f,v\n"));
    }
}
