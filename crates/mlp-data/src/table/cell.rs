//! One cell: a number, text, or nothing.

use std::borrow::Cow;

use super::format::DecimalMark;
use super::number::{Marks, format_number, number};
use crate::Place;
pub(super) use crate::names::shortened;

/// How numbers are written as a rule.
const USUAL: Marks = (DecimalMark::Point, None);

/// What a cell holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum TableCell<'a> {
    /// A finite number, and how it is written.
    Number(f64, Spelling<'a>),
    /// Infinity, or a number too large for 64 bits.
    NotFinite(&'a str),
    /// Nothing, NaN, or a word that stands for a missing value in every column that is not read as text.
    Missing(&'a str),
    /// Certainly nothing, as this word says: a null, a number that is none, a gap by the rules of the kind of file.
    Absent(&'static str),
    /// Anything else.
    Text(&'a str),
}

/// How a number is written: as a class it is called so.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Spelling<'a> {
    /// As numbers are written here ([`format_number`]).
    Usual,
    /// In these letters.
    Text(&'a str),
    /// Digit by digit, for a whole number that may be beyond those of 64 bits with a fraction.
    Integer(i128),
    /// Yes or no, of a column of booleans; pandas writes it so into text.
    Truth(bool),
}

/// A number as it stands in a cell.
#[derive(Clone, Copy, Debug)]
pub(super) struct Numeral<'a> {
    pub number: f64,
    pub spelling: Spelling<'a>,
    pub place: Place,
}

impl<'a> Numeral<'a> {
    /// The number of a cell at a place, if it holds one.
    pub fn of(cell: TableCell<'a>, place: Place) -> Option<Self> {
        match cell {
            TableCell::Number(number, spelling) => Some(Self {
                number,
                spelling,
                place,
            }),
            _ => None,
        }
    }
}

/// Words that stand for a missing value wherever they are: those of pandas, UCI's `?`, and the errors of spreadsheets.
const MISSING: [&str; 27] = [
    "", "NA", "N/A", "n/a", "#N/A", "#N/A N/A", "#NA", "<NA>", "NULL", "null", "None", "NaN",
    "nan", "-NaN", "-nan", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN", "?", "#DIV/0!", "#VALUE!",
    "#REF!", "#NAME?", "#NUM!", "#NULL!", "+nan",
];

/// Words that stand for a missing value where the rest of the column is numbers, and are categories among text.
const GAPS: [&str; 33] = [
    "-", "--", "---", "\u{2013}", "\u{2014}", ".", "..", "...", ":", "*", "**", "n.a.", "N.A.",
    "n.a", "na", "Na", "n/d", "none", "Null", "NAN", "Nan", "#NV", "#WERT!", "#ZAHL!", "#BEZUG!",
    "#VALEUR!", "#NOMBRE!", "k.A.", "k. A.", "\\N", "NaT", "nil", "(null)",
];

/// The words that stand for a missing value wherever they are, and those for yes and no.
pub(super) fn known_words<'a>() -> impl Iterator<Item = &'a str> {
    MISSING.into_iter().chain(TRUE).chain(FALSE)
}

/// Whether a text stands for a missing value where the rest of its column is numbers; statistics offices put a flag behind it.
pub(super) fn is_gap(text: &str) -> bool {
    let flagged = || {
        text.strip_prefix(": ")
            .is_some_and(|flag| matches!(flag.trim(), "c" | "z") || is_flag(flag.trim()))
    };
    GAPS.contains(&text) || flagged()
}

/// Whether a word is the flag of a statistics office behind a number: broken, estimated, provisional, revised, unreliable.
pub(super) fn is_flag(word: &str) -> bool {
    matches!(word.len(), 1 | 2) && word.bytes().all(|byte| b"bepru".contains(&byte))
}

impl<'a> TableCell<'a> {
    /// What a text is that is written as usual: decimals behind a point.
    pub fn of(text: &'a str) -> Self {
        let text = text.trim();
        Self::told(text, number(text, USUAL))
    }

    /// What a text is that is that number, if it is any.
    pub(super) fn told(text: &'a str, number: Option<f64>) -> Self {
        // Nearly every cell is a number, so that comes first; no word for a missing value but NaN is one.
        match number {
            Some(number) if number.is_finite() => Self::Number(number, Spelling::Text(text)),
            _ if MISSING.contains(&text) => Self::Missing(text),
            // `Nan` may be a name.
            Some(number) if number.is_nan() => Self::Text(text),
            Some(_) => Self::NotFinite(text),
            None => Self::Text(text),
        }
    }

    /// The cell of a table that holds numbers.
    pub fn of_number(number: f64) -> Self {
        if number.is_finite() {
            Self::Number(number, Spelling::Usual)
        } else if number.is_nan() {
            Self::Absent("NaN")
        } else {
            Self::NotFinite(if number > 0.0 { "inf" } else { "-inf" })
        }
    }

    /// The cell of a table that holds whole numbers.
    pub fn of_integer(number: i128) -> Self {
        Self::Number(number as f64, Spelling::Integer(number))
    }

    /// The cell of a column of booleans.
    pub fn of_truth(truth: bool) -> Self {
        Self::Number(f64::from(u8::from(truth)), Spelling::Truth(truth))
    }

    /// What stands in the cell.
    pub fn text(self) -> Cow<'a, str> {
        match self {
            Self::Number(number, spelling) => spelling.name(number),
            Self::NotFinite(text) | Self::Missing(text) | Self::Text(text) => text.into(),
            Self::Absent(word) => word.into(),
        }
    }

    /// What stands for a missing value, if this does.
    pub fn missing(self) -> Option<&'a str> {
        match self {
            Self::Missing(text) | Self::Absent(text) => Some(text),
            _ => None,
        }
    }
}

impl<'a> Spelling<'a> {
    /// The name of the number as a class.
    pub fn name(self, number: f64) -> Cow<'a, str> {
        match self {
            Self::Usual => format_number(number + 0.0).into(),
            Self::Text(text) => text.into(),
            Self::Integer(number) => number.to_string().into(),
            Self::Truth(truth) => if truth { "True" } else { "False" }.into(),
        }
    }

    /// A whole number that is written with decimals of zeros, without these: beyond 2^53 it is no other number then.
    pub(super) fn without_decimals(self) -> Option<&'a str> {
        let Self::Text(text) = self else {
            return None;
        };
        let (whole, decimals) = text.split_once('.')?;
        decimals.bytes().all(|byte| byte == b'0').then_some(whole)
    }

    /// Whether that is the usual one of a whole number.
    pub fn is_usual(self) -> bool {
        const DIGITS: usize = 15;
        match self {
            Self::Usual | Self::Truth(_) => true,
            Self::Integer(number) => number.unsigned_abs() < 10u128.pow(DIGITS as u32),
            Self::Text("0") => true,
            Self::Text(text) => {
                let digits = text.strip_prefix('-').unwrap_or(text);
                !digits.is_empty()
                    && digits.len() <= DIGITS
                    && !digits.starts_with('0')
                    && digits.bytes().all(|byte| byte.is_ascii_digit())
            }
        }
    }
}

