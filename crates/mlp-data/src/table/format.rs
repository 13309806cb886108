//! The format of a text table.

use std::fmt;
use std::str::FromStr;

use crate::{
    Error,
    names::{self, words::words},
};

/// The format of a text table. Settings that are not given are detected, or have their defaults.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableFormat {
    /// Whether the first line holds names.
    pub header: Option<bool>,
    /// The delimiter of the cells.
    pub delimiter: Option<Delimiter>,
    /// The beginning of lines that are not data; none: every line is data.
    pub comment: Option<String>,
    /// The decimal mark.
    pub decimal: Option<DecimalMark>,
    /// The thousands separator.
    pub thousands: Option<ThousandsMark>,
    /// The order of year, month and day. Date columns become days since 1970-01-01.
    pub dates: Option<DateOrder>,
    /// Additional words for a missing value.
    pub missing_words: Vec<String>,
    /// Units to strip from numbers, before or after them: `$`, `%`, `kg`.
    pub units: Vec<String>,
    /// Columns of names, whatever they look like.
    pub text: Vec<String>,
    /// Detected date columns, which must be dates in a table that is read like this one; never given.
    pub date_columns: Vec<String>,
    /// Detected boolean columns: as numbers 0 and 1, even if written as words in a table that is read like
    /// this one; never given.
    pub boolean_columns: Vec<String>,
    /// Columns whose numbers have a unit, and its signs, in which those of a table that is read like this one
    /// must be, too; never given.
    pub unit_columns: Vec<(String, Vec<String>)>,
    /// The separators of the date columns, each once: in a table that is read like this one, the order
    /// of dates with another separator is ambiguous; never given.
    pub date_marks: String,
    /// The columns of a text table whose numbers are all whole and without marks: in a table that is read like this
    /// one, `1.500` is ambiguous there; never given.
    pub whole_columns: Vec<String>,
}