/// Yes, as pandas, R and most programs write it.
const TRUE: [&str; 3] = ["True", "TRUE", "true"];

/// No, as they write it.
const FALSE: [&str; 3] = ["False", "FALSE", "false"];

/// Whether a text is yes or no.
pub(super) fn truth(text: &str) -> Option<bool> {
    match (TRUE.contains(&text), FALSE.contains(&text)) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

/// Whether a word that stands for a missing value may be a name, as `NA` is Namibia.
pub(super) fn is_word(text: &str) -> bool {
    text.starts_with(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> f64 {
        match TableCell::of(text) {
            TableCell::Number(number, Spelling::Text(spelling)) => {
                assert_eq!(spelling, text.trim());
                number
            }
            other => panic!("{text} is {other:?}"),
        }
    }

    #[test]
    fn cells_are_told_apart() {
        assert_eq!(value(" -1.5e3 "), -1500.0);
        assert_eq!(value("+.5"), 0.5);
        assert_eq!(value("\u{2212}2"), -2.0);
        assert_eq!(
            TableCell::of("-Infinity"),
            TableCell::NotFinite("-Infinity")
        );
        assert_eq!(TableCell::of("1e999"), TableCell::NotFinite("1e999"));
        assert_eq!(TableCell::of("  "), TableCell::Missing(""));
        for text in ["1_000", "0x10", "1,5", "-", "Nan", "red"] {
            assert_eq!(TableCell::of(text), TableCell::Text(text));
        }
        assert_eq!(TableCell::of_number(f64::NAN), TableCell::Absent("NaN"));
    }

    #[test]
    fn the_words_of_pandas_are_missing() {
        // `pandas._libs.parsers.STR_NA_VALUES`.
        for word in [
            "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN",
            "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null", "",
        ] {
            assert_eq!(TableCell::of(word), TableCell::Missing(word), "{word}");
        }
        for word in ["?", "#DIV/0!", "#VALUE!", "#REF!"] {
            assert_eq!(TableCell::of(word), TableCell::Missing(word), "{word}");
        }
        for word in [
            "-", "--", ".", "*", "n.a.", "NAN", "#NV", "#WERT!", "k.A.", "\\N", "NaT",
        ] {
            assert!(
                is_gap(word) && TableCell::of(word) == TableCell::Text(word),
                "{word}"
            );
        }
        for word in [": u", ": c"] {
            assert!(is_gap(word), "{word}");
        }
    }

    #[test]
    fn numbers_have_names() {
        let name = |text| match TableCell::of(text) {
            TableCell::Number(number, spelling) => spelling.name(number).into_owned(),
            other => panic!("{other:?}"),
        };
        for text in ["1.10", "007", "1E5", "9007199254740993", "-0"] {
            assert_eq!(name(text), text);
        }
        let beyond = TableCell::of_integer((1 << 53) + 1);
        let TableCell::Number(number, spelling) = beyond else {
            panic!("{beyond:?}")
        };
        assert_eq!(spelling.name(number), "9007199254740993");
        let usual = |text| Spelling::Text(text).is_usual();
        assert!(["0", "-1", "120", "999999999999999"].into_iter().all(usual));
        assert!(
            !["-0", "01", "1.0", "+1", "1e3", "-", "9007199254740993"]
                .into_iter()
                .any(usual)
        );
    }
}