impl TableFormat {
    /// The names of the given settings, as in options and files.
    pub fn given(&self) -> impl Iterator<Item = &'static str> {
        let of_cells = [
            ("decimal", self.decimal.is_some()),
            ("thousands", self.thousands.is_some()),
            ("dates", self.dates.is_some()),
            ("missing_words", !self.missing_words.is_empty()),
            ("units", !self.units.is_empty()),
            ("text", !self.text.is_empty()),
        ];
        let given = |(name, given): (_, bool)| given.then_some(name);
        self.given_of_lines()
            .chain(of_cells.into_iter().filter_map(given))
    }

    /// Of these, the names of settings for splitting lines into cells.
    pub fn given_of_lines(&self) -> impl Iterator<Item = &'static str> + use<> {
        [
            ("header", self.header.is_some()),
            ("delimiter", self.delimiter.is_some()),
            ("comment", self.comment.is_some()),
        ]
        .into_iter()
        .filter_map(|(name, given)| given.then_some(name))
    }

    /// This format, with cell settings that it leaves open taken from `other`. Header and delimiter stay open: they may
    /// differ between two files with the same cells.
    #[must_use]
    pub fn or_cells_of(&self, other: &Self) -> Self {
        let given = |own: &Vec<String>, others: &Vec<String>| match own.is_empty() {
            true => others.clone(),
            false => own.clone(),
        };
        // A mark that is given takes the place of the same one that was something else.
        let mut decimal = self.decimal.or(other.decimal);
        let mut thousands = self.thousands.or(other.thousands);
        let clash = thousands.is_some_and(|mark| mark.is_of(decimal.unwrap_or_default()));
        if clash && self.thousands.is_none() && self.decimal.is_some() {
            thousands = None;
        } else if clash && self.decimal.is_none() && self.thousands.is_some() {
            decimal = None;
        }
        Self {
            header: self.header,
            delimiter: self.delimiter,
            comment: self.comment.clone().or_else(|| other.comment.clone()),
            decimal,
            thousands,
            dates: self.dates.or(other.dates),
            // Further words: those of the other table still are.
            missing_words: (other.missing_words.iter())
                .chain(
                    self.missing_words
                        .iter()
                        .filter(|word| !other.missing_words.contains(word)),
                )
                .cloned()
                .collect(),
            units: given(&self.units, &other.units),
            // Which columns are names the other table knows.
            text: other.text.clone(),
            date_columns: other.date_columns.clone(),
            boolean_columns: other.boolean_columns.clone(),
            unit_columns: other.unit_columns.clone(),
            date_marks: other.date_marks.clone(),
            whole_columns: other.whole_columns.clone(),
        }
    }

    /// Differences of the cell settings from `other`, as options.
    pub fn unlike(&self, other: &Self) -> Vec<String> {
        let mut said = Vec::new();
        let mut say = |option: &str, own: Option<String>, others: Option<String>| {
            if let Some(own) = own.filter(|own| Some(own) != others.as_ref()) {
                said.push(format!("--{option} '{own}'"));
            }
        };
        let text = |mark: &dyn fmt::Display| mark.to_string();
        let decimal = |mark: DecimalMark| text(&mark);
        let usual = Some(other.decimal.unwrap_or_default());
        say("decimal", self.decimal.map(decimal), usual.map(decimal));
        let thousands = |mark: ThousandsMark| match mark {
            ThousandsMark::Apostrophe => "apostrophe".to_owned(),
            mark => text(&mark),
        };
        say(
            "thousands",
            self.thousands.map(thousands),
            other.thousands.map(thousands),
        );
        let order = |order: DateOrder| text(&order);
        say("dates", self.dates.map(order), other.dates.map(order));
        let list = |words: &[String]| (!words.is_empty()).then(|| words.join(","));
        say("units", list(&self.units), list(&other.units));
        say(
            "missing-words",
            list(&self.missing_words),
            list(&other.missing_words),
        );
        said
    }

    /// Checks that no mark has two meanings.
    ///
    /// # Errors
    /// [`Error::Format`].
    pub fn check(&self) -> Result<(), Error> {
        let decimal = self.decimal.unwrap_or_default();
        let refuse = |problem: String| Err(Error::Format { problem });
        if let Some(mark) = self.thousands
            && mark.is_of(decimal)
        {
            return refuse(format!(
                "{mark} cannot be both the decimal mark and the thousands separator; give different --decimal and --thousands"
            ));
        }
        if self.thousands == Some(ThousandsMark::Space) && self.delimiter == Some(Delimiter::SPACES)
        {
            return refuse(
                "runs of spaces separate the cells, so a space cannot be the thousands separator"
                    .to_owned(),
            );
        }
        Ok(())
    }
}

/// The delimiter of the cells of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Delimiter(Separator);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Separator {
    Byte(u8),
    Spaces,
}

impl Delimiter {
    /// Runs of spaces and tabs, as in aligned columns.
    pub const SPACES: Self = Self(Separator::Spaces);
    /// `,`
    pub const COMMA: Self = Self(Separator::Byte(b','));
    /// `;`
    pub const SEMICOLON: Self = Self(Separator::Byte(b';'));
    /// A single space.
    pub const SPACE: Self = Self(Separator::Byte(b' '));
    /// A tab.
    pub const TAB: Self = Self(Separator::Byte(b'\t'));
    /// `|`
    pub const BAR: Self = Self(Separator::Byte(b'|'));

    /// A single character, unless a cell could contain it: letters, digits, characters of numbers, quotes, line ends.
    pub fn character(character: char) -> Option<Self> {
        let byte = u8::try_from(character).ok()?;
        let part_of_a_cell = byte.is_ascii_alphanumeric() || b"\"\n\r.+-".contains(&byte);
        (byte.is_ascii() && !part_of_a_cell).then_some(Self(Separator::Byte(byte)))
    }

    /// The delimiter as one byte; none for runs of spaces.
    pub fn byte(self) -> Option<u8> {
        match self.0 {
            Separator::Byte(byte) => Some(byte),
            Separator::Spaces => None,
        }
    }
}

impl fmt::Display for Delimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Separator::Spaces => f.write_str("whitespace"),
            Separator::Byte(b'\t') => f.write_str("tab"),
            Separator::Byte(b' ') => f.write_str("space"),
            Separator::Byte(byte) => write!(f, "{}", char::from(byte)),
        }
    }
}

impl FromStr for Delimiter {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self, Error> {
        let mut characters = word.chars();
        let one = match (word, characters.next(), characters.next()) {
            ("tab" | "\\t", ..) => return Ok(Self::TAB),
            ("space", ..) => Some(' '),
            ("whitespace" | "\\s+", ..) => return Ok(Self::SPACES),
            (_, Some(one), None) => Some(one),
            _ => None,
        };
        one.and_then(Self::character)
            .ok_or_else(|| Error::UnknownWord {
                what: "the delimiter",
                word: word.escape_default().to_string(),
                expected: "tab, space, whitespace (runs of spaces), or one ASCII character other than a quote, a letter, a \
                           digit, `.`, `+`, `-` or a line end"
                    .to_owned(),
            })
    }
}

/// The decimal mark of numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DecimalMark {
    /// `1.5`
    #[default]
    Point,
    /// `1,5`
    Comma,
}

impl DecimalMark {
    /// Every mark.
    pub const ALL: [Self; 2] = [Self::Point, Self::Comma];

    /// The mark.
    pub fn character(self) -> char {
        match self {
            Self::Point => '.',
            Self::Comma => ',',
        }
    }

    /// The mark's name in options.
    pub fn name(self) -> &'static str {
        match self {
            Self::Point => ".",
            Self::Comma => ",",
        }
    }
}

impl fmt::Display for DecimalMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for DecimalMark {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self, Error> {
        match word {
            "." | "point" => Ok(Self::Point),
            "," | "comma" => Ok(Self::Comma),
            _ => Err(Error::UnknownWord {
                what: "the decimal mark",
                word: word.to_owned(),
                expected: "`.` or `,`".to_owned(),
            }),
        }
    }
}

/// The separator between groups of three digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ThousandsMark {
    /// `1,000`
    Comma,
    /// `1.000`
    Point,
    /// `1 000`, with a space of any kind that does not break.
    Space,
    /// `1'000`, straight or typographic.
    Apostrophe,
    /// `1_000`
    Underscore,
}

impl ThousandsMark {
    /// Every mark.
    pub const ALL: [Self; 5] = [
        Self::Comma,
        Self::Point,
        Self::Space,
        Self::Apostrophe,
        Self::Underscore,
    ];

    /// Whether it equals the decimal mark.
    fn is_of(self, decimal: DecimalMark) -> bool {
        self.characters().contains(&decimal.character())
    }

    /// The characters that are this separator.
    pub fn characters(self) -> &'static [char] {
        match self {
            Self::Comma => &[','],
            Self::Point => &['.'],
            // Space, no-break space, narrow no-break space, thin space.
            Self::Space => &[' ', '\u{A0}', '\u{202F}', '\u{2009}'],
            Self::Apostrophe => &['\'', '\u{2019}'],
            Self::Underscore => &['_'],
        }
    }

    /// The separator's name in options.
    pub fn name(self) -> &'static str {
        match self {
            Self::Comma => ",",
            Self::Point => ".",
            Self::Space => "space",
            Self::Apostrophe => "'",
            Self::Underscore => "_",
        }
    }
}

impl fmt::Display for ThousandsMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for ThousandsMark {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self, Error> {
        let is = |mark: &Self| {
            let mut characters = word.chars();
            let one = characters.next().filter(|_| characters.next().is_none());
            mark.name() == word || one.is_some_and(|one| mark.characters().contains(&one))
        };
        let spelt = match word {
            "comma" => Some(Self::Comma),
            "point" => Some(Self::Point),
            "apostrophe" => Some(Self::Apostrophe),
            _ => Self::ALL.into_iter().find(is),
        };
        spelt.ok_or_else(|| Error::UnknownWord {
            what: "the thousands mark",
            word: word.to_owned(),
            expected: names::choice(Self::ALL.into_iter().map(Self::name)),
        })
    }
}

/// The order of year, month and day in a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DateOrder {
    /// `2024-03-31`
    Ymd,
    /// `31.03.2024`
    Dmy,
    /// `03/31/2024`
    Mdy,
}

words!(DateOrder, "the order of dates": Ymd = "ymd", Dmy = "dmy", Mdy = "mdy");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters_have_words() {
        let read = |word: &str| word.parse::<Delimiter>().map(|found| found.to_string());
        for (word, name) in [
            ("tab", "tab"),
            ("\t", "tab"),
            ("\\t", "tab"),
            (" ", "space"),
            ("space", "space"),
            ("whitespace", "whitespace"),
            ("\\s+", "whitespace"),
            (";", ";"),
            ("~", "~"),
        ] {
            assert_eq!(read(word).unwrap(), name);
            assert_eq!(read(name).unwrap(), name);
        }
        for bad in ["", "\"", "\n", ".", "-", "7", "e", "\u{E9}", "ab", "::"] {
            let error = read(bad).unwrap_err().to_string();
            assert!(error.contains("one ASCII character"), "{error}");
        }
    }

    #[test]
    fn marks_and_orders_have_words() {
        for mark in DecimalMark::ALL {
            assert_eq!(mark.name().parse::<DecimalMark>().unwrap(), mark);
        }
        for mark in ThousandsMark::ALL {
            assert_eq!(mark.name().parse::<ThousandsMark>().unwrap(), mark);
            for character in mark.characters() {
                let word = character.to_string();
                assert_eq!(word.parse::<ThousandsMark>().unwrap(), mark);
            }
        }
        for order in DateOrder::ALL {
            assert_eq!(order.name().parse::<DateOrder>().unwrap(), order);
        }
        assert_eq!(
            "dym".parse::<DateOrder>().unwrap_err().to_string(),
            "the order of dates cannot be `dym`; it must be `ymd`, `dmy` or `mdy`"
        );
    }

    #[test]
    fn one_mark_means_one_thing() {
        let format = |decimal, thousands| TableFormat {
            decimal,
            thousands,
            ..TableFormat::default()
        };
        let (point, comma) = (DecimalMark::Point, DecimalMark::Comma);
        assert!(
            format(Some(comma), Some(ThousandsMark::Point))
                .check()
                .is_ok()
        );
        assert!(format(None, Some(ThousandsMark::Comma)).check().is_ok());
        assert!(format(None, Some(ThousandsMark::Point)).check().is_err());
        assert!(
            format(Some(comma), Some(ThousandsMark::Comma))
                .check()
                .is_err()
        );
        assert!(
            format(Some(point), Some(ThousandsMark::Point))
                .check()
                .is_err()
        );
    }

    #[test]
    fn what_is_left_open_comes_from_another() {
        let known = TableFormat {
            header: Some(false),
            delimiter: Some(Delimiter::SEMICOLON),
            decimal: Some(DecimalMark::Comma),
            missing_words: vec!["-".to_owned()],
            ..TableFormat::default()
        };
        let given = TableFormat {
            dates: Some(DateOrder::Dmy),
            missing_words: vec!["?".to_owned(), "-".to_owned()],
            ..TableFormat::default()
        };
        let both = given.or_cells_of(&known);
        assert_eq!((both.header, both.delimiter), (None, None));
        assert_eq!(both.decimal, Some(DecimalMark::Comma));
        assert_eq!(both.missing_words, ["-", "?"]);
        assert_eq!(
            both.given().collect::<Vec<_>>(),
            ["decimal", "dates", "missing_words"]
        );
    }
}
